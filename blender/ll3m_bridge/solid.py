# SPDX-License-Identifier: GPL-3.0-or-later
"""The profile `print`: one closed solid in millimetres that stands on a flat base, and what a printer will have trouble with.

All surfaces of an opened copy become one: by a boolean union where that gives a closed solid, else by voxels. Open surfaces
get a thickness first. Invariant: what is left in the scene is one mesh, of which each edge has two faces that agree on its
direction (`closed`), or the outcome has the finding `print.open`.
"""
import time

import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from . import carried, printable
from .arrays import components
from .joining import COLOR, write_colors

UNIT = 0.001               # metres a millimetre
SHEET = 0.8                # mm: what open surfaces become
FLAT = 0.3                 # mm above the lowest point that are pressed flat
USUAL = 100.0              # mm: how high a print is when nobody says it
PLATE = 256.0              # mm
LEAST_BASE = 2.0           # mm2
WELD = 1e-4                # mm: points closer than this are one
MOST_UNITED, MOST_SOLIDS = 60000, 400
UNION_SECONDS = 40.0
VOXEL_TRIANGLES, MOST_VOXEL_TRIANGLES = 300000, 600000    # at most: what lies inside of others is counted and goes
VOXELS = (0.15, 0.6)       # mm
TRIES = (1.0, 0.93, 1.09, 0.85)
VOLUME_SLACK = 0.02


class Body:
    """Points and triangles in millimetres of one piece, with the colours of its corners and the part it belongs to."""

    def __init__(self, points, triangles, colors, part):
        self.points = points
        self.triangles = triangles
        self.colors = colors
        self.part = part


def prepare(call, scene, wishes, outcome):
    """Replaces what is in the scene by one solid."""
    bodies, matrix = bodies_of(scene, wishes.print_height_mm)
    outcome.matrix = matrix
    call.progress(0, 3, "solid")
    points, triangles, how = united(call, scene, bodies)
    outcome.note(how)
    width = float(np.ptp(points[:, :2], axis=0).max()) if len(points) else 0.0
    if width > PLATE * 1.001:
        outcome.note("it is %.0f mm wide: few printers take more than %.0f" % (width, PLATE))
    outcome.told["solid"] = how
    points, triangles, trouble = flattened(scene, points, triangles)
    if trouble:
        outcome.note(trouble)
    call.progress(1, 3, "colours")
    source = Source(bodies)
    colors, parts = source.seen_from(points, triangles)
    call.progress(2, 3, "walls and overhangs")
    outcome.findings += printable.findings(call, points, triangles, parts, source.parts)
    if not closed(points, triangles):
        outcome.findings.append(printable.finding(
            "print.open", [], [], 0, 1, "closed solid", None,
            "what it is made of cannot be closed: look for surfaces that cross themselves"))
    pieces = len(np.unique(components(len(points), directed(triangles))[triangles[:, 0]])) if len(triangles) else 0
    if pieces > 1:
        outcome.note("%d bodies that do not touch" % pieces)
    outcome.told["volume_mm3"] = round(volume(points, triangles), 2)
    outcome.told["closed"] = closed(points, triangles)
    for item in list(scene.objects):
        bpy.data.objects.remove(item)
    made = mesh_of(outcome.title, points, triangles)
    item = bpy.data.objects.new(outcome.title, made)
    scene.collection.objects.link(item)
    write_colors(made, np.hstack([colors.reshape(-1, 3), np.ones((colors.shape[0] * 3, 1))]))
    made.materials.append(plain_material(outcome.title))
    outcome.parts = [item.name]
    outcome.triangles = len(triangles)


def plain_material(name):
    """Returns a material that shows the mesh's colours."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    shader = next(each for each in material.node_tree.nodes if each.type == 'BSDF_PRINCIPLED')
    shader.inputs["Roughness"].default_value = 0.6
    node = material.node_tree.nodes.new('ShaderNodeVertexColor')
    node.layer_name = COLOR
    material.node_tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
    return material


# ------------------------------------------------------------------------------------------- what is there
def bodies_of(scene, height):
    """Returns (Bodies in millimetres on z = 0, the matrix that leads there); at a height of 0 they are USUAL high, or as high as
    PLATE lets them be wide."""
    nodes = [each for each in carried.nodes(scene) if each.shape is not None and len(each.shape.triangles)]
    places = [each.world_points() for each in nodes]
    everything = np.concatenate([each[np.isfinite(each).all(axis=1)] for each in places])
    low, high = everything.min(axis=0), everything.max(axis=0)
    reach = high[2] - low[2] if high[2] - low[2] > 1e-3 * (high - low).max() else (high - low).max()
    wide = max((high - low)[:2].max(), 1e-9)
    scale = height / max(reach, 1e-9) if height else min(USUAL / max(reach, 1e-9), PLATE / wide)
    matrix = np.diag([scale, scale, scale, 1.0])
    matrix[:3, 3] = -scale * np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    bodies = []
    for node, points in zip(nodes, places):
        triangles = node.shape.triangles[:, ::-1] if node.mirrored else node.shape.triangles
        colors = node.shape.triangle_colors()
        colors = colors[:, ::-1] if node.mirrored else colors
        sound = np.isfinite(points[triangles]).all(axis=(1, 2))
        bodies.append(Body(points @ matrix[:3, :3].T + matrix[:3, 3], triangles[sound], colors[sound], node.part or node.name))
    return bodies, matrix


def welded(points, triangles):
    """Returns (points, triangles, which these are): equal points made one, triangles that are lines left out."""
    _, first, number = np.unique(np.round(points / WELD), axis=0, return_index=True, return_inverse=True)
    triangles = number.reshape(-1)[triangles]
    kept = (triangles[:, 0] != triangles[:, 1]) & (triangles[:, 1] != triangles[:, 2]) & (triangles[:, 2] != triangles[:, 0])
    return points[first], triangles[kept], kept


def directed(triangles):
    return np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])


def closed(points, triangles):
    """Whether each edge is there once in each direction, when equal points are one."""
    _, triangles, _ = welded(points, triangles)
    return len(triangles) > 0 and bool(sound_triangles(triangles, len(points)).all())


def sound_triangles(triangles, count):
    """Returns for each triangle whether each of its edges is there once, and once the other way."""
    edges = directed(triangles).astype(np.int64)
    there, back = edges[:, 0] * count + edges[:, 1], edges[:, 1] * count + edges[:, 0]
    values, times = np.unique(there, return_counts=True)
    at = np.searchsorted(values, back)
    at[at >= len(values)] = 0
    good = (times[np.searchsorted(values, there)] == 1) & (values[at] == back) & (times[at] == 1)
    return good.reshape(3, -1).all(axis=0)


def volume(points, triangles):
    corners = points[triangles]
    return float(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6.0)


def solids_of(bodies):
    """Returns ([(points, triangles)] that are closed each, how many surfaces got a thickness): open pieces become sheets."""
    solids, sheets = [], 0
    for body in bodies:
        points, triangles, _ = welded(body.points, body.triangles)
        if not len(triangles):
            continue
        pieces = components(len(points), directed(triangles))[triangles[:, 0]]
        bad = ~sound_triangles(triangles, len(points))
        open_pieces = np.unique(pieces[bad])
        is_open = np.isin(pieces, open_pieces)
        if (~is_open).any():
            whole = triangles[~is_open]
            solids.append((points, whole[:, ::-1] if volume(points, whole) < 0.0 else whole))
        if is_open.any():
            sheets += 1
            solids.append(thickened(points, triangles[is_open]))
    return solids, sheets


def thickened(points, triangles):
    """Returns a sheet with a thickness: both sides, moved along the normals of the points, and a rim."""
    normals = np.zeros_like(points)
    corners = points[triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], facing)
    normals /= np.maximum(np.linalg.norm(normals, axis=1), 1e-12)[:, None]
    count = len(points)
    both = np.concatenate([points + normals * (SHEET / 2), points - normals * (SHEET / 2)])
    edges = directed(triangles).astype(np.int64)
    there = set((edges[:, 0] * count + edges[:, 1]).tolist())
    rim = np.array([each for each in edges.tolist() if each[1] * count + each[0] not in there], dtype=np.int64).reshape(-1, 2)
    sides = np.concatenate([np.stack([rim[:, 1], rim[:, 0], rim[:, 0] + count], axis=1),
                            np.stack([rim[:, 1], rim[:, 0] + count, rim[:, 1] + count], axis=1)])
    return both, np.concatenate([triangles, triangles[:, ::-1] + count, sides])


# ------------------------------------------------------------------------------------------- one of all
def united(call, scene, bodies):
    """Returns (points, triangles, how) of one solid."""
    solids, sheets = solids_of(bodies)
    said = "; %d open surfaces are %.1f mm thick now" % (sheets, SHEET) if sheets else ""
    if len(solids) == 1 and closed(*solids[0]):
        return (*solids[0], "one solid as it was" + said)
    groups = touching(solids)
    joined = [each for group in groups if len(group) > 1 for each in group]
    if sum(len(each) for _, each in joined) <= MOST_UNITED and len(joined) <= MOST_SOLIDS and not sheets:
        found = union(call, scene, groups)
        if found is not None:
            return (*found, "united from %d solids" % len(solids))
    points, triangles, step = voxels(call, scene, solids)
    return points, triangles, "remade of voxels of %.2f mm%s" % (step, said)


def union(call, scene, groups):
    """Returns (points, triangles) of the union of closed solids, in groups of those that may meet, or None when it is not
    one."""
    deadline = time.monotonic() + UNION_SECONDS
    sizes = [volume(*each) for group in groups for each in group]
    most, together = max(sizes), sum(sizes)
    found = []
    for group in groups:
        call.guard.check()
        if time.monotonic() > deadline:
            return None
        made = group[0] if len(group) == 1 else boolean(scene, group)
        if made is None or not closed(*made):
            return None
        found.append(made)
    points, triangles = merged(found)
    size = volume(points, triangles)
    if not most * (1.0 - VOLUME_SLACK) <= size <= together * (1.0 + VOLUME_SLACK):
        return None
    points, triangles, _ = welded(points, triangles)
    return points, triangles


def touching(solids):
    """Returns the solids in groups, those whose boxes meet together."""
    lows = np.array([points.min(axis=0) for points, _ in solids]) - WELD
    highs = np.array([points.max(axis=0) for points, _ in solids]) + WELD
    pairs = [(one, two) for one in range(len(solids)) for two in
             np.nonzero(((lows[one] <= highs) & (lows <= highs[one])).all(axis=1))[0].tolist() if two > one]
    label = components(len(solids), np.array(pairs, dtype=np.int64).reshape(-1, 2))
    return [[solids[each] for each in np.nonzero(label == one)[0]] for one in np.unique(label)]


def merged(solids):
    """Returns all as one (points, triangles)."""
    points, triangles, at = [], [], 0
    for each, faces in solids:
        points.append(each)
        triangles.append(faces + at)
        at += len(each)
    return np.concatenate(points), np.concatenate(triangles)


def mesh_of(name, points, triangles):
    """Returns a new mesh."""
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(points))
    mesh.vertices.foreach_set("co", np.ascontiguousarray(points, dtype=np.float32).ravel())
    mesh.loops.add(len(triangles) * 3)
    mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(triangles, dtype=np.int32).ravel())
    mesh.polygons.add(len(triangles))
    mesh.polygons.foreach_set("loop_start", np.arange(0, len(triangles) * 3, 3, dtype=np.int32))
    if bpy.app.version < (4, 0):
        mesh.polygons.foreach_set("loop_total", np.full(len(triangles), 3, dtype=np.int32))
    mesh.update(calc_edges=True)
    if hasattr(mesh, "shade_flat"):
        mesh.shade_flat()
    return mesh


def modified(scene, points, triangles, change):
    """Returns (points, triangles) of a mesh under a modifier that `change(object)` makes."""
    item = bpy.data.objects.new("ll3m solid", mesh_of("ll3m solid", points, triangles))
    scene.collection.objects.link(item)
    try:
        change(item)
        scene.view_layers[0].update()
        graph = bpy.context.evaluated_depsgraph_get()
        mesh = item.evaluated_get(graph).data
        mesh.calc_loop_triangles()
        found = (carried.geometry.read(mesh.vertices, "co", np.float32, 3).astype(np.float64),
                 carried.geometry.indices(mesh.loop_triangles, "vertices", 3).astype(np.int64))
    finally:
        mesh = item.data
        bpy.data.objects.remove(item)
        bpy.data.meshes.remove(mesh)
    return found


def boolean(scene, solids):
    """Returns the union of solids, or None when Blender's solver makes nothing of them."""
    others = bpy.data.collections.new("ll3m solids")
    items = []
    try:
        for each in solids[1:]:
            item = bpy.data.objects.new("ll3m operand", mesh_of("ll3m operand", *each))
            others.objects.link(item)
            items.append(item)
        scene.collection.children.link(others)

        def change(item):
            modifier = item.modifiers.new("ll3m union", 'BOOLEAN')
            modifier.operation, modifier.operand_type, modifier.collection = 'UNION', 'COLLECTION', others
            modifier.solver = 'EXACT'
            modifier.use_self = True

        points, triangles = modified(scene, *solids[0], change)
    finally:
        meshes = [each.data for each in items]
        bpy.data.batch_remove([*items, others])
        bpy.data.batch_remove(meshes)
    points, triangles, _ = welded(points, triangles)
    return (points, triangles) if len(triangles) else None


def voxels(call, scene, solids):
    """Returns (points, triangles, size of the voxels) of what is inside any of the solids."""
    points, triangles = merged(solids)
    corners = points[triangles]
    area = float(np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum() / 2)
    largest = max(VOXELS[1], (2.0 * area / MOST_VOXEL_TRIANGLES) ** 0.5)
    first = min(max((2.0 * area / VOXEL_TRIANGLES) ** 0.5, VOXELS[0]), largest)
    for factor in TRIES:
        call.guard.check()
        step = first * factor

        def change(item):
            modifier = item.modifiers.new("ll3m voxels", 'REMESH')
            modifier.mode, modifier.voxel_size, modifier.adaptivity = 'VOXEL', step, 0.0

        found = modified(scene, points, triangles, change)
        if not len(found[1]):
            continue
        kept = whole(*found)
        if closed(*kept):
            break
    return (*kept, step) if len(found[1]) else (points, triangles, step)


def whole(points, triangles):
    """Returns a solid without its hollows and crumbs: pieces that are inside out, or next to nothing."""
    label = components(len(points), directed(triangles))[triangles[:, 0]]
    corners = points[triangles]
    sizes = np.bincount(label, np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6.0)
    kept = sizes[label] > max(sizes.max() * 1e-6, 1e-3)
    used, number = np.unique(triangles[kept], return_inverse=True)
    return points[used], number.reshape(-1, 3)


def flattened(scene, points, triangles):
    """Returns (points, triangles, what became of the base or None): the lowest points pressed into one plane, z = 0, or what
    is below it cut off, where pressing makes no base; as it was where neither leaves it closed."""
    low = points[:, 2].min()
    pressed = points.copy()
    pressed[:, 2] = np.where(points[:, 2] < low + FLAT, low, points[:, 2]) - low
    made = welded(pressed, triangles)[:2]
    if base_area(*made) < LEAST_BASE and closed(points, triangles):
        cut, faces, _ = welded(*without_below(scene, points, triangles, low + FLAT))
        cut[:, 2] -= low + FLAT
        cut[np.abs(cut[:, 2]) < WELD, 2] = 0.0
        if len(faces) and closed(cut, faces) and base_area(cut, faces) > 0.0:
            return cut, faces, None
    if not closed(*made) and closed(points, triangles):
        made = points - (0.0, 0.0, low), triangles
    return (*made, "it stands on a point: print it with a brim" if base_area(*made) < LEAST_BASE else None)


def base_area(points, triangles):
    """Returns the area that lies in z = 0."""
    corners = points[triangles]
    flat = corners[np.abs(corners[:, :, 2]).max(axis=1) < WELD]
    return float(np.linalg.norm(np.cross(flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]), axis=1).sum() / 2)


def without_below(scene, points, triangles, height):
    """Returns a solid without what is below a height."""
    low, high = points.min(axis=0) - 10.0, points.max(axis=0) + 10.0
    corners = np.array([[x, y, z] for z in (low[2], height) for y in (low[1], high[1]) for x in (low[0], high[0])])
    sides = np.array([[0, 2, 3], [0, 3, 1], [4, 5, 7], [4, 7, 6], [0, 1, 5], [0, 5, 4], [2, 6, 7], [2, 7, 3], [0, 4, 6],
                      [0, 6, 2], [1, 3, 7], [1, 7, 5]])
    block = bpy.data.objects.new("ll3m ground", mesh_of("ll3m ground", corners, sides))
    scene.collection.objects.link(block)

    def change(item):
        modifier = item.modifiers.new("ll3m base", 'BOOLEAN')
        modifier.operation, modifier.object, modifier.solver = 'DIFFERENCE', block, 'EXACT'

    try:
        return modified(scene, points, triangles, change)
    finally:
        mesh = block.data
        bpy.data.objects.remove(block)
        bpy.data.meshes.remove(mesh)


# ------------------------------------------------------------------------------------------- where it came from
class Source:
    """What the solid was made of: to ask which colour and part is at a place."""

    def __init__(self, bodies):
        self.points, self.triangles = merged([(each.points, each.triangles) for each in bodies])
        self.colors = np.concatenate([each.colors for each in bodies])
        names = {each.part: None for each in bodies}
        self.parts = list(names)
        number = {name: index for index, name in enumerate(names)}
        self.part = np.concatenate([np.full(len(each.triangles), number[each.part]) for each in bodies])
        self.tree = BVHTree.FromPolygons(self.points.tolist(), self.triangles.tolist())

    def seen_from(self, points, triangles):
        """Returns (linear colours of the corners, numbers of the parts) of triangles, each of what is nearest to its middle."""
        corners = points[triangles]
        nearest = self.tree.find_nearest
        found = np.array([nearest(Vector(each))[2] or 0 for each in corners.mean(axis=1).tolist()], dtype=np.int64)
        weights = barycentric(self.points[self.triangles[found]], corners)
        return np.einsum("nck,nkd->ncd", weights, self.colors[found]), self.part[found]


def barycentric(triangles, places):
    """Returns for each triangle (n x 3 x 3) the weights of its corners at places (n x k x 3), held inside it."""
    one, two = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    away = places - triangles[:, :1]
    a, b, c = (one * one).sum(axis=1), (one * two).sum(axis=1), (two * two).sum(axis=1)
    d, e = np.einsum("nkd,nd->nk", away, one), np.einsum("nkd,nd->nk", away, two)
    below = np.maximum(a * c - b * b, 1e-18)[:, None]
    second, third = (c[:, None] * d - b[:, None] * e) / below, (a[:, None] * e - b[:, None] * d) / below
    weights = np.clip(np.stack([1.0 - second - third, second, third], axis=2), 0.0, 1.0)
    return weights / np.maximum(weights.sum(axis=2), 1e-12)[:, :, None]
