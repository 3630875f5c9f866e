# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules on what would take for ever: loops without an end, subdivisions that explode. All are likely at best. bpy-free."""
import ast

from .lint_finding import Finding
from .lint_values import Collection, Const, Rna

MAX_LEVELS = 6            # of a subdivision surface: 4 ** 6 faces for one
MAX_CUTS = 200
MAX_ICO = 8
MAX_GRID = 4_000_000
MAX_ARRAY = 20_000
LEVELS = {"levels", "render_levels"}


def endless(flow, node, known):
    """loop.endless: while True without a way out, and a condition that nothing in the loop can change."""
    if flow.guards.breaks(node) or any(each.__class__ in LEAVING for each in ast.walk(node)):
        return
    if known is True:
        yield Finding(node, "this loop has no end", "Give it a break, or a bound: for _ in range(limit).", False)
        return
    names = {each.id for each in ast.walk(node.test) if each.__class__ is ast.Name}
    parts = [each for each in ast.walk(node.test) if each.__class__ in (ast.Call, ast.Attribute, ast.Subscript, ast.NamedExpr)]
    if names and not parts and not names & flow.guards.loops[node] and not names & flow.guards.declared \
            and not names & flow.guards.mutated:
        yield Finding(node, "nothing in this loop changes %s" % " or ".join(sorted(names)), "It has no end, or never begins.", False)


LEAVING = {ast.Return, ast.Raise, ast.Yield, ast.YieldFrom, ast.Await}


def levels(flow, node, owner, name, found, value):
    """work.explosive: subsurf.levels = 9"""
    if name in LEVELS and owner.__class__ is Rna and owner.type in ("SubsurfModifier", "MultiresModifier"):
        yield from too_much(node, value, MAX_LEVELS, "%d levels make a face 4 to the power of that many")
    elif name == "count" and owner.__class__ is Rna and owner.type == "ArrayModifier":
        yield from too_much(node, value, MAX_ARRAY, "%d copies")


def too_much(node, value, limit, words):
    """Yields a finding when a whole number is beyond a limit."""
    if value.__class__ is Const and isinstance(value.value, (int, float)) and not isinstance(value.value, bool) and value.value > limit:
        yield Finding(node, words % value.value, "More than %d will use up time or memory." % limit, False)


AMOUNTS = {("bmesh", "subdivide_edges", "cuts"): MAX_CUTS, ("bmesh", "create_icosphere", "subdivisions"): MAX_ICO,
           ("operator", "mesh.subdivide", "number_cuts"): MAX_CUTS, ("operator", "mesh.primitive_ico_sphere_add", "subdivisions"): MAX_ICO,
           ("operator", "object.subdivision_set", "level"): MAX_LEVELS}
GRIDS = {("bmesh", "create_grid"): ("x_segments", "y_segments"), ("bmesh", "create_uvsphere"): ("u_segments", "v_segments"),
         ("operator", "mesh.primitive_grid_add"): ("x_subdivisions", "y_subdivisions"),
         ("operator", "mesh.primitive_uv_sphere_add"): ("segments", "ring_count")}


def amounts(flow, node, operator, arguments):
    """work.explosive: cuts=1000, a grid of 10000 by 10000."""
    kind = "bmesh" if operator.__class__.__name__ == "BmeshOperator" else "operator"
    for name, (_, value) in arguments.keywords.items():
        limit = AMOUNTS.get((kind, operator.name, name))
        if limit:
            yield from too_much(node, value, limit, name + "=%d")
    pair = GRIDS.get((kind, operator.name))
    sides = [arguments.keywords[each][1] for each in pair or () if each in arguments.keywords]
    if len(sides) == 2 and all(each.__class__ is Const and isinstance(each.value, (int, float)) for each in sides):
        if sides[0].value * sides[1].value > MAX_GRID:
            yield Finding(node, "%d by %d faces" % (sides[0].value, sides[1].value), "More than %d will use up time or memory." % MAX_GRID, False)


def growing(flow, node, iterated):
    """loop.growing: a loop over bpy.data.x that makes more of the same."""
    if iterated.__class__ is not Collection or not iterated.list.startswith("BlendData"):
        return
    for each in ast.walk(node):
        if each.__class__ is ast.Call and each.func.__class__ is ast.Attribute and each.func.attr in ("new", "copy"):
            if each.func.attr == "new" and ast.dump(each.func.value) == ast.dump(node.iter):
                yield Finding(each, "this adds to what the loop goes over", "Go over a copy: list(...).", False)
                return


RULES = [("loop.endless", "while", endless), ("loop.growing", "loop", growing), ("work.explosive", "store", levels),
         ("work.explosive", "bmesh", amounts), ("work.explosive", "operator", amounts)]
