# SPDX-License-Identifier: GPL-3.0-or-later
"""Islands inside a piece that hang on nothing: a knob beside its drawer, a leaf beside its twig.

Islands of one piece hang together when they have points in one small cell of space, or cross, or are within the tolerance of
each other by surface; an island may also rest on another piece. Only what is left after the cheap ways is looked at by
surface, at most MAX_LOOSE groups a piece, the largest first.
"""
import numpy as np

from . import contact
from .arrays import components, mixed
from .body import thin

MAX_LOOSE = 24
PROBES = 48


class Loose:
    """Islands of one body that hang together and on nothing else: their box, and the way to the nearest surface."""

    def __init__(self, body, count, pair):
        self.body, self.count = body, count
        self.low, self.high = body.low, body.high
        self.gap = pair.gap if pair else None
        self.way = pair.way if pair else None
        self.beside = pair.b if pair else None


def loose(body, others, crossing, tolerance, reach):
    """Returns the Loose of a body: none, when all its islands hang together or on `others`."""
    numbers, island = np.unique(body.islands, return_inverse=True)
    if len(numbers) < 2:
        return []
    group = joined(body, island, len(numbers), crossing, tolerance)
    sizes = np.bincount(group[island])
    apart = np.nonzero(sizes)[0]
    apart = apart[np.argsort(-sizes[apart])][1:MAX_LOOSE + 1]
    found = []
    near = [each for each in others if each is not body]
    for number in apart.tolist():
        mask = group[island] == number
        some = body.only(mask)
        if not touches(some, body, mask, near, tolerance):
            found.append((number, some))
    made = []
    for number, some in found:
        mask = group[island] == number
        pair = contact.nearest_to(some, [body.only(~mask), *near], reach, tolerance)
        made.append(Loose(some, len(np.unique(island[mask])), pair))
    return made


def joined(body, island, count, crossing, tolerance):
    """Returns a label for each island, the same for those that share a cell of space or cross."""
    of_point = np.full(len(body.points), -1)
    of_point[body.triangles] = island[:, None]
    points, owner = body.points[of_point >= 0], of_point[of_point >= 0]
    links = []
    for shift in (0.0, 0.5):
        cell = np.floor(points / (tolerance / 3 ** 0.5) + shift).astype(np.int64).view(np.uint64)
        _, place = np.unique(mixed(cell[:, 0] + mixed(cell[:, 1] + mixed(cell[:, 2]))), return_inverse=True)
        links.append(np.column_stack([owner, count + place + (links[-1].max() + 1 - count if links else 0)]))
    links = np.concatenate(links)
    if crossing is not None and len(crossing):
        links = np.concatenate([links, island[crossing]])
    return components(int(links.max()) + 1, links)[:count]


def touches(some, body, mask, others, tolerance):
    """Whether some triangles of a body are within the tolerance of the rest of it, or of another body."""
    low, high = some.low - tolerance, some.high + tolerance
    tree = body.tree()
    for point in thin(some.points[np.unique(some.triangles)], PROBES).tolist():
        if any(not mask[index] for _, _, index, _ in tree.find_nearest_range(point, tolerance)):
            return True
    rest = body.within(low, high) & ~mask
    if rest.any() and contact.measured(some, body.only(rest), 2 * tolerance, tolerance).gap <= tolerance:
        return True
    return any((other.low <= high).all() and (other.high >= low).all()
               and contact.measured(some, other, 2 * tolerance, tolerance).gap <= tolerance for other in others)
