# SPDX-License-Identifier: GPL-3.0-or-later
"""Lays the surface of a mesh out flat in a square, all of it at the same number of texels a metre. bpy-free.

Blender's own unwrapping takes minutes for thousands of islands and packs them loosely (doc/decisions/0004). Here a chart is a
connected patch whose faces all look much the same way; it is laid flat along its mean normal. Patches that lie over
themselves (a coil seen from above) or leave most of their box empty (a long bent strip) are cut in two until they do not.
Boxes are packed under a skyline, the largest first; the density is the highest at which everything finds a place.
"""
import heapq

import numpy as np

from .arrays import components

FACING = 0.64             # cosine between a face and the mean of its chart at which growing stops (50 degrees)
FACING_LEAST = 0.3        # a face that ends up steeper than this gets a chart of its own
LOOSE = 0.42              # a box filled less than this is cut, when it is worth it
WORTH = 1 / 1500          # of all boxes' area
CUTS = 7                  # rounds of cutting
ANGLES = 12               # ways a chart is turned, over a quarter turn, to find its smallest box
CHECK_TEXELS = 400_000    # resolution of the test whether a chart lies over itself
TIGHTEST, STEP, TRIES = 0.97, 0.955, 60
SKYLINE = 2500            # boxes that are packed under the skyline; the rest, all small, lie in rows
EPS = 1e-12


class Surface:
    """Polygons as arrays: corners of all faces one after another."""

    def __init__(self, points, corner_vertices, corner_edges, face_sizes):
        self.points = np.asarray(points, dtype=np.float64)
        self.corner_vertices = corner_vertices
        self.corner_edges = corner_edges
        self.face_sizes = face_sizes
        self.starts = np.concatenate([[0], np.cumsum(face_sizes)[:-1]]).astype(np.int64)
        self.corner_face = np.repeat(np.arange(len(face_sizes)), face_sizes)
        self.normals, self.areas = self.measure()

    def measure(self):
        """Returns unit normals and areas of the faces (Newell's sum)."""
        here = self.points[self.corner_vertices]
        following = np.arange(len(here)) + 1
        following[self.starts + self.face_sizes - 1] = self.starts
        cross = np.cross(here - here[self.starts][self.corner_face], here[following] - here[self.starts][self.corner_face])
        vectors = np.add.reduceat(cross, self.starts, axis=0) if len(self.starts) else np.zeros((0, 3))
        lengths = np.linalg.norm(vectors, axis=1)
        return vectors / np.maximum(lengths, EPS)[:, None], lengths / 2

    def neighbours(self, wanted):
        """Returns pairs of wanted faces that share an edge which nobody else has."""
        corners = np.flatnonzero(wanted[self.corner_face])
        order = corners[np.argsort(self.corner_edges[corners], kind="stable")]
        edges, faces = self.corner_edges[order], self.corner_face[order]
        first = np.flatnonzero(np.concatenate([[True], edges[1:] != edges[:-1]]))
        sizes = np.diff(np.concatenate([first, [len(edges)]]))
        pairs = first[sizes == 2]
        return np.stack([faces[pairs], faces[pairs + 1]], axis=1)


class Layout:
    """Where each corner lies: `uv` (corners of faces that were not wanted at 0, 0), texels a metre, share of the square used."""

    def __init__(self, uv, density, used, charts):
        self.uv = uv
        self.density = density
        self.used = used
        self.charts = charts


class Charts:
    """The wanted faces of a surface as flat charts, to be laid out in squares of any size."""

    def __init__(self, surface, wanted, weights=None):
        """`wanted` is a mask of faces, `weights` (1) a share of the density for each: a chart gets the largest of its faces'."""
        self.surface = surface
        self.wanted = wanted & (surface.areas > EPS)
        self.flat = flattened(surface, self.wanted) if self.wanted.any() else None
        if self.flat:
            shares = np.ones(len(wanted)) if weights is None else weights
            self.weights = np.zeros(len(self.flat.low))
            np.maximum.at(self.weights, self.flat.chart[self.wanted], shares[self.wanted])

    def layout(self, side, padding):
        """Returns the Layout in a square of `side` texels, charts `padding` texels away from what is around them."""
        uv = np.zeros((len(self.surface.corner_vertices), 2))
        flat = self.flat
        if flat is None:
            return Layout(uv, 0.0, 0.0, 0)
        sizes = (flat.high - flat.low) * self.weights[:, None]
        density, places = packed(sizes, side, padding)
        share = density * self.weights[flat.corner_chart, None]
        uv[flat.corners] = ((flat.uv - flat.low[flat.corner_chart]) * share + places[flat.corner_chart] + padding) / side
        used = float((self.surface.areas[self.wanted] * self.weights[flat.chart[self.wanted]] ** 2).sum())
        return Layout(uv, density, used * density ** 2 / side ** 2, len(flat.low))


def flattened(surface, wanted):
    """Returns the Flat of the wanted faces, charts cut until they are fit to be packed."""
    pairs = surface.neighbours(wanted)
    chart = grown(surface, wanted, pairs)
    fresh = wanted
    for _ in range(CUTS):
        chart = renumbered(chart, pairs, wanted)
        flat = Flat(surface, chart, wanted)
        cut = flat.to_cut(fresh)
        if not len(cut):
            return flat
        fresh = wanted & np.isin(chart, cut)
        chart = flat.cut(chart, fresh)
    return Flat(surface, renumbered(chart, pairs, wanted), wanted)


# ------------------------------------------------------------------------------------------- charts
def grown(surface, wanted, pairs):
    """Returns a chart number for each face, -1 for those not wanted: from the largest faces, along edges, as long as they look the
    same way."""
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    ends = ends[np.argsort(ends[:, 0], kind="stable")]
    first = np.searchsorted(ends[:, 0], np.arange(len(wanted) + 1)).tolist()
    beside = ends[:, 1].tolist()
    normals, areas = surface.normals.tolist(), surface.areas.tolist()
    chart = np.where(wanted, -2, -1).tolist()
    number = 0
    for seed in np.argsort(-surface.areas, kind="stable").tolist():
        if chart[seed] != -2:
            continue
        x, y, z = (each * areas[seed] for each in normals[seed])
        heap = [(0.0, seed)]
        while heap:
            _, face = heapq.heappop(heap)
            if chart[face] != -2:
                continue
            a, b, c = normals[face]
            length = (x * x + y * y + z * z) ** 0.5
            if face != seed and a * x + b * y + c * z < FACING * length:
                continue
            chart[face] = number
            area = areas[face]
            x, y, z = x + a * area, y + b * area, z + c * area
            for other in beside[first[face]:first[face + 1]]:
                if chart[other] == -2:
                    d = normals[other]
                    heapq.heappush(heap, (-(d[0] * x + d[1] * y + d[2] * z) / (length + EPS), other))
        number += 1
    return apart_where_steep(surface, np.array(chart), wanted)


def apart_where_steep(surface, chart, wanted):
    """Gives faces that in the end stand too steep on their chart charts of their own, by the way they look."""
    axes = axes_of(surface, chart, wanted)
    steep = wanted & (np.einsum("ij,ij->i", axes[chart], surface.normals) < FACING_LEAST)
    if steep.any():
        side = np.argmax(np.abs(surface.normals[steep]), axis=1) * 2 + (surface.normals[steep].max(axis=1) > 0)
        chart[steep] = chart.max() + 1 + chart[steep] * 6 + side
    return chart


def axes_of(surface, chart, wanted):
    """Returns the mean normal of each chart."""
    axes = np.zeros((chart.max() + 1, 3))
    for axis in range(3):
        axes[:, axis] = np.bincount(chart[wanted], surface.normals[wanted, axis] * surface.areas[wanted], len(axes))
    lengths = np.linalg.norm(axes, axis=1)
    axes[lengths < EPS] = (0.0, 0.0, 1.0)
    return axes / np.maximum(lengths, EPS)[:, None]


def renumbered(chart, pairs, wanted):
    """Returns charts numbered from 0, those that are not connected taken apart."""
    inside = pairs[chart[pairs[:, 0]] == chart[pairs[:, 1]]]
    label = components(len(chart), inside)
    numbers = np.full(len(chart), -1)
    numbers[wanted] = np.unique(label[wanted], return_inverse=True)[1]
    return numbers


class Flat:
    """Charts laid flat, each in metres in a plane of its own, turned to its smallest box."""

    def __init__(self, surface, chart, wanted):
        self.surface = surface
        self.chart = chart
        self.wanted = wanted
        self.corners = np.flatnonzero(wanted[surface.corner_face])
        self.corner_chart = chart[surface.corner_face[self.corners]]
        self.order = np.argsort(self.corner_chart, kind="stable")
        count = int(self.corner_chart.max()) + 1
        self.first = np.searchsorted(self.corner_chart[self.order], np.arange(count))
        axes = axes_of(surface, chart, wanted)
        points = surface.points[surface.corner_vertices[self.corners]]
        side = np.where(np.abs(axes[:, 2:]) < 0.9, (0.0, 0.0, 1.0), (1.0, 0.0, 0.0))
        across = np.cross(side, axes)
        across /= np.maximum(np.linalg.norm(across, axis=1), EPS)[:, None]
        up = np.cross(axes, across)
        raw = np.stack([np.einsum("ij,ij->i", points, across[self.corner_chart]),
                        np.einsum("ij,ij->i", points, up[self.corner_chart])], axis=1)
        self.uv = self.turned(raw, count)
        self.low, self.high = self.boxes(self.uv)
        self.area = np.bincount(chart[wanted], surface.areas[wanted], count)

    def boxes(self, uv):
        ordered = uv[self.order]
        return np.minimum.reduceat(ordered, self.first), np.maximum.reduceat(ordered, self.first)

    def turned(self, raw, count):
        """Returns the points turned so that each chart's box is as small as can be, and stands upright."""
        best, smallest = np.zeros(count), np.full(count, np.inf)
        for step in range(ANGLES):
            angle = step * np.pi / 2 / ANGLES
            low, high = self.boxes(turn(raw, np.full(len(raw), angle)))
            area = np.prod(high - low + EPS, axis=1)
            better = area < smallest * 0.999
            best[better], smallest[better] = angle, area[better]
        uv = turn(raw, best[self.corner_chart])
        low, high = self.boxes(uv)
        lying = (high - low)[:, 0] > (high - low)[:, 1]
        return turn(uv, np.where(lying, np.pi / 2, 0.0)[self.corner_chart])

    def to_cut(self, fresh):
        """Returns the numbers of charts that lie over themselves or leave most of their box empty; only charts of `fresh` faces are
        looked at."""
        boxes = np.prod(self.high - self.low, axis=1)
        faces = np.bincount(self.chart[fresh], minlength=len(boxes))
        loose = (self.area < boxes * LOOSE) & (boxes > boxes.sum() * WORTH)
        return np.flatnonzero((faces > 1) & (loose | self.folded(boxes, faces > 2)))

    def cut(self, chart, chosen):
        """Cuts the charts of chosen faces (a mask) across the long, upright side of their boxes, at the middle of their area."""
        faces = np.flatnonzero(chosen)
        height = np.bincount(self.surface.corner_face[self.corners], self.uv[:, 1], len(chart)) / self.surface.face_sizes
        middle = np.bincount(chart[faces], height[faces] * self.surface.areas[faces], chart.max() + 1)
        middle /= np.maximum(np.bincount(chart[faces], self.surface.areas[faces], chart.max() + 1), EPS)
        upper = faces[height[faces] > middle[chart[faces]]]
        chart = chart.copy()
        chart[upper] += chart.max() + 1
        return chart

    def folded(self, boxes, doubtful):
        """Returns which of the doubtful charts cover a point more than once, tested on a grid over each."""
        count = len(boxes)
        density = (CHECK_TEXELS / max(boxes.sum(), EPS)) ** 0.5
        size = np.maximum(np.ceil((self.high - self.low) * density).astype(np.int64), 1)
        base = np.concatenate([[0], np.cumsum(np.prod(size, axis=1))])
        grid = (self.uv - self.low[self.corner_chart]) * density
        triangles = fans(self.surface, self.corners)
        triangles = triangles[doubtful[self.corner_chart[triangles[:, 0]]]]
        if not len(triangles):
            return np.zeros(count, dtype=bool)
        where, which = filled(grid, triangles, self.corner_chart, size, base)
        cover = np.bincount(where, minlength=int(base[-1]))
        twice = np.bincount(which[cover[where] > 1], minlength=count)
        once = np.bincount(which, minlength=count)
        return twice > np.maximum(once * 0.02, 2)


def turn(points, angles):
    """Returns points turned about the origin, each by its angle."""
    cosine, sine = np.cos(angles), np.sin(angles)
    return np.stack([points[:, 0] * cosine - points[:, 1] * sine, points[:, 0] * sine + points[:, 1] * cosine], axis=1)


def fans(surface, corners):
    """Returns triangles as places in `corners`: each face a fan from its first corner."""
    place = np.full(len(surface.corner_vertices), -1)
    place[corners] = np.arange(len(corners))
    start = surface.starts[surface.corner_face]
    own = np.arange(len(surface.corner_vertices))
    middle = corners[(own[corners] > start[corners]) & (own[corners] < (start + surface.face_sizes[surface.corner_face] - 1)[corners])]
    return np.stack([place[start[middle]], place[middle], place[middle + 1]], axis=1)


def filled(grid, triangles, corner_chart, size, base):
    """Returns (cells, charts) of the grid cells whose middle lies well inside a triangle; each chart has a grid of its own."""
    chart = corner_chart[triangles[:, 0]]
    a, b, c = (grid[triangles[:, k]] for k in range(3))
    low = np.floor(np.minimum(np.minimum(a, b), c)).astype(np.int64)
    high = np.ceil(np.maximum(np.maximum(a, b), c)).astype(np.int64)
    spans = np.maximum(high - low, 1)
    cells, owners = [], []
    count = np.prod(spans, axis=1)
    for chosen in batches(count):
        repeat = count[chosen]
        index = np.repeat(chosen, repeat)
        step = np.arange(len(index)) - np.repeat(np.cumsum(repeat) - repeat, repeat)
        x = low[index, 0] + step % spans[index, 0]
        y = low[index, 1] + step // spans[index, 0]
        point = np.stack([x + 0.5, y + 0.5], axis=1)
        inside = well_inside(point, a[index], b[index], c[index])
        x, y, index = x[inside], y[inside], index[inside]
        room = (x >= 0) & (y >= 0) & (x < size[chart[index], 0]) & (y < size[chart[index], 1])
        cells.append((base[chart[index]] + y * size[chart[index], 0] + x)[room])
        owners.append(chart[index][room])
    return np.concatenate(cells), np.concatenate(owners)


def batches(count, most=2_000_000):
    """Yields numbers of triangles whose cells together are not too many at once."""
    total = np.cumsum(count)
    start = 0
    while start < len(count):
        end = max(int(np.searchsorted(total, (total[start - 1] if start else 0) + most)), start + 1)
        yield np.arange(start, end)
        start = end


def well_inside(point, a, b, c):
    """Whether points lie inside triangles, not on their edges; either way round."""
    signs = [edge(a, b, point), edge(b, c, point), edge(c, a, point)]
    slack = 1e-3 * np.abs(edge(a, b, c))
    return ((signs[0] > slack) & (signs[1] > slack) & (signs[2] > slack)) | (
        (signs[0] < -slack) & (signs[1] < -slack) & (signs[2] < -slack))


def edge(a, b, point):
    return (b[:, 0] - a[:, 0]) * (point[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (point[:, 0] - a[:, 0])


# ------------------------------------------------------------------------------------------- packing
def packed(sizes, side, padding):
    """Returns (texels a metre, lower left corner of each box in texels): the highest density at which all boxes fit."""
    room = side - 2 * padding
    density = TIGHTEST * room / max(np.sqrt(np.prod(sizes, axis=1).sum()), EPS)
    density = min(density, (room - 1) / max(sizes.max(), EPS))
    for _ in range(TRIES):
        boxes = np.maximum(np.ceil(sizes * density), 1).astype(np.int64) + 2 * padding
        if np.prod(boxes, axis=1).sum() <= side * side:
            places = placed(boxes, side)
            if places is not None:
                return density, places
        density *= STEP
    raise ValueError("%d charts do not fit into a texture of %d texels" % (len(sizes), side))


def placed(boxes, side):
    """Returns the lower left corners of boxes in a square, or None when they do not fit."""
    order = np.lexsort((-boxes[:, 0], -boxes[:, 1]))
    places = np.zeros((len(boxes), 2))
    skyline = Skyline(side)
    for number in order[:SKYLINE].tolist():
        place = skyline.put(int(boxes[number, 0]), int(boxes[number, 1]))
        if place is None:
            return None
        places[number] = place
    x = height = 0
    y = skyline.top()
    for number in order[SKYLINE:].tolist():
        width, tall = boxes[number]
        if x + width > side:
            x, y, height = 0, y + height, 0
        height = max(height, tall)
        if y + height > side:
            return None
        places[number] = x, y
        x += width
    return places


class Skyline:
    """The upper edge of what is packed: steps of (left, height), the last one up to the right side."""

    def __init__(self, side):
        self.side = side
        self.lefts = [0]
        self.heights = [0]

    def top(self):
        return max(self.heights)

    def put(self, width, tall):
        """Returns the lowest place, the leftmost of these, for a box, and fills it; None when there is none."""
        lefts, heights, side = self.lefts, self.heights, self.side
        best = None
        for first, left in enumerate(lefts):
            right = left + width
            if right > side:
                break
            y, step = heights[first], first + 1
            while step < len(lefts) and lefts[step] < right:
                if heights[step] > y:
                    y = heights[step]
                step += 1
            if y + tall <= side and (best is None or y < best[0]):
                best = (y, first, step)
                if y == 0:
                    break
        if best is None:
            return None
        y, first, step = best
        left, right = lefts[first], lefts[first] + width
        end = lefts[step] if step < len(lefts) else side
        after = ([right], [heights[step - 1]]) if right < end else ([], [])
        lefts[first:step], heights[first:step] = [left] + after[0], [y + tall] + after[1]
        return left, y
