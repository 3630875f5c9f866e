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
