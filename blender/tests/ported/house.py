"""A small house with roof, chimney, door and windows. Blender 4.3."""
import bpy
import bmesh
import math
from mathutils import Vector

MATERIALS = {}


def material(name, color, **extra):
    if name not in MATERIALS:
        mat = bpy.data.materials.new(name)
        mat.use_nodes = True
        bsdf = mat.node_tree.nodes["Principled BSDF"]
        bsdf.inputs["Base Color"].default_value = color
        for key, value in extra.items():
            socket = bsdf.inputs.get(key.replace("_", " ").title())
            if socket is not None:
                socket.default_value = value
        MATERIALS[name] = mat
    return MATERIALS[name]


def brick_material():
    mat = bpy.data.materials.new("Brick")
    mat.use_nodes = True
    nodes, links = mat.node_tree.nodes, mat.node_tree.links
    bsdf = nodes["Principled BSDF"]
    brick = nodes.new("ShaderNodeTexBrick")
    brick.inputs["Scale"].default_value = 4.0
    brick.inputs["Color1"].default_value = (0.4, 0.12, 0.06, 1)
    brick.inputs["Color2"].default_value = (0.5, 0.18, 0.1, 1)
    coordinates = nodes.new("ShaderNodeTexCoord")
    mapping = nodes.new("ShaderNodeMapping")
    mapping.inputs["Scale"].default_value = (2, 2, 2)
    links.new(coordinates.outputs["Object"], mapping.inputs["Vector"])
    links.new(mapping.outputs["Vector"], brick.inputs["Vector"])
    links.new(brick.outputs["Color"], bsdf.inputs["Base Color"])
    bsdf.inputs["Specular IOR Level"].default_value = 0.1
    bsdf.inputs["Diffuse Roughness"].default_value = 0.3
    return mat


def window_glass():
    mat = bpy.data.materials.new("Window")
    mat.use_nodes = True
    mat.surface_render_method = "DITHERED"
    bsdf = mat.node_tree.nodes["Principled BSDF"]
    bsdf.inputs["Transmission Weight"].default_value = 0.9
    bsdf.inputs["Alpha"].default_value = 0.6
    bsdf.inputs["Emission Color"].default_value = (1.0, 0.8, 0.4, 1.0)
    bsdf.inputs["Emission Strength"].default_value = 0.5
    return mat


def box(name, size, center, mat):
    bm = bmesh.new()
    bmesh.ops.create_cube(bm, size=1)
    bmesh.ops.scale(bm, verts=bm.verts, vec=size)
    bmesh.ops.translate(bm, verts=bm.verts, vec=center)
    mesh = bpy.data.meshes.new(name)
    bm.to_mesh(mesh)
    bm.free()
    mesh.materials.append(mat)
    mesh.shade_flat()
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.collection.objects.link(obj)
    return obj


def gable(name, width, depth, base, height, mat):
    w, d = width / 2, depth / 2
    verts = [(-w, -d, base), (w, -d, base), (w, d, base), (-w, d, base), (0, -d, base + height), (0, d, base + height)]
    faces = [(0, 1, 4), (2, 3, 5), (1, 2, 5, 4), (3, 0, 4, 5), (3, 2, 1, 0)]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(verts, [], faces)
    mesh.set_sharp_from_angle(angle=math.radians(20))
    mesh.materials.append(mat)
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.collection.objects.link(obj)


for obj in list(bpy.data.objects):
    bpy.data.objects.remove(obj)
box("Walls", (4, 3, 2.4), (0, 0, 1.2), brick_material())
gable("Roof", 4.6, 3.5, 2.4, 1.6, material("Tiles", (0.3, 0.05, 0.03, 1), roughness=0.8))
box("Chimney", (0.4, 0.4, 1.4), (1.2, 0.6, 3.6), MATERIALS["Tiles"])
box("Door", (0.8, 0.08, 1.8), (0, -1.52, 0.9), material("Door", (0.1, 0.2, 0.1, 1), roughness=0.4))
glass = window_glass()
for x in (-1.3, 1.3):
    box("Window %d" % x, (0.8, 0.06, 0.8), (x, -1.51, 1.3), glass)
