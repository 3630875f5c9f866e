# SPDX-License-Identifier: GPL-3.0-or-later
"""Meshes joined for a bake, and what a bake writes into meshes."""
import bmesh
import bpy
import numpy as np

from .geometry import indices

COLOR = "Color"
# Colours of a vertex' corners that differ by less than this are one.
FLAT = 1.5 / 255


def join_objects(scene, parts):
    """Joins objects that are nowhere yet; returns the one."""
    for part in parts:
        scene.collection.objects.link(part)
    if len(parts) > 1:
        with quiet_selection(scene, *parts):
            bpy.ops.object.join()
    return parts[0]


class quiet_selection:
    """Selects just these objects of a scene, the first one active, as long as it is entered."""

    def __init__(self, scene, *items):
        self.layer = scene.view_layers[0]
        self.items = items

    def __enter__(self):
        self.layer.update()
        for item in self.layer.objects:
            item.select_set(False, view_layer=self.layer)
        for item in self.items:
            item.select_set(True, view_layer=self.layer)
        self.layer.objects.active = self.items[0]

    def __exit__(self, *_):
        pass


def split_large_faces(mesh):
    """Splits faces of more than four corners into triangles: Blender makes tangents, which normal maps need, of no others."""
    if indices(mesh.polygons, "loop_total").max(initial=0) <= 4:
        return
    shape = bmesh.new()
    shape.from_mesh(mesh)
    bmesh.ops.triangulate(shape, faces=[each for each in shape.faces if len(each.verts) > 4])
    shape.to_mesh(mesh)
    shape.free()


def set_normals(mesh, normals):
    """Shades the corners of a mesh by these normals."""
    if hasattr(mesh, "use_auto_smooth"):
        mesh.use_auto_smooth = True
    mesh.normals_split_custom_set(np.ascontiguousarray(normals, dtype=np.float32))


def write_colors(mesh, corners):
    """Writes colours of corners: at the vertices where all corners of each agree, else at the corners.

    Before 3.6 Blender's glTF exporter reads those of corners by the numbers of vertices: there they are always at the vertices, and a
    vertex between two colours has their mean.
    """
    owner = indices(mesh.loops, "vertex_index")
    points = np.ones((len(mesh.vertices), 4), dtype=np.float32)
    uses = np.bincount(owner, minlength=len(points))
    for channel in range(3):
        points[:, channel] = np.bincount(owner, corners[:, channel], len(points)) / np.maximum(uses, 1)
    at_points = bpy.app.version < (3, 6) or np.abs(points[owner] - corners).max(initial=0.0) < FLAT
    layer = mesh.color_attributes.new(name=COLOR, type='FLOAT_COLOR', domain='POINT' if at_points else 'CORNER')
    layer.data.foreach_set("color", np.ascontiguousarray(points if at_points else corners, dtype=np.float32).ravel())


def finite(values):
    """Returns values with zeros where a shader made no number."""
    return values if np.isfinite(values.sum()) else np.nan_to_num(values, posinf=0.0, neginf=0.0)


def is_builtin(attribute):
    """Whether a mesh needs an attribute for its shape or shading."""
    return getattr(attribute, "is_required", False) or attribute.name.startswith(".") or attribute.name in {
        "position", "material_index", "sharp_face", "sharp_edge", "custom_normal", "shade_smooth", "crease", "crease_edge"}


def wear(item, slot, material):
    """Puts a material into a slot of an object, where its old one stood."""
    if slot >= len(item.material_slots):
        item.data.materials.append(material)
    else:
        item.material_slots[slot].material = material
