# SPDX-License-Identifier: GPL-3.0-or-later
"""What an expression is: the expressions of lint_flow's walk, but for calls (lint_call.py). bpy-free."""
import ast
import operator

from . import lint_call
from .lint_member import ELSEWHERE, MISSING, member, module_member, owned
from .lint_values import (Builtin, Class, Collection, Const, Each, Instance, ListOf, Method, Module, Python, PythonClass, Rna, RnaClass,
                          Sequence, Table, Union, alternatives, join)

KNOWN_MODULES = {"bpy", "bmesh", "mathutils", "bpy_extras", "gpu_extras", "bl_math", "bgl", "blf", "gpu", "aud", "imbuf", "idprop"}
BUILTINS = {name: Builtin(name) for name in (
    "len", "range", "enumerate", "zip", "list", "tuple", "set", "sorted", "reversed", "isinstance", "hasattr", "getattr", "next", "iter",
    "str", "int", "float", "bool", "min", "max", "abs", "round", "dict", "super", "print", "sum", "any", "all")}
LARGEST = 10 ** 12
LONGEST = 400
ARITHMETIC = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
              ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod}
COMPARISON = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
              ast.NotEq: operator.ne}
TREES_OF = {"Nodes": "NodeTree"}


def constant(flow, node):
    return Const(node.value, node)


def name(flow, node):
    return flow.look(node.id)


def attribute(flow, node):
    """x.name: known, missing, or nobody knows of what."""
    owner = flow.value(node.value)
    if owner is None:
        if node.attr in ELSEWHERE and node.attr not in flow.scope.guarded:
            flow.tell("loose", node, node.attr)
        return None
    value = member(flow, owner, node.attr)
    if value is MISSING:
        if may_be_missing(flow, node, owner):
            flow.tell("missing", node, owner, node.attr, False)
        return None
    if value.__class__ is Const:
        return Const(value.value)
    return value


def may_be_missing(flow, node, owner):
    """Whether a missing attribute is one that the script did not ask for or make."""
    if node.attr in flow.scope.guarded or node.attr in flow.guards.registered:
        return False
    return not (owner.__class__ is Module and "%s.%s" % (owner.name, node.attr) in flow.guards.patched)


def store_attribute(flow, target, value):
    """x.name = value"""
    owner = flow.value(target.value)
    if owner is None:
        if target.attr in ELSEWHERE and target.attr not in flow.scope.guarded:
            flow.tell("loose", target, target.attr)
        return
    if owner.__class__ is Instance:
        if owner.cls.stores.get(target.attr) == 1 and value.__class__ is not Const:
            owner.cls.attributes[target.attr] = value
        return
    if owner.__class__ is Rna or owner.__class__ is Union:
        found = owned(flow, owner, target.attr)
        if found is MISSING:
            if may_be_missing(flow, target, owner):
                flow.tell("missing", target, owner, target.attr, True)
        elif found:
            flow.tell("store", target, owner, target.attr, found, value)
    elif owner.__class__ is Python or owner.__class__ is Collection:
        found = member(flow, owner, target.attr)
        if found is MISSING and may_be_missing(flow, target, owner):
            flow.tell("missing", target, owner, target.attr, True)
        elif owner.__class__ is Python:
            flow.tell("store_python", target, owner, target.attr)


def check_augmented(flow, node, value):
    """x.name += value reads and writes."""
    target = node.target
    if target.__class__ is ast.Attribute:
        owner = flow.value(target.value)
        if owner is not None and member(flow, owner, target.attr) is MISSING:
            if may_be_missing(flow, target, owner):
                flow.tell("missing", target, owner, target.attr, False)
    elif target.__class__ is ast.Subscript:
        subscript(flow, target)


def store_item(flow, target, value):
    """x[key] = value"""
    owner = flow.value(target.value)
    key = flow.value(target.slice)
    if owner.__class__ is Collection:
        flow.tell("store_item", target, owner)
    elif owner.__class__ is Table and target.value.__class__ is ast.Name and key.__class__ is Const:
        entries = dict(owner.entries)
        entries[key.value] = value
        flow.scope.names[target.value.id] = Table(entries, owner.keys, False)


def subscript(flow, node):
    """x[key]"""
    owner = flow.value(node.value)
    key = flow.value(node.slice)
    if owner is None:
        if key.__class__ is Const and isinstance(key.value, str) and key.value in ELSEWHERE and not asked(flow, node, key.value):
            flow.tell("loose_key", node, key)
        return None
    made = [item(flow, node, each, key) for each in alternatives(owner)]
    result = made[0]
    for each in made[1:]:
        result = join(result, each)
    return result


def asked(flow, node, key):
    """Whether a key was asked for (`key in x`, x.get(key)) before it was used."""
    guarded = flow.scope.guarded
    return key in guarded or node.slice.__class__ is ast.Name and "$" + node.slice.id in guarded


def item(flow, node, owner, key):
    """What stands under a key of one value."""
    kind = owner.__class__
    if kind is Collection:
        return item_of_collection(flow, node, owner, key)
    if kind is Sequence:
        if key.__class__ is Const and isinstance(key.value, int) and -len(owner.items) <= key.value < len(owner.items):
            return owner.items[key.value]
        return None
    if kind is ListOf:
        return owner if node.slice.__class__ is ast.Slice else owner.item
    if kind is Table:
        if key.__class__ is Const:
            if key.value in owner.entries:
                return owner.entries[key.value]
            if owner.what and isinstance(key.value, str) and not asked(flow, node, key.value):
                flow.tell("missing_result", node, owner, key)
        return None
    if kind is Python:
        record = flow.api.classes.get(owner.cls, {})
        return ITEMS.get(owner.cls) if record and node.slice.__class__ is not ast.Slice else None
    return None


ITEMS = {"BMVertSeq": Python("BMVert"), "BMEdgeSeq": Python("BMEdge"), "BMFaceSeq": Python("BMFace"), "BMLoopSeq": Python("BMLoop"),
         "Matrix": Python("Vector")}


def item_of_collection(flow, node, owner, key):
    """x[key] of an RNA collection."""
    if node.slice.__class__ is ast.Slice:
        return ListOf(one_of(owner))
    if key.__class__ is Const and not isinstance(key.value, (bool, float)):
        if isinstance(key.value, str) and asked(flow, node, key.value):
            return lint_call.looked_up(flow, owner, key.value, None)
        if isinstance(key.value, int):
            flow.tell("index", node, owner, key)
        elif isinstance(key.value, str):
            flow.tell("key", node, owner, key, True)
        return lint_call.looked_up(flow, owner, key.value, one_of(owner))
    if key.__class__ is Each:
        found = []
        for each in key.values:
            if isinstance(each.value, str) and not asked(flow, node, each.value):
                flow.tell("key", node, owner, each, key.certain)
            found.append(lint_call.looked_up(flow, owner, each.value, one_of(owner)))
        result = found[0] if found else None
        for each in found[1:]:
            result = join(result, each)
        return result
    return one_of(owner)


def one_of(collection):
    """Returns an item of a collection."""
    return Rna(collection.item, False, collection.sure) if collection.item else None


def binary(flow, node):
    left, right = flow.value(node.left), flow.value(node.right)
    return operation(flow, node, node.op, left, right)


def operation(flow, node, kind, left, right):
    """left op right"""
    if left.__class__ is Const and right.__class__ is Const:
        return arithmetic(kind.__class__, left.value, right.value)
    if left.__class__ is Python or right.__class__ is Python:
        flow.tell("operation", node, kind, left, right)
        return of_vectors(kind.__class__, left, right)
    if left.__class__ is Sequence and right.__class__ is Sequence and kind.__class__ is ast.Add:
        return Sequence(left.items + right.items) if len(left.items) + len(right.items) <= LONGEST else None
    return None


def arithmetic(kind, left, right):
    """Returns the Const of small numbers and texts, None for everything else."""
    numbers = all(isinstance(each, (int, float)) and abs(each) < LARGEST for each in (left, right))
    texts = kind is ast.Add and isinstance(left, str) and isinstance(right, str) and len(left) + len(right) < LONGEST
    if kind not in ARITHMETIC or not (numbers or texts):
        return None
    try:
        return Const(ARITHMETIC[kind](left, right))
    except (ArithmeticError, ValueError, TypeError):
        return None


def of_vectors(kind, left, right):
    """What mathutils make of one another."""
    one, other = getattr(left, "cls", None), getattr(right, "cls", None)
    if kind is ast.MatMult:
        return {("Matrix", "Vector"): right, ("Matrix", "Matrix"): left, ("Quaternion", "Vector"): right,
                ("Quaternion", "Quaternion"): left}.get((one, other))
    if kind in (ast.Add, ast.Sub) and one == other and one in ("Vector", "Color"):
        return left
    if kind in (ast.Mult, ast.Div) and one == "Vector" and right.__class__ is Const:
        return left
    return None


def unary(flow, node):
    value = flow.value(node.operand)
    if node.op.__class__ is ast.Not:
        known = truth(value)
        return None if known is None else Const(not known)
    if value.__class__ is Const and isinstance(value.value, (int, float)):
        if node.op.__class__ is ast.USub:
            return Const(-value.value)
        return value if node.op.__class__ is ast.UAdd else None
    return value if value.__class__ is Python else None


def boolean(flow, node):
    """and, or: each operand is looked at as if those before it had let it be; names narrowed on the way are restored."""
    conjunction = node.op.__class__ is ast.And
    names = flow.scope.names
    value, known = None, True
    copied = False
    for index, each in enumerate(node.values):
        value = flow.value(each)
        here = truth(value)
        if here is not None and here is not conjunction:
            known = value
            break
        if here is None:
            known = None
        if index + 1 < len(node.values) and each.__class__ in NARROWING:
            if not copied:
                flow.scope.names = dict(names)
                copied = True
            narrow(flow, each, conjunction)
    if copied:
        flow.scope.names = names
    if known is None:
        return None
    return value


def compare(flow, node):
    left = flow.value(node.left)
    rights = [flow.value(each) for each in node.comparators]
    if len(rights) != 1:
        return None
    kind = node.ops[0].__class__
    right = rights[0]
    if kind in COMPARISON:
        flow.tell("compare", node, left, right)
        one, other = python_value(left), python_value(right)
        if one is UNKNOWN or other is UNKNOWN:
            return None
        try:
            return Const(COMPARISON[kind](one, other))
        except TypeError:
            return None
    if kind in (ast.Is, ast.IsNot) and left.__class__ is Const and right.__class__ is Const and right.value is None:
        return Const((left.value is None) == (kind is ast.Is))
    return None


UNKNOWN = object()


def python_value(value):
    """Returns the Python value of what is known whole, UNKNOWN else."""
    if value.__class__ is Const:
        return value.value
    if value.__class__ is Sequence and value.literal:
        items = [python_value(each) for each in value.items]
        return UNKNOWN if UNKNOWN in items else tuple(items)
    return UNKNOWN


def truth(value):
    """Returns whether a value is true, None when that is not known."""
    if value.__class__ is Const:
        return bool(value.value)
    return None


def choice(flow, node):
    known = truth(flow.value(node.test))
    names = flow.scope.names
    one = other = None
    if known is not False:
        flow.scope.names = dict(names)
        narrow(flow, node.test, True)
        one = flow.value(node.body)
    if known is not True:
        flow.scope.names = dict(names)
        narrow(flow, node.test, False)
        other = flow.value(node.orelse)
    flow.scope.names = names
    return one if known is True else other if known is False else join(one, other)


def several(flow, node):
    """A tuple or a list."""
    items = [flow.value(each) for each in node.elts]
    if len(items) > LONGEST or any(each.__class__ is ast.Starred for each in node.elts):
        return ListOf(None)
    return Sequence(tuple(items), node.__class__ is ast.Tuple or bool(items))


def collected(flow, node):
    """A set."""
    items = [flow.value(each) for each in node.elts]
    return Sequence(tuple(items)) if len(items) <= LONGEST and all(each.__class__ is Const for each in items) else None


def table(flow, node):
    """A dict."""
    entries, keys = {}, {}
    for key, each in zip(node.keys, node.values):
        value = flow.value(each)
        known = flow.value(key) if key is not None else None
        if known.__class__ is not Const or entries is None or len(entries) > LONGEST:
            entries = None
        elif entries is not None:
            entries[known.value] = value
            keys[known.value] = known
    return Table(entries, keys) if entries is not None else None


def comprehension(flow, node):
    """[x for y in z if …]: walked in a copy of the names."""
    names = flow.scope.names
    flow.scope.names = dict(names)
    for each in node.generators:
        iterated = flow.value(each.iter)
        flow.bind(each.target, item_of(flow, iterated, None))
        for test in each.ifs:
            flow.value(test)
            narrow(flow, test, True)
    if node.__class__ is ast.DictComp:
        flow.value(node.key)
        flow.value(node.value)
        result = None
    else:
        result = ListOf(flow.value(node.elt))
    flow.scope.names = names
    return result


def item_of(flow, iterated, loop):
    """Returns what a loop's variable is. loop: its node, None for comprehensions."""
    kind = iterated.__class__
    if kind is Collection:
        return one_of(iterated)
    if kind is ListOf:
        return iterated.item
    if kind is Sequence:
        return each_of(flow, iterated.items, loop)
    if kind is Table:
        return each_of(flow, tuple(iterated.keys.values()), loop) if iterated.full else None
    if kind is Python:
        return ITEMS.get(iterated.cls) if iterated.cls != "Matrix" else Python("Vector")
    return None


def each_of(flow, items, loop):
    """Returns the variable of a loop over known items: Each for constants, column by column for rows of one length."""
    if not items:
        return None
    if all(each.__class__ is Const for each in items):
        return Each(items, certain_loop(flow, loop))
    if all(each.__class__ is Sequence for each in items) and len({len(each.items) for each in items}) == 1:
        return Sequence(tuple(each_of(flow, column, loop) for column in zip(*[each.items for each in items])))
    result = items[0]
    for each in items[1:]:
        result = join(result, each)
    return result


def certain_loop(flow, loop):
    """Whether a loop treats all its items alike."""
    if loop is None:
        return False
    key = ("alike", loop)
    if key not in flow.guards.cache:
        names = [each.id for each in ast.walk(loop.target) if each.__class__ is ast.Name]
        flow.guards.cache[key] = not any(flow.guards.asks_which(loop, name) for name in names)
    return flow.guards.cache[key]


def unpacked(value, count):
    """Returns the values that are assigned to `count` targets."""
    if value.__class__ is Sequence and len(value.items) == count:
        return value.items
    if value.__class__ is ListOf:
        return [value.item] * count
    if value.__class__ is Collection:
        return [one_of(value)] * count
    return [None] * count


def function_value(flow, node):
    """lambda: its body is walked with unknown parameters; what it makes is not known."""
    names = flow.scope.names
    flow.scope.names = dict(names)
    for each in (*node.args.defaults, *node.args.kw_defaults):
        if each is not None:
            flow.value(each)
    for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg):
        if each is not None:
            flow.scope.names[each.arg] = None
    flow.value(node.body)
    flow.scope.names = names
    return None


def assigned(flow, node):
    """(name := value)"""
    value = flow.value(node.value)
    flow.bind(node.target, value)
    return value


def parts(flow, node):
    """An expression of which only the parts matter."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.expr):
            flow.value(each)
    return None


def text(flow, node):
    """An f-string."""
    for each in node.values:
        if each.__class__ is ast.FormattedValue:
            flow.value(each.value)
    return None


def nothing(flow, node):
    return None


EXPRESSIONS = {
    ast.Constant: constant, ast.Name: name, ast.Attribute: attribute, ast.Subscript: subscript, ast.Call: lint_call.call, ast.BinOp: binary,
    ast.UnaryOp: unary, ast.BoolOp: boolean, ast.Compare: compare, ast.IfExp: choice, ast.Tuple: several, ast.List: several,
    ast.Set: collected, ast.Dict: table, ast.ListComp: comprehension, ast.SetComp: comprehension, ast.GeneratorExp: comprehension,
    ast.DictComp: comprehension, ast.Lambda: function_value, ast.NamedExpr: assigned, ast.JoinedStr: text, ast.Slice: parts,
    ast.Starred: parts, ast.Await: parts, ast.Yield: parts, ast.YieldFrom: parts, ast.FormattedValue: parts,
}
if hasattr(ast, "TemplateStr"):
    EXPRESSIONS[ast.TemplateStr] = nothing
    EXPRESSIONS[ast.Interpolation] = nothing
NARROWING = {ast.Compare, ast.Call, ast.BoolOp, ast.UnaryOp}


def narrow(flow, test, positive):
    """Says of names what a test that came out true (or false) says of them."""
    kind = test.__class__
    if kind is ast.UnaryOp and test.op.__class__ is ast.Not:
        narrow(flow, test.operand, not positive)
    elif kind is ast.BoolOp and (test.op.__class__ is ast.And) is positive:
        for each in test.values:
            narrow(flow, each, positive)
    elif kind is ast.Call and positive and getattr(test.func, "id", "") == "isinstance" and len(test.args) == 2:
        if test.args[0].__class__ is ast.Name:
            told = flow.value(test.args[1])
            flow.scope.names[test.args[0].id] = of_class(flow.look(test.args[0].id), told)
    elif kind is ast.Compare and len(test.ops) == 1:
        equal = test.ops[0].__class__
        if equal is ast.Eq and positive or equal is ast.NotEq and not positive:
            narrow_type(flow, test)


def of_class(value, told):
    """What a value is of which isinstance() said yes; for one that nobody knew, that is only likely: the branch may be dead."""
    sure = value is not None and value.sure
    if told.__class__ is RnaClass:
        return value if value.__class__ is Rna and value.type == told.type else Rna(told.type, False, sure)
    return Python(told.cls, sure) if told.__class__ is PythonClass and told.cls != "bpy_prop_collection" else None


def narrow_type(flow, test):
    """x.type == 'MESH'"""
    left, right = test.left, test.comparators[0]
    if left.__class__ is ast.Attribute and left.attr in ("type", "bl_idname") and left.value.__class__ is ast.Name \
            and right.__class__ is ast.Constant and isinstance(right.value, str):
        value = flow.look(left.value.id)
        if value.__class__ is Rna:
            made = of_type(flow.api, value, left.attr, right.value)
            if made is not None:
                flow.scope.names[left.value.id] = made


DATA = {"MESH": "Mesh", "CURVE": "Curve", "FONT": "TextCurve", "SURFACE": "SurfaceCurve", "LIGHT": "Light", "CAMERA": "Camera",
        "ARMATURE": "Armature", "LATTICE": "Lattice", "META": "MetaBall", "SPEAKER": "Speaker"}


def of_type(api, value, attr, kind):
    """Returns what an object is whose `type` is kind, None when that says nothing."""
    if value.type == "Object" and attr == "type":
        return Rna("Object", True, value.sure, Rna(DATA[kind], False, value.sure)) if kind in DATA else None
    if api.is_a(value.type, "Node"):
        found = api.node_of_kind(kind) if attr == "type" else kind if kind in api.nodes else None
        return Rna(found, True, value.sure) if found else None
    if value.type in ("Modifier", "Constraint"):
        found = api.refined.get(value.type.lower() + "s", {}).get(kind)
        return Rna(found["struct"], True, value.sure) if found else None
    if value.type == "Light":
        found = api.refined["lights"].get(kind)
        return Rna(found, True, value.sure) if found else None
    return None


def ends_program(node):
    """Whether a statement is a call that does not come back."""
    if node.__class__ is not ast.Call:
        return False
    func = node.func
    return func.__class__ is ast.Attribute and func.attr in ("exit", "_exit", "abort") and getattr(func.value, "id", "") in ("sys", "os") \
        or func.__class__ is ast.Name and func.id in ("exit", "quit")


def entered(value):
    """What `with value as x` binds."""
    return None


def class_base(flow, node):
    """Returns the type of bpy.types that a class derives from, None when none."""
    found = None
    for each in node.bases:
        value = flow.value(each)
        if value.__class__ is RnaClass:
            found = found or value.type
        elif value.__class__ is Class and value.base:
            found = found or value.base
    for each in node.keywords:
        flow.value(each.value)
    return found


def imported(flow, node, name, whole):
    """import name"""
    if name.split(".")[0] not in KNOWN_MODULES:
        return None
    top = whole.split(".")[0]
    if top not in flow.api.modules:
        flow.tell("import", node, top, "")
        return None
    if whole != top and whole not in flow.api.modules and whole not in ("bpy.types", "bpy.ops", "bmesh.types", "bmesh.ops"):
        return None
    return Module(name)


def imported_from(flow, node, name):
    """from module import name"""
    module = node.module or ""
    if node.level or module.split(".")[0] not in KNOWN_MODULES:
        return None
    if module.split(".")[0] not in flow.api.modules:
        flow.tell("import", node, module.split(".")[0], "")
        return None
    value = module_member(flow, Module(module), name)
    if value is MISSING:
        if "%s.%s" % (module, name) not in flow.api.modules and module in flow.api.modules:
            flow.tell("import", node, module, name)
        return None
    return value
