"""A small toy robot with glowing eyes. For Blender 4.3."""
import bpy
import math
import bmesh


class Toon:
    """Materials by name."""

    def __init__(self):
        self.cache = {}

    def get(self, name, color, metallic=0.0, roughness=0.5, emission=None):
        if name in self.cache:
            return self.cache[name]
        material = bpy.data.materials.new(name)
        material.use_nodes = True
        shader = material.node_tree.nodes["Principled BSDF"]
        shader.inputs["Base Color"].default_value = (*color, 1.0)
        shader.inputs["Metallic"].default_value = metallic
        shader.inputs["Roughness"].default_value = roughness
        shader.inputs["Coat Weight"].default_value = 0.25
        shader.inputs["Coat IOR"].default_value = 1.6
        if emission is not None:
            shader.inputs["Emission Color"].default_value = (*emission, 1.0)
            shader.inputs["Emission Strength"].default_value = 5.0
        self.cache[name] = material
        return material


def finish(obj, name, material, bevel=0.02, angle=30):
    obj.name = name
    obj.data.materials.append(material)
    modifier = obj.modifiers.new(name="Bevel", type='BEVEL')
    modifier.width = bevel
    modifier.segments = 3
    modifier.limit_method = 'ANGLE'
    modifier.harden_normals = False
    obj.data.shade_smooth()
    obj.data.set_sharp_from_angle(angle=math.radians(angle))
    return obj


def cube(name, size, location, material):
    bpy.ops.mesh.primitive_cube_add(size=1, location=location)
    obj = bpy.context.object
    obj.scale = size
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)
    return finish(obj, name, material)


def cylinder(name, radius, depth, location, material, rotation=(0, 0, 0)):
    bpy.ops.mesh.primitive_cylinder_add(vertices=32, radius=radius, depth=depth, location=location, rotation=rotation)
    return finish(bpy.context.object, name, material, 0.01)


def build():
    for obj in bpy.data.objects[:]:
        bpy.data.objects.remove(obj)
    toon = Toon()
    red = toon.get("Red", (0.8, 0.05, 0.03), roughness=0.3)
    steel = toon.get("Steel", (0.6, 0.6, 0.65), metallic=1.0, roughness=0.35)
    eye = toon.get("Eye", (0.1, 0.6, 1.0), emission=(0.1, 0.6, 1.0))
    body = cube("Body", (0.6, 0.4, 0.7), (0, 0, 0.85), red)
    head = cube("Head", (0.45, 0.35, 0.35), (0, 0, 1.42), red)
    cylinder("Neck", 0.08, 0.12, (0, 0, 1.22), steel)
    for side in (-1, 1):
        cylinder(f"Eye {side}", 0.06, 0.05, (side * 0.1, -0.19, 1.45), eye, (math.pi / 2, 0, 0))
        cylinder(f"Arm {side}", 0.06, 0.6, (side * 0.38, 0, 0.85), steel)
        cylinder(f"Leg {side}", 0.08, 0.5, (side * 0.16, 0, 0.27), steel)
        cube(f"Foot {side}", (0.2, 0.3, 0.08), (side * 0.16, -0.04, 0.04), red)
    cylinder("Antenna", 0.012, 0.25, (0, 0, 1.7), steel)
    for part in (body, head):
        part.select_set(True)


build()
