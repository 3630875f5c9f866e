# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a piece of a script as it is right in the Blender at hand: makes the edits that the rows of drift_rows.py name. bpy-free.

A maker is called as maker(flow, node, what, other): node is where the finding is, what is the Const of a key or the owner of
an attribute, other is the name on the other side. It returns [[line, column, end line, end column, text], …] (lines from 1, columns in
UTF-8 bytes from 0), or None when it cannot be certain. Edits keep every byte that they do not name. Calls and sets are rewritten only
where they are statements of their own, guards are put only before simple statements that stand alone on their line.
"""
import ast

SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign)


def span(node):
    return [node.lineno, node.col_offset, node.end_lineno, node.end_col_offset]


def replaced(node, text):
    """The edit that puts a text in a node's place."""
    return [*span(node), text]


def quoted(flow, node, name):
    """A name as text, quoted as the script quotes the old one."""
    said = flow.segment(node)
    mark = said[:1] if said[:1] in "'\"" else "\""
    return mark + name.replace("\\", "\\\\").replace(mark, "\\" + mark) + mark


def key(flow, node, what, other):
    """A text that stands in the script becomes another."""
    origin = getattr(what, "node", None)
    if origin is None or not other or not isinstance(getattr(origin, "value", None), str):
        return None
    return [replaced(origin, quoted(flow, origin, other))]


def key_to(name):
    """As key(), always to one name."""
    return lambda flow, node, what, other: key(flow, node, what, name)


def statement_alone(flow):
    """Returns the statement at hand when it is a simple one that stands alone on its lines, else None."""
    statement = flow.statement
    if not isinstance(statement, SIMPLE):
        return None
    if isinstance(statement, ast.Assign) and any(not isinstance(each, (ast.Attribute, ast.Subscript)) for each in statement.targets):
        return None
    lines = flow.lines
    before = lines[statement.lineno - 1][:statement.col_offset]
    after = lines[statement.end_lineno - 1][statement.end_col_offset:].strip()
    return statement if not before.strip() and (not after or after.startswith(b"#")) else None


def guard(flow, test):
    """The statement at hand only runs when a test holds."""
    statement = statement_alone(flow)
    if statement is None:
        return None
    return [[statement.lineno, statement.col_offset, statement.lineno, statement.col_offset, "if %s: " % test]]


def is_plain(node):
    """Whether an expression can be written twice: names, attributes, constants."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, (ast.Constant, ast.Name)):
            return False
        node = node.value
    return isinstance(node, ast.Name)


def guard_key(flow, node, what, other):
    """x.inputs["gone"].default_value = v  →  if "gone" in x.inputs: …"""
    if not isinstance(node, ast.Subscript) or not is_plain(node.value) or not isinstance(node.slice, (ast.Constant, ast.Name)):
        return None
    return guard(flow, "%s in %s" % (flow.segment(node.slice), flow.segment(node.value)))


def guard_store(flow, node, what, other):
    """x.gone = v  →  if hasattr(x, "gone"): x.gone = v"""
    if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Store) or not is_plain(node.value):
        return None
    return guard(flow, "hasattr(%s, \"%s\")" % (flow.segment(node.value), node.attr))


def emission(flow, node, what, other):
    """The key, and the strength that the other side has by default: 1 until Blender 4.0, then 0."""
    edits = key(flow, node, what, other)
    statement = statement_alone(flow)
    if edits and statement is not None and isinstance(node.slice, ast.Constant) and is_plain(node.value) \
            and b"Emission Strength" not in b"".join(flow.lines):
        strength = "1.0" if other == "Emission Color" else "0.0"
        text = "; %s[%s].default_value = %s" % (flow.segment(node.value), quoted(flow, node.slice, "Emission Strength"), strength)
        edits.append([statement.end_lineno, statement.end_col_offset, statement.end_lineno, statement.end_col_offset, text])
    return edits


def attribute(flow, node, what, other):
    """x.old → x.new"""
    if not isinstance(node, ast.Attribute) or not other:
        return None
    return [[node.end_lineno, node.end_col_offset - len(node.attr), node.end_lineno, node.end_col_offset, other]]


def own_call(flow, node):
    """Returns the call of x.name(…) when it is a statement of its own, else None."""
    statement = statement_alone(flow)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and statement.value.func is node:
        return statement.value
    return None


def call_to(name):
    """x.old(…) → x.name()"""
    def maker(flow, node, what, other):
        call = own_call(flow, node)
        return [replaced(call, "%s.%s()" % (flow.segment(node.value), name))] if call is not None else None
    return maker


def auto_smooth(flow, node, what, other):
    """mesh.use_auto_smooth = True, mesh.auto_smooth_angle = a → mesh.set_sharp_from_angle(angle=a)"""
    statement = statement_alone(flow)
    if not isinstance(statement, ast.Assign) or statement.targets != [node]:
        return None
    mesh = flow.segment(node.value)
    if node.attr == "auto_smooth_angle":
        return [replaced(statement, "%s.set_sharp_from_angle(angle=%s)" % (mesh, flow.segment(statement.value)))]
    if isinstance(statement.value, ast.Constant) and statement.value.value:
        return [replaced(statement, "%s.set_sharp_from_angle(angle=0.523599)" % mesh)]
    return [replaced(statement, "pass")] if isinstance(statement.value, ast.Constant) else None


def argument_of(call, index, name):
    """Returns the node of an argument by place or name, None when there is none."""
    for each in call.keywords:
        if each.arg == name:
            return each.value
    return call.args[index] if index < len(call.args) else None


def has_stars(call):
    return any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords)


def sharp_from_angle(flow, node, what, other):
    """mesh.set_sharp_from_angle(angle=a) → mesh.use_auto_smooth = True; mesh.auto_smooth_angle = a"""
    call = own_call(flow, node)
    if call is None or has_stars(call):
        return None
    mesh, angle = flow.segment(node.value), argument_of(call, 0, "angle")
    said = "min(%s, 3.14159)" % flow.segment(angle) if angle is not None else "3.14159"
    return [replaced(call, "%s.use_auto_smooth = True; %s.auto_smooth_angle = %s" % (mesh, mesh, said))]


def polygons_smooth(smooth):
    """mesh.shade_smooth() → mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))"""
    def maker(flow, node, what, other):
        call = own_call(flow, node)
        if call is None:
            return None
        mesh = flow.segment(node.value)
        return [replaced(call, "%s.polygons.foreach_set(\"use_smooth\", [%s] * len(%s.polygons))" % (mesh, smooth, mesh))]
    return maker


def layer(kind, name):
    """layers.crease.verify() → (layers.float.get("crease_edge") or layers.float.new("crease_edge"))"""
    def maker(flow, node, what, other):
        call = flow.call_around(node)
        if call is None or call.func.attr not in ("verify", "new") or not is_plain(node.value):
            return None
        layers = "%s.%s" % (flow.segment(node.value), kind)
        return [replaced(call, "(%s.get(\"%s\") or %s.new(\"%s\"))" % (layers, name, layers, name))]
    return maker


def tree_sockets(flow, node, what, other):
    """tree.inputs.new(type, name) → tree.interface.new_socket(name=name, in_out='INPUT', socket_type=type)"""
    call = flow.call_around(node)
    if call is None or call.func.attr != "new" or has_stars(call):
        return None
    kind, name = argument_of(call, 0, "type"), argument_of(call, 1, "name")
    if kind is None or name is None:
        return None
    said = plain_socket(flow, kind)
    return [replaced(call, "%s.interface.new_socket(name=%s, in_out='%s', socket_type=%s)" % (
        flow.segment(node.value), flow.segment(name), node.attr[:-1].upper(), said))]


def plain_socket(flow, kind):
    """The base of a type of sockets: the interface takes no subtypes."""
    if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
        for base in ("NodeSocketFloat", "NodeSocketInt", "NodeSocketVector", "NodeSocketString"):
            if kind.value.startswith(base):
                return quoted(flow, kind, base)
    return flow.segment(kind)


def interface(flow, node, what, other):
    """tree.interface.new_socket(name, in_out='INPUT', socket_type=type) → tree.inputs.new(type, name)"""
    call = flow.call_around(node)
    if call is None or call.func.attr != "new_socket" or has_stars(call):
        return None
    name, side, kind = argument_of(call, 0, "name"), argument_of(call, 2, "in_out"), argument_of(call, 3, "socket_type")
    if name is None or any(each.arg == "parent" for each in call.keywords):
        return None
    if side is None:
        where = "inputs"
    elif isinstance(side, ast.Constant) and side.value in ("INPUT", "OUTPUT"):
        where = side.value.lower() + "s"
    else:
        where = None
    tree = flow.segment(node.value)
    said = flow.segment(kind) if kind is not None else "'NodeSocketFloat'"
    holder = "%s.%s" % (tree, where) if where else "(%s.inputs if %s == 'INPUT' else %s.outputs)" % (tree, flow.segment(side), tree)
    return [replaced(call, "%s.new(%s, %s)" % (holder, said, flow.segment(name)))]


def store(name, values):
    """x.new = 'VALUE' → x.name = 'OTHER'"""
    def maker(flow, node, what, other):
        edits = [[node.end_lineno, node.end_col_offset - len(node.attr), node.end_lineno, node.end_col_offset, name]]
        if not values:
            return edits
        statement = flow.statement
        value = statement.value if isinstance(statement, ast.Assign) and statement.targets == [node] else None
        if not isinstance(value, ast.Constant) or value.value not in values:
            return None
        return edits + [replaced(value, quoted(flow, value, values[value.value]))]
    return maker


def operator(arguments):
    """bpy.ops.old(…) → bpy.ops.new(…), with its arguments called what they are called there."""
    back = {new: old for old, new in reversed(arguments.items()) if new}

    def maker(flow, node, what, other):
        if not other or not isinstance(node.func, ast.Attribute) or not isinstance(node.func.value, ast.Attribute):
            return None
        group = node.func.value
        start = [group.end_lineno, group.end_col_offset - len(group.attr)]
        edits = [[*start, node.func.end_lineno, node.func.end_col_offset, other]]
        record = flow.api.operators.get(other) or {}
        for each in node.keywords:
            if each.arg is None or each.arg in record.get("props", ()):
                continue
            name = arguments.get(each.arg) or back.get(each.arg)
            if name not in record.get("props", ()):
                return None
            edits.append([each.lineno, each.col_offset, each.lineno, each.col_offset + len(each.arg), name])
        return edits
    return maker


def shade(flow, node, what, other):
    """bpy.ops.object.shade_auto_smooth(angle=a) → bpy.ops.object.shade_smooth(use_auto_smooth=True, auto_smooth_angle=a)"""
    angle = argument_of(node, 99, "angle")
    if has_stars(node) or not isinstance(node.func, ast.Attribute):
        return None
    said = ", auto_smooth_angle=%s" % flow.segment(angle) if angle is not None else ""
    return [replaced(node, "%s.shade_smooth(use_auto_smooth=True%s)" % (flow.segment(node.func.value), said))]


def shade_by_angle(flow, node, what, other):
    """bpy.ops.object.shade_smooth(use_auto_smooth=True, auto_smooth_angle=a) → bpy.ops.object.shade_smooth_by_angle(angle=a)"""
    call = flow.call_with(node)
    if call is None or has_stars(call):
        return None
    angle = argument_of(call, 99, "auto_smooth_angle")
    said = "angle=%s" % flow.segment(angle) if angle is not None else ""
    return [replaced(call, "%s.shade_smooth_by_angle(%s)" % (flow.segment(call.func.value), said))]


def without_argument(flow, node, what, other):
    """f(gone=v, …) → f(…)"""
    call = flow.call_with(node)
    if call is None or has_stars(call):
        return None
    rest = [flow.segment(each) for each in call.args] + ["%s=%s" % (each.arg, flow.segment(each.value)) for each in call.keywords
                                                       if each is not node]
    return [replaced(call, "%s(%s)" % (flow.segment(call.func), ", ".join(rest)))]
