# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between two reports, part by part. bpy-free.

It goes by the three hashes of each part, so it proves that a part is the same, and says in which of mesh, transform and
material another one differs: which objects and materials came and went, how far it moved. Beside the parts it tells which parts met or
parted, and objects outside of all parts.
"""
from .errors import Failure

ASPECTS = ("mesh", "transform", "material")
SAME = 2e-6


def compare(before, after):
    """Returns {parts, changed, unchanged, contacts, untagged} of two reports."""
    old, new = parts_of(before), parts_of(after)
    rows = [row(name, old.get(name), new.get(name)) for name in [*old, *(name for name in new if name not in old)]]
    return {
        "parts": rows,
        "changed": [each["part"] for each in rows if each["state"] != "same"],
        "unchanged": [each["part"] for each in rows if each["state"] == "same"],
        "contacts": names_changed(meetings(before), meetings(after)),
        "untagged": names_changed(before.get("untagged"), after.get("untagged")),
    }


def meetings(report):
    """Returns "a, b" of each two parts that touch or cross."""
    return ["%s, %s" % (each.get("a"), each.get("b")) for each in report.get("contacts") or () if each.get("kind") != "near"]


def names_changed(old, new):
    """Returns {added, removed} of two lists of names."""
    old, new = set(old or ()), set(new or ())
    return {"added": sorted(new - old), "removed": sorted(old - new)}


def parts_of(report):
    """Returns {name: part} of a report; request.invalid when it is none."""
    parts = report.get("parts")
    if not isinstance(parts, list):
        raise Failure("request.invalid", "before and after have to be reports", {})
    for part in parts:
        if not (isinstance(part, dict) and isinstance(part.get("part"), str) and isinstance(part.get("hash"), dict)):
            raise Failure("request.invalid", "a part of a report has no name or no hash", {})
    return {part["part"]: part for part in parts}


def row(name, old, new):
    """Returns how one part fared."""
    there = {"pieces": [count(old, "pieces"), count(new, "pieces")], "size": [size(old), size(new)],
             "triangles": [count(old, "triangles"), count(new, "triangles")],
             "objects": names_changed(old and old.get("objects"), new and new.get("objects")),
             "materials": names_changed(old and old.get("materials"), new and new.get("materials"))}
    if old is None or new is None:
        return {"part": name, "state": "added" if old is None else "removed", "mesh": True, "transform": True,
                "material": True, "bounds": None, "moved_by": None, **there}
    changed = {aspect: old["hash"].get(aspect) != new["hash"].get(aspect) for aspect in ASPECTS}
    bounds = moved(old.get("bounds"), new.get("bounds"))
    return {"part": name, "state": "changed" if any(changed.values()) else "same", **changed, "bounds": bounds,
            "moved_by": as_a_whole(bounds), **there}


def count(part, what):
    """A number of a part; 0 of a missing one."""
    return part.get(what, 0) if part else 0


def as_a_whole(bounds):
    """Returns the way that both corners of the bounds went, or None where they went differently, or nowhere."""
    if not bounds or not any(bounds["min"]) or any(abs(a - b) > SAME for a, b in zip(bounds["min"], bounds["max"])):
        return None
    return bounds["min"]


def size(part):
    """Extent of a part's bounds, or None."""
    box = part.get("bounds") if part else None
    return [round(high - low, 6) for low, high in zip(box["min"], box["max"])] if box else None


def moved(old, new):
    """How far the corners of the bounds moved: {min, max}; None where one of them has no bounds."""
    if not old or not new:
        return None
    return {corner: [round(b - a, 6) for a, b in zip(old[corner], new[corner])] for corner in ("min", "max")}
