# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers that Cycles deals at random: to objects by their names, to the islands of a mesh by their vertices. bpy-free.

Source: Cycles' util/hash.h (lookup3's final mix), util/disjoint_set.h and blender/mesh.cpp. An island's number hangs on which
of its vertices stands for it, and that on the order of the edges; so they are joined here just as there.
"""
import numpy as np

WORDS = 0xFFFFFFFF


def name_hash(name):
    """Returns the 32-bit number of an object of this name: a polynomial hash, mixed."""
    key = 0
    for byte in name.encode("utf-8"):
        key = (key * 37 + byte) & WORDS
    return mixed(key, 2)


def mixed(key, words):
    """Returns lookup3's final mix of a number, as if it was the first of so many."""
    b = c = 0xDEADBEEF + (words << 2) + 13 & WORDS
    a = b + key & WORDS
    c = (c ^ b) - turn(b, 14) & WORDS
    a = (a ^ c) - turn(c, 11) & WORDS
    b = (b ^ a) - turn(a, 25) & WORDS
    c = (c ^ b) - turn(b, 16) & WORDS
    a = (a ^ c) - turn(c, 4) & WORDS
    b = (b ^ a) - turn(a, 14) & WORDS
    return (c ^ b) - turn(b, 24) & WORDS


def turn(value, bits):
    """Returns a 32-bit number turned to the left."""
    return (value << bits | value >> 32 - bits) & WORDS


def island_numbers(count, edges):
    """Returns for each of `count` vertices the number of its island, 0 to 1; `edges` is n x 2."""
    parents, ranks = list(range(count)), [0] * count

    def root(vertex):
        top = vertex
        while parents[top] != top:
            top = parents[top]
        while parents[vertex] != top:
            parents[vertex], vertex = top, parents[vertex]
        return top

    for one, two in edges.tolist():
        one, two = root(one), root(two)
        if one == two:
            continue
        if ranks[one] < ranks[two]:
            one, two = two, one
        parents[two] = one
        ranks[one] += ranks[one] == ranks[two]
    tops, where = np.unique([root(each) for each in range(count)], return_inverse=True)
    return np.array([mixed(int(each), 1) / WORDS for each in tops], dtype=np.float32)[where.reshape(-1)]
