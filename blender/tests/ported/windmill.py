"""Windmill with lattice sails. Blender 4.3."""
import bpy
import bmesh
import math
from mathutils import Matrix, Vector


def link(obj):
    bpy.context.view_layer.active_layer_collection.collection.objects.link(obj)
    return obj


def from_bmesh(bm, name, material, sharp=0.5):
    mesh = bpy.data.meshes.new(name)
    bm.normal_update()
    bm.to_mesh(mesh)
    bm.free()
    mesh.validate()
    mesh.update()
    mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))
    mesh.set_sharp_from_angle(angle=sharp)
    if material:
        mesh.materials.append(material)
    return link(bpy.data.objects.new(name, mesh))


def paint(name, rgb, roughness=0.6, specular=0.5):
    material = bpy.data.materials.new(name=name)
    material.use_nodes = True
    bsdf = material.node_tree.nodes.get('Principled BSDF')
    if bsdf:
        bsdf.inputs['Base Color'].default_value = (rgb[0], rgb[1], rgb[2], 1)
        bsdf.inputs['Roughness'].default_value = roughness
        bsdf.inputs['Specular IOR Level'].default_value = specular
    material.diffuse_color = (rgb[0], rgb[1], rgb[2], 1)
    return material


def tower(material):
    bm = bmesh.new()
    bmesh.ops.create_cone(bm, cap_ends=True, segments=8, radius1=1.2, radius2=0.8, depth=3.0, matrix=Matrix.Translation((0, 0, 1.5)))
    return from_bmesh(bm, "Tower", material)


def roof(material):
    bm = bmesh.new()
    bmesh.ops.create_cone(bm, cap_ends=True, segments=8, radius1=0.95, radius2=0.05, depth=0.9, matrix=Matrix.Translation((0, 0, 3.45)))
    return from_bmesh(bm, "Roof", material)


def sail(index, material):
    bm = bmesh.new()
    turn = Matrix.Rotation(index * math.pi / 2, 4, 'Y')
    place = Matrix.Translation((0, -0.95, 2.8))
    for x in (-0.02, 0.25):
        bar = Matrix.Diagonal((0.04, 0.04, 1.6, 1.0))
        bmesh.ops.create_cube(bm, size=1, matrix=place @ turn @ Matrix.Translation((x, 0, 0.9)) @ bar)
    for row in range(7):
        bar = Matrix.Diagonal((0.3, 0.03, 0.03, 1.0))
        bmesh.ops.create_cube(bm, size=1, matrix=place @ turn @ Matrix.Translation((0.12, 0, 0.3 + row * 0.2)) @ bar)
    return from_bmesh(bm, "Sail %d" % index, material)


bpy.ops.wm.read_factory_settings(use_empty=True)
white, brown, red = paint("White", (0.9, 0.88, 0.8)), paint("Brown", (0.25, 0.13, 0.06), 0.8, 0.2), paint("Red", (0.5, 0.06, 0.04))
tower(white)
roof(red)
for number in range(4):
    sail(number, brown)
bm = bmesh.new()
bmesh.ops.create_uvsphere(bm, u_segments=16, v_segments=8, radius=0.12, matrix=Matrix.Translation((0, -0.97, 2.8)))
from_bmesh(bm, "Hub", brown)
bpy.context.scene.render.engine = "BLENDER_EEVEE_NEXT"
bpy.context.scene.eevee.use_shadows = True
bpy.context.scene.eevee.taa_render_samples = 32
