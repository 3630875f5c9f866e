# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a script in an emptied scene and notes which part made which object.

The script's own text is compiled with one addition: each top-level build_<part> gets a decorator that looks at the objects
before and after it, so that it also sees calls through tables and aliases. Line numbers stay those of the text.
Invariant: when `run` returns or raises, Blender is in object mode, and handlers and streams are as they were before.
"""
import ast
import contextlib
import functools
import sys
import time
import types

import bpy

from . import scene, trace
from .errors import Failure
from .output import HeadTail
from .script import Script, refuse_violations

MODULE = "ll3m_draft"
WATCH = "__ll3m_watch__"
PART = "ll3m_part"


class Built:
    """What a run left: who made what, what was printed, how long it took."""

    def __init__(self):
        self.parts = []
        self.returned = {}
        self.output = ""
        self.seconds = 0.0


class Registry:
    """Which part made which object, by the address of the object while the script runs."""

    def __init__(self):
        self.known = {}
        self.parts = []
        self.returned = {}
        self.inside = []

    def note(self, part):
        """Gives all objects that nobody has yet to a part; "" for none."""
        for each in bpy.data.objects:
            address = each.as_pointer()
            owner = self.known.get(address)
            if owner is None or each.get(PART, "") != owner:
                self.known[address] = part
                if part:
                    each[PART] = part
                elif PART in each:
                    del each[PART]

    def watch(self, function):
        """Decorates build_<part>: what is made inside of it belongs to the part."""
        part = function.__name__[len("build_"):]

        @functools.wraps(function)
        def watched(*args, **kwargs):
            self.note(self.inside[-1] if self.inside else "")
            if part not in self.parts:
                self.parts.append(part)
            self.inside.append(part)
            try:
                made = function(*args, **kwargs)
            finally:
                self.inside.pop()
            self.note(part)
            self.returned[part] = check_returned(function.__name__, made)
            return made

        return watched


def check_returned(name, made):
    """A part function returns the list of its objects; says so when it does not."""
    if not isinstance(made, (list, tuple)) or not all(isinstance(each, bpy.types.Object) for each in made):
        raise Failure("script.contract", "%s(p) has to return the list of its objects, it returned %s"
                      % (name, type(made).__name__), {"function": name, "diagnostics": []})
    return len(made)


def compile_watched(tree):
    """Returns code in which each top-level build_<part> is watched."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("build_"):
            name = ast.copy_location(ast.Name(WATCH, ast.Load()), node)
            node.decorator_list.append(name)
    return compile(tree, trace.FILE_NAME, "exec")


def run(text, params, seconds, guard, baseline):
    """Builds the asset of a script in an empty scene and returns what is known of it; raises Failure or an Interrupt."""
    refuse_violations(text)
    script = Script(text)
    values = script.check_values(params)
    code = compile_watched(script.tree)
    scene.empty()
    registry = Registry()
    output = HeadTail()
    started = time.perf_counter()
    try:
        guard.call(lambda: execute(code, values, registry, output), seconds)
    except (Exception, SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        raise trace.failure_of(error, text, output.text()) from None
    finally:
        sys.modules.pop(MODULE, None)
        baseline.restore(MODULE)
        settle()
    built = Built()
    built.seconds = time.perf_counter() - started
    built.output = output.text()
    registry.note("")
    built.parts = registry.parts
    built.returned = registry.returned
    return built


def execute(code, values, registry, output):
    """Loads the script as a module and calls its build(PARAMS)."""
    module = types.ModuleType(MODULE)
    module.__file__ = trace.FILE_NAME
    setattr(module, WATCH, registry.watch)
    sys.modules[MODULE] = module
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        exec(code, module.__dict__)
        module.PARAMS.update(values)
        module.build(module.PARAMS)


def settle():
    """Brings a scene that a script left half way into a state that can be measured."""
    if not bpy.data.scenes:
        bpy.data.scenes.new("Scene")
    scene.leave_modes()
    current = bpy.context.scene
    if current.frame_current != current.frame_start:
        current.frame_set(current.frame_start)
    bpy.context.view_layer.update()
