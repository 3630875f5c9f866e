# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with what objects are made with: materials that show nothing or nobody set, modifiers that cannot work, objects
that a script left behind. It changes nothing in the scene."""
import bpy

from . import geometry

NEEDED = {
    'ARMATURE': "object", 'CURVE': "object", 'DATA_TRANSFER': "object", 'HOOK': "object", 'LATTICE': "object",
    'MESH_DEFORM': "object", 'NODES': "node_group", 'SHRINKWRAP': "target", 'SURFACE_DEFORM': "target",
}
GREY = 0.8
NEAR = 1e-4
CUBE = {"Cube"}
FRESH = {"Metallic": (0.0,), "Alpha": (1.0,), "Roughness": (0.4, 0.5)}


def bare_materials(items):
    """Returns ([materials with nothing that shows], [materials as Blender makes them new]) of objects, by name."""
    materials = {slot.material for item in items for slot in item.material_slots if slot.material}
    unlinked = [each.name for each in materials if shows_nothing(each)]
    return sorted(unlinked), sorted(each.name for each in materials if each.name not in unlinked and is_fresh(each))


def has_nodes(material):
    """Whether a material is made of nodes."""
    return bool(material.use_nodes and material.node_tree)


def outputs_of(tree):
    """Returns the material outputs of a node tree that are used."""
    return [node for node in tree.nodes if node.bl_idname == 'ShaderNodeOutputMaterial' and node.is_active_output]


def shows_nothing(material):
    """Whether no surface and no volume reaches the output of a material, or a picture it needs is not there."""
    if not has_nodes(material):
        return False
    fed = any(node.inputs[name].is_linked for node in outputs_of(material.node_tree) for name in ("Surface", "Volume"))
    empty = any(node.bl_idname == 'ShaderNodeTexImage' and node.image is None and any(each.is_linked for each in node.outputs)
                for node in material.node_tree.nodes)
    return not fed or empty


def is_fresh(material):
    """Whether nobody gave a material a look: it has the grey that Blender starts with, and nothing else."""
    if not has_nodes(material):
        return is_grey(material.diffuse_color)
    shaders = [link.from_node for node in outputs_of(material.node_tree) for link in node.inputs["Surface"].links]
    if len(shaders) != 1 or shaders[0].bl_idname not in {'ShaderNodeBsdfPrincipled', 'ShaderNodeBsdfDiffuse'}:
        return False
    inputs = shaders[0].inputs
    if any(each.is_linked for each in inputs):
        return False
    color = inputs["Base Color" if "Base Color" in inputs else "Color"].default_value
    return is_grey(color) and all(any(abs(inputs[name].default_value - value) < NEAR for value in values)
                                  for name, values in FRESH.items() if name in inputs and len(inputs) > 4) and not glows(inputs)


def glows(inputs):
    """Whether a shader of sockets is lit or clear."""
    strength = inputs["Emission Strength"].default_value if "Emission Strength" in inputs else 0.0
    color = next((inputs[name].default_value for name in ("Emission Color", "Emission") if name in inputs), (0, 0, 0))
    clear = next((inputs[name].default_value for name in ("Transmission Weight", "Transmission") if name in inputs), 0.0)
    return strength * max(color[:3]) > 0.0 or clear > 0.0


def is_grey(color):
    """Whether a colour is the one that new materials have."""
    return all(abs(each - GREY) < NEAR for each in color[:3])


def failed_modifiers(items, empty):
    """Returns [{object, modifier, why}] of modifiers that lack what they work with, or that leave nothing; `empty` are the
    names of objects that have no faces after them."""
    found = []
    for item in items:
        for modifier in getattr(item, "modifiers", ()):
            why = why_idle(item, modifier)
            if why:
                found.append({"object": item.name, "modifier": modifier.name, "why": why})
        if item.name in empty and len(item.modifiers) and item.type == 'MESH' and len(item.data.polygons):
            found.append({"object": item.name, "modifier": item.modifiers[-1].name, "why": "it leaves nothing"})
    return found


def why_idle(item, modifier):
    """Returns why a modifier does nothing, or None."""
    if modifier.show_render != modifier.show_viewport:
        return "it is on in %s alone" % ("renders" if modifier.show_render else "the viewport")
    needed = NEEDED.get(modifier.type)
    if needed and getattr(modifier, needed) is None:
        return "it has no %s" % needed.replace("_", " ")
    if modifier.type == 'BOOLEAN':
        return why_boolean(modifier)
    if modifier.type == 'ARRAY' and getattr(modifier, "use_object_offset", False) and modifier.offset_object is None:
        return "it has no offset object"
    if modifier.type == 'MIRROR' and not any(modifier.use_axis):
        return "it has no axis"
    return None


def why_boolean(modifier):
    """Returns why a boolean cannot cut, or None."""
    if modifier.operand_type == 'COLLECTION':
        return None if modifier.collection and modifier.collection.all_objects else "it has no collection with objects"
    if modifier.object is None:
        return "it has no object"
    if modifier.object.type == 'MESH' and not modifier.object.data.polygons and not modifier.object.modifiers:
        return "its object \"%s\" has no faces" % modifier.object.name
    return None


def leftovers(objects):
    """Returns ([hidden objects that nothing works with], [default cubes]) by name."""
    hidden = [each for each in objects if each.hide_render and each.type in geometry.SHAPED]
    used = bpy.data.user_map(subset=hidden) if hidden else {}
    idle = [each.name for each in hidden
            if not any(not isinstance(user, (bpy.types.Collection, bpy.types.Scene)) for user in used.get(each, ()))]
    return sorted(idle), sorted(each.name for each in objects if is_default_cube(each))


def is_default_cube(item):
    """Whether an object is the cube that Blender starts with, untouched: 2 m, its name, no part and no look of its own."""
    if item.type != 'MESH' or item.name.split(".")[0] not in CUBE or len(item.data.vertices) != 8 or len(item.modifiers):
        return False
    return all(abs(abs(value) - 1.0) < NEAR for vertex in item.data.vertices for value in vertex.co) and (
        geometry.part_of(item) is None or not item.data.materials)
