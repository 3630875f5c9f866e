# SPDX-License-Identifier: GPL-3.0-or-later
"""In which states of a scene an operator can be called without a window.

A poll function is asked in a scratch scene: with nothing, with an active object of several types, and in their edit modes. An
operator that never says yes wants a window (view3d.*, screen.*) or something rare. Painting and sculpting are not tried: their
modes load brushes that stay. Only in the background: in an open Blender
switching scenes would be seen. Invariant: window, scene and data are afterwards what they were.
"""
import bpy

from .scene import renew_context

SCRATCH = ".ll3m scratch"


def states():
    """Yields (name, type of data, mode) of the states to try."""
    yield "none", None, 'OBJECT'
    yield "object", "meshes", 'OBJECT'
    yield "mesh edit", "meshes", 'EDIT'
    yield "curve edit", "curves", 'EDIT'
    yield "armature edit", "armatures", 'EDIT'
    yield "armature pose", "armatures", 'POSE'
    yield "lattice edit", "lattices", 'EDIT'
    yield "metaball edit", "metaballs", 'EDIT'


def polls():
    """Returns {operator: [states in which its poll says yes]}; {} in an open Blender."""
    window = bpy.context.window
    if not bpy.app.background or window is None:
        return {}
    before = window.scene
    scene = bpy.data.scenes.new(SCRATCH)
    window.scene = scene
    found = {}
    operators = [("%s.%s" % (group, name), getattr(getattr(bpy.ops, group), name)) for group in dir(bpy.ops)
                 if not group.startswith("_") for name in dir(getattr(bpy.ops, group)) if not name.startswith("_")]
    try:
        for state, kind, mode in states():
            one_state(scene, operators, found, state, kind, mode)
    finally:
        window.scene = before
        bpy.data.scenes.remove(scene)
        renew_context()
    return found


def one_state(scene, operators, found, state, kind, mode):
    """Asks every operator in one state."""
    item = block = None
    if kind:
        block = bpy.data.curves.new(SCRATCH, 'CURVE') if kind == "curves" else getattr(bpy.data, kind).new(SCRATCH)
        if kind == "meshes":
            block.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
        item = bpy.data.objects.new(SCRATCH, block)
        scene.collection.objects.link(item)
        layer = scene.view_layers[0]
        layer.objects.active = item
        item.select_set(True, view_layer=layer)
    try:
        if mode != 'OBJECT':
            bpy.ops.object.mode_set(mode=mode)
        for name, operator in operators:
            if says_yes(operator):
                found.setdefault(name, []).append(state)
    except RuntimeError:
        pass
    finally:
        if item is not None:
            if item.mode != 'OBJECT':
                bpy.ops.object.mode_set(mode='OBJECT')
            bpy.data.objects.remove(item)
            getattr(bpy.data, kind).remove(block)


def says_yes(operator):
    """Whether an operator's poll says yes; a poll that fails is a no."""
    try:
        return operator.poll()
    except (RuntimeError, AttributeError, TypeError, KeyError, ValueError, IndexError):
        return False
