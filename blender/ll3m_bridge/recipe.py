# SPDX-License-Identifier: GPL-3.0-or-later
"""One material on its way into files: a copy that can be baked from, what its channels are, and how it will be delivered."""
import bpy

from . import sources
from .channels import DEFAULTS, Reader, constant


class Recipe:
    """One material on its way: a rewritten copy to bake from, its channels, and how it will be delivered."""

    def __init__(self, material, names):
        self.material = material
        self.name = names.get(material.as_pointer(), material.name) if material is not None else "Material"
        self.sources = sources.Sources()
        self.copy = material.copy() if material is not None else bpy.data.materials.new("Material")
        self.mode = "constant"
        self.values = {}
        self.area = 0.0
        if material is None or not material.use_nodes:
            self.read_plain()
        else:
            self.read_tree()

    def read_plain(self):
        """A material without nodes: the values of the viewport."""
        given = self.copy
        given.use_nodes = True
        given.node_tree.nodes.clear()
        self.output = given.node_tree.nodes.new('ShaderNodeOutputMaterial')
        self.channels = dict(DEFAULTS)
        if self.material is not None:
            self.channels.update(base=tuple(given.diffuse_color)[:3], metallic=given.metallic, roughness=given.roughness)

    def read_tree(self):
        tree = self.copy.node_tree
        sources.bind(tree, self.sources)
        self.output = tree.get_output_node('CYCLES') or tree.nodes.new('ShaderNodeOutputMaterial')
        reader = Reader(tree, self.sources.warnings)
        self.channels = reader.surface(self.output.inputs["Surface"]).channels
        if any(owner.animation_data is not None for owner in (self.material, self.material.node_tree)):
            self.sources.warn("it changes with time: files carry the look of one frame")
        if self.output.inputs["Volume"].is_linked:
            self.sources.warn("the volume is left out")
        self.displaced = reader.origin(self.output.inputs["Displacement"]) is not None
        for owner in (self.copy, getattr(self.copy, "cycles", None)):
            if hasattr(owner, "displacement_method"):
                owner.displacement_method = 'BUMP'

    displaced = False

    @property
    def bumpy(self):
        return self.displaced or self.channels["normal"] is not None

    def varying(self):
        """Returns the names of channels that are sockets, whatever these carry."""
        return [name for name, value in self.channels.items() if name != "normal" and not constant(value)]

    def show(self, values):
        """Lets the copy shine with three channels' numbers; `values` are constants or sockets."""
        tree = self.copy.node_tree
        node = tree.nodes.new('ShaderNodeEmission')
        self.feed(tree, node.inputs[0], values)
        tree.links.new(node.outputs[0], self.output.inputs["Surface"])

    def feed(self, tree, target, values):
        if len(values) == 1:
            Reader(tree, []).feed(target, values[0])
            return
        combine = tree.nodes.new('ShaderNodeCombineXYZ')
        for index, value in enumerate(values):
            Reader(tree, []).feed(combine.inputs[index], value)
        tree.links.new(combine.outputs[0], target)

    def show_normal(self, uv):
        """Lets the copy shine with its normals in the tangent space of a UV map that is nowhere mirrored, 0 to 1: a bake of
        Blender's kind NORMAL gives the same and takes three times as long."""
        tree, given = self.copy.node_tree, self.channels["normal"]
        if given is None:
            self.show([0.5, 0.5, 1.0])
            return
        tangent = tree.nodes.new('ShaderNodeTangent')
        tangent.direction_type, tangent.uv_map = 'UV_MAP', uv
        normal = tree.nodes.new('ShaderNodeNewGeometry').outputs["Normal"]
        reader = Reader(tree, [])
        across = reader.compute('CROSS_PRODUCT', normal, tangent.outputs[0])
        lean = [self.dot(tree, given, axis) for axis in (tangent.outputs[0], across, normal)]
        self.show([reader.compute('MULTIPLY_ADD', each, 0.5, 0.5) for each in lean])

    @staticmethod
    def dot(tree, first, second):
        """Returns the socket of a scalar product."""
        node = tree.nodes.new('ShaderNodeVectorMath')
        node.operation = 'DOT_PRODUCT'
        tree.links.new(first, node.inputs[0])
        tree.links.new(second, node.inputs[1])
        return node.outputs["Value"]
