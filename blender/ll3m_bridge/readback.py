# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a written file back and holds it against the asset it was written of: bounds, parts, triangles, materials, and the look.

The look is judged by picture against picture: same cameras, same light, same engine (likeness.py). Light that shines through or
out of the asset falls differently on other materials, so of glass and glow the figures are told and not judged.
"""
import contextlib

import bpy
import numpy as np

from . import geometry, likeness, smooth
from .render import Studio, VIEWS, developed, visible_points

# Which of the ten views: a three-quarter front, a three-quarter back, from above.
LOOKED_AT = [0, 3, 4]
PICTURE = {"width": 320, "height": 240, "bounces": 4, "threshold": 0.0}
# Rays a pixel; the second is for assets whose first pictures differ: few rays make even the same thing look unlike itself.
RAYS = [12, 48]
BOUNDS_SHARE = 0.005
# Formats whose look is compared, and those that hold one mesh without names.
LOOKED = {"glb", "gltf"}
MOST_NAMES = 20
NAMELESS = {"stl", "ply"}
MOST_DIFFERENCE, LEAST_SIMILARITY = 8.0, 0.92
DIFFERENT_LOOK = {"web": 10.0}


class Original:
    """What a file is held against; looked at once a scene."""

    def __init__(self, directory):
        solids = geometry.solids()
        self.points = visible_points(solids)
        self.low, self.high = self.points.min(axis=0), self.points.max(axis=0)
        self.parts = sorted({each.owner.name for each in solids})
        self.triangles = sum(len(each.triangles) for each in solids)
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
    window = bpy.context.window_manager.windows[0]
    source = window.scene
    with stage.names_aside(*stage.MATERIALS):
        before = set(stage.all_pointers())
        scene = bpy.data.scenes.new("Read back")
        try:
            window.scene = scene
            with old_numpy_names():
                operator(filepath=path, **options)
            yield scene
        finally:
            window.scene = source
            bpy.data.batch_remove([scene] + [each for each in stage.all_datablocks() if each.as_pointer() not in before])


# Format → the operators that read it, newest Blender's first.
READERS = {
    "glb": [("import_scene.gltf", {})], "gltf": [("import_scene.gltf", {})],
    "obj": [("wm.obj_import", {})],
    "stl": [("wm.stl_import", {"forward_axis": 'Y', "up_axis": 'Z'}), ("import_mesh.stl", {})],
    "ply": [("wm.ply_import", {"forward_axis": 'Y', "up_axis": 'Z'}), ("import_mesh.ply", {})],
    "fbx": [("import_scene.fbx", {})],
    "usdc": [("wm.usd_import", {})], "usdz": [("wm.usd_import", {})],
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


def check(original, path, kind, told, profile):
    """Returns {"read", "bounds_off", "parts", "triangles", "materials", "look", "findings"} of a file."""
    for rays in RAYS if told is not None and kind in LOOKED else RAYS[:1]:
        pictures = original.pictures(rays) if told is not None and kind in LOOKED else None
        with imported(path, kind) as scene:
            if scene is None:
                return {"read": False, "why": "this Blender has no reader for it", "findings": []}
            found = measured(original, kind)
            if pictures and found["triangles"]:
                found["look"] = looks(pictures, photographed(original.points, original.directory, rays), told)
        found["findings"] = findings(found, original, profile)
        if not any(each["code"] == "delivery.look" for each in found["findings"]):
            break
    return found


def measured(original, kind):
    """Measures the scene that was read, in the places of the original."""
    solids = [each for each in geometry.solids() if len(each.triangles)]
    if not solids:
        return {"read": True, "bounds_off": 1.0, "parts": 0, "missing": original.parts, "triangles": 0, "materials": 0}
    points = np.concatenate([each.points for each in solids])
    off = max(np.abs(points.min(axis=0) - original.low).max(), np.abs(points.max(axis=0) - original.high).max())
    names = {each.owner.name for each in solids}
    missing = [] if kind in NAMELESS else [each for each in original.parts if each not in names][:MOST_NAMES]
    return {"read": True, "bounds_off": round(float(off) / max(original.diagonal, 1e-9), 5), "parts": len(names), "missing": missing,
            "triangles": sum(len(each.triangles) for each in solids),
            "materials": len({material.name for each in solids for material in each.arrays.materials if material})}


def looks(before, after, told):
    """Compares pictures of the original with those of what was read."""
    rows = [likeness.compare(first, second) for first, second in zip(before, after)]
    through = [each["material"] for each in told["materials"] if each["glass"] or each["glow"]]
    return {"difference": round(max(each["difference"] for each in rows), 2),
            "similarity": round(min(each["similarity"] for each in rows), 4),
            "mean_difference": round(sum(each["difference"] for each in rows) / len(rows), 2),
            "mean_similarity": round(sum(each["similarity"] for each in rows) / len(rows), 4),
            "views": len(rows), "glass_or_glow": through}


def findings(found, original, profile):
    """Returns what of a file is not as it should be, as findings of the report (soft: the asset itself is sound)."""
    rows = []
    if found["bounds_off"] > BOUNDS_SHARE:
        rows.append(finding("delivery.bounds", found["bounds_off"], BOUNDS_SHARE, "share of the diagonal",
                            "read back, its bounds are others: look for an object that the format cannot hold"))
    if found["missing"]:
        rows.append({**finding("delivery.parts", len(found["missing"]), 0, "objects", "read back, these objects are not there by name"),
                     "objects": found["missing"]})
    if not found["triangles"]:
        rows.append(finding("delivery.empty", 0, 1, "triangles", "read back, there is nothing in it"))
    elif profile in {"", "archive"} and found["triangles"] != original.triangles:
        rows.append(finding("delivery.triangles", found["triangles"], original.triangles, "triangles",
                            "read back, it has another number of triangles"))
    look = found.get("look")
    if look and not look["glass_or_glow"]:
        most = DIFFERENT_LOOK.get(profile, MOST_DIFFERENCE)
        if look["mean_difference"] > most:
            rows.append(finding("delivery.look", look["mean_difference"], most, "of 255",
                                "read back, it looks different: export it with larger textures"))
        elif look["mean_similarity"] < LEAST_SIMILARITY and profile != "web":
            rows.append(finding("delivery.look", look["mean_similarity"], LEAST_SIMILARITY, "similarity",
                                "read back, it looks different in detail: export it with larger textures"))
    return rows


def finding(code, value, limit, unit, hint):
    return {"code": code, "severity": "soft", "parts": [], "objects": [], "value": value, "limit": limit, "unit": unit, "hint": hint}
