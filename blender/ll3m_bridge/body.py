# SPDX-License-Identifier: GPL-3.0-or-later
"""One piece of an asset as a triangle surface in world space, with trees that are made when first needed.

A body may consist of many islands. What encloses space is the closed ones; a point is inside when a ray from it leaves
closed islands more or less often than it enters them, so islands that overlap are one solid, and cavities are outside.
"""
import zlib

import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from .arrays import cross

SMALL = 8192
RAYS = (Vector((0.2857, 0.5513, 0.7839)), Vector((-0.6247, 0.3319, 0.7068)))
MAX_HITS = 64


class Body:
    """Triangles of one piece. Of each triangle, `islands` has the number of its island, `closed` whether that is closed, and
    `looks` a number that stands for its material."""

    def __init__(self, name, part, points, triangles, edges, islands, closed, looks):
        self.name, self.part = name, part
        self.points, self.triangles, self.edges = points, triangles, edges
        self.islands, self.closed, self.looks = islands, closed, looks
        corners = [points[triangles[:, index]] for index in range(3)]
        self.triangle_low = np.asfortranarray(np.minimum(np.minimum(corners[0], corners[1]), corners[2]))
        self.triangle_high = np.asfortranarray(np.maximum(np.maximum(corners[0], corners[1]), corners[2]))
        self.low, self.high = self.triangle_low.min(axis=0), self.triangle_high.max(axis=0)
        self._tree = self._solid = self._spans = None

    @classmethod
    def of_solids(cls, name, part, solids):
        """Returns the body of solids that have triangles."""
        shells = [each.arrays.shells for each in solids]
        closed = [each.closed[each.of_triangle] for each in shells]
        looks = [looks_of(each.arrays) for each in solids]
        if len(solids) == 1:
            arrays = solids[0].arrays
            return cls(name, part, solids[0].points, arrays.triangles, arrays.edges, shells[0].of_triangle, closed[0], looks[0])
        starts = np.cumsum([0] + [len(each.points) for each in solids])
        firsts = np.cumsum([0] + [each.count for each in shells])
        return cls(name, part, np.concatenate([each.points for each in solids]),
                   np.concatenate([each.triangles + start for each, start in zip(solids, starts)]),
                   np.concatenate([each.arrays.edges + start for each, start in zip(solids, starts)]),
                   np.concatenate([each.of_triangle + first for each, first in zip(shells, firsts)]),
                   np.concatenate(closed), np.concatenate(looks))

    def only(self, kept):
        """Returns the body of some of the triangles, as a mask; its edges are those of the triangles."""
        triangles = self.triangles[kept]
        edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
        return Body(self.name, self.part, self.points, triangles, edges, self.islands[kept], self.closed[kept],
                    self.looks[kept])

    def cross(self):
        """Returns the cross product of two sides of each triangle: along its normal, as long as twice its area."""
        a, b, c = (self.points[self.triangles[:, index]] for index in range(3))
        return cross(b - a, c - a)

    def middle(self):
        """Returns the mean of the points."""
        return self.points.mean(axis=0)

    def tree(self):
        """Returns the tree of the whole piece; its indices are those of `triangles`."""
        if self._tree is None:
            self._tree = tree_of(self.points, self.triangles)
        return self._tree

    def solid(self):
        """Returns the tree of the closed islands, or None where there are none."""
        if self.closed.all():
            return self.tree()
        if self._solid is None and self.closed.any():
            self._solid = tree_of(self.points, self.triangles[self.closed])
        return self._solid

    def edge_spans(self):
        """Returns (low corners, high corners) of the edges."""
        if self._spans is None:
            starts, ends = self.points[self.edges[:, 0]], self.points[self.edges[:, 1]]
            self._spans = np.asfortranarray(np.minimum(starts, ends)), np.asfortranarray(np.maximum(starts, ends))
        return self._spans

    def within(self, low, high):
        """Returns a mask of the triangles whose boxes meet a box."""
        return boxes_meeting(self.triangle_low, self.triangle_high, low, high)

    def near(self, other, reach):
        """Returns the tree of the triangles within reach of another body's box; None when there are none."""
        low, high = other.low - reach, other.high + reach
        if len(self.triangles) < SMALL or (self.low >= low).all() and (self.high <= high).all():
            return self.tree()
        kept = self.within(low, high)
        if kept.mean() > (0.5 if self._tree is None else 0.1):
            return self.tree()
        return tree_of(self.points, self.triangles[kept]) if kept.any() else None


def looks_of(arrays):
    """Returns a number for the material of each triangle, the same for materials of one name."""
    names = [zlib.crc32(each.name.encode()) if each else 0 for each in arrays.materials] or [0]
    return np.array(names)[np.minimum(arrays.face_materials, len(names) - 1)[arrays.triangle_face]]


def boxes_meeting(lows, highs, low, high):
    """Tells which of many boxes meet one box; axis by axis, which numpy does many times faster than rows."""
    with np.errstate(invalid="ignore"):
        kept = (highs[:, 0] >= low[0]) & (lows[:, 0] <= high[0])
        for axis in (1, 2):
            kept &= (highs[:, axis] >= low[axis]) & (lows[:, axis] <= high[axis])
    return kept


def tree_of(points, triangles):
    """Returns a tree of triangles, its points without those that no triangle uses."""
    used = np.zeros(len(points), dtype=bool)
    used[triangles] = True
    if used.all():
        return BVHTree.FromPolygons(points.tolist(), triangles.tolist(), all_triangles=True)
    compact = np.cumsum(used) - 1
    return BVHTree.FromPolygons(points[used].tolist(), compact[triangles].tolist(), all_triangles=True)


def box_gap(a, b):
    """Least distance between two boxes, 0 when they overlap."""
    apart = np.maximum(0.0, np.maximum(a.low - b.high, b.low - a.high))
    return float(np.sqrt((apart ** 2).sum()))


def is_inside(solid, point):
    """Whether a point lies inside closed surfaces. Two rays have to say so: one may pass exactly through an edge."""
    return all(winding(solid, Vector(point), ray) != 0 for ray in RAYS)


def winding(solid, point, ray):
    """Returns how much oftener a ray from a point passes faces outwards than inwards."""
    total = 0
    for _ in range(MAX_HITS):
        location, normal, _, _ = solid.ray_cast(point, ray)
        if location is None:
            break
        total += 1 if normal.dot(ray) > 0.0 else -1
        point = location + ray * max(1e-7, 4e-6 * max(map(abs, location)))
    return total


def thin(values, count):
    """Returns at most count of the values, spread evenly."""
    if len(values) <= count:
        return values
    return values[np.linspace(0, len(values) - 1, count).astype(int)]
