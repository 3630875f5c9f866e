"""Desk lamp with a curved arm (curve object), cone shade and a bulb. Blender 4.3."""
import bpy
import bmesh
import math


def new_object(name, data, location=(0, 0, 0)):
    obj = bpy.data.objects.new(name, data)
    obj.location = location
    bpy.context.scene.collection.objects.link(obj)
    return obj


def metal(name, color):
    mat = bpy.data.materials.new(name)
    mat.use_nodes = True
    bsdf = next(n for n in mat.node_tree.nodes if n.type == 'BSDF_PRINCIPLED')
    bsdf.inputs['Base Color'].default_value = color
    bsdf.inputs['Metallic'].default_value = 1
    bsdf.inputs['Roughness'].default_value = 0.3
    bsdf.inputs['Specular Tint'].default_value = (1, 1, 1, 1)
    bsdf.inputs['Coat Weight'].default_value = 0.5
    bsdf.inputs['Coat Tint'].default_value = (1, 0.95, 0.9, 1)
    return mat


def glow(name, color, strength):
    mat = bpy.data.materials.new(name)
    mat.use_nodes = True
    bsdf = mat.node_tree.nodes['Principled BSDF']
    bsdf.inputs['Emission Color'].default_value = color
    bsdf.inputs['Emission Strength'].default_value = strength
    return mat


def cone_mesh(name, r1, r2, depth, segments=48):
    bm = bmesh.new()
    bmesh.ops.create_cone(bm, cap_ends=False, segments=segments, radius1=r1, radius2=r2, depth=depth)
    me = bpy.data.meshes.new(name)
    bm.to_mesh(me)
    bm.free()
    for poly in me.polygons:
        poly.use_smooth = True
    me.set_sharp_from_angle(angle=math.radians(30))
    return me


for ob in list(bpy.data.objects):
    bpy.data.objects.remove(ob)

brass = metal("Brass", (0.8, 0.6, 0.25, 1))
curve = bpy.data.curves.new("Arm", 'CURVE')
curve.dimensions = '3D'
curve.bevel_depth = 0.015
curve.bevel_resolution = 4
spline = curve.splines.new('BEZIER')
spline.bezier_points.add(2)
for point, co in zip(spline.bezier_points, [(0, 0, 0.05), (0, 0.05, 0.45), (0.25, 0, 0.6)]):
    point.co = co
    point.handle_left_type = point.handle_right_type = 'AUTO'
curve.materials.append(brass)
arm = new_object("Arm", curve)
base = new_object("Base", cone_mesh("Base", 0.16, 0.14, 0.05), (0, 0, 0.025))
base.data.materials.append(brass)
shade = new_object("Shade", cone_mesh("Shade", 0.15, 0.06, 0.16), (0.25, 0, 0.55))
shade.data.materials.append(metal("Green", (0.02, 0.2, 0.08, 1)))
solidify = shade.modifiers.new("Solidify", 'SOLIDIFY')
solidify.thickness = 0.004
bpy.ops.mesh.primitive_uv_sphere_add(segments=32, ring_count=16, radius=0.04, location=(0.25, 0, 0.52))
bulb = bpy.context.object
bulb.name = "Bulb"
bulb.data.materials.append(glow("Bulb", (1, 0.8, 0.5, 1), 12))
bpy.ops.object.shade_smooth()
light_data = bpy.data.lights.new("Light", 'POINT')
light_data.energy = 20
light_data.use_shadow_jitter = True
lamp = new_object("Light", light_data, (0.25, 0, 0.48))
