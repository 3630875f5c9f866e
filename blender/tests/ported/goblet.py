"""Glass goblet turned from a profile, with a gold rim. Blender 4.3."""
import bpy
import bmesh
from math import pi, radians

PROFILE = [(0.0, 0.0), (0.35, 0.0), (0.36, 0.03), (0.08, 0.08), (0.05, 0.4), (0.06, 0.55), (0.28, 0.7), (0.38, 0.95), (0.36, 1.2),
           (0.35, 1.2), (0.36, 0.95), (0.26, 0.72), (0.0, 0.62)]


def lathe(name, profile, steps=48):
    bm = bmesh.new()
    verts = [bm.verts.new((r, 0.0, z)) for r, z in profile]
    edges = [bm.edges.new((a, b)) for a, b in zip(verts, verts[1:])]
    bmesh.ops.spin(bm, geom=verts + edges, cent=(0, 0, 0), axis=(0, 0, 1), angle=2 * pi, steps=steps, use_merge=True)
    bmesh.ops.remove_doubles(bm, verts=bm.verts, dist=0.0001)
    bmesh.ops.recalc_face_normals(bm, faces=bm.faces)
    me = bpy.data.meshes.new(name)
    bm.to_mesh(me)
    bm.free()
    me.shade_smooth()
    ob = bpy.data.objects.new(name, me)
    bpy.context.scene.collection.objects.link(ob)
    return ob


def principled(name, **values):
    mat = bpy.data.materials.new(name)
    mat.use_nodes = True
    node = mat.node_tree.nodes.get("Principled BSDF")
    for key, value in values.items():
        node.inputs[key].default_value = value
    return mat


def glass():
    mat = bpy.data.materials.new("Glass")
    mat.use_nodes = True
    mat.surface_render_method = 'BLENDED'
    mat.use_raytrace_refraction = True
    p = mat.node_tree.nodes["Principled BSDF"]
    p.inputs["Transmission Weight"].default_value = 1.0
    p.inputs["Roughness"].default_value = 0.02
    p.inputs["IOR"].default_value = 1.5
    p.inputs["Base Color"].default_value = (0.9, 0.97, 1.0, 1.0)
    p.inputs["Thin Film Thickness"].default_value = 200.0
    p.inputs["Thin Film IOR"].default_value = 1.33
    return mat


bpy.ops.object.select_all(action='SELECT')
bpy.ops.object.delete()
goblet = lathe("Goblet", PROFILE)
goblet.data.materials.append(glass())
bpy.ops.mesh.primitive_torus_add(major_radius=0.355, minor_radius=0.008, major_segments=64, minor_segments=12, location=(0, 0, 1.2))
rim = bpy.context.active_object
rim.name = "Rim"
rim.data.materials.append(principled("Gold", **{"Base Color": (1.0, 0.75, 0.3, 1.0), "Metallic": 1.0, "Roughness": 0.15}))
bpy.ops.object.shade_auto_smooth(angle=radians(40))
goblet.modifiers.new("Subdivision", 'SUBSURF').render_levels = 2
scene = bpy.context.scene
scene.render.engine = 'BLENDER_EEVEE_NEXT'
scene.eevee.use_raytracing = True
scene.view_settings.view_transform = 'AgX'
scene.view_settings.look = 'AgX - Medium High Contrast'
