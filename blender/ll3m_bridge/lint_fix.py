# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports a script to the Blender at hand: applies the fixes that diagnostics bring until there are no more. bpy-free.

Invariant: every byte that no edit names stays as it is, and what comes out parses. A fix is applied whole or not at all; those that touch
one another wait for the next round, which also sees what the first one brought to light (a node of another class has other sockets).
"""
import ast

from . import lint

MAX_ROUNDS = 10


def fix(text, api, families=lint.FAMILIES):
    """Returns (script, number of fixes applied, diagnostics of what is left)."""
    applied, refused = 0, set()
    for _ in range(MAX_ROUNDS):
        found = lint.check(text, api, families)
        fixes = [each["fix"] for each in found if each.get("fix") and key_of(each) not in refused]
        if not fixes:
            return text, applied, found
        changed, count = apply(text, fixes)
        if not parses(changed):
            changed, count = one_by_one(text, found, refused)
        if changed == text:
            return text, applied, found
        text, applied = changed, applied + count
    return text, applied, lint.check(text, api, families)


def key_of(diagnostic):
    return diagnostic["rule"], diagnostic["message"]


def parses(text):
    """Whether a text is Python."""
    try:
        ast.parse(text)
        return True
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def one_by_one(text, found, refused):
    """Applies the first fix that leaves a script that parses; those that do not are refused from now on."""
    for each in found:
        if each.get("fix") and key_of(each) not in refused:
            changed, count = apply(text, [each["fix"]])
            if parses(changed):
                return changed, count
            refused.add(key_of(each))
    return text, 0


def apply(text, fixes):
    """Returns (text with the fixes that do not touch one another, their number)."""
    starts, data = offsets(text)
    taken, edits, count = [], [], 0
    for each in fixes:
        places = [(starts[line - 1] + column, starts[end - 1] + last, said) for line, column, end, last, said in each]
        fresh = [place for place in places if place not in edits]
        if any(touches(place, other) for place in fresh for other in taken):
            continue
        edits += fresh
        taken += fresh
        count += bool(fresh)
    for start, end, said in sorted(edits, reverse=True):
        data = data[:start] + said.encode("utf-8") + data[end:]
    return data.decode("utf-8", "surrogatepass"), count


def touches(one, other):
    """Whether two edits overlap; two insertions at one place do."""
    return one[0] < other[1] and other[0] < one[1] or one[:2] == other[:2] or \
        one[0] == one[1] and other[0] < one[0] < other[1] or other[0] == other[1] and one[0] < other[0] < one[1]


def offsets(text):
    """Returns (byte at which each line begins, the text as bytes); lines are Python's own: LF, CRLF, CR."""
    data = text.encode("utf-8", "surrogatepass")
    starts, index = [0], 0
    while True:
        ends = [each for each in (data.find(b"\n", index), data.find(b"\r", index)) if each >= 0]
        if not ends:
            return starts, data
        index = min(ends) + 1
        if data[index - 1:index + 1] == b"\r\n":
            index += 1
        starts.append(index)
