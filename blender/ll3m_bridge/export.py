# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the asset, one row a format.

All formats but .blend are written from a copy (stage.py), so an exporter can do what it likes. A row names the operators
that write the format, newest Blender's first, with the options they share; options that an operator does not know are left
away. Where a format carries a look, the copy is one with baked materials (delivery.py); each written file is read back
(readback.py).
"""
import contextlib
import importlib
import os

import bpy
from mathutils import Vector

from . import delivery, gltf, readback, stage
from .bake import Settings
from .errors import Failure


class Format:
    """How one kind of file is written. `look`: what of the materials it can carry: "textures", "colors" (of vertices) or None."""

    def __init__(self, suffix, operators, addon=None, look=None):
        self.suffix = suffix
        self.operators = operators
        self.addon = addon
        self.look = look


GLTF = {"use_selection": True, "use_active_scene": True, "export_apply": False, "export_yup": True, "export_cameras": False,
        "export_lights": True, "export_extras": False, "export_animations": True, "export_force_sampling": False,
        "export_import_convert_lighting_mode": 'SPEC', "export_image_format": 'AUTO', "export_vertex_color": 'MATERIAL',
        "export_tangents": True}
USD = {"selected_objects_only": True, "export_animation": True, "export_materials": True, "generate_preview_surface": True,
       "export_textures": True}
FORMATS = {
    "blend": Format(".blend", ()),
    "glb": Format(".glb", [("export_scene.gltf", {**GLTF, "export_format": 'GLB'})], addon="io_scene_gltf2", look="textures"),
    "gltf": Format(".gltf", [("export_scene.gltf", {**GLTF, "export_format": 'GLTF_SEPARATE', "export_texture_dir": "textures"})],
                   addon="io_scene_gltf2", look="textures"),
    "obj": Format(".obj", [("wm.obj_export", {
        "export_selected_objects": True, "export_materials": True, "export_pbr_extensions": True, "apply_modifiers": True,
        "path_mode": 'RELATIVE'})], look="textures"),
    "stl": Format(".stl", [
        ("wm.stl_export", {"export_selected_objects": True, "apply_modifiers": True, "forward_axis": 'Y', "up_axis": 'Z'}),
        ("export_mesh.stl", {"use_selection": True, "use_mesh_modifiers": True})], addon="io_mesh_stl"),
    "ply": Format(".ply", [
        ("wm.ply_export", {"export_selected_objects": True, "apply_modifiers": True, "forward_axis": 'Y', "up_axis": 'Z',
                           "export_colors": 'SRGB', "export_normals": True}),
        ("export_mesh.ply", {"use_selection": True, "use_mesh_modifiers": True, "use_colors": True})], addon="io_mesh_ply",
        look="colors"),
    "fbx": Format(".fbx", [("export_scene.fbx", {
        "use_selection": True, "object_types": {'EMPTY', 'MESH', 'ARMATURE', 'LIGHT'}, "bake_anim": True,
        "add_leaf_bones": False, "path_mode": 'COPY', "embed_textures": True, "mesh_smooth_type": 'FACE',
        "apply_scale_options": 'FBX_SCALE_UNITS'})], addon="io_scene_fbx", look="textures"),
    "usdc": Format(".usdc", [("wm.usd_export", USD)], look="textures"),
    "usdz": Format(".usdz", [("wm.usd_export", USD)], look="textures"),
}
TEXTURES = "textures"
TEXTURED = {"gltf", "obj", "usdc"}
BESIDE = {".mtl": {"obj"}, ".bin": {"gltf"}}
SUFFIXES = {'JPEG': ".jpg", 'PNG': ".png"}
VIEW_DISTANCE = 2.2
CAMERA_DISTANCE = 3.2     # of the diagonal: a 60 mm lens sees all of it in 16:9
# What the first .glb would have to load; the second name is Blender's since 4.3.
EXPORTERS = ["io_scene_gltf2.blender.exp.gltf2_blender_export", "io_scene_gltf2.blender.exp.export"]


def warm_up():
    """Loads the exporter of .glb ahead of its first use, where this Blender has it."""
    enable(FORMATS["glb"])
    for name in EXPORTERS:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


class Wishes:
    """How files are to be made: whether materials are baked and within what, the profile, what a file says of where it is from, and
    whether each is read back."""

    def __init__(self, bake=True, settings=None, profile="", provenance=None, check=True):
        self.bake = bake
        self.settings = settings or Settings()
        self.profile = profile
        self.provenance = provenance or {}
        self.check = check


def export(call, shelf, directory, formats, name, text, wishes):
    """Writes the files; returns (rows of the result, paths, what was done to the materials or None). `shelf` (workshop.py) keeps
    what several formats share."""
    rows, paths, told = [], [], None
    for done, key in enumerate(formats):
        call.progress(done, len(formats), key)
        kind = FORMATS[key]
        path = os.path.join(directory, name + kind.suffix)
        try:
            if key == "blend":
                write_blend(path, text)
                checked = None
            elif kind.look and wishes.bake:
                baked = shelf.baked(call, kind.look, wishes.settings)
                told = baked.told if kind.look == "textures" else told
                with delivery.opened(baked, directory) as scene:
                    write_scene(kind, key, path, scene, directory)
                finish(key, path, baked.extras, wishes.provenance)
                checked = read_back(call, shelf, key, path, baked.told, wishes)
            else:
                with stage.staged() as scene:
                    write_scene(kind, key, path, scene, directory)
                finish(key, path, {}, wishes.provenance)
                checked = read_back(call, shelf, key, path, None, wishes)
        except (RuntimeError, AttributeError, OSError) as error:
            raise Failure("export.failed", "%s: %s" % (key, error), {"format": key}) from None
        if not os.path.isfile(path):
            raise Failure("export.failed", "%s: Blender wrote no file" % key, {"format": key})
        for written, sort in files_of(directory, path, key):
            rows.append({"name": os.path.relpath(written, directory), "format": sort, "size": os.path.getsize(written),
                         "check": checked if written == path else None})
            paths.append(written)
    return rows, paths, told


def files_of(directory, path, key):
    """Returns [(path, format)]: a format may come with files beside its own."""
    found = [(path, key)]
    stem = os.path.splitext(path)[0]
    for suffix, keys in BESIDE.items():
        if key in keys and os.path.isfile(stem + suffix):
            found.append((stem + suffix, suffix[1:]))
    if key in TEXTURED:
        for folder, _, names in sorted(os.walk(os.path.join(directory, TEXTURES))):
            found += [(os.path.join(folder, each), "texture") for each in sorted(names)]
    return found


def write_scene(kind, key, path, scene, directory):
    """Writes one file of the scene that is open."""
    enable(kind)
    if not any(each.type == 'MESH' for each in scene.objects):
        raise Failure("export.failed", "the asset has no surface", {})
    if key in TEXTURED and key != "gltf" or key == "fbx":
        lay_out_textures(directory)
    operator, options = choose(kind)
    known = operator.get_rna_type().properties.keys()
    operator(filepath=path, **{option: value for option, value in options.items() if option in known})


def lay_out_textures(directory):
    """Writes the packed pictures of the copy to files that exporters can name."""
    folder = os.path.join(directory, TEXTURES)
    os.makedirs(folder, exist_ok=True)
    for image in bpy.data.images:
        if image.packed_file and not image.name.startswith(stage.HELD):
            path = os.path.join(folder, image.name + SUFFIXES.get(image.file_format, ".png"))
            with open(path, "wb") as stream:
                stream.write(image.packed_file.data)
            image.unpack(method='REMOVE')
            image.filepath = path


def finish(key, path, extras, provenance):
    """Adds to a file what Blender's exporter leaves out."""
    if key in {"glb", "gltf"}:
        gltf.amend(path, extras, provenance)


def read_back(call, shelf, key, path, told, wishes):
    if not wishes.check:
        return None
    call.progress(0, 1, "check " + key)
    kind = FORMATS[key]
    enable(kind)
    return readback.check(shelf.original(), path, key, told, wishes.profile)


def enable(kind):
    """Switches on the add-on that a format needs, where this Blender has it as an add-on."""
    if kind.addon:
        import addon_utils
        if not addon_utils.check(kind.addon)[1] and any(m.__name__ == kind.addon for m in addon_utils.modules()):
            addon_utils.enable(kind.addon, default_set=False)


def choose(kind):
    """Returns the first operator of a row that this Blender has, with its options."""
    for identifier, options in kind.operators:
        group, name = identifier.split(".")
        if name in dir(getattr(bpy.ops, group)):
            return getattr(getattr(bpy.ops, group), name), options
    raise Failure("export.failed", "this Blender has no exporter for " + kind.suffix, {})


def write_blend(path, text):
    """Saves the scene as it is, with the script, a camera and light to render it, and the 3D views turned to the asset."""
    note = bpy.data.texts.new("draft.py")
    note.write(text)
    try:
        show_asset()
        with furnished():
            bpy.ops.wm.save_as_mainfile(filepath=path, copy=True, compress=True, relative_remap=False, check_existing=False)
    finally:
        bpy.data.texts.remove(note)


def asset_box():
    """Returns (low, high) of what can be seen, or None."""
    from . import geometry, measure
    return measure.merge(geometry.bounds_of(each.points) for each in geometry.solids())


@contextlib.contextmanager
def furnished():
    """Gives the scene a camera, a sun and a sky for as long as it is saved, so that F12 in the file shows the asset; what a script made stays."""
    from .render import aimed, direction
    scene, box, made = bpy.context.scene, asset_box(), []
    before = scene.camera, scene.world
    if box is not None:
        middle, away = Vector(box[0] + box[1]) / 2, direction(35.0, 20.0)
        reach = float(sum((box[1] - box[0]) ** 2) ** 0.5)
        lens, light = bpy.data.cameras.new("Camera"), bpy.data.lights.new("Sun", 'SUN')
        lens.lens, lens.clip_end, light.energy, light.angle = 60.0, 100.0 * reach, 3.0, 0.2
        for name, data, side in (("Camera", lens, away), ("Sun", light, direction(-10.0, 50.0))):
            item = bpy.data.objects.new(name, data)
            item.matrix_world = aimed(middle + side * reach * CAMERA_DISTANCE, side)
            scene.collection.objects.link(item)
            made.append(item)
        scene.camera = scene.camera or made[0]
        if not scene.world:
            scene.world = bpy.data.worlds.new("Sky")
            scene.world.color = (0.5, 0.52, 0.55)
    try:
        yield
    finally:
        if scene.world is not before[1]:
            bpy.data.worlds.remove(scene.world)
        scene.camera, scene.world = before
        for item in made:
            data = item.data
            bpy.data.objects.remove(item)
            (bpy.data.cameras if isinstance(data, bpy.types.Camera) else bpy.data.lights).remove(data)


def show_asset():
    """Turns each 3D view to the asset, shaded with its materials."""
    from .render import direction
    box = asset_box()
    if box is None:
        return
    low, high = box
    for screen in bpy.data.screens:
        for area in screen.areas:
            if area.type == 'VIEW_3D':
                space = area.spaces.active
                space.shading.type = 'MATERIAL'
                view = space.region_3d
                view.view_location = (low + high) / 2
                view.view_distance = float(sum((high - low) ** 2) ** 0.5) * VIEW_DISTANCE / 2 * 1.4
                view.view_rotation = direction(35.0, 20.0).to_track_quat('Z', 'Y')
