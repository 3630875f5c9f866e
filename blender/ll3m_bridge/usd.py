# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes .usdz: one layer of USD's text form and its pictures in a zip. bpy-free.

For all Blenders alike: Debian's are built without USD. Source: the specifications of usdz (entries stored, data on multiples
of 64 bytes, the layer first) and of UsdPreviewSurface 2.3, and UsdGeomMesh's schema. Metres, Z up, as in Blender. What moves
stands still.
"""
import re
import zipfile

import numpy as np

ALIGNMENT, EXTRA = 64, 0x1986
LOCAL_HEADER = 30
DAY = (1980, 1, 1, 0, 0, 0)
# How much glass hides: the preview surface has no transmission.
GLASS_OPACITY = 0.25
# Channel → (input of the surface, its type, output of the texture, colour space).
TEXTURED = {
    "base": ("diffuseColor", "color3f", "rgb", "sRGB"), "alpha": ("opacity", "float", "a", "sRGB"),
    "roughness": ("roughness", "float", "g", "raw"), "metallic": ("metallic", "float", "b", "raw"),
    "emission": ("emissiveColor", "color3f", "rgb", "sRGB"), "normal": ("normal", "normal3f", "rgb", "raw"),
}
OUTPUTS = {"rgb": "float3", "a": "float", "g": "float", "b": "float"}


class Names:
    """Gives each prim of a scope a name that USD allows, and another one to each."""

    def __init__(self):
        self.taken = set()

    def of(self, text):
        name = re.sub(r"[^A-Za-z0-9_]", "_", text) or "_"
        name = "_" + name if name[0].isdigit() else name
        made, number = name, 1
        while made in self.taken:
            made, number = "%s_%d" % (name, number), number + 1
        self.taken.add(made)
        return made


class Layer:
    """The text of a layer under way."""

    def __init__(self):
        self.lines = ["#usda 1.0"]
        self.depth = 0

    def line(self, text):
        self.lines.append("    " * self.depth + text)

    def open(self, head, metadata=()):
        if metadata:
            self.line(head + " (")
            for each in metadata:
                self.line("    " + each)
            self.line(")")
        else:
            self.line(head)
        self.line("{")
        self.depth += 1

    def close(self):
        self.depth -= 1
        self.line("}")

    def text(self):
        return "\n".join(self.lines) + "\n"


def quoted(text):
    """Returns a string of USD's text form."""
    plain = str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "\\n").replace("\t", "\\t")
    return '"%s"' % "".join(each for each in plain if each >= " ")


def numbers(values, form="%.7g"):
    """Returns an array: of numbers, or of tuples when it has two dimensions."""
    values = np.asarray(values)
    if values.ndim == 1:
        return "[" + ", ".join(form % each for each in values.tolist()) + "]"
    row = "(" + ", ".join([form] * values.shape[1]) + ")"
    return "[" + ", ".join(row % tuple(each) for each in values.tolist()) + "]"


def tuple_of(values):
    return "(" + ", ".join("%.7g" % each for each in values) + ")"


def write(path, title, nodes, pictures, provenance):
    """Writes a package; `nodes` are carried.Nodes, `pictures` is name → (file name, bytes) of what their looks show."""
    entries = [("asset.usda", layer(title, nodes, pictures, provenance).encode("utf-8"))]
    entries += [("textures/" + name, data) for name, data in pictures.values()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            entry = zipfile.ZipInfo(name, DAY)
            start = archive.fp.tell() + LOCAL_HEADER + len(name.encode("utf-8")) + 4
            fill = -start % ALIGNMENT
            entry.extra = EXTRA.to_bytes(2, "little") + fill.to_bytes(2, "little") + bytes(fill)
            archive.writestr(entry, data)


def layer(title, nodes, pictures, provenance):
    """Returns the text of the layer."""
    out = Layer()
    top = Names()
    root = top.of(title)
    out.line("(")
    if provenance:
        out.line("    customLayerData = {")
        for key, value in provenance.items():
            if value:
                out.line("        string %s = %s" % (Names().of(key), quoted(value)))
        out.line("    }")
    for each in ('defaultPrim = "%s"' % root, "metersPerUnit = 1", 'upAxis = "Z"'):
        out.line("    " + each)
    out.line(")")
    out.open('def Xform "%s"' % root, ['kind = "component"'])
    names = Names()
    paths = write_materials(out, "/%s/%s" % (root, names.of("Materials")), nodes, pictures)
    below = {}
    for node in nodes:
        below.setdefault(node.parent, []).append(node)
    for node in below.get(None, ()):
        write_node(out, node, below, names, paths)
    out.close()
    return out.text()


def write_node(out, node, below, names, paths):
    """Writes an object, its mesh and what hangs on it."""
    out.open('def Xform "%s"' % names.of(node.name), ["customData = {", "    string name = %s" % quoted(node.name), "}"])
    if not np.allclose(node.matrix, np.eye(4), atol=1e-9):
        out.line("matrix4d xformOp:transform = ( %s )" % ", ".join(tuple_of(each) for each in node.matrix.T))
        out.line('uniform token[] xformOpOrder = ["xformOp:transform"]')
    inside = Names()
    if node.shape is not None:
        write_mesh(out, node.shape, inside.of("mesh"), paths)
    for each in below.get(node.name, ()):
        write_node(out, each, below, inside, paths)
    out.close()


def write_mesh(out, shape, name, paths):
    """Writes a mesh: points, corners and what hangs on them, and which faces have which material."""
    bound = [paths[id(each)] for each in shape.looks]
    out.open('def Mesh "%s"' % name, ['prepend apiSchemas = ["MaterialBindingAPI"]'])
    out.line("float3[] extent = [%s, %s]" % (tuple_of(shape.points.min(axis=0)), tuple_of(shape.points.max(axis=0))))
    out.line("int[] faceVertexCounts = " + numbers(shape.face_sizes, "%d"))
    out.line("int[] faceVertexIndices = " + numbers(shape.owner, "%d"))
    out.line("point3f[] points = " + numbers(shape.points, "%.6g"))
    write_primvar(out, "normal3f[] normals", shape.normals, "faceVarying", "%.3g")
    if shape.uv is not None:
        write_primvar(out, "texCoord2f[] primvars:st", shape.uv, "faceVarying", "%.5g")
    used = sorted(set(shape.face_looks.tolist()))
    if shape.colors is not None and any(shape.looks[each].colored for each in used):
        write_primvar(out, "color3f[] primvars:displayColor", shape.colors, "faceVarying", "%.4g")
    elif len(used) == 1:
        plain = np.array([shape.looks[used[0]].values["base"]])
        write_primvar(out, "color3f[] primvars:displayColor", plain, "constant", "%.4g")
    else:
        plain = np.array([each.values["base"] for each in shape.looks])
        write_primvar(out, "color3f[] primvars:displayColor", plain[shape.face_looks], "uniform", "%.4g")
    out.line('uniform token subdivisionScheme = "none"')
    out.line("rel material:binding = <%s>" % bound[used[0]])
    if len(used) > 1:
        out.line('uniform token subsetFamily:materialBind:familyType = "partition"')
        inside = Names()
        for each in used:
            out.open('def GeomSubset "%s"' % inside.of(shape.looks[each].name), ['prepend apiSchemas = ["MaterialBindingAPI"]'])
            out.line('uniform token elementType = "face"')
            out.line('uniform token familyName = "materialBind"')
            out.line("int[] indices = " + numbers(np.nonzero(shape.face_looks == each)[0], "%d"))
            out.line("rel material:binding = <%s>" % bound[each])
            out.close()
    out.close()


def write_primvar(out, name, values, interpolation, form):
    """Writes an array and what of the mesh its values hang on."""
    out.line("%s = %s (" % (name, numbers(np.nan_to_num(values), form)))
    out.line('    interpolation = "%s"' % interpolation)
    out.line(")")


def write_materials(out, scope, nodes, pictures):
    """Writes the materials; returns their paths by id of the look."""
    out.open('def Scope "%s"' % scope.rsplit("/", 1)[1])
    names, paths = Names(), {}
    for look in (each for node in nodes if node.shape is not None for each in node.shape.looks):
        if id(look) not in paths:
            paths[id(look)] = "%s/%s" % (scope, names.of(look.name))
            write_material(out, look, paths[id(look)], pictures)
    out.close()
    return paths


def write_material(out, look, path, pictures):
    """Writes one material: a preview surface, its textures, and what tells these where to look."""
    out.open('def Material "%s"' % path.rsplit("/", 1)[1])
    out.line("token outputs:surface.connect = <%s/Surface.outputs:surface>" % path)
    shown = {channel: picture for channel, picture in look.pictures.items() if channel in TEXTURED and picture.name in pictures}
    out.open('def Shader "Surface"')
    out.line('uniform token info:id = "UsdPreviewSurface"')
    for name, value in constants(look, shown):
        out.line("%s = %s" % (name, value))
    for channel, picture in shown.items():
        target, kind, output, _ = TEXTURED[channel]
        out.line("%s inputs:%s.connect = <%s/%s.outputs:%s>" % (kind, target, path, texture_name(channel), output))
    if look.colored:
        out.line("color3f inputs:diffuseColor.connect = <%s/Colors.outputs:result>" % path)
    out.line("token outputs:surface")
    out.close()
    for channel, picture in shown.items():
        write_texture(out, look, channel, path, pictures[picture.name][0])
    if shown:
        write_reader(out, "Coordinates", "float2", "st")
    if look.colored:
        write_reader(out, "Colors", "float3", "displayColor")
    out.close()


def constants(look, shown):
    """Yields (input, value) of what no texture says."""
    values = look.values
    if "base" not in shown and not look.colored:
        yield "color3f inputs:diffuseColor", tuple_of(values["base"])
    if "emission" not in shown and look.strength > 0.0 and max(values["emission"]) > 0.0:
        yield "color3f inputs:emissiveColor", tuple_of(each * look.strength for each in values["emission"])
    for name, target in (("roughness", "roughness"), ("metallic", "metallic"), ("clearcoat", "clearcoat"),
                         ("clearcoat_roughness", "clearcoatRoughness"), ("ior", "ior")):
        if name not in shown:
            yield "float inputs:" + target, "%.6g" % values[name]
    if "alpha" not in shown:
        yield "float inputs:opacity", "%.6g" % (values["alpha"] * (1.0 - (1.0 - GLASS_OPACITY) * values["transmission"]))


def texture_name(channel):
    return channel.capitalize() + "Texture"


def write_texture(out, look, channel, path, file):
    """Writes the shader that reads a picture for a channel."""
    _, _, output, space = TEXTURED[channel]
    out.open('def Shader "%s"' % texture_name(channel))
    out.line('uniform token info:id = "UsdUVTexture"')
    out.line("asset inputs:file = @textures/%s@" % file)
    out.line('token inputs:sourceColorSpace = "%s"' % space)
    out.line("float2 inputs:st.connect = <%s/Coordinates.outputs:result>" % path)
    out.line('token inputs:wrapS = "repeat"')
    out.line('token inputs:wrapT = "repeat"')
    if channel == "normal":
        out.line("float4 inputs:scale = (2, 2, 2, 1)")
        out.line("float4 inputs:bias = (-1, -1, -1, 0)")
    elif channel == "emission" and look.strength != 1.0:
        out.line("float4 inputs:scale = " + tuple_of([look.strength] * 3 + [1.0]))
    out.line("%s outputs:%s" % (OUTPUTS[output], output))
    out.close()


def write_reader(out, name, kind, variable):
    out.open('def Shader "%s"' % name)
    out.line('uniform token info:id = "UsdPrimvarReader_%s"' % kind)
    out.line('string inputs:varname = "%s"' % variable)
    out.line("%s outputs:result" % kind)
    out.close()
