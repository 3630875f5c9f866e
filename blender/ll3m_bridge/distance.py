# SPDX-License-Identifier: GPL-3.0-or-later
"""Least distances between many pairs of triangles at once, exactly: corners against faces and edges against edges. bpy-free.

Triangles are arrays of shape (n, 3 corners, 3 coordinates). Two triangles that do not cross are nearest either at a corner
of one over the face of the other, or at two of their edges.
"""
import numpy as np


def between_triangles(p, q):
    """Returns (distances, points on p, points on q) of n pairs of triangles that do not cross."""
    found = [over_face(p[:, corner], q) for corner in range(3)]
    found += [(gap, on, off) for gap, off, on in (over_face(q[:, corner], p) for corner in range(3))]
    for i in range(3):
        for j in range(3):
            found.append(between_segments(p[:, i], p[:, (i + 1) % 3], q[:, j], q[:, (j + 1) % 3]))
    gaps = np.array([each[0] for each in found])
    best, rows = gaps.argmin(axis=0), np.arange(len(p))
    on_p, on_q = np.array([each[1] for each in found]), np.array([each[2] for each in found])
    return gaps[best, rows], on_p[best, rows], on_q[best, rows]


def over_face(points, triangles):
    """Returns (distances, points, feet) of points above triangles; infinite where the foot lies outside the triangle."""
    a = triangles[:, 0]
    first, second, along = triangles[:, 1] - a, triangles[:, 2] - a, points - a
    aa, ab, bb = dot(first, first), dot(first, second), dot(second, second)
    pa, pb = dot(along, first), dot(along, second)
    area = aa * bb - ab * ab
    with np.errstate(divide="ignore", invalid="ignore"):
        u, v = (bb * pa - ab * pb) / area, (aa * pb - ab * pa) / area
        inside = (area > 0.0) & (u >= 0.0) & (v >= 0.0) & (u + v <= 1.0)
    feet = a + first * np.where(inside, u, 0.0)[:, None] + second * np.where(inside, v, 0.0)[:, None]
    return np.where(inside, np.sqrt(dot(points - feet, points - feet)), np.inf), points, feet


def between_segments(a, b, c, d):
    """Returns (distances, points on ab, points on cd) of n pairs of segments, also of no length."""
    u, v, w = b - a, d - c, a - c
    uu, uv, vv, uw, vw = dot(u, u), dot(u, v), dot(v, v), dot(u, w), dot(v, w)
    cross = uu * vv - uv * uv
    with np.errstate(divide="ignore", invalid="ignore"):
        s = np.where(cross > 1e-12 * uu * vv, (uv * vw - vv * uw) / cross, 0.0).clip(0.0, 1.0)
        t = np.where(vv > 0.0, (uv * s + vw) / vv, 0.0).clip(0.0, 1.0)
        s = np.where(uu > 0.0, (uv * t - uw) / uu, 0.0).clip(0.0, 1.0)
    on, off = a + u * s[:, None], c + v * t[:, None]
    return np.sqrt(dot(on - off, on - off)), on, off


def dot(a, b):
    """Scalar products of the rows of two arrays."""
    return np.einsum("ij,ij->i", a, b)
