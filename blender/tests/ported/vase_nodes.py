"""Vase made by a geometry node group with inputs for height and radius. Blender 4.3."""
import bpy
import math


def reset():
    for collection in (bpy.data.objects, bpy.data.meshes, bpy.data.curves, bpy.data.materials, bpy.data.node_groups):
        for block in list(collection):
            collection.remove(block)


def add_socket(group, name, kind, direction, default=None, minimum=None, maximum=None):
    socket = group.interface.new_socket(name=name, in_out=direction, socket_type=kind)
    if default is not None:
        socket.default_value = default
    if minimum is not None:
        socket.min_value = minimum
    if maximum is not None:
        socket.max_value = maximum
    return socket


def ceramic():
    material = bpy.data.materials.new("Ceramic")
    material.use_nodes = True
    bsdf = material.node_tree.nodes["Principled BSDF"]
    bsdf.inputs["Base Color"].default_value = (0.1, 0.25, 0.45, 1.0)
    bsdf.inputs["Roughness"].default_value = 0.35
    bsdf.inputs["Coat Weight"].default_value = 0.8
    bsdf.inputs["Coat Roughness"].default_value = 0.1
    return material


def vase_group(material):
    group = bpy.data.node_groups.new("Vase", "GeometryNodeTree")
    add_socket(group, "Geometry", "NodeSocketGeometry", "OUTPUT")
    add_socket(group, "Height", "NodeSocketFloat", "INPUT", 0.6, 0.1, 2.0)
    add_socket(group, "Radius", "NodeSocketFloat", "INPUT", 0.2, 0.05, 1.0)
    add_socket(group, "Resolution", "NodeSocketInt", "INPUT", 32, 3, 128)
    n, link = group.nodes, group.links.new
    source, target = n.new("NodeGroupInput"), n.new("NodeGroupOutput")
    line = n.new("GeometryNodeCurvePrimitiveLine")
    combine = n.new("ShaderNodeCombineXYZ")
    link(source.outputs["Height"], combine.inputs["Z"])
    link(combine.outputs["Vector"], line.inputs["End"])
    resample = n.new("GeometryNodeResampleCurve")
    resample.inputs["Count"].default_value = 40
    link(line.outputs["Curve"], resample.inputs["Curve"])
    parameter = n.new("GeometryNodeSplineParameter")
    curve = n.new("ShaderNodeFloatCurve")
    points = curve.mapping.curves[0].points
    points[0].location = (0.0, 0.5)
    points[1].location = (1.0, 0.6)
    points.new(0.35, 1.0)
    points.new(0.8, 0.35)
    curve.mapping.update()
    link(parameter.outputs["Factor"], curve.inputs["Value"])
    scale = n.new("ShaderNodeMath")
    scale.operation = 'MULTIPLY'
    link(curve.outputs["Value"], scale.inputs[0])
    link(source.outputs["Radius"], scale.inputs[1])
    set_radius = n.new("GeometryNodeSetCurveRadius")
    link(resample.outputs["Curve"], set_radius.inputs["Curve"])
    link(scale.outputs["Value"], set_radius.inputs["Radius"])
    circle = n.new("GeometryNodeCurvePrimitiveCircle")
    link(source.outputs["Resolution"], circle.inputs["Resolution"])
    circle.inputs["Radius"].default_value = 1.0
    mesh = n.new("GeometryNodeCurveToMesh")
    link(set_radius.outputs["Curve"], mesh.inputs["Curve"])
    link(circle.outputs["Curve"], mesh.inputs["Profile Curve"])
    smooth = n.new("GeometryNodeSetShadeSmooth")
    paint = n.new("GeometryNodeSetMaterial")
    paint.inputs["Material"].default_value = material
    link(mesh.outputs["Mesh"], smooth.inputs["Geometry"])
    link(smooth.outputs["Geometry"], paint.inputs["Geometry"])
    link(paint.outputs["Geometry"], target.inputs["Geometry"])
    return group


reset()
vase = bpy.data.objects.new("Vase", bpy.data.meshes.new("Vase"))
bpy.context.scene.collection.objects.link(vase)
modifier = vase.modifiers.new("Vase", 'NODES')
modifier.node_group = vase_group(ceramic())
