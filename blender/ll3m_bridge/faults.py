# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with surfaces as meshes: faces that look inwards, slivers, loose vertices, surfaces that cross themselves,
faces that lie in one plane on one another, and things that stand in one place twice.

Everything is found with arrays over all triangles or by the trees, nothing by a loop over triangles. Ceilings: surfaces are
held against themselves up to MAX_SELF triangles an asset, smallest pieces first; of faces in one plane the MAX_PLANE largest
are held against each other.
"""
import numpy as np

from .arrays import cross, mixed
from .body import is_inside

THIN = 0.003
MAX_SELF = 80_000
MAX_CAVITIES = 64
PLANE_STEP = 5e-5
PLANE_LEAST = 4e-3
PLANE_OVERLAP = 2e-4
MAX_PLANE = 300
MAX_SEEN = 2000
SAME = 1e-3


def flat_and_thin(solid, diagonal, flat_share):
    """Returns the numbers of faces without area, and of triangular faces that are far longer than high."""
    corners = solid.points[solid.triangles]
    if not len(corners):
        return 0, 0
    sides = np.stack([corners[:, (i + 1) % 3] - corners[:, i] for i in range(3)])
    areas = np.linalg.norm(cross(sides[0], sides[2]), axis=1) / 2
    longest = np.einsum("ijk,ijk->ij", sides, sides).max(axis=0)
    face, sizes = solid.arrays.triangle_face, solid.arrays.face_sizes
    of_faces = np.bincount(face, weights=areas, minlength=len(sizes))
    has_triangles = np.bincount(face, minlength=len(sizes)) > 0
    flat = (of_faces <= flat_share * diagonal ** 2) & has_triangles
    thin = (sizes[face] == 3) & (2 * areas < THIN * longest) & ~flat[face]
    return int(flat.sum()), int(thin.sum())


def loose_vertices(arrays):
    """Returns the number of vertices that no face has."""
    used = np.zeros(len(arrays.local), dtype=bool)
    used[arrays.loop_vertices] = True
    return int(len(used) - used.sum())


def inverted(arrays):
    """Returns the number of closed islands whose faces look inwards, cavities of other islands left out."""
    shells = arrays.shells
    wrong = np.nonzero(shells.closed & (shells.volume < 0.0))[0]
    right = np.nonzero(shells.closed & (shells.volume > 0.0))[0]
    if not len(wrong) or not len(right) or len(wrong) + len(right) > MAX_CAVITIES:
        return len(wrong)
    boxes = {each: box_of(arrays, each) for each in (*wrong, *right)}
    return sum(not any((boxes[outer][0] <= boxes[each][0]).all() and (boxes[outer][1] >= boxes[each][1]).all()
                       and shells.volume[outer] > -shells.volume[each] for outer in right) for each in wrong)


def box_of(arrays, island):
    """Returns (low, high) of an island in the mesh's own space."""
    points = arrays.local[arrays.shells.of_vertex == island]
    return points.min(axis=0), points.max(axis=0)


def crossings(bodies):
    """Returns {body: pairs of its triangles that cross, as an array of rows}; bodies beyond MAX_SELF are left out."""
    found, left = {}, MAX_SELF
    for body in sorted(bodies, key=lambda each: len(each.triangles)):
        left -= len(body.triangles)
        if left < 0:
            break
        pairs = body.tree().overlap(body.tree())
        rows = np.array(pairs, dtype=int).reshape(-1, 2)
        found[body] = rows[rows[:, 0] < rows[:, 1]]
    return found


def self_crossings(body, rows):
    """Returns how many pairs of crossing triangles are of one island, so that the island crosses itself."""
    return int((body.islands[rows[:, 0]] == body.islands[rows[:, 1]]).sum())


def twins(bodies, diagonal):
    """Returns [(body, body)] that have the same number of triangles and vertices in the same place."""
    step = max(SAME * diagonal, 1e-12)
    found, seen = {}, {}
    for shift in (0.0, 0.5):
        seen.clear()
        for index, body in enumerate(bodies):
            corner = np.concatenate([body.low, body.high]) / step + shift
            key = (len(body.triangles), len(body.points), np.floor(corner).astype(int).tobytes())
            first = seen.setdefault(key, index)
            if first != index and np.abs(body.middle() - bodies[first].middle()).max() < step:
                found[index] = first
    return [(bodies[first], bodies[index]) for index, first in sorted(found.items())]


class Planes:
    """The larger triangles of all bodies that do not lie on the ground, with what is needed to find those in one plane."""

    def __init__(self, bodies, diagonal):
        ground = min(body.low[2] for body in bodies)
        kept = []
        for number, body in enumerate(bodies):
            cross = body.cross()
            length = np.sqrt(np.einsum("ij,ij->i", cross, cross))
            resting = (cross[:, 2] < -0.99 * length) & (body.triangle_high[:, 2] < ground + PLANE_LEAST * diagonal)
            large = np.nonzero((length > (PLANE_LEAST * diagonal) ** 2) & ~resting)[0]
            kept.append((body.points[body.triangles[large]], cross[large] / length[large, None], length[large],
                         np.full(len(large), number), body.looks[large], body.islands[large]))
        self.corners, self.normals, self.sizes, self.bodies, self.looks, islands = (np.concatenate(each) for each in zip(*kept))
        self.islands = mixed(self.bodies.astype(np.uint64)) ^ islands.astype(np.uint64)
        self.offsets = np.einsum("ij,ij->i", self.normals, self.corners[:, 0]) if len(self.corners) else np.zeros(0)

    def shows(self, bodies, triangle, step):
        """Whether the middle of a triangle can be seen: no closed surface holds the point before it."""
        point = self.corners[triangle].mean(axis=0) + self.normals[triangle] * step
        return not any((each.low <= point).all() and (each.high >= point).all() and each.solid() is not None
                       and is_inside(each.solid(), point) for each in bodies)

    def groups(self, step):
        """Yields the triangles of one plane that are of more than one island, as indices."""
        ways = np.round(self.normals * 512).astype(np.int64).view(np.uint64)
        base = mixed(ways[:, 0] + mixed(ways[:, 1] + mixed(ways[:, 2])))
        for shift in (0.0, 0.5):
            keys = mixed(base + np.floor(self.offsets / step + shift).astype(np.int64).view(np.uint64))
            order = np.lexsort((self.islands, keys))
            starts = np.nonzero(np.concatenate([[True], keys[order][1:] != keys[order][:-1]]))[0]
            ends = np.append(starts[1:], len(order))
            several = self.islands[order[starts]] != self.islands[order[ends - 1]]
            for first, last in zip(starts[several].tolist(), ends[several].tolist()):
                group = order[first:last]
                yield group[np.argsort(-self.sizes[group])[:MAX_PLANE]] if len(group) > MAX_PLANE else group


def in_one_plane(bodies, diagonal):
    """Returns {(body, body): number of triangles} of faces of two materials that lie on one another, facing one way."""
    planes = Planes(bodies, diagonal)
    found = {}
    if not len(planes.corners):
        return found
    least, asked = PLANE_OVERLAP * diagonal, 0
    for group in planes.groups(max(PLANE_STEP * diagonal, 1e-12)):
        corners = planes.corners[group]
        low, high = corners.min(axis=1), corners.max(axis=1)
        looks = planes.looks[group]
        meets = (planes.islands[group][:, None] < planes.islands[group][None]) & (looks[:, None] != looks[None])
        for axis in range(3):
            meets &= (low[:, None, axis] <= high[None, :, axis]) & (low[None, :, axis] <= high[:, None, axis])
        rows, columns = np.nonzero(meets)
        drop = np.abs(planes.normals[group[0]]).argmax()
        flat = np.delete(corners, drop, axis=2)
        over = overlapping(flat[rows], flat[columns], least) if len(rows) else np.zeros(0, dtype=bool)
        for one, two in zip(group[rows[over]], group[columns[over]]):
            if asked >= MAX_SEEN or not planes.shows(bodies, min(one, two, key=lambda each: planes.sizes[each]), least):
                continue
            asked += 1
            key = tuple(sorted((int(planes.bodies[one]), int(planes.bodies[two]))))
            found.setdefault(key, set()).update((int(one), int(two)))
    return {(bodies[a], bodies[b]): len(each) for (a, b), each in found.items()}


def overlapping(p, q, least):
    """Tells which of n pairs of triangles in the plane overlap by more than a length, whatever the direction."""
    apart = np.zeros(len(p), dtype=bool)
    for corners in (p, q):
        for index in range(3):
            side = corners[:, (index + 1) % 3] - corners[:, index]
            across = np.stack([-side[:, 1], side[:, 0]], axis=1)
            length = np.sqrt(np.einsum("ij,ij->i", across, across))
            along_p, along_q = (np.einsum("ijk,ik->ij", each, across) for each in (p, q))
            shared = np.minimum(along_p.max(axis=1), along_q.max(axis=1)) - np.maximum(along_p.min(axis=1), along_q.min(axis=1))
            apart |= shared <= least * length
    return ~apart
