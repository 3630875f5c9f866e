# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bake costs: an asset of 100,000 triangles and ten materials, each a noise of its own with a bump, at 2048 texels.

    python3 bench_bake.py [TIMES]
Prints seconds and the worker's peak of memory, of each time. Every time has a worker of its own.
"""
import sys

import client

SCRIPT = '''"""Heavy: ten bumpy balls.

Parts
    balls  one a material
Parameters
    "seed" moves the noise.
"""
import bmesh
import bpy

PARAMS = {
    "seed": %d,  # count, 0..99: where the noise is taken
}


def material_ball(p, number):
    """A noise in object coordinates, as colour, roughness and bump."""
    material = bpy.data.materials.new("Ball %%d" %% number)
    material.use_nodes = True
    tree = material.node_tree
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    where, noise = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 4 + number + p["seed"]
    noise.inputs["Detail"].default_value = 6
    bump = tree.nodes.new("ShaderNodeBump")
    tree.links.new(where.outputs["Object"], noise.inputs["Vector"])
    tree.links.new(noise.outputs["Color"], shader.inputs["Base Color"])
    tree.links.new(noise.outputs[0], shader.inputs["Roughness"])
    tree.links.new(noise.outputs[0], bump.inputs["Height"])
    tree.links.new(bump.outputs[0], shader.inputs["Normal"])
    return material


def build_balls(p):
    """Ten balls of 10,080 triangles in a row."""
    made = []
    for number in range(10):
        mesh, shape = bpy.data.meshes.new("Ball"), bmesh.new()
        bmesh.ops.create_uvsphere(shape, u_segments=84, v_segments=61, radius=0.5)
        shape.to_mesh(mesh)
        shape.free()
        mesh.materials.append(material_ball(p, number))
        item = bpy.data.objects.new("Ball %%d" %% number, mesh)
        item.location = (0.98 * number, 0, 0.5)
        bpy.context.scene.collection.objects.link(item)
        made.append(item)
    return made


def build(p):
    """All of it."""
    root = bpy.data.objects.new("Heavy", None)
    bpy.context.scene.collection.objects.link(root)
    for item in build_balls(p):
        item.parent = root
    return root


if __name__ == "__main__":
    build(PARAMS)
'''


def peak(pid):
    """Returns the most memory that a process has had, in MiB."""
    with open("/proc/%d/status" % pid, encoding="ascii") as stream:
        return int(next(line for line in stream if line.startswith("VmHWM")).split()[1]) / 1024


def main():
    """Prints a row a time."""
    for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        worker = client.Worker()
        got, files = worker.result("export", script=SCRIPT % number, formats=["glb"], check=False, size=2048)
        triangles = worker.result("run", script=SCRIPT % number)[0]["report"]["asset"]["triangles"]
        print("bake of %d triangles, %d materials at %d: %.1f s, peak of the worker %.0f MiB, .glb %.1f MB" % (
            triangles, len(got["bake"]["materials"]), got["bake"]["size"], got["bake"]["seconds"], peak(worker.process.pid),
            len(files["asset.glb"]) / 1e6), flush=True)
        worker.close()


main()
