"""Armchair with rounded cushions and wooden legs. Written for Blender 4.3."""
import bpy
import bmesh
import math
from mathutils import Vector


def clear():
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj, do_unlink=True)


def fabric_material():
    mat = bpy.data.materials.new("Fabric")
    mat.use_nodes = True
    nodes = mat.node_tree.nodes
    links = mat.node_tree.links
    bsdf = nodes["Principled BSDF"]
    bsdf.inputs["Base Color"].default_value = (0.35, 0.12, 0.08, 1.0)
    bsdf.inputs["Roughness"].default_value = 0.9
    bsdf.inputs["Sheen Weight"].default_value = 0.6
    bsdf.inputs["Sheen Roughness"].default_value = 0.4
    bsdf.inputs["Sheen Tint"].default_value = (1.0, 0.9, 0.8, 1.0)
    noise = nodes.new("ShaderNodeTexNoise")
    noise.noise_dimensions = '3D'
    noise.inputs["Scale"].default_value = 120.0
    noise.inputs["Detail"].default_value = 6.0
    bump = nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = 0.15
    links.new(noise.outputs["Fac"], bump.inputs["Height"])
    links.new(bump.outputs["Normal"], bsdf.inputs["Normal"])
    return mat


def wood_material():
    mat = bpy.data.materials.new("Wood")
    mat.use_nodes = True
    bsdf = mat.node_tree.nodes["Principled BSDF"]
    bsdf.inputs["Base Color"].default_value = (0.2, 0.09, 0.04, 1)
    bsdf.inputs["Specular IOR Level"].default_value = 0.4
    bsdf.inputs["Coat Weight"].default_value = 0.3
    bsdf.inputs["Coat Roughness"].default_value = 0.1
    return mat


def add_box(name, size, location, material, bevel=0.04):
    mesh = bpy.data.meshes.new(name)
    bm = bmesh.new()
    bmesh.ops.create_cube(bm, size=1.0)
    bmesh.ops.scale(bm, vec=Vector(size), verts=bm.verts)
    bmesh.ops.bevel(bm, geom=bm.edges[:], offset=bevel, segments=4, profile=0.5, affect='EDGES')
    bm.to_mesh(mesh)
    bm.free()
    mesh.shade_smooth()
    mesh.set_sharp_from_angle(angle=math.radians(35))
    mesh.materials.append(material)
    obj = bpy.data.objects.new(name, mesh)
    obj.location = location
    bpy.context.collection.objects.link(obj)
    return obj


clear()
fabric = fabric_material()
wood = wood_material()
add_box("Seat", (0.8, 0.75, 0.2), (0, 0, 0.4), fabric, 0.06)
add_box("Back", (0.8, 0.18, 0.7), (0, 0.36, 0.75), fabric, 0.06)
for side in (-1, 1):
    add_box("Arm.L" if side < 0 else "Arm.R", (0.16, 0.75, 0.45), (side * 0.46, 0, 0.5), fabric, 0.05)
for x in (-0.35, 0.35):
    for y in (-0.3, 0.3):
        leg = add_box(f"Leg {x:+.2f} {y:+.2f}", (0.06, 0.06, 0.3), (x, y, 0.15), wood, 0.01)
