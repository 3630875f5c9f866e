# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the noise of few samples out of a render, bpy-free.

Debian builds Blender without a denoiser. This is a cross-bilateral filter: the light on a surface (colour divided by albedo)
is averaged over neighbours of the same albedo and normal and of similar brightness, and multiplied with the albedo again, so
that textures and edges, which the guides hold without noise, stay sharp. Pixels without asset stay as they are.
"""
import numpy as np

REACH = 3
SPREAD = 2.0
ALBEDO_WIDTH = 0.06
NORMAL_WIDTH = 0.25
LIGHT_WIDTH = 0.22
FLOOR = 0.03
OUTLIER = 3.0


def smoothed(picture, albedo, normal):
    """Returns a linear RGBA picture with less noise; the guides are of its size, three channels each."""
    rows, columns = np.nonzero(picture[:, :, 3] > 0)
    if not len(rows):
        return picture
    window = (slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1))
    out = picture.copy()
    out[window] = filtered(picture[window], guide(albedo[window]), normal[window])
    return out


def guide(albedo):
    """Returns the albedo that light is divided by; what has none (lamps, clear glass) counts as white."""
    straight = np.clip(np.nan_to_num(albedo), 0.0, 1.0)
    dark = straight.max(axis=2, keepdims=True) < FLOOR
    return np.where(dark, 1.0, straight)


def filtered(picture, albedo, normal):
    """Filters the light of a picture, all of it in one window."""
    alpha = picture[:, :, 3]
    light = picture[:, :, :3] / (albedo + FLOOR)
    light = without_outliers(light, alpha)
    level = np.log(mean_of_three(light.mean(axis=2), alpha) + 0.02)
    features = np.concatenate([albedo / ALBEDO_WIDTH, normal / NORMAL_WIDTH, level[:, :, None] / LIGHT_WIDTH], axis=2)
    features = features.astype(np.float32)
    total = np.zeros(light.shape, dtype=np.float32)
    weights = np.full(alpha.shape, 1e-6, dtype=np.float32)
    padded = [pad(each) for each in (features, light.astype(np.float32), alpha)]
    for down in range(-REACH, REACH + 1):
        for right in range(-REACH, REACH + 1):
            there, shone, solid = (shifted(each, down, right) for each in padded)
            difference = features - there
            distance = np.einsum("ijk,ijk->ij", difference, difference)
            weight = solid * np.exp(-0.5 * (distance + (down * down + right * right) / SPREAD ** 2))
            total += shone * weight[:, :, None]
            weights += weight
    out = picture.copy()
    out[:, :, :3] = np.where(alpha[:, :, None] > 0, total / weights[:, :, None] * (albedo + FLOOR), picture[:, :, :3])
    return out


def without_outliers(light, alpha):
    """Brings single pixels that are far brighter than all around them down to these."""
    level = light.max(axis=2)
    around = np.zeros_like(level)
    padded = pad(level * (alpha > 0))
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            if down or right:
                around = np.maximum(around, shifted(padded, down, right))
    excess = np.maximum(1.0, level / np.maximum(around * OUTLIER / 2, 1e-4))
    return light / excess[:, :, None]


def mean_of_three(values, alpha):
    """Returns the mean over 3 x 3 pixels, those without asset left out."""
    total, weights = np.zeros_like(values), np.full_like(values, 1e-6)
    padded_values, padded_alpha = pad(values), pad(alpha)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            solid = shifted(padded_alpha, down, right)
            total += shifted(padded_values, down, right) * solid
            weights += solid
    return total / weights


def pad(values):
    """Returns an array with REACH empty pixels around it."""
    return np.pad(values, [(REACH, REACH), (REACH, REACH)] + [(0, 0)] * (values.ndim - 2))


def shifted(padded, down, right):
    """Returns the window of a padded array, moved."""
    height, width = padded.shape[0] - 2 * REACH, padded.shape[1] - 2 * REACH
    return padded[REACH + down:REACH + down + height, REACH + right:REACH + right + width]
