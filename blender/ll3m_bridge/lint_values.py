# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lint knows of a value: the domain of the abstract interpreter. bpy-free.

Unknown is None, everywhere: whoever gets None says nothing. `sure` is false where a value was guessed (a parameter that is called
`context`); what is found with such a value is only likely. Values are compared by `key`, so that equal ones join to themselves.
"""
MAX_UNION = 4


class Value:
    """Base of all. key: a hashable that is equal for equal values."""

    __slots__ = ("key",)
    sure = True


class Const(Value):
    """A number, text, truth value or None that stands in the script; node: where, None when it was worked out."""

    __slots__ = ("value", "node")

    def __init__(self, value, node=None):
        self.value = value
        self.node = node
        self.key = (type(value).__name__, value, id(node) if node is not None else 0)


class Each(Value):
    """The variable of a loop over a literal: every one of some values. certain: nothing in the loop asks which."""

    __slots__ = ("values", "certain")

    def __init__(self, values, certain):
        self.values = values
        self.certain = certain
        self.key = ("each", tuple(each.key for each in values))


class Rna(Value):
    """An object of a type of bpy.types; exact: of this very type, not of one derived from it. data: of an Object, its data."""

    __slots__ = ("type", "exact", "sure", "data")

    def __init__(self, kind, exact=False, sure=True, data=None):
        self.type = kind
        self.exact = exact
        self.sure = sure
        self.data = data
        self.key = ("rna", kind, exact, sure, data and data.key)


class Collection(Value):
    """An RNA collection: `list` its own type ("" when it has none), `item` that of its items, owner: whose it is."""

    __slots__ = ("list", "item", "owner", "name", "sure")

    def __init__(self, kind, item, owner, name):
        self.list = kind
        self.item = item
        self.owner = owner
        self.name = name
        self.sure = owner.sure
        self.key = ("collection", kind, item, owner.key, name)


class Method(Value):
    """A function of an RNA type (record: of the dump) or of a Python class, bound to its owner."""

    __slots__ = ("record", "owner", "name", "sure")

    def __init__(self, record, owner, name):
        self.record = record
        self.owner = owner
        self.name = name
        self.sure = owner.sure
        self.key = ("method", name, owner.key)


class Module(Value):
    """A module or what looks like one: bpy, bpy.ops.mesh, mathutils."""

    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name
        self.key = ("module", name)


class Operator(Value):
    """bpy.ops.mesh.bevel; record is None when there is none."""

    __slots__ = ("name", "record")

    def __init__(self, name, record):
        self.name = name
        self.record = record
        self.key = ("operator", name)


class BmeshOperator(Value):
    """bmesh.ops.bevel."""

    __slots__ = ("name", "record")

    def __init__(self, name, record):
        self.name = name
        self.record = record
        self.key = ("bmesh", name)


class RnaClass(Value):
    """A class of bpy.types itself."""

    __slots__ = ("type",)

    def __init__(self, kind):
        self.type = kind
        self.key = ("class", kind)


class Python(Value):
    """An object of a class that is not of RNA: Vector, BMVert."""

    __slots__ = ("cls", "sure")

    def __init__(self, cls, sure=True):
        self.cls = cls
        self.sure = sure
        self.key = ("python", cls, sure)


class PythonClass(Value):
    """Such a class itself."""

    __slots__ = ("cls",)

    def __init__(self, cls):
        self.cls = cls
        self.key = ("pyclass", cls)


class Sequence(Value):
    """A tuple or list whose items are known one by one."""

    __slots__ = ("items", "literal")

    def __init__(self, items, literal=True):
        self.items = items
        self.literal = literal
        self.key = ("sequence", tuple(each and each.key for each in items))


class ListOf(Value):
    """A list or the like of any number of equal items."""

    __slots__ = ("item",)

    def __init__(self, item):
        self.item = item
        self.key = ("list", item and item.key)


class Table(Value):
    """A dict with text for keys: {key: value}; full: there are no other keys. keys_at: the nodes of the keys."""

    __slots__ = ("entries", "keys", "full", "what")

    def __init__(self, entries, keys=None, full=True, what=""):
        self.entries = entries
        self.keys = keys or {}
        self.full = full
        self.what = what
        self.key = ("table", what, tuple((name, value and value.key) for name, value in entries.items()))


class Function(Value):
    """A function of the script; scope: where it was defined; this: the object it is bound to."""

    __slots__ = ("node", "scope", "this", "owner")

    def __init__(self, node, scope, this=None, owner=None):
        self.node = node
        self.scope = scope
        self.this = this
        self.owner = owner
        self.key = ("function", id(node), this and this.key)


class Class(Value):
    """A class of the script. attributes: what self.name is, where that is the same everywhere; base: the RNA type it is of."""

    __slots__ = ("node", "scope", "methods", "attributes", "stores", "base")

    def __init__(self, node, scope, methods, stores, base):
        self.node = node
        self.scope = scope
        self.methods = methods
        self.attributes = {}
        self.stores = stores
        self.base = base
        self.key = ("userclass", id(node))


class Instance(Value):
    """An object of a class of the script."""

    __slots__ = ("cls",)

    def __init__(self, cls):
        self.cls = cls
        self.key = ("instance", cls.key)


class Builtin(Value):
    """A function of Python's own."""

    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name
        self.key = ("builtin", name)


class Union(Value):
    """One of a few values."""

    __slots__ = ("values",)

    def __init__(self, values):
        self.values = values
        self.key = ("union", frozenset(each.key for each in values))


def join(one, other):
    """Returns what is known of a value that is one or the other."""
    if one is other:
        return one
    if one is None or other is None:
        return None
    if one.key == other.key:
        return one
    if isinstance(one, Const) and isinstance(other, Const) and one.value == other.value and type(one.value) is type(other.value):
        return Const(one.value)
    if one.__class__ is Rna and other.__class__ is Rna and one.type == other.type:
        data = join(one.data, other.data) if one.data and other.data else None
        return Rna(one.type, one.exact and other.exact, one.sure and other.sure, data if data.__class__ is Rna else None)
    if one.__class__ is Sequence and other.__class__ is Sequence and len(one.items) == len(other.items):
        return Sequence(tuple(join(each, there) for each, there in zip(one.items, other.items)))
    if is_nothing(one):
        return other
    if is_nothing(other):
        return one
    values = {}
    for each in (*alternatives(one), *alternatives(other)):
        if isinstance(each, (Each, Sequence, Table, ListOf)):
            return None
        values[each.key] = each
    return Union(tuple(values.values())) if len(values) <= MAX_UNION else None


def is_nothing(value):
    """Whether a value is None: what comes after a test for it is about the other."""
    return isinstance(value, Const) and value.value is None


def alternatives(value):
    """Returns the values of a union, or the one."""
    return value.values if isinstance(value, Union) else (value,)
