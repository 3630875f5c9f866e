"""Stylised pine: trunk, layered needles, snow on top. 4.3."""
import bpy
import bmesh
import math
import random


class Pine:
    def __init__(self, layers=5, height=3.0, seed=1):
        self.layers = layers
        self.height = height
        self.rng = random.Random(seed)
        self.needles = self.make_material("Needles", (0.03, 0.18, 0.06, 1), roughness=0.8)
        self.bark = self.make_material("Bark", (0.12, 0.06, 0.03, 1), roughness=0.95)
        self.snow = self.make_material("Snow", (0.95, 0.97, 1, 1), roughness=0.4, subsurface=0.5)

    def make_material(self, name, color, roughness=0.5, subsurface=0.0):
        material = bpy.data.materials.new(name)
        material.use_nodes = True
        node = material.node_tree.nodes["Principled BSDF"]
        node.inputs["Base Color"].default_value = color
        node.inputs["Roughness"].default_value = roughness
        node.inputs["Subsurface Weight"].default_value = subsurface
        node.inputs["Specular IOR Level"].default_value = 0.25
        return material

    def add(self, name, mesh, material):
        mesh.materials.append(material)
        mesh.shade_flat()
        obj = bpy.data.objects.new(name, mesh)
        bpy.context.scene.collection.objects.link(obj)
        return obj

    def cone(self, name, radius, top, bottom, z, material, jitter=0.0):
        bm = bmesh.new()
        bmesh.ops.create_cone(bm, cap_ends=True, segments=14, radius1=radius, radius2=top, depth=bottom)
        for vert in bm.verts:
            if jitter and vert.co.z < 0:
                vert.co.x += self.rng.uniform(-jitter, jitter)
                vert.co.y += self.rng.uniform(-jitter, jitter)
                vert.co.z += self.rng.uniform(-jitter, jitter) * 0.5
        bmesh.ops.translate(bm, verts=bm.verts, vec=(0, 0, z + bottom / 2))
        mesh = bpy.data.meshes.new(name)
        bm.to_mesh(mesh)
        bm.free()
        return self.add(name, mesh, material)

    def build(self):
        parts = [self.cone("Trunk", 0.15, 0.1, 0.7, 0.0, self.bark)]
        for layer in range(self.layers):
            t = layer / self.layers
            radius = 1.1 * (1 - t) + 0.1
            parts.append(self.cone(f"Layer {layer}", radius, 0.02, 0.9, 0.5 + t * (self.height - 1), self.needles, 0.06))
            cap = self.cone(f"Snow {layer}", radius * 0.55, 0.01, 0.48, 0.95 + t * (self.height - 1), self.snow, 0.03)
            parts.append(cap)
        root = bpy.data.objects.new("Pine", None)
        root.empty_display_size = 0.3
        bpy.context.scene.collection.objects.link(root)
        for part in parts:
            part.parent = root
        return root


for stale in bpy.data.objects[:]:
    bpy.data.objects.remove(stale, do_unlink=True)
Pine().build()
sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", 'SUN'))
sun.data.energy = 3
sun.data.angle = 0.02
sun.data.use_shadow_jitter = False
bpy.context.scene.collection.objects.link(sun)
bpy.context.scene.eevee.use_fast_gi = True
