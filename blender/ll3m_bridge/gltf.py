# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender's glTF exporter leaves out, written into the file afterwards. bpy-free.

Source: glTF 2.0 specification, section 4 (GLB file format), and the KHR extensions named below. A file is read whole, its JSON
is amended, and it is written whole again; the binary chunk stays as it is.
"""
import json
import struct

import numpy as np

MAGIC, VERSION, JSON_CHUNK, BIN_CHUNK = b"glTF", 2, b"JSON", b"BIN\0"
FLOAT = 5126
PLAIN_IOR = 1.5
SAME_IOR = 0.02


def read(path):
    """Returns (document, binary chunk or None) of a .glb or .gltf."""
    with open(path, "rb") as stream:
        data = stream.read()
    if data[:4] != MAGIC:
        return json.loads(data.decode("utf-8")), None
    document, binary, place = None, None, 12
    while place + 8 <= len(data):
        size, kind = struct.unpack("<I4s", data[place:place + 8])
        body = data[place + 8:place + 8 + size]
        if kind == JSON_CHUNK:
            document = json.loads(body.decode("utf-8"))
        elif kind == BIN_CHUNK:
            binary = body
        place += 8 + size
    return document, binary


def write(path, document, binary):
    """Writes a .gltf, or a .glb when there is a binary chunk."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    if binary is None:
        body = text
    else:
        text += b" " * (-len(text) % 4)
        binary += b"\0" * (-len(binary) % 4)
        chunks = struct.pack("<I4s", len(text), JSON_CHUNK) + text + struct.pack("<I4s", len(binary), BIN_CHUNK) + binary
        body = struct.pack("<4sII", MAGIC, VERSION, 12 + len(chunks)) + chunks
    with open(path, "wb") as stream:
        stream.write(body)


# By component type and type: how numbers are stored.
KINDS = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
ARRAY = 34962


def numbers(document, binary, index):
    """Returns the numbers of an accessor as they are stored, or None when they are not in the buffer as such."""
    accessor = document["accessors"][index]
    if "sparse" in accessor or "bufferView" not in accessor:
        return None
    view = document["bufferViews"][accessor["bufferView"]]
    kind, width = np.dtype(KINDS[accessor["componentType"]]).newbyteorder("<"), WIDTHS[accessor["type"]]
    size = kind.itemsize * width
    start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    rows = np.lib.stride_tricks.as_strided(np.frombuffer(binary, dtype=np.uint8)[start:], (accessor["count"], size),
                                           (view.get("byteStride") or size, 1))
    return np.ascontiguousarray(rows).view(kind).reshape(accessor["count"], width)


def amend(path, extras, provenance):
    """Adds what materials have that the exporter does not say (`extras` by material's name), and where the file comes from."""
    document, binary = read(path)
    if binary is not None:
        binary = with_unit_vectors(document, binary)
    for material in document.get("materials", ()):
        values = extras.get(material.get("name"))
        if values:
            amend_material(document, material, values)
    if provenance:
        about = document["asset"]
        if provenance.get("licence"):
            about["copyright"] = provenance["licence"]
        about["extras"] = {key: value for key, value in provenance.items() if value}
    write(path, document, binary)


def with_unit_vectors(document, binary):
    """Returns the binary chunk with a direction where a normal or tangent has none, as those of a triangle without area."""
    data = np.frombuffer(binary, dtype=np.uint8).copy()
    for mesh in document.get("meshes", ()):
        for primitive in mesh["primitives"]:
            for name, width, stand_in in (("NORMAL", 3, (0.0, 0.0, 1.0)), ("TANGENT", 4, (1.0, 0.0, 0.0))):
                accessor = document["accessors"][primitive["attributes"][name]] if name in primitive["attributes"] else None
                if accessor is None or accessor["componentType"] != FLOAT or "bufferView" not in accessor:
                    continue
                view = document["bufferViews"][accessor["bufferView"]]
                if view.get("byteStride", 4 * width) != 4 * width:
                    continue
                start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
                values = data[start:start + accessor["count"] * 4 * width].view(np.float32).reshape(-1, width)
                values[np.linalg.norm(values[:, :3], axis=1) < 0.5, :3] = stand_in
    return data.tobytes()


def amend_material(document, material, values):
    """Writes the extensions of one material."""
    if abs(values["ior"] - PLAIN_IOR) > SAME_IOR and values["metallic"] < 1.0:
        extend(document, material, "KHR_materials_ior", {"ior": round(values["ior"], 4)})
    if values["film_thickness"] > 0.0:
        extend(document, material, "KHR_materials_iridescence", {
            "iridescenceFactor": 1.0, "iridescenceIor": round(values["film_ior"], 4),
            "iridescenceThicknessMaximum": round(values["film_thickness"], 2)})
    if values["anisotropy"] > 0.0:
        extend(document, material, "KHR_materials_anisotropy", {
            "anisotropyStrength": round(min(values["anisotropy"], 1.0), 4),
            "anisotropyRotation": round(values["anisotropy_rotation"] * 6.283185307, 4)})
    if values["sheen"] > 0.0:
        extend(document, material, "KHR_materials_sheen", {
            "sheenColorFactor": [round(min(values["sheen"] * each, 1.0), 4) for each in values["sheen_tint"]],
            "sheenRoughnessFactor": round(values["sheen_roughness"], 4)})
    surface = material.get("pbrMetallicRoughness", {}).get("metallicRoughnessTexture")
    if values.get("occlusion") and surface:
        material["occlusionTexture"] = dict(surface)


def extend(document, material, name, values):
    """Gives a material an extension, unless the exporter has."""
    material.setdefault("extensions", {}).setdefault(name, values)
    used = document.setdefault("extensionsUsed", [])
    if name not in used:
        used.append(name)
