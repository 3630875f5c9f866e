# SPDX-License-Identifier: GPL-3.0-or-later
"""How alike two pictures of the same thing are. bpy-free.

`difference` is the mean absolute difference of sRGB values, 0 to 255, inside the union of both silhouettes. `similarity` is the
structural similarity of their luminance (Wang et al. 2004: 11 x 11 Gaussian window of 1.5 pixels, K1 0.01, K2 0.03), its mean over
the same pixels; both pictures are laid over the same grey first, so that their outlines count.
"""
import numpy as np

SIGMA, REACH = 1.5, 5
K1, K2 = 0.01, 0.03
GREY = 0.5
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def compare(first, second):
    """Returns {"difference", "similarity", "pixels"} of two RGBA pictures of the same size, sRGB values 0 to 1."""
    mask = (first[:, :, 3] > 0.5) | (second[:, :, 3] > 0.5)
    count = int(mask.sum())
    if not count:
        return {"difference": 0.0, "similarity": 1.0, "pixels": 0}
    one, two = over_grey(first), over_grey(second)
    difference = float(np.abs(one - two)[mask].mean()) * 255.0
    similarity = float(structure(one @ LUMINANCE, two @ LUMINANCE)[mask].mean())
    return {"difference": difference, "similarity": similarity, "pixels": count}


def over_grey(picture):
    """Returns the colours of a picture over plain grey."""
    alpha = np.clip(picture[:, :, 3:4], 0.0, 1.0).astype(np.float64)
    return picture[:, :, :3] * alpha + GREY * (1.0 - alpha)


def structure(one, two):
    """Returns the structural similarity of two grey pictures at each pixel."""
    mean_one, mean_two = blurred(one), blurred(two)
    spread_one = blurred(one * one) - mean_one ** 2
    spread_two = blurred(two * two) - mean_two ** 2
    shared = blurred(one * two) - mean_one * mean_two
    c1, c2 = K1 ** 2, K2 ** 2
    return ((2 * mean_one * mean_two + c1) * (2 * shared + c2)) / (
        (mean_one ** 2 + mean_two ** 2 + c1) * (spread_one + spread_two + c2))


def blurred(values):
    """Returns a picture under the Gaussian window; its edge is carried on outside."""
    window = np.exp(-0.5 * (np.arange(-REACH, REACH + 1) / SIGMA) ** 2)
    window /= window.sum()
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (REACH, REACH)
        wide = np.pad(values, pad, mode="edge")
        length = values.shape[axis]
        values = sum(weight * np.take(wide, range(at, at + length), axis=axis) for at, weight in enumerate(window))
    return values
