"""Retro rocket with fins, porthole and flame. For Blender 4.3."""
import bpy
import bmesh
from math import cos, sin, pi, tau, radians
from mathutils import Vector


def get_material(name):
    found = bpy.data.materials.get(name)
    if found:
        return found, None
    created = bpy.data.materials.new(name)
    created.use_nodes = True
    return created, created.node_tree.nodes["Principled BSDF"]


def paint(name, color, coat=0.8):
    material, bsdf = get_material(name)
    if bsdf:
        bsdf.inputs["Base Color"].default_value = color
        bsdf.inputs["Metallic"].default_value = 0.2
        bsdf.inputs["Roughness"].default_value = 0.35
        bsdf.inputs["Coat Weight"].default_value = coat
        bsdf.inputs["Coat Roughness"].default_value = 0.05
    return material


def flame():
    material, bsdf = get_material("Flame")
    if bsdf:
        bsdf.inputs["Emission Color"].default_value = (1.0, 0.4, 0.05, 1.0)
        bsdf.inputs["Emission Strength"].default_value = 15.0
        bsdf.inputs["Alpha"].default_value = 0.8
        material.surface_render_method = 'BLENDED'
        material.use_transparent_shadow = True
    return material


def attach(name, mesh, material):
    mesh.materials.append(material)
    mesh.shade_smooth()
    mesh.set_sharp_from_angle(angle=radians(45))
    ob = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(ob)
    return ob


def hull(profile, segments=32):
    bm = bmesh.new()
    rings = [[bm.verts.new((r * cos(tau * i / segments), r * sin(tau * i / segments), z)) for i in range(segments)] for r, z in profile]
    for a, b in zip(rings, rings[1:]):
        for i in range(segments):
            k = (i + 1) % segments
            bm.faces.new((a[i], a[k], b[k], b[i]))
    mesh = bpy.data.meshes.new("Hull")
    bm.to_mesh(mesh)
    bm.free()
    return mesh


def fin_mesh():
    outline = [(0.25, 0.5), (0.6, 0.1), (0.62, -0.15), (0.3, 0.1)]
    bm = bmesh.new()
    face = bm.faces.new([bm.verts.new((x, -0.015, z)) for x, z in outline])
    extruded = bmesh.ops.extrude_face_region(bm, geom=[face])
    moved = [e for e in extruded["geom"] if isinstance(e, bmesh.types.BMVert)]
    bmesh.ops.translate(bm, vec=(0, 0.03, 0), verts=moved)
    bmesh.ops.recalc_face_normals(bm, faces=bm.faces)
    mesh = bpy.data.meshes.new("Fin")
    bm.to_mesh(mesh)
    bm.free()
    return mesh


if __name__ == "__main__":
    bpy.ops.object.select_all(action='SELECT')
    bpy.ops.object.delete()
    red, white = paint("Red", (0.7, 0.03, 0.03, 1)), paint("White", (0.85, 0.85, 0.85, 1))
    attach("Hull", hull([(0.2, 0.0), (0.32, 0.3), (0.36, 0.8), (0.3, 1.3), (0.18, 1.7), (0.02, 2.0)]), white)
    attach("Nozzle", hull([(0.24, -0.12), (0.16, 0.05)], 24), red)
    for i in range(3):
        fin = attach(f"Fin {i}", fin_mesh(), red)
        fin.rotation_euler.z = i * tau / 3
    bpy.ops.mesh.primitive_torus_add(major_radius=0.1, minor_radius=0.02, location=(0, -0.34, 1.0), rotation=(pi / 2, 0, 0))
    bpy.context.object.name = "Porthole"
    bpy.ops.object.shade_smooth()
    bpy.ops.mesh.primitive_cone_add(vertices=16, radius1=0.15, radius2=0.0, depth=0.5, location=(0, 0, -0.35), rotation=(pi, 0, 0))
    tail = bpy.context.object
    tail.name = "Flame"
    tail.data.materials.append(flame())
    bpy.context.scene.render.engine = 'BLENDER_EEVEE_NEXT'
    bpy.context.scene.view_settings.view_transform = 'AgX'
