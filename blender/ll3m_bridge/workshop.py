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
        scene.empty()

    def build(self, call, text, params, seconds):
        """Makes the script's scene the current one, unless it is already."""
        wanted = scene_name(text, params)
        if self.scene == wanted:
            return self.built
        self.scene = self.built = self.report = None
        self.built = runner.run(text, params, seconds, call.guard, self.baseline)
        self.scene = wanted
        return self.built

    def measure(self):
        """Returns the report of the current scene; it is measured once."""
        if self.report is None:
            self.report = measure.report(self.built)
        return self.report

    def folder(self):
        """Returns a new folder for files that are on their way to the client."""
        return tempfile.mkdtemp(prefix="ll3m-", dir=self.directory)

    @staticmethod
    def discard(folder):
        """Removes a folder and what is in it."""
        shutil.rmtree(folder, ignore_errors=True)


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
