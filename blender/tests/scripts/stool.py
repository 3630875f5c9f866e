"""Stool: a round seat on turned legs, for the tests of the bridge.

Parts
    seat      one round board
    legs      one object a leg
    lamp      a glowing ball on the seat, with glass around it
Parameters
    Turn "legs" between 3 and 8, and "seat_color" to any colour.
"""
import math
import bpy
import bmesh

PARAMS = {
    "seat_height": 0.46,        # m, 0.30..0.75: height of the seat
    "legs": 4,                  # count, 3..8: number of legs
    "lamp": False,              # switch: a glowing ball on the seat
    "material": "wood",         # one of wood metal: what the legs are made of
    "seat_color": "#a33b2a",    # color: the seat
    "segments": 48,             # count, 8..512: roundness
}


def _rgb(text):
    """Linear RGBA of "#rrggbb"."""
    parts = [int(text[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts] + [1.0]


def _cylinder(name, radius, low, high, segments):
    """A standing cylinder as an object in the scene."""
    mesh, bm = bpy.data.meshes.new(name), bmesh.new()
    bmesh.ops.create_cone(bm, cap_ends=True, segments=segments, radius1=radius, radius2=radius, depth=high - low)
    bmesh.ops.translate(bm, verts=bm.verts, vec=(0, 0, (high + low) / 2))
    bm.to_mesh(mesh)
    bm.free()
    item = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(item)
    return item


def material_seat(p):
    """Painted seat."""
    material = bpy.data.materials.new("Seat paint")
    material.use_nodes = True
    material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = _rgb(p["seat_color"])
    return material


def material_legs(p):
    """Wood with grain, or brushed metal."""
    material = bpy.data.materials.new("Legs")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = nodes["Principled BSDF"]
    if p["material"] == "metal":
        shader.inputs["Metallic"].default_value = 1.0
        shader.inputs["Roughness"].default_value = 0.3
    else:
        noise, ramp = nodes.new('ShaderNodeTexNoise'), nodes.new('ShaderNodeValToRGB')
        noise.inputs["Scale"].default_value = 12.0
        ramp.color_ramp.elements[0].color = (0.25, 0.12, 0.05, 1)
        ramp.color_ramp.elements[1].color = (0.5, 0.28, 0.12, 1)
        links.new(noise.outputs["Fac"], ramp.inputs["Fac"])
        links.new(ramp.outputs["Color"], shader.inputs["Base Color"])
    return material


def material_glow(p):
    """Warm light."""
    material = bpy.data.materials.new("Glow")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    glow = nodes.new('ShaderNodeEmission')
    glow.inputs["Color"].default_value = (1.0, 0.7, 0.3, 1)
    glow.inputs["Strength"].default_value = 4.0
    links.new(glow.outputs[0], nodes["Material Output"].inputs["Surface"])
    return material


def material_glass(p):
    """Clear glass."""
    material = bpy.data.materials.new("Glass")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    glass = nodes.new('ShaderNodeBsdfGlass')
    links.new(glass.outputs[0], nodes["Material Output"].inputs["Surface"])
    return material


def build_seat(p):
    """The board."""
    seat = _cylinder("Seat", 0.18, p["seat_height"] - 0.04, p["seat_height"], p["segments"])
    bevel = seat.modifiers.new("Bevel", 'BEVEL')
    bevel.width = 0.008
    bevel.segments = 3
    seat.data.materials.append(material_seat(p))
    return [seat]


def build_legs(p):
    """The legs, each an object."""
    made, material = [], material_legs(p)
    for index in range(p["legs"]):
        leg = _cylinder("Leg %d" % (index + 1), 0.02, 0.0, p["seat_height"] - 0.03, p["segments"])
        angle = math.tau * (index + 0.5) / p["legs"]
        leg.location = (0.13 * math.cos(angle), 0.13 * math.sin(angle), 0.0)
        leg.data.materials.append(material)
        made.append(leg)
    return made


def build_lamp(p):
    """The ball of light and its glass."""
    if not p["lamp"]:
        return []
    made = []
    for name, radius, material in (("Bulb", 0.04, material_glow(p)), ("Globe", 0.09, material_glass(p))):
        mesh, bm = bpy.data.meshes.new(name), bmesh.new()
        bmesh.ops.create_uvsphere(bm, u_segments=32, v_segments=16, radius=radius)
        for face in bm.faces:
            face.smooth = True
        bm.to_mesh(mesh)
        bm.free()
        item = bpy.data.objects.new(name, mesh)
        item.location.z = p["seat_height"] + 0.088
        bpy.context.scene.collection.objects.link(item)
        mesh.materials.append(material)
        made.append(item)
    return made


def build(p):
    """Everything under one empty."""
    root = bpy.data.objects.new("Stool", None)
    bpy.context.scene.collection.objects.link(root)
    for item in build_seat(p) + build_legs(p) + build_lamp(p):
        item.parent = root
    return root


if __name__ == "__main__":
    build(PARAMS)
