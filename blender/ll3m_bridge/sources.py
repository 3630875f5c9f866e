# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a material's nodes get their input from, and how that survives a bake.

A bake looks at one joined mesh in world space, without the objects that it was made of and without an eye. So everything a
node reads of its object is first written into the mesh as an attribute (object, generated and UV coordinates, what Object
Info says), and what depends on the eye is replaced by its mean over a ball seen from outside. `bind` rewrites a node tree that
way and notes in a `Sources` what the tree looks at; `write_layers` writes the attributes into a mesh.
"""
import math

import bpy
import numpy as np

from .chance import WORDS, island_numbers, name_hash

UV_LAYER = "ll3m source uv"
COLOR_LAYER = "ll3m source color"
GENERATED = "ll3m generated"
OBJECT = "ll3m object"
NORMAL = "ll3m normal"
INFO = "ll3m info "
ISLAND = "ll3m island"
RANDOM = "ll3m random"    # property of an object that stands for an instance
# Nodes that make a pattern of a coordinate, and what they read when nothing is linked to it.
PATTERNS = {'TEX_NOISE', 'TEX_VORONOI', 'TEX_MUSGRAVE', 'TEX_WAVE', 'TEX_MAGIC', 'TEX_GRADIENT', 'TEX_CHECKER', 'TEX_BRICK',
            'TEX_GABOR'}
# What the light path says of a ray that comes straight from the camera; anything else is 0.
CAMERA_RAY = {"Is Camera Ray": 1.0}
# Outputs of the geometry node that change with the place of the object in the world.
PLACED_GEOMETRY = {"Position", "Normal", "True Normal", "Tangent", "Incoming"}
MEAN_STEPS = 64


class Sources:
    """What a material's look depends on: names of layers to write, and whether it can be shared or told by a mesh alone."""

    def __init__(self):
        self.layers = {}          # name of a layer → what is written there, a tuple
        self.textured = False     # a pattern, a picture or a place between the vertices
        self.own = False          # differs from object to object of the same mesh
        self.attributes = False   # reads attributes of the mesh
        self.eye = False          # depended on the eye: its mean stands in
        self.warnings = []

    def need(self, name, kind, *what):
        """Returns the name of a layer that will be written."""
        self.layers[name] = (kind, *what)
        return name

    def warn(self, text):
        if text not in self.warnings:
            self.warnings.append(text)

    @property
    def varies(self):
        """Whether the look is not the same all over the surface."""
        return self.textured or self.own or self.attributes


def bind(tree, sources, seen=None):
    """Makes a copied node tree, and copies of the groups in it, read layers of a mesh instead of an object and an eye."""
    for node in live_nodes(tree):
        if node.type == 'GROUP' and node.node_tree is not None:
            seen = {} if seen is None else seen
            name = node.node_tree.name
            if name not in seen:
                seen[name] = node.node_tree.copy()
                bind(seen[name], sources, seen)
            node.node_tree = seen[name]
            continue
        handler = HANDLERS.get(node.type)
        if handler is not None:
            handler(tree, node, sources)
        elif node.type in PATTERNS:
            bind_pattern(tree, node, sources)


def live_nodes(tree):
    """Returns the nodes whose output reaches an output of the tree; muted ones pass on what they get, and count for nothing."""
    feeding = {}
    for link in tree.links:
        feeding.setdefault(link.to_node.name, []).append(link.from_node)
    found = {}
    waiting = [each for each in tree.nodes if each.type in {'OUTPUT_MATERIAL', 'GROUP_OUTPUT'}]
    while waiting:
        node = waiting.pop()
        if node.name not in found:
            found[node.name] = node
            waiting += feeding.get(node.name, ())
    return [each for each in found.values() if not each.mute]


def replace(tree, socket, source):
    """Lets everything that reads a socket read another socket, or a constant, instead."""
    for link in list(socket.links):
        target = link.to_socket
        if isinstance(source, bpy.types.NodeSocket):
            tree.links.new(source, target)
        else:
            tree.links.remove(link)
            set_constant(tree, target, source)


def set_constant(tree, target, value):
    """Writes a number or three numbers into an input; through a node where the input has no value of its own."""
    if not hasattr(target, "default_value"):
        return
    width = len(target.default_value) if hasattr(target.default_value, "__len__") else 0
    numbers = list(value) if hasattr(value, "__len__") else [value] * 3
    if not width:
        target.default_value = type(target.default_value)(sum(numbers) / len(numbers))
    else:
        target.default_value = (numbers + [1.0])[:width]


def layer_socket(tree, name, output):
    """Returns a socket that reads a layer of the mesh: output "Fac", "Vector" or "Color"."""
    node = tree.nodes.new('ShaderNodeAttribute')
    node.attribute_type = 'GEOMETRY'
    node.attribute_name = name
    return node.outputs[output]


def linked(node, name):
    """Returns an output when something reads it, else None."""
    socket = node.outputs.get(name)
    return socket if socket is not None and socket.is_linked else None


# ------------------------------------------------------------------------------------------- nodes
def bind_coordinates(tree, node, sources):
    sources.textured = True
    if linked(node, "Generated"):
        replace(tree, node.outputs["Generated"], layer_socket(tree, sources.need(GENERATED, "generated"), "Vector"))
    if linked(node, "Normal"):
        replace(tree, node.outputs["Normal"], layer_socket(tree, sources.need(NORMAL, "normal"), "Vector"))
    if linked(node, "UV"):
        replace(tree, node.outputs["UV"], uv_socket(tree, ""))
    if linked(node, "Object"):
        name = OBJECT if node.object is None else "%s of %s" % (OBJECT, node.object.name)
        sources.own = sources.own or node.object is not None
        sources.need(name, "object", node.object)
        replace(tree, node.outputs["Object"], layer_socket(tree, name, "Vector"))
    for name in ("Camera", "Window", "Reflection"):
        if linked(node, name):
            sources.eye = True
            sources.warn("coordinates \"%s\" depend on the camera; object coordinates stand in" % name)
            replace(tree, node.outputs[name], layer_socket(tree, sources.need(OBJECT, "object", None), "Vector"))


def uv_socket(tree, name):
    """Returns a socket of a UV map by name, the one that renders when there is none."""
    node = tree.nodes.new('ShaderNodeUVMap')
    node.uv_map = name or UV_LAYER
    return node.outputs[0]


def bind_pattern(tree, node, sources):
    sources.textured = True
    vector = node.inputs.get("Vector")
    if vector is not None and vector.enabled and not vector.is_linked:
        tree.links.new(layer_socket(tree, sources.need(GENERATED, "generated"), "Vector"), vector)


def bind_image(tree, node, sources):
    sources.textured = True
    if node.image is None or (node.image.size[0] == 0 and node.image.source == 'FILE'):
        sources.warn("the picture of \"%s\" is not there" % (node.image.name if node.image else node.name))
    if not node.inputs["Vector"].is_linked:
        tree.links.new(uv_socket(tree, ""), node.inputs["Vector"])


def bind_uv_map(tree, node, sources):
    sources.textured = True
    if not node.uv_map:
        node.uv_map = UV_LAYER


def bind_tangent(tree, node, sources):
    sources.textured = True
    if getattr(node, "direction_type", 'UV_MAP') == 'UV_MAP' and not node.uv_map:
        node.uv_map = UV_LAYER


def bind_geometry(tree, node, sources):
    read = {each.name for each in node.outputs if each.is_linked}
    sources.textured = sources.textured or bool(read)
    sources.own = sources.own or bool(read & PLACED_GEOMETRY)
    if "Incoming" in read:
        sources.eye = True
        replace(tree, node.outputs["Incoming"], node.outputs["Normal"])
    if "Backfacing" in read:
        replace(tree, node.outputs["Backfacing"], 0.0)
    if "Random Per Island" in read:
        number = layer_socket(tree, sources.need(ISLAND, "island"), "Fac")
        replace(tree, node.outputs["Random Per Island"], number)


def bind_object_info(tree, node, sources):
    for output in node.outputs:
        if output.is_linked:
            sources.own = True
            name = sources.need(INFO + output.name, "info", output.name)
            replace(tree, output, layer_socket(tree, name, "Vector" if output.type in {'VECTOR', 'RGBA'} else "Fac"))


def bind_attribute(tree, node, sources):
    kind = getattr(node, "attribute_type", 'GEOMETRY')
    if kind == 'GEOMETRY':
        sources.attributes = True
    elif kind in {'OBJECT', 'INSTANCER'}:
        sources.own = True
        node.attribute_name = sources.need("%sproperty %s" % (INFO, node.attribute_name), "property", node.attribute_name)
        node.attribute_type = 'GEOMETRY'


def bind_color_attribute(tree, node, sources):
    sources.attributes = True
    if not node.layer_name:
        node.layer_name = sources.need(COLOR_LAYER, "color")


def bind_neighbours(tree, node, sources):
    """Ambient occlusion and bevelled normals: they look at what is around."""
    sources.textured = sources.own = True


def bind_layer_weight(tree, node, sources):
    sources.eye = True
    blend = node.inputs["Blend"].default_value if not node.inputs["Blend"].is_linked else 0.5
    replace(tree, node.outputs["Facing"], mean_facing(blend))
    replace(tree, node.outputs["Fresnel"], mean_fresnel(1.0 / max(1.0 - blend, 1e-5)))


def bind_fresnel(tree, node, sources):
    sources.eye = True
    ior = node.inputs["IOR"].default_value if not node.inputs["IOR"].is_linked else 1.45
    replace(tree, node.outputs[0], mean_fresnel(ior))


def bind_light_path(tree, node, sources):
    for output in node.outputs:
        replace(tree, output, CAMERA_RAY.get(output.name, 0.0))


def bind_camera(tree, node, sources):
    sources.eye = True
    for output in node.outputs:
        replace(tree, output, 1.0)


HANDLERS = {
    'TEX_COORD': bind_coordinates, 'UVMAP': bind_uv_map, 'NORMAL_MAP': bind_uv_map, 'TANGENT': bind_tangent,
    'NEW_GEOMETRY': bind_geometry, 'OBJECT_INFO': bind_object_info, 'ATTRIBUTE': bind_attribute,
    'VERTEX_COLOR': bind_color_attribute, 'TEX_IMAGE': bind_image, 'AMBIENT_OCCLUSION': bind_neighbours,
    'BEVEL': bind_neighbours, 'LAYER_WEIGHT': bind_layer_weight, 'FRESNEL': bind_fresnel, 'LIGHT_PATH': bind_light_path,
    'CAMERA': bind_camera, 'WIREFRAME': bind_neighbours,
}


# ------------------------------------------------------------------------------------------- means over a ball
def mean_facing(blend):
    """Returns the mean of Layer Weight's Facing over the pixels of a ball: that of 1 - cos^k is 1 - 2 / (k + 2)."""
    blend = min(max(blend, 0.0), 1.0 - 1e-5)
    power = 1.0 if blend == 0.5 else (2.0 * blend if blend < 0.5 else 0.5 / (1.0 - blend))
    return 1.0 - 2.0 / (power + 2.0)


def mean_fresnel(ior):
    """Returns the mean of a dielectric's reflectance over the pixels of a ball."""
    ior = max(ior, 1e-5)
    total = weight = 0.0
    for step in range(MEAN_STEPS):
        cosine = (step + 0.5) / MEAN_STEPS
        total += fresnel(cosine, ior) * cosine
        weight += cosine
    return total / weight


def fresnel(cosine, ior):
    """Returns the reflectance of a dielectric, unpolarised (Fresnel's equations)."""
    squared = ior * ior - 1.0 + cosine * cosine
    if squared <= 0.0:
        return 1.0
    g = math.sqrt(squared)
    a = (g - cosine) / (g + cosine)
    b = (cosine * (g + cosine) - 1.0) / (cosine * (g - cosine) + 1.0)
    return 0.5 * a * a * (1.0 + b * b)


# ------------------------------------------------------------------------------------------- layers of a mesh
def write_layers(item, mesh, layers):
    """Writes layers into a copy of an object's mesh; `layers` as Sources has them."""
    name_active_uv(mesh)
    for name, (kind, *what) in layers.items():
        if kind == "color":
            copy_active_color(mesh)
        if kind == "color" or (kind == "generated" and name in mesh.attributes):
            continue
        values = WRITERS[kind](item, mesh, *what)
        corner = kind == "normal"
        wide = values.ndim == 2
        layer = mesh.attributes.new(name, 'FLOAT_VECTOR' if wide else 'FLOAT', 'CORNER' if corner else 'POINT')
        layer.data.foreach_set("vector" if wide else "value", np.ascontiguousarray(values, dtype=np.float32).ravel())


def name_active_uv(mesh):
    """Copies the UV map that renders to the name under which nodes without a name read it."""
    for layer in mesh.uv_layers:
        if layer.active_render:
            copy_layer(mesh.uv_layers, layer, UV_LAYER, "uv", 2)
            break


def copy_active_color(mesh):
    """Copies the colours that render to the name under which nodes without a name read them."""
    colors = getattr(mesh, "color_attributes", ())
    index = colors.render_color_index if len(colors) else -1
    if not 0 <= index < len(colors):
        return
    source = colors[index]
    domain, values = source.domain, np.empty(len(source.data) * 4, dtype=np.float32)
    source.data.foreach_get("color", values)
    colors.new(name=COLOR_LAYER, type='FLOAT_COLOR', domain=domain).data.foreach_set("color", values)


def copy_layer(layers, layer, name, key, width):
    """Copies one layer of a mesh under another name, when there is room for one."""
    values = np.empty(len(layer.data) * width, dtype=np.float32)
    layer.data.foreach_get(key, values)
    made = layers.new(name=name, do_init=False)
    if made is not None:
        made.data.foreach_set(key, values)


def local_points(mesh):
    values = np.empty(len(mesh.vertices) * 3, dtype=np.float32)
    mesh.vertices.foreach_get("co", values)
    return values.reshape(-1, 3)


def object_layer(item, mesh, other):
    """Coordinates in the object's own space, or in another object's."""
    points = local_points(mesh)
    if other is None:
        return points
    matrix = np.array(other.matrix_world.inverted_safe() @ item.matrix_world)
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def generated_layer(item, mesh):
    """Coordinates in the mesh's own box, for a mesh of which nothing better is known (stage.py notes those of modified ones)."""
    return in_box(local_points(mesh), mesh)


def in_box(points, mesh):
    """Returns points in the texture space of a mesh, 0 to 1."""
    middle, size = np.array(mesh.texspace_location), np.array(mesh.texspace_size)
    return (points - middle) / np.where(size == 0.0, 1.0, size) * 0.5 + 0.5


def normal_layer(item, mesh):
    from .geometry import corner_normals
    return corner_normals(mesh)


def info_layer(item, mesh, name):
    """What Object Info says of the object, at every vertex."""
    values = {"Location": item.matrix_world.translation, "Color": item.color[:3], "Alpha": item.color[3],
              "Object Index": item.pass_index, "Material Index": 0.0, "Random": random_of(item)}
    return np.tile(np.asarray(values.get(name, 0.0), dtype=np.float32), (len(mesh.vertices), 1)).squeeze()


def random_of(item):
    """Returns the random number of an object, 0 to 1: that which its instance was given, or what Cycles makes of its name."""
    given = item.get(RANDOM)
    return given if given is not None else name_hash(item.name) / WORDS


def island_layer(item, mesh):
    """The random number of each vertex' island."""
    edges = np.empty(len(mesh.edges) * 2, dtype=np.int32)
    mesh.edges.foreach_get("vertices", edges)
    return island_numbers(len(mesh.vertices), edges.reshape(-1, 2))


def property_layer(item, mesh, path):
    """A property of the object, its data or the scene, as the Attribute node finds it."""
    value = 0.0
    for owner in (item, item.data):
        name = path[2:-2] if path.startswith('["') else path
        found = owner.get(name, getattr(owner, name, None))
        if found is not None:
            value = found
            break
    try:
        numbers = np.asarray(value, dtype=np.float32)
    except (TypeError, ValueError):
        numbers = np.zeros((), dtype=np.float32)
    if numbers.shape not in {(), (3,), (4,)}:
        numbers = np.zeros((), dtype=np.float32)
    return np.tile(numbers[:3] if numbers.ndim else numbers, (len(mesh.vertices), 1)).squeeze()


WRITERS = {"object": object_layer, "generated": generated_layer, "normal": normal_layer, "info": info_layer,
           "property": property_layer, "island": island_layer}
