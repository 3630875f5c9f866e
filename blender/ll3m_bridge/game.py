# SPDX-License-Identifier: GPL-3.0-or-later
"""The profile `game`: a triangle budget, levels of detail, convex colliders, the origin at the asset's base.

Names are those that engines go by: Unity makes an LOD group of `Name_LOD0` … `Name_LOD3` under one object, Unreal a collision
of `UCX_Name_01`. Everything hangs on one empty at the origin.
"""
import bmesh
import bpy
import numpy as np
from mathutils import Matrix

from . import geometry, reduce
from .runner import PART

LEVELS = 4
MOST_HULL = 64
# From this on the objects of a part are joined: each is drawn on its own, four times over.
MOST_OBJECTS = 200
GOLDEN = 2.39996323
FLAT_SHARE = 1e-4


def prepare(call, scene, wishes, outcome):
    """Changes an opened copy into what a game takes; notes in the outcome what was done."""
    items = [each for each in scene.objects if each.type == 'MESH' and len(each.data.polygons)]
    if len(items) > MOST_OBJECTS:
        outcome.note("%d objects are joined, one a part" % len(items))
        join_parts(scene, items)
    outcome.matrix = to_base(scene, outcome.title)
    items = [each for each in scene.objects if each.type == 'MESH' and len(each.data.polygons)]
    root = next(each for each in scene.objects if each.parent is None and each.type == 'EMPTY')
    levels = build_levels(call, scene, items, wishes.triangles, outcome)
    names = plain_names(items)
    hulls = [hull_of(scene, item, root) for item in items]
    for item, hull, name in zip(items, hulls, names):
        rename(item, name + "_LOD0")
        if hull is not None:
            rename(hull, "UCX_%s_01" % name)
    for level, copies in enumerate(levels, 1):
        for copy, name in zip(copies, names):
            rename(copy, "%s_LOD%d" % (name, level))
    outcome.parts = [each.name for each in items]
    outcome.aside = {each.name for each in hulls if each is not None} | {each.name for copies in levels for each in copies}


def rename(item, name):
    item.name = name
    if item.data.users == 1:
        item.data.name = name


def build_levels(call, scene, items, budget, outcome):
    """Brings the objects into the budget; returns the copies of the further levels."""
    before = reduce.triangles(scene)
    count = reduce.reduce(call, scene, items, budget)
    outcome.triangles = count
    counts, levels = [count], []
    if count > budget:
        outcome.note("%d triangles instead of %d: its pieces are too simple to give more" % (count, budget))
    elif count < before:
        outcome.note("%d of %d triangles are left in LOD0" % (count, before))
    for level in range(1, LEVELS):
        copies = []
        for item in levels[-1] if levels else items:
            copy = item.copy()
            scene.collection.objects.link(copy)
            copies.append(copy)
        counts.append(reduce.reduce(call, scene, copies, counts[-1] // 2))
        if counts[-1] > counts[-2] * 0.6:
            outcome.note("LOD%d has %d triangles, not half of %d: its pieces are too simple to give more" % (
                level, counts[-1], counts[-2]))
        levels.append(copies)
    outcome.told["lods"] = counts
    return levels


def plain_names(items):
    """Returns a name for each object of letters, digits and lines alone, each another one."""
    names, taken = [], set()
    for item in items:
        plain = "".join(each if each.isalnum() else "_" for each in item.name).strip("_") or "Part"
        name, number = plain, 2
        while name in taken:
            name, number = "%s_%d" % (plain, number), number + 1
        taken.add(name)
        names.append(name)
    return names


# ------------------------------------------------------------------------------------------- one object a part
def join_parts(scene, items):
    """Joins objects of one part that do not move on their own."""
    from .joining import COLOR, quiet_selection
    still = [each for each in items if each.animation_data is None and not reduce.bends(each)]
    colored = any(COLOR in each.data.color_attributes for each in still)
    groups = {}
    for item in still:
        groups.setdefault(item.get(PART) or "", []).append(item)
    for part, members in groups.items():
        for item in members:
            if item.data.users > 1:
                item.data = item.data.copy()
            if colored and COLOR not in item.data.color_attributes:
                layer = item.data.color_attributes.new(name=COLOR, type='FLOAT_COLOR', domain='POINT')
                layer.data.foreach_set("color", np.ones(len(layer.data) * 4, dtype=np.float32))
        if len(members) > 1:
            with quiet_selection(scene, *members):
                bpy.ops.object.join()
        members[0].name = part or members[0].name


# ------------------------------------------------------------------------------------------- the place
def to_base(scene, title):
    """Moves everything onto z = 0 with its middle over the origin, under one empty there; returns the matrix of the move."""
    scene.view_layers[0].update()
    points = np.concatenate([each.points for each in geometry.solids()])
    low, high = points.min(axis=0), points.max(axis=0)
    away = -np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    away[np.abs(away) < FLAT_SHARE * np.abs(high - low).max()] = 0.0
    move = Matrix.Translation(away)
    tops = [each for each in scene.objects if each.parent is None]
    root = tops[0] if len(tops) == 1 and tops[0].type == 'EMPTY' and tops[0].animation_data is None else None
    if root is None:
        root = bpy.data.objects.new(title, None)
        scene.collection.objects.link(root)
        for item in tops:
            item.parent = root
            item.matrix_parent_inverse = move
    else:
        stood = root.matrix_world.copy()
        root.matrix_world = Matrix.Identity(4)
        for item in root.children:
            item.matrix_parent_inverse = move @ stood @ item.matrix_parent_inverse
    scene.view_layers[0].update()
    return np.array(move, dtype=np.float64)


# ------------------------------------------------------------------------------------------- colliders
def hull_of(scene, item, root):
    """Returns a new object with the convex hull of an object's mesh, of at most MOST_HULL vertices; None when it is flat."""
    points = spread(geometry.read(item.data.vertices, "co", np.float64, 3))
    mesh, body = bpy.data.meshes.new("UCX"), bmesh.new()
    try:
        for point in points:
            body.verts.new(point)
        found = bmesh.ops.convex_hull(body, input=body.verts)
        inside = {each for each in found["geom_interior"] + found["geom_unused"] if isinstance(each, bmesh.types.BMVert)}
        bmesh.ops.delete(body, geom=list(inside), context='VERTS')
        bmesh.ops.recalc_face_normals(body, faces=body.faces)
        if abs(body.calc_volume()) < 1e-18:
            bpy.data.meshes.remove(mesh)
            return None
        body.to_mesh(mesh)
    finally:
        body.free()
    made = bpy.data.objects.new("UCX", mesh)
    scene.collection.objects.link(made)
    made.parent = item.parent or root
    made.matrix_parent_inverse = item.matrix_parent_inverse
    made.matrix_basis = item.matrix_basis
    if item.animation_data is not None and item.animation_data.action is not None:
        made.animation_data_create().action = item.animation_data.action
        if getattr(item.animation_data, "action_slot", None):
            made.animation_data.action_slot = item.animation_data.action_slot
    return made


def spread(points):
    """Returns the points that lie farthest in directions all round, when there are more than a hull may have."""
    points = np.unique(points, axis=0)
    if len(points) <= MOST_HULL:
        return points
    steps = np.arange(MOST_HULL) + 0.5
    height = 1.0 - 2.0 * steps / MOST_HULL
    reach = np.sqrt(1.0 - height ** 2)
    directions = np.stack([reach * np.cos(GOLDEN * steps), reach * np.sin(GOLDEN * steps), height], axis=1)
    directions[:6] = np.concatenate([np.eye(3), -np.eye(3)])
    size = np.ptp(points, axis=0)
    scaled = points / np.where(size > 0.0, size, 1.0)
    return points[np.unique((scaled @ directions.T).argmax(axis=0))]
