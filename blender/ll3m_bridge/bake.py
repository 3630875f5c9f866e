# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns the materials of a staged copy into what every format can carry: constants, vertex colours and textures.

A material that is the same all over is written as constants. One whose colour hangs on attributes of the mesh alone gets vertex
colours. The rest is baked into one atlas for the whole asset: all meshes are joined, laid flat (unwrap.py), and Cycles writes
each channel (channels.py) into a picture. Meshes that are used more than once are baked once, unless their look differs from
place to place (sources.py says so).
Invariant: only what stage.py copied is changed; the script's own materials are read and never written.
"""
import os
import time

import bpy
import numpy as np

from . import pixels, sources, unwrap
from .channels import COLORS, DEFAULTS, constant
from .geometry import corner_normals, indices, read
from .joining import COLOR, FLAT, finite, is_builtin, join_objects, quiet_selection, set_normals, split_large_faces, wear, write_colors
from .recipe import Recipe
from .surfaces import BakedMaterial

SIZES = [512, 1024, 2048, 4096]
CORNER = "ll3m corner"
UV = "UVMap"
SENTINEL = -64.0
# Channels a texture carries; the others are written as their mean.
MAPPED = ["base", "alpha", "metallic", "roughness", "emission", "normal"]
# Faces that no light from outside reaches get this share of the density.
HIDDEN, HIDDEN_SHARE = 0.02, 0.3
# What a texel of the atlas takes while it is baked: Blender's list of texels, its float picture, Cycles' buffers, our own copies.
BYTES_A_TEXEL = 300
# Places within a texel that are looked at; the normals of a fine bump are another ones at each.
SAMPLES = {"normal": 2, "occlusion": 16}
HEADROOM = 1.05
# From this on a material counts as glass or as a light.
SOME = 0.05


class Settings:
    """What a bake may use: the side of the atlas at the most (0: vertex colours alone), seconds, memory (MiB); and whether it is to
    bake occlusion."""

    def __init__(self, size=2048, seconds=120.0, memory=2048, occlusion=False):
        self.size = size
        self.seconds = seconds
        self.memory = memory
        self.occlusion = occlusion


class TooSlow(Exception):
    """What is left to bake does not fit into the seconds."""


class Piece:
    """One mesh of the copy, as part of the joined one."""

    def __init__(self, mesh, items, first):
        self.mesh = mesh
        self.items = items
        self.corners = slice(first, first + len(mesh.loops))


def bake(call, items, names, settings, directory):
    """Replaces the materials of staged mesh objects (stage.py gives them and the names). Returns (what was done, for the client;
    by material what Blender's own glTF exporter does not say, for gltf.py)."""
    started = time.perf_counter()
    bench = Bench(call, items, names, settings, directory)
    try:
        bench.probe()
        bench.choose()
        bench.paint()
        bench.dress()
        return bench.told(time.perf_counter() - started), bench.extras()
    finally:
        bench.close()


class Bench:
    """One bake: recipes, the joined mesh, what was found."""

    def __init__(self, call, items, names, settings, directory):
        self.call = call
        self.names = names
        self.items = [each for each in items if len(each.data.polygons)]
        self.settings = settings
        self.directory = directory
        self.deadline = time.perf_counter() + settings.seconds
        self.strength = 1.0
        self.mask = None
        self.light = None
        self.scene = self.items[0].users_scene[0]
        self.recipes = {}
        self.notes = []
        self.textures = {}
        self.side = 0
        self.layout = None
        self.set_up_scene()
        for item in self.items:
            for slot in range(max(len(item.data.materials), 1)):
                self.recipe_of(item, slot)
        self.pieces = self.join()
        self.face_recipe = self.recipes_of_faces()

    def close(self):
        bpy.data.objects.remove(self.joined)
        bpy.data.meshes.remove(self.mesh)
        for recipe in self.recipes.values():
            bpy.data.materials.remove(recipe.copy)

    # ---- setting up
    def set_up_scene(self):
        scene = self.scene
        scene.render.engine = 'CYCLES'
        scene.cycles.device = 'CPU'
        scene.cycles.samples = 1
        scene.cycles.use_adaptive_sampling = False
        scene.cycles.use_denoising = False
        scene.cycles.max_bounces = 0
        target = scene.render.bake
        target.margin = 0
        target.use_clear = False
        target.use_selected_to_active = False

    def recipe_of(self, item, slot):
        """Returns the recipe of an object's material slot."""
        slots = item.material_slots
        material = slots[slot].material if slot < len(slots) else None
        key = material.name if material is not None else ""
        if key not in self.recipes:
            self.recipes[key] = Recipe(material, self.names)
        return self.recipes[key]

    def looks_of(self, item):
        return [self.recipe_of(item, slot) for slot in range(max(len(item.data.materials), 1))]

    def join(self):
        """Makes one mesh, in world space, of all that will be baked; returns its pieces."""
        layers = {}
        for recipe in self.recipes.values():
            layers.update(recipe.sources.layers)
        shared, pieces, parts, normals = {}, [], [], []
        for item in self.items:
            looks = self.looks_of(item)
            if item.data.users > 1 and any(each.sources.own for each in looks):
                item.data = item.data.copy()
            if any(each.bumpy for each in looks):
                split_large_faces(item.data)
            key = (item.data.name, tuple(id(each) for each in looks))
            shared.setdefault(key, []).append(item)
        corners = 0
        for items in shared.values():
            item = items[0]
            mesh = item.data
            pieces.append(Piece(mesh, items, corners))
            part, turned = self.part_of(item, layers, corners)
            parts.append(part)
            normals.append(turned)
            corners += len(mesh.loops)
        self.joined = join_objects(self.scene, parts)
        self.mesh = self.joined.data
        order = indices(self.mesh.attributes[CORNER].data, "value")
        self.order = order
        set_normals(self.mesh, np.concatenate(normals)[order])
        return pieces

    def part_of(self, item, layers, first):
        """Returns (object to be joined, normals of its corners in world space)."""
        mesh = item.data.copy()
        stand_in = bpy.data.objects.new(item.name, mesh)
        if mesh.shape_keys is not None:
            stand_in.shape_key_clear()
        sources.write_layers(item, mesh, layers)
        count = len(mesh.loops)
        matrix = item.matrix_world
        straight = np.array(matrix.to_3x3().inverted_safe().transposed())
        normals = corner_normals(mesh) @ straight.T
        normals /= np.maximum(np.linalg.norm(normals, axis=1), 1e-12)[:, None]
        numbers = mesh.attributes.new(CORNER, 'INT', 'CORNER')
        numbers.data.foreach_set("value", np.arange(first, first + count, dtype=np.int32))
        for slot, recipe in enumerate(self.looks_of(item)):
            if slot < len(mesh.materials):
                mesh.materials[slot] = recipe.copy
            else:
                mesh.materials.append(recipe.copy)
        mesh.transform(matrix)
        if matrix.determinant() < 0.0:
            mesh.flip_normals()
        return stand_in, normals

    def recipes_of_faces(self):
        """Returns the number of the recipe of each joined face, and notes the area of each recipe."""
        self.list = list(self.recipes.values())
        number = {each.copy.name: index for index, each in enumerate(self.list)}
        slots = np.array([number[each.name] for each in self.mesh.materials])
        self.surface = unwrap.Surface(
            read(self.mesh.vertices, "co", np.float32, 3), indices(self.mesh.loops, "vertex_index"),
            indices(self.mesh.loops, "edge_index"), indices(self.mesh.polygons, "loop_total"))
        found = slots[np.minimum(indices(self.mesh.polygons, "material_index"), len(slots) - 1)]
        for index, area in enumerate(np.bincount(found, self.surface.areas, len(self.list))):
            self.list[index].area = float(area)
        return found

    # ---- looking at the corners
    def probe(self):
        """Bakes what is not constant onto the corners of the joined mesh."""
        self.call.progress(0, 4, "materials")
        layer = self.mesh.color_attributes.new(name="ll3m bake", type='FLOAT_COLOR', domain='CORNER')
        self.mesh.color_attributes.active_color = layer
        self.scene.render.bake.target = 'VERTEX_COLORS'
        self.corners = {}
        wide = {name for each in self.list for name in each.varying() if name in COLORS}
        thin = sorted({name for each in self.list for name in each.varying()} - wide)
        for group in [[name] for name in sorted(wide)] + [thin[at:at + 3] for at in range(0, len(thin), 3)]:
            values = self.bake_corners(group)
            for index, name in enumerate(group):
                self.corners[name] = values if name in wide else values[:, index]
        if any(each.sources.varies for each in self.list):
            self.light = self.bake_light()
        for index, recipe in enumerate(self.list):
            self.settle(recipe, self.face_recipe == index)

    def bake_corners(self, group):
        for recipe in self.list:
            recipe.show([recipe.channels[name] for name in group])
        self.run_bake('EMIT')
        return self.corner_values()[:, :3]

    def bake_light(self):
        """Returns how open each face is to the outside, the best of its corners, 0 to 1."""
        self.scene.cycles.samples = 8
        self.run_bake('AO')
        self.scene.cycles.samples = 1
        return np.maximum.reduceat(self.corner_values()[:, 0], self.surface.starts)

    def corner_values(self):
        values = np.empty(len(self.mesh.loops) * 4, dtype=np.float32)
        self.mesh.color_attributes["ll3m bake"].data.foreach_get("color", values)
        return values.reshape(-1, 4)

    def run_bake(self, kind):
        self.call.guard.check()
        with quiet_selection(self.scene, self.joined):
            bpy.ops.object.bake(type=kind)

    def settle(self, recipe, faces):
        """Writes the constants of a material into its values; of what varies, its mean over the material's surface."""
        corners = faces[self.surface.corner_face]
        weights = (self.surface.areas / np.maximum(self.surface.face_sizes, 1))[self.surface.corner_face][corners]
        recipe.spread = {}
        for name, value in recipe.channels.items():
            if name == "normal" or constant(value):
                recipe.values[name] = value
                continue
            found = np.nan_to_num(self.corners[name][corners])
            if not len(found):
                recipe.values[name] = DEFAULTS[name]
                continue
            mean = np.average(found, axis=0, weights=weights + 1e-12)
            recipe.values[name] = tuple(float(each) for each in mean) if name in COLORS else float(mean)
            recipe.spread[name] = float(np.abs(found - mean).max())

    # ---- choosing
    def choose(self):
        """Decides how each material is delivered, and how large the atlas can be."""
        for recipe in self.list:
            looks = recipe.sources
            moving = [name for name, spread in recipe.spread.items() if name in MAPPED and spread > FLAT]
            if not recipe.area or not looks.varies:
                recipe.mode = "constant"
            elif looks.textured or recipe.bumpy:
                recipe.mode = "texture"
            elif not moving:
                recipe.mode = "constant"
            else:
                recipe.mode = "vertex" if set(moving) <= {"base"} else "texture"
        if not self.settings.size:
            for recipe in self.list:
                recipe.mode = "vertex" if recipe.mode == "texture" else recipe.mode
        textured = np.array([each.mode == "texture" for each in self.list])[self.face_recipe]
        if not textured.any():
            return
        weights = np.where(self.light > HIDDEN, 1.0, HIDDEN_SHARE)
        self.charts = unwrap.Charts(self.surface, textured, weights)
        self.side = self.affordable(self.settings.size)
        self.lay_out()

    def affordable(self, size):
        """Returns the largest size up to `size` that the memory allows."""
        allowed = [each for each in SIZES if each <= size and each * each * BYTES_A_TEXEL / 2 ** 20 <= self.settings.memory]
        if not allowed:
            allowed = SIZES[:1]
        if allowed[-1] < size:
            self.notes.append("textures of %d instead of %d texels: the memory allows no more" % (allowed[-1], size))
        return allowed[-1]

    def lay_out(self):
        """Lays the textured surface out at the atlas' size, or at a larger one that its charts need."""
        for side in [each for each in SIZES if each >= self.side]:
            try:
                self.layout = self.charts.layout(side, 1 if side < 2048 else 2)
                self.side = side
                return
            except ValueError:
                continue
        self.give_up_textures("the surface is in too many pieces for one")

    def give_up_textures(self, why):
        """Falls back to vertex colours."""
        self.notes.append("vertex colours instead of textures: " + why)
        self.side, self.layout = 0, None
        for recipe in self.list:
            if recipe.mode == "texture":
                recipe.mode = "vertex"

    # ---- painting
    def paint(self):
        """Bakes the atlas, channel by channel; a smaller one when there is no time for it, none when there is not even for that."""
        while self.layout is not None:
            try:
                self.make_textures(self.bake_channels())
                return
            except TooSlow:
                smaller = [each for each in SIZES if each < self.side]
                if not smaller or time.perf_counter() > self.deadline:
                    self.give_up_textures("%g seconds are not enough" % self.settings.seconds)
                    return
                self.notes.append("textures of %d instead of %d texels: %g seconds are not enough" % (
                    smaller[-1], self.side, self.settings.seconds))
                self.side = smaller[-1]
                self.lay_out()
            finally:
                self.drop_picture()

    def passes(self):
        """Returns what has to be baked into pictures: rows of (name, kind of bake, three channels or one colour)."""
        textured = [each for each in self.list if each.mode == "texture"]
        varies = {name for each in textured for name in each.varying()}
        rows = [("base", 'EMIT', ["base"])] if "base" in varies else []
        rows += [("surface", 'EMIT', [None, "roughness", "metallic"])] if varies & {"roughness", "metallic"} else []
        rows += [("emission", 'EMIT', ["emission"])] if "emission" in varies else []
        rows += [("alpha", 'EMIT', ["alpha"])] if "alpha" in varies else []
        rows += [("normal", 'EMIT', [])] if any(each.bumpy for each in textured) else []
        rows += [("occlusion", 'AO', [])] if self.settings.occlusion else []
        return rows

    def bake_channels(self):
        """Returns the pictures by name, as arrays. Raises TooSlow."""
        self.write_uv()
        self.scene.render.bake.target = 'IMAGE_TEXTURES'
        rows, raw = self.passes(), {}
        for done, (name, kind, channels) in enumerate(rows):
            self.call.progress(1 + done, 2 + len(rows), name)
            started = time.perf_counter()
            for recipe in self.list:
                if channels:
                    recipe.show([1.0 if each is None else recipe.channels[each] for each in channels])
                elif name == "normal":
                    recipe.show_normal(UV)
            raw[name] = self.bake_image(kind, SAMPLES.get(name, 1))
            now = time.perf_counter()
            if (now - started) * (len(rows) - done - 1) * HEADROOM > self.deadline - now:
                raise TooSlow
        return raw

    def write_uv(self):
        layer = self.mesh.uv_layers.get(UV) or self.mesh.uv_layers.new(name=UV, do_init=False)
        layer.data.foreach_set("uv", np.ascontiguousarray(self.layout.uv, dtype=np.float32).ravel())
        self.mesh.uv_layers.active = layer
        layer.active_render = True
        self.drop_picture()
        self.picture = bpy.data.images.new("ll3m bake", self.side, self.side, alpha=True, float_buffer=True, is_data=True)
        for recipe in self.list:
            nodes = recipe.copy.node_tree.nodes
            node = nodes.new('ShaderNodeTexImage')
            node.image = self.picture
            nodes.active = node

    picture = None

    def drop_picture(self):
        if self.picture is not None:
            bpy.data.images.remove(self.picture)
            self.picture = None

    def bake_image(self, kind, samples):
        """Returns a picture as an array, rows from the bottom; notes in `mask` what was baked."""
        blank = np.full(self.side * self.side * 4, SENTINEL, dtype=np.float32)
        self.picture.pixels.foreach_set(blank)
        self.scene.cycles.samples = samples
        self.run_bake(kind)
        self.scene.cycles.samples = 1
        self.picture.pixels.foreach_get(blank)
        values = blank.reshape(self.side, self.side, 4)
        self.mask = values[:, :, 0] > SENTINEL / 2
        return finite(values[:, :, :3])

    def make_textures(self, raw):
        """Turns what was baked into pictures in files."""
        base = raw.get("base")
        if "alpha" in raw:
            white = np.ones((self.side, self.side, 3), dtype=np.float32)
            base = np.dstack([white if base is None else base, raw["alpha"][:, :, 0]])
        if base is not None:
            color = pixels.filled(base, self.mask)
            color[:, :, :3] = pixels.to_srgb(color[:, :, :3])
            self.save("base_color", color, srgb=True)
        if "occlusion" in raw:
            surface = raw.setdefault("surface", np.ones((self.side, self.side, 3), dtype=np.float32))
            surface[:, :, 0] = raw["occlusion"][:, :, 0]
        if "surface" in raw:
            self.save("surface", np.clip(pixels.filled(raw["surface"], self.mask), 0.0, 1.0))
        if "emission" in raw:
            light = np.maximum(raw["emission"], 0.0)
            self.strength = max(float(light[self.mask].max()) if self.mask.any() else 0.0, 1.0)
            self.save("emission", pixels.to_srgb(pixels.filled(light / self.strength, self.mask)), srgb=True)
        if "normal" in raw:
            self.save("normal", np.clip(pixels.filled(raw["normal"], self.mask), 0.0, 1.0))

    def save(self, name, values, srgb=False):
        """Writes a picture into the folder and packs it into Blender's data."""
        height, width, depth = values.shape
        wide = np.ones((height, width, 4), dtype=np.float32)
        wide[:, :, :depth] = values
        image = bpy.data.images.new("ll3m texture", width, height, alpha=depth == 4, is_data=not srgb)
        image.pixels.foreach_set(wide.ravel())
        lossy = depth == 3 and name != "normal"
        image.file_format = 'JPEG' if lossy else 'PNG'
        path = os.path.join(self.directory, name + (".jpg" if lossy else ".png"))
        image.filepath_raw = path
        image.save()
        bpy.data.images.remove(image)
        loaded = bpy.data.images.load(path)
        loaded.name = name
        loaded.colorspace_settings.name = 'sRGB' if srgb else 'Non-Color'
        loaded.pack()
        self.textures[name] = loaded

    # ---- dressing the copy
    def dress(self):
        """Gives the copy's meshes their UV maps, colours and new materials."""
        made = {}
        colors, uv = self.colors(), self.in_order(self.layout.uv) if self.layout is not None else None
        for piece in self.pieces:
            looks = self.looks_of(piece.items[0])
            self.clean(piece.mesh)
            if any(each.mode == "texture" for each in looks):
                layer = piece.mesh.uv_layers.new(name=UV, do_init=False)
                layer.data.foreach_set("uv", np.ascontiguousarray(uv[piece.corners], dtype=np.float32).ravel())
            if any(each.mode == "vertex" for each in looks):
                write_colors(piece.mesh, colors[piece.corners])
            for item in piece.items:
                for slot, recipe in enumerate(looks):
                    if recipe.name not in made:
                        made[recipe.name] = BakedMaterial(recipe, self.textures, self.strength, UV, COLOR).material
                    wear(item, slot, made[recipe.name])

    def clean(self, mesh):
        """Takes away the layers that only the old materials read."""
        for layers in (mesh.uv_layers, getattr(mesh, "color_attributes", ())):
            for layer in list(layers):
                layers.remove(layer)
        for layer in [each.name for each in mesh.attributes if not is_builtin(each)]:
            mesh.attributes.remove(mesh.attributes[layer])

    def in_order(self, values):
        """Returns values of the joined mesh's corners in the order of the pieces' corners."""
        ordered = np.empty_like(values)
        ordered[self.order] = values
        return ordered

    def colors(self):
        """Returns the vertex colours, in the order of the pieces: those of materials that want them, white elsewhere."""
        values = np.ones((len(self.order), 4), dtype=np.float32)
        owner = self.face_recipe[self.surface.corner_face]
        for index, recipe in enumerate(self.list):
            if recipe.mode == "vertex":
                base, mine = recipe.channels["base"], owner == index
                values[mine, :3] = base if constant(base) else self.corners["base"][mine]
        return self.in_order(np.clip(np.nan_to_num(values), 0.0, 1.0))

    def extras(self):
        """Returns by material what a glTF exporter may not know how to say."""
        return {each.name: {**each.values, "occlusion": "surface" in self.textures and each.mode == "texture" and self.settings.occlusion}
                for each in self.list}

    def told(self, seconds):
        """Returns what the client is told."""
        said = {}
        for each in self.list:
            for text in each.sources.warnings if each.area else ():
                said.setdefault(text, []).append(each.name)
        self.notes += ["%s: %s" % (", ".join(names), text) for text, names in said.items()]
        rows = [{"material": each.name, "as": each.mode, "warnings": each.sources.warnings, "eye": each.sources.eye,
                 "glass": each.values["transmission"] > SOME or each.values["alpha"] < 1.0 - SOME,
                 "glow": max(each.values["emission"]) > SOME} for each in self.list if each.area]
        return {"materials": rows, "size": self.side if self.textures else 0, "textures": sorted(self.textures),
                "texels_per_metre": round(self.layout.density, 1) if self.layout else 0, "used": round(self.layout.used, 3) if self.layout else 0,
                "charts": self.layout.charts if self.layout else 0, "notes": self.notes,
                "seconds": round(seconds, 3)}
