# SPDX-License-Identifier: GPL-3.0-or-later
"""The asset as it leaves: a staged copy with baked materials, kept in a file of its own, from which every format is written.

A bake is paid for once a scene and setting: the copy is written to a .blend in the worker's folder, and each format appends it
from there. Invariant: what is appended is gone when `opened` closes.
"""
import contextlib
import os

import bpy

from . import bake, profiles, stage
from .errors import Failure


class Baked:
    """A baked copy in a file: what the client is told of it, what gltf.py has to add, and what a profile made of it."""

    def __init__(self, path, told, extras, outcome=None):
        self.path = path
        self.told = told
        self.extras = extras
        self.outcome = outcome


def make(call, folder, settings):
    """Bakes the current scene into a file in the folder. Returns a Baked."""
    found, left_out = {}, stage.left_out(bpy.context.scene)

    def materials(items, names):
        if not any(len(each.data.polygons) for each in items):
            raise Failure("export.failed", "the asset has no surface", {})
        found["told"], found["extras"] = bake.bake(call, items, names, settings, folder)

    with stage.staged(materials) as scene:
        if "told" not in found:
            raise Failure("export.failed", "the asset has no surface", {})
        found["told"]["notes"] += left_out
        path = os.path.join(folder, "baked.blend")
        bpy.data.libraries.write(path, {scene}, fake_user=True)
    return Baked(path, found["told"], found["extras"])


def ready(call, folder, baked, wishes, name):
    """Returns a Baked for the profile of the wishes: the one that is given, or a changed copy of it in the folder."""
    row = profiles.TABLE[wishes.profile]
    with opened(baked, folder) as scene:
        outcome = profiles.Outcome(profiles.title_of(scene, name), row.exact)
        if row.change is None:
            return Baked(baked.path, baked.told, baked.extras, outcome)
        row.change(call, scene, wishes, outcome)
        path = os.path.join(folder, "ready.blend")
        bpy.data.libraries.write(path, {scene}, fake_user=True)
    return Baked(path, baked.told, baked.extras, outcome)


@contextlib.contextmanager
def opened(baked, folder):
    """Yields the scene of a Baked as the current one, everything in it selected, pictures as files in the folder."""
    with stage.visitors(*stage.MATERIALS):
        with bpy.data.libraries.load(baked.path) as (there, here):
            here.scenes = list(there.scenes)
        scene = here.scenes[0]
        bpy.context.window_manager.windows[0].scene = scene
        stage.select(scene)
        yield scene
