"""A simple teapot: body, lid, knob, spout and handle from curves. 4.3 API."""
import bpy
import bmesh
import math
from mathutils import Vector


def porcelain():
    mat = bpy.data.materials.new("Porcelain")
    mat.use_nodes = True
    tree = mat.node_tree
    tree.nodes.clear()
    out = tree.nodes.new('ShaderNodeOutputMaterial')
    bsdf = tree.nodes.new('ShaderNodeBsdfPrincipled')
    bsdf.inputs['Base Color'].default_value = (0.9, 0.92, 0.95, 1)
    bsdf.inputs['Subsurface Weight'].default_value = 0.2
    bsdf.inputs['Coat Weight'].default_value = 1.0
    bsdf.inputs['Coat Roughness'].default_value = 0.03
    layer = tree.nodes.new('ShaderNodeLayerWeight')
    layer.inputs['Blend'].default_value = 0.3
    voronoi = tree.nodes.new('ShaderNodeTexVoronoi')
    voronoi.inputs['Scale'].default_value = 8
    voronoi.inputs['Detail'].default_value = 1.0
    voronoi.inputs['Roughness'].default_value = 0.4
    voronoi.normalize = True
    tree.links.new(bsdf.outputs['BSDF'], out.inputs['Surface'])
    tree.links.new(voronoi.outputs['Distance'], bsdf.inputs['Roughness'])
    return mat


def spun(name, profile, mat):
    mesh = bpy.data.meshes.new(name)
    bm = bmesh.new()
    previous = None
    for r, z in profile:
        v = bm.verts.new((r, 0, z))
        if previous:
            bm.edges.new((previous, v))
        previous = v
    bmesh.ops.spin(bm, geom=bm.verts[:] + bm.edges[:], axis=(0, 0, 1), cent=(0, 0, 0), steps=40, angle=math.tau, use_merge=True)
    bmesh.ops.remove_doubles(bm, verts=bm.verts[:], dist=1e-5)
    bm.to_mesh(mesh)
    bm.free()
    mesh.materials.append(mat)
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    obj.select_set(True)
    bpy.ops.object.shade_auto_smooth(angle=math.radians(45))
    obj.select_set(False)
    return obj


def tube(name, points, radius, mat):
    data = bpy.data.curves.new(name, type='CURVE')
    data.dimensions = '3D'
    data.bevel_depth = radius
    data.use_fill_caps = True
    spline = data.splines.new('NURBS')
    spline.points.add(len(points) - 1)
    for p, co in zip(spline.points, points):
        p.co = (*co, 1)
    spline.use_endpoint_u = True
    data.materials.append(mat)
    obj = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(obj)
    return obj


for o in bpy.data.objects[:]:
    bpy.data.objects.remove(o, do_unlink=True)
mat = porcelain()
spun("Body", [(0, 0), (0.3, 0), (0.34, 0.02), (0.5, 0.2), (0.52, 0.35), (0.4, 0.6), (0.25, 0.7)], mat)
spun("Lid", [(0.27, 0.7), (0.26, 0.72), (0.12, 0.78), (0, 0.8)], mat)
spun("Knob", [(0, 0.79), (0.04, 0.8), (0.05, 0.85), (0, 0.88)], mat)
tube("Spout", [(0.45, 0, 0.25), (0.6, 0, 0.3), (0.65, 0, 0.5), (0.78, 0, 0.62)], 0.05, mat)
tube("Handle", [(-0.42, 0, 0.55), (-0.7, 0, 0.62), (-0.75, 0, 0.3), (-0.5, 0, 0.2)], 0.03, mat)
