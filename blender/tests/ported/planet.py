"""Ringed planet with a moon. Blender 4.3."""
import bpy
import bmesh
import math


def setup_scene():
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = bpy.context.scene
    scene.render.engine = 'BLENDER_EEVEE_NEXT'
    scene.eevee.ray_tracing_method = 'SCREEN'
    scene.view_settings.view_transform = 'AgX'
    scene.view_settings.look = 'AgX - Base Contrast'
    world = bpy.data.worlds.new("Space")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (0, 0, 0.01, 1)
    scene.world = world


def gas_material():
    mat = bpy.data.materials.new("Gas")
    mat.use_nodes = True
    nodes = mat.node_tree.nodes
    links = mat.node_tree.links
    bsdf = nodes.get("Principled BSDF")
    coords = nodes.new("ShaderNodeTexCoord")
    split = nodes.new("ShaderNodeSeparateXYZ")
    noise = nodes.new("ShaderNodeTexNoise")
    noise.noise_dimensions = '1D'
    noise.inputs["W"].default_value = 1.0
    noise.inputs["Scale"].default_value = 3.0
    noise.inputs["Lacunarity"].default_value = 2.5
    ramp = nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.interpolation = 'EASE'
    element = ramp.color_ramp.elements.new(0.5)
    element.color = (0.8, 0.6, 0.35, 1)
    links.new(coords.outputs["Generated"], split.inputs["Vector"])
    links.new(split.outputs["Z"], noise.inputs["W"])
    links.new(noise.outputs["Fac"], ramp.inputs["Fac"])
    links.new(ramp.outputs["Color"], bsdf.inputs["Base Color"])
    bsdf.inputs["Roughness"].default_value = 0.9
    bsdf.inputs["Sheen Weight"].default_value = 0.3
    bsdf.inputs["Sheen Tint"].default_value = (0.9, 0.8, 0.6, 1)
    return mat


def ring_material():
    mat = bpy.data.materials.new("Ring")
    mat.use_nodes = True
    mat.surface_render_method = 'BLENDED'
    mat.use_backface_culling = False
    bsdf = mat.node_tree.nodes["Principled BSDF"]
    bsdf.inputs["Alpha"].default_value = 0.6
    bsdf.inputs["Base Color"].default_value = (0.7, 0.6, 0.5, 1)
    bsdf.inputs["Emission Color"].default_value = (0.2, 0.18, 0.15, 1)
    return mat


def sphere(name, radius, location, material):
    mesh = bpy.data.meshes.new(name)
    bm = bmesh.new()
    bmesh.ops.create_uvsphere(bm, u_segments=48, v_segments=24, radius=radius)
    bm.to_mesh(mesh)
    bm.free()
    mesh.shade_smooth()
    mesh.materials.append(material)
    obj = bpy.data.objects.new(name, mesh)
    obj.location = location
    bpy.context.scene.collection.objects.link(obj)
    return obj


def ring(name, inner, outer, material, segments=96):
    bm = bmesh.new()
    one = [bm.verts.new((inner * math.cos(t), inner * math.sin(t), 0)) for t in (2 * math.pi * i / segments for i in range(segments))]
    two = [bm.verts.new((outer * math.cos(t), outer * math.sin(t), 0)) for t in (2 * math.pi * i / segments for i in range(segments))]
    for i in range(segments):
        j = (i + 1) % segments
        bm.faces.new((one[i], two[i], two[j], one[j]))
    mesh = bpy.data.meshes.new(name)
    bm.to_mesh(mesh)
    bm.free()
    mesh.materials.append(material)
    obj = bpy.data.objects.new(name, mesh)
    obj.rotation_euler = (math.radians(20), 0, 0)
    bpy.context.scene.collection.objects.link(obj)


setup_scene()
planet = sphere("Planet", 1.0, (0, 0, 0), gas_material())
ring("Rings", 1.3, 2.1, ring_material())
moon = bpy.data.materials.new("Moon")
moon.use_nodes = True
moon.node_tree.nodes["Principled BSDF"].inputs["Specular IOR Level"].default_value = 0.0
sphere("Moon", 0.2, (2.4, 0.6, 0.5), moon)
