"""Low-poly fish with an armature for its tail. Blender 4.3."""
import bpy
import bmesh
import math
from mathutils import Vector


def scales():
    material = bpy.data.materials.new("Scales")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = nodes["Principled BSDF"]
    voronoi = nodes.new("ShaderNodeTexVoronoi")
    voronoi.feature = 'F1'
    voronoi.inputs["Scale"].default_value = 12.0
    voronoi.inputs["Lacunarity"].default_value = 2.0
    ramp = nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].color = (0.9, 0.3, 0.05, 1.0)
    ramp.color_ramp.elements[1].color = (1.0, 0.7, 0.2, 1.0)
    links.new(voronoi.outputs["Distance"], ramp.inputs["Fac"])
    links.new(ramp.outputs["Color"], shader.inputs["Base Color"])
    shader.inputs["Thin Film Thickness"].default_value = 350.0
    shader.inputs["Specular IOR Level"].default_value = 0.7
    shader.inputs["Coat Weight"].default_value = 0.6
    return material


def body_mesh():
    sections = [(-0.5, 0.03, 0.02), (-0.4, 0.14, 0.08), (-0.2, 0.22, 0.12), (0.05, 0.2, 0.11), (0.3, 0.1, 0.05), (0.45, 0.05, 0.02)]
    bm = bmesh.new()
    rings = []
    for x, height, width in sections:
        rings.append([bm.verts.new((x, width * math.cos(a), height * math.sin(a))) for a in [math.tau * i / 12 for i in range(12)]])
    for a, b in zip(rings, rings[1:]):
        for i in range(12):
            bm.faces.new((a[i], a[(i + 1) % 12], b[(i + 1) % 12], b[i]))
    bm.faces.new(list(reversed(rings[0])))
    bm.faces.new(rings[-1])
    bmesh.ops.recalc_face_normals(bm, faces=bm.faces[:])
    mesh = bpy.data.meshes.new("Body")
    bm.to_mesh(mesh)
    bm.free()
    return mesh


def fin(name, points, material):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([Vector(p) for p in points], [], [tuple(range(len(points)))])
    mesh.update(calc_edges=True)
    mesh.materials.append(material)
    obj = bpy.data.objects.new(name, mesh)
    solid = obj.modifiers.new("Solidify", 'SOLIDIFY')
    solid.thickness = 0.01
    bpy.context.collection.objects.link(obj)
    return obj


for o in list(bpy.data.objects):
    bpy.data.objects.remove(o)
material = scales()
mesh = body_mesh()
mesh.shade_smooth()
mesh.set_sharp_from_angle(angle=math.radians(80))
mesh.materials.append(material)
body = bpy.data.objects.new("Fish", mesh)
bpy.context.collection.objects.link(body)
fin("Tail", [(0.42, 0, 0), (0.65, 0, 0.2), (0.58, 0, 0), (0.65, 0, -0.2)], material)
fin("Dorsal", [(-0.2, 0, 0.21), (0.0, 0, 0.38), (0.15, 0, 0.17)], material)
for side in (-1, 1):
    fin(f"Side fin {side}", [(-0.15, side * 0.1, -0.02), (0.0, side * 0.22, -0.1), (0.02, side * 0.1, -0.05)], material)
    bpy.ops.mesh.primitive_uv_sphere_add(segments=12, ring_count=8, radius=0.025, location=(-0.4, side * 0.07, 0.05))
    bpy.context.object.name = f"Eye {side}"
    bpy.context.object.data.shade_smooth()
bpy.ops.object.armature_add(enter_editmode=True, location=(0, 0, 0))
rig = bpy.context.object
rig.name = "Rig"
bones = rig.data.edit_bones
bones[0].name = "Spine"
bones["Spine"].head, bones["Spine"].tail = (-0.3, 0, 0), (0.2, 0, 0)
tail = bones.new("Tail")
tail.head, tail.tail, tail.parent = (0.2, 0, 0), (0.6, 0, 0), bones["Spine"]
bpy.ops.object.mode_set(mode='OBJECT')
group = rig.data.collections.new("Deform")
for bone in rig.data.bones:
    group.assign(bone)
