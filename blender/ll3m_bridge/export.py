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
import re
import shutil

import bpy
import numpy as np
from mathutils import Matrix, Vector

from . import carried, delivery, gltf, profiles, provenance, readback, stage, threemf, usd
from .bake import Settings
from .errors import Failure
from .pixels import to_srgb


class Format:
    """How one kind of file is written: by the first of the operators that is there, or by a writer of our own. `look`: what of
    the materials it can carry: "textures", "colors" (of vertices) or None. `unit`: the metres that its readers take 1 for,
    where these are fixed."""

    def __init__(self, suffix, operators, addon=None, look=None, writer=None, unit=None):
        self.suffix = suffix
        self.operators = operators
        self.addon = addon
        self.look = look
        self.writer = writer
        self.unit = unit


GLTF = {"use_selection": True, "use_active_scene": True, "export_apply": False, "export_yup": True, "export_cameras": False,
        "export_lights": True, "export_extras": False, "export_animations": True, "export_force_sampling": False,
        "export_import_convert_lighting_mode": 'SPEC', "export_image_format": 'AUTO', "export_vertex_color": 'MATERIAL',
        "export_tangents": True}
USD = {"selected_objects_only": True, "export_animation": True, "export_materials": True, "generate_preview_surface": True,
       "export_textures": True}
FORMATS = {
    "blend": Format(".blend", ()),
    "glb": Format(".glb", [("export_scene.gltf", {**GLTF, "export_format": 'GLB'})], addon="io_scene_gltf2", look="textures",
                  unit=1.0),
    "gltf": Format(".gltf", [("export_scene.gltf", {**GLTF, "export_format": 'GLTF_SEPARATE', "export_texture_dir": "textures"})],
                   addon="io_scene_gltf2", look="textures", unit=1.0),
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
    """How files are to be made: whether materials are baked and within what, the profile and what it goes by, what a file says
    of where it is from, and whether each is read back."""

    def __init__(self, bake=True, settings=None, profile="", said=None, check=True, triangles=20000, print_height_mm=0.0):
        settings = settings or Settings()
        row = profiles.TABLE[profile]
        if row.size and settings.size > row.size:
            settings = Settings(row.size, settings.seconds, settings.memory, settings.occlusion)
        self.bake = bake
        self.settings = settings
        self.profile = profile
        self.row = row
        self.provenance = said or {}
        self.check = check
        self.triangles = triangles
        self.print_height_mm = print_height_mm


class Job:
    """One request for files. `shelf` (workshop.py) keeps what several formats share; `told` is what was done to the materials
    and `made` what the profile did, for the client, both None when there is nothing to tell."""

    def __init__(self, call, shelf, directory, name, text, wishes):
        self.call = call
        self.shelf = shelf
        self.directory = directory
        self.name = name
        self.text = text
        self.wishes = wishes
        self.told = None
        self.made = None

    def export(self, formats):
        """Writes the files; returns (rows of the result, paths)."""
        everything = self.wishes.row.everything
        formats = list(FORMATS) if everything else formats
        if everything:
            self.made = {"name": self.wishes.profile, "notes": [], "findings": []}
        rows, paths = [], []
        for done, key in enumerate(formats):
            self.call.progress(done, len(formats), key)
            path = os.path.join(self.directory, self.name + FORMATS[key].suffix)
            if everything and FORMATS[key].operators and not operator_of(FORMATS[key]):
                self.made["notes"].append("no .%s: this Blender has no exporter for it" % key)
                continue
            try:
                checked, notes = self.write(key, path)
            except (RuntimeError, AttributeError, OSError) as error:
                raise Failure("export.failed", "%s: %s" % (key, error), {"format": key}) from None
            if not os.path.isfile(path):
                raise Failure("export.failed", "%s: Blender wrote no file" % key, {"format": key})
            for written, sort in files_of(self.directory, path, key):
                if written not in paths:
                    rows.append(self.row(written, sort, checked if written == path else None, notes if written == path else []))
                    paths.append(written)
        for written, sort in self.archive() if everything else ():
            rows.append(self.row(written, sort, None, []))
            paths.append(written)
        return rows, paths

    def row(self, path, sort, checked, notes):
        return {"name": os.path.relpath(path, self.directory), "format": sort, "size": os.path.getsize(path), "check": checked,
                "notes": notes}

    def write(self, key, path):
        """Writes one file; returns (what reading it back found or None, notes)."""
        kind, wishes = FORMATS[key], self.wishes
        look = wishes.row.look or kind.look or ("colors" if wishes.row.change else None)
        if key == "blend":
            write_blend(path, self.text)
            return None, []
        if not wishes.bake or not look:
            outcome = profiles.Outcome(self.name, wishes.row.exact)
            with stage.staged() as scene:
                self.write_scene(key, path, scene, outcome)
            return self.finish(key, path, {}, None, outcome), []
        copy = self.shelf.ready(self.call, look, wishes, self.name)
        self.told = copy.told if look == "textures" or self.told is None and wishes.row.look else self.told
        if wishes.profile and not wishes.row.everything:
            self.made = {"name": wishes.profile, "notes": copy.outcome.notes, "findings": copy.outcome.findings,
                         **copy.outcome.told}
        outcome = copy.outcome.fresh()
        with delivery.opened(copy, self.directory) as scene:
            self.write_scene(key, path, scene, outcome)
        return self.finish(key, path, copy.extras, copy.told, outcome), outcome.notes

    def write_scene(self, key, path, scene, outcome):
        """Writes one file of the scene that is open."""
        kind, row = FORMATS[key], self.wishes.row
        if not any(each.type == 'MESH' for each in scene.objects):
            raise Failure("export.failed", "the asset has no surface", {})
        if kind.unit and kind.unit != row.unit:
            rescale(scene, row.unit / kind.unit)
            outcome.matrix = np.diag([row.unit / kind.unit] * 3 + [1.0]) @ outcome.matrix
        special = row.writers.get(key)
        if key == "usdz" and special:
            special(self.call, scene, path, self.directory, outcome, self.wishes.provenance)
        elif special:
            special(self.call, scene, path, self.directory, outcome, lambda place: self.operate(key, place, scene))
        elif kind.writer:
            kind.writer(path, scene, outcome, self.wishes.provenance)
        else:
            self.operate(key, path, scene)

    def operate(self, key, path, scene):
        """Lets Blender's operator write a file."""
        kind = FORMATS[key]
        enable(kind)
        if key in TEXTURED and key != "gltf" or key == "fbx":
            lay_out_textures(self.directory)
        operator, options = choose(kind)
        if key == "fbx":
            options = {**options, "use_custom_props": say_in_properties(scene, self.wishes.provenance)}
        known = operator.get_rna_type().properties.keys()
        operator(filepath=path, **{option: value for option, value in options.items() if option in known})

    def finish(self, key, path, extras, told, outcome):
        """Adds to a file what its exporter leaves out, and reads it back when that is wished."""
        if key in {"glb", "gltf"}:
            gltf.amend(path, extras, self.wishes.provenance)
        if key == "obj":
            plain_mtl(os.path.splitext(path)[0] + ".mtl")
        provenance.amend(key, path, self.wishes.provenance)
        if not self.wishes.check:
            return None
        self.call.progress(0, 1, "check " + key)
        enable(FORMATS[key])
        return readback.check(self.shelf.original(), path, key, told, outcome, self.wishes.row)

    def archive(self):
        """Writes what an archive has besides formats: the script and the copy with baked materials; yields (path, format)."""
        script = os.path.join(self.directory, "draft.py")
        with open(script, "w", encoding="utf-8") as stream:
            stream.write(self.text)
        yield script, "script"
        if self.wishes.bake:
            path = os.path.join(self.directory, self.name + "-baked.blend")
            shutil.copyfile(self.shelf.baked(self.call, "textures", self.wishes.settings).path, path)
            yield path, "blend"


def rescale(scene, factor):
    """Makes everything in a copy larger or smaller, about the origin."""
    for item in scene.objects:
        if item.parent is None:
            item.matrix_world = Matrix.Scale(factor, 4) @ item.matrix_world
    scene.view_layers[0].update()


def plain_mtl(path):
    """Takes out what a .mtl says of brushed metal where that is nothing: assimp 5 reads no file with it."""
    with open(path, "rb") as stream:
        lines = stream.read().splitlines(keepends=True)
    with open(path, "wb") as stream:
        stream.writelines(each for each in lines if not re.match(rb"anisor? 0(\.0*)?\s*\Z", each))


def say_in_properties(scene, said):
    """Writes where a file comes from into properties of its topmost objects, and no others; whether there is anything to
    say."""
    for item in scene.objects:
        for key in list(item.keys()):
            del item[key]
        if item.parent is None:
            for key, value in said.items():
                item["ll3m_" + key] = str(value)
    return bool(said)


# ------------------------------------------------------------------------------------------- writers of our own
def write_3mf(path, scene, outcome, said):
    """Writes a .3mf of a copy in millimetres."""
    solids = []
    for node in carried.nodes(scene):
        if node.shape is None:
            continue
        turn = slice(None, None, -1 if node.mirrored else 1)
        colors = np.rint(np.clip(to_srgb(node.shape.triangle_colors()), 0.0, 1.0) * 255).astype(np.uint8)
        solids.append(threemf.Solid(node.name, node.world_points(), node.shape.triangles[:, turn], colors[:, turn]))
    threemf.write(path, outcome.title, solids, said)


def write_usdz(path, scene, outcome, said):
    """Writes a .usdz with the pictures of the copy as they are."""
    nodes = carried.nodes(scene)
    used = {picture for node in nodes if node.shape is not None for look in node.shape.looks
            for picture in look.pictures.values()}
    pictures = {each.name: (each.name + SUFFIXES.get(each.file_format, ".png"), bytes(each.packed_file.data)) for each in used
                if each.packed_file is not None}
    usd.write(path, outcome.title, nodes, pictures, said)


FORMATS["3mf"] = Format(".3mf", (), look="colors", writer=write_3mf, unit=0.001)
FORMATS["usdz"] = Format(".usdz", (), look="textures", writer=write_usdz)


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


def enable(kind):
    """Switches on the add-on that a format needs, where this Blender has it as an add-on."""
    if kind.addon:
        import addon_utils
        if not addon_utils.check(kind.addon)[1] and any(m.__name__ == kind.addon for m in addon_utils.modules()):
            addon_utils.enable(kind.addon, default_set=False)


def operator_of(kind):
    """Returns (operator, options) of the first row of a format that this Blender has, or None."""
    enable(kind)
    for identifier, options in kind.operators:
        group, name = identifier.split(".")
        if name in dir(getattr(bpy.ops, group)):
            return getattr(getattr(bpy.ops, group), name), options
    return None


def choose(kind):
    """Returns the first operator of a row that this Blender has, with its options."""
    found = operator_of(kind)
    if found is not None:
        return found
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
    """Gives the scene a camera, a sun and a sky for as long as it is saved, so that F12 in the file shows the asset; what a
    script made stays."""
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
