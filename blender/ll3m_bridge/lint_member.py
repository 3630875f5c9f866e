# SPDX-License-Identifier: GPL-3.0-or-later
"""What an attribute of a known value is. bpy-free.

MISSING means: certainly not there. None means: nobody knows.
"""
from .drift_rows import ELSEWHERE
from .lint_values import (BmeshOperator, Class, Collection, Const, Function, Instance, ListOf, Method, Module, Operator, Python, PythonClass,
                          Rna, RnaClass, Sequence, Table, Union, join)

MISSING = object()
VECTORS = {'TRANSLATION': "Vector", 'DIRECTION': "Vector", 'VELOCITY': "Vector", 'ACCELERATION': "Vector", 'XYZ': "Vector",
           'XYZ_LENGTH': "Vector", 'COORDINATES': "Vector", 'EULER': "Euler", 'QUATERNION': "Quaternion", 'MATRIX': "Matrix",
           'COLOR': "Color", 'COLOR_GAMMA': "Color"}
SIZES = {"Vector": {2, 3, 4}, "Euler": {3}, "Quaternion": {4}, "Color": {3}}
# Pointers whose type is only said to be the base of what they always are: (type, property) → type.
POINTERS = {("Material", "node_tree"): "ShaderNodeTree", ("World", "node_tree"): "ShaderNodeTree",
            ("Light", "node_tree"): "ShaderNodeTree", ("FreestyleLineStyle", "node_tree"): "ShaderNodeTree",
            ("Scene", "node_tree"): "CompositorNodeTree", ("Scene", "compositing_node_group"): "CompositorNodeTree",
            ("NodesModifier", "node_group"): "GeometryNodeTree"}
SAME = {"original", "evaluated_get", "copy", "id_data"}
SPACE_MEMBERS = {  # members of the context that windows add: properties editor, node editor, image editor, …
    "edit_bone", "bone", "pose_bone", "material", "material_slot", "texture", "texture_slot", "texture_user", "texture_user_property",
    "texture_node", "mesh", "armature", "lattice", "curve", "curves", "pointcloud", "volume", "meta_ball", "light", "speaker", "lightprobe",
    "camera", "world", "line_style", "cloth", "soft_body", "fluid", "collision", "brush", "dynamic_paint", "particle_system",
    "particle_system_editable", "particle_settings", "active_node", "selected_nodes", "edit_image", "edit_mask", "edit_movieclip",
    "edit_text", "id", "selected_ids", "active_file", "selected_files", "button_pointer", "button_operator", "button_prop", "strip",
    "gpencil", "grease_pencil", "asset_data", "selected_assets", "relative_path", "visible_bones", "node", "socket", "parent_bone",
    "bone_collection", "material_edit", "active_fcurve", "node_tree", "asset_file_handle", "selected_asset_files", "edit_tree"}
COLLECTION_CLASS = "bpy_prop_collection"
EVERYWHERE = {"bl_rna", "rna_type"}


def member(flow, owner, name):
    """Returns the value of owner.name."""
    read = READERS.get(owner.__class__)
    return read(flow, owner, name) if read else None


def of_union(flow, owner, name):
    found = [member(flow, each, name) for each in owner.values]
    there = [each for each in found if each is not MISSING]
    if not there:
        return MISSING
    result = there[0]
    for each in there[1:]:
        result = join(result, each)
    return result


def of_rna(flow, owner, name):
    """An attribute of an object of bpy.types."""
    key = (owner.key, name)
    cached = flow.results
    if key in cached:
        return cached[key]
    cached[key] = value = find(flow, owner, name)
    return value


def find(flow, owner, name):
    api = flow.api
    if owner.type == "Context" and name in api.context:
        return in_context(api, owner, name)
    if owner.type == "Object" and name == "data" and owner.data is not None:
        return owner.data
    found = api.member(owner.type, name)
    if found is not None:
        return value_of(api, owner, name, found)
    if api.is_open(owner.type) or name.startswith("__") or name in EVERYWHERE:
        return None
    if owner.type == "Context" and (name in SPACE_MEMBERS or flow.scope.cls is not None and flow.scope.cls.base is not None):
        return None
    if owner.exact:
        return MISSING
    derived = api.members_of_derived(owner.type, name)
    if not derived:
        return MISSING
    values = [value_of(api, owner, name, each) for each in derived]
    result = values[0]
    for each in values[1:]:
        result = join(result, each)
    return result if result.__class__ is not Method else None


def in_context(api, owner, name):
    """bpy.context.name"""
    kind = api.context[name]
    if kind in api.types:
        exact = kind in ("Object", "Scene", "BlendData", "ViewLayer")
        return Rna(kind, exact, owner.sure)
    if kind.startswith("["):
        return ListOf(Rna(kind[1:-1], False, owner.sure)) if kind[1:-1] in api.types else None
    found = api.member("Context", name)
    return value_of(api, owner, name, found) if found else None


def value_of(api, owner, name, found):
    """Returns the value of a member that was found."""
    label, record, where = found
    if label == "func":
        return Method(record, owner, name)
    if label == "python":
        return of_python_record(api, owner, name, record)
    return value_of_property(api, owner, name, record, where)


def of_python_record(api, owner, name, record):
    """The value of a member that Python made."""
    if record["kind"] == "function":
        return Method(record, owner, name)
    return named_type(api, record.get("type", ""), owner.sure)


def named_type(api, said, sure):
    """Returns the value of a type that a docstring names."""
    if said.startswith("["):
        return ListOf(named_type(api, said[1:-1], sure))
    if said in api.classes:
        return Python(said, sure)
    return Rna(said, False, sure) if said in api.types else None


def value_of_property(api, owner, name, record, where):
    """Returns the value of an RNA property."""
    kind = record["type"]
    if kind == 'POINTER':
        struct = POINTERS.get((where, name)) or record.get("struct")
        if name == "id_data" or name == "original" and where == "ID":
            return Rna(owner.type, owner.exact, owner.sure, owner.data) if name == "original" else None
        return Rna(struct, False, owner.sure) if struct and struct in api.types else None
    if kind == 'COLLECTION':
        return Collection(record.get("list", ""), record.get("struct", ""), owner, name)
    if record.get("size") and kind == 'FLOAT':
        cls = VECTORS.get(record.get("sub", ""))
        if cls and (cls not in SIZES or record["size"] in SIZES[cls]):
            return Python(cls, owner.sure)
    return None


def owned(flow, owner, name):
    """Returns [(label, record, type)] of what owner.name = … would write: MISSING for nothing, [] when nobody knows."""
    if owner.__class__ is Union:
        found = [owned(flow, each, name) for each in owner.values if each.__class__ is Rna]
        if len(found) < len(owner.values) or any(each == [] for each in found):
            return []
        there = [each for each in found if each is not MISSING]
        return [entry for each in there for entry in each] if there else MISSING
    api = flow.api
    found = api.member(owner.type, name)
    if found is not None:
        return [found]
    if api.is_open(owner.type) or name.startswith("__") or api.is_a(owner.type, "PropertyGroup"):
        return []    # a group of properties is a Python class: anything can be put on it
    if owner.exact:
        return MISSING
    return api.members_of_derived(owner.type, name) or MISSING


def of_collection(flow, owner, name):
    """An attribute of an RNA collection."""
    api = flow.api
    found = api.member(owner.list, name) if owner.list else None
    if found is not None and found[0] != "python":
        label, record, where = found
        return Method(record, owner, name) if label == "func" else \
            value_of_property(api, Rna(owner.list, True, owner.sure), name, record, where)
    entry = api.class_member(COLLECTION_CLASS, name)
    if entry is not None:
        return Method(entry, owner, name)
    if found is not None:
        return None
    if name.startswith("__") or not owner.item or api.is_open(owner.item) or api.is_a(owner.item, "PropertyGroup") or owner.list and api.is_open(owner.list):
        return None
    return MISSING


def of_python(flow, owner, name):
    """An attribute of a Vector, a BMesh, …"""
    record = flow.api.class_member(owner.cls, name)
    if record is None:
        return None if name.startswith("__") or owner.cls not in flow.api.classes or owner.cls in LOOSE else MISSING
    return of_python_record(flow.api, owner, name, record)


LOOSE = {"bpy_prop_array", "IDPropertyGroup"}


def of_class(flow, owner, name):
    """An attribute of the class Vector: Vector.Fill, Matrix.Translation."""
    record = flow.api.class_member(owner.cls, name)
    if record is None:
        return None if name.startswith("__") else MISSING
    return Method(record, Python(owner.cls), name) if record["kind"] == "function" else None


def of_rna_class(flow, owner, name):
    """An attribute of a class of bpy.types: registering, bl_rna."""
    return None


def of_module(flow, owner, name):
    return module_member(flow, owner, name)


def module_member(flow, owner, name):
    """Returns the value of module.name; MISSING when the module has no such thing."""
    whole = "%s.%s" % (owner.name, name)
    special = SPECIAL.get(whole)
    if special is not None:
        return special(flow.api)
    if owner.name == "bpy.types":
        return rna_class(flow, name)
    if owner.name == "bpy.ops":
        return Module(whole) if name in flow.api.operator_groups() else Module(whole) if not name.startswith("_") else None
    if owner.name.startswith("bpy.ops."):
        called = "%s.%s" % (owner.name[8:], name)
        return Operator(called, flow.api.operators.get(called))
    if owner.name == "bmesh.ops":
        return BmeshOperator(name, flow.api.bmesh[name]) if name in flow.api.bmesh else MISSING
    if owner.name == "bmesh.types":
        return PythonClass(name) if name in flow.api.classes else MISSING
    if whole in flow.api.modules:
        return Module(whole)
    members = flow.api.modules.get(owner.name)
    if members is None:
        return None
    record = members.get(name)
    if record is None:
        return MISSING if not name.startswith("_") and owner.name not in UNTOLD else None
    if record["kind"] == "class" and name in flow.api.classes:
        return PythonClass(name)
    if record["kind"] == "function":
        return Method(record, Rna("", True), whole)
    return None


# Modules whose members are not all said by dir(): they are made on demand, or add-ons add to them.
UNTOLD = {"bpy.utils", "bpy.app", "gpu", "bpy_extras", "gpu_extras", "bpy.app.translations"}
SPECIAL = {
    "bpy.context": lambda api: Rna("Context", True), "bpy.data": lambda api: Rna("BlendData", True),
    "bpy.ops": lambda api: Module("bpy.ops"), "bpy.types": lambda api: Module("bpy.types"), "bmesh.ops": lambda api: Module("bmesh.ops"),
    "bmesh.types": lambda api: Module("bmesh.types"),
    "bpy.app.version": lambda api: Sequence(tuple(Const(each) for each in api.version)),
    "bpy.app.background": lambda api: None, "bpy.app.version_string": lambda api: None,
}


def rna_class(flow, name):
    """bpy.types.name"""
    if name in flow.api.types:
        return RnaClass(name)
    if name == COLLECTION_CLASS:
        return PythonClass(name)
    if name in flow.api.modules.get("bpy.types", {}) or name in flow.api.classes or name in flow.guards.registered:
        return None
    return MISSING if not name.startswith("_") else None


TABLE_METHODS = {"items", "keys", "values", "get"}


def of_table(flow, owner, name):
    """A method of a dict."""
    return Method({"kind": "function"}, owner, name) if name in TABLE_METHODS else None


def of_instance(flow, owner, name):
    """self.name"""
    cls = owner.cls
    if name in cls.methods:
        found = cls.methods[name]
        return Function(found.node, found.scope, owner, cls)
    if name in cls.attributes:
        return cls.attributes[name]
    return None


READERS = {Rna: of_rna, Collection: of_collection, Module: of_module, Python: of_python, PythonClass: of_class, RnaClass: of_rna_class,
           Instance: of_instance, Union: of_union, Table: of_table}
