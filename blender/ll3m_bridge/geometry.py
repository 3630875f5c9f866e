# SPDX-License-Identifier: GPL-3.0-or-later
"""The evaluated geometry of a scene as numpy arrays.

A *solid* is one evaluated mesh in one place: that of an object, or of an instance that an object makes (collection,
geometry nodes, particles). An object that renders hide is a helper (a boolean cutter) and has no solid.
"""
import functools

import bpy
import numpy as np

from .arrays import components, cross
from .runner import PART

SHAPED = {'MESH', 'CURVE', 'SURFACE', 'FONT', 'META', 'CURVES', 'VOLUME', 'POINTCLOUD'}


class Solid:
    """Arrays of one evaluated mesh; `points` are in world space, `local` in the object's own."""

    def __init__(self, owner, mesh, matrix, shared):
        self.owner = owner
        self.matrix = np.array(matrix, dtype=np.float64)
        key = mesh.as_pointer()
        if key not in shared:
            shared[key] = Arrays(mesh)
        self.arrays = shared[key]
        self.points = place(self.arrays.local, self.matrix)

    @property
    def triangles(self):
        return self.arrays.triangles


class Arrays:
    """What numpy needs to know of a mesh, read once however often the mesh is used."""

    def __init__(self, mesh):
        mesh.calc_loop_triangles()
        self.digest = None
        self.local = read(mesh.vertices, "co", np.float32, 3)
        self.finite = np.isfinite(self.local).all(axis=1)
        self.triangles = indices(mesh.loop_triangles, "vertices", 3)
        self.triangle_face = indices(mesh.loop_triangles, "polygon_index")
        self.edges = indices(mesh.edges, "vertices", 2)
        self.loop_edges = indices(mesh.loops, "edge_index")
        self.loop_vertices = indices(mesh.loops, "vertex_index")
        self.face_sizes = indices(mesh.polygons, "loop_total")
        self.face_materials = indices(mesh.polygons, "material_index")
        self.face_smooth = read(mesh.polygons, "use_smooth", bool)
        self.layers = [(layer.name, read(layer.data, "uv", np.float32, 2)) for layer in mesh.uv_layers]
        self.layers += [(layer.name, read(layer.data, "color", np.float32, 4))
                        for layer in getattr(mesh, "color_attributes", ())]
        self.materials = list(mesh.materials)
        if not self.finite.all() and len(self.triangles):
            self.triangle_face = self.triangle_face[self.finite[self.triangles].all(axis=1)]
            self.triangles = self.triangles[self.finite[self.triangles].all(axis=1)]

    @functools.cached_property
    def uses(self):
        """Returns how many faces each edge has."""
        return np.bincount(self.loop_edges, minlength=len(self.edges))

    @functools.cached_property
    def shells(self):
        """Returns the Shells of the mesh: its connected pieces of surface."""
        return Shells(self)

    @property
    def islands(self):
        """Returns the number of connected pieces of surface."""
        return self.shells.count


class Shells:
    """The islands of a mesh, numbered from 0: which triangle is of which, which are closed, and the volume each encloses.

    `volume` is signed, in the mesh's own space: below zero where the faces of a closed island look inwards. `flipped` is the
    number of edges whose two faces disagree about where outside is.
    """

    def __init__(self, arrays):
        label = components(len(arrays.local), arrays.edges)
        seen = np.zeros(len(label) + 1, dtype=bool)
        seen[label[arrays.loop_vertices]] = True
        number = np.cumsum(seen) - 1
        self.count = int(seen.sum())
        self.of_vertex = np.where(seen[label], number[label], -1) if len(label) else label
        self.of_triangle = self.of_vertex[arrays.triangles[:, 0]] if len(arrays.triangles) else np.zeros(0, dtype=int)
        self.closed = np.ones(self.count, dtype=bool)
        rims = arrays.edges[(arrays.uses != 2) & (arrays.uses > 0)]
        self.closed[self.of_vertex[rims[:, 0]]] = False
        self.flipped = flipped_edges(arrays)
        corners = arrays.local[arrays.triangles].astype(np.float64)
        six = np.einsum("ij,ij->i", corners[:, 0], cross(corners[:, 1], corners[:, 2])) if len(corners) else np.zeros(0)
        self.volume = np.bincount(self.of_triangle, weights=six, minlength=self.count) / 6.0


def flipped_edges(arrays):
    """Returns the number of edges that their two faces pass in the same direction."""
    if not len(arrays.loop_edges):
        return 0
    along = arrays.edges[arrays.loop_edges, 0] == arrays.loop_vertices
    forward = np.bincount(arrays.loop_edges, weights=along, minlength=len(arrays.edges))
    return int(((arrays.uses == 2) & (forward != 1)).sum())


def read(collection, name, kind, width=1):
    """Returns a property of all items as an array."""
    values = np.empty(len(collection) * width, dtype=kind)
    if len(values):
        collection.foreach_get(name, values)
    return values.reshape(-1, width) if width > 1 else values


def indices(collection, name, width=1):
    """Returns a property of whole numbers; Blender copies them in one go only into an array without sign."""
    return read(collection, name, np.uint32, width).view(np.int32)


def place(points, matrix):
    """Returns points moved by a 4x4 matrix, as 64-bit numbers; some may not be finite."""
    with np.errstate(invalid="ignore"):
        return points.astype(np.float64) @ matrix[:3, :3].T + matrix[:3, 3]


def corner_normals(mesh):
    """Returns the normals of a mesh's corners as it is shaded, in its own space."""
    if hasattr(mesh, "corner_normals"):
        return read(mesh.corner_normals, "vector", np.float32, 3)
    mesh.calc_normals_split()
    return read(mesh.loops, "normal", np.float32, 3)


def bounds_of(points):
    """Returns (low, high) of the finite points, or None."""
    if len(points) and not np.isfinite(points).all():
        points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return None
    return points.min(axis=0), points.max(axis=0)


def asset_objects():
    """Returns the objects of the current scene that belong to the asset: all but cameras."""
    return [each for each in bpy.context.scene.objects if each.type != 'CAMERA']


def solids():
    """Returns the solids of the current scene, helpers and what has no surface left out."""
    graph = bpy.context.evaluated_depsgraph_get()
    shared, found = {}, []
    for instance in graph.object_instances:
        evaluated = instance.object
        owner = (instance.parent if instance.is_instance else evaluated).original
        if evaluated.type not in SHAPED or owner.hide_render:
            continue
        if evaluated.type == 'MESH':
            found.append(Solid(owner, evaluated.data, instance.matrix_world, shared))
            continue
        mesh = as_mesh(evaluated)
        if mesh is not None:
            found.append(Solid(owner, mesh, instance.matrix_world, {}))
            evaluated.to_mesh_clear()
    return found


def as_mesh(evaluated):
    """Returns the surface of a curve, text or metaball as a mesh, or None."""
    try:
        return evaluated.to_mesh()
    except RuntimeError:
        return None


def part_of(item):
    """Returns the part an object belongs to, or None."""
    return item.get(PART) or None
