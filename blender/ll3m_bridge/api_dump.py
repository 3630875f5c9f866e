# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole Python API of the running Blender as one JSON document: for the lint, for retrieval, for comparing versions.

    {"schema": 1, "key": {"blender", "build", "python", "addons"},
     "types":     {name: {base, name, doc, props, funcs, python, mixin}},      of RNA; only what its base does not have
     "operators": {"mesh.bevel": {name, doc, struct, props, poll, python, modes}},
     "nodes":     {idname: {trees, kind, inputs, outputs, modes, grows, enums}},   kind is node.type
     "refined":   {"modifiers": {"BEVEL": {struct, on}}, "constraints": …, "lights": {"SUN": "SunLight"}, …},
     "bmesh":     {operator: {params: {name: default as Python text}, returns, doc}},
     "classes":   {"Vector": {base, doc, members, index, call, module}},       of mathutils, bmesh.types, bpy_struct …
     "modules":   {"bpy_extras.object_utils": {name: member}},
     "context":   {name: type or "[type]" or ""},
     "traits":    {"socket_ids": whether inputs["…"] takes identifiers of sockets, too, aliases: {old node: node}}}

A property is {type: BOOLEAN | INT | FLOAT | STRING | ENUM | POINTER | COLLECTION, name, doc, sub, unit, default} with what applies of
range ([min, max] or [min, max, soft min, soft max]; null is none), size (of an array), dims, items and labels (of an enum), flag (a set
of items), dyn (there are more items than these), live (a scene told them), ro (read-only), struct (the type of what it points to or holds), list (the type
of the collection itself), set (a pointer that may be None). A function is {doc, params: [property with id and need], returns, static}.
A member is {kind: function | attribute | class | value, doc, sig, type, returns, ro}. A socket is {name, id, type, struct, default, off,
multi}; modes are {property: {value: {inputs, outputs}}}, only those that differ from the sockets of a new node; grows says that further
sockets come from a group or from items. An operator's modes are the states of a scene (STATES) in which its poll says yes in the
background; without any it wants a window or something that is not there. What says nothing is left out. Keys are sorted, so two
dumps of one Blender are the same bytes.

`key` names what the document depends on: it is to be made anew when it changes.
"""
import contextlib
import json
import os
import pkgutil
import sys

import bpy

from . import api_nodes, api_read, api_states

SCHEMA = 1
MODULES = ("bpy", "bpy.app", "bpy.app.handlers", "bpy.app.timers", "bpy.msgbus", "bpy.path", "bpy.props", "bpy.utils",
           "bmesh", "bmesh.ops", "bmesh.types", "bmesh.utils", "bmesh.geometry", "bl_math", "bl_ui", "blf", "bgl", "gpu", "aud",
           "imbuf", "idprop", "bpy_extras", "gpu_extras", "mathutils", "mathutils.geometry", "mathutils.noise",
           "mathutils.bvhtree", "mathutils.kdtree", "mathutils.interpolate", "freestyle")
CLASS_MODULES = ("mathutils", "mathutils.bvhtree", "mathutils.kdtree", "bmesh.types", "idprop.types", "bpy.types", "imbuf.types")
# What dir(bpy.context) has beside its RNA properties: by the end of the name, when there is none at the moment.
CONTEXT = (("objects", "[Object]"), ("object", "Object"), ("bones", ""), ("sequences", "[Sequence]"), ("strips", "[Strip]"),
           ("fcurves", "[FCurve]"), ("actions", "[Action]"))


def key():
    """Returns what the document depends on. Debian's builds have no hash: the version and the date stand in for it."""
    app = bpy.app
    said = [each.decode("ascii", "replace") for each in (app.build_hash, app.build_date, app.build_time, app.build_platform)]
    return {"blender": ".".join(map(str, app.version)), "build": " ".join([app.version_string, *said]),
            "python": "%d.%d.%d" % sys.version_info[:3], "addons": sorted(each.module for each in bpy.context.preferences.addons)}


@contextlib.contextmanager
def quiet():
    """Sends what Blender itself prints (poll functions complain by the hundred) nowhere."""
    sys.stdout.flush()
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_RDWR)
    kept = [(number, os.dup(number)) for number in (1, 2)]
    try:
        for number, _ in kept:
            os.dup2(nowhere, number)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, copy in kept:
            os.dup2(copy, number)
            os.close(copy)
        os.close(nowhere)


def document():
    """Returns the whole document."""
    with quiet():
        return read_all()


def read_all():
    """Reads everything."""
    live = api_nodes.singletons()
    types = {name: api_read.rna_type(name, live.get(name)) for name in api_read.type_names()}
    polls = api_states.polls()
    operators = {name: api_read.operator(name) for name in api_read.operator_names()}
    for name, record in operators.items():
        if record is not None and name in polls:
            record["modes"] = polls[name]
    with api_nodes.Nodes() as reader:
        nodes = {name: reader.read(name) for name in api_nodes.node_types()}
    return {"schema": SCHEMA, "key": key(), "types": there(types), "operators": there(operators), "nodes": there(nodes),
            "refined": api_nodes.refined(), "bmesh": api_read.bmesh_operators(), "classes": classes(), "modules": modules(),
            "context": context(), "traits": api_nodes.traits()}


def there(records):
    """Returns the records that there are."""
    return {name: record for name, record in records.items() if record is not None}


def classes():
    """Returns the records of the classes that are not of RNA."""
    made = {}
    for name in CLASS_MODULES:
        space = imported(name)
        for each in dir(space) if space else ():
            kind = getattr(space, each)
            if isinstance(kind, type) and not hasattr(kind, "bl_rna") and not each.startswith("_"):
                made[kind.__name__] = {**api_read.python_class(kind), "module": name}
    for kind in (bpy.types.bpy_struct, bpy.types.bpy_prop_collection, bpy.types.bpy_prop_array):
        made[kind.__name__] = {**api_read.python_class(kind), "module": "bpy.types"}
    return made


def imported(name):
    """Returns a module or a part of one by its dotted name; None when this Blender has none."""
    try:
        __import__(name)
    except ImportError:
        pass
    if name in sys.modules:
        return sys.modules[name]
    head, _, tail = name.rpartition(".")
    parent = imported(head) if head else None
    return getattr(parent, tail, None) if parent is not None else None


def module_names():
    """Returns the modules to read, and those inside of packages."""
    names = list(MODULES)
    for each in ("bpy_extras", "gpu_extras", "bl_ui"):
        package = imported(each)
        if package is not None and each != "bl_ui":
            names += ["%s.%s" % (each, found.name) for found in pkgutil.iter_modules(package.__path__)]
    return names


def modules():
    """Returns {module: members}."""
    found = {name: imported(name) for name in module_names() if name not in ("bl_ui", "bmesh.ops", "bmesh.types")}
    return {name: api_read.module(value) for name, value in found.items() if value is not None}


def context():
    """Returns {name: type} of what the context has."""
    made = {}
    for name in dir(bpy.context):
        if name.startswith("_") or name in api_read.HIDDEN:
            continue
        value = getattr(bpy.context, name, None)
        if isinstance(value, bpy.types.bpy_struct):
            made[name] = value.bl_rna.identifier if name != "space_data" else "Space"
        elif callable(value):
            made[name] = "()"
        elif isinstance(value, str):
            made[name] = "str"
        else:
            made[name] = next((kind for end, kind in CONTEXT if name.endswith(end)), "")
    return made


def encoded():
    """Returns the document as UTF-8 JSON, sorted and without spaces."""
    return json.dumps(document(), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
