# SPDX-License-Identifier: GPL-3.0-or-later
"""Which pieces touch, how far apart or how deep in one another, and which of them reach the ground.

A *body* is one piece of a part as a triangle surface. Two surfaces meet when triangles cross (found by the trees) or when
some point of one lies on the other. Distances start from points of edges cut to the other's neighbourhood, and are sharpened
by projecting to and fro between the surfaces; that ends at the least distance of convex surfaces, and close to it for the rest.
Of large bodies only the triangles near the other one are looked at.

Ceilings: MAX_PAIRS pairs are measured by surface, nearest boxes first; the rest counts with the distance of the boxes. Of two
parts whose pieces all hang together anyway, the MAX_GAPS pairs with the nearest boxes tell the gap.
"""
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

MAX_PAIRS = 3000
MAX_EDGES = 2000
MAX_GAPS = 8
SAMPLES = 24
DEEP_SAMPLES = 48
SMALL = 8192
REFINED = 4
ROUNDS = 12
INSIDE_RAY = Vector((0.2857, 0.5513, 0.7839))
MAX_HITS = 64


class Body:
    """One piece: its triangles in world space, box, and a tree that is made when first needed."""

    def __init__(self, name, part, solids):
        self.name = name
        self.part = part
        self.points = np.concatenate([each.points for each in solids])
        offsets = np.cumsum([0] + [len(each.points) for each in solids])
        self.triangles = np.concatenate([each.triangles + start for each, start in zip(solids, offsets)])
        self.edges = np.concatenate([each.arrays.edges + start for each, start in zip(solids, offsets)])
        corners = [self.points[self.triangles[:, index]] for index in range(3)]
        self.triangle_low = np.asfortranarray(np.minimum(np.minimum(corners[0], corners[1]), corners[2]))
        self.triangle_high = np.asfortranarray(np.maximum(np.maximum(corners[0], corners[1]), corners[2]))
        self.low, self.high = self.triangle_low.min(axis=0), self.triangle_high.max(axis=0)
        starts, ends = self.points[self.edges[:, 0]], self.points[self.edges[:, 1]]
        self.edge_low = np.asfortranarray(np.minimum(starts, ends))
        self.edge_high = np.asfortranarray(np.maximum(starts, ends))
        self.closed = all(len(each.arrays.edges) and (each.arrays.uses == 2).all() for each in solids)
        self._tree = None

    def tree(self):
        """Returns the tree of the whole piece."""
        if self._tree is None:
            self._tree = tree_of(self.points, self.triangles)
        return self._tree

    def near(self, other, reach):
        """Returns the tree of the triangles within reach of another body's box; None when there are none."""
        low, high = other.low - reach, other.high + reach
        if (self.low >= low).all() and (self.high <= high).all() or len(self.triangles) < SMALL:
            return self.tree()
        kept = boxes_meeting(self.triangle_low, self.triangle_high, low, high)
        if kept.mean() > (0.5 if self._tree is None else 0.1):
            return self.tree()
        return tree_of(self.points, self.triangles[kept]) if kept.any() else None


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
    compact = np.cumsum(used) - 1
    return BVHTree.FromPolygons(points[used].tolist(), compact[triangles].tolist(), all_triangles=True)


def box_gap(a, b):
    """Least distance between two boxes, 0 when they overlap."""
    apart = np.maximum(0.0, np.maximum(a.low - b.high, b.low - a.high))
    return float(np.sqrt((apart ** 2).sum()))


def box_pairs(bodies, tolerance, reach):
    """Returns [(distance of the boxes, index, index)], nearest first: within reach, within tolerance if of one part."""
    low = np.array([each.low for each in bodies])
    high = np.array([each.high for each in bodies])
    names = {part: number for number, part in enumerate(dict.fromkeys(each.part for each in bodies))}
    parts = np.array([names[each.part] for each in bodies])
    found = []
    for index in range(len(bodies) - 1):
        apart = np.maximum(0.0, np.maximum(low[index] - high[index + 1:], low[index + 1:] - high[index]))
        squares = (apart * apart).sum(axis=1)
        limit = np.where(parts[index + 1:] == parts[index], tolerance, reach)
        for other in np.nonzero(squares <= limit * limit)[0].tolist():
            found.append((float(squares[other]) ** 0.5, index, index + 1 + other))
    return sorted(found)


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


def segments_near(body, other, reach):
    """Returns the edges of a body, cut to the neighbourhood of another's box."""
    low, high = other.low - reach, other.high + reach
    edges = thin(body.edges[boxes_meeting(body.edge_low, body.edge_high, low, high)], MAX_EDGES)
    return clipped(body.points[edges[:, 0]], body.points[edges[:, 1]], low, high)


def thinned(segments, count):
    """Returns at most count segments, spread evenly."""
    return thin(segments[0], count), thin(segments[1], count)


def sample_points(segments):
    """Returns the ends and the middles of segments, without duplicates."""
    starts, ends = segments
    points = np.concatenate([starts, ends, (starts + ends) / 2])
    return np.unique(np.round(points, 9), axis=0)


def gap_between(a, b, reach):
    """Least distance of two surfaces that do not cross, or reach when they are farther apart."""
    short = min(reach, box_gap(a, b) * 1.5 + 1e-3 * reach)
    gap = gap_within(a, b, short)
    return gap if gap < short or short == reach else gap_within(a, b, reach)


def gap_within(a, b, reach):
    """Least distance of two surfaces, looked for no farther than reach."""
    tree_a, tree_b = a.near(b, reach), b.near(a, reach)
    if tree_a is None or tree_b is None:
        return reach
    starts = samples_of(segments_near(a, b, reach), b, tree_b, reach)
    starts += [(distance, tree_a.find_nearest(point)[0])
               for distance, point in samples_of(segments_near(b, a, reach), a, tree_a, reach)]
    starts.sort(key=lambda each: each[0])
    return min([reach] + [projected(point, tree_a, tree_b) for _, point in starts[:REFINED]])


def samples_of(segments, other, tree, reach):
    """Returns (distance, point of the other surface) for points of segments, the nearest to the other's box before all."""
    starts, ends = segments
    middle = (starts + ends) / 2
    apart = np.maximum(0.0, np.maximum(middle - other.high, other.low - middle))
    order = np.argsort((apart ** 2).sum(axis=1), kind="stable")
    order = np.concatenate([order[:SAMPLES // 3], thin(order[SAMPLES // 3:], SAMPLES)])
    long = ((ends - starts) ** 2).sum(axis=1) > (reach / 4) ** 2
    found = []
    for index in order.tolist():
        points = (starts[index], ends[index], middle[index]) if long[index] else (middle[index],)
        for point in points:
            location, _, _, distance = tree.find_nearest(point.tolist())
            found.append((distance, location))
    return found


def projected(point, tree_a, tree_b):
    """Goes to and fro between two surfaces by nearest points, from a point of b; returns the distance it ends at."""
    distance = float("inf")
    for _ in range(ROUNDS):
        point = tree_a.find_nearest(point)[0]
        point, _, _, nearer = tree_b.find_nearest(point)
        if nearer > distance * 0.999:
            return min(distance, nearer)
        distance = nearer
    return distance


def thin(values, count):
    """Returns at most count of the values, spread evenly."""
    if len(values) <= count:
        return values
    return values[np.arange(count) * (len(values) - 1) // (count - 1)]


def depth_between(a, b):
    """How far two crossing surfaces stand in one another: by the deepest points, and by the middle of what they share."""
    return max(depth_in(a, b), depth_in(b, a), depth_shared(a, b))


def depth_shared(a, b):
    """The way between the surfaces through the middle of the common box; 0 when that is not inside both bodies."""
    if not (a.closed and b.closed):
        return 0.0
    middle = Vector((np.maximum(a.low, b.low) + np.minimum(a.high, b.high)) / 2)
    if not (is_inside(a.tree(), middle) and is_inside(b.tree(), middle)):
        return 0.0
    return a.tree().find_nearest(middle)[3] + b.tree().find_nearest(middle)[3]


def depth_in(inner, outer):
    """The greatest distance to the outer surface of a point of the inner one that lies inside the outer."""
    if not outer.closed:
        return 0.0
    points = sample_points(thinned(segments_near(inner, outer, 0.0), DEEP_SAMPLES))
    tree = outer.tree()
    found = []
    for point in points.tolist():
        location, normal, _, distance = tree.find_nearest(point)
        if location is not None and (Vector(point) - location).dot(normal) < 0.0:
            found.append((distance, point))
    found.sort(reverse=True)
    for distance, point in found[:REFINED]:
        if is_inside(tree, Vector(point)):
            return distance
    return 0.0


def is_inside(tree, point):
    """Whether a point lies inside a closed surface: a ray from it leaves an odd number of times."""
    hits = 0
    while hits < MAX_HITS:
        location, _, _, distance = tree.ray_cast(point, INSIDE_RAY)
        if location is None:
            break
        hits += 1
        point = location + INSIDE_RAY * max(1e-6, distance * 1e-6)
    return hits % 2 == 1


class Pair:
    """Two bodies that are close: the distance of their surfaces, and how deep they cross."""

    def __init__(self, a, b, gap, depth):
        self.a = a
        self.b = b
        self.gap = gap
        self.depth = depth


def measured(a, b, reach):
    """Returns the Pair of two bodies; the gap is no more than reach."""
    return crossing(a, b) or Pair(a, b, gap_between(a, b, reach), 0.0)


def crossing(a, b):
    """Returns the Pair of two bodies whose surfaces cross, or of which one holds the other; None when neither is so."""
    if box_gap(a, b) > 0.0:
        return None
    near_a, near_b = a.near(b, 0.0), b.near(a, 0.0)
    if near_a is not None and near_b is not None and near_a.overlap(near_b):
        return Pair(a, b, 0.0, depth_between(a, b))
    held = max(held_depth(a, b), held_depth(b, a))
    return Pair(a, b, 0.0, held) if held > 0.0 else None


def held_depth(inner, outer):
    """How deep a body lies that is wholly inside another one; 0 when it is not."""
    if not outer.closed or (inner.low < outer.low).any() or (inner.high > outer.high).any():
        return 0.0
    point = Vector(inner.points[inner.triangles[0, 0]])
    if not is_inside(outer.tree(), point):
        return 0.0
    return depth_in(inner, outer)


class Groups:
    """Which bodies already hang together; the ground holds all that stand on it together."""

    def __init__(self, count):
        self.leader = list(range(count))

    def find(self, index):
        """Returns the number that stands for a body's group."""
        while self.leader[index] != index:
            self.leader[index] = self.leader[self.leader[index]]
            index = self.leader[index]
        return index

    def join(self, a, b):
        """Makes one group of two."""
        self.leader[self.find(a)] = self.find(b)


def close_pairs(bodies, tolerance, reach, grounded):
    """Returns the pairs that matter: of each two parts all that may touch and the nearest; within a part those that hold it.

    Pieces of one part that already hang together, or both stand on the ground, need no contact between them to be supported.
    What crosses is looked for first: it is quick to find, and most distances are then not asked for.
    """
    groups, nearest, pairs, waiting, looked = Groups(len(bodies) + 1), {}, [], [], 0
    for index, body in enumerate(bodies):
        if body in grounded:
            groups.join(index, len(bodies))

    def keep(pair, one, two):
        key = key_of(pair.a, pair.b)
        nearest[key] = min(nearest.get(key, reach), pair.gap)
        pairs.append(pair)
        if pair.gap <= tolerance:
            groups.join(one, two)

    for box, one, two in box_pairs(bodies, tolerance, reach):
        a, b = bodies[one], bodies[two]
        if a.part == b.part and groups.find(one) == groups.find(two):
            continue
        looked += box == 0.0
        pair = crossing(a, b) if box == 0.0 and looked <= MAX_PAIRS else None
        if pair:
            keep(pair, one, two)
        else:
            waiting.append((box, one, two))
    looked, tried = 0, {}
    for box, one, two in waiting:
        a, b = bodies[one], bodies[two]
        key = key_of(a, b)
        known = nearest.get(key, reach)
        together = groups.find(one) == groups.find(two)
        if box > max(tolerance, known) or together and (a.part == b.part or known == 0.0 or tried.get(key, 0) >= MAX_GAPS):
            continue
        looked += 1
        tried[key] = tried.get(key, 0) + 1
        gap = gap_between(a, b, max(tolerance, known)) if looked <= MAX_PAIRS else box
        keep(Pair(a, b, gap, 0.0), one, two)
    return pairs


def key_of(a, b):
    """Returns what stands for the two parts of two bodies."""
    return (a.part, b.part) if a.part <= b.part else (b.part, a.part)


def standing(bodies, ground, tolerance):
    """Returns the bodies that stand on the ground, as a set."""
    return {each for each in bodies if each.low[2] <= ground + tolerance}


def supported(grounded, pairs, tolerance):
    """Returns the bodies that reach the ground through contacts, as a set."""
    neighbours = {}
    for pair in pairs:
        if pair.gap <= tolerance:
            neighbours.setdefault(pair.a, []).append(pair.b)
            neighbours.setdefault(pair.b, []).append(pair.a)
    reached, waiting = set(grounded), list(grounded)
    while waiting:
        for each in neighbours.get(waiting.pop(), ()):
            if each not in reached:
                reached.add(each)
                waiting.append(each)
    return reached


def nearest_to(body, others, reach):
    """Returns (body, distance) of the one nearest to a body by surface, or (None, reach)."""
    best, found = reach, None
    for other in sorted(others, key=lambda each: box_gap(body, each))[:8]:
        if box_gap(body, other) < best:
            gap = measured(body, other, best).gap
            if gap < best or found is None:
                best, found = gap, other
    return found, best
