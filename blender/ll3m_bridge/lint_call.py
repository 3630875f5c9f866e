# SPDX-License-Identifier: GPL-3.0-or-later
"""What a call gives, and what is told to the rules about its arguments. bpy-free."""
import ast

from .lint_member import MISSING, VECTORS, named_type, value_of_property
from .lint_values import (BmeshOperator, Builtin, Class, Collection, Const, Function, Instance, ListOf, Method, Operator, Python, PythonClass,
                          Rna, RnaClass, Sequence, Table, join)

BMESH_RESULTS = {"verts": "BMVert", "edges": "BMEdge", "faces": "BMFace"}
MODULE_RESULTS = {"bmesh.new": "BMesh", "bmesh.from_edit_mesh": "BMesh"}


class Arguments:
    """What stands in the brackets of a call: positional [(node, value)], keywords {name: (node, value)}; open: there is a * or **."""

    __slots__ = ("positional", "keywords", "open", "names")

    def __init__(self, flow, node):
        self.positional = []
        self.keywords = {}
        self.names = {}      # the Consts of names that stand in a dict behind **
        self.open = False
        for each in node.args:
            if each.__class__ is ast.Starred:
                flow.value(each.value)
                self.open = True
            else:
                self.positional.append((each, flow.value(each)))
        for each in node.keywords:
            value = flow.value(each.value)
            if each.arg is None:
                opened, self.open = self.open, True
                if value.__class__ is Table and value.full and all(isinstance(name, str) for name in value.entries):
                    self.keywords.update({name: (each.value, given) for name, given in value.entries.items()})
                    self.names.update(value.keys)
                    self.open = opened
            else:
                self.keywords[each.arg] = (each, value)

    def others(self, taken):
        """Returns the Table of the keywords that are none of `taken`: what a parameter **name holds."""
        rest = {name: value for name, (_, value) in self.keywords.items() if name not in taken}
        return Table(rest, {name: self.names.get(name) or Const(name) for name in rest})

    def get(self, index, name):
        """Returns the value at a place or under a name, None when there is none."""
        if name in self.keywords:
            return self.keywords[name][1]
        return self.positional[index][1] if index < len(self.positional) and not self.open else None


def call(flow, node):
    """function(…)"""
    function = flow.value(node.func)
    arguments = Arguments(flow, node)
    handler = HANDLERS.get(function.__class__)
    return handler(flow, node, function, arguments) if handler else None


def call_script_function(flow, node, function, arguments):
    """A function of the script is walked with what it is given."""
    if function.node.__class__ is not ast.FunctionDef:
        return None
    spec = function.node.args
    names = [each.arg for each in (*spec.posonlyargs, *spec.args)]
    if function.this is not None and names:
        names = names[1:]
    given = dict.fromkeys([*names, *[each.arg for each in spec.kwonlyargs]])
    passed = itself if flow.guards.tests_version(function.node) else without_numbers
    if not arguments.open:
        for name, (_, value) in zip(names, arguments.positional):
            given[name] = passed(value)
        for name, (_, value) in arguments.keywords.items():
            if name in given:
                given[name] = passed(value)
        if spec.kwarg is not None:
            given[spec.kwarg.arg] = arguments.others(given)
        for name, default in zip(reversed(names), reversed(spec.defaults)):
            if given[name] is None and default.__class__ is ast.Constant and not was_given(name, names, arguments):
                given[name] = passed(Const(default.value, default))
    before = flow.here
    flow.here = node
    try:
        return flow.walk(function, given)
    finally:
        flow.here = before


def was_given(name, names, arguments):
    """Whether a parameter got an argument, known or not."""
    return name in arguments.keywords or names.index(name) < len(arguments.positional)


def itself(value):
    return value


def without_numbers(value):
    """What of a value goes into a function: numbers do not, so that calls that differ in numbers alone are one."""
    if value.__class__ is Const and not isinstance(value.value, str) and value.value is not None:
        return None
    return value


def call_class(flow, node, cls, arguments):
    """A class of the script: its __init__ is walked."""
    made = Instance(cls)
    start = cls.methods.get("__init__")
    if start is not None:
        call_script_function(flow, node, Function(start.node, start.scope, made, cls), arguments)
    return made


def call_operator(flow, node, function, arguments):
    flow.tell("operator", node, function, arguments)
    return None


def call_bmesh_operator(flow, node, function, arguments):
    """bmesh.ops.x(bm, …) gives a dict of lists."""
    flow.tell("bmesh", node, function, arguments)
    entries = {name: ListOf(Python(BMESH_RESULTS[name]) if name in BMESH_RESULTS else None) for name in function.record["returns"]}
    return Table(entries, {}, True, "bmesh.ops.%s" % function.name)


def call_python_class(flow, node, function, arguments):
    return Python(function.cls)


def call_method(flow, node, method, arguments):
    """A function of RNA, of a Python class or of a module."""
    record = method.record
    if "kind" in record:
        flow.tell("python_call", node, method, arguments)
        return python_result(flow, node, method, arguments)
    flow.tell("call", node, method, arguments)
    return made_by(flow, method, arguments)


def python_result(flow, node, method, arguments):
    """What a function that is not of RNA gives."""
    owner = method.owner
    if owner.__class__ is Collection:
        return collection_result(flow, node, owner, method.name, arguments)
    if owner.__class__ is Table:
        return table_result(owner, method.name, arguments)
    if method.name in MODULE_RESULTS:
        return Python(MODULE_RESULTS[method.name])
    return named_type(flow.api, method.record.get("returns", ""), owner.sure)


def collection_result(flow, node, owner, name, arguments):
    """get, values, items of any collection."""
    item = Rna(owner.item, False, owner.sure) if owner.item else None
    if name == "get":
        key = arguments.get(0, "key")
        return looked_up(flow, owner, key.value, item) if key.__class__ is Const else item
    if name == "values":
        return ListOf(item)
    if name == "items":
        return ListOf(Sequence((None, item)))
    return None


def table_result(owner, name, arguments):
    """items, keys, values, get of a dict whose entries are known."""
    if name == "get":
        key = arguments.get(0, "key")
        return owner.entries.get(key.value) if key.__class__ is Const and len(arguments.positional) == 1 else None
    if not owner.full or len(owner.keys) != len(owner.entries):
        return None
    if name == "items":
        return Sequence(tuple(Sequence((owner.keys[key], value)) for key, value in owner.entries.items()))
    return Sequence(tuple(owner.keys.values() if name == "keys" else owner.entries.values()))


def looked_up(flow, owner, key, item):
    """Returns the item under a key: sockets and nodes are known by name."""
    api = flow.api
    sure = owner.sure
    if owner.name in ("inputs", "outputs") and owner.owner.__class__ is Rna and owner.owner.type in api.nodes:
        table, count, grows = api.socket_table(owner.owner.type, owner.name)
        found = {each["struct"] for each in table.get(key, ())} if isinstance(key, str) else sockets_at(api, owner, key)
        if len(found) == 1 and not grows:
            struct = found.pop()
            if struct in api.types:
                return Rna(struct, True, sure)
        return Rna("NodeSocket", False, sure)
    if owner.list == "Nodes" and isinstance(key, str) and key not in flow.guards.renamed:
        tree = owner.owner.type if owner.owner.type != "NodeTree" else ""
        found = api.node_of_label(key, tree) or (not tree and api.node_of_label(key, "ShaderNodeTree")) or None
        if found:
            return Rna(found, True, sure)
    return item


def sockets_at(api, owner, index):
    """Returns the types of the sockets that stand at an index in a node's modes."""
    record = api.nodes[owner.owner.type]
    lists = [record[owner.name]] + [each[owner.name] for values in record.get("modes", {}).values() for each in values.values()]
    return {each[index]["struct"] for each in lists if isinstance(index, int) and -len(each) <= index < len(each)}


def made_by(flow, method, arguments):
    """Returns what an RNA function gives, as exactly as its arguments say."""
    api, owner, name = flow.api, method.owner, method.name
    returns = method.record.get("returns", ())
    if not returns:
        return None
    special = MAKERS.get((owner.list if owner.__class__ is Collection else owner.type, name))
    if special is not None:
        made = special(flow, owner, arguments)
        if made is not None:
            return made
    if owner.__class__ is Rna and name in ("copy", "evaluated_get") and api.is_a(owner.type, "ID"):
        return Rna(owner.type, owner.exact, owner.sure, owner.data)
    values = [returned_value(api, owner, each) for each in returns]
    return values[0] if len(values) == 1 else Sequence(tuple(values))


def returned_value(api, owner, record):
    """Returns the value of one return record."""
    holder = Rna("", True, owner.sure)
    if record["type"] == 'COLLECTION':
        return ListOf(Rna(record["struct"], False, owner.sure)) if record.get("struct") in api.types else None
    return value_of_property(api, holder, record["id"], record, "")


def new_object(flow, owner, arguments):
    """bpy.data.objects.new(name, data)"""
    data = arguments.get(1, "object_data")
    return Rna("Object", True, owner.sure, data if data.__class__ is Rna else None)


def new_of(where):
    """Makes a maker for what has its type as second argument."""
    def made(flow, owner, arguments):
        index = 0 if where == "constraints" else 1
        kind = arguments.get(index, "type")
        found = flow.api.refined.get(where, {}).get(kind.value) if kind.__class__ is Const else None
        if found is None:
            return None
        return Rna(found["struct"] if isinstance(found, dict) else found, True, owner.sure)
    return made


def new_node(flow, owner, arguments):
    """nodes.new("ShaderNodeMix")"""
    kind = arguments.get(0, "type")
    if kind.__class__ is not Const or not isinstance(kind.value, str):
        return None
    name = flow.api.traits["aliases"].get(kind.value, kind.value)
    return Rna(name, True, owner.sure) if name in flow.api.nodes and name in flow.api.types else None


def new_tree(flow, owner, arguments):
    """bpy.data.node_groups.new(name, "GeometryNodeTree")"""
    kind = arguments.get(1, "type")
    return Rna(kind.value, True, owner.sure) if kind.__class__ is Const and kind.value in flow.api.types else None


MAKERS = {("BlendDataObjects", "new"): new_object, ("ObjectModifiers", "new"): new_of("modifiers"),
          ("ObjectConstraints", "new"): new_of("constraints"), ("PoseBoneConstraints", "new"): new_of("constraints"),
          ("BlendDataLights", "new"): new_of("lights"), ("BlendDataTextures", "new"): new_of("textures"),
          ("BlendDataCurves", "new"): new_of("curves"), ("Nodes", "new"): new_node, ("BlendDataNodeTrees", "new"): new_tree}


def call_builtin(flow, node, function, arguments):
    """What Python's own functions give."""
    handler = BUILTIN_HANDLERS.get(function.name)
    first = arguments.positional[0][1] if arguments.positional else None
    return handler(flow, node, first, arguments) if handler else None


def give_enumerate(flow, node, first, arguments):
    return ListOf(Sequence((None, element(flow, first))))


def element(flow, value):
    """An item of anything that can be iterated."""
    from .lint_eval import item_of
    return item_of(flow, value, None)


def give_zip(flow, node, first, arguments):
    return ListOf(Sequence(tuple(element(flow, value) for _, value in arguments.positional))) if not arguments.open else None


def give_list(flow, node, first, arguments):
    if first.__class__ is Sequence or first.__class__ is ListOf:
        return first
    found = element(flow, first)
    return ListOf(found) if found is not None else None


def give_next(flow, node, first, arguments):
    return first.item if first.__class__ is ListOf else None


def give_getattr(flow, node, first, arguments):
    """getattr(x, "name") is x.name; with a default it never fails."""
    from .lint_member import member
    if len(arguments.positional) < 2 or first is None:
        return None
    name = arguments.positional[1][1]
    if name.__class__ is not Const or not isinstance(name.value, str):
        return None
    value = member(flow, first, name.value)
    if value is MISSING:
        return None
    return value if len(arguments.positional) == 2 else None


def give_hasattr(flow, node, first, arguments):
    """hasattr(x, "name") of what is known decides branches."""
    from .lint_member import member
    name = arguments.get(1, "")
    if first is None or name.__class__ is not Const or not isinstance(name.value, str) or first.__class__ not in (Rna, Collection):
        return None
    if not first.sure or first.__class__ is Rna and not first.exact:
        return None
    return Const(False) if member(flow, first, name.value) is MISSING and name.value not in flow.guards.registered else None


def give_isinstance(flow, node, first, arguments):
    """isinstance(x, bpy.types.Mesh), where that is certain."""
    cls = arguments.get(1, "")
    if first.__class__ is Collection and cls.__class__ is PythonClass:
        return Const(cls.cls == "bpy_prop_collection")
    if first.__class__ is Rna and first.sure and cls.__class__ is RnaClass and flow.api.is_a(first.type, cls.type):
        return Const(True)
    return None


def give_range(flow, node, first, arguments):
    return None


BUILTIN_HANDLERS = {"enumerate": give_enumerate, "zip": give_zip, "list": give_list, "tuple": give_list, "sorted": give_list,
                    "reversed": give_list, "iter": give_list, "set": give_list, "next": give_next, "getattr": give_getattr,
                    "hasattr": give_hasattr, "isinstance": give_isinstance, "range": give_range}


HANDLERS = {Function: call_script_function, Class: call_class, Operator: call_operator, BmeshOperator: call_bmesh_operator,
            PythonClass: call_python_class, Method: call_method, Builtin: call_builtin}
