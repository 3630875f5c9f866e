# SPDX-License-Identifier: GPL-3.0-or-later
"""Laying surfaces flat, and the arithmetic on what is baked: without Blender."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

try:
    import numpy as np
    from ll3m_bridge import likeness, pixels, unwrap
except ImportError:
    np = None


def grid(width, height, place):
    """Returns a Surface of width x height squares; `place` maps (u, v) to a point."""
    points = [place(x / width, y / height) for y in range(height + 1) for x in range(width + 1)]
    corners, faces, edges = [], [], {}
    for y in range(height):
        for x in range(width):
            a = y * (width + 1) + x
            faces.append([a, a + 1, a + width + 2, a + width + 1])
    loop_edges = []
    for face in faces:
        for first, second in zip(face, face[1:] + face[:1]):
            corners.append(first)
            loop_edges.append(edges.setdefault((min(first, second), max(first, second)), len(edges)))
    return unwrap.Surface(np.array(points), np.array(corners), np.array(loop_edges), np.full(len(faces), 4))


def covered(surface, layout, side):
    """Returns how often each texel of a square is covered by a face."""
    corners = np.arange(len(surface.corner_vertices))
    triangles = unwrap.fans(surface, corners)
    cells, _ = unwrap.filled(layout.uv * side, triangles, np.zeros(len(corners), dtype=int), np.array([[side, side]]), np.array([0]))
    return np.bincount(cells, minlength=side * side).reshape(side, side)


@unittest.skipUnless(np, "no numpy here")
class UnwrapTest(unittest.TestCase):
    def lay_out(self, surface, side=256, padding=2, weights=None):
        everything = np.ones(len(surface.face_sizes), dtype=bool)
        layout = unwrap.Charts(surface, everything, weights).layout(side, padding)
        self.assertGreaterEqual(layout.uv.min(), padding / side - 1e-9)
        self.assertLessEqual(layout.uv.max(), 1.0)
        self.assertLessEqual(covered(surface, layout, side).max(), 1, "two faces share a texel")
        return layout

    def test_plane_fills_the_square(self):
        layout = self.lay_out(grid(8, 8, lambda u, v: (u, v, 0.0)))
        self.assertEqual(layout.charts, 1)
        self.assertGreater(layout.used, 0.85)
        self.assertAlmostEqual(layout.density, 256 * layout.used ** 0.5, delta=1.0)

    def test_tube_is_cut_along_its_length(self):
        layout = self.lay_out(grid(32, 16, lambda u, v: (np.cos(6.2832 * u), np.sin(6.2832 * u), 3 * v)))
        self.assertGreater(layout.charts, 2)
        self.assertLess(layout.charts, 24)
        self.assertGreater(layout.used, 0.4)

    def test_coil_does_not_lie_over_itself(self):
        self.lay_out(grid(200, 2, lambda u, v: ((1 + v) * np.cos(25.0 * u), (1 + v) * np.sin(25.0 * u), u)))

    def test_hidden_faces_get_less(self):
        surface = grid(2, 1, lambda u, v: (u, v, 0.3 * abs(u - 0.5) * 40))
        shares = np.array([1.0, 0.25])
        layout = self.lay_out(surface, weights=shares)
        sides = [np.ptp(layout.uv[at:at + 4], axis=0).max() for at in (0, 4)]
        self.assertAlmostEqual(sides[1] / sides[0], 0.25, delta=0.02)

    def test_no_area(self):
        layout = unwrap.Charts(grid(2, 2, lambda u, v: (0.0, 0.0, 0.0)), np.ones(4, dtype=bool)).layout(64, 2)
        self.assertEqual((layout.charts, layout.used), (0, 0.0))

    def test_too_many_for_the_square(self):
        many = grid(60, 60, lambda u, v: (u, v, 40.0 * (round(u * 60) % 2) + 40.0 * (round(v * 60) % 2)))
        with self.assertRaises(ValueError):
            unwrap.Charts(many, np.ones(3600, dtype=bool)).layout(32, 2)


@unittest.skipUnless(np, "no numpy here")
class PixelsTest(unittest.TestCase):
    def test_srgb(self):
        got = pixels.to_srgb(np.array([0.0, 0.0031308, 0.18, 1.0, 7.0]))
        np.testing.assert_allclose(got, [0.0, 0.04045, 0.46135, 1.0, 1.0], atol=2e-4)

    def test_filled_keeps_what_is_there_and_carries_it_outside(self):
        picture = np.zeros((8, 8, 3), dtype=np.float32)
        mask = np.zeros((8, 8), dtype=bool)
        picture[2:4, 2:4], mask[2:4, 2:4] = (1.0, 0.5, 0.25), True
        got = pixels.filled(picture, mask)
        np.testing.assert_allclose(got, np.broadcast_to((1.0, 0.5, 0.25), (8, 8, 3)), atol=1e-5)


@unittest.skipUnless(np, "no numpy here")
class LikenessTest(unittest.TestCase):
    def setUp(self):
        generator = np.random.default_rng(1)
        self.picture = np.dstack([generator.random((40, 50, 3)), np.ones((40, 50))])

    def test_same(self):
        got = likeness.compare(self.picture, self.picture)
        self.assertEqual((got["difference"], got["pixels"]), (0.0, 2000))
        self.assertAlmostEqual(got["similarity"], 1.0)

    def test_brighter(self):
        other = self.picture.copy()
        other[:, :, :3] += 10 / 255
        self.assertAlmostEqual(likeness.compare(self.picture, other)["difference"], 10.0, places=5)

    def test_white_is_not_alike(self):
        white = np.ones_like(self.picture)
        got = likeness.compare(self.picture, white)
        self.assertGreater(got["difference"], 100)
        self.assertLess(got["similarity"], 0.2)

    def test_nothing_there(self):
        empty = np.zeros_like(self.picture)
        self.assertEqual(likeness.compare(empty, empty)["pixels"], 0)
        self.assertGreater(likeness.compare(self.picture, empty)["difference"], 30)
