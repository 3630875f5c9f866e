"""Crystal cluster on a rock. Blender 4.3."""
import bpy, bmesh, math, random
from mathutils import Matrix, Vector, Euler

rng = random.Random(12)


def wipe():
    bpy.ops.object.select_all(action='SELECT')
    bpy.ops.object.delete(use_global=False)


def crystal_mesh(height, radius):
    bm = bmesh.new()
    bmesh.ops.create_cone(bm, cap_ends=True, cap_tris=False, segments=6, radius1=radius, radius2=radius, depth=height)
    top = max(bm.faces, key=lambda f: f.calc_center_median().z)
    result = bmesh.ops.extrude_discrete_faces(bm, faces=[top])
    face = result["faces"][0]
    bmesh.ops.translate(bm, vec=Vector((0, 0, radius * 1.5)), verts=face.verts)
    bmesh.ops.scale(bm, vec=Vector((0.05, 0.05, 1)), verts=face.verts)
    bmesh.ops.translate(bm, vec=Vector((0, 0, height / 2)), verts=bm.verts)
    crease = bm.edges.layers.float.new("crease_edge")
    for edge in bm.edges:
        edge[crease] = 0.5
    mesh = bpy.data.meshes.new("Crystal")
    bm.to_mesh(mesh)
    bm.free()
    mesh.shade_flat()
    return mesh


def crystal_material():
    mat = bpy.data.materials.new("Amethyst")
    mat.use_nodes = True
    nodes = mat.node_tree.nodes
    bsdf = nodes["Principled BSDF"]
    settings = {
        "Base Color": (0.45, 0.15, 0.8, 1.0),
        "Transmission Weight": 0.8,
        "Subsurface Weight": 0.1,
        "Subsurface Scale": 0.05,
        "IOR": 1.54,
        "Roughness": 0.08,
        "Specular IOR Level": 0.6,
        "Thin Film Thickness": 120.0,
    }
    for name, value in settings.items():
        bsdf.inputs[name].default_value = value
    fresnel = nodes.new("ShaderNodeFresnel")
    fresnel.inputs["IOR"].default_value = 1.3
    mix = nodes.new("ShaderNodeMix")
    mix.data_type = 'RGBA'
    mix.blend_type = 'MULTIPLY'
    mix.inputs["Factor"].default_value = 0.4
    mix.inputs[6].default_value = (0.45, 0.15, 0.8, 1)
    mix.inputs[7].default_value = (0.9, 0.7, 1.0, 1)
    mat.node_tree.links.new(mix.outputs[2], bsdf.inputs["Base Color"])
    return mat


wipe()
amethyst = crystal_material()
for index in range(9):
    height = rng.uniform(0.3, 0.9)
    mesh = crystal_mesh(height, rng.uniform(0.05, 0.1))
    mesh.materials.append(amethyst)
    obj = bpy.data.objects.new("Crystal %d" % index, mesh)
    lean = Euler((rng.uniform(-0.6, 0.6), rng.uniform(-0.6, 0.6), rng.uniform(0, math.tau)))
    obj.matrix_world = Matrix.Translation((rng.uniform(-0.15, 0.15), rng.uniform(-0.15, 0.15), 0)) @ lean.to_matrix().to_4x4()
    bpy.context.collection.objects.link(obj)
bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=3, radius=0.35, location=(0, 0, -0.15))
rock = bpy.context.active_object
rock.name = "Rock"
rock.scale.z = 0.5
for v in rock.data.vertices:
    v.co *= rng.uniform(0.92, 1.08)
rock.data.set_sharp_from_angle(angle=math.radians(25))
