"""Donut with icing and sprinkles. Blender 4.3."""
import bpy
import bmesh
import math
import random
from mathutils import Vector, Matrix

PALETTE = {"Pink": (0.9, 0.3, 0.5), "Mint": (0.4, 0.9, 0.7), "Lemon": (0.95, 0.85, 0.3)}


def shader_material(name, inputs, displacement=False):
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    bsdf = material.node_tree.nodes["Principled BSDF"]
    for socket, value in inputs.items():
        bsdf.inputs[socket].default_value = value
    if displacement:
        material.displacement_method = 'BOTH'
        node = material.node_tree.nodes.new("ShaderNodeDisplacement")
        node.inputs["Scale"].default_value = 0.02
        material.node_tree.links.new(node.outputs["Displacement"], material.node_tree.nodes["Material Output"].inputs["Displacement"])
    return material


def torus(name, major, minor, material, z=0.0, squash=1.0):
    bpy.ops.mesh.primitive_torus_add(major_segments=64, minor_segments=24, major_radius=major, minor_radius=minor, location=(0, 0, z))
    ring = bpy.context.object
    ring.name = ring.data.name = name
    for vertex in ring.data.vertices:
        vertex.co.z *= squash
    ring.data.shade_smooth()
    ring.data.materials.clear()
    ring.data.materials.append(material)
    return ring


def icing(major, minor, material):
    mesh = bpy.data.meshes.new("Icing")
    bm = bmesh.new()
    rng = random.Random(2)
    drip = [rng.uniform(0.0, 0.35) for _ in range(64)]
    rings = []
    for i in range(64):
        a = 2 * math.pi * i / 64
        ring = []
        for j in range(13):
            b = math.pi * j / 12
            low = -drip[i] if j in (0, 12) else 0.0
            r = major + (minor + 0.015) * math.cos(b)
            ring.append(bm.verts.new((r * math.cos(a), r * math.sin(a), (minor + 0.015) * math.sin(b) + low * minor)))
        rings.append(ring)
    for i in range(64):
        one, two = rings[i], rings[(i + 1) % 64]
        for j in range(12):
            bm.faces.new((one[j], two[j], two[j + 1], one[j + 1]))
    bm.to_mesh(mesh)
    bm.free()
    mesh.shade_smooth()
    mesh.materials.append(material)
    obj = bpy.data.objects.new("Icing", mesh)
    bpy.context.scene.collection.objects.link(obj)
    modifier = obj.modifiers.new("Solidify", 'SOLIDIFY')
    modifier.thickness = 0.02
    modifier.offset = 1.0
    return obj


for obj in list(bpy.data.objects):
    bpy.data.objects.remove(obj)
dough = shader_material("Dough", {"Base Color": (0.6, 0.35, 0.15, 1), "Roughness": 0.7, "Subsurface Weight": 0.3,
                                 "Subsurface Scale": 0.1, "Specular IOR Level": 0.3}, displacement=True)
glaze = shader_material("Glaze", {"Base Color": (0.85, 0.25, 0.45, 1), "Roughness": 0.2, "Coat Weight": 0.7, "Coat Roughness": 0.05})
torus("Donut", 1.0, 0.42, dough, squash=0.85)
icing(1.0, 0.4, glaze)
rng = random.Random(9)
for index in range(24):
    color = rng.choice(sorted(PALETTE))
    material = bpy.data.materials.get(color) or shader_material(color, {"Base Color": (*PALETTE[color], 1.0), "Coat Weight": 0.2})
    angle, ring = rng.uniform(0, math.tau), rng.uniform(-0.2, 0.2)
    bpy.ops.mesh.primitive_cylinder_add(vertices=8, radius=0.015, depth=0.09, rotation=(math.pi / 2, 0, rng.uniform(0, math.pi)),
                                        location=((1 + ring) * math.cos(angle), (1 + ring) * math.sin(angle), 0.4))
    sprinkle = bpy.context.object
    sprinkle.name = f"Sprinkle {index}"
    sprinkle.data.materials.append(material)
