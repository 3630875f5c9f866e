# SPDX-License-Identifier: GPL-3.0-or-later
"""What a copy with baked materials holds, as plain data, for the writers of our own (threemf.py, usd.py) and for print
(solid.py).

A `Look` is a material of surfaces.py read back; a `Shape` is the evaluated mesh of an object; a `Node` is an object in its
place.
"""
import bpy
import numpy as np

from . import geometry
from .channels import EMISSION, PRINCIPLED, principled_input
from .runner import PART

WHITE = (1.0, 1.0, 1.0)
# Channels that a picture may carry, and the picture's own channel.
CHANNELS = {"base": "rgb", "alpha": "a", "roughness": "g", "metallic": "b", "emission": "rgb", "normal": "rgb"}


class Look:
    """A baked material: `values` by channel, `pictures` (channel → picture), and whether the mesh's colours are its base."""

    def __init__(self, material):
        self.name = material.name if material is not None else "Material"
        self.values = {"base": (0.8, 0.8, 0.8), "alpha": 1.0, "roughness": 0.5, "metallic": 0.0, "emission": (0.0, 0.0, 0.0),
                       "clearcoat": 0.0, "clearcoat_roughness": 0.03, "ior": 1.5, "transmission": 0.0}
        self.strength = 0.0
        self.pictures = {}
        self.colored = False
        nodes = material.node_tree.nodes if material is not None and material.use_nodes else ()
        shader = next((each for each in nodes if each.type == 'BSDF_PRINCIPLED'), None)
        if shader is not None:
            self.read(shader)

    def read(self, shader):
        for name in self.values:
            socket = principled_input(shader, EMISSION if name == "emission" else PRINCIPLED[name])
            if socket is None:
                continue
            if socket.is_linked:
                self.read_link(name, socket.links[0].from_node)
            else:
                value = socket.default_value
                self.values[name] = tuple(value)[:3] if hasattr(value, "__len__") else float(value)
        self.strength = float(shader.inputs["Emission Strength"].default_value)
        normal = principled_input(shader, PRINCIPLED["normal"])
        if normal.is_linked:
            self.read_link("normal", normal.links[0].from_node)

    def read_link(self, name, node):
        """Follows a link through what surfaces.py puts between: a node that separates colours, or a normal map."""
        while node.type != 'TEX_IMAGE' and node.type != 'VERTEX_COLOR':
            if not node.inputs or not any(each.is_linked for each in node.inputs):
                return
            node = next(each for each in node.inputs if each.is_linked).links[0].from_node
        if node.type == 'VERTEX_COLOR':
            self.colored, self.values[name] = True, WHITE
        elif node.image is not None and name in CHANNELS:
            self.pictures[name] = node.image


class Shape:
    """The mesh of an object in its own space: `triangles` of vertices and `corners` of corners, what hangs on corners
    beside."""

    def __init__(self, mesh, looks):
        mesh.calc_loop_triangles()
        self.looks = looks
        self.normals = geometry.corner_normals(mesh)
        self.points = geometry.read(mesh.vertices, "co", np.float32, 3)
        self.triangles = geometry.indices(mesh.loop_triangles, "vertices", 3)
        self.corners = geometry.indices(mesh.loop_triangles, "loops", 3)
        self.owner = geometry.indices(mesh.loops, "vertex_index")
        self.face_sizes = geometry.indices(mesh.polygons, "loop_total")
        faces = geometry.indices(mesh.polygons, "material_index")
        self.face_looks = np.minimum(faces, max(len(looks) - 1, 0))
        self.triangle_looks = self.face_looks[geometry.indices(mesh.loop_triangles, "polygon_index")]
        self.uv = geometry.read(mesh.uv_layers[0].data, "uv", np.float32, 2) if mesh.uv_layers else None
        self.colors = corner_colors(mesh, self.owner)

    def triangle_colors(self):
        """Returns the linear colour of each corner of each triangle: of the mesh, or of the material."""
        plain = np.array([each.values["base"] for each in self.looks] or [WHITE], dtype=np.float32)
        colors = np.repeat(plain[self.triangle_looks][:, None, :], 3, axis=1)
        if self.colors is not None:
            colored = np.array([each.colored for each in self.looks] or [False])[self.triangle_looks]
            colors[colored] = self.colors[self.corners[colored]]
        return np.clip(colors, 0.0, 1.0)


def corner_colors(mesh, owner):
    """Returns the linear colours of a mesh's corners, or None."""
    layers = getattr(mesh, "color_attributes", ())
    if not len(layers):
        return None
    values = geometry.read(layers[0].data, "color", np.float32, 4)[:, :3]
    return values[owner] if layers[0].domain == 'POINT' else values


class Node:
    """An object in its place; `matrix` leads to its parent's space, `world` to the world's."""

    def __init__(self, item, evaluated, looks):
        self.name = item.name
        self.part = item.get(PART) or ""
        self.parent = item.parent.name if item.parent is not None else None
        self.world = np.array(item.matrix_world, dtype=np.float64)
        above = item.parent.matrix_world.inverted_safe() if item.parent is not None else None
        self.matrix = np.array(above @ item.matrix_world, dtype=np.float64) if above is not None else self.world
        self.shape = Shape(evaluated.data, looks) if evaluated.type == 'MESH' and len(evaluated.data.polygons) else None

    def world_points(self):
        return geometry.place(self.shape.points, self.world)

    @property
    def mirrored(self):
        """Whether its place turns it inside out."""
        return np.linalg.det(self.world[:3, :3]) < 0.0


def nodes(scene):
    """Returns the Nodes of a scene, parents before children; one without anything to see below it is there as well."""
    graph = bpy.context.evaluated_depsgraph_get()
    looks, made, below = {}, [], {}
    for item in scene.objects:
        below.setdefault(item.parent.name if item.parent is not None else None, []).append(item)
    waiting = list(below.get(None, ()))
    while waiting:
        item = waiting.pop()
        materials = [slot.material for slot in item.material_slots]
        for material in materials:
            if material not in looks:
                looks[material] = Look(material)
        made.append(Node(item, item.evaluated_get(graph), [looks[each] for each in materials] or [Look(None)]))
        waiting += reversed(below.get(item.name, ()))
    return made
