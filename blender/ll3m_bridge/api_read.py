# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads single records of the Python API out of the running Blender: a type, an operator, a class, a module.

Every function here returns a plain record (api_dump.py says how they look) and leaves Blender as it was. The dump is made of
all of them; the lint asks for those that a script touches, so both say the same. Entries that say nothing are left out.
"""
import inspect
import math
import re

import bpy

NUMBERS = {'INT', 'FLOAT'}
HUGE = 1e30
LISTED = re.compile(r"not found in \((.*)\)", re.S)
NO_VALUE = "__none__"
TYPE_OF = re.compile(r":type:\s*(.+)")
RETURNS = re.compile(r":rtype:\s*(.+)")
CLASS = re.compile(r":class:`\.?([\w.]+)`|\b(bool|int|float|str|string|boolean)\b")
HIDDEN = {"bl_rna", "rna_type"}
# Types whose enums depend on one another (a look on its view transform), so that one object does not know all items.
DEPENDENT = ("ColorManaged", "ImageFormatSettings")
# Enums whose items depend on other properties although their type lists some.
DEPENDENT_PROPS = {"Curve.fill_mode", "TextCurve.fill_mode", "SurfaceCurve.fill_mode"}
DEPENDENT_STARTS = ("FluidDomainSettings.cache_", "FluidDomainSettings.color_ramp", "DataTransferModifier.layers_")
PLACEHOLDERS = {"DEFAULT", "DUMMY", "PLACEHOLDER", "NONE"}


def number(value):
    """Returns a number that JSON can say, rounded to what single precision holds; None for infinite and huge ones."""
    if isinstance(value, float):
        if not math.isfinite(value) or abs(value) > HUGE:
            return None
        return float("%.7g" % value)
    return value


def plain(value):
    """Returns a default value as JSON can say it."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, (bool, str)) or value is None:
        return value
    if isinstance(value, (int, float)):
        return number(value)
    if hasattr(value, "__len__"):
        return [plain(each) for each in value]
    return None


def without_blanks(record):
    """Returns a record without the entries that say nothing."""
    return {key: value for key, value in record.items() if value not in (None, "", [], {}, False)}


def prop(each, live=None):
    """Returns the record of one RNA property; `live` is an object that has it, which knows the items of dynamic enums."""
    record = {"type": each.type, "ro": each.is_readonly, "name": each.name, "doc": each.description}
    if each.subtype != 'NONE':
        record["sub"] = each.subtype
    if each.type in NUMBERS:
        bounds = [number(value) for value in (each.hard_min, each.hard_max, each.soft_min, each.soft_max)]
        record["range"] = bounds[:2] if bounds[:2] == bounds[2:] else bounds
        record["unit"] = each.unit if each.unit != 'NONE' else ""
    if each.type in NUMBERS or each.type == 'BOOLEAN':
        if each.array_length:
            record["size"] = each.array_length
            record["dims"] = list(each.array_dimensions) if each.array_dimensions[1] else None
    if each.type == 'ENUM':
        record.update(enum(each, live))
    elif each.type == 'POINTER':
        record["struct"] = each.fixed_type.identifier if each.fixed_type else ""
        record["set"] = not each.is_never_none
    elif each.type == 'COLLECTION':
        record["struct"] = each.fixed_type.identifier if each.fixed_type else ""
        record["list"] = each.srna.identifier if each.srna else ""
    record = without_blanks(record)
    if each.type not in ('POINTER', 'COLLECTION'):
        record["default"] = default(each)
    return record


def default(each):
    """Returns the default of a property that is a value."""
    if each.type == 'ENUM' and each.is_enum_flag:
        return sorted(each.default_flag)
    if getattr(each, "array_length", 0):
        return [plain(value) for value in each.default_array]
    return plain(each.default)


def enum(each, live):
    """Returns {items, labels, flag, dyn, live} of an enum.

    dyn: the items depend on more than the type, so those said here are not all; live: a live object told them.
    """
    names = [item.identifier for item in each.enum_items if item.identifier]
    fixed = [item.identifier for item in each.enum_items_static if item.identifier]
    record = {"flag": each.is_enum_flag, "dyn": set(names) <= PLACEHOLDERS or set(names) != set(fixed)}
    told = None if live is None or each.is_readonly else live_items(live, each)
    if told is not None and (record["dyn"] or not set(told) <= set(names)):
        names = told
        record["live"] = True
        record["dyn"] = live.bl_rna.identifier.startswith(DEPENDENT)
    record["items"] = names
    labels = {item.identifier: item.name for item in each.enum_items if item.name and item.name != item.identifier}
    record["labels"] = {key: value for key, value in labels.items() if key in names}
    return record


def live_items(live, each):
    """Returns the items that an object takes at the moment: what it says when it is given one that there is not."""
    try:
        setattr(live, each.identifier, {NO_VALUE} if each.is_enum_flag else NO_VALUE)
    except TypeError as error:
        found = LISTED.search(str(error))
        return re.findall(r"'((?:[^'\\]|\\.)*)'", found[1]) if found else None
    except (AttributeError, RuntimeError, ValueError):
        return None
    return None


def function(each):
    """Returns the record of an RNA function: params in order, returns by name."""
    params, returns = [], []
    for parameter in each.parameters:
        record = {"id": parameter.identifier, **prop(parameter)}
        record.pop("ro", None)
        if parameter.is_output:
            returns.append(record)
        else:
            record["need"] = parameter.is_required
            params.append(without_blanks(record) | ({"default": record["default"]} if "default" in record else {}))
    return without_blanks({"doc": each.description, "params": params, "returns": returns, "static": not each.use_self})


def type_names():
    """Returns the names of all types of RNA: those of bpy.types, and the groups of properties that add-ons registered."""
    return sorted({*dir(bpy.types), *groups()})


def groups():
    """Returns {name: class} of registered groups of properties, which bpy.types does not list."""
    return {each.__name__: each for each in bpy.types.PropertyGroup.__subclasses__() if getattr(each, "is_registered", False)}


def kind_of(name):
    """Returns the class of a type, None when there is none."""
    return getattr(bpy.types, name, None) or groups().get(name)


def rna_type(name, live=None):
    """Returns the record of a type: what it has beside what its base has; None when there is no such type."""
    kind = kind_of(name)
    rna = getattr(kind, "bl_rna", None)
    if rna is None:
        return None
    base = rna.base
    inherited = set(base.properties.keys()) if base else HIDDEN
    known = {each.identifier for each in base.functions} if base else set()
    bases = [each.__name__ for each in kind.__mro__[1:]]
    record = {"base": base.identifier if base else "", "name": rna.name, "doc": rna.description,
              "props": {each.identifier: prop(each, live) for each in rna.properties
                        if each.identifier not in inherited and each.identifier not in HIDDEN},
              "funcs": {each.identifier: function(each) for each in rna.functions if each.identifier not in known},
              "mixin": [each for each in bases if each.startswith("_") and not hasattr(bpy.types, each)],
              "python": {}}
    for path, each in [("%s.%s" % (name, key), value) for key, value in record["props"].items() if value["type"] == 'ENUM']:
        if path in DEPENDENT_PROPS or path.startswith(DEPENDENT_STARTS):
            each["dyn"] = True
    for each in (kind, *[each for each in kind.__mro__[1:] if each.__name__ in record["mixin"]]):
        record["python"].update(members(each, set(rna.properties.keys()) | {each.identifier for each in rna.functions}))
    return without_blanks(record)


def members(kind, besides=()):
    """Returns {name: record} of the Python members that a class itself defines."""
    made = {}
    for name, value in sorted(vars(kind).items()):
        if not name.startswith("_") and name not in besides and name not in HIDDEN and not isinstance(value, tuple):
            made[name] = member(value)
    return made


def member(value):
    """Returns {kind, sig, doc, type, returns, ro} of a Python value: a method, a property, a class, a plain value."""
    if isinstance(value, (classmethod, staticmethod)):
        value = value.__func__
    doc = inspect.getdoc(value) or "" if not isinstance(value, (int, float, str, bool, tuple, dict, list)) else ""
    record = {"kind": "value", "doc": doc}
    if isinstance(value, property):
        record.update(kind="attribute", ro=value.fset is None)
    elif inspect.isgetsetdescriptor(value) or inspect.ismemberdescriptor(value):
        record.update(kind="attribute", ro="(read-only)" in doc.lower() or "readonly" in doc.lower(), type=type_in(TYPE_OF, doc))
    elif inspect.isclass(value):
        record["kind"] = "class"
    elif callable(value):
        record.update(kind="function", sig=signature(value), returns=type_in(RETURNS, doc))
    elif not inspect.ismodule(value):
        record["type"] = type(value).__name__
    return without_blanks(record)


def type_in(pattern, doc):
    """Returns the name of the type that a docstring gives, when it gives exactly one; a list of them is "[Name]"."""
    found = pattern.search(doc)
    said = CLASS.findall(found[1]) if found else []
    names = {one or other for one, other in said}
    if len(names) != 1 or " or " in found[1] or "|" in found[1] or "None" in found[1]:
        return ""
    name = names.pop().split(".")[-1]
    plural = re.search(r"sequence\b|\b(?:list|tuple|set|pair|array|dict)\b", found[1], re.I)
    return "[%s]" % name if plural and name not in ("bool", "int", "float") else "" if plural else name


def signature(value):
    """Returns the parameters of a function as text, "" when Python does not know them."""
    try:
        return str(inspect.signature(value))
    except (ValueError, TypeError):
        return ""


def operator_names():
    """Returns the names of all operators, "mesh.bevel"."""
    return sorted("%s.%s" % (group, name) for group in dir(bpy.ops) if not group.startswith("_")
                  for name in dir(getattr(bpy.ops, group)) if not name.startswith("_"))


def operator(name):
    """Returns the record of an operator; None when there is none of this name."""
    group, _, rest = name.partition(".")
    try:
        rna = getattr(getattr(bpy.ops, group), rest).get_rna_type()
    except (AttributeError, KeyError):
        return None
    kind = getattr(bpy.types, rna.identifier, None)
    return without_blanks({
        "name": rna.name, "doc": rna.description, "struct": rna.identifier,
        "props": {each.identifier: prop(each) for each in rna.properties if each.identifier not in HIDDEN},
        "python": bool(kind and "execute" in vars(kind)), "poll": bool(kind and hasattr(kind, "poll"))})


def bmesh_operators():
    """Returns {name: {params: {name: default as text}, returns: [name], doc}} of bmesh.ops, from its docstrings."""
    import bmesh
    made = {}
    for name in sorted(dir(bmesh.ops)):
        if name.startswith("_"):
            continue
        said = getattr(bmesh.ops, name).__doc__ or ""
        head, _, tail = said.partition("->")
        inside = head[head.find("(") + 1:head.rfind(")")]
        found = re.findall(r"(\w+)=((?:\([^)]*\)|\[[^\]]*\]|\{[^}]*\}|\w*\(\)|'[^']*'|[^,])+)", inside)
        made[name] = {"params": {key: value.strip() for key, value in found}, "returns": re.findall(r"(\w+)=", tail), "doc": said}
    return made


def python_class(kind):
    """Returns the record of a class that is not of RNA: base and members."""
    base = kind.__mro__[1].__name__ if len(kind.__mro__) > 2 else ""
    own = members(kind)
    return without_blanks({"base": base, "doc": inspect.getdoc(kind) or "", "members": own,
                           "index": hasattr(kind, "__getitem__"), "call": hasattr(kind, "__call__")})


def module(value):
    """Returns {name: record} of the public members of a module; classes of its own are in the dump's `classes`."""
    made = {}
    for name in sorted(dir(value)):
        if not name.startswith("_"):
            try:
                made[name] = member(getattr(value, name))
            except (AttributeError, RuntimeError, ValueError, TypeError):
                made[name] = {"kind": "value"}
    return made
