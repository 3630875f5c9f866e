"""Wall clock: rim, face, hands, twelve marks. Blender 4.3 script."""
import bpy
import bmesh
import math
from mathutils import Matrix, Vector

C = bpy.context
D = bpy.data


def wipe():
    for o in list(D.objects):
        D.objects.remove(o, do_unlink=True)


def mat(name, rgba, **sockets):
    m = D.materials.new(name)
    m.use_nodes = True
    inputs = m.node_tree.nodes['Principled BSDF'].inputs
    inputs['Base Color'].default_value = rgba
    for k, v in sockets.items():
        inputs[k].default_value = v
    return m


def obj(name, bm, material, smooth_angle=None):
    me = D.meshes.new(name)
    bm.to_mesh(me)
    bm.free()
    me.materials.append(material)
    if smooth_angle is not None:
        me.shade_smooth()
        me.set_sharp_from_angle(angle=smooth_angle)
    o = D.objects.new(name, me)
    C.scene.collection.objects.link(o)
    return o


def disc(name, radius, depth, z, material, segments=64):
    bm = bmesh.new()
    bmesh.ops.create_cone(bm, cap_ends=True, segments=segments, radius1=radius, radius2=radius, depth=depth,
                          matrix=Matrix.Translation((0, 0, z)))
    return obj(name, bm, material, math.radians(30))


def rim(radius, material):
    bm = bmesh.new()
    circle = bmesh.ops.create_circle(bm, cap_ends=False, segments=16, radius=0.03, matrix=Matrix.Translation((radius, 0, 0)) @
                                     Matrix.Rotation(math.pi / 2, 4, 'X'))
    bmesh.ops.spin(bm, geom=circle['verts'] + list({e for v in circle['verts'] for e in v.link_edges}), cent=(0, 0, 0), axis=(0, 0, 1),
                   angle=math.tau, steps=64, use_merge=True)
    return obj("Rim", bm, material, math.radians(60))


def bar(name, length, width, angle, offset, z, material):
    bm = bmesh.new()
    turn = Matrix.Rotation(-angle, 4, 'Z')
    bmesh.ops.create_cube(bm, size=1, matrix=turn @ Matrix.Translation((0, offset + length / 2, z)) @ Matrix.Diagonal((width, length, 0.006, 1)))
    return obj(name, bm, material)


wipe()
ivory = mat("Ivory", (0.9, 0.87, 0.75, 1), Roughness=0.6)
ink = mat("Ink", (0.02, 0.02, 0.025, 1), Roughness=0.3, Metallic=0.2)
brass = mat("Brass", (0.85, 0.6, 0.2, 1), **{"Metallic": 1.0, "Roughness": 0.2, "Coat Weight": 0.4, "Coat Roughness": 0.1})
glass = mat("Glass", (1, 1, 1, 1), **{"Transmission Weight": 1.0, "Roughness": 0.0, "IOR": 1.45, "Specular IOR Level": 0.5})
disc("Face", 0.5, 0.02, 0.0, ivory)
rim(0.5, brass)
for hour in range(12):
    bar(f"Mark {hour}", 0.06 if hour % 3 else 0.1, 0.02, hour * math.tau / 12, 0.38 if hour % 3 else 0.34, 0.012, ink)
bar("Hour hand", 0.25, 0.03, math.radians(305), -0.03, 0.02, ink)
bar("Minute hand", 0.38, 0.02, math.radians(60), -0.04, 0.026, ink)
disc("Pin", 0.02, 0.04, 0.015, brass, 24)
pane = disc("Pane", 0.49, 0.004, 0.04, glass)
pane.visible_shadow = False
glass.use_raytrace_refraction = True
glass.surface_render_method = 'DITHERED'
