# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bodies touch, how far apart or how deep in one another they are, and which of them reach the ground.

Two surfaces meet when triangles cross (found by the trees, exactly), when one body lies inside the other, or when their least
distance (gap.py) is within the tolerance.

Ceilings: of more than MANY bodies, each is held against the MAX_BESIDE nearest of its own part and as many of others.
MAX_PAIRS pairs are measured by surface, nearest boxes first; the rest counts with the distance of the boxes. Of two
parts whose pieces all hang together anyway, the MAX_GAPS pairs with the nearest boxes tell the gap.
"""
import numpy as np

from . import depth, gap
from .body import box_gap

MANY = 1500
MAX_BESIDE = 24
MAX_PAIRS = 3000
MAX_GAPS = 8
MAX_NEAREST = 8


class Pair:
    """Two bodies that are close: the gap of their surfaces, how deep they cross, and the way by which `a` has to move to
    meet `b`, or to come out of it (an array, or None where it is not known)."""

    def __init__(self, a, b, length, deep, way):
        self.a, self.b, self.gap, self.depth = a, b, length, deep
        self.way = None if way is None else np.array(way, dtype=float)


def box_pairs(bodies, tolerance, reach):
    """Returns [(distance of the boxes, index, index)], nearest first: within reach, within tolerance if of one part."""
    low, high = np.array([each.low for each in bodies]), np.array([each.high for each in bodies])
    names = {part: number for number, part in enumerate(dict.fromkeys(each.part for each in bodies))}
    parts = np.array([names[each.part] for each in bodies])
    order = np.argsort(low[:, 0], kind="stable")
    low, high, parts = low[order], high[order], parts[order]
    ends = np.searchsorted(low[:, 0], high[:, 0] + reach, side="right")
    found = []
    for index in range(len(bodies) - 1):
        later = slice(index + 1, ends[index])
        apart = np.maximum(0.0, np.maximum(low[index] - high[later], low[later] - high[index]))
        squares = (apart * apart).sum(axis=1)
        limit = np.where(parts[later] == parts[index], tolerance, reach)
        near = np.nonzero(squares <= limit * limit)[0]
        if len(bodies) > MANY and len(near) > MAX_BESIDE:
            same = parts[later][near] == parts[index]
            near = np.concatenate([nearest_of(each, squares) for each in (near[same], near[~same])])
        for other in near.tolist():
            one, two = int(order[index]), int(order[index + 1 + other])
            found.append((float(squares[other]) ** 0.5, min(one, two), max(one, two)))
    return sorted(found)


def nearest_of(indices, squares):
    """Returns the MAX_BESIDE indices with the least squares."""
    if len(indices) <= MAX_BESIDE:
        return indices
    return indices[np.argpartition(squares[indices], MAX_BESIDE)[:MAX_BESIDE]]


def measured(a, b, reach, tolerance):
    """Returns the Pair of two bodies; the gap is no more than reach."""
    return crossing(a, b) or apart(a, b, reach, tolerance)


def apart(a, b, reach, tolerance):
    """Returns the Pair of two bodies whose surfaces do not cross."""
    found = gap.between(a, b, reach, 3 * tolerance)
    way = None if found.on_a is None else np.array(found.on_b) - np.array(found.on_a)
    return Pair(a, b, found.length, 0.0, way)


def crossing(a, b):
    """Returns the Pair of two bodies whose surfaces cross, or of which one holds the other; None when neither is so."""
    if box_gap(a, b) > 0.0:
        return None
    near_a, near_b = a.near(b, 0.0), b.near(a, 0.0)
    if near_a is not None and near_b is not None and near_a.overlap(near_b):
        found = depth.between(a, b)
        return Pair(a, b, 0.0, found.length, found.way)
    held = max(depth.held(a, b), depth.turned(depth.held(b, a)), key=lambda each: each.length)
    return Pair(a, b, 0.0, held.length, held.way) if held.length > 0.0 else None


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
        keep(apart(a, b, max(tolerance, known), tolerance) if looked <= MAX_PAIRS else Pair(a, b, box, 0.0, None), one, two)
    return pairs


def key_of(a, b):
    """Returns what stands for the two parts of two bodies."""
    return (a.part, b.part) if a.part <= b.part else (b.part, a.part)


def standing(bodies, ground, tolerance):
    """Returns the bodies that stand on the ground, as a set."""
    return {each for each in bodies if each.low[2] <= ground + tolerance}


def neighbours_of(pairs, tolerance):
    """Returns {body: [bodies that it touches]}."""
    found = {}
    for pair in pairs:
        if pair.gap <= tolerance:
            found.setdefault(pair.a, []).append(pair.b)
            found.setdefault(pair.b, []).append(pair.a)
    return found


def reached_from(starts, neighbours):
    """Returns the bodies that hang together with some, as a set."""
    reached, waiting = set(starts), list(starts)
    while waiting:
        for each in neighbours.get(waiting.pop(), ()):
            if each not in reached:
                reached.add(each)
                waiting.append(each)
    return reached


def nearest_to(body, others, reach, tolerance):
    """Returns the Pair of a body and the one nearest to it by surface, or None when none is within reach."""
    best = None
    for other in sorted(others, key=lambda each: box_gap(body, each))[:MAX_NEAREST]:
        if box_gap(body, other) < (best.gap if best else reach):
            pair = measured(body, other, best.gap if best else reach, tolerance)
            if best is None or pair.gap < best.gap:
                best = pair
    return best
