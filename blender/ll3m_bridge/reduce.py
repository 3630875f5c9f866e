# SPDX-License-Identifier: GPL-3.0-or-later
"""Fewer triangles on an opened copy: Blender's Decimate modifier, each mesh by its share.

Meshes that are used more than once are reduced once and count as often as they are drawn; one of very few triangles, or one
that bends (shape keys, armature), stays. UV maps and materials go along.
"""
import bpy

# Below this a mesh has nothing to give: a box.
FEW = 12
TRIES = 4
LEAST_SHARE = 0.005


def bodies(scene):
    """Returns {mesh: objects that show it} of a scene."""
    found = {}
    for item in scene.objects:
        if item.type == 'MESH' and len(item.data.polygons):
            found.setdefault(item.data, []).append(item)
    return found


def bends(item):
    return item.data.shape_keys is not None or bool(item.modifiers)


def triangles_of(mesh):
    mesh.calc_loop_triangles()
    return len(mesh.loop_triangles)


def triangles(scene):
    """Returns how many triangles are drawn."""
    return sum(triangles_of(mesh) * len(items) for mesh, items in bodies(scene).items())


def reduce(call, scene, items, budget):
    """Gives objects of the scene meshes of together at most `budget` triangles, as far as that can be had; returns how many
    they are."""
    found = {}
    for item in items:
        found.setdefault(item.data, []).append(item)
    counts = {mesh: triangles_of(mesh) for mesh in found}
    total = sum(counts[mesh] * len(users) for mesh, users in found.items())
    willing = [mesh for mesh, users in found.items() if counts[mesh] > FEW and not any(bends(each) for each in users)]
    large = sum(counts[mesh] * len(found[mesh]) for mesh in willing)
    if total <= budget or not large:
        return total
    share = max((budget - (total - large)) / large, LEAST_SHARE)
    for _ in range(TRIES):
        call.guard.check()
        made = decimated(scene, {mesh: found[mesh][0] for mesh in willing}, share)
        left = total - large + sum(triangles_of(made[mesh]) * len(found[mesh]) for mesh in willing)
        if left <= budget or share <= LEAST_SHARE:
            break
        share = max(share * min(budget / left, 0.95), LEAST_SHARE)
    for mesh in willing:
        for item in found[mesh]:
            item.data = made[mesh]
    return left


def decimated(scene, stands, share):
    """Returns {mesh: a new one with that share of its triangles}; `stands` is an object that shows it, by mesh."""
    added = []
    for mesh, item in stands.items():
        plain_normals(scene, item)
        modifier = item.modifiers.new("ll3m reduce", 'DECIMATE')
        modifier.ratio = max(share, min(FEW / max(triangles_of(mesh), 1), 1.0))
        added.append((item, modifier))
    try:
        scene.view_layers[0].update()
        graph = bpy.context.evaluated_depsgraph_get()
        made = {}
        for mesh, item in stands.items():
            made[mesh] = bpy.data.meshes.new_from_object(item.evaluated_get(graph), preserve_all_data_layers=True,
                                                         depsgraph=graph)
            made[mesh].name = mesh.name
            made[mesh].validate()
        return made
    finally:
        for item, modifier in added:
            item.modifiers.remove(modifier)


def plain_normals(scene, item):
    """Takes away normals of its own that a mesh has: they belong to corners that will be gone."""
    if item.data.has_custom_normals:
        scene.view_layers[0].objects.active = item
        with bpy.context.temp_override(object=item, active_object=item, selected_objects=[item]):
            bpy.ops.mesh.customdata_custom_splitnormals_clear()
