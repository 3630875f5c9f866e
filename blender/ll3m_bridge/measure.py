# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: what was built, in numbers, and what is wrong with it, by name.

Source: doc/PROTOCOL.exec.md, section 4. A *piece* is what a person would count: an object with a surface together with its
children of the same part. Invariants: measuring changes nothing in the scene; the same scene gives the same report; every
number in it is finite. A hard finding is one that no asset can be right with.
"""
import contextlib
import gc

import bpy
import numpy as np

from . import contact, geometry, hashing
from .body import Body

TOLERANCE_SHARE = 0.01
REACH_SHARE = 0.10
DEPTH_SHARE = 0.05
CENTER_SHARE = 0.15
FLAT_SHARE = 1e-12
SCALE_LOW, SCALE_HIGH = 0.005, 200.0
MANY_FLAT = 0.25


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
    reach = survey.diagonal * REACH_SHARE
    pairs = contact.close_pairs(bodies, survey.tolerance, reach, grounded) if bodies else []
    reached = contact.reached_from(grounded, contact.neighbours_of(pairs, survey.tolerance))
    parts = [part_json(survey, part, materials, grounded, reached) for part in survey.parts if part]
    contacts = contacts_json(pairs, survey.tolerance)
    told = {
        "asset": asset_json(survey),
        "parts": parts,
        "contacts": contacts,
        "tolerance": round(survey.tolerance, 6),
        "untagged": sorted(item.name for item in survey.parts.get("", ())),
    }
    told["findings"] = (asset_findings(survey, told) + part_findings(parts, survey)
                        + contact_findings(contacts, survey) + floating_findings(survey, bodies, reached))
    told["findings"].sort(key=lambda each: each["severity"] != "hard")
    return told


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


def part_json(survey, part, materials, grounded, reached):
    """One part of the report."""
    items, pieces = survey.parts[part], survey.pieces[part]
    solids = [each for piece in pieces for each in piece.solids]
    return {
        "part": part,
        "pieces": len(pieces),
        "objects": [item.name for item in items],
        "bounds": box_json(merge(geometry.bounds_of(each.points) for each in solids)),
        "vertices": sum(len(each.points) for each in solids),
        "faces": sum(len(each.arrays.face_sizes) for each in solids),
        "triangles": sum(len(each.triangles) for each in solids),
        "islands": sum(each.arrays.islands for each in solids),
        "non_manifold_edges": sum(int((each.arrays.uses != 2).sum()) for each in solids),
        "zero_area_faces": sum(flat_faces(each, survey.diagonal) for each in solids),
        "non_finite": sum(int((~each.arrays.finite).sum()) for each in solids),
        "empty_objects": empty_objects(survey, items),
        "materials": sorted({slot.material.name for item in items for slot in item.material_slots if slot.material}),
        "missing_material": [item.name for item in items if lacks_material(survey, item)],
        "hidden": [item.name for item in items if item.hide_render],
        "hash": part_hash(survey, items, materials),
        "pieces_detail": [{"object": piece.item.name,
                           "bounds": box_json(merge(geometry.bounds_of(each.points) for each in piece.solids)),
                           "grounded": piece.body in grounded, "supported": piece.body in reached}
                          for piece in pieces],
    }


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


def flat_faces(solid, diagonal):
    """Returns the number of faces without area, or too thin for any picture."""
    corners = solid.points[solid.triangles]
    if not len(corners):
        return 0
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    faces = np.bincount(solid.arrays.triangle_face, weights=areas, minlength=len(solid.arrays.face_sizes))
    has_triangles = np.bincount(solid.arrays.triangle_face, minlength=len(faces)) > 0
    return int(((faces <= FLAT_SHARE * diagonal ** 2) & has_triangles).sum())


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


def contacts_json(pairs, tolerance):
    """The contact of each two parts: the nearest and the deepest of their pairs of pieces."""
    found = {}
    for pair in pairs:
        if pair.a.part == pair.b.part or not pair.a.part or not pair.b.part:
            continue
        key = tuple(sorted((pair.a.part, pair.b.part)))
        known = found.setdefault(key, {"a": key[0], "b": key[1], "gap": pair.gap, "depth": 0.0})
        known["gap"] = min(known["gap"], pair.gap)
        known["depth"] = max(known["depth"], pair.depth)
    for each in found.values():
        each["kind"] = "cross" if each["depth"] > tolerance else "touch" if each["gap"] <= tolerance else "near"
        each["gap"], each["depth"] = round(each["gap"], 6), round(each["depth"], 6)
    return [found[key] for key in sorted(found)]


def finding(code, severity, parts, value, limit, unit, hint, objects=()):
    """One entry of findings[]."""
    return {"code": code, "severity": severity, "parts": list(parts), "objects": sorted(objects)[:20],
            "value": round(float(value), 6), "limit": round(float(limit), 6), "unit": unit, "hint": hint}


def asset_findings(survey, told):
    """What is wrong with the whole."""
    if survey.bounds is None or not told["asset"]["triangles"]:
        return [finding("asset.empty", "hard", [], 0, 1, "triangles", "Nothing in the scene has a surface.")]
    low, high = survey.bounds
    found = []
    if abs(low[2]) > survey.tolerance:
        word = "down" if low[2] > 0 else "up"
        found.append(finding("asset.off_ground", "hard", [], low[2], survey.tolerance, "m",
                             "The lowest point is at z = %.4f; move the asset %s by %.4f m so that it stands on z = 0."
                             % (low[2], word, abs(low[2]))))
    middle = np.abs((low + high) / 2)[:2].max()
    if middle > survey.diagonal * CENTER_SHARE:
        found.append(finding("asset.off_center", "soft", [], middle, survey.diagonal * CENTER_SHARE, "m",
                             "The middle of the asset is not over the origin."))
    if not SCALE_LOW <= survey.diagonal <= SCALE_HIGH:
        found.append(finding("scale.implausible", "soft", [], survey.diagonal,
                             SCALE_LOW if survey.diagonal < SCALE_LOW else SCALE_HIGH, "m",
                             "Units are metres: is the asset really %.4g m across?" % survey.diagonal))
    if told["untagged"]:
        found.append(finding("part.untagged", "soft", [], len(told["untagged"]), 0, "objects",
                             "Made outside of any build_<part>(p); make them inside one.", told["untagged"]))
    loose = [item.name for item in bpy.data.objects if item.users_scene == () and geometry.part_of(item)]
    if loose:
        found.append(finding("object.unlinked", "soft", [], len(loose), 0, "objects",
                             "Made but not linked to the scene's collection, so nobody sees them.", loose))
    return found


def part_findings(parts, survey):
    """What is wrong with single parts."""
    found = []
    for part in parts:
        name = [part["part"]]
        if part["non_finite"]:
            found.append(finding("part.degenerate", "hard", name, part["non_finite"], 0, "vertices",
                                 "Coordinates that are not finite: look for a division by zero."))
        if part["empty_objects"]:
            whole = not part["faces"]
            found.append(finding("part.empty", "hard" if whole else "soft", name, len(part["empty_objects"]), 0,
                                 "objects", "These objects have no faces.", part["empty_objects"]))
        if part["zero_area_faces"]:
            many = part["zero_area_faces"] > part["faces"] * MANY_FLAT
            found.append(finding("part.degenerate", "hard" if many else "soft", name, part["zero_area_faces"], 0, "faces",
                                 "Faces without area: merge vertices that lie on one another."))
        if part["missing_material"]:
            found.append(finding("material.missing", "soft", name, len(part["missing_material"]), 0, "objects",
                                 "These objects have faces without a material.", part["missing_material"]))
    return found


def contact_findings(contacts, survey):
    """Parts that gape, or stand too far in one another."""
    found = []
    for each in contacts:
        names = [each["a"], each["b"]]
        limit = survey.diagonal * DEPTH_SHARE
        if each["depth"] > limit:
            found.append(finding("part.penetrates", "soft", names, each["depth"], limit, "m",
                                 "%s and %s stand %.4f m in one another." % (*names, each["depth"])))
        elif survey.tolerance < each["gap"] <= 2 * survey.tolerance:
            found.append(finding("part.gap", "soft", names, each["gap"], survey.tolerance, "m",
                                 "A slit of %.4f m between %s and %s." % (each["gap"], *names)))
    return found


def floating_findings(survey, bodies, reached):
    """Pieces that nothing holds, one finding a part."""
    by_part = {}
    for body in bodies:
        if body not in reached:
            by_part.setdefault(body.part, []).append(body)
    found = []
    for part, loose in by_part.items():
        worst = (0.0, None, None)
        for body in loose[:8]:
            pair = contact.nearest_to(body, reached, survey.diagonal, survey.tolerance)
            if pair is not None and pair.gap >= worst[0]:
                worst = (pair.gap, body, pair.b)
        gap, body, other = worst
        hint = "%d of the pieces of %s reach the ground through no contact" % (len(loose), part or "no part")
        if other is not None:
            hint += "; \"%s\" is %.4f m away from \"%s\"%s: move or extend it until they overlap" % (
                body.name, gap, other.name, " of " + other.part if other.part else "")
        found.append(finding("part.floating", "hard", [part] if part else [], gap, survey.tolerance, "m", hint + ".",
                             [each.name for each in loose]))
    return found
