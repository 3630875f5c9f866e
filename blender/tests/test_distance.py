# SPDX-License-Identifier: GPL-3.0-or-later
"""Distances of triangles against a search by brute force. Plain Python."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

try:
    import numpy as np
    from ll3m_bridge import distance
except ImportError:
    np = None


@unittest.skipUnless(np, "there is no numpy")
class DistanceTest(unittest.TestCase):
    def check(self, p, q, wanted):
        gaps, on_p, on_q = distance.between_triangles(np.array([p], float), np.array([q], float))
        self.assertAlmostEqual(gaps[0], wanted, 9)
        self.assertAlmostEqual(float(np.linalg.norm(on_p[0] - on_q[0])), wanted, 9)

    def test_corner_over_face(self):
        face = [(-9, -9, 0), (9, -9, 0), (0, 9, 0)]
        self.check(face, [(0, 0, 0.5), (1, 0, 3), (0, 1, 3)], 0.5)
        self.check([(0, 0, 0.5), (1, 0, 3), (0, 1, 3)], face, 0.5)

    def test_edges_that_cross_in_the_air(self):
        self.check([(-9, 0, 0), (9, 0, 0), (0, 0, -9)], [(0, -9, 1), (0, 9, 1), (0, 0, 9)], 1.0)

    def test_parallel_and_without_area(self):
        self.check([(0, 0, 0), (4, 0, 0), (4, 0, 0)], [(1, 3, 0), (2, 3, 0), (9, 3, 0)], 3.0)
        self.check([(0, 0, 0)] * 3, [(0, 0, 2)] * 3, 2.0)
        self.check([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [(0, 0, 0.1), (1, 0, 0.1), (0, 1, 0.1)], 0.1)

    def test_no_pair_of_points_is_nearer(self):
        random = np.random.default_rng(7)
        p, q = random.normal(size=(200, 3, 3)), random.normal(size=(200, 3, 3)) + (5.0, 0, 0)
        gaps, on_p, on_q = distance.between_triangles(p, q)
        steps = np.array([(i / 24, j / 24) for i in range(25) for j in range(25 - i)])
        weights = np.column_stack([steps, 1 - steps.sum(axis=1)])
        for number in range(len(p)):
            one, two = weights @ p[number], weights @ q[number]
            coarse = np.sqrt(((one[:, None] - two[None]) ** 2).sum(axis=2).min())
            self.assertLessEqual(gaps[number], coarse + 1e-9)
            self.assertLess(coarse - gaps[number], 0.3)
        np.testing.assert_allclose(np.linalg.norm(on_p - on_q, axis=1), gaps)


if __name__ == "__main__":
    unittest.main()
