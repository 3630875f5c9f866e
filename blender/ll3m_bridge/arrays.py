# SPDX-License-Identifier: GPL-3.0-or-later
"""What several modules do with arrays of a mesh. bpy-free."""
import numpy as np


def components(count, edges):
    """Returns a label for each of count nodes, the same for those that edges join."""
    label = np.arange(count)
    a, b = edges[:, 0], edges[:, 1]
    while len(a):
        la, lb = label[a], label[b]
        apart = la != lb
        if not apart.any():
            break
        a, b, la, lb = a[apart], b[apart], la[apart], lb[apart]
        label[np.maximum(la, lb)] = np.minimum(la, lb)
        while True:
            nearer = label[label]
            if (nearer == label).all():
                break
            label = nearer
    return label


def cross(a, b):
    """Vector products of the rows of two arrays; of few rows it takes a fifth of the time that numpy's own takes."""
    made = np.empty(a.shape)
    for axis in range(3):
        one, two = (axis + 1) % 3, (axis + 2) % 3
        made[:, axis] = a[:, one] * b[:, two] - a[:, two] * b[:, one]
    return made


def mixed(keys):
    """Spreads 64-bit keys (the finisher of splitmix64), so that sums of them collide by chance alone."""
    keys = keys + np.uint64(0x9E3779B97F4A7C15)
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))
