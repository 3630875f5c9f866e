# SPDX-License-Identifier: GPL-3.0-or-later
"""How far apart the surfaces of two bodies are.

Two ways are taken, and the nearer counts. Points of each, nearest to the other's box and spread, are projected to and fro
between the surfaces, which ends at a place where no step makes it nearer. Then the triangles that can still be nearer
than that (by their boxes) are held against each other one by one, edges and faces, which is exact; of more than MAX_EXACT
pairs of triangles only the first way is taken, and between meshes so dense it differs by less than their facets.
"""
import numpy as np

from . import distance
from .body import box_gap, boxes_meeting, thin

SAMPLES = 16
REFINED = 3
ROUNDS = 12
FEW_EDGES = 200
MAX_EXACT = 20_000
MAX_CLOSE = 400_000
MAX_TRIED = 4_000


class Gap:
    """The least distance of two surfaces, and the points where they are nearest (None when not within reach)."""

    def __init__(self, length, on_a=None, on_b=None):
        self.length, self.on_a, self.on_b = length, on_a, on_b


def between(a, b, reach, close):
    """Returns the Gap of two surfaces that do not cross, looked for within reach; most exactly below `close`."""
    short = min(reach, box_gap(a, b) * 1.5 + 1e-3 * reach)
    for limit in (short, reach):
        found = sharpened(a, b, projected_gap(a, b, limit), close)
        if found.length < limit or limit == reach:
            break
    return found


def projected_gap(a, b, reach):
    """Returns the nearest place found by projecting to and fro."""
    tree_a, tree_b = a.near(b, reach), b.near(a, reach)
    if tree_a is None or tree_b is None:
        return Gap(reach)
    starts = [(gap, foot) for gap, foot, _ in feet_of(points_near(a, b, reach), tree_b, reach)]
    starts += [(gap, tree_b.find_nearest(foot)[0]) for gap, foot, _ in feet_of(points_near(b, a, reach), tree_a, reach)]
    starts.sort(key=lambda each: each[0])
    best = Gap(reach)
    for _, point in starts[:REFINED]:
        found = projected(point, tree_a, tree_b)
        if found.length < best.length:
            best = found
    return best


def points_near(body, other, reach):
    """Returns points of a body within reach of another's box: those nearest to the box, and some of the rest.

    Of few edges, points along them; of many, their ends alone.
    """
    low, high = other.low - reach, other.high + reach
    edges = body.edges[boxes_meeting(*body.edge_spans(), low, high)]
    if len(edges) > FEW_EDGES:
        points = body.points[thin(edges, 10 * FEW_EDGES)[:, 0]]
    else:
        starts, ends = clipped(body.points[edges[:, 0]], body.points[edges[:, 1]], low, high)
        points = np.concatenate([starts, ends, (starts + ends) / 2])
    apart = np.maximum(0.0, np.maximum(points - other.high, other.low - points))
    squares = np.einsum("ij,ij->i", apart, apart)
    if len(points) <= 2 * SAMPLES:
        return points
    order = np.argpartition(squares, SAMPLES)
    return points[np.concatenate([order[:SAMPLES], thin(order[SAMPLES:], SAMPLES)])]


def feet_of(points, tree, reach):
    """Returns [(distance, nearest point of the tree, point)] of those points that are within reach of it."""
    found = []
    for point in points.tolist():
        foot, _, _, gap = tree.find_nearest(point, reach)
        if foot is not None:
            found.append((gap, foot, point))
    return found


def projected(point, tree_a, tree_b):
    """Goes to and fro between two surfaces by nearest points, from a point of b; returns the Gap it ends at."""
    best = Gap(float("inf"))
    for _ in range(ROUNDS):
        on_a = tree_a.find_nearest(point)[0]
        point, _, _, length = tree_b.find_nearest(on_a)
        done = length > best.length * 0.999
        if length < best.length:
            best = Gap(length, on_a, point)
        if done:
            break
    return best


def sharpened(a, b, found, close):
    """Returns the least distance of all triangles that may be nearer than what was found, or that when they are too many."""
    limit = found.length
    if limit <= 1e-9:
        return found
    one = np.nonzero(a.within(b.low - limit, b.high + limit))[0]
    two = np.nonzero(b.within(a.low - limit, a.high + limit))[0]
    if not len(one) or not len(two) or len(one) * len(two) > (MAX_CLOSE if limit <= close else MAX_EXACT):
        return found
    squares = np.zeros((len(one), len(two)))
    for axis in range(3):
        apart = np.maximum(a.triangle_low[one, axis, None] - b.triangle_high[None, two, axis],
                           b.triangle_low[None, two, axis] - a.triangle_high[one, axis, None])
        np.maximum(apart, 0.0, out=apart)
        squares += apart * apart
    rows, columns = np.nonzero(squares < limit * limit)
    if len(rows) > MAX_TRIED:
        nearest = np.argpartition(squares[rows, columns], MAX_TRIED)[:MAX_TRIED]
        rows, columns = rows[nearest], columns[nearest]
    if not len(rows):
        return found
    lengths, on_a, on_b = distance.between_triangles(a.points[a.triangles[one[rows]]], b.points[b.triangles[two[columns]]])
    best = int(lengths.argmin())
    return Gap(float(lengths[best]), on_a[best], on_b[best]) if lengths[best] < limit else found


def clipped(starts, ends, low, high):
    """Cuts segments to a box; returns (starts, ends) of what is left of those that pass through it."""
    along = ends - starts
    with np.errstate(divide="ignore", invalid="ignore"):
        first = (low - starts) / along
        last = (high - starts) / along
    flat = along == 0.0
    inside = (starts >= low) & (starts <= high)
    enter = np.where(flat, np.where(inside, 0.0, 2.0), np.minimum(first, last)).max(axis=1).clip(0.0, None)
    leave = np.where(flat, np.where(inside, 1.0, -1.0), np.maximum(first, last)).min(axis=1).clip(None, 1.0)
    kept = enter <= leave
    starts, along, enter, leave = starts[kept], along[kept], enter[kept, None], leave[kept, None]
    return starts + along * enter, starts + along * leave
