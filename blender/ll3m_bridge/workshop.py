# SPDX-License-Identifier: GPL-3.0-or-later
"""What the worker has on its bench: the scene of the last script, and the folder files are written to.

Invariant: `built` is set only while Blender's current scene is the one that `scene` names. A script that fails leaves
nothing on the bench.
"""
import hashlib
import json
import os
import shutil
import tempfile

from . import measure, runner, scene


class Workshop:
    """One a worker."""

    def __init__(self, directory=None):
        self.directory = directory
        self.baseline = scene.Baseline()
        self.scene = None
        self.built = None
        self.report = None
        self.shelf = None
        scene.empty()

    def build(self, call, text, params, seconds):
        """Makes the script's scene the current one, unless it is already."""
        wanted = scene_name(text, params)
        if self.scene == wanted:
            return self.built
        self.scene = self.built = self.report = None
        self.clear_shelf()
        self.built = runner.run(text, params, seconds, call.guard, self.baseline)
        self.scene = wanted
        return self.built

    def measure(self):
        """Returns the report of the current scene; it is measured once."""
        if self.report is None:
            self.report = measure.report(self.built)
        return self.report

    def delivery_shelf(self):
        """Returns what exports of the current scene share."""
        if self.shelf is None:
            self.shelf = Shelf(self.folder())
        return self.shelf

    def clear_shelf(self):
        if self.shelf is not None:
            self.discard(self.shelf.folder)
            self.shelf = None

    def folder(self):
        """Returns a new folder for files that are on their way to the client."""
        return tempfile.mkdtemp(prefix="ll3m-", dir=self.directory)

    @staticmethod
    def discard(folder):
        """Removes a folder and what is in it."""
        shutil.rmtree(folder, ignore_errors=True)


class Shelf:
    """Baked copies of one scene, what profiles made of them, and pictures of it, kept for its further formats."""

    def __init__(self, folder):
        self.folder = folder
        self.copies = {}
        self.profiled = {}
        self.seen = None

    def baked(self, call, look, settings):
        """Returns the delivery.Baked of the current scene for a look; it is baked once a setting."""
        from . import bake, delivery
        if look == "colors":
            settings = bake.Settings(0, settings.seconds, settings.memory)
        key = (settings.size, settings.seconds, settings.memory, settings.occlusion)
        if key not in self.copies:
            place = tempfile.mkdtemp(dir=self.folder)
            self.copies[key] = delivery.make(call, place, settings)
        return self.copies[key]

    def ready(self, call, look, wishes, name):
        """Returns the delivery.Baked of the current scene for a look and the wishes' profile; it is changed once a setting."""
        from . import delivery
        baked = self.baked(call, look, wishes.settings)
        key = (baked.path, wishes.profile, wishes.triangles, wishes.print_height_mm, name)
        if key not in self.profiled:
            self.profiled[key] = delivery.ready(call, tempfile.mkdtemp(dir=self.folder), baked, wishes, name)
        return self.profiled[key]

    def original(self):
        """Returns the readback.Original of the current scene."""
        from . import readback
        if self.seen is None:
            self.seen = readback.Original(self.folder)
        return self.seen


def scene_name(text, params):
    """Returns the hash that names the scene of a script with params."""
    said = json.dumps(params, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass") + b"\0" + said.encode("utf-8", "surrogatepass")).hexdigest()


def attach(folder, paths):
    """Returns the files of a folder as attachments, read into memory, so that the folder can go."""
    from .frames import Attachment
    made = []
    for path in paths:
        with open(path, "rb") as stream:
            made.append(Attachment(os.path.relpath(path, folder), stream.read()))
    return made
