# SPDX-License-Identifier: GPL-3.0-or-later
"""Digests that tell whether a part's mesh, transform or material changed.

Invariants: a digest does not depend on names of objects or materials (Blender numbers them when one is taken), on the order
in which objects were made, on addresses, or on the process; it does depend on each value that can change the look:
evaluated coordinates, faces, UVs and colours; world matrices; node trees with links, values, ramps and curves; and the
animation of each of these. Values are rounded (coordinates to 10 micrometres), so that noise of the last bit is no change.
"""
import hashlib

import bpy
import numpy as np

from .arrays import mixed

DIGITS = 6
MESH_DIGITS = 5
LENGTH = 16
MAX_NESTING = 5
LAYOUT = {
    "rna_type", "name", "label", "location", "location_absolute", "width", "width_hidden", "height", "dimensions", "select",
    "color", "use_custom_color", "show_options", "show_preview", "show_texture", "hide", "parent", "inputs", "outputs",
    "internal_links", "is_active_output", "warning_propagation", "interface", "color_tag",
}
DATABLOCK = {
    "rna_type", "name", "name_full", "original", "users", "use_fake_user", "use_extra_user", "is_embedded_data",
    "is_evaluated", "is_library_indirect", "is_missing", "is_runtime_data", "is_editable", "library", "asset_data",
    "override_library", "preview", "tag", "library_weak_reference", "animation_data", "node_tree", "grease_pencil",
    "session_uid", "paint_active_slot", "paint_clone_slot", "texture_paint_images", "texture_paint_slots",
    "cycles", "lineart", "id_type",
}
MAX_PIXELS = 4 * 1024 * 1024


def short(digest):
    """Returns a digest as the report writes it."""
    return digest.hexdigest()[:LENGTH]


def combine(pieces):
    """Returns the digest of pieces whose order means nothing."""
    total = hashlib.sha256()
    for piece in sorted(pieces):
        total.update(piece.encode())
    return short(total)


def rounded(values):
    """Returns the bytes of an array, without the noise of its last bits."""
    return (np.round(np.asarray(values, dtype=np.float64), DIGITS) + 0.0).tobytes()


def arrays_digest(arrays):
    """Digest of an evaluated mesh in its own space: corners, faces, shading, layers, in whatever order they are stored.

    Blender's own operators number vertices by addresses in memory, so the same sphere comes in another order each time.
    """
    if arrays.digest is not None:
        return arrays.digest
    points = keys_of(arrays.local)
    following = np.arange(1, len(arrays.loop_vertices) + 1)
    starts = np.cumsum(arrays.face_sizes) - arrays.face_sizes
    following[(starts + arrays.face_sizes - 1)[arrays.face_sizes > 0]] = starts[arrays.face_sizes > 0]
    corners = points[arrays.loop_vertices]
    for name, values in arrays.layers:
        keys = keys_of(values) + np.uint64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little"))
        corners = mixed(corners ^ mixed(keys if len(keys) == len(corners) else keys[arrays.loop_vertices]))
    sides = mixed(corners + mixed(corners[following] if len(corners) else corners))
    faces = np.add.reduceat(sides, starts) if len(starts) and arrays.face_sizes.all() else sides
    faces = mixed(faces ^ arrays.face_smooth.astype(np.uint64)) if len(faces) == len(starts) else faces
    ends = points[arrays.edges]
    total = hashlib.sha256()
    for each in (points, faces, mixed(ends[:, 0]) + mixed(ends[:, 1])):
        total.update(len(each).to_bytes(8, "little"))
        total.update(np.sort(each).tobytes())
    arrays.digest = short(total)
    return arrays.digest


def keys_of(values):
    """Returns one 64-bit key for each row of an array of reals, the same for rows that are equal when rounded."""
    whole = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=1e9, posinf=2e9, neginf=-2e9)
    whole = np.round(whole * 10 ** MESH_DIGITS).astype(np.int64).view(np.uint64)
    keys = np.zeros(len(whole), dtype=np.uint64)
    for column in range(whole.shape[1]):
        keys = mixed(keys + whole[:, column])
    return keys


def transform_digest(item, matrices):
    """Digest of where an object and what it instances stand, and of the animation that moves it."""
    total = hashlib.sha256()
    for piece in sorted(rounded(matrix) for matrix in matrices):
        total.update(piece)
    total.update(animation_text(item).encode())
    return short(total)


def shape_animation_text(item):
    """The animation of an object's own data and of its shape keys."""
    data = item.data
    keys = getattr(data, "shape_keys", None)
    return animation_text(data) + (animation_text(keys) if keys else "")


class Materials:
    """Digests of materials, each worked out once."""

    def __init__(self):
        self.known = {}
        self.layouts = {}

    def digest(self, material):
        """Returns the digest of a material; None stands for an empty slot."""
        if material is None:
            return "none"
        key = material.as_pointer()
        if key not in self.known:
            lines = self.values(material, DATABLOCK, 1)
            if material.use_nodes and material.node_tree:
                lines += self.tree(material.node_tree, 1)
            lines.append(animation_text(material))
            self.known[key] = short(hashlib.sha256("\n".join(lines).encode()))
        return self.known[key]

    def object_digest(self, item, arrays_list):
        """Digest of what an object's surfaces are made of, and which faces wear what."""
        total = hashlib.sha256()
        for slot in item.material_slots:
            total.update(self.digest(slot.material).encode())
        for arrays in arrays_list:
            for material in arrays.materials:
                total.update(self.digest(material.original if material else None).encode())
            if arrays.face_materials.any():
                total.update(np.bincount(arrays.face_materials).tobytes())
        if item.type == 'LIGHT':
            total.update("\n".join(self.values(item.data, DATABLOCK, 1)).encode())
        return short(total)

    def tree(self, tree, depth):
        """Tells a node tree: nodes by their place in it, values of sockets that nothing feeds, links, animation."""
        if depth > MAX_NESTING:
            return ["deeper"]
        place = {node.name: index for index, node in enumerate(tree.nodes)}
        lines = []
        for index, node in enumerate(tree.nodes):
            lines.append("node %d %s" % (index, node.bl_idname))
            lines += self.values(node, LAYOUT, depth + 1)
            lines += [socket_text(number, socket) for number, socket in enumerate(node.inputs) if not socket.is_linked]
            lines += [socket_text(number, socket) for number, socket in enumerate(node.outputs)]
        lines += sorted("link %d.%s %d.%s" % (place[link.from_node.name], link.from_socket.identifier,
                                              place[link.to_node.name], link.to_socket.identifier)
                        for link in tree.links)
        lines.append(animation_text(tree))
        return lines

    def values(self, owner, left_out, depth):
        """Tells the properties of a struct, and of the structs in it."""
        lines = []
        for name, kind, is_array in self.layout(owner, left_out):
            value = getattr(owner, name)
            if kind == 'POINTER':
                lines += self.pointer(name, value, depth)
            elif kind == 'COLLECTION':
                for index, each in enumerate(value):
                    lines += ["%s[%d]" % (name, index)] + self.values(each, LAYOUT - {"location", "color"}, depth + 1)
            else:
                lines.append("%s=%s" % (name, plain(value, is_array)))
        return lines

    def pointer(self, name, value, depth):
        """Tells what a pointer leads to: other data by what it is, a plain struct by its values."""
        if value is None:
            return [name + "=nothing"]
        if depth > MAX_NESTING:
            return [name + "=deeper"]
        if isinstance(value, bpy.types.NodeTree):
            return [name] + self.tree(value, depth + 1)
        if isinstance(value, bpy.types.Image):
            return [name + "=" + image_digest(value)]
        if isinstance(value, bpy.types.ID):
            return ["%s=%s" % (name, value.bl_rna.identifier)]
        if isinstance(value, bpy.types.Node):
            return []
        return [name] + self.values(value, LAYOUT - {"location", "color"}, depth + 1)

    def layout(self, owner, left_out):
        """Returns [(name, type, is array)] of what counts of a struct's properties."""
        key = (owner.bl_rna.identifier, len(left_out))
        if key not in self.layouts:
            self.layouts[key] = [(each.identifier, each.type, getattr(each, "is_array", False))
                                 for each in owner.bl_rna.properties
                                 if each.identifier not in left_out and not each.identifier.startswith("bl_")
                                 and (not each.is_readonly or each.type in {'POINTER', 'COLLECTION'})]
        return self.layouts[key]


def plain(value, is_array):
    """Writes a value so that equal ones are equal text."""
    if is_array:
        return " ".join(plain(each, False) for each in flat(value))
    if isinstance(value, float):
        return "%.*g" % (DIGITS, value + 0.0)
    return str(sorted(value)) if isinstance(value, set) else str(value)


def flat(value):
    """Yields the numbers of an array of any dimension."""
    for each in value:
        if hasattr(each, "__iter__") and not isinstance(each, str):
            yield from flat(each)
        else:
            yield each


def socket_text(number, socket):
    """Tells the value of a socket that has one."""
    value = getattr(socket, "default_value", None)
    if isinstance(value, bpy.types.ID):
        value = value.bl_rna.identifier
    is_array = value is not None and hasattr(value, "__iter__") and not isinstance(value, (str, set))
    return "socket %d %s=%s" % (number, socket.identifier, plain(value, is_array))


def image_digest(image):
    """Digest of an image's pixels; of its source and size when it is too large to read."""
    total = hashlib.sha256(("%s %s %s" % (tuple(image.size), image.source, image.colorspace_settings.name)).encode())
    if image.size[0] * image.size[1] <= MAX_PIXELS:
        pixels = np.empty(len(image.pixels), dtype=np.float32)
        image.pixels.foreach_get(pixels)
        total.update(rounded(pixels))
    return short(total)


def curves_of(owner):
    """Yields the animation curves of anything that can be animated, in every supported Blender."""
    data = getattr(owner, "animation_data", None)
    action = data.action if data else None
    if action is None:
        return
    if hasattr(action, "layers") and getattr(data, "action_slot", None):
        for layer in action.layers:
            for strip in layer.strips:
                bag = strip.channelbag(data.action_slot)
                yield from (bag.fcurves if bag else ())
    elif hasattr(action, "fcurves"):
        yield from action.fcurves


def animation_text(owner):
    """Tells the animation curves and the drivers of anything that can be animated."""
    lines = sorted(curve_text(each) for each in curves_of(owner))
    data = getattr(owner, "animation_data", None)
    for driver in (data.drivers if data else ()):
        targets = " ".join(target.data_path for variable in driver.driver.variables for target in variable.targets)
        lines.append("driver %s %d %s %s" % (driver.data_path, driver.array_index, driver.driver.expression, targets))
    return "\n".join(lines)


def curve_text(curve):
    """Tells one curve: what it moves, and its points."""
    points = np.empty(len(curve.keyframe_points) * 2, dtype=np.float32)
    curve.keyframe_points.foreach_get("co", points)
    modes = " ".join(point.interpolation for point in curve.keyframe_points)
    modifiers = " ".join(modifier.type for modifier in curve.modifiers)
    return "curve %s %d %s %s %s" % (curve.data_path, curve.array_index, rounded(points).hex(), modes, modifiers)
