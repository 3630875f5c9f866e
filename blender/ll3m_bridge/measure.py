# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: what was built, in numbers, and what is wrong with it, by name.

Source: doc/PROTOCOL.exec.md, section 4. A *piece* is what a person would count: an object with a surface together with its
children of the same part. Invariants: measuring changes nothing in the scene; the same scene gives the same report; every
number in it is finite. What is wrong with the numbers is said by findings.py.
"""
import contextlib
import gc

import bpy
import numpy as np

from . import contact, depth, fabric, faults, findings, geometry, hashing, islands
from .body import Body, thin

TOLERANCE_SHARE = 0.01
REACH_SHARE = 0.10
FLAT_SHARE = 1e-12
MAX_VOLUMES = 24
MAX_FLOATING = 200
MAX_NEAREST = 12
MAX_ISLANDS = 40
MIRRORED = 16


class Piece:
    """An object and its children of the same part, with their solids."""

    def __init__(self, item, part, solids):
        self.item = item
        self.part = part
        self.solids = solids
        whole = [each for each in solids if len(each.triangles)]
        self.body = Body.of_solids(item.name, part, whole) if whole else None


class Survey:
    """Everything the report is written from."""

    def __init__(self, built):
        self.objects = geometry.asset_objects()
        self.solids = geometry.solids()
        self.by_owner = {}
        for each in self.solids:
            self.by_owner.setdefault(each.owner.name, []).append(each)
        self.root = find_root(self.objects)
        self.parts = self._parts(built)
        self.pieces = {part: self._pieces(part, items) for part, items in self.parts.items()}
        self.bounds = merge(geometry.bounds_of(each.points) for each in self.solids)
        self.diagonal = float(np.linalg.norm(self.bounds[1] - self.bounds[0])) if self.bounds else 0.0
        self.tolerance = self.diagonal * TOLERANCE_SHARE

    def _parts(self, built):
        """Returns {part: objects}, in order of building; objects of no part stand under ""."""
        parts = {name: [] for name in built.parts}
        for item in self.objects:
            part = geometry.part_of(item) or ""
            if item != self.root:
                parts.setdefault(part, []).append(item)
        return {name: items for name, items in parts.items() if items}

    def _pieces(self, part, items):
        """Returns the pieces of a part."""
        heads = {}
        for item in items:
            heads.setdefault(head_of(item, part), []).append(item)
        made = []
        for head, members in heads.items():
            solids = [each for member in members for each in self.by_owner.get(member.name, ())]
            if solids:
                made.append(Piece(head, part, solids))
        return made

    def bodies(self):
        """Returns the bodies of all pieces that have a surface."""
        return [piece.body for pieces in self.pieces.values() for piece in pieces if piece.body]


def head_of(item, part):
    """Returns the outermost ancestor of the same part that has a shape; empties only group."""
    head = item
    while item.parent is not None and geometry.part_of(item.parent) == (part or None):
        item = item.parent
        if item.type in geometry.SHAPED:
            head = item
    return head


def find_root(objects):
    """Returns the empty that everything hangs on: the one outside all parts with the most below it, or None."""
    roots = [each for each in objects
             if each.type == 'EMPTY' and each.parent is None and geometry.part_of(each) is None]
    return max(roots, key=lambda each: len(each.children_recursive), default=None)


def merge(boxes):
    """Returns the box around boxes, None being none."""
    known = [box for box in boxes if box is not None]
    if not known:
        return None
    return np.min([low for low, _ in known], axis=0), np.max([high for _, high in known], axis=0)


def box_json(box):
    """Writes a box; an empty one is null."""
    return {"min": tidy(box[0]), "max": tidy(box[1])} if box is not None else None


def tidy(values):
    """Rounds lengths to a micrometre."""
    return [round(float(each), 6) + 0.0 for each in values]


@contextlib.contextmanager
def collector_off():
    """Keeps Python from looking for garbage while millions of short lists come and go, which costs as much as the work."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@collector_off()
def report(built):
    """Measures the current scene; returns the report as the protocol writes it."""
    survey = Survey(built)
    materials = hashing.Materials()
    bodies = survey.bodies()
    ground = min((body.low[2] for body in bodies), default=0.0)
    grounded = contact.standing(bodies, ground, survey.tolerance)
    pairs = contact.close_pairs(bodies, survey.tolerance, survey.diagonal * REACH_SHARE, grounded) if bodies else []
    neighbours = contact.neighbours_of(pairs, survey.tolerance)
    reached = contact.reached_from(grounded, neighbours)
    crossings = faults.crossings(bodies)
    parts = [part_json(survey, part, Found(materials, grounded, reached, crossings, bodies)) for part in survey.parts if part]
    hidden, cubes = fabric.leftovers(survey.objects)
    told = {
        "asset": asset_json(survey),
        "parts": parts,
        "contacts": contacts_json(pairs, survey.tolerance),
        "tolerance": round(survey.tolerance, 6),
        "untagged": sorted(item.name for item in survey.parts.get("", ())),
        "unlinked": unlinked(),
        "leftovers": {"hidden": hidden, "cubes": cubes},
        "floating": floating_json(survey, bodies, reached, neighbours),
        "twins": [beside_json(*each) for each in faults.twins(bodies, survey.diagonal)],
        "coplanar": [{**beside_json(*each), "triangles": count}
                     for each, count in (faults.in_one_plane(bodies, survey.diagonal).items() if bodies else ())],
    }
    told["findings"] = findings.of(told)
    return told


def unlinked():
    """Returns the names of objects of a part that are in no scene."""
    linked = {item for each in bpy.data.scenes for item in each.objects}
    return sorted(item.name for item in bpy.data.objects if item not in linked and geometry.part_of(item))


class Found:
    """What was found out about all bodies, for the parts of the report."""

    def __init__(self, materials, grounded, reached, crossings, bodies):
        self.materials, self.grounded, self.reached = materials, grounded, reached
        self.crossings, self.bodies = crossings, bodies


def beside_json(a, b):
    """Names two bodies, which may be one."""
    return {"parts": [a.part, b.part], "objects": [a.name, b.name]}


def asset_json(survey):
    """The asset as a whole."""
    return {
        "name": survey.root.name if survey.root else "",
        "bounds": box_json(survey.bounds),
        "diagonal": round(survey.diagonal, 6),
        "objects": len(survey.objects) - (survey.root is not None),
        "vertices": sum(len(each.points) for each in survey.solids),
        "triangles": sum(len(each.triangles) for each in survey.solids),
        "animated": any(animated(item) for item in survey.objects),
    }


def animated(item):
    """Whether an object, its data or one of its materials moves."""
    owners = [item, item.data, getattr(item.data, "shape_keys", None)]
    for slot in item.material_slots:
        if slot.material:
            owners += [slot.material, slot.material.node_tree]
    return any(True for owner in owners if owner for _ in hashing.curves_of(owner))


def part_json(survey, part, found):
    """One part of the report."""
    items, pieces = survey.parts[part], survey.pieces[part]
    solids = [each for piece in pieces for each in piece.solids]
    bodies = [piece.body for piece in pieces if piece.body]
    shapes = [faults.flat_and_thin(each, survey.diagonal, FLAT_SHARE) for each in solids]
    crossed = [faults.self_crossings(each, found.crossings[each]) for each in bodies if each in found.crossings]
    empty = empty_objects(survey, items)
    unlinked, fresh = fabric.bare_materials(items)
    return {
        "part": part,
        "pieces": len(pieces),
        "objects": [item.name for item in items],
        "bounds": box_json(merge(geometry.bounds_of(each.points) for each in solids)),
        "vertices": sum(len(each.points) for each in solids),
        "faces": sum(len(each.arrays.face_sizes) for each in solids),
        "triangles": sum(len(each.triangles) for each in solids),
        "islands": sum(each.arrays.islands for each in solids),
        "loose_islands": islands_json(survey, bodies, found),
        "non_manifold_edges": sum(int((each.arrays.uses != 2).sum()) for each in solids),
        "zero_area_faces": sum(flat for flat, _ in shapes),
        "sliver_faces": sum(thin for _, thin in shapes),
        "inverted_islands": sum(faults.inverted(each.arrays) for each in solids),
        "flipped_edges": sum(each.arrays.shells.flipped for each in solids),
        "self_intersections": sum(crossed) if len(crossed) == len(bodies) else None,
        "loose_vertices": sum(faults.loose_vertices(each.arrays) for each in solids),
        "non_finite": sum(int((~each.arrays.finite).sum()) for each in solids),
        "empty_objects": empty,
        "materials": sorted({slot.material.name for item in items for slot in item.material_slots if slot.material}),
        "missing_material": [item.name for item in items if lacks_material(survey, item)],
        "unlinked_materials": unlinked,
        "default_materials": fresh,
        "failed_modifiers": fabric.failed_modifiers(items, empty),
        "hidden": [item.name for item in items if item.hide_render],
        "mirror": mirror_json(survey, bodies),
        "hash": part_hash(survey, items, found.materials),
        "pieces_detail": [{"object": piece.item.name,
                           "bounds": box_json(merge(geometry.bounds_of(each.points) for each in piece.solids)),
                           "grounded": piece.body in found.grounded, "supported": piece.body in found.reached}
                          for piece in pieces],
    }


def islands_json(survey, bodies, found):
    """The islands of a part's pieces that hang on nothing."""
    told = []
    for body in bodies:
        for each in islands.loose(body, found.bodies, found.crossings.get(body), survey.tolerance, survey.diagonal):
            told.append({"object": body.name, "islands": each.count, "center": tidy((each.low + each.high) / 2),
                         "gap": None if each.gap is None else round(each.gap, 6), "way": way_json(each.way),
                         "beside": each.beside.name if each.beside else None})
        if len(told) >= MAX_ISLANDS:
            break
    return told[:MAX_ISLANDS]


def part_hash(survey, items, materials):
    """The three hashes of a part."""
    mesh, transform, material = [], [], []
    for item in items:
        solids = survey.by_owner.get(item.name, ())
        meshes = [hashing.arrays_digest(each.arrays) for each in solids]
        mesh.append(hashing.combine(meshes) + hashing.shape_animation_text(item))
        matrices = [each.matrix for each in solids] or [np.array(item.matrix_world)]
        transform.append(hashing.transform_digest(item, matrices))
        material.append(materials.object_digest(item, [each.arrays for each in solids]))
    return {"mesh": hashing.combine(mesh), "transform": hashing.combine(transform),
            "material": hashing.combine(material)}


def empty_objects(survey, items):
    """Returns the names of objects that should have a surface and have none."""
    return [item.name for item in items if item.type in geometry.SHAPED and not item.hide_render
            and not any(len(each.arrays.face_sizes) for each in survey.by_owner.get(item.name, ()))]


def lacks_material(survey, item):
    """Whether some face of an object wears nothing."""
    for solid in survey.by_owner.get(item.name, ()):
        slots = [material is not None for material in solid.arrays.materials]
        used = np.unique(solid.arrays.face_materials) if len(solid.arrays.face_materials) else []
        if any(index >= len(slots) or not slots[index] for index in used):
            return True
    return False


def way_json(way):
    """Writes a way in metres, or null."""
    return None if way is None else tidy(way)


def contacts_json(pairs, tolerance):
    """The contact of each two parts: the nearest and the deepest of their pairs of pieces."""
    nearest, deepest = {}, {}
    for pair in pairs:
        if pair.a.part == pair.b.part or not pair.a.part or not pair.b.part:
            continue
        key = contact.key_of(pair.a, pair.b)
        if key not in nearest or pair.gap < nearest[key].gap:
            nearest[key] = pair
        if key not in deepest or pair.depth > deepest[key].depth:
            deepest[key] = pair
    told, volumes = [], 0
    for key in sorted(nearest):
        deep, near = deepest[key], nearest[key]
        pair = deep if deep.depth > 0.0 else near
        kind = "cross" if deep.depth > tolerance else "touch" if near.gap <= tolerance else "near"
        volumes += kind == "cross"
        way = pair.way if pair.way is None or pair.a.part == key[0] else -pair.way
        told.append({"a": key[0], "b": key[1], "gap": round(near.gap, 6), "depth": round(deep.depth, 6), "kind": kind,
                     "way": way_json(way), "volume": None if kind != "cross" or volumes > MAX_VOLUMES
                     else float("%.3g" % depth.volume(deep.a, deep.b))})
    return told


def floating_json(survey, bodies, reached, neighbours):
    """The bodies that nothing holds, with the way to what is nearest of what is held."""
    told, chains = [], {}
    for body in [each for each in bodies if each not in reached][:MAX_FLOATING]:
        if body not in chains:
            chain = contact.reached_from([body], neighbours)
            chains.update((each, chain) for each in chain)
        pair = contact.nearest_to(body, reached, survey.diagonal, survey.tolerance) if len(told) < MAX_NEAREST else None
        told.append({"part": body.part, "object": body.name, "gap": round(pair.gap, 6) if pair else None,
                     "way": way_json(pair.way) if pair else None, "beside": pair.b.name if pair else None,
                     "beside_part": pair.b.part if pair else None,
                     "with": sorted({each.part for each in chains[body]} - {body.part})})
    return told


def mirror_json(survey, bodies):
    """How far a part is from being its own image in the asset's middle planes across x and y: by surface, in metres."""
    if not bodies:
        return None
    middle = (survey.bounds[0] + survey.bounds[1]) / 2
    points = np.concatenate([thin(each.points[each.triangles[:, 0]], max(1, MIRRORED // len(bodies)))
                             for each in bodies[:MIRRORED]])
    lows, highs, told = np.array([each.low for each in bodies]), np.array([each.high for each in bodies]), []
    for axis in (0, 1):
        image = points.copy()
        image[:, axis] = 2 * middle[axis] - image[:, axis]
        told.append(round(max(nearest_surface(bodies, lows, highs, point) for point in image), 6))
    return told


def nearest_surface(bodies, lows, highs, point):
    """Returns the distance of a point to the nearest surface of bodies with these boxes."""
    apart = np.maximum(0.0, np.maximum(lows - point, point - highs))
    gaps = np.sqrt(np.einsum("ij,ij->i", apart, apart))
    best = float("inf")
    for number in np.argsort(gaps).tolist():
        if gaps[number] >= best:
            break
        best = min(best, bodies[number].tree().find_nearest(point.tolist())[3])
    return best
