# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers for tests, written apart from the program's own: is a solid closed, where do a layer's points lie, what does assimp
see."""
import collections
import os
import re
import shutil
import struct
import subprocess
import tempfile
import zipfile
from xml.etree import ElementTree

ASSIMP = shutil.which("assimp", path="/usr/bin:/bin")


def stl_triangles(data):
    """Returns [(a, b, c)] of points of a binary .stl."""
    count = struct.unpack("<I", data[80:84])[0]
    assert len(data) == 84 + 50 * count
    rows = (struct.unpack("<9f", data[84 + 50 * each + 12:84 + 50 * each + 48]) for each in range(count))
    return [(row[0:3], row[3:6], row[6:9]) for row in rows]


def model_of(data):
    """Returns the text of the model in a .3mf."""
    return zipfile.ZipFile(data).read("3D/3dmodel.model").decode("utf-8")


def model_solids(text):
    """Returns {name: [(a, b, c)]} of a .3mf's model."""
    found, space = {}, "{http://schemas.microsoft.com/3dmanufacturing/core/2015/02}"
    for item in ElementTree.fromstring(text).iter(space + "object"):
        points = [tuple(float(each.get(axis)) for axis in "xyz") for each in item.iter(space + "vertex")]
        found[item.get("name")] = [tuple(points[int(each.get(corner))] for corner in ("v1", "v2", "v3"))
                                   for each in item.iter(space + "triangle")]
    return found


def judged(triangles):
    """Returns (edges that are not there once in each direction, volume) of triangles, points in the same place being one."""
    edges, volume = collections.Counter(), 0.0
    for a, b, c in triangles:
        edges.update([(a, b), (b, c), (c, a)])
        volume += (a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
                   + a[2] * (b[0] * c[1] - b[1] * c[0])) / 6.0
    return sum(1 for (a, b), times in edges.items() if times != 1 or edges[(b, a)] != 1), volume


def box(points):
    """Returns (low, high) of points."""
    axes = list(zip(*points))
    return [min(each) for each in axes], [max(each) for each in axes]


def usd_layer(data):
    """Returns (names and offsets of a .usdz, its layer's text)."""
    archive = zipfile.ZipFile(data)
    places = []
    for entry in archive.infolist():
        assert entry.compress_type == zipfile.ZIP_STORED, entry
        archive.fp.seek(entry.header_offset)
        head = archive.fp.read(30)
        name, extra = struct.unpack("<HH", head[26:30])
        places.append((entry.filename, entry.header_offset + 30 + name + extra))
    return places, archive.read(places[0][0]).decode("utf-8")


def usd_meshes(text):
    """Returns [(world points, faces)] of a layer, its lines read strictly: each block is closed, matrices are passed down."""
    stack, found, pending, said = [], [], None, 0
    identity = [[float(row == column) for column in range(4)] for row in range(4)]
    for line in text.splitlines():
        line = line.strip()
        if line.endswith("= {"):
            said += 1
        elif line == "}" and said:
            said -= 1
        elif line.startswith("def "):
            pending = {"kind": line.split()[1], "matrix": stack[-1]["matrix"] if stack else identity}
        elif line == "{":
            stack.append(pending)
        elif line == "}":
            block = stack.pop()
            if block["kind"] == "Mesh":
                matrix = block["matrix"]
                points = [tuple(sum(point[k] * matrix[k][axis] for k in range(3)) + matrix[3][axis] for axis in range(3))
                          for point in block["points"]]
                assert sum(block["counts"]) == len(block["indices"]) and max(block["indices"]) < len(points)
                assert len(block["normals"]) == len(block["indices"])
                found.append((points, block["counts"]))
        elif line.startswith("matrix4d xformOp:transform"):
            rows = [[float(each) for each in row.split(",")] for row in re.findall(r"\(([^()]+)\)", line)]
            above = stack[-1]["matrix"]
            stack[-1]["matrix"] = [[sum(rows[i][k] * above[k][j] for k in range(4)) for j in range(4)] for i in range(4)]
        for key, name in (("point3f[] points", "points"), ("normal3f[] normals", "normals")):
            if line.startswith(key):
                stack[-1][name] = [tuple(map(float, each.split(","))) for each in re.findall(r"\(([^()]+)\)", line)]
        for key, name in (("int[] faceVertexCounts", "counts"), ("int[] faceVertexIndices", "indices")):
            if line.startswith(key):
                stack[-1][name] = [int(each) for each in re.findall(r"-?\d+", line.split("=")[1])]
    assert not stack
    return found


def seen_by_assimp(name, files):
    """Returns (low, high, number of meshes, triangles) of what assimp reads of a file and those beside it."""
    with tempfile.TemporaryDirectory() as folder:
        for each, data in files.items():
            path = os.path.join(folder, each)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as stream:
                stream.write(data)
        told = subprocess.run([ASSIMP, "info", os.path.join(folder, name)], capture_output=True, text=True, check=False).stdout
        # "info" takes an FBX' pivots twice; what it writes out again stands where it should.
        again = os.path.join(folder, "seen.obj")
        subprocess.run([ASSIMP, "export", os.path.join(folder, name), again], capture_output=True, check=True)
        with open(again, encoding="utf-8") as stream:
            points = [tuple(map(float, line.split()[1:4])) for line in stream if line.startswith("v ")]
    low, high = box(points)
    numbers = {key: int(value) for key, value in re.findall(r"^(Meshes|Faces):\s+(\d+)\s*$", told, re.M)}
    return low, high, numbers["Meshes"], numbers["Faces"]
