"""Toadstool with spots and gills. For Blender 4.3."""
import bpy
import bmesh
import math
import random


def make_material(name, color, **kw):
    m = bpy.data.materials.new(name)
    m.use_nodes = True
    p = m.node_tree.nodes["Principled BSDF"]
    p.inputs["Base Color"].default_value = color
    p.inputs["Roughness"].default_value = kw.get("roughness", 0.5)
    p.inputs["Subsurface Weight"].default_value = kw.get("subsurface", 0.0)
    p.inputs["Subsurface Radius"].default_value = (1.0, 0.4, 0.2)
    p.inputs["Subsurface Scale"].default_value = kw.get("scale", 0.05)
    p.inputs["Coat Weight"].default_value = kw.get("coat", 0.0)
    return m


def revolve(name, points, segments, material):
    bm = bmesh.new()
    rings = []
    for radius, z in points:
        ring = []
        for i in range(segments):
            a = 2 * math.pi * i / segments
            ring.append(bm.verts.new((radius * math.cos(a), radius * math.sin(a), z)))
        rings.append(ring)
    for lower, upper in zip(rings, rings[1:]):
        for i in range(segments):
            j = (i + 1) % segments
            bm.faces.new((lower[i], lower[j], upper[j], upper[i]))
    bmesh.ops.holes_fill(bm, edges=bm.edges, sides=segments)
    bmesh.ops.recalc_face_normals(bm, faces=bm.faces)
    me = bpy.data.meshes.new(name)
    bm.to_mesh(me)
    bm.free()
    me.shade_smooth()
    me.materials.append(material)
    ob = bpy.data.objects.new(name, me)
    bpy.context.scene.collection.objects.link(ob)
    return ob


def main():
    while bpy.data.objects:
        bpy.data.objects.remove(bpy.data.objects[0])
    rng = random.Random(3)
    red = make_material("Cap", (0.75, 0.03, 0.02, 1), roughness=0.25, coat=0.4)
    white = make_material("White", (0.9, 0.87, 0.8, 1), subsurface=0.3)
    stem = revolve("Stem", [(0.14, 0.0), (0.16, 0.06), (0.11, 0.2), (0.09, 0.5), (0.1, 0.62)], 32, white)
    cap_points = [(0.45 * math.cos(t), 0.58 + 0.3 * math.sin(t)) for t in [i * math.pi / 2 / 10 for i in range(10)]]
    cap = revolve("Cap", cap_points, 48, red)
    sub = cap.modifiers.new("Subsurf", 'SUBSURF')
    sub.levels = 1
    gills = revolve("Gills", [(0.44, 0.585), (0.1, 0.6)], 48, white)
    for i in range(18):
        angle, tilt = rng.uniform(0, 2 * math.pi), rng.uniform(0.35, 1.3)
        x, y, z = 0.45 * math.cos(tilt) * math.cos(angle), 0.45 * math.cos(tilt) * math.sin(angle), 0.58 + 0.3 * math.sin(tilt)
        bpy.ops.mesh.primitive_uv_sphere_add(segments=16, ring_count=8, radius=rng.uniform(0.02, 0.05), location=(x, y, z))
        spot = bpy.context.object
        spot.name = "Spot %d" % i
        spot.scale = (1, 1, 0.5)
        spot.data.materials.append(white)
        spot.data.shade_smooth()
    empty = bpy.data.objects.new("Toadstool", None)
    bpy.context.scene.collection.objects.link(empty)
    for part in (stem, cap, gills):
        part.parent = empty
    bpy.context.scene.view_settings.look = 'AgX - Punchy'


main()
