# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials that say no more than a file can carry: one Principled shader with constants and pictures."""
import bpy

from .channels import EMISSION, PRINCIPLED, principled_input

# Inputs that are written besides those of a metallic-roughness surface, when they are not what they are without.
EXTRAS = ["transmission", "clearcoat", "clearcoat_roughness", "sheen", "sheen_roughness", "anisotropy",
          "anisotropy_rotation", "film_thickness", "film_ior"]


class BakedMaterial:
    """Makes the material of a recipe; `textures` are the atlas' pictures by name."""

    def __init__(self, recipe, textures, strength, uv, color):
        self.recipe = recipe
        self.textures = textures if recipe.mode == "texture" else {}
        self.material = bpy.data.materials.new(recipe.name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.tree.nodes.clear()
        self.output = self.tree.nodes.new('ShaderNodeOutputMaterial')
        self.shader = self.tree.nodes.new('ShaderNodeBsdfPrincipled')
        self.tree.links.new(self.shader.outputs[0], self.output.inputs["Surface"])
        self.pictures = {}
        self.uv = uv
        self.color = color
        self.strength = strength
        self.write()

    def write(self):
        values = self.recipe.values
        for name in EXTRAS:
            self.set(name, values[name])
        self.write_reflection(values)
        self.write_base(values)
        self.write_surface(values)
        self.write_emission(values)
        if "normal" in self.textures and self.recipe.bumpy:
            node = self.tree.nodes.new('ShaderNodeNormalMap')
            node.uv_map = self.uv
            self.tree.links.new(self.picture("normal").outputs["Color"], node.inputs["Color"])
            self.tree.links.new(node.outputs[0], principled_input(self.shader, PRINCIPLED["normal"]))
        source = self.recipe.material
        if source is not None:
            self.material.use_backface_culling = source.use_backface_culling

    def write_reflection(self, values):
        """How much it reflects: by its index of refraction, which before Blender 4 stands in the shader's "Specular"."""
        ior = values["ior"]
        if values["transmission"] > 0.0 or "Specular" not in self.shader.inputs:
            self.set("ior", ior)
        if "Specular" in self.shader.inputs:
            self.set("specular", 0.5)

    def set(self, name, value):
        from .sources import set_constant
        socket = principled_input(self.shader, PRINCIPLED[name])
        if socket is not None:
            set_constant(self.tree, socket, value)

    def picture(self, name):
        """Returns the node of one of the atlas' pictures."""
        if name not in self.pictures:
            node = self.tree.nodes.new('ShaderNodeTexImage')
            node.image = self.textures[name]
            self.pictures[name] = node
        return self.pictures[name]

    def varies(self, name):
        return name in self.recipe.varying()

    def write_base(self, values):
        base = principled_input(self.shader, PRINCIPLED["base"])
        if "base_color" in self.textures and self.varies("base"):
            self.tree.links.new(self.picture("base_color").outputs["Color"], base)
        elif self.recipe.mode == "vertex":
            node = self.tree.nodes.new('ShaderNodeVertexColor')
            node.layer_name = self.color
            self.tree.links.new(node.outputs["Color"], base)
        else:
            self.set("base", values["base"])
        self.write_alpha(values)

    def write_alpha(self, values):
        alpha = principled_input(self.shader, PRINCIPLED["alpha"])
        if "base_color" in self.textures and self.varies("alpha"):
            self.tree.links.new(self.picture("base_color").outputs["Alpha"], alpha)
            self.blend('HASHED')
            return
        self.set("alpha", values["alpha"])
        if values["alpha"] < 1.0:
            self.blend('BLEND')

    def blend(self, method):
        """Says how a raster engine, and an exporter, shows what is behind."""
        if hasattr(self.material, "surface_render_method"):
            self.material.surface_render_method = 'BLENDED' if method == 'BLEND' else 'DITHERED'
        if hasattr(self.material, "blend_method"):
            self.material.blend_method = 'BLEND'

    def write_surface(self, values):
        if "surface" not in self.textures or not (self.varies("roughness") or self.varies("metallic")):
            self.set("roughness", values["roughness"])
            self.set("metallic", values["metallic"])
            return
        new = getattr(bpy.types, "ShaderNodeSeparateColor", None)
        node = self.tree.nodes.new('ShaderNodeSeparateColor' if new else 'ShaderNodeSeparateRGB')
        self.tree.links.new(self.picture("surface").outputs["Color"], node.inputs[0])
        self.tree.links.new(node.outputs[1], principled_input(self.shader, PRINCIPLED["roughness"]))
        self.tree.links.new(node.outputs[2], principled_input(self.shader, PRINCIPLED["metallic"]))

    def write_emission(self, values):
        color = principled_input(self.shader, EMISSION)
        strength = self.shader.inputs["Emission Strength"]
        if "emission" in self.textures and self.varies("emission"):
            self.tree.links.new(self.picture("emission").outputs["Color"], color)
            strength.default_value = self.strength
            return
        light = values["emission"]
        most = max(max(light), 0.0)
        scale = max(most, 1.0)
        color.default_value = [max(each, 0.0) / scale for each in light] + [1.0]
        strength.default_value = scale if most > 0.0 else 0.0
