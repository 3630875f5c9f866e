# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a .glb small: whole numbers instead of floats (KHR_mesh_quantization), other pictures, and nothing that is not used.
bpy-free.

A mesh becomes a box of 65,535 steps a side; the way back to its own size, one offset and one scale a mesh, stands in the nodes
that show it. A node that moves, or has children, keeps its place and gets a child for that. Meshes that bend (skins, morph
targets) stay as they are. Source: glTF 2.0 sections 3.6 and 3.7, KHR_mesh_quantization.
"""
import numpy as np

from . import gltf
from .errors import Failure

EXTENSION = "KHR_mesh_quantization"
FLOAT = 5126
TYPES = {width: name for name, width in gltf.WIDTHS.items()}
ARRAY, ELEMENTS = gltf.ARRAY, 34963
STEPS, FINE_STEPS, NORMAL_STEPS = 32767, 65535, 127
SLACK = 1e-5


class Small:
    """A document under way: what it was, and the bytes of what it becomes."""

    def __init__(self, document, binary, pictures):
        self.document = document
        self.binary = binary
        self.pictures = pictures
        self.old = document.get("accessors", [])
        self.old_views = document.get("bufferViews", [])
        self.accessors, self.views, self.chunks, self.size = [], [], [], 0
        self.kept = {}
        self.quantised = False

    # ---- bytes
    def view(self, data, **more):
        """Adds bytes; returns the number of their view."""
        fill = -self.size % 4
        self.chunks.append(bytes(fill) + data)
        self.views.append({"buffer": 0, "byteOffset": self.size + fill, "byteLength": len(data), **more})
        self.size += fill + len(data)
        return len(self.views) - 1

    def values(self, index):
        """Returns the numbers of an accessor as they are stored."""
        found = gltf.numbers(self.document, self.binary, index)
        if found is None:
            raise Failure("export.failed", "web: an accessor without numbers of its own", {})
        return found

    def accessor(self, values, target=None, normalized=False, bounds=False):
        """Adds numbers; returns the number of their accessor. Rows of attributes begin at multiples of four bytes."""
        count, width = values.shape
        item = values.dtype.itemsize * width
        more = {"target": target} if target else {}
        if target == ARRAY and item % 4:
            wide = np.zeros((count, item + -item % 4), dtype=np.uint8)
            wide[:, :item] = np.ascontiguousarray(values).view(np.uint8).reshape(count, item)
            more["byteStride"] = wide.shape[1]
            data = wide.tobytes()
        else:
            data = np.ascontiguousarray(values).tobytes()
        made = {"bufferView": self.view(data, **more), "componentType": component(values.dtype), "count": count,
                "type": TYPES[width]}
        if normalized:
            made["normalized"] = True
        if bounds:
            made["min"], made["max"] = values.min(axis=0).tolist(), values.max(axis=0).tolist()
        self.accessors.append(made)
        return len(self.accessors) - 1

    def same(self, index, target=None):
        """Takes an accessor over as it is."""
        return self.once(("same", index, target), lambda: self.copied(index, target))

    def copied(self, index, target):
        old = self.old[index]
        made = self.accessor(self.values(index), target, old.get("normalized", False))
        for key in ("min", "max", "name"):
            if key in old:
                self.accessors[made][key] = old[key]
        return made

    def once(self, key, make):
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]

    # ---- meshes
    def meshes(self):
        bending = {node["mesh"] for node in self.document.get("nodes", ()) if "mesh" in node and "skin" in node}
        for index, mesh in enumerate(self.document.get("meshes", ())):
            stays = index in bending or any("targets" in each for each in mesh["primitives"])
            place = None if stays else self.place_of(mesh)
            for primitive in mesh["primitives"]:
                self.primitive(primitive, place)
            if place is not None:
                self.quantised = True
                self.show(index, *place)

    def place_of(self, mesh):
        """Returns (middle, half of the longest side) of a mesh."""
        boxes = [self.old[each["attributes"]["POSITION"]] for each in mesh["primitives"]]
        low = np.min([each["min"] for each in boxes], axis=0)
        high = np.max([each["max"] for each in boxes], axis=0)
        half = float((high - low).max()) / 2
        return (low + high) / 2, half if half > 0.0 else 1.0

    def primitive(self, primitive, place):
        attributes = primitive["attributes"]
        for name in [each for each in attributes if self.unread(each, primitive.get("material"))]:
            del attributes[name]
        for name, index in list(attributes.items()):
            attributes[name] = self.attribute(name, index, place)
        for target in primitive.get("targets", ()):
            for name, index in target.items():
                target[name] = self.same(index, ARRAY)
        if "indices" in primitive:
            old = primitive["indices"]
            primitive["indices"] = self.once(("indices", old), lambda: self.indices(old))

    def unread(self, attribute, number):
        """Whether a material has no use for an attribute: coordinates without a picture, tangents without a normal map."""
        material = self.document["materials"][number] if number is not None else {}
        if attribute == "TANGENT":
            return "normalTexture" not in material
        return attribute.startswith("TEXCOORD_") and "'index'" not in repr(material)

    def attribute(self, name, index, place):
        if name == "POSITION" and place is not None:
            return self.once((name, index, tuple(place[0]), place[1]), lambda: self.positions(index, *place))
        if name in {"NORMAL", "TANGENT"} and place is not None:
            return self.once((name, index), lambda: self.normals(index))
        if name.startswith("TEXCOORD_") and place is not None:
            return self.once((name, index), lambda: self.coordinates(index))
        if name.startswith("COLOR_") and self.old[index]["componentType"] == FLOAT:
            return self.once((name, index), lambda: self.colors(index))
        return self.same(index, ARRAY)

    def positions(self, index, middle, half):
        steps = np.rint((self.values(index).astype(np.float64) - middle) / half * STEPS)
        return self.accessor(np.clip(steps, -STEPS, STEPS).astype("<i2"), ARRAY, True, True)

    def normals(self, index):
        values = self.values(index).astype(np.float64)
        length = np.linalg.norm(values[:, :3], axis=1)
        values[length < 1e-6, :3] = (0.0, 0.0, 1.0)    # of a triangle without area
        values[:, :3] /= np.where(length < 1e-6, 1.0, length)[:, None]
        return self.accessor(np.rint(values * NORMAL_STEPS).astype("<i1"), ARRAY, True)

    def coordinates(self, index):
        values = self.values(index).astype(np.float64)
        if values.min() < -SLACK or values.max() > 1.0 + SLACK:
            return self.same(index, ARRAY)
        return self.accessor(np.rint(np.clip(values, 0.0, 1.0) * FINE_STEPS).astype("<u2"), ARRAY, True)

    def colors(self, index):
        values = np.clip(self.values(index).astype(np.float64), 0.0, 1.0)
        return self.accessor(np.rint(values * FINE_STEPS).astype("<u2"), ARRAY, True)

    def indices(self, index):
        values = self.values(index)
        return self.accessor(values.astype("<u2") if values.max(initial=0) < FINE_STEPS else values.astype("<u4"), ELEMENTS)

    # ---- nodes
    def show(self, mesh, middle, half):
        """Gives the nodes of a mesh the way back to its size."""
        nodes = self.document["nodes"]
        moving = {channel["target"].get("node") for each in self.document.get("animations", ()) for channel in each["channels"]}
        for index, node in enumerate(list(nodes)):
            if node.get("mesh") != mesh:
                continue
            if index in moving or node.get("children") or "matrix" in node or "camera" in node or node.get("extensions"):
                child = {"name": node.get("name", "mesh"), "mesh": node.pop("mesh")}
                node.setdefault("children", []).append(len(nodes))
                nodes.append(child)
                node = child
            scale, turn = np.array(node.get("scale", (1, 1, 1)), dtype=float), node.get("rotation", (0, 0, 0, 1))
            stands = np.array(node.get("translation", (0, 0, 0)), dtype=float)
            node["translation"] = (stands + turned(turn, scale * middle)).tolist()
            node["scale"] = (scale * half).tolist()

    # ---- the rest
    def others(self):
        """Takes over what is not of a mesh: animations, skins, pictures."""
        for animation in self.document.get("animations", ()):
            for sampler in animation["samplers"]:
                sampler["input"], sampler["output"] = self.same(sampler["input"]), self.same(sampler["output"])
        for skin in self.document.get("skins", ()):
            if "inverseBindMatrices" in skin:
                skin["inverseBindMatrices"] = self.same(skin["inverseBindMatrices"])
        for image in self.document.get("images", ()):
            given = self.pictures.get(image.get("name"))
            if given is not None:
                image["mimeType"], data = given
                image["bufferView"] = self.view(data)
            elif "bufferView" in image:
                view = self.old_views[image["bufferView"]]
                start = view.get("byteOffset", 0)
                image["bufferView"] = self.view(self.binary[start:start + view["byteLength"]])

    def finished(self):
        document = self.document
        document["accessors"], document["bufferViews"] = self.accessors, self.views
        binary = b"".join(self.chunks)
        document["buffers"] = [{"byteLength": len(binary)}]
        if self.quantised:
            for key in ("extensionsUsed", "extensionsRequired"):
                if EXTENSION not in document.setdefault(key, []):
                    document[key].append(EXTENSION)
        return document, binary


def component(kind):
    return next(number for number, each in gltf.KINDS.items() if np.dtype(each) == kind.newbyteorder("="))


def turned(quaternion, vector):
    """Returns a vector turned by a quaternion (x, y, z, w)."""
    axis, w = np.array(quaternion[:3], dtype=float), float(quaternion[3])
    once = 2.0 * np.cross(axis, vector)
    return vector + w * once + np.cross(axis, once)


def quantised(document, binary, pictures):
    """Returns (document, binary) made small; `pictures` is name → (media type, bytes) of what stands in for the file's own. The
    document that is given is used up."""
    small = Small(document, binary, pictures)
    small.meshes()
    small.others()
    return small.finished()
