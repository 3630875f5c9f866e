"""A pair of dice with pips cut by booleans. Blender 4.3."""
import bpy
import bmesh
import math
from mathutils import Vector, Euler

PIPS = {1: [(0, 0)], 2: [(-1, -1), (1, 1)], 3: [(-1, -1), (0, 0), (1, 1)], 4: [(-1, -1), (1, -1), (-1, 1), (1, 1)],
        5: [(-1, -1), (1, -1), (0, 0), (-1, 1), (1, 1)], 6: [(-1, -1), (-1, 0), (-1, 1), (1, -1), (1, 0), (1, 1)]}
SIDES = {1: ((0, 0, 1), (1, 0, 0)), 6: ((0, 0, -1), (1, 0, 0)), 2: ((0, -1, 0), (1, 0, 0)), 5: ((0, 1, 0), (1, 0, 0)),
         3: ((1, 0, 0), (0, 1, 0)), 4: ((-1, 0, 0), (0, 1, 0))}


def plastic(name, color):
    mat = bpy.data.materials.new(name)
    mat.use_nodes = True
    shader = mat.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = color
    shader.inputs["Roughness"].default_value = 0.15
    shader.inputs["Subsurface Weight"].default_value = 0.15
    shader.inputs["Coat Weight"].default_value = 0.5
    shader.inputs["Coat IOR"].default_value = 1.45
    return mat


def cube_mesh(size, bevel):
    mesh = bpy.data.meshes.new("Die")
    bm = bmesh.new()
    bmesh.ops.create_cube(bm, size=size)
    bmesh.ops.bevel(bm, geom=bm.verts[:] + bm.edges[:], offset=bevel, segments=5, profile=0.5, affect='EDGES', clamp_overlap=True)
    bm.to_mesh(mesh)
    bm.free()
    return mesh


def pip_cutter(size):
    mesh = bpy.data.meshes.new("Pips")
    bm = bmesh.new()
    for number, (normal, along) in SIDES.items():
        n, u = Vector(normal), Vector(along)
        v = n.cross(u)
        for a, b in PIPS[number]:
            made = bmesh.ops.create_uvsphere(bm, u_segments=16, v_segments=8, radius=size * 0.085)
            place = n * size * 0.52 + u * a * size * 0.25 + v * b * size * 0.25
            bmesh.ops.translate(bm, verts=made["verts"], vec=place)
    bm.to_mesh(mesh)
    bm.free()
    return mesh


def die(name, location, rotation, color):
    body = bpy.data.objects.new(name, cube_mesh(0.4, 0.05))
    cutter = bpy.data.objects.new(name + " pips", pip_cutter(0.4))
    for obj in (body, cutter):
        bpy.context.collection.objects.link(obj)
        obj.location = location
        obj.rotation_euler = rotation
    cut = body.modifiers.new("Pips", 'BOOLEAN')
    cut.operation = 'DIFFERENCE'
    cut.object = cutter
    cut.solver = 'EXACT'
    cutter.hide_render = True
    cutter.display_type = 'WIRE'
    body.data.materials.append(plastic(name, color))
    body.data.shade_smooth()
    body.data.set_sharp_from_angle(angle=math.radians(40))
    bpy.context.view_layer.objects.active = body
    for other in bpy.context.selected_objects:
        other.select_set(False)
    body.select_set(True)
    bpy.ops.object.shade_smooth(keep_sharp_edges=True)
    return body


bpy.ops.object.select_all(action='SELECT')
bpy.ops.object.delete()
die("Red", (-0.4, 0, 0.2), Euler((0, 0, 0.4)), (0.7, 0.02, 0.02, 1))
die("White", (0.4, 0.1, 0.2), Euler((math.pi / 2, 0, -0.3)), (0.9, 0.9, 0.88, 1))
