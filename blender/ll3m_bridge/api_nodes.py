# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what has to be made before it can be read: nodes with their sockets, modifiers, constraints, lights, textures.

Everything is made in scratch data that is removed again. Invariant: after each function bpy.data holds what it held before.
"""
import contextlib

import bpy

from . import api_read
from .drift_names import NAMES

TREES = ("ShaderNodeTree", "GeometryNodeTree", "CompositorNodeTree", "TextureNodeTree")
SCRATCH = ".ll3m scratch"
MAX_ITEMS = 120
# What a node has as properties of its own and no mode depends on.
COMMON = {"name", "label", "location", "width", "height", "select", "hide", "mute", "show_options", "show_preview", "show_texture"}


@contextlib.contextmanager
def scratch_tree(kind):
    """A node tree that is gone afterwards; None when this Blender has no such kind."""
    try:
        tree = bpy.data.node_groups.new(SCRATCH, kind)
    except (TypeError, RuntimeError):
        yield None
        return
    try:
        yield tree
    finally:
        bpy.data.node_groups.remove(tree)


@contextlib.contextmanager
def fonts_kept():
    """Removes the built-in font, which a text or a node for texts brings with it, when it was not there before."""
    fonts = set(bpy.data.fonts.keys())
    try:
        yield
    finally:
        for each in [each for each in bpy.data.fonts if each.name not in fonts]:
            bpy.data.fonts.remove(each)


def node_types():
    """Returns the names of all classes of nodes."""
    return sorted(name for name in dir(bpy.types) if is_node(getattr(bpy.types, name)))


def is_node(kind):
    """Whether a type is a class of nodes that can be made."""
    return isinstance(kind, type) and issubclass(kind, bpy.types.Node) and kind.bl_rna.identifier == kind.__name__


class Nodes:
    """Reads nodes; holds a scratch tree of each kind while it is open."""

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        self.stack.enter_context(fonts_kept())
        self.trees = {}
        for kind in TREES:
            tree = self.stack.enter_context(scratch_tree(kind))
            if tree is not None:
                self.trees[kind] = tree
        return self

    def __exit__(self, *_):
        self.stack.close()

    def read(self, name):
        """Returns {trees, kind, inputs, outputs, modes, grows, enums} of a class of nodes, None when no tree takes it."""
        record = {"trees": []}
        for kind, tree in self.trees.items():
            node = make(tree, name)
            if node is None:
                continue
            record["trees"].append(kind)
            if len(record["trees"]) == 1:
                record.update(sockets(node))
                record["kind"] = node.type
                record["grows"] = grows(node)
                record["enums"] = live_enums(node)
                record["modes"] = modes(node, tree)
            tree.nodes.clear()
        if not record["trees"]:
            return None
        made = api_read.without_blanks(record)
        made.setdefault("inputs", [])
        made.setdefault("outputs", [])
        return made

    def kind(self, name):
        """Returns `type` of the nodes of a class, None when no tree takes it."""
        for tree in self.trees.values():
            node = make(tree, name)
            if node is not None:
                kind = node.type
                tree.nodes.clear()
                return kind
        return None


def traits():
    """Returns {socket_ids: whether inputs["Value_001"] finds a socket by its identifier, aliases: {name of a class of nodes that is no
    more: what new() makes of it}} of this Blender."""
    with Nodes() as reader:
        node = make(reader.trees["ShaderNodeTree"], "ShaderNodeMath")
        found = {"socket_ids": "Value_001" in node.inputs, "aliases": {}}
        for name in sorted(NAMES["nodes"]):
            for tree in reader.trees.values():
                node = make(tree, name) if not hasattr(bpy.types, name) else None
                if node is not None:
                    found["aliases"][name] = node.bl_idname
    return found


def make(tree, name):
    """Returns a new node, None when the tree does not take it."""
    try:
        return tree.nodes.new(name)
    except (RuntimeError, TypeError, ValueError):
        return None


def sockets(node):
    """Returns {inputs, outputs}: {name, id, type, struct, default, off} of each socket in order."""
    return {"inputs": [socket(each) for each in node.inputs], "outputs": [socket(each) for each in node.outputs]}


def socket(each):
    """Returns the record of a socket; off marks one that the node does not show in its mode."""
    record = {"name": each.name, "id": each.identifier, "type": each.type, "struct": each.bl_idname,
              "off": not each.enabled or bool(getattr(each, "is_unavailable", False)), "multi": each.is_multi_input}
    value = getattr(each, "default_value", None)
    if not isinstance(value, bpy.types.bpy_struct):
        record["default"] = api_read.plain(value)
    if record.get("default") is None:
        record.pop("default", None)
    return {key: value for key, value in record.items() if value is not False}


def grows(node):
    """Whether a node's sockets are given by more than its modes: by a group, by items, by what it is paired with."""
    if any(each.bl_idname == "NodeSocketVirtual" for each in (*node.inputs, *node.outputs)):
        return True
    own = own_properties(node)
    if any(each.type == 'COLLECTION' and each.identifier not in ("inputs", "outputs", "internal_links") for each in own):
        return True
    return any(each.type == 'POINTER' and each.fixed_type.identifier in ("NodeTree", "PropertyGroup") or
               each.identifier in ("script", "bytecode") for each in own) or hasattr(node, "pair_with_output")


def own_properties(node):
    """Returns the properties that a class of nodes has beside those of all nodes."""
    base = bpy.types.Node.bl_rna.properties.keys()
    return [each for each in node.bl_rna.properties if each.identifier not in base]


def live_enums(node):
    """Returns {property: items} of the enums whose items a node knows better than its type does."""
    found = {}
    for each in own_properties(node):
        if each.type == 'ENUM' and not each.is_readonly:
            told = api_read.live_items(node, each)
            if told is not None and told != [item.identifier for item in each.enum_items]:
                found[each.identifier] = told
    return found


def modes(node, tree):
    """Returns {property: {value: {inputs, outputs}}} for the values that change what sockets there are."""
    name = node.bl_idname
    plain = outline(node)
    found = {}
    for each in own_properties(node):
        if each.is_readonly or each.identifier in COMMON:
            continue
        if each.type == 'ENUM' and not each.is_enum_flag:
            values = [item.identifier for item in each.enum_items][:MAX_ITEMS]
        elif each.type == 'BOOLEAN' and not each.array_length:
            values = [False, True]
        else:
            continue
        other = {}
        for value in values:
            fresh = make(tree, name)
            if assign(fresh, each.identifier, value) and outline(fresh) != plain:
                other[str(value)] = sockets(fresh)
            tree.nodes.remove(fresh)
        if other:
            found[each.identifier] = other
    return found


def assign(node, name, value):
    """Sets a property; False when it cannot be."""
    try:
        setattr(node, name, value)
        return True
    except (TypeError, AttributeError, RuntimeError, ValueError):
        return False


def outline(node):
    """What of a node's sockets a mode can change."""
    return [(each.name, each.identifier, each.type, each.enabled) for each in (*node.inputs, None, *node.outputs) if each]


def data_samples():
    """Yields (a collection of bpy.data, function that makes one of a type, what removes it) for those with a type."""
    yield "lights", lambda kind: bpy.data.lights.new(SCRATCH, kind)
    yield "textures", lambda kind: bpy.data.textures.new(SCRATCH, kind)
    yield "curves", lambda kind: bpy.data.curves.new(SCRATCH, kind)


def refined():
    """Returns {where: {value of `type`: struct}} for what new() makes by its type: lights.new(name, 'SUN') is a SunLight."""
    made = {}
    with fonts_kept():
        for name, new in data_samples():
            collection = getattr(bpy.data, name)
            items = parameter_items(collection, "new", "type")
            for kind in items:
                sample = new(kind)
                made.setdefault(name, {})[kind] = sample.bl_rna.identifier
                collection.remove(sample)
    made.update(on_objects())
    return made


def parameter_items(owner, function, name):
    """Returns the items of an enum parameter of an RNA function."""
    return [item.identifier for item in owner.bl_rna.functions[function].parameters[name].enum_items]


def on_objects():
    """As refined(), for modifiers and constraints of objects; modifiers also say on what types of object they may be."""
    made = {"modifiers": {}, "constraints": {}, "shader_effects": {}}
    data = [("meshes", bpy.data.meshes.new(SCRATCH)), ("curves", bpy.data.curves.new(SCRATCH, 'CURVE')),
            ("lattices", bpy.data.lattices.new(SCRATCH))]
    pencils = [each for each in ("grease_pencils_v3", "grease_pencils") if hasattr(bpy.data, each)]
    if pencils and hasattr(getattr(bpy.data, pencils[0]), "new"):
        data.append((pencils[0], getattr(bpy.data, pencils[0]).new(SCRATCH)))
    for where, block in data:
        item = bpy.data.objects.new(SCRATCH, block)
        try:
            for holder in made:
                for kind in parameter_items(getattr(item, holder), "new", "type"):
                    note(made[holder], item, holder, kind)
        finally:
            bpy.data.objects.remove(item)
            getattr(bpy.data, where).remove(block)
    return {key: value for key, value in made.items() if value}


def note(made, item, holder, kind):
    """Adds {kind: {struct, on, enums}} to made when an object takes a modifier (constraint, effect) of a kind."""
    try:
        arguments = (SCRATCH, kind) if holder != "constraints" else (kind,)
        sample = getattr(item, holder).new(*arguments)
    except (RuntimeError, TypeError, ValueError):
        return
    if sample is None:
        return
    entry = made.setdefault(kind, {"struct": sample.bl_rna.identifier, "on": []})
    entry["on"].append(item.type)
    left = sample.particle_system.settings if kind == 'PARTICLE_SYSTEM' else None
    getattr(item, holder).remove(sample)
    if left is not None:
        bpy.data.particles.remove(left)


# What a scene has one of, with enums whose items depend on the build (engines, views, file formats). A fixed list: some pointers of a
# scene without a window lead to nothing, and Blender dies of reading them.
SINGLETONS = ("render", "render.image_settings", "render.ffmpeg", "view_settings", "display_settings", "sequencer_colorspace_settings",
              "unit_settings", "eevee", "cycles", "display", "tool_settings", "rigidbody_world")


def singletons():
    """Returns {type: object} of what a scene has one of."""
    scene = bpy.context.scene or bpy.data.scenes[0]
    found = {"Scene": scene}
    for path in SINGLETONS:
        value = scene
        for step in path.split("."):
            value = getattr(value, step, None)
        if value is not None:
            found[value.bl_rna.identifier] = value
    return found
