# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules on the API: what each says of a fact that lint_flow tells. bpy-free.

A rule is a row of RULES. Its function gets the walk and the fact and yields Findings. `raises` is the error that Blender would raise
there: a rule is silent where the script catches it. A finding that is not sure is a warning, whatever its rule's severity.
"""
import ast

from . import drift_rows, lint_loops
from .api_view import TYPO, is_typo
from .lint_finding import Finding, Rule
from .lint_member import COLLECTION_CLASS
from .lint_values import Collection, Const, Each, ListOf, Module, Python, PythonClass, Rna, RnaClass, Sequence, Table, Union

MAX_HINT = 8


def listed(names, limit=MAX_HINT):
    """Returns names as text, the first ones when they are many."""
    names = list(names)
    more = len(names) - limit
    return ", ".join(names[:limit]) + (" and %d more" % more if more > 0 else "")


def nearest(api, name, names, what="Did you mean"):
    """Returns the hint that names what is most like a name."""
    return suggestion(api.near(name, list(names)), what)


def suggestion(near, what="Did you mean"):
    """Returns names as a question."""
    return "%s %s?" % (what, " or ".join("\"%s\"" % each for each in near)) if near else ""


def told(value):
    """Returns what a value is, in words."""
    if value.__class__ is Rna:
        return value.type
    if value.__class__ is Collection:
        return value.list or "collection of %s" % value.item
    if value.__class__ is Python or value.__class__ is PythonClass:
        return value.cls
    if value.__class__ is RnaClass:
        return value.type
    if value.__class__ is Module:
        return value.name
    if value.__class__ is Union:
        return " or ".join(told(each) for each in value.values)
    return "value"


def members_of(api, owner):
    """Returns the names of all members of a value."""
    if owner.__class__ is Rna:
        return api.all_members(owner.type) | (set(api.context) if owner.type == "Context" else set())
    if owner.__class__ is Collection:
        names = api.class_names(COLLECTION_CLASS)
        return names | api.all_members(owner.list) if owner.list else names
    if owner.__class__ is Python or owner.__class__ is PythonClass:
        return api.class_names(owner.cls)
    if owner.__class__ is Module:
        if owner.name == "bmesh.ops":
            return set(api.bmesh)
        return set(api.types) if owner.name == "bpy.types" else set(api.modules.get(owner.name, ()))
    return set()


def missing(flow, node, owner, name, stored):
    """attribute.unknown: a member that a known value does not have."""
    first = owner.values[0] if owner.__class__ is Union else owner
    sure = all(each.sure for each in (owner.values if owner.__class__ is Union else (owner,)))
    drifted = drift_rows.attribute(flow, lines_of(flow.api, first), name)
    near = flow.api.near_member(told(first), name, lambda: members_of(flow.api, first))
    if first.__class__ is Rna and flow.api.carries(first.type) and not drifted and not is_alone(flow):
        sure = sure and (name in drift_rows.ELSEWHERE or is_typo(name, near, NEAR if is_plain(flow) else TYPO))
    if first.__class__ is Module and first.name == "bpy.types" and "_" in name:
        sure = False    # classes of add-ons are called like this
    if flow.scope.cls is not None and first.__class__ is Rna and first.type == "Context":
        sure = False
    hint = drifted.hint if drifted else suggestion(near)
    yield Finding(node, "%s has no attribute \"%s\"" % (told(owner), name), hint, sure, drifted and drifted.fix_of(flow, node, first))


NEAR = 0.72


def is_plain(flow):
    """Whether a script registers nothing and needs no other files: then it hardly uses what add-ons register."""
    names = flow.scope.module.names
    return not flow.guards.foreign and not flow.guards.based and "bl_info" not in names and "register" not in names


def is_alone(flow):
    """Whether a script is one that Blender runs without add-ons: one that keeps the contract. Others may use what add-ons register."""
    names = flow.scope.module.names
    return "PARAMS" in names and "build" in names and not flow.guards.foreign


def lines_of(api, value):
    """Returns the types under which the drift table knows a value."""
    if value.__class__ is Rna:
        return api.line(value.type) or [value.type]
    if value.__class__ is Collection:
        return [value.list or value.name, *(["%s.%s" % (each, value.name) for each in api.line(value.owner.type)]
                                           if value.owner.__class__ is Rna else [])]
    return [told(value)]


def loose(flow, node, name):
    """attribute.elsewhere: of an unknown value a name is used that no type here has, but that types of other versions have."""
    if name in flow.guards.registered or name in flow.api.all_names():
        return
    row = drift_rows.anywhere(flow, name)
    yield Finding(node, "nothing in Blender %s has an attribute \"%s\"" % (version(flow.api), name),
                  row.hint if row else "Other versions of Blender have it.", False, row and row.fix_of(flow, node, None))


def loose_key(flow, node, key):
    """socket.elsewhere: as attribute.elsewhere, for names of sockets."""
    row = drift_rows.socket_anywhere(flow, key.value)
    if row is None or not (isinstance(node.value, ast.Attribute) and node.value.attr in ("inputs", "outputs")):
        return
    yield Finding(node, "no node in Blender %s has a socket \"%s\"" % (version(flow.api), key.value), row.hint, False, row.fix_of(flow, node, key))


def version(api):
    return ".".join(str(each) for each in api.version[:2])


def read_only(flow, node, owner, name, found, value):
    """attribute.readonly"""
    if all(record.get("ro") for _, record, _ in found) and all(label != "func" for label, _, _ in found):
        if any(label == "prop" and record["type"] == 'COLLECTION' for label, record, _ in found):
            hint = "Change what is in it."
        else:
            hint = drift_rows.readonly_hint(name)
        yield Finding(node, "%s.%s is read-only" % (told(owner), name), hint, sure_of(owner))
    elif all(label == "func" for label, _, _ in found):
        yield Finding(node, "%s.%s is a function" % (told(owner), name), "Call it.", sure_of(owner))


def sure_of(owner):
    return all(each.sure for each in owner.values) if owner.__class__ is Union else owner.sure


def read_only_python(flow, node, owner, name):
    """attribute.readonly, of a Vector, a BMVert …"""
    record = flow.api.class_member(owner.cls, name)
    if record and record.get("ro") and record["kind"] == "attribute":
        yield Finding(node, "%s.%s is read-only" % (owner.cls, name), "", owner.sure)


def stored_value(flow, node, owner, name, found, value):
    """enum.unknown and argument.type, of an assignment."""
    records = [record for label, record, _ in found if label == "prop" and not record.get("ro")]
    if len(records) == len(found):
        yield from wrong_enum(flow, node, records, value, "%s.%s" % (told(owner), name), sure_of(owner))


def stored_type(flow, node, owner, name, found, value):
    """argument.type, of an assignment."""
    records = [record for label, record, _ in found if label == "prop" and not record.get("ro")]
    if name == "default_value" and "__len__" in flow.scope.guarded:
        return    # the script asks whether the socket takes a number or a colour
    if len(records) == len(found):
        fix = drift_rows.retyped(flow, node) if name == "default_value" else None
        yield from wrong_type(flow, node, records, value, "%s.%s" % (told(owner), name), sure_of(owner), fix)


def wrong_enum(flow, node, records, value, where, sure):
    """Yields a finding when a text is none of an enum's items in any of the records."""
    if not records or any(record["type"] != 'ENUM' for record in records):
        return
    dynamic = any(record.get("dyn") for record in records)
    given = value.items if value.__class__ is Sequence and records[0].get("flag") else (value,)
    items = {item for record in records for item in record.get("items", ())}
    for each in given:
        for one, certain in consts(each):
            if isinstance(one.value, str) and one.value not in items and items and one.value not in flow.guards.registered:
                if one.value in flow.scope.guarded:
                    continue
                row = drift_rows.enum(flow, where, one.value, items)
                if dynamic and row is None:
                    continue
                hint = row.hint if row else nearest(flow.api, one.value, items) or ""
                hint += (" " if hint else "") + "There is " + listed(sorted(items), 12) + "."
                live = not any(record.get("live") for record in records) or where.endswith("engine") or row is not None
                yield Finding(node, "%s has no item \"%s\"" % (where, one.value), hint, sure and certain and live,
                              row and row.fix_of(flow, node, one))


def consts(value):
    """Yields (Const, whether it is certain that it is used) of a value."""
    if value.__class__ is Const:
        yield value, True
    elif value.__class__ is Each:
        for each in value.values:
            yield each, value.certain


def wrong_type(flow, node, records, value, where, sure, fix=None):
    """Yields a finding when a value cannot be of a property's type."""
    if not records or value is None:
        return
    problems = [problem(flow.api, record, value) for record in records]
    if all(problems):
        yield Finding(node, "%s %s" % (where, problems[0]), "", sure and getattr(value, "sure", True), fix)


def problem(api, record, value):
    """Returns why a property cannot take a value; "" when it can, or when nobody knows."""
    kind, size = record["type"], record.get("size")
    if value.__class__ is Const:
        return problem_of_const(record, value.value, kind, size)
    if value.__class__ is Sequence and kind in ('FLOAT', 'INT', 'BOOLEAN'):
        if not size:
            return "takes one %s, not %d" % (kind.lower(), len(value.items)) if value.items else ""
        if record.get("dims") or record.get("sub") == 'MATRIX':
            return ""
        if "id" in record and not 1 < size <= 4:
            return ""    # parameters of functions may be arrays of any length
        if len(value.items) != size and kind != 'INT':    # whole numbers: MeshPolygon.vertices says 3, and has any number
            return "takes %d numbers, not %d" % (size, len(value.items))
        return ""
    if value.__class__ is Python and kind in ('FLOAT', 'INT', 'BOOLEAN', 'STRING'):
        if kind == 'STRING' or not size:
            return "takes one %s, not a %s" % (kind.lower(), value.cls) if value.cls in ("Vector", "Matrix", "Color", "Euler", "Quaternion") else ""
        fixed = {"Color": 3, "Euler": 3, "Quaternion": 4}.get(value.cls)
        return "takes %d numbers, not the %d of a %s" % (size, fixed, value.cls) if fixed and fixed != size and not record.get("dims") else ""
    if value.__class__ is Rna:
        return problem_of_object(api, record, value, kind)
    if value.__class__ in (Collection, ListOf) and kind in ('STRING', 'ENUM') and not record.get("flag"):
        return "takes a text"
    return ""


def problem_of_const(record, value, kind, size):
    """As problem(), for what stands in the script."""
    if value is None:
        return "takes no None" if kind in ('FLOAT', 'INT', 'BOOLEAN') else ""
    if kind in ('FLOAT', 'INT', 'BOOLEAN'):
        if isinstance(value, (str, bytes)):
            return "takes %s, not a text" % ("numbers" if kind != 'BOOLEAN' else "True or False")
        if size:
            return "takes %d values, not one" % size if "id" not in record else ""
        if kind == 'INT' and isinstance(value, float):
            return "takes a whole number"
        if isinstance(value, complex):
            return "takes no complex number"
        return ""
    if kind == 'STRING':
        return "takes a text" if isinstance(value, (bool, int, float)) else ""
    if kind == 'ENUM':
        if record.get("flag"):
            return "takes a set of texts" if isinstance(value, (str, bool, int, float)) else ""
        return "takes a text" if isinstance(value, (bool, int, float)) else ""
    if kind == 'POINTER':
        return "takes a %s, not %r" % (record.get("struct", "data-block"), value) if isinstance(value, (str, bool, int, float)) else ""
    return ""


def problem_of_object(api, record, value, kind):
    """As problem(), for an object of bpy.types."""
    if kind in ('FLOAT', 'INT', 'STRING', 'ENUM'):
        return "takes a %s, not a %s" % ("text" if kind in ('STRING', 'ENUM') else "number", value.type)
    if kind == 'POINTER' and record.get("struct") in api.types and value.type in api.types and record["struct"] not in ("AnyType",):
        wanted = record["struct"]
        if not api.is_a(value.type, wanted) and not api.is_a(wanted, value.type):
            return "takes a %s, not a %s" % (wanted, value.type)
    return ""


def unknown_arguments(flow, node, method, arguments):
    """argument.unknown: a keyword that an RNA function does not have, too many arguments, one that is missing."""
    params = method.record.get("params", ())
    names = [each["id"] for each in params]
    where = "%s.%s" % (told(method.owner), method.name)
    for name, (at, _) in arguments.keywords.items():
        if name not in names:
            row = drift_rows.argument(flow, where, name)
            hint = row.hint if row else nearest(flow.api, name, names) or "It takes " + (listed(names) or "nothing") + "."
            yield Finding(at if row else node, "%s takes no \"%s\"" % (where, name), hint, method.sure, row and row.fix_of(flow, at, None))
    if len(arguments.positional) > len(params):
        yield Finding(node, "%s takes at most %d arguments, not %d" % (where, len(params), len(arguments.positional)),
                      "It takes " + (listed(names) or "nothing") + ".", method.sure)
    if not arguments.open and all(name in names for name in arguments.keywords):
        for index, each in enumerate(params):
            if each.get("need") and index >= len(arguments.positional) and each["id"] not in arguments.keywords:
                yield Finding(node, "%s wants \"%s\"" % (where, each["id"]), "It takes " + listed(names) + ".", method.sure)
                break


def argument_pairs(method, arguments):
    """Yields (record, value, name) of the arguments of an RNA function."""
    params = method.record.get("params", ())
    for each, (_, value) in zip(params, arguments.positional):
        yield each, value
    known = {each["id"]: each for each in params}
    for name, (_, value) in arguments.keywords.items():
        if name in known:
            yield known[name], value


def argument_enums(flow, node, method, arguments):
    """enum.unknown, node.unknown, modifier.unknown: of an argument of an RNA function."""
    for record, value in argument_pairs(method, arguments):
        where = "%s.%s %s" % (told(method.owner), method.name, record["id"])
        yield from wrong_enum(flow, node, [record], value, where, method.sure)


def argument_types(flow, node, method, arguments):
    """argument.type, of an argument of an RNA function."""
    for record, value in argument_pairs(method, arguments):
        where = "%s.%s \"%s\"" % (told(method.owner), method.name, record["id"])
        yield from wrong_type(flow, node, [record], value, where, method.sure)


def unknown_node(flow, node, method, arguments):
    """node.unknown: nodes.new() of a class that there is not, or that this tree does not take."""
    if (told(method.owner), method.name) in KINDS:
        yield from unknown_kind(flow, node, method, arguments)
    if method.name != "new" or method.owner.__class__ is not Collection or method.owner.list != "Nodes":
        return
    kind = arguments.get(0, "type")
    for each, certain in consts(kind):
        name = each.value
        name = flow.api.traits["aliases"].get(name, name)
        if not isinstance(name, str) or name in flow.guards.registered or name in flow.scope.guarded:
            continue
        owner = method.owner.owner
        tree = owner.type if owner.__class__ is Rna and owner.type != "NodeTree" else ""
        if name not in flow.api.nodes:
            if name in flow.api.types and flow.api.is_a(name, "Node"):
                continue
            row = drift_rows.node(flow, name)
            hint = row.hint if row else nearest(flow.api, name, flow.api.nodes)
            own = bool(row) or is_alone(flow) or name.startswith(NODE_NAMES)
            yield Finding(node, "Blender %s has no node \"%s\"" % (version(flow.api), name), hint, method.sure and certain and own,
                          row and row.fix_of(flow, node, each))
        elif tree and tree in TREES and tree not in flow.api.nodes[name].get("trees", TREES):
            yield Finding(node, "a %s takes no %s" % (tree, name), "", method.sure and certain)


# Functions that take the name of a type which add-ons may add to: (owner, function) → (place, name, base of the types).
KINDS = {("BlendDataNodeTrees", "new"): (1, "type", "NodeTree"), ("NodeTreeInterface", "new_socket"): (3, "socket_type", "NodeSocket"),
         ("NodeTreeInputs", "new"): (0, "type", "NodeSocket"), ("NodeTreeOutputs", "new"): (0, "type", "NodeSocket")}


def unknown_kind(flow, node, method, arguments):
    """node.unknown, for trees and the sockets of their interface."""
    index, name, base = KINDS[told(method.owner), method.name]
    for each, certain in consts(arguments.get(index, name)):
        if isinstance(each.value, str) and each.value not in flow.guards.registered and not flow.api.is_a(each.value, base):
            near = nearest(flow.api, each.value, [base, *flow.api.derived(base)])
            yield Finding(node, "there is no %s \"%s\"" % (base, each.value), near, method.sure and certain)


def foreach_name(flow, node, method, arguments):
    """attribute.unknown, of foreach_get and foreach_set."""
    owner = method.owner
    if method.name not in ("foreach_get", "foreach_set") or owner.__class__ is not Collection or owner.item not in flow.api.types:
        return
    for each, certain in consts(arguments.get(0, "attr")):
        name = each.value
        if isinstance(name, str) and "." not in name and flow.api.member(owner.item, name) is None \
                and not flow.api.members_of_derived(owner.item, name) and not flow.api.is_open(owner.item) and name not in flow.guards.registered:
            near = nearest(flow.api, name, flow.api.all_members(owner.item))
            yield Finding(node, "%s has no attribute \"%s\"" % (owner.item, name), near, owner.sure and certain)


NODE_NAMES = ("ShaderNode", "GeometryNode", "FunctionNode", "CompositorNode", "TextureNode")
TREES = {"ShaderNodeTree", "GeometryNodeTree", "TextureNodeTree"}


def unknown_operator(flow, node, operator, arguments):
    """operator.unknown"""
    if operator.record is not None:
        return
    if operator.name in flow.guards.registered or operator.name in flow.scope.guarded or "bpy.ops.%s" % operator.name in flow.guards.patched:
        return
    group, _, rest = operator.name.partition(".")
    groups = flow.api.operator_groups()
    row = drift_rows.operator(flow, operator.name)
    if row:
        yield Finding(node, "there is no operator %s here" % operator.name, row.hint, True, row.fix_of(flow, node, None))
    elif group in groups:
        near = flow.api.near_member("bpy.ops." + group, rest, lambda: groups[group])
        yield Finding(node, "there is no operator %s" % operator.name, suggestion(near), is_typo(rest, near) or is_alone(flow))
    else:
        yield Finding(node, "there are no operators bpy.ops.%s" % group, nearest(flow.api, group, groups), is_alone(flow))


def operator_arguments(flow, node, operator, arguments):
    """argument.unknown, of an operator."""
    if operator.record is None:
        return
    props = operator.record.get("props", {})
    for name, (at, _) in arguments.keywords.items():
        if name not in props:
            row = drift_rows.argument(flow, operator.name, name)
            hint = row.hint if row else nearest(flow.api, name, props) or "It takes " + (listed(sorted(props)) or "nothing") + "."
            yield Finding(node, "bpy.ops.%s takes no \"%s\"" % (operator.name, name), hint, True, row and row.fix_of(flow, at, None))
    for at, value in arguments.positional:
        if value.__class__ is Table and flow.api.version >= (4, 0):
            yield Finding(node, "an operator takes no context override since Blender 4.0",
                          "Use with bpy.context.temp_override(...).", True)


def operator_enums(flow, node, operator, arguments):
    """enum.unknown, of an operator."""
    for record, name, value in operator_pairs(operator, arguments):
        yield from wrong_enum(flow, node, [record], value, "bpy.ops.%s %s" % (operator.name, name), True)


def operator_types(flow, node, operator, arguments):
    """argument.type, of an operator."""
    for record, name, value in operator_pairs(operator, arguments):
        if record["type"] not in ('POINTER', 'COLLECTION'):
            yield from wrong_type(flow, node, [record], value, "bpy.ops.%s \"%s\"" % (operator.name, name), True)


def operator_pairs(operator, arguments):
    """Yields (record, name, value) of the keywords that an operator has."""
    props = operator.record.get("props", {}) if operator.record else {}
    for name, (_, value) in arguments.keywords.items():
        if name in props:
            yield props[name], name, value


WINDOWED = {"view3d", "screen", "outliner", "view2d", "buttons", "console", "info", "spreadsheet", "clip", "nla", "action", "graph", "file",
            "ui", "image", "text"}


def operator_context(flow, node, operator, arguments):
    """operator.context: an operator whose poll says no in the background, whatever the scene."""
    if operator.record is None or operator.record.get("modes") or operator.name.partition(".")[0] not in WINDOWED or flow.guards.overrides:
        return
    if not operator.record.get("poll", True) and operator.record.get("python"):
        return
    yield Finding(node, "bpy.ops.%s wants a window, which there is not in the background" % operator.name,
                  "Use the data instead of the operator.", False)


def bmesh_arguments(flow, node, operator, arguments):
    """argument.unknown, of bmesh.ops."""
    params = operator.record["params"]
    for name, (at, _) in arguments.keywords.items():
        if name not in params:
            row = drift_rows.argument(flow, "bmesh.ops." + operator.name, name)
            hint = row.hint if row else nearest(flow.api, name, params) or "It takes " + listed(sorted(params)) + "."
            yield Finding(node, "bmesh.ops.%s takes no \"%s\"" % (operator.name, name), hint, True, row and row.fix_of(flow, at, None))
    if len(arguments.positional) > 1:
        yield Finding(node, "bmesh.ops.%s takes the BMesh alone without a keyword" % operator.name, "Name the others.", True)
    elif arguments.positional and arguments.positional[0][1].__class__ is Rna:
        yield Finding(node, "bmesh.ops.%s takes a BMesh, not a %s" % (operator.name, arguments.positional[0][1].type),
                      "Make one with bmesh.new() and from_mesh().", True)


def bmesh_types(flow, node, operator, arguments):
    """argument.type, of bmesh.ops: by the type of the default."""
    for name, (_, value) in arguments.keywords.items():
        default = operator.record["params"].get(name)
        if default is None or value.__class__ is not Const:
            continue
        if isinstance(value.value, str) and default[:1] != "'" and default != "None":
            yield Finding(node, "bmesh.ops.%s \"%s\" takes no text" % (operator.name, name), "", True)
        elif isinstance(value.value, float) and default.lstrip("-").isdigit() and not value.value.is_integer():
            yield Finding(node, "bmesh.ops.%s \"%s\" takes a whole number" % (operator.name, name), "", True)


def missing_result(flow, node, table, key):
    """result.unknown: bmesh.ops.x(…)["name"] of what it does not give."""
    yield Finding(node, "%s gives no \"%s\"" % (table.what, key.value),
                  "It gives %s." % (listed(table.entries) or "an empty dict"), True)


def missing_socket(flow, node, collection, key, certain):
    """socket.unknown: inputs["name"] of a node of a known class."""
    owner = collection.owner
    if collection.name not in ("inputs", "outputs") or owner.__class__ is not Rna or owner.type not in flow.api.nodes:
        return
    table, _, grows = flow.api.socket_table(owner.type, collection.name)
    if grows or key.value in table:
        return
    row = drift_rows.socket(flow, owner.type, collection.name, key.value)
    names = dict.fromkeys(each["name"] for found in table.values() for each in found)
    hint = row.hint if row else nearest(flow.api, key.value, names)
    hint += (" " if hint else "") + "Its %s are %s." % (collection.name, listed(names, 40))
    yield Finding(node, "%s has no %s \"%s\"" % (owner.type, collection.name[:-1], key.value), hint, collection.sure and certain,
                  row and row.fix_of(flow, node, key))


def missing_node(flow, node, collection, key, certain):
    """node.missing: nodes["name"] that is nearly what a new node is called."""
    if collection.list != "Nodes" or key.value in flow.guards.renamed:
        return
    flow.api.node_of_label("", "")
    names = flow.api.labels
    base = key.value[:-4] if key.value[-4:-3] == "." else key.value
    if base not in names:
        near = flow.api.near_member("nodes", base, lambda: [each for each in names if each])
        if is_typo(base, near):
            yield Finding(node, "no new node is called \"%s\"" % key.value, suggestion(near), False)


def socket_index(flow, node, collection, key):
    """socket.index: inputs[99]"""
    owner = collection.owner
    if collection.name not in ("inputs", "outputs") or owner.__class__ is not Rna or owner.type not in flow.api.nodes:
        return
    _, count, grows = flow.api.socket_table(owner.type, collection.name)
    if not grows and not -count <= key.value < count:
        yield Finding(node, "%s has %d %s, there is no %d" % (owner.type, count, collection.name, key.value),
                      "Name the socket: its place differs between versions.", collection.sure)


def vector_operation(flow, node, kind, left, right):
    """operand.type: Matrix * Vector was for Blender 2.7."""
    if kind.__class__ is ast.Mult and left.__class__ is Python and right.__class__ is Python:
        pair = (left.cls, right.cls)
        if pair in (("Matrix", "Vector"), ("Quaternion", "Vector"), ("Matrix", "Quaternion")):
            yield Finding(node, "%s * %s is no product" % pair, "Use @.", left.sure and right.sure)


def missing_module(flow, node, module, name):
    """import.unknown"""
    row = drift_rows.module(flow, module)
    if name:
        yield Finding(node, "module %s has no \"%s\"" % (module, name), nearest(flow.api, name, flow.api.modules.get(module, ())), True)
    else:
        yield Finding(node, "Blender %s has no module %s" % (version(flow.api), module), row.hint if row else "", True)


def python_arguments(flow, node, method, arguments):
    """argument.unknown, of a function written in Python."""
    text = method.record.get("sig", "")
    if not text or "*" in text or "=<" in text:
        return
    try:
        spec = ast.parse("def f%s: pass" % text.partition(" ->")[0]).body[0].args
    except SyntaxError:
        return
    names = [each.arg for each in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    for name, (at, _) in arguments.keywords.items():
        if name not in names:
            yield Finding(node, "%s takes no \"%s\"" % (method.name, name), "It takes " + listed([each for each in names if each != "self"]) + ".",
                          method.sure)


ERROR, WARNING = "error", "warning"
RULES = [
    Rule("attribute.unknown", ERROR, "missing", "AttributeError", missing),
    Rule("attribute.elsewhere", WARNING, "loose", "AttributeError", loose),
    Rule("attribute.readonly", ERROR, "store", "AttributeError", read_only),
    Rule("attribute.readonly", ERROR, "store_python", "AttributeError", read_only_python),
    Rule("enum.unknown", ERROR, "store", "TypeError", stored_value),
    Rule("argument.type", ERROR, "store", "TypeError", stored_type),
    Rule("argument.unknown", ERROR, "call", "TypeError", unknown_arguments),
    Rule("enum.unknown", ERROR, "call", "TypeError", argument_enums),
    Rule("argument.type", ERROR, "call", "TypeError", argument_types),
    Rule("node.unknown", ERROR, "call", "RuntimeError", unknown_node),
    Rule("argument.unknown", ERROR, "python_call", "TypeError", python_arguments),
    Rule("attribute.unknown", ERROR, "python_call", "AttributeError", foreach_name),
    Rule("operator.unknown", ERROR, "operator", "AttributeError", unknown_operator),
    Rule("argument.unknown", ERROR, "operator", "TypeError", operator_arguments),
    Rule("enum.unknown", ERROR, "operator", "TypeError", operator_enums),
    Rule("argument.type", ERROR, "operator", "TypeError", operator_types),
    Rule("operator.context", WARNING, "operator", "RuntimeError", operator_context),
    Rule("argument.unknown", ERROR, "bmesh", "TypeError", bmesh_arguments),
    Rule("argument.type", ERROR, "bmesh", "TypeError", bmesh_types),
    Rule("result.unknown", ERROR, "missing_result", "KeyError", missing_result),
    Rule("socket.unknown", ERROR, "key", "KeyError", missing_socket),
    Rule("node.missing", WARNING, "key", "KeyError", missing_node),
    Rule("socket.elsewhere", WARNING, "loose_key", "KeyError", loose_key),
    Rule("socket.index", ERROR, "index", "IndexError", socket_index),
    Rule("operand.type", ERROR, "operation", "TypeError", vector_operation),
    Rule("import.unknown", ERROR, "import", "ImportError", missing_module),
    *[Rule(name, WARNING, fact, "", function) for name, fact, function in lint_loops.RULES],
]
