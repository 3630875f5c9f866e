"""Ground with rocks scattered by geometry nodes. Blender 4.3 API."""
import bpy
import bmesh
import random

random.seed(4)
for block in (bpy.data.objects, bpy.data.meshes, bpy.data.node_groups):
    for item in list(block):
        block.remove(item)

scene = bpy.context.scene


def rock(name, seed):
    rng = random.Random(seed)
    bm = bmesh.new()
    bmesh.ops.create_icosphere(bm, subdivisions=2, radius=0.12)
    for v in bm.verts:
        v.co *= 0.8 + 0.4 * rng.random()
        v.co.z *= 0.7
    mesh = bpy.data.meshes.new(name)
    bm.to_mesh(mesh)
    bm.free()
    mesh.set_sharp_from_angle(angle=0.6)
    return bpy.data.objects.new(name, mesh)


rocks = bpy.data.collections.new("Rocks")
for i in range(3):
    rocks.objects.link(rock(f"Rock {i}", i))

mat = bpy.data.materials.new("Ground")
mat.use_nodes = True
tree = mat.node_tree
bsdf = tree.nodes["Principled BSDF"]
bsdf.inputs["Roughness"].default_value = 1.0
bsdf.inputs["Diffuse Roughness"].default_value = 0.5
noise = tree.nodes.new("ShaderNodeTexNoise")
noise.noise_type = 'FBM'
noise.normalize = True
noise.inputs["Lacunarity"].default_value = 2.2
ramp = tree.nodes.new("ShaderNodeValToRGB")
ramp.color_ramp.elements[0].color = (0.08, 0.05, 0.02, 1)
ramp.color_ramp.elements[1].color = (0.2, 0.25, 0.08, 1)
tree.links.new(noise.outputs["Fac"], ramp.inputs["Fac"])
tree.links.new(ramp.outputs["Color"], bsdf.inputs["Base Color"])

bpy.ops.mesh.primitive_grid_add(x_subdivisions=20, y_subdivisions=20, size=4)
ground = bpy.context.object
ground.name = "Ground"
ground.data.materials.append(mat)

group = bpy.data.node_groups.new("Scatter", 'GeometryNodeTree')
group.interface.new_socket(name="Geometry", in_out='INPUT', socket_type='NodeSocketGeometry')
group.interface.new_socket(name="Geometry", in_out='OUTPUT', socket_type='NodeSocketGeometry')
density = group.interface.new_socket(name="Density", in_out='INPUT', socket_type='NodeSocketFloat')
density.default_value = 4.0
density.min_value = 0.0
nodes, links = group.nodes, group.links
source = nodes.new("NodeGroupInput")
target = nodes.new("NodeGroupOutput")
points = nodes.new("GeometryNodeDistributePointsOnFaces")
info = nodes.new("GeometryNodeCollectionInfo")
info.inputs["Collection"].default_value = rocks
info.inputs["Separate Children"].default_value = True
info.inputs["Reset Children"].default_value = True
instance = nodes.new("GeometryNodeInstanceOnPoints")
instance.inputs["Pick Instance"].default_value = True
join = nodes.new("GeometryNodeJoinGeometry")
links.new(source.outputs["Geometry"], points.inputs["Mesh"])
links.new(source.outputs["Density"], points.inputs["Density"])
links.new(points.outputs["Points"], instance.inputs["Points"])
links.new(info.outputs["Instances"], instance.inputs["Instance"])
links.new(instance.outputs["Instances"], join.inputs["Geometry"])
links.new(source.outputs["Geometry"], join.inputs["Geometry"])
links.new(join.outputs["Geometry"], target.inputs["Geometry"])
modifier = ground.modifiers.new("Scatter", 'NODES')
modifier.node_group = group
