# SPDX-License-Identifier: GPL-3.0-or-later
"""A shader tree read as the channels of one metallic-roughness surface.

Every shader that reaches the material's output is turned into the same set of channels (DEFAULTS), and mixes and sums of shaders
into mixes of channels, weighted by how much of each is there. A channel is a number, three numbers, or a socket in the tree
that carries them; new nodes are made only where a mix is not of constants. The tree is a copy (sources.py has rewritten it).
What a metallic-roughness surface cannot say is told in `warnings`.
"""
import bpy

DEFAULTS = {
    "base": (0.8, 0.8, 0.8), "metallic": 0.0, "roughness": 0.5, "alpha": 1.0, "emission": (0.0, 0.0, 0.0), "normal": None,
    "transmission": 0.0, "ior": 1.45, "specular": 0.5, "clearcoat": 0.0, "clearcoat_roughness": 0.03, "sheen": 0.0,
    "sheen_roughness": 0.5, "sheen_tint": (1.0, 1.0, 1.0), "anisotropy": 0.0, "anisotropy_rotation": 0.0, "film_thickness": 0.0,
    "film_ior": 1.33,
}
COLORS = {name for name, value in DEFAULTS.items() if isinstance(value, tuple)}
# Principled inputs a channel is read from, newest Blender's name first.
PRINCIPLED = {
    "base": ["Base Color"], "metallic": ["Metallic"], "roughness": ["Roughness"], "alpha": ["Alpha"], "normal": ["Normal"],
    "transmission": ["Transmission Weight", "Transmission"], "ior": ["IOR"], "specular": ["Specular IOR Level", "Specular"],
    "clearcoat": ["Coat Weight", "Clearcoat"], "clearcoat_roughness": ["Coat Roughness", "Clearcoat Roughness"],
    "sheen": ["Sheen Weight", "Sheen"], "sheen_roughness": ["Sheen Roughness"], "anisotropy": ["Anisotropic"],
    "anisotropy_rotation": ["Anisotropic Rotation"], "film_thickness": ["Thin Film Thickness"], "film_ior": ["Thin Film IOR"],
}
EMISSION = ["Emission Color", "Emission"]
SUBSURFACE = ["Subsurface Weight", "Subsurface"]
MAX_DEPTH = 64
FROM_BEHIND = 0.4    # light that falls on the back of a leaf, in the open, of that on its front


def principled_input(node, names):
    """Returns the first input of a node that has one of these names, or None."""
    return next((node.inputs[name] for name in names if name in node.inputs), None)


class Surface:
    """The channels of a shader; those that are not given are a plain surface's."""

    def __init__(self, **channels):
        self.channels = {**DEFAULTS, **channels}

    def __getitem__(self, name):
        return self.channels[name]


class Reader:
    """Reads one tree; groups are entered, their channels brought out through outputs made for it."""

    def __init__(self, tree, warnings):
        self.tree = tree
        self.warnings = warnings
        self.made = {}

    # ---- sockets
    def warn(self, text):
        if text not in self.warnings:
            self.warnings.append(text)

    def origin(self, socket):
        """Returns the output that feeds an input, reroutes and muted nodes passed through, or None."""
        for _ in range(MAX_DEPTH):
            if socket is None or not socket.is_linked:
                return None
            found = socket.links[0].from_socket
            node = found.node
            if node.type == 'REROUTE':
                socket = node.inputs[0]
            elif node.mute:
                socket = next((link.from_socket for link in node.internal_links if link.to_socket == found), None)
            else:
                return found
        return None

    def value(self, socket, color=False):
        """Returns what an input carries: a socket when it is linked, else its constant."""
        if socket is None:
            return None
        found = self.origin(socket)
        if found is not None:
            return found
        value = getattr(socket, "default_value", 0.0)
        if hasattr(value, "__len__"):
            return tuple(value)[:3]
        return (float(value),) * 3 if color else float(value)

    # ---- arithmetic on channels: constants are folded, the rest becomes nodes
    def mix(self, share, first, second):
        """Returns first * (1 - share) + second * share."""
        if same(first, second) or is_number(share, 0.0):
            return first
        if is_number(share, 1.0):
            return second
        if constant(share) and constant(first) and constant(second):
            return folded(lambda a, b: a + (b - a) * share, first, second)
        return self.compute('MULTIPLY_ADD', self.compute('SUBTRACT', second, first), share, first)

    def times(self, first, second):
        if is_number(first, 1.0) or is_number(second, 0.0):
            return second if not is_number(second, 0.0) else times_nothing(first)
        if is_number(second, 1.0):
            return first
        if constant(first) and constant(second):
            return folded(lambda a, b: a * b, first, second)
        return self.compute('MULTIPLY', first, second)

    def plus(self, first, second):
        if is_nothing(first):
            return second
        if is_nothing(second):
            return first
        if constant(first) and constant(second):
            return folded(lambda a, b: a + b, first, second)
        return self.compute('ADD', first, second)

    def compute(self, operation, *values):
        """Returns the output of a node that computes with three numbers at a time; its colours and numbers are not clamped."""
        node = self.tree.nodes.new('ShaderNodeVectorMath')
        node.operation = operation
        for index, value in enumerate(values):
            self.feed(node.inputs[index], value)
        return node.outputs[0]

    def feed(self, target, value):
        """Gives an input a channel."""
        from .sources import set_constant
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, target)
        else:
            set_constant(self.tree, target, value)

    # ---- shaders
    def surface(self, socket, depth=0):
        """Returns the Surface of a shader input; a black one when nothing is linked."""
        found = self.origin(socket)
        if found is None or depth > MAX_DEPTH:
            return Surface(base=(0.0, 0.0, 0.0), specular=0.0)
        key = (found.node.name, found.identifier)
        if key not in self.made:
            reader = SHADERS.get(found.node.type, Reader.unknown)
            self.made[key] = reader(self, found.node, found, depth + 1)
        return self.made[key]

    def unknown(self, node, output, depth):
        self.warn("no surface can be made of the shader \"%s\"" % node.bl_label)
        return Surface()

    def principled(self, node, output, depth):
        made = {}
        for name, inputs in PRINCIPLED.items():
            socket = principled_input(node, inputs)
            if name == "normal":
                made[name] = self.origin(socket)
            elif socket is not None:
                made[name] = self.value(socket, name in COLORS)
        tint = node.inputs.get("Sheen Tint")
        if tint is not None:
            made["sheen_tint"] = self.value(tint, True)
        made["ior"] = self.reflecting_ior(node, made)
        light = self.times(self.value(principled_input(node, EMISSION), True), self.value(node.inputs["Emission Strength"]))
        made["emission"] = wide(light) if constant(light) else light
        below = principled_input(node, SUBSURFACE)
        if below is not None and "Subsurface Color" in node.inputs:
            made["base"] = self.mix(self.value(below), made["base"], self.value(node.inputs["Subsurface Color"], True))
        return Surface(**made)

    def reflecting_ior(self, node, made):
        """Returns the index of refraction that reflects as much as the material does: there, "Specular" says so beside the IOR."""
        specular, ior = made["specular"], made["ior"]
        if not constant(specular) or not constant(ior) or is_number(made["transmission"], 1.0):
            return ior
        share = 0.08 * specular if "Specular" in node.inputs else ((ior - 1.0) / (ior + 1.0)) ** 2 * 2.0 * specular
        root = min(max(share, 0.0), 0.98) ** 0.5
        return (1.0 + root) / (1.0 - root)

    def plain(self, node, **channels):
        """A surface of a simple shader: its colour, roughness and normal, and what is given."""
        made = {"base": self.value(node.inputs.get("Color"), True), "normal": self.origin(node.inputs.get("Normal")),
                "roughness": self.value(node.inputs.get("Roughness"))}
        made.update(channels)
        return Surface(**{name: value for name, value in made.items() if value is not None or name == "normal"})

    def diffuse(self, node, output, depth):
        return self.plain(node, roughness=1.0, specular=0.0, ior=1.0)

    def translucent(self, node, output, depth):
        """Light from behind: a surface that only reflects shows the share of it that usually falls there."""
        color = self.times(self.value(node.inputs["Color"], True), FROM_BEHIND)
        return self.plain(node, base=color, roughness=1.0, specular=0.0, ior=1.0)

    def glossy(self, node, output, depth):
        return self.plain(node, metallic=1.0)

    def glass(self, node, output, depth):
        return self.plain(node, transmission=1.0, ior=self.value(node.inputs["IOR"]))

    def velvet(self, node, output, depth):
        return self.plain(node, roughness=1.0, specular=0.0, ior=1.0, sheen=1.0)

    def emitter(self, node, output, depth):
        light = self.times(self.value(node.inputs["Color"], True), self.value(node.inputs["Strength"]))
        return Surface(base=(0.0, 0.0, 0.0), specular=0.0, ior=1.0, roughness=1.0, emission=light)

    def transparent(self, node, output, depth):
        return Surface(base=self.value(node.inputs["Color"], True), specular=0.0, alpha=0.0)

    def holdout(self, node, output, depth):
        return Surface(alpha=0.0)

    def mixed(self, node, output, depth):
        """Mix Shader: each channel is the mean of both, weighted by what of it is there."""
        share = self.value(node.inputs[0])
        first, second = self.surface(node.inputs[1], depth), self.surface(node.inputs[2], depth)
        alpha = self.mix(share, first["alpha"], second["alpha"])
        if is_number(second["alpha"], 0.0):
            share = 0.0
        elif is_number(first["alpha"], 0.0):
            share = 1.0
        made = {name: self.mix(share, first[name], second[name]) for name in DEFAULTS if name not in {"alpha", "normal"}}
        made["normal"] = self.mixed_normal(share, first["normal"], second["normal"])
        return Surface(alpha=alpha, **made)

    def mixed_normal(self, share, first, second):
        if first is None and second is None:
            return None
        if is_number(share, 0.0) or first == second:
            return first
        if is_number(share, 1.0):
            return second
        return self.mix(share, first or self.flat_normal(), second or self.flat_normal())

    def flat_normal(self):
        return self.tree.nodes.new('ShaderNodeNewGeometry').outputs["Normal"]

    def added(self, node, output, depth):
        """Add Shader: light is added to a surface; a glow in front of nothing hides what it outshines."""
        first, second = self.surface(node.inputs[0], depth), self.surface(node.inputs[1], depth)
        if is_number(first["alpha"], 0.0) or is_nothing_but_light(first):
            first, second = second, first
        made = dict(first.channels)
        made["emission"] = self.plus(first["emission"], second["emission"])
        if is_number(second["alpha"], 0.0):
            made["alpha"] = self.glow_cover(made["emission"]) if is_nothing_but_light(first) else first["alpha"]
        elif not is_nothing_but_light(second):
            made["base"] = self.plus(first["base"], second["base"])
        return Surface(**made)

    def glow_cover(self, light):
        """Returns how much a glow without a body hides: as much as it shines, at most all."""
        if constant(light):
            return min(max(light), 1.0)
        node = self.tree.nodes.new('ShaderNodeSeparateXYZ')
        self.feed(node.inputs[0], light)
        most = node.outputs[0]
        for other in node.outputs[1:]:
            math = self.tree.nodes.new('ShaderNodeMath')
            math.operation, math.use_clamp = 'MAXIMUM', True
            self.feed(math.inputs[0], most)
            self.feed(math.inputs[1], other)
            most = math.outputs[0]
        return most

    def group(self, node, output, depth):
        """A group with a shader: its inside is read, and channels that vary are led out of it."""
        inside = node.node_tree
        end = next((each for each in inside.nodes if each.type == 'GROUP_OUTPUT' and each.is_active_output), None)
        socket = next((each for each in end.inputs if each.identifier == output.identifier), None) if end else None
        if socket is None:
            return Surface()
        reader = Reader(inside, self.warnings)
        surface = reader.surface(socket, depth)
        passed = {}
        for name, value in surface.channels.items():
            passed[name] = self.lead_out(node, end, value) if isinstance(value, bpy.types.NodeSocket) else value
        return Surface(**passed)

    def lead_out(self, node, end, value):
        """Returns an output of a group node that carries a socket of the group's inside."""
        inside = node.node_tree
        name = "ll3m %d" % len(node.outputs)
        kind = 'NodeSocketFloat' if value.type in {'VALUE', 'INT'} else 'NodeSocketVector' if value.type == 'VECTOR' else 'NodeSocketColor'
        if hasattr(inside, "interface"):
            inside.interface.new_socket(name, in_out='OUTPUT', socket_type=kind)
        else:
            inside.outputs.new(kind, name)
        inside.links.new(value, end.inputs[name])
        return node.outputs[name]


SHADERS = {
    'BSDF_PRINCIPLED': Reader.principled, 'BSDF_DIFFUSE': Reader.diffuse, 'BSDF_TRANSLUCENT': Reader.translucent,
    'SUBSURFACE_SCATTERING': Reader.diffuse, 'BSDF_TOON': Reader.diffuse, 'BSDF_HAIR': Reader.diffuse,
    'BSDF_HAIR_PRINCIPLED': Reader.diffuse, 'BSDF_GLOSSY': Reader.glossy, 'BSDF_ANISOTROPIC': Reader.glossy,
    'BSDF_METALLIC': Reader.glossy, 'BSDF_GLASS': Reader.glass, 'BSDF_REFRACTION': Reader.glass, 'BSDF_VELVET': Reader.velvet,
    'BSDF_SHEEN': Reader.velvet, 'EMISSION': Reader.emitter, 'BSDF_TRANSPARENT': Reader.transparent, 'HOLDOUT': Reader.holdout,
    'MIX_SHADER': Reader.mixed, 'ADD_SHADER': Reader.added, 'GROUP': Reader.group, 'EEVEE_SPECULAR': Reader.diffuse,
}


# ------------------------------------------------------------------------------------------- channels as values
def constant(value):
    return not isinstance(value, bpy.types.NodeSocket)


def is_number(value, number):
    """Whether a channel is this constant, in each of its numbers."""
    if not constant(value) or value is None:
        return False
    return all(each == number for each in value) if isinstance(value, tuple) else value == number


def is_nothing(value):
    return is_number(value, 0.0)


def is_nothing_but_light(surface):
    """Whether a surface shines and reflects nothing."""
    return is_nothing(surface["base"]) and is_nothing(surface["specular"]) and not is_nothing(surface["emission"])


def same(first, second):
    return first is second or (constant(first) and constant(second) and first == second)


def folded(function, first, second):
    """Applies a function to two constants, number by number."""
    if isinstance(first, tuple) or isinstance(second, tuple):
        pairs = zip(wide(first), wide(second))
        return tuple(function(a, b) for a, b in pairs)
    return function(first, second)


def times_nothing(value):
    """Returns zero, as wide as a channel may be."""
    return (0.0, 0.0, 0.0) if not constant(value) or isinstance(value, tuple) else 0.0


def wide(value):
    return value if isinstance(value, tuple) else (value,) * 3
