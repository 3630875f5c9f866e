# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of ll3m that lives inside Blender: runs scripts, measures, renders, exports.

Files that import `bpy`: scene, runner, geometry, hashing, measure, render, stage, export, workshop. All others are
plain Python (smooth with numpy) and need no Blender. `doc/PROTOCOL.exec.md` is what the package speaks, `doc/SCRIPT.md` what
it expects of a script. Nothing here imports anything at package level, so that a cold start stays short.
"""
