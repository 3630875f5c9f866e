# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes and reads .3mf: the core specification 1.3, and the colour groups of the materials extension 1.2. bpy-free.

A file is a zip with one model in millimetres; each solid is an object of its own, with a colour for each corner of each
triangle. Vertices that stand in the same place are one: readers judge by their numbers whether a solid is closed.
"""
import zipfile
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import numpy as np

CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
COLOR = "http://schemas.microsoft.com/3dmanufacturing/material/2015/02"
MODEL = "3D/3dmodel.model"
TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="model" \
ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>
"""
RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rel0" \
Target="/3D/3dmodel.model" Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>
"""
# The day that is written for each entry: the same asset makes the same file.
DAY = (1980, 1, 1, 0, 0, 0)


class Solid:
    """One object: points in millimetres, triangles, and sRGB bytes for each corner of each (n x 3 x 3) or None."""

    def __init__(self, name, points, triangles, colors=None):
        self.name = name
        self.points, self.triangles, kept = welded(points, triangles)
        self.colors = None if colors is None else colors[kept]


def welded(points, triangles):
    """Returns (points, triangles without those that have become lines, which these are), equal points made one."""
    shown = np.round(points, 5) + 0.0
    unique, number = np.unique(shown, axis=0, return_inverse=True)
    triangles = number.reshape(-1)[triangles]
    kept = (triangles[:, 0] != triangles[:, 1]) & (triangles[:, 1] != triangles[:, 2]) & (triangles[:, 2] != triangles[:, 0])
    return unique, triangles[kept], kept


def write(path, title, solids, provenance):
    """Writes solids; `provenance` as in the verb `export`, empty for none."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        told = model(title, solids, provenance)
        for name, text in (("[Content_Types].xml", TYPES), ("_rels/.rels", RELATIONS), (MODEL, told)):
            entry = zipfile.ZipInfo(name, DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)


def model(title, solids, provenance):
    """Returns the text of the model."""
    palette, numbers = colors_of(solids)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>',
             '<model unit="millimeter" xml:lang="en-US" xmlns="%s" xmlns:m="%s">' % (CORE, COLOR)]
    for name, value in metadata(title, provenance):
        lines.append("<metadata name=%s>%s</metadata>" % (quoteattr(name), escape(value)))
    lines.append("<resources>")
    if len(palette):
        lines.append('<m:colorgroup id="1">')
        lines += ['<m:color color="#%02X%02X%02X"/>' % tuple(each) for each in palette]
        lines.append("</m:colorgroup>")
    solids = [(each, number) for each, number in zip(solids, numbers) if len(each.triangles)]
    for index, (solid, number) in enumerate(solids):
        lines += object_lines(index + 2, solid, number)
    lines.append("</resources><build>")
    lines += ['<item objectid="%d"/>' % (index + 2) for index in range(len(solids))]
    lines.append("</build></model>")
    return "\n".join(lines)


def metadata(title, provenance):
    """Yields (name, value) of what the core specification has names for."""
    yield "Title", title
    if provenance.get("program"):
        program = " ".join(str(each) for each in (provenance["program"], provenance.get("version")) if each)
        yield "Application", program
    if provenance.get("prompt"):
        yield "Description", str(provenance["prompt"])
    if provenance.get("licence"):
        yield "LicenseTerms", str(provenance["licence"])


def colors_of(solids):
    """Returns (all colours, for each solid the numbers of its corners' or None)."""
    colored = [each.colors.reshape(-1, 3) for each in solids if each.colors is not None]
    if not colored:
        return [], [None] * len(solids)
    palette, inverse = np.unique(np.concatenate(colored), axis=0, return_inverse=True)
    inverse, numbers, at = inverse.reshape(-1), [], 0
    for each in solids:
        size = 0 if each.colors is None else len(each.colors) * 3
        numbers.append(inverse[at:at + size].reshape(-1, 3) if each.colors is not None else None)
        at += size
    return palette.tolist(), numbers


def object_lines(number, solid, colors):
    """Yields the lines of one object."""
    first = ' pid="1" pindex="%d"' % colors[0, 0] if colors is not None else ""
    yield '<object id="%d" type="model" name=%s%s><mesh><vertices>' % (number, quoteattr(solid.name), first)
    for x, y, z in solid.points.tolist():
        yield '<vertex x="%.5f" y="%.5f" z="%.5f"/>' % (x, y, z)
    yield "</vertices><triangles>"
    if colors is None:
        for row in solid.triangles.tolist():
            yield '<triangle v1="%d" v2="%d" v3="%d"/>' % tuple(row)
    else:
        for row in np.hstack([solid.triangles, colors]).tolist():
            yield '<triangle v1="%d" v2="%d" v3="%d" pid="1" p1="%d" p2="%d" p3="%d"/>' % tuple(row)
    yield "</triangles></mesh></object>"


def read(path):
    """Returns ([(name, points, triangles)], {metadata}) of a file, as far as `write` goes."""
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read(MODEL))
    space, found = "{%s}" % CORE, []
    for item in root.iter(space + "object"):
        points = [[float(each.get(axis)) for axis in "xyz"] for each in item.iter(space + "vertex")]
        triangles = [[int(each.get(corner)) for corner in ("v1", "v2", "v3")] for each in item.iter(space + "triangle")]
        found.append((item.get("name"), np.array(points).reshape(-1, 3), np.array(triangles, dtype=np.int64).reshape(-1, 3)))
    return found, {each.get("name"): each.text or "" for each in root.iter(space + "metadata")}
