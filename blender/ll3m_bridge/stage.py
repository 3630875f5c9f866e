# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the asset in a scene of its own, for exporters.

The copy has modifiers applied, instances made real, no empty meshes, no helpers, and the names of the originals. `materials`
is the seam for a step that replaces materials on the copy (baking): a function that is given the copied mesh objects and the
names of the materials, which are put aside like those of the objects, by address.
Invariant: when the stage closes, the originals have their names back and the copies are gone.
"""
import contextlib

import bpy
import numpy as np

from . import geometry
from .scene import renew_context
from .sources import GENERATED, RANDOM, in_box

HELD = "ll3m original "
MATERIALS = ("materials", "images")
# Kinds of objects that are seen, and have no surface that a file could carry.
WITHOUT_SURFACE = {'CURVES': "hair", 'VOLUME': "volume", 'POINTCLOUD': "points", 'GPENCIL': "drawing", 'GREASEPENCIL': "drawing"}


@contextlib.contextmanager
def names_aside(*more):
    """Renames the originals for as long as it is entered, so that copies can have their names; yields these by address."""
    names = [(each, each.name) for kind in ("objects", "meshes", "curves", *more) for each in getattr(bpy.data, kind)]
    for index, (datablock, _) in enumerate(names):
        datablock.name = "%s%d" % (HELD, index)
    try:
        yield dict((each.as_pointer(), name) for each, name in names)
    finally:
        for datablock, name in names:
            datablock.name = name


@contextlib.contextmanager
def visitors(*more):
    """Lets other scenes, and what they are made of, come into Blender's data for as long as it is entered; yields the names of the
    originals by address. Afterwards the visitors are gone and the scene that was the current one is it again."""
    window = bpy.context.window_manager.windows[0]
    source = window.scene
    with names_aside(*more) as names:
        before = {each.as_pointer() for each in all_datablocks()}
        try:
            yield names
        finally:
            window.scene = source
            bpy.data.batch_remove([each for each in all_datablocks() if each.as_pointer() not in before])
            renew_context()


@contextlib.contextmanager
def staged(materials=None):
    """Yields the scene with the copy, while it is the current one."""
    source = bpy.context.scene
    with boxes_noted(source if materials else None), visitors(*(MATERIALS if materials else ())) as names:
        scene = bpy.data.scenes.new("Asset")
        copies = copy_objects(source, scene, names)
        bpy.context.window_manager.windows[0].scene = scene
        meshes = [each for each in copies if each.type == 'MESH']
        if materials and meshes:
            materials(meshes, names)
        select(scene)
        yield scene


@contextlib.contextmanager
def boxes_noted(scene):
    """Notes generated coordinates in the meshes that modifiers change, for as long as it is entered: the copy cannot know them."""
    meshes = {each.data.name: each.data for each in scene.objects if each.type == 'MESH' and each.modifiers} if scene else {}
    noted = []
    try:
        for mesh in meshes.values():
            if GENERATED not in mesh.attributes:
                values = in_box(geometry.read(mesh.vertices, "co", np.float32, 3), mesh)
                layer = mesh.attributes.new(GENERATED, 'FLOAT_VECTOR', 'POINT')
                layer.data.foreach_set("vector", np.ascontiguousarray(values, dtype=np.float32).ravel())
                noted.append(mesh)
        yield
    finally:
        for mesh in noted:
            mesh.attributes.remove(mesh.attributes[GENERATED])


def all_datablocks():
    """Yields what visitors may be made of."""
    for kind in ("scenes", "objects", "meshes", "collections", "materials", "images", "node_groups"):
        yield from getattr(bpy.data, kind)


def copy_objects(source, scene, names):
    """Copies the asset's objects into a scene; returns the copies."""
    graph = bpy.context.evaluated_depsgraph_get()
    wanted = [each for each in source.objects if belongs(each, graph)]
    wanted = with_ancestors(wanted)
    copies, shared = {}, {}
    for item in wanted:
        copies[item.name] = copy_of(item, graph, names, shared)
        scene.collection.objects.link(copies[item.name])
    for item in wanted:
        made = copies[item.name]
        if item.parent is not None and item.parent.name in copies:
            made.parent = copies[item.parent.name]
            made.parent_type, made.parent_bone = item.parent_type, item.parent_bone
            made.matrix_parent_inverse = item.matrix_parent_inverse
        for modifier in made.modifiers:
            target = getattr(modifier, "object", None)
            if target is not None and target.name in copies:
                modifier.object = copies[target.name]
    made_real = instances(graph, copies, names, scene)
    return list(copies.values()) + made_real


def belongs(item, graph):
    """Whether an object goes into a file: shown, and with a surface if it is of a kind that has one."""
    if item.hide_render or item.type == 'CAMERA':
        return False
    if item.type in geometry.SHAPED:
        return has_surface(item.evaluated_get(graph))
    return item.type in {'ARMATURE', 'LIGHT'}


def left_out(scene):
    """Returns notes on what can be seen of a scene, and no file can carry."""
    notes, graph = [], bpy.context.evaluated_depsgraph_get()
    for item in scene.objects:
        if item.hide_render:
            continue
        if any(each.settings.type == 'HAIR' and each.settings.render_type == 'PATH' for each in item.particle_systems):
            notes.append("%s: its hair is left out: files carry surfaces" % item.name)
        elif item.type in WITHOUT_SURFACE and not belongs(item, graph):
            notes.append("%s: left out: files carry no %s" % (item.name, WITHOUT_SURFACE[item.type]))
    return notes


def has_surface(evaluated):
    """Whether an evaluated object has faces."""
    mesh = evaluated.data if evaluated.type == 'MESH' else geometry.as_mesh(evaluated)
    found = mesh is not None and len(mesh.polygons) > 0
    if evaluated.type != 'MESH':
        evaluated.to_mesh_clear()
    return found


def with_ancestors(items):
    """Returns items with the empties they hang on, those first."""
    ordered = {}
    for item in items:
        line = []
        while item is not None:
            line.append(item)
            item = item.parent
        for each in reversed(line):
            ordered[each.name] = each
    return list(ordered.values())


def keeps_modifiers(item):
    """Whether applying modifiers would take away what moves the object."""
    keys = getattr(item.data, "shape_keys", None)
    return keys is not None or any(each.type == 'ARMATURE' for each in item.modifiers)


def copy_of(item, graph, names, shared):
    """Returns a copy with modifiers applied; an animated body keeps them. `shared` holds the meshes that objects have in
    common, so that their copies have, too."""
    name = names[item.as_pointer()]
    if item.type not in geometry.SHAPED or keeps_modifiers(item):
        made = item.copy()
        made.name = name
        if item.type == 'MESH':
            made.data = item.data.copy()
        return made
    evaluated = item.evaluated_get(graph)
    mesh = mesh_of(item, evaluated, graph, shared.setdefault(item.data.as_pointer(), []))
    if not mesh.users:
        mesh.name = names.get(item.data.as_pointer(), name)
    made = bpy.data.objects.new(name, mesh)
    made.rotation_mode = item.rotation_mode
    made.location, made.scale = item.location, item.scale
    made.rotation_euler, made.rotation_quaternion = item.rotation_euler, item.rotation_quaternion
    made.rotation_axis_angle = item.rotation_axis_angle
    made.delta_location, made.delta_scale = item.delta_location, item.delta_scale
    made.delta_rotation_euler, made.delta_rotation_quaternion = item.delta_rotation_euler, item.delta_rotation_quaternion
    copy_slots(item, made)
    copy_animation(item, made)
    for key in item.keys():
        made[key] = item[key]
    return made


def mesh_of(item, evaluated, graph, twins):
    """Returns the mesh of an evaluated object as data: one of `twins`, made of the same data before, when it came out the same."""
    mesh = bpy.data.meshes.new_from_object(evaluated, preserve_all_data_layers=True, depsgraph=graph)
    for twin in twins if item.type == 'MESH' else ():
        if same_shape(mesh, twin):
            bpy.data.meshes.remove(mesh)
            return twin
    twins.append(mesh)
    return mesh


def same_shape(one, two):
    """Whether two meshes have the same vertices and faces."""
    if len(one.vertices) != len(two.vertices) or len(one.loops) != len(two.loops):
        return False
    points = [geometry.read(each.vertices, "co", np.float32, 3) for each in (one, two)]
    corners = [geometry.indices(each.loops, "vertex_index") for each in (one, two)]
    return np.array_equal(*points) and np.array_equal(*corners)


def copy_slots(item, made):
    """Gives the copy the materials that stand on the object, not on its data."""
    for index, slot in enumerate(item.material_slots):
        if slot.link == 'OBJECT' and index < len(made.material_slots):
            made.material_slots[index].link = 'OBJECT'
            made.material_slots[index].material = slot.material


def copy_animation(item, made):
    """Lets the copy move as the object does."""
    data = item.animation_data
    if data is None or data.action is None:
        return
    made.animation_data_create().action = data.action
    if getattr(data, "action_slot", None):
        made.animation_data.action_slot = data.action_slot


def instances(graph, copies, names, scene):
    """Makes the instances of the asset's objects real; returns them."""
    wanted, meshes, made = [], {}, []
    for instance in graph.object_instances:
        if instance.is_instance and instance.object.type == 'MESH' and len(instance.object.data.polygons):
            owner = instance.parent.original
            if not owner.hide_render and owner.type != 'CAMERA':
                wanted.append((owner, instance.random_id, instance.matrix_world.copy(), instance.object.data.as_pointer(),
                               instance.object.data.copy()))
    for owner, random, matrix, key, mesh in wanted:
        mesh = meshes.setdefault(key, mesh)
        item = bpy.data.objects.new("%s instance" % names[owner.as_pointer()], mesh)
        item.matrix_world = matrix
        item[RANDOM] = (random & 0xFFFFFFFF) / 0xFFFFFFFF
        scene.collection.objects.link(item)
        made.append(item)
    return made


def select(scene):
    """Selects everything in a scene, which is what some exporters go by."""
    layer = scene.view_layers[0]
    layer.update()
    for item in scene.objects:
        item.select_set(True, view_layer=layer)
    layer.objects.active = next(iter(scene.objects), None)
