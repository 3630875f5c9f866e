"""Samples: one ball a way of making a material, on a board.

Parts
    board   a noise of its own, bumped
    balls   a ball a material
Parameters
    "size" scales the balls.
"""
import bmesh
import bpy

PARAMS = {
    "size": 0.1,  # m, 0.05..0.2: radius of a ball
}


def _tree(name):
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    return material, tree, next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")


def _node(tree, kind, **values):
    node = tree.nodes.new("ShaderNode" + kind)
    for name, value in values.items():
        setattr(node, name, value)
    return node


def _noise(tree, scale, coordinates="Object"):
    noise = _node(tree, "TexNoise")
    noise.inputs["Scale"].default_value = scale
    if coordinates:
        tree.links.new(_node(tree, "TexCoord").outputs[coordinates], noise.inputs["Vector"])
    return noise


def material_constant(p):
    """Red all over."""
    material, tree, shader = _tree("Constant")
    shader.inputs["Base Color"].default_value = (0.7, 0.1, 0.1, 1)
    return material


def material_noise(p):
    """A noise in object coordinates, as colour and as a bump."""
    material, tree, shader = _tree("Noise")
    noise = _noise(tree, 12)
    ramp = _node(tree, "ValToRGB")
    ramp.color_ramp.elements[0].color = (0.05, 0.2, 0.6, 1)
    ramp.color_ramp.elements[1].color = (0.9, 0.7, 0.2, 1)
    tree.links.new(noise.outputs[0], ramp.inputs[0])
    tree.links.new(ramp.outputs[0], shader.inputs["Base Color"])
    tree.links.new(noise.outputs[0], shader.inputs["Roughness"])
    bump = _node(tree, "Bump")
    bump.inputs["Distance"].default_value = 0.02
    tree.links.new(noise.outputs[0], bump.inputs["Height"])
    tree.links.new(bump.outputs[0], shader.inputs["Normal"])
    return material


def material_generated(p):
    """A noise in generated coordinates, which nothing is linked to."""
    material, tree, shader = _tree("Generated")
    tree.links.new(_noise(tree, 5, None).outputs["Color"], shader.inputs["Base Color"])
    return material


def material_random(p):
    """A colour of each object's own."""
    material, tree, shader = _tree("Random")
    hue = _node(tree, "HueSaturation")
    hue.inputs["Color"].default_value = (0.8, 0.1, 0.1, 1)
    tree.links.new(_node(tree, "ObjectInfo").outputs["Random"], hue.inputs["Hue"])
    tree.links.new(hue.outputs[0], shader.inputs["Base Color"])
    return material


def material_painted(p):
    """Colours of vertices alone."""
    material, tree, shader = _tree("Painted")
    tree.links.new(_node(tree, "Attribute", attribute_name="paint").outputs["Color"], shader.inputs["Base Color"])
    return material


def material_mixed(p):
    """Two shaders, mixed by a noise in world space."""
    material, tree, shader = _tree("Mixed")
    shader.inputs["Base Color"].default_value = (0.1, 0.5, 0.2, 1)
    diffuse = _node(tree, "BsdfDiffuse")
    diffuse.inputs["Color"].default_value = (0.9, 0.9, 0.9, 1)
    noise = _node(tree, "TexNoise")
    noise.inputs["Scale"].default_value = 20
    tree.links.new(_node(tree, "NewGeometry").outputs["Position"], noise.inputs["Vector"])
    mix = _node(tree, "MixShader")
    tree.links.new(noise.outputs[0], mix.inputs[0])
    tree.links.new(shader.outputs[0], mix.inputs[1])
    tree.links.new(diffuse.outputs[0], mix.inputs[2])
    tree.links.new(mix.outputs[0], next(n for n in tree.nodes if n.type == "OUTPUT_MATERIAL").inputs["Surface"])
    return material


def _ball(name, place, radius, material):
    mesh = bpy.data.meshes.new(name)
    shape = bmesh.new()
    bmesh.ops.create_uvsphere(shape, u_segments=24, v_segments=16, radius=radius)
    shape.to_mesh(mesh)
    shape.free()
    mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))
    mesh.materials.append(material)
    layer = mesh.color_attributes.new("paint", "FLOAT_COLOR", "POINT")
    for point, vertex in zip(layer.data, mesh.vertices):
        point.color = (vertex.co.x / radius / 2 + 0.5, 0.3, vertex.co.z / radius / 2 + 0.5, 1)
    item = bpy.data.objects.new(name, mesh)
    item.location = place
    bpy.context.scene.collection.objects.link(item)
    return item


def build_board(p):
    """The board the balls lie on."""
    mesh = bpy.data.meshes.new("Board")
    shape = bmesh.new()
    bmesh.ops.create_cube(shape, size=1.0)
    shape.to_mesh(mesh)
    shape.free()
    mesh.materials.append(material_noise(p))
    item = bpy.data.objects.new("Board", mesh)
    item.scale = (1.0, 0.5, 0.04)
    item.location = (0, 0, 0.02)
    bpy.context.scene.collection.objects.link(item)
    return [item]


def build_balls(p):
    """A ball a material; of the random one there are two."""
    makers = [material_constant, material_generated, material_painted, material_mixed, material_random]
    made = []
    for number, maker in enumerate(makers):
        place = (-0.4 + 0.2 * number, -0.1, 0.04 + p["size"] * 0.98)
        made.append(_ball(maker.__name__[9:].capitalize(), place, p["size"], maker(p)))
    made.append(_ball("Random twin", (0.4, 0.13, 0.04 + p["size"] * 0.98), p["size"], made[-1].data.materials[0]))
    return made


def build(p):
    """Puts the balls on the board."""
    root = bpy.data.objects.new("Samples", None)
    bpy.context.scene.collection.objects.link(root)
    for item in build_board(p) + build_balls(p):
        item.parent = root
    return root


if __name__ == "__main__":
    build(PARAMS)
