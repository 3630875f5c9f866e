# SPDX-License-Identifier: GPL-3.0-or-later
"""How far two bodies stand in one another, and how much room they share. Only closed islands have an inside."""
import numpy as np
from mathutils import Vector

from .body import boxes_meeting, is_inside, thin
from .gap import clipped

SAMPLES = 120
MAX_EDGES = 200
VOLUME_SIDE = 8


class Depth:
    """How deep, and the way by which the first body comes out of the other at its deepest point."""

    def __init__(self, length=0.0, way=None):
        self.length, self.way = length, way


def between(a, b):
    """Returns the Depth of two bodies whose surfaces cross: by the deepest points, and by the middle of what they share."""
    found = [inside_of(a, b), turned(inside_of(b, a)), shared(a, b)]
    return max(found, key=lambda each: each.length)


def turned(depth):
    """Returns the same for the other body."""
    return Depth(depth.length, None if depth.way is None else -depth.way)


def inside_of(inner, outer):
    """Returns how deep the deepest point of a body lies inside another one."""
    solid = outer.solid()
    if solid is None:
        return Depth()
    found = []
    for point in points_inside(inner, outer.low, outer.high).tolist():
        foot, _, _, length = solid.find_nearest(point)
        found.append((length, point, foot))
    found.sort(key=lambda each: -each[0])
    best = next((each for each in found if is_inside(solid, each[1])), None)
    return Depth(best[0], best[2] - Vector(best[1])) if best else Depth()


def points_inside(body, low, high):
    """Returns points of a body inside a box: of few edges, what of them lies in it; of many, their ends."""
    edges = body.edges[boxes_meeting(*body.edge_spans(), low, high)]
    if len(edges) > MAX_EDGES:
        points = body.points[np.unique(edges)]
        return thin(points[((points >= low) & (points <= high)).all(axis=1)], SAMPLES)
    starts, ends = clipped(body.points[edges[:, 0]], body.points[edges[:, 1]], low, high)
    return np.concatenate([thin(each, SAMPLES // 3) for each in (starts, ends, (starts + ends) / 2)])


def shared(a, b):
    """Returns the way between the surfaces through the middle of the common box; nothing when that is not inside both."""
    one, two = a.solid(), b.solid()
    if one is None or two is None:
        return Depth()
    middle = Vector((np.maximum(a.low, b.low) + np.minimum(a.high, b.high)) / 2)
    if not (is_inside(one, middle) and is_inside(two, middle)):
        return Depth()
    foot_a, _, _, depth_a = one.find_nearest(middle)
    foot_b, _, _, depth_b = two.find_nearest(middle)
    return Depth(depth_a + depth_b, foot_b - foot_a)


def held(inner, outer):
    """Returns the Depth of a body whose surface does not cross another one that it lies wholly inside of."""
    if outer.solid() is None or (inner.low < outer.low).any() or (inner.high > outer.high).any():
        return Depth()
    if not is_inside(outer.solid(), inner.points[inner.triangles[0, 0]]):
        return Depth()
    return inside_of(inner, outer)


def volume(a, b):
    """Returns the room that two bodies share, in cubic metres, from a grid of points in their common box."""
    one, two = a.solid(), b.solid()
    low, high = np.maximum(a.low, b.low), np.minimum(a.high, b.high)
    if one is None or two is None or (high <= low).any():
        return 0.0
    steps = (np.arange(VOLUME_SIDE) + 0.5) / VOLUME_SIDE
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    inside = sum(is_inside(one, point) and is_inside(two, point) for point in (low + grid * (high - low)).tolist())
    return float(inside / len(grid) * (high - low).prod())
