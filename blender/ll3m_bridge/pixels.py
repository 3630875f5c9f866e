# SPDX-License-Identifier: GPL-3.0-or-later
"""Arithmetic on baked pictures. bpy-free."""
import numpy as np


def to_srgb(values):
    """Returns linear values, 0 to 1, as a screen has them (sRGB); by a table, for pictures have millions of them."""
    return SRGB[np.rint(np.clip(values, 0.0, 1.0) * (len(SRGB) - 1)).astype(np.uint16)]


def curve(values):
    """Returns the transfer function of sRGB (IEC 61966-2-1)."""
    return np.where(values <= 0.0031308, values * 12.92, 1.055 * values ** (1 / 2.4) - 0.055)


SRGB = curve(np.linspace(0.0, 1.0, 1 << 16)).astype(np.float32)


def filled(picture, mask):
    """Returns a square picture with what is outside of the mask filled from the nearest texels inside, so that neither a filter nor a
    smaller copy of the picture brings foreign colours in (push-pull: ever smaller means, then back up)."""
    levels = [(picture * mask[:, :, None], mask.astype(np.float32))]
    while len(levels[-1][1]) > 1:
        color, weight = levels[-1]
        weight = quartered(weight)
        color = quartered(color) / np.maximum(weight, 1e-6)[:, :, None]
        full = np.minimum(weight * 4.0, 1.0)
        levels.append((color * full[:, :, None], full))
    under = levels[-1][0]
    for color, weight in reversed(levels[:-1]):
        under = under.repeat(2, axis=0).repeat(2, axis=1)
        under = color + under * (1.0 - weight)[:, :, None]
    return np.where(mask[:, :, None], picture, under).astype(np.float32)


def quartered(values):
    """Returns the mean over squares of 2 x 2."""
    return (values[0::2, 0::2] + values[1::2, 0::2] + values[0::2, 1::2] + values[1::2, 1::2]) * 0.25
