# SPDX-License-Identifier: GPL-3.0-or-later
"""Smoothing of renders. Plain Python with numpy; skipped without it."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

try:
    import numpy as np
    from ll3m_bridge import smooth
except ImportError:
    np = None


@unittest.skipUnless(np, "no numpy here")
class SmoothTest(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(1)
        self.albedo = np.full((40, 60, 3), 0.2, dtype=np.float32)
        self.albedo[:, 30:] = (0.8, 0.4, 0.1)
        self.normal = np.zeros((40, 60, 3), dtype=np.float32)
        self.normal[:, :, 2] = 1.0
        self.true = np.ones((40, 60, 4), dtype=np.float32)
        self.true[:, :, :3] = self.albedo
        self.noisy = self.true.copy()
        self.noisy[:, :, :3] *= rng.normal(1.0, 0.25, (40, 60, 1)).clip(0.1, 3.0)

    def test_noise_goes_and_edges_stay(self):
        out = smooth.smoothed(self.noisy, self.albedo, self.normal)
        before = np.abs(self.noisy - self.true)[:, :, :3].mean()
        self.assertLess(np.abs(out - self.true)[:, :, :3].mean(), before / 2)
        self.assertLess(abs(out[20, 29, 0] - 0.2), 0.06)
        self.assertLess(abs(out[20, 30, 0] - 0.8), 0.2)

    def test_nothing_where_no_asset_is(self):
        self.noisy[:, :10, 3] = 0.0
        out = smooth.smoothed(self.noisy, self.albedo, self.normal)
        self.assertTrue((out[:, :10] == self.noisy[:, :10]).all())
        empty = np.zeros_like(self.noisy)
        self.assertTrue((smooth.smoothed(empty, self.albedo, self.normal) == 0).all())

    def test_a_spark_is_taken_down(self):
        self.noisy[20, 15, :3] = 50.0
        self.assertLess(smooth.smoothed(self.noisy, self.albedo, self.normal)[:, :, :3].max(), 2.0)


if __name__ == "__main__":
    unittest.main()
