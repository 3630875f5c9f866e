# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings Blender's data back to an empty scene, whatever the last script left.

Emptying by hand takes about a hundredth of what loading the factory settings takes, and it keeps add-ons and this
package's threads as they are. Invariant after `empty`: one fresh scene with default settings, no object, mesh, material,
image, action, text or node group; the handlers, driver names and classes that a script registered are gone; scripts in
files and drivers stay switched off.
"""
import bpy

KEPT = {"screens", "window_managers", "workspaces", "scenes", "brushes", "palettes", "linestyles", "libraries",
        "all_ids"}


def handler_lists():
    """Yields the name and the list of each kind of handler."""
    for name in dir(bpy.app.handlers):
        value = getattr(bpy.app.handlers, name)
        if isinstance(value, list):
            yield name, value


class Baseline:
    """What was registered in Blender before any script ran."""

    def __init__(self):
        self.handlers = {name: list(value) for name, value in handler_lists()}
        self.driver_names = dict(bpy.app.driver_namespace)

    def restore(self, module_name):
        """Takes away what scripts of a module registered."""
        for name, value in handler_lists():
            value[:] = self.handlers[name]
        bpy.app.driver_namespace.clear()
        bpy.app.driver_namespace.update(self.driver_names)
        bpy.context.preferences.filepaths.use_scripts_auto_execute = False
        for kind in (bpy.types.Operator, bpy.types.Panel, bpy.types.PropertyGroup, bpy.types.Menu, bpy.types.UIList):
            for made in kind.__subclasses__():
                if made.__module__ == module_name and made.is_registered:
                    bpy.utils.unregister_class(made)


def leave_modes():
    """Brings every object back to object mode, which writes an edit mesh back to its data."""
    active = bpy.context.view_layer.objects.active
    if active is not None and active.mode != 'OBJECT':
        bpy.ops.object.mode_set(mode='OBJECT')


def renew_context():
    """Makes the current scene the owner of what bpy.context gives; to be called whenever a scene is removed.

    Blender takes for the owner the scene whose tool settings (or layer collection) the context was asked for last, and once that
    scene is gone, setting anything on what the context gives, as exporters do, writes into freed memory: silently, into a mesh.
    """
    getattr(bpy.context, "tool_settings")


def empty():
    """Frees everything and makes one fresh scene current."""
    if bpy.context.view_layer.objects.active is not None:
        leave_modes()
    old = list(bpy.data.scenes)
    fresh = bpy.data.scenes.new("Scene")
    for window in bpy.context.window_manager.windows:
        window.scene = fresh
    doomed = list(old)
    for name in collection_names():
        doomed.extend(getattr(bpy.data, name))
    for datablock in doomed:
        if getattr(datablock, "use_fake_user", False):
            datablock.use_fake_user = False
    bpy.data.batch_remove(doomed)
    fresh.name = "Scene"
    renew_context()


def collection_names():
    """Returns the names of Blender's collections of data that a script may fill."""
    return [each.identifier for each in bpy.types.BlendData.bl_rna.properties
            if each.type == 'COLLECTION' and each.identifier not in KEPT]
