# SPDX-License-Identifier: GPL-3.0-or-later
"""The profile `web`: a file of at most 3 MB.

Pictures become JPEG of 1024 texels a side, then 512, at the best quality that fits; geometry becomes whole numbers
(quantise.py); only when that is not enough, triangles go (reduce.py), and the outcome says so.
"""
import os

import bpy
import numpy as np

from . import carried, gltf, quantise, reduce, usd

LIMIT = 3_000_000
# What is tried, best first: side of the pictures, quality.
PICTURES = [(1024, 90), (1024, 80), (1024, 70), (512, 85), (512, 70)]
# When none fits, triangles go until these do.
ROOMY = (512, 85)
USDZ_PICTURES = (1024, 80)
TRIES = 5
# Of the room that geometry may take, what is aimed at.
AIM = 0.93
JPEG, PNG = "image/jpeg", "image/png"


class Pictures:
    """The pictures of an opened copy, encoded once a size and quality."""

    def __init__(self, scene, directory):
        self.directory = directory
        used = {node.image for item in scene.objects for slot in item.material_slots
                if slot.material and slot.material.use_nodes for node in slot.material.node_tree.nodes
                if node.type == 'TEX_IMAGE' and node.image is not None}
        self.images = sorted(used, key=lambda each: each.name)
        self.made = {}

    def encoded(self, side, quality):
        """Returns {name: (media type, bytes)}; a picture that is smaller stays as large as it is."""
        key = (side, quality)
        if key not in self.made:
            self.made[key] = {each.name: self.encode(each, side, quality) for each in self.images}
        return self.made[key]

    def encode(self, image, side, quality):
        width, height = image.size
        values = np.empty(width * height * image.channels, dtype=np.float32)
        image.pixels.foreach_get(values)
        values = values.reshape(height, width, image.channels)
        step = max(1, max(width, height) // side)
        if step > 1:
            values = values.reshape(height // step, step, width // step, step, image.channels).mean(axis=(1, 3))
        clear = image.channels == 4 and image.depth == 32 and float(values[:, :, 3].min()) < 1.0
        wide = np.ones((*values.shape[:2], 4), dtype=np.float32)
        wide[:, :, :min(image.channels, 4)] = values[:, :, :4]
        made = bpy.data.images.new("ll3m small", wide.shape[1], wide.shape[0], alpha=clear,
                                   is_data=image.colorspace_settings.name == 'Non-Color')
        path = os.path.join(self.directory, "small.png" if clear else "small.jpg")
        try:
            made.pixels.foreach_set(wide.ravel())
            made.file_format = 'PNG' if clear else 'JPEG'
            made.filepath_raw = path
            made.save(quality=0 if clear else quality)
            with open(path, "rb") as stream:
                return PNG if clear else JPEG, stream.read()
        finally:
            bpy.data.images.remove(made)
            os.remove(path)


def fit(call, scene, directory, outcome, export, pack):
    """Writes a file that fits: `export()` reads the scene, `pack(pictures)` writes what it read with these pictures, {name:
    (media type, bytes)}, and returns the size."""
    pictures = Pictures(scene, directory)
    for attempt in range(TRIES):
        call.guard.check()
        export()
        chosen = PICTURES[0]
        size = pack(pictures.encoded(*chosen))
        rest = size - weight(pictures.encoded(*chosen))
        if size > LIMIT:
            chosen = next((each for each in PICTURES if rest + weight(pictures.encoded(*each)) <= LIMIT), PICTURES[-1])
            size = pack(pictures.encoded(*chosen))
        if size <= LIMIT or attempt == TRIES - 1 or not lighten(call, scene, outcome, pictures, rest):
            break
    if size > LIMIT:
        outcome.note("%.1f MB: its pieces are too many or too simple to fit into %.0f MB" % (size / 1e6, LIMIT / 1e6))
    if pictures.images:
        outcome.note("pictures of at most %d texels a side, quality %d" % chosen)


def lighten(call, scene, outcome, pictures, weighed):
    """Takes triangles away, so that `weighed` bytes become what the smallest pictures leave room for; whether any went."""
    drawn = reduce.triangles(scene)
    share = AIM * max(LIMIT - weight(pictures.encoded(*ROOMY)), LIMIT // 10) / weighed
    left = reduce.reduce(call, scene, [each for users in reduce.bodies(scene).values() for each in users], int(drawn * share))
    if left < drawn:
        outcome.note("%d of %d triangles are left, to fit into %.0f MB" % (left, drawn, LIMIT / 1e6))
    return left < drawn


def weight(pictures):
    return sum(len(data) for _, data in pictures.values())


def write_glb(call, scene, path, directory, outcome, export):
    """Writes a .glb; `export(path)` writes Blender's own."""
    whole = os.path.join(directory, "whole.glb")

    def pack(pictures):
        gltf.write(path, *quantise.quantised(*gltf.read(whole), pictures))
        return os.path.getsize(path)

    try:
        fit(call, scene, directory, outcome, lambda: export(whole), pack)
    finally:
        if os.path.exists(whole):
            os.remove(whole)


def write_usdz(call, scene, path, directory, outcome, provenance):
    """Writes a .usdz with smaller pictures; its geometry is text and stays as it is."""
    usd.write(path, outcome.title, carried.nodes(scene), files(Pictures(scene, directory).encoded(*USDZ_PICTURES)), provenance)
    if os.path.getsize(path) > LIMIT:
        outcome.note("%.1f MB: the geometry of a .usdz cannot be made smaller" % (os.path.getsize(path) / 1e6))


def files(pictures):
    """Returns {name: (file name, bytes)} of encoded pictures."""
    return {name: (name + (".jpg" if kind == JPEG else ".png"), data) for name, (kind, data) in pictures.items()}
