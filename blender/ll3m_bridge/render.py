# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the asset in a small photo studio.

The studio is a scene of its own: the asset's collections are linked into it, a camera, lights, floor and backdrop are added,
and all of it is freed afterwards. Invariant: neither the script's scene nor the report nor an export ever sees it.
The camera sees the asset alone, so nearly all samples are spent on it and alpha tells what is asset; the light that reaches
the floor is photographed once and laid under all views, which keeps the backdrop flat and free of noise. Pictures are
rendered as linear light, smoothed (smooth.py) and developed here; one that came out burnt or murky is developed again with
another exposure, at most twice, which costs no render.
"""
import contextlib
import math
import os
import time

import bpy
import numpy as np
from mathutils import Matrix, Vector

from . import geometry, smooth
from .errors import Failure
from .scene import renew_context

# Ten ways round the asset: name, azimuth (degrees from the front, towards +X), elevation. A request takes the first of them.
VIEWS = [
    ("three-quarter front", 35.0, 20.0),
    ("front", 0.0, 8.0),
    ("side", 90.0, 8.0),
    ("three-quarter back", 215.0, 22.0),
    ("above", 30.0, 62.0),
    ("three-quarter front, other side", -35.0, 20.0),
    ("back", 180.0, 8.0),
    ("other side", -90.0, 8.0),
    ("three-quarter back, other side", 145.0, 22.0),
    ("low", 25.0, -4.0),
]
QUALITY = {
    "look": {"width": 480, "height": 360, "samples": 6, "bounces": 4, "threshold": 0.0},
    "final": {"width": 1920, "height": 1080, "samples": 64, "bounces": 8, "threshold": 0.03},
}
# Kinds of graphics device that Cycles may have, best first.
DEVICES = ["OPTIX", "CUDA", "HIP", "ONEAPI", "METAL"]
GUIDES = [("albedo", "Denoising Albedo"), ("normal", "Denoising Normal")]
FIELD = math.radians(28.0)
MARGIN = 0.08
FLOOR = (0.5, 0.5, 0.5, 1.0)
# The shadow on the floor: side of the square in radii of the asset and in pixels, samples, blur in pixels.
SHADOW_REACH, SHADOW_SIDE, SHADOW_SAMPLES, SHADOW_THRESHOLD, SHADOW_BLUR = 7.0, 128, 48, 0.1, 1.5
# Light on the floor: what counts as more than the sky's when it has no colour, and the most that is shown.
GLARE, BRIGHT = 1.15, 3.0
BACKDROP = (0.745, 0.755, 0.775)
RETRIES = 2
CLIPPED_LEVEL = 250
CLIPPED_SHARE = 0.15
DARK_MEAN = 0.06
GLOW = 0.6
SOLID = 0.5
# Soft lights painted on the sky: azimuth, elevation (degrees), sharpness (greater is smaller), strength.
# The sky is the only light: one importance-sampled source has far less noise than several lamps, and needs no scaling.
LIGHTS = [
    (-42.0, 50.0, 14.0, 3.3),
    (70.0, 28.0, 5.0, 0.45),
    (185.0, 42.0, 16.0, 1.6),
]
SKY_LOW, SKY_HIGH = 0.22, 0.42
SKY_MAP = 256


class Studio:
    """A scene with lights around the asset; made, used for some views, closed."""

    def __init__(self, points, settings, device="CPU"):
        self.points = points
        self.settings = settings
        self.device = device
        self.low, self.high = points.min(axis=0), points.max(axis=0)
        self.center = (self.low + self.high) / 2
        self.radius = max(float(np.linalg.norm(points - self.center, axis=1).max()), 1e-4)
        self.source = bpy.context.scene
        self.scene = bpy.data.scenes.new("ll3m studio")
        self.made = [self.scene]
        self.guides = []
        self._link_asset()
        self._set_up()
        self.floor = self._add_floor("floor", 'ShaderNodeBsdfDiffuse', False)
        self.screen = self._add_floor("screen", 'ShaderNodeBsdfTranslucent', True)
        self.screen.hide_render = True
        self._add_sky()
        self.camera = self._add("camera", bpy.data.cameras.new("ll3m camera"))
        self.scene.camera = self.camera
        self.camera.data.angle = FIELD
        self.camera.data.clip_start = self.radius * 1e-3
        self.camera.data.clip_end = self.radius * 1e3

    def close(self):
        """Frees everything the studio was made of."""
        bpy.data.batch_remove(self.made)
        renew_context()

    def _link_asset(self):
        for child in self.source.collection.children:
            self.scene.collection.children.link(child)
        for item in self.source.collection.objects:
            self.scene.collection.objects.link(item)
        self.scene.frame_set(self.source.frame_current)

    def _set_up(self):
        scene, settings = self.scene, self.settings
        render = scene.render
        render.engine = engine()
        render.resolution_x, render.resolution_y = settings["width"], settings["height"]
        render.resolution_percentage = 100
        render.film_transparent = True
        render.use_persistent_data = True
        render.threads_mode = 'AUTO'
        render.use_file_extension = False
        render.image_settings.file_format = 'OPEN_EXR'
        render.image_settings.color_mode = 'RGBA'
        render.image_settings.color_depth = '32'
        render.image_settings.exr_codec = 'NONE'
        if render.engine == 'CYCLES':
            self._set_up_cycles(scene.cycles)

    def ask_for_guides(self, directory):
        """Lets each render also write albedo and normal into a folder; returns whether this Blender does."""
        if self.scene.render.engine != 'CYCLES':
            return False
        self.scene.view_layers[0].cycles.denoising_store_passes = True
        nodes, links = self._compositor()
        source = next((each for each in nodes if each.bl_idname == 'CompositorNodeRLayers'), None)
        source = source or nodes.new('CompositorNodeRLayers')
        source.scene = self.scene
        target = nodes.new('CompositorNodeOutputFile')
        modern = hasattr(target, "file_output_items")
        if modern:
            target.format.media_type = 'IMAGE'
            target.directory, target.file_name, target.use_file_extension = directory, "", False
            target.file_output_items.clear()
        else:
            target.base_path = directory
            target.file_slots.clear()
        target.format.file_format = 'OPEN_EXR'
        target.format.color_depth = '32'
        target.format.exr_codec = 'NONE'
        for name, channel in GUIDES:
            if channel not in source.outputs:
                return False
            if modern:
                target.file_output_items.new('RGBA', name)
            else:
                target.file_slots.new(name)
            links.new(source.outputs[channel], target.inputs[name])
        frame = "" if modern else "%04d" % self.scene.frame_current
        self.guides = [os.path.join(directory, name + frame) for name, _ in GUIDES]
        return True

    def _compositor(self):
        """Returns (nodes, links) of the scene's compositor: Blender 5 keeps it in a node group."""
        if hasattr(self.scene, "compositing_node_group"):
            tree = bpy.data.node_groups.new("ll3m guides", 'CompositorNodeTree')
            self.scene.compositing_node_group = tree
            self.scene.render.compositor_device = 'CPU'
            self.made.append(tree)
        else:
            self.scene.use_nodes = True
            tree = self.scene.node_tree
        return tree.nodes, tree.links

    def _set_up_cycles(self, cycles):
        settings = self.settings
        cycles.device = 'CPU' if self.device == "CPU" else 'GPU'
        self._set_samples(settings["samples"], settings["threshold"])
        cycles.use_denoising = False
        cycles.max_bounces = settings["bounces"] + 4
        cycles.diffuse_bounces = min(2, settings["bounces"])
        cycles.glossy_bounces = settings["bounces"]
        cycles.transmission_bounces = settings["bounces"] + 4
        cycles.transparent_max_bounces = 16
        cycles.caustics_reflective = False
        cycles.caustics_refractive = True
        cycles.blur_glossy = 1.0
        cycles.sample_clamp_indirect = 3.0
        cycles.seed = 1
        if 'PROGRESSIVE_MULTI_JITTER' in cycles.bl_rna.properties['sampling_pattern'].enum_items:
            cycles.sampling_pattern = 'PROGRESSIVE_MULTI_JITTER'

    def _set_samples(self, samples, threshold):
        """Says how many rays a pixel gets; a threshold above 0 lets quiet pixels do with half of them."""
        cycles = self.scene.cycles
        cycles.samples = samples
        cycles.use_adaptive_sampling = threshold > 0.0
        cycles.adaptive_threshold = threshold
        cycles.adaptive_min_samples = max(4, samples // 2)

    def _add(self, name, data):
        item = bpy.data.objects.new("ll3m " + name, data)
        self.scene.collection.objects.link(item)
        self.made += [item, data]
        return item

    def _add_floor(self, name, shader, camera):
        """A large plane under the asset with one shader; returns the object."""
        size = self.radius * 60
        x, y, z = float(self.center[0]), float(self.center[1]), float(self.low[2]) - self.radius * 1e-4
        mesh = bpy.data.meshes.new("ll3m " + name)
        mesh.from_pydata([(x - size, y - size, z), (x + size, y - size, z), (x + size, y + size, z), (x - size, y + size, z)],
                         [], [(0, 1, 2, 3)])
        material = bpy.data.materials.new("ll3m " + name)
        material.use_nodes = True
        nodes, links = material.node_tree.nodes, material.node_tree.links
        surface = nodes.new(shader)
        surface.inputs["Color"].default_value = FLOOR
        output = next(node for node in nodes if node.type == 'OUTPUT_MATERIAL')
        links.new(surface.outputs[0], output.inputs["Surface"])
        mesh.materials.append(material)
        self.made.append(material)
        floor = self._add(name, mesh)
        floor.visible_camera = camera
        return floor

    def _add_sky(self):
        world = bpy.data.worlds.new("ll3m sky")
        world.use_nodes = True
        nodes, links = world.node_tree.nodes, world.node_tree.links
        background = next(node for node in nodes if node.type == 'BACKGROUND')
        coordinates = nodes.new('ShaderNodeTexCoord').outputs["Generated"]
        split = nodes.new('ShaderNodeSeparateXYZ')
        links.new(coordinates, split.inputs[0])
        total = scalar(nodes, links, 'MULTIPLY_ADD', split.outputs["Z"], (SKY_HIGH - SKY_LOW) / 2, (SKY_HIGH + SKY_LOW) / 2)
        for azimuth, elevation, sharpness, strength in LIGHTS:
            facing = nodes.new('ShaderNodeVectorMath')
            facing.operation = 'DOT_PRODUCT'
            facing.inputs[1].default_value = direction(azimuth, elevation)
            links.new(coordinates, facing.inputs[0])
            falloff = scalar(nodes, links, 'MULTIPLY_ADD', facing.outputs["Value"], sharpness, -sharpness)
            blob = scalar(nodes, links, 'EXPONENT', falloff)
            total = scalar(nodes, links, 'MULTIPLY_ADD', blob, strength, total)
        links.new(total, background.inputs["Color"])
        if hasattr(world, "cycles"):
            world.cycles.sampling_method = 'MANUAL'
            world.cycles.sample_map_resolution = SKY_MAP
        self.scene.world = world
        self.made.append(world)

    def aim(self, azimuth, elevation):
        """Puts the camera where the asset just fills the frame, a margin left free."""
        away = direction(azimuth, elevation)
        place = aimed(Vector((0.0, 0.0, 0.0)), away)
        axes = np.array(place.to_3x3())
        local = (self.points - self.center) @ axes
        wide, high = self.settings["width"], self.settings["height"]
        tangent = math.tan(FIELD / 2) * (1.0 - MARGIN)
        tangents = (tangent, tangent * high / wide) if wide >= high else (tangent * wide / high, tangent)
        shift, distances = [], []
        for axis in (0, 1):
            upper = (local[:, axis] + tangents[axis] * local[:, 2]).max()
            lower = (local[:, axis] - tangents[axis] * local[:, 2]).min()
            shift.append((upper + lower) / 2)
            distances.append((upper - lower) / 2 / tangents[axis])
        offset = axes @ np.array([shift[0], shift[1], max(max(distances), self.radius * 0.2)])
        place.translation = Vector(self.center + offset)
        self.camera.matrix_world = place

    def cast_shadow(self, path):
        """Photographs the light that reaches the floor, from below through a translucent screen, once for all views.

        Returns a square of shares in red, green and blue, 1 where nothing is in the way of the light, more where the asset
        itself sheds light; its side is SHADOW_REACH radii.
        """
        render, cycles, data = self.scene.render, self.scene.cycles, self.camera.data
        data.type, data.ortho_scale = 'ORTHO', self.radius * SHADOW_REACH
        down = Vector((0.0, 0.0, -1.0))
        place = aimed(Vector((self.center[0], self.center[1], self.low[2] - self.radius)), down)
        self.camera.matrix_world = place
        self.shadow_axes = np.array(place)[:2, :2]
        render.resolution_x = render.resolution_y = SHADOW_SIDE
        self._set_samples(SHADOW_SAMPLES, SHADOW_THRESHOLD)
        bounces, cycles.max_bounces = cycles.max_bounces, 0
        self.screen.hide_render, self.floor.hide_render = False, True
        render.use_compositing = False
        light = self.shoot(path)[:, :, :3]
        render.use_compositing = True
        self.screen.hide_render, self.floor.hide_render = True, False
        self._set_samples(self.settings["samples"], self.settings["threshold"])
        cycles.max_bounces = bounces
        render.resolution_x, render.resolution_y = self.settings["width"], self.settings["height"]
        data.type = 'PERSP'
        linear = blurred(light.astype(np.float64), SHADOW_BLUR)
        edge = np.concatenate([linear[0], linear[-1], linear[:, 0], linear[:, -1]])
        share = linear / max(float(np.median(edge)), 1e-6)
        grey = share.min(axis=2, keepdims=True)
        share = np.clip(share - grey + np.clip(grey, 0.0, 1.0) + np.maximum(grey - GLARE, 0.0), 0.0, BRIGHT)
        across = np.linspace(-1.0, 1.0, SHADOW_SIDE)
        far = np.clip((np.hypot(across[:, None], across[None]) - 0.5) / 0.5, 0.0, 1.0)[:, :, None]
        return share + (1.0 - share) * far * far * (3.0 - 2.0 * far)

    def shadow_seen(self, shadow):
        """Returns the shadow as the camera sees it on the floor, a share for each pixel and colour."""
        width, height = self.settings["width"], self.settings["height"]
        place = np.array(self.camera.matrix_world)
        half = math.tan(self.camera.data.angle / 2) / max(width, height)
        x = (np.arange(width) * 2 + 1 - width) * half
        y = (np.arange(height) * 2 + 1 - height) * half
        rays = x[None, :, None] * place[:3, 0] + y[:, None, None] * place[:3, 1] - place[:3, 2]
        with np.errstate(divide="ignore", invalid="ignore"):
            along = (self.low[2] - place[2, 3]) / rays[:, :, 2]
            ground = place[:2, 3] + rays[:, :, :2] * along[:, :, None]
        inside = (along > 0) & np.isfinite(along)
        spot = (ground - self.center[:2]) @ self.shadow_axes / (self.radius * SHADOW_REACH) + 0.5
        return sampled(shadow, np.where(inside[:, :, None], spot, -1.0))

    def shoot(self, path):
        """Renders; returns the picture as rows of linear RGBA from below, straight alpha."""
        self.scene.render.filepath = path
        bpy.ops.render.render(scene=self.scene.name, write_still=True)
        pixels = load(path)
        alpha = np.maximum(pixels[:, :, 3:4], 1e-6)
        pixels[:, :, :3] = np.nan_to_num(pixels[:, :, :3] / alpha * (pixels[:, :, 3:4] > 0))
        return pixels

    def guide_pictures(self):
        """Returns [albedo, normal] of the last render, or []."""
        return [load(path)[:, :, :3] for path in self.guides]


def scalar(nodes, links, operation, *values):
    """Adds a node of arithmetic; each value is a number or the output that feeds it. Returns its output."""
    node = nodes.new('ShaderNodeMath')
    node.operation = operation
    for socket, value in zip(node.inputs, values):
        if isinstance(value, float):
            socket.default_value = value
        else:
            links.new(value, socket)
    return node.outputs[0]


def engine():
    """Returns Cycles when it is there, else EEVEE by the name this Blender gives it."""
    known = {each.identifier for each in bpy.types.RenderSettings.bl_rna.properties['engine'].enum_items}
    if hasattr(bpy.types.Scene, "cycles"):
        return 'CYCLES'
    return 'BLENDER_EEVEE_NEXT' if 'BLENDER_EEVEE_NEXT' in known else 'BLENDER_EEVEE'


@contextlib.contextmanager
def device_for(wanted):
    """Yields the kind of device to render on: a graphics card of Cycles' when wanted and there, else "CPU".

    The preferences say which cards Cycles uses; they are as they were when it ends.
    """
    addon = bpy.context.preferences.addons.get("cycles")
    if not wanted or engine() != 'CYCLES' or addon is None:
        yield "CPU"
        return
    preferences = addon.preferences
    before = preferences.compute_device_type
    used = [(each.id, each.use) for each in preferences.devices]
    try:
        yield next((kind for kind in DEVICES if switch_on(preferences, kind)), "CPU")
    finally:
        preferences.compute_device_type = before
        for each in preferences.devices:
            each.use = dict(used).get(each.id, each.use)


def switch_on(preferences, kind):
    """Makes Cycles use all cards of a kind; returns whether there is one."""
    try:
        preferences.compute_device_type = kind
    except TypeError:  # this Blender was built without it
        return False
    cards = [each for each in preferences.get_devices_for_type(kind) if each.type == kind]
    for each in cards:
        each.use = True
    return bool(cards)


def direction(azimuth, elevation):
    """Returns the unit vector from the asset towards a viewer; azimuth 0 is the front, at -Y."""
    a, e = math.radians(azimuth), math.radians(elevation)
    return Vector((math.sin(a) * math.cos(e), -math.cos(a) * math.cos(e), math.sin(e)))


def aimed(location, away):
    """Returns the matrix of a camera or light at a place, looking against a direction."""
    place = away.to_track_quat('Z', 'Y').to_matrix().to_4x4()
    place.translation = location
    return place


def load(path):
    """Reads a picture file into an array of height x width x 4."""
    image = bpy.data.images.load(path)
    image.colorspace_settings.name = 'Non-Color' if 'Non-Color' in color_spaces(image) else 'Raw'
    image.alpha_mode = 'CHANNEL_PACKED'
    pixels = np.empty(image.size[0] * image.size[1] * 4, dtype=np.float32)
    image.pixels.foreach_get(pixels)
    shape = (image.size[1], image.size[0], 4)
    bpy.data.images.remove(image)
    return pixels.reshape(shape)


def color_spaces(image):
    """Returns the names of the colour spaces this Blender knows."""
    return image.colorspace_settings.bl_rna.properties['name'].enum_items.keys()


def save(path, pixels):
    """Writes an array of height x width x 4 as a PNG."""
    height, width = pixels.shape[:2]
    image = bpy.data.images.new("ll3m picture", width, height, alpha=False)
    image.colorspace_settings.name = 'Non-Color' if 'Non-Color' in color_spaces(image) else 'Raw'
    image.pixels.foreach_set(np.ascontiguousarray(pixels, dtype=np.float32).ravel())
    image.filepath_raw = path
    image.file_format = 'PNG'
    image.save()
    bpy.data.images.remove(image)


def over_backdrop(pixels, shadow):
    """Lays a picture for the screen over the flat grey of the studio, with the asset's shadow on it."""
    alpha = pixels[:, :, 3:4]
    flat = np.minimum(np.array(BACKDROP, dtype=np.float32) * (shadow ** (1 / 2.2)).astype(np.float32), 1.0)
    out = np.ones_like(pixels)
    out[:, :, :3] = pixels[:, :, :3] * alpha + flat * (1.0 - alpha)
    return out


def blurred(picture, sigma):
    """Returns a picture blurred by a Gaussian of sigma pixels, its edges continued."""
    reach = int(sigma * 3 + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        padding = [(reach, reach) if each == axis else (0, 0) for each in range(picture.ndim)]
        padded = np.pad(picture, padding, mode="edge")
        picture = sum(weight * np.take(padded, range(index, index + picture.shape[axis]), axis=axis)
                      for index, weight in enumerate(weights))
    return picture


def sampled(picture, spots):
    """Reads a square picture of three colours at spots in 0..1 x 0..1, between its pixels; 1 outside of it."""
    side = picture.shape[0]
    framed = np.pad(picture, [(1, 1), (1, 1), (0, 0)], constant_values=1.0)
    spots = np.clip(spots * side + 0.5, 0.0, side + 0.999)
    column, row = spots[:, :, 0].astype(int), spots[:, :, 1].astype(int)
    right, up = (spots[:, :, 0] - column)[:, :, None], (spots[:, :, 1] - row)[:, :, None]
    lower = framed[row, column] * (1 - right) + framed[row, column + 1] * right
    upper = framed[row + 1, column] * (1 - right) + framed[row + 1, column + 1] * right
    return lower * (1 - up) + upper * up


def visible_points(solids):
    """Returns the points that a picture has to hold."""
    points = [each.points[np.unique(each.triangles)] for each in solids if len(each.triangles)]
    return np.concatenate(points) if points else np.empty((0, 3))


def render(call, directory, views, first, settings, gpu=False):
    """Takes the pictures; returns (rows of the result, paths, kind of device)."""
    points = visible_points(geometry.solids())
    if not len(points):
        raise Failure("render.failed", "there is nothing to see: the asset has no surface", {})
    with device_for(gpu) as device:
        return *photograph(call, directory, range(first, first + views), Studio(points, settings, device)), device


def photograph(call, directory, numbers, studio):
    """Takes the pictures of these numbers in a studio, and closes it; returns (rows, paths)."""
    rows, paths = [], []
    try:
        studio.ask_for_guides(directory)
        shadow = studio.cast_shadow(os.path.join(directory, "shadow.exr"))
        for done, number in enumerate(numbers):
            call.progress(done, len(numbers), "view %d" % number)
            path = os.path.join(directory, "view-%d.png" % number)
            rows.append(take(studio, shadow, path, *VIEWS[number - 1]))
            paths.append(path)
    except RuntimeError as error:
        raise Failure("render.failed", str(error), {}) from None
    finally:
        studio.close()
    return rows, paths


def take(studio, shadow, path, name, azimuth, elevation):
    """Takes one picture, developed again with another exposure if it came out burnt or murky."""
    started = time.perf_counter()
    studio.aim(azimuth, elevation)
    studio.floor.hide_render = elevation < 0.0
    light = studio.shoot(path + ".exr")
    guides = studio.guide_pictures()
    if guides:
        light = smooth.smoothed(light, *guides)
    exposure = 0.0
    for tries in range(1, RETRIES + 2):
        pixels = developed(light, exposure)
        measured = judge(pixels)
        correction = wanted(measured)
        if not correction or tries > RETRIES:
            break
        exposure += correction
    if measured["blank"]:
        raise Failure("render.failed", "view \"%s\" came out blank" % name, measured)
    save(path, over_backdrop(pixels, studio.shadow_seen(shadow)))
    return {"name": name, "azimuth": azimuth, "elevation": elevation, "seconds": round(time.perf_counter() - started, 3),
            "tries": tries, "mean": round(measured["mean"], 4), "clipped": round(measured["clipped"], 4),
            "coverage": round(measured["coverage"], 4), "exposure": round(exposure, 2)}


def developed(light, exposure):
    """Turns linear light into the values of a screen (sRGB), exposure in stops.

    What is too bright for the screen keeps some of its hue, so that a warm lamp does not become a white hole.
    """
    values = np.maximum(light[:, :, :3] * 2.0 ** exposure, 0.0)
    hue = values / np.maximum(values.max(axis=2, keepdims=True), 1.0)
    values = np.minimum(values, 1.0) * (1.0 - GLOW) + hue * GLOW
    pixels = light.copy()
    pixels[:, :, :3] = np.where(values <= 0.0031308, values * 12.92, 1.055 * values ** (1 / 2.4) - 0.055)
    return pixels


def judge(pixels):
    """Returns mean, clipped share and coverage of the asset in a picture, and whether it is blank."""
    solid = pixels[:, :, 3] > SOLID
    count = int(solid.sum())
    if not count:
        return {"mean": 0.0, "clipped": 0.0, "coverage": 0.0, "blank": True}
    colors = pixels[:, :, :3][solid]
    light = colors @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
    return {"mean": float(light.mean()), "clipped": float((colors.min(axis=1) >= CLIPPED_LEVEL / 255).mean()),
            "coverage": count / solid.size, "blank": False}


def wanted(measured):
    """Returns the change of exposure, in stops, that a picture asks for; 0.0 for none."""
    if measured["blank"]:
        return 0.0
    if measured["clipped"] > CLIPPED_SHARE:
        return -0.7
    if measured["mean"] < DARK_MEAN:
        return 0.9
    return 0.0
