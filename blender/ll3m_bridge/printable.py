# SPDX-License-Identifier: GPL-3.0-or-later
"""What a printer will have trouble with, by place: walls that are too thin and surfaces that hang over nothing.

A wall is measured from the middle of a triangle straight inwards to a surface that faces the other way. A surface hangs over
when it leans out by more than 45 degrees and there is nothing close below it.
"""
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

THIN = 0.8                 # mm
OVERHANG = 45.0            # degrees
LAYERS = 0.5               # mm: what is closer below carries
MOST_SAMPLES = 40000
AGAINST = 0.7              # how much the far side of a wall has to face the other way
LEAST_AREA = 1.0           # mm2 of a part, below that nothing is said
INTO = 1e-3                # mm that a ray begins below the surface
EVERY = 4096


def findings(call, points, triangles, part, names):
    """Returns the findings of a solid in millimetres; `part` is the number of each triangle's part in `names`."""
    corners = points[triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    doubled = np.linalg.norm(facing, axis=1)
    areas, facing = doubled / 2.0, facing / np.maximum(doubled, 1e-12)[:, None]
    middles = corners.mean(axis=1)
    tree = BVHTree.FromPolygons(points.tolist(), triangles.tolist())
    return (thin(call, tree, middles, facing, areas, part, names) + overhangs(call, tree, middles, facing, areas, part, names))


def sampled(chosen, areas):
    """Returns (which of the chosen triangles are looked at, how much area each stands for)."""
    step = max(1, -(-len(chosen) // MOST_SAMPLES))
    taken = chosen[::step]
    return taken, areas[taken] * (areas[chosen].sum() / max(areas[taken].sum(), 1e-12))


def thin(call, tree, middles, facing, areas, part, names):
    """Returns `print.thin`, one a part: the thinnest place and how much of it is too thin."""
    taken, stands_for = sampled(np.nonzero(areas > 1e-9)[0], areas)
    wall = np.full(len(taken), np.inf)
    for at, index in enumerate(taken.tolist()):
        if at % EVERY == 0:
            call.guard.check()
        inwards = Vector(-facing[index])
        _, normal, _, distance = tree.ray_cast(Vector(middles[index]) + inwards * INTO, inwards, THIN)
        if normal is not None and normal.dot(inwards) > AGAINST:
            wall[at] = distance + INTO
    rows = []
    for number in np.unique(part[taken]):
        mine = (part[taken] == number) & (wall < THIN)
        area = stands_for[mine].sum()
        if area >= LEAST_AREA:
            worst = int(np.argmin(np.where(mine, wall, np.inf)))
            rows.append(finding("print.thin", [names[number]], [], float(wall[worst]), THIN, "mm", middles[taken[worst]],
                                "%.0f square millimetres of it are thinner than a printer can make: make it thicker, or print "
                                "it larger" % area))
    return rows


def overhangs(call, tree, middles, facing, areas, part, names):
    """Returns `print.overhang`, one a part: the largest leaning triangle's place and the area that hangs over nothing."""
    leaning = np.nonzero((facing[:, 2] < -np.cos(np.radians(OVERHANG))) & (middles[:, 2] > LAYERS) & (areas > 1e-9))[0]
    if not len(leaning):
        return []
    taken, stands_for = sampled(leaning, areas)
    free = np.ones(len(taken), dtype=bool)
    down = Vector((0.0, 0.0, -1.0))
    for at, index in enumerate(taken.tolist()):
        if at % EVERY == 0:
            call.guard.check()
        free[at] = tree.ray_cast(Vector(middles[index]) + down * INTO, down, LAYERS)[0] is None
    rows = []
    for number in np.unique(part[taken]):
        mine = (part[taken] == number) & free
        area = stands_for[mine].sum()
        if area >= LEAST_AREA:
            worst = int(np.argmax(np.where(mine, stands_for, -1.0)))
            steepest = np.degrees(np.arcsin(np.clip(-facing[taken[mine], 2].min(), -1.0, 1.0)))
            rows.append(finding("print.overhang", [names[number]], [], float(steepest), OVERHANG, "degrees",
                                middles[taken[worst]],
                                "%.0f square millimetres of it hang over nothing: print it with supports" % area))
    return rows


def finding(code, parts, objects, value, limit, unit, point, hint):
    """Returns a soft finding; `point` is its place in millimetres on the print, or None."""
    row = {"code": code, "severity": "soft", "parts": parts, "objects": objects, "value": round(value, 3), "limit": limit,
           "unit": unit, "hint": hint}
    return row if point is None else {**row, "point": [round(float(each), 2) for each in point]}
