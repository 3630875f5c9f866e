# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between two reports, part by part. bpy-free.

It goes by the three hashes of each part, so it proves that a part is the same, and says in which of mesh, transform and
material another one differs.
"""
from .errors import Failure

ASPECTS = ("mesh", "transform", "material")


def compare(before, after):
    """Returns {parts, changed, unchanged} of two reports."""
    old, new = parts_of(before), parts_of(after)
    rows = [row(name, old.get(name), new.get(name)) for name in [*old, *(name for name in new if name not in old)]]
    return {
        "parts": rows,
        "changed": [each["part"] for each in rows if each["state"] != "same"],
        "unchanged": [each["part"] for each in rows if each["state"] == "same"],
    }


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
    if old is None or new is None:
        one = old or new
        return {"part": name, "state": "added" if old is None else "removed", "mesh": True, "transform": True,
                "material": True, "pieces": [count(old), count(new)], "bounds": None, "size": [size(old), size(new)],
                "triangles": [0 if old is None else one.get("triangles", 0), 0 if new is None else one.get("triangles", 0)]}
    changed = {aspect: old["hash"].get(aspect) != new["hash"].get(aspect) for aspect in ASPECTS}
    return {"part": name, "state": "changed" if any(changed.values()) else "same", **changed,
            "pieces": [count(old), count(new)], "bounds": moved(old.get("bounds"), new.get("bounds")),
            "size": [size(old), size(new)], "triangles": [old.get("triangles", 0), new.get("triangles", 0)]}


def count(part):
    """Pieces of a part; none of a missing one."""
    return part.get("pieces", 0) if part else 0


def size(part):
    """Extent of a part's bounds, or None."""
    box = part.get("bounds") if part else None
    return [round(high - low, 6) for low, high in zip(box["min"], box["max"])] if box else None


def moved(old, new):
    """How far the corners of the bounds moved: {min, max}; None where one of them has no bounds."""
    if not old or not new:
        return None
    return {corner: [round(b - a, 6) for a, b in zip(old[corner], new[corner])] for corner in ("min", "max")}
