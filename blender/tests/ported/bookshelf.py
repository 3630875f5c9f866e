"""Bookshelf filled with books of random size and colour, materials from a node group. Blender 4.3."""
import bpy
import bmesh
import math
import random
from mathutils import Matrix, Vector, Color


def worn_group():
    """A shader group: base colour in, worn colour and roughness out."""
    group = bpy.data.node_groups.new("Worn", 'ShaderNodeTree')
    color = group.interface.new_socket("Color", in_out='INPUT', socket_type='NodeSocketColor')
    color.default_value = (0.5, 0.5, 0.5, 1.0)
    wear = group.interface.new_socket("Wear", in_out='INPUT', socket_type='NodeSocketFloat')
    wear.default_value, wear.min_value, wear.max_value = 0.3, 0.0, 1.0
    group.interface.new_socket("Color", in_out='OUTPUT', socket_type='NodeSocketColor')
    group.interface.new_socket("Roughness", in_out='OUTPUT', socket_type='NodeSocketFloat')
    nodes, links = group.nodes, group.links
    source, target = nodes.new('NodeGroupInput'), nodes.new('NodeGroupOutput')
    noise = nodes.new('ShaderNodeTexNoise')
    noise.inputs['Scale'].default_value = 25
    mix = nodes.new('ShaderNodeMix')
    mix.data_type = 'RGBA'
    multiply = nodes.new('ShaderNodeMath')
    multiply.operation = 'MULTIPLY'
    links.new(noise.outputs['Fac'], multiply.inputs[0])
    links.new(source.outputs['Wear'], multiply.inputs[1])
    links.new(multiply.outputs[0], mix.inputs['Factor'])
    links.new(source.outputs['Color'], mix.inputs[6])
    mix.inputs[7].default_value = (0.6, 0.55, 0.45, 1)
    links.new(mix.outputs[2], target.inputs['Color'])
    links.new(multiply.outputs[0], target.inputs['Roughness'])
    return group


def material(name, color, group):
    mat = bpy.data.materials.new(name)
    mat.use_nodes = True
    nodes, links = mat.node_tree.nodes, mat.node_tree.links
    worn = nodes.new('ShaderNodeGroup')
    worn.node_tree = group
    worn.inputs['Color'].default_value = color
    bsdf = nodes['Principled BSDF']
    links.new(worn.outputs['Color'], bsdf.inputs['Base Color'])
    links.new(worn.outputs['Roughness'], bsdf.inputs['Roughness'])
    bsdf.inputs['Specular IOR Level'].default_value = 0.35
    bsdf.inputs['Sheen Weight'].default_value = 0.1
    return mat


def board(name, size, center, mat):
    mesh = bpy.data.meshes.new(name)
    bm = bmesh.new()
    bmesh.ops.create_cube(bm, size=1.0, matrix=Matrix.Translation(center) @ Matrix.Diagonal((*size, 1.0)))
    bmesh.ops.bevel(bm, geom=bm.edges, offset=0.004, segments=2, affect='EDGES', profile=0.7)
    bm.to_mesh(mesh)
    bm.free()
    mesh.set_sharp_from_angle(angle=math.radians(50))
    mesh.materials.append(mat)
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(obj)


for thing in list(bpy.data.objects):
    bpy.data.objects.remove(thing)
rng = random.Random(21)
worn = worn_group()
wood = material("Wood", (0.25, 0.13, 0.06, 1), worn)
for x in (-0.5, 0.5):
    board(f"Side {x}", (0.03, 0.3, 1.6), (x, 0, 0.8), wood)
for level in range(5):
    board(f"Shelf {level}", (1.0, 0.3, 0.03), (0, 0, 0.05 + level * 0.38), wood)
    if level == 4:
        break
    x = -0.46
    while x < 0.42:
        width, height = rng.uniform(0.025, 0.06), rng.uniform(0.2, 0.32)
        color = Color()
        color.hsv = rng.random(), 0.6, 0.5
        cover = material("Cover", (*color, 1.0), worn)
        board("Book %d %.2f" % (level, x), (width, 0.2, height), (x + width / 2, -0.02, 0.065 + level * 0.38 + height / 2), cover)
        x += width + rng.uniform(0.002, 0.01)
