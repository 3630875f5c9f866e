"""Wooden barrel with metal hoops; each stave an object. Blender 4.3."""
import bpy
import math
import bmesh
from mathutils import Vector

STAVES = 16
HEIGHT = 1.0
RADIUS = 0.35
BULGE = 0.08


def nodes_of(material):
    material.use_nodes = True
    return material.node_tree.nodes, material.node_tree.links


def wood():
    material = bpy.data.materials.new("Oak")
    nodes, links = nodes_of(material)
    shader = nodes["Principled BSDF"]
    wave = nodes.new("ShaderNodeTexWave")
    wave.wave_type = 'BANDS'
    wave.bands_direction = 'Z'
    wave.inputs["Scale"].default_value = 3.0
    wave.inputs["Distortion"].default_value = 6.0
    separate = nodes.new("ShaderNodeSeparateColor")
    combine = nodes.new("ShaderNodeCombineColor")
    combine.inputs["Red"].default_value = 0.35
    combine.inputs["Green"].default_value = 0.2
    combine.inputs["Blue"].default_value = 0.08
    mix = nodes.new("ShaderNodeMix")
    mix.data_type = 'RGBA'
    links.new(wave.outputs["Color"], separate.inputs["Color"])
    links.new(separate.outputs["Red"], mix.inputs["Factor"])
    links.new(combine.outputs["Color"], mix.inputs["A"])
    links.new(mix.outputs["Result"], shader.inputs["Base Color"])
    shader.inputs["Specular IOR Level"].default_value = 0.2
    return material


def iron():
    material = bpy.data.materials.new("Iron")
    nodes, _ = nodes_of(material)
    output = nodes["Material Output"]
    metal = nodes.new("ShaderNodeBsdfMetallic")
    metal.inputs["Base Color"].default_value = (0.3, 0.3, 0.32, 1.0)
    metal.inputs["Roughness"].default_value = 0.5
    material.node_tree.links.new(metal.outputs["BSDF"], output.inputs["Surface"])
    return material


def radius_at(t):
    return RADIUS + BULGE * (1 - (2 * t - 1) ** 2)


def stave(index, material):
    bm = bmesh.new()
    step = 2 * math.pi / STAVES
    a0, a1 = index * step + 0.01, (index + 1) * step - 0.01
    rows = []
    for row in range(9):
        t = row / 8
        rows.append([bm.verts.new((math.cos(a) * (radius_at(t) - d), math.sin(a) * (radius_at(t) - d), t * HEIGHT))
                     for a in (a0, a1) for d in (0, 0.03)])
    for low, high in zip(rows, rows[1:]):
        for i, j in ((0, 2), (2, 3), (3, 1), (1, 0)):
            bm.faces.new((low[i], low[j], high[j], high[i]))
    bmesh.ops.recalc_face_normals(bm, faces=bm.faces)
    mesh = bpy.data.meshes.new("Stave")
    bm.to_mesh(mesh)
    bm.free()
    mesh.shade_smooth()
    mesh.set_sharp_from_angle(angle=math.radians(30))
    mesh.materials.append(material)
    obj = bpy.data.objects.new("Stave.%02d" % index, mesh)
    bpy.context.collection.objects.link(obj)


for item in list(bpy.data.objects):
    bpy.data.objects.remove(item, do_unlink=True)
oak, hoop_material = wood(), iron()
for number in range(STAVES):
    stave(number, oak)
for name, t in (("Hoop low", 0.15), ("Hoop middle", 0.5), ("Hoop high", 0.85)):
    bpy.ops.mesh.primitive_torus_add(major_radius=radius_at(t) + 0.005, minor_radius=0.015, location=(0, 0, t * HEIGHT))
    hoop = bpy.context.object
    hoop.name = name
    hoop.scale.z = 2.0
    hoop.data.materials.append(hoop_material)
    bpy.ops.object.shade_smooth_by_angle(angle=0.7)
