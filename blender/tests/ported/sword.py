"""A long sword: blade, guard, grip and pommel. For Blender 4.3."""
import bpy
import bmesh
import math


def new_mesh(name, verts, faces):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(verts, [], faces)
    mesh.update()
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.collection.objects.link(obj)
    return obj


def mat_metal(name, base, rough):
    mat = bpy.data.materials.new(name)
    mat.use_nodes = True
    nt = mat.node_tree
    for node in list(nt.nodes):
        nt.nodes.remove(node)
    output = nt.nodes.new("ShaderNodeOutputMaterial")
    shader = nt.nodes.new("ShaderNodeBsdfPrincipled")
    shader.distribution = 'MULTI_GGX'
    shader.inputs["Base Color"].default_value = base
    shader.inputs["Metallic"].default_value = 1.0
    shader.inputs["Roughness"].default_value = rough
    shader.inputs["Anisotropic"].default_value = 0.4
    shader.inputs["Specular Tint"].default_value = (1.0, 1.0, 1.0, 1.0)
    nt.links.new(shader.outputs["BSDF"], output.inputs["Surface"])
    return mat


def mat_leather():
    mat = bpy.data.materials.new("Leather")
    mat.use_nodes = True
    bsdf = mat.node_tree.nodes["Principled BSDF"]
    bsdf.inputs["Base Color"].default_value = (0.08, 0.03, 0.015, 1.0)
    bsdf.inputs["Roughness"].default_value = 0.75
    bsdf.inputs["Sheen Weight"].default_value = 0.2
    bsdf.inputs["Specular IOR Level"].default_value = 0.3
    musgrave = mat.node_tree.nodes.new("ShaderNodeTexNoise")
    musgrave.noise_type = 'HETERO_TERRAIN'
    musgrave.normalize = False
    musgrave.inputs["Scale"].default_value = 40
    bump = mat.node_tree.nodes.new("ShaderNodeBump")
    mat.node_tree.links.new(musgrave.outputs["Fac"], bump.inputs["Height"])
    mat.node_tree.links.new(bump.outputs["Normal"], bsdf.inputs["Normal"])
    return mat


bpy.ops.object.select_all(action='SELECT')
bpy.ops.object.delete()
steel = mat_metal("Steel", (0.75, 0.77, 0.8, 1), 0.18)
gold = mat_metal("Gold", (1.0, 0.77, 0.34, 1), 0.25)

length, width, thick = 0.9, 0.05, 0.008
verts = []
for z, w in ((0.0, width), (length * 0.85, width * 0.8), (length, 0.001)):
    verts += [(-w / 2, 0, z), (0, -thick / 2, z), (w / 2, 0, z), (0, thick / 2, z)]
faces = []
for ring in range(2):
    for i in range(4):
        a, b = ring * 4 + i, ring * 4 + (i + 1) % 4
        faces.append((a, b, b + 4, a + 4))
faces += [(3, 2, 1, 0), (8, 9, 10, 11)]
blade = new_mesh("Blade", verts, faces)
blade.data.materials.append(steel)
blade.data.set_sharp_from_angle(angle=math.radians(10))

bpy.ops.mesh.primitive_cube_add(size=1, location=(0, 0, -0.015))
guard = bpy.context.object
guard.name = "Guard"
guard.dimensions = (0.22, 0.03, 0.03)
guard.data.materials.append(gold)
bevel = guard.modifiers.new("Bevel", "BEVEL")
bevel.width, bevel.segments = 0.006, 2
bpy.ops.mesh.primitive_cylinder_add(vertices=24, radius=0.016, depth=0.2, location=(0, 0, -0.13))
grip = bpy.context.object
grip.name = "Grip"
grip.data.materials.append(mat_leather())
bpy.ops.object.shade_auto_smooth(angle=math.radians(30))
bpy.ops.mesh.primitive_uv_sphere_add(segments=24, ring_count=12, radius=0.032, location=(0, 0, -0.25))
pommel = bpy.context.object
pommel.name = "Pommel"
pommel.data.shade_smooth()
pommel.data.materials.append(gold)
