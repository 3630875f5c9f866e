# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a written file back and holds it against the asset it was written of: bounds, parts, triangles, materials, and the
look.

The look is judged by picture against picture: same cameras, same light, same engine (likeness.py). Light that shines through or
out of the asset falls differently on other materials, so of glass and glow the figures are told and not judged.
"""
import contextlib

import bpy
import numpy as np
from mathutils import Matrix

from . import findings as gate, geometry, likeness, smooth, threemf
from .render import Studio, VIEWS, developed, visible_points

# Which of the ten views: a three-quarter front, a three-quarter back, from above.
LOOKED_AT = [0, 3, 4]
PICTURE = {"width": 320, "height": 240, "bounces": 4, "threshold": 0.0}
# Rays a pixel; the second is for assets whose first pictures differ: few rays make even the same thing look unlike itself.
RAYS = [12, 48]
# Formats whose look is compared, and those that hold one mesh without names.
LOOKED = {"glb", "gltf"}
MOST_NAMES = 20
# Corners closer than this, of the diagonal, are one for formats that know triangles by the places of their corners.
NEAR = 1e-6
NAMELESS = {"stl", "ply"}


class Original:
    """What a file is held against; looked at once a scene."""

    def __init__(self, directory):
        solids = geometry.solids()
        self.points = visible_points(solids)
        self.low, self.high = self.points.min(axis=0), self.points.max(axis=0)
        self.parts = sorted({each.owner.name for each in solids})
        self.triangles = sum(len(each.triangles) for each in solids)
        self.collapsed = sum(collapsed(each.points[each.triangles], NEAR * self.diagonal) for each in solids)
        self.materials = sorted({material.name for each in solids for material in each.arrays.materials if material})
        self.directory = directory
        self._pictures = {}

    @property
    def diagonal(self):
        return float(np.linalg.norm(self.high - self.low))

    def pictures(self, rays):
        """Returns the pictures of the asset; only while its scene is the current one."""
        if rays not in self._pictures:
            self._pictures[rays] = photographed(self.points, self.directory, rays)
        return self._pictures[rays]


def collapsed(corners, near):
    """Returns how many triangles (n x 3 x 3) have two corners in one place: some formats cannot hold them."""
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
    return int((sides.min(axis=1, initial=np.inf) < near).sum())


def photographed(points, directory, rays):
    """Returns pictures of the current scene from the sides that are compared, developed alike."""
    studio, pictures = Studio(points, {**PICTURE, "samples": rays}), []
    try:
        studio.ask_for_guides(directory)
        for number in LOOKED_AT:
            _, azimuth, elevation = VIEWS[number]
            studio.aim(azimuth, elevation)
            light = studio.shoot(directory + "/readback.exr")
            guides = studio.guide_pictures()
            pictures.append(developed(smooth.smoothed(light, *guides) if guides else light, 0.0))
    finally:
        studio.close()
    return pictures


@contextlib.contextmanager
def imported(path, kind):
    """Yields a scene of its own with what a file holds, or None when this Blender has no reader for it."""
    from . import stage
    reader = choose(READERS.get(kind, ()))
    if reader is None:
        yield None
        return
    operator, options = reader
    with stage.visitors(*stage.MATERIALS):
        scene = bpy.data.scenes.new("Read back")
        bpy.context.window_manager.windows[0].scene = scene
        with old_numpy_names():
            operator(filepath=path, **options)
        yield scene


# Format → the operators that read it, newest Blender's first.
READERS = {
    "glb": [("import_scene.gltf", {})], "gltf": [("import_scene.gltf", {})],
    "obj": [("wm.obj_import", {})],
    "stl": [("wm.stl_import", {"forward_axis": 'Y', "up_axis": 'Z'}), ("import_mesh.stl", {})],
    "ply": [("wm.ply_import", {"forward_axis": 'Y', "up_axis": 'Z'}), ("import_mesh.ply", {})],
    "fbx": [("import_scene.fbx", {})],
    "usdc": [("wm.usd_import", {})], "usdz": [("wm.usd_import", {})],    # Debian's Blenders have none
}


def choose(rows):
    """Returns (operator, options) of the first row that this Blender has, or None."""
    for identifier, options in rows:
        group, name = identifier.split(".")
        if name in dir(getattr(bpy.ops, group)):
            operator = getattr(getattr(bpy.ops, group), name)
            known = operator.get_rna_type().properties.keys()
            return operator, {key: value for key, value in options.items() if key in known}
    return None


@contextlib.contextmanager
def old_numpy_names():
    """Lends numpy the name that the importer of Blender 3.4 still uses, and newer numpy has dropped."""
    lent = "bool" not in vars(np)
    if lent:
        np.bool = bool
    try:
        yield
    finally:
        if lent:
            del np.bool


def check(original, path, kind, told, outcome, row):
    """Returns {"read", "bounds_off", "parts", "triangles", "materials", "look", "size", "findings"} of a file; `outcome` and `row` are
    those of its profile."""
    if kind in PARSERS:
        found = parsed(original, PARSERS[kind](path), outcome)
        return {**found, "size": size_in_file(original, outcome), "findings": findings(found, original, outcome, row)}
    looked = told is not None and kind in LOOKED and row.looked
    for rays in RAYS if looked else RAYS[:1]:
        pictures = original.pictures(rays) if looked else None
        with imported(path, kind) as scene:
            if scene is None:
                return {"read": False, "why": "this Blender has no reader for it", "findings": []}
            there = {spelled(name) for each in scene.objects for name in (each.name, nameless(each.name))}
            put_back(scene, outcome)
            found = measured(original, kind, outcome)
            found["missing"] += [each for each in sorted(outcome.aside) if kind not in NAMELESS and spelled(each) not in there]
            if pictures and found["triangles"]:
                found["look"] = looks(pictures, photographed(original.points, original.directory, rays), told)
        found["size"] = size_in_file(original, outcome)
        found["findings"] = findings(found, original, outcome, row)
        if not any(each["code"] == "delivery.look" for each in found["findings"]):
            break
    return found


def size_in_file(original, outcome):
    """Returns the sides of the asset's box in the units of a file, for readers apart from this one; None where a profile lets
    the asset change, or its numbers are not everyone's."""
    if not outcome.exact:
        return None
    return [round(float(each) * abs(float(outcome.matrix[0][0])), 6) for each in original.high - original.low]


def put_back(scene, outcome):
    """Moves what was read to where the asset stands, and takes away what a profile set beside it."""
    aside = {spelled(each) for each in outcome.aside}
    for item in [each for each in scene.objects if spelled(each.name) in aside]:
        bpy.data.objects.remove(item)
    back = Matrix(np.linalg.inv(outcome.matrix).tolist())
    if not np.allclose(outcome.matrix, np.eye(4)):
        for item in [each for each in scene.objects if each.parent is None]:
            item.matrix_world = back @ item.matrix_world
    scene.view_layers[0].update()


def spelled(name):
    """Returns a name as it is compared: a format may not know blanks."""
    return name.replace(" ", "_")


def nameless(name):
    """Returns a name without the number that tells namesakes apart."""
    stem, _, number = name.rpartition(".")
    return stem if stem and number.isdigit() else name


def measured(original, kind, outcome):
    """Measures the scene that was read, in the places of the original. A mesh below an empty of a part's name stands for it."""
    solids = [each for each in geometry.solids() if len(each.triangles)]
    points = np.concatenate([each.points for each in solids]) if solids else np.zeros((0, 3))
    owners = {each.owner for each in solids}
    names = {name for each in owners for name in (each.name, each.parent.name if each.parent is not None else each.name)}
    names |= {nameless(each) for each in names}
    triangles = sum(len(each.triangles) for each in solids)
    return found_of(original, outcome, points, len(owners), None if kind in NAMELESS else names, triangles,
                    len({material.name for each in solids for material in each.arrays.materials if material}))


def parsed(original, solids, outcome):
    """As `measured`, for [(name, points, triangles)] of a format that is read without Blender."""
    points = np.concatenate([each[1] for each in solids]) if solids else np.zeros((0, 3))
    back = np.linalg.inv(outcome.matrix)
    points = points @ back[:3, :3].T + back[:3, 3]
    triangles = sum(len(each[2]) for each in solids)
    return found_of(original, outcome, points, len(solids), {each[0] for each in solids}, triangles, 0)


def found_of(original, outcome, points, parts, names, triangles, materials):
    """Returns what was found; `names` is None when the format has none."""
    wanted = original.parts if outcome.parts is None else outcome.parts
    if not len(points):
        return {"read": True, "bounds_off": 1.0, "parts": 0, "missing": wanted[:MOST_NAMES], "triangles": 0, "materials": 0}
    off = max(np.abs(points.min(axis=0) - original.low).max(), np.abs(points.max(axis=0) - original.high).max())
    there = {spelled(each) for each in names or ()}
    missing = [] if names is None else [each for each in wanted if spelled(each) not in there][:MOST_NAMES]
    return {"read": True, "bounds_off": round(float(off) / max(original.diagonal, 1e-9), 5), "parts": parts, "missing": missing,
            "triangles": triangles, "materials": materials}


# Formats that are read without Blender: by what → [(name, points, triangles)].
PARSERS = {"3mf": lambda path: threemf.read(path)[0]}


def looks(before, after, told):
    """Compares pictures of the original with those of what was read."""
    rows = [likeness.compare(first, second) for first, second in zip(before, after)]
    through = [each["material"] for each in told["materials"] if each["glass"] or each["glow"]]
    return {"difference": round(max(each["difference"] for each in rows), 2),
            "similarity": round(min(each["similarity"] for each in rows), 4),
            "mean_difference": round(sum(each["difference"] for each in rows) / len(rows), 2),
            "mean_similarity": round(sum(each["similarity"] for each in rows) / len(rows), 4),
            "views": len(rows), "glass_or_glow": through}


def findings(found, original, outcome, row):
    """Returns what of a file is not as it should be, as findings of the report (soft: the asset itself is sound)."""
    rows = []
    if found["bounds_off"] > row.bounds:
        rows.append(finding("delivery.bounds", found["bounds_off"], row.bounds, "share of the diagonal",
                            "read back, its bounds are others: look for an object that the format cannot hold"))
    if found["missing"]:
        rows.append(finding("delivery.parts", len(found["missing"]), 0, "objects", "read back, these objects are not there by name",
                            found["missing"]))
    wanted = outcome.triangles if outcome.triangles is not None else original.triangles if outcome.exact else None
    if not found["triangles"]:
        rows.append(finding("delivery.empty", 0, 1, "triangles", "read back, there is nothing in it"))
    elif wanted is not None and not wanted - original.collapsed <= found["triangles"] <= wanted:
        rows.append(finding("delivery.triangles", found["triangles"], wanted, "triangles",
                            "read back, it has another number of triangles"))
    look = found.get("look")
    if look and not look["glass_or_glow"]:
        if look["mean_difference"] > row.difference:
            rows.append(finding("delivery.look", look["mean_difference"], row.difference, "of 255",
                                "read back, it looks different: export it with " + row.remedy))
        elif look["mean_similarity"] < row.similarity:
            rows.append(finding("delivery.look", look["mean_similarity"], row.similarity, "similarity",
                                "read back, it looks different in detail: export it with " + row.remedy))
    return rows


def finding(code, value, limit, unit, hint, objects=()):
    """Returns a soft finding of the whole."""
    return gate.finding(code, "soft", [], value, limit, unit, hint, objects)
