# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy: which imports, names and parts of the API a script may use at all. bpy-free.

Source: doc/SCRIPT.md, section 1. Each rule is a row of RULES: an id, a severity, and a function that yields findings from the syntax
tree. Imports are denied by default; names and attributes that lead out of a script are denied by list. In a sandbox this is advice that
saves a run; in an open Blender, where there is no sandbox, whoever runs the script refuses it on any error.
"""
import ast
import difflib

from . import script

MODULES = {"bpy", "bmesh", "mathutils", "math", "random", "colorsys", "itertools", "functools", "collections", "dataclasses",
           "typing", "numpy"}
SUBMODULES = {"mathutils.noise", "mathutils.geometry", "mathutils.bvhtree", "mathutils.kdtree", "mathutils.interpolate",
              "collections.abc", "numpy.linalg", "numpy.random", "bpy.types", "bmesh.types", "bmesh.ops"}
NAMES = {"open", "exec", "eval", "compile", "__import__", "input", "breakpoint", "globals", "locals", "vars", "exit", "quit",
         "getattr", "delattr", "memoryview", "help", "__builtins__", "__loader__", "__spec__"}
DUNDER_NAMES = {"__name__", "__doc__", "__file__"}
DUNDER_METHODS = {"__init__", "__post_init__", "__repr__", "__str__", "__eq__", "__hash__", "__lt__", "__le__", "__gt__",
                  "__ge__", "__len__", "__iter__", "__next__", "__getitem__", "__setitem__", "__contains__", "__add__", "__sub__",
                  "__mul__", "__truediv__", "__neg__", "__call__", "__name__", "__enter__", "__exit__"}
FRAME_ATTRIBUTES = {"gi_frame", "gi_code", "cr_frame", "ag_frame", "f_globals", "f_locals", "f_builtins", "f_back", "tb_frame",
                    "tb_next", "func_globals", "mro"}
# Attribute chains, by their beginning; what they reach is not a script's business.
CHAINS = {
    "bpy.ops.wm": "it opens, saves or quits",
    "bpy.ops.script": "it runs files",
    "bpy.ops.text": "it runs texts",
    "bpy.ops.console": "it runs text",
    "bpy.ops.preferences": "it changes the person's settings",
    "bpy.ops.extensions": "it installs software",
    "bpy.ops.render": "pictures are made by the bridge",
    "bpy.ops.export_scene": "files are written by the bridge",
    "bpy.ops.export_mesh": "files are written by the bridge",
    "bpy.ops.import_scene": "a script reads no files",
    "bpy.ops.import_mesh": "a script reads no files",
    "bpy.ops.image": "a script reads and writes no files",
    "bpy.ops.file": "a script reads and writes no files",
    "bpy.ops.sound": "a script reads no files",
    "bpy.ops.ed": "it undoes what the person did",
    "bpy.ops.screen": "it needs a window",
    "bpy.ops.view3d": "it needs a window",
    "bpy.app.handlers": "it stays behind after the script",
    "bpy.app.timers": "it stays behind after the script",
    "bpy.app.driver_namespace": "it stays behind after the script",
    "bpy.utils": "it registers or loads code",
    "bpy.path": "a script reads and writes no files",
    "bpy.msgbus": "it stays behind after the script",
    "bpy.context.preferences": "it changes the person's settings",
    "bpy.data.libraries": "a script reads and writes no files",
    "bpy.data.batch_remove": "it removes what is not the script's",
    "bpy.data.filepath": "a script knows no files",
    "bpy.data.images.load": "a script reads no files",
    "bpy.data.texts": "a script keeps no code in texts",
    "bpy.types.Operator": "a script registers nothing",
    "bpy.types.Panel": "a script registers nothing",
    "numpy.load": "a script reads no files",
    "numpy.save": "a script writes no files",
    "numpy.savez": "a script writes no files",
    "numpy.savetxt": "a script writes no files",
    "numpy.loadtxt": "a script reads no files",
    "numpy.genfromtxt": "a script reads no files",
    "numpy.fromfile": "a script reads no files",
    "numpy.memmap": "a script reads no files",
    "numpy.lib": "it leads out of numpy",
    "numpy.ctypeslib": "it leads out of Python",
    "numpy.distutils": "it leads out of numpy",
    "numpy.f2py": "it leads out of numpy",
    "numpy.testing": "it leads out of numpy",
}
METHODS = {"tofile": "a script writes no files", "save_render": "a script writes no files",
           "filepath_raw": "a script reads and writes no files", "as_module": "it runs a text",
           "driver_add": "an expression of a driver is code that stays behind"}
SYSTEM = {"os", "sys", "subprocess", "shutil", "socket", "ctypes", "importlib", "builtins", "pathlib", "io", "threading",
          "multiprocessing", "signal", "pickle", "marshal", "inspect", "gc"}


class Tree:
    """A script's syntax tree with what the rules ask of it."""

    def __init__(self, tree):
        self.tree = tree
        self.nodes = list(ast.walk(self.tree))
        self.aliases = self._aliases()
        self.assigned = {node.id for node in self.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        self.assigned |= {node.arg for node in self.nodes if isinstance(node, ast.arg)}
        self.assigned |= {node.name for node in self.nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}

    def _aliases(self):
        """Returns {local name: dotted name} of imports and of names that only rename a chain."""
        aliases = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for each in node.names:
                    aliases[each.asname or each.name.split(".")[0]] = each.name if each.asname else each.name.split(".")[0]
            elif isinstance(node, ast.ImportFrom) and node.module:
                for each in node.names:
                    aliases[each.asname or each.name] = node.module + "." + each.name
        for node in self.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                dotted = chain(node.value, aliases)
                if dotted:
                    aliases.setdefault(node.targets[0].id, dotted)
        return aliases


def chain(node, aliases):
    """Returns the dotted name of a chain of attributes that starts at an import, or None."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return None
    return ".".join([aliases[node.id]] + names[::-1])


def imports(tree):
    """import.denied: only the listed modules."""
    for node in tree.nodes:
        if isinstance(node, ast.Import):
            wanted = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            wanted = [("." * node.level) + (node.module or "")]
        else:
            continue
        for name in wanted:
            if name not in MODULES and name not in SUBMODULES:
                yield node, "module \"%s\" may not be imported" % name, "Allowed are: " + " ".join(sorted(MODULES)) + "."
        if isinstance(node, ast.ImportFrom) and any(each.name == "*" for each in node.names):
            yield node, "import * hides where names come from", "Import the module, or the names."


def names(tree):
    """name.denied: built-ins that reach files, code or the interpreter. getattr is fine with its name in plain sight; setattr
    reads nothing, so it leads nowhere."""
    plain = {id(node.func) for node in tree.nodes if isinstance(node, ast.Call) and is_plain_getattr(node)}
    for node in tree.nodes:
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or id(node) in plain:
            continue
        if node.id in NAMES and node.id not in tree.assigned:
            yield (node, "\"%s\" may not be used" % node.id,
                   "A script makes an asset; it needs no files and no code at run time.")
        elif node.id in SYSTEM and node.id not in tree.assigned and node.id not in tree.aliases:
            yield node, "\"%s\" may not be used" % node.id, ""
        elif is_dunder(node.id) and node.id not in DUNDER_NAMES and node.id not in NAMES:
            yield node, "\"%s\" may not be used" % node.id, ""


def is_plain_getattr(call):
    """Whether a call is getattr(x, "name") with a name that stands there and is no dunder."""
    named = isinstance(call.func, ast.Name) and call.func.id == "getattr" and len(call.args) >= 2
    return named and isinstance(call.args[1], ast.Constant) and isinstance(call.args[1].value, str) and not is_dunder(call.args[1].value)


def attributes(tree):
    """attribute.denied: attributes that lead from any object to the interpreter."""
    for node in tree.nodes:
        if not isinstance(node, ast.Attribute):
            continue
        if node.attr in FRAME_ATTRIBUTES or (is_dunder(node.attr) and node.attr not in DUNDER_METHODS):
            yield node, "attribute \"%s\" may not be used" % node.attr, "It leads out of the script."
        elif node.attr in METHODS:
            yield node, "\".%s\" may not be used: %s" % (node.attr, METHODS[node.attr]), ""
        elif (node.attr in SYSTEM or node.attr.startswith("_")) and chain(node, tree.aliases):
            yield node, "\"%s\" may not be reached through a module" % node.attr, ""


def is_dunder(name):
    """__like_this__."""
    return name.startswith("__") and name.endswith("__")


def chains(tree):
    """call.denied: parts of Blender's API that are not for scripts."""
    inner = {id(node.value) for node in tree.nodes if isinstance(node, ast.Attribute)}
    for node in tree.nodes:
        if isinstance(node, ast.Attribute) and id(node) not in inner:
            dotted = chain(node, tree.aliases)
            while dotted:
                if dotted in CHAINS:
                    yield node, "%s may not be used: %s" % (dotted, CHAINS[dotted]), ""
                    break
                dotted = dotted.rpartition(".")[0]


def denied_from(tree):
    """call.denied, for what is imported by name."""
    for node in tree.nodes:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in MODULES:
            for each in node.names:
                dotted = node.module + "." + each.name
                for barred in CHAINS:
                    if dotted == barred or dotted.startswith(barred + "."):
                        yield node, "%s may not be used: %s" % (dotted, CHAINS[barred]), ""


def strings(tree):
    """attribute.denied, hidden in text: format fields and the names that getattr would take."""
    for node in tree.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for word in ("__globals__", "__subclasses__", "__builtins__", "__class__", "__import__", "__code__"):
                if word in node.value:
                    yield node, "text with \"%s\" in it" % word, "It leads out of the script."


def randomness(tree):
    """random.unseeded: the module's own generator gives another asset each time."""
    for node in tree.nodes:
        if isinstance(node, ast.Attribute):
            dotted = chain(node, tree.aliases) or ""
            parts = dotted.split(".")
            if parts[:1] == ["random"] and len(parts) == 2 and parts[1] != "Random":
                yield node, "%s shares one generator" % dotted, "Use rng = random.Random(seed), a seed for each part."
            elif parts[:2] == ["numpy", "random"] and len(parts) == 3 and parts[2] not in {"default_rng", "Generator"}:
                yield node, "%s shares one generator" % dotted, "Use numpy.random.default_rng(seed)."


def operators(tree):
    """ops.slow: operators need a context and are slower than data."""
    for node in tree.nodes:
        if isinstance(node, ast.Call):
            dotted = chain(node.func, tree.aliases) or ""
            if dotted.startswith("bpy.ops."):
                yield node, "%s depends on the context" % dotted, "Make geometry from data (bmesh, from_pydata)."


def parameters(tree):
    """params.unknown: p["key"] that PARAMS does not have."""
    value = script.assigned(tree.tree, "PARAMS")
    if not isinstance(value, ast.Dict):
        return
    known = {key.value for key in value.keys if isinstance(key, ast.Constant)}
    for node in tree.nodes:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            key = script.subscript_key(node)
            if key is not None and key not in known:
                near = difflib.get_close_matches(key, known, 1)
                yield node, "PARAMS has no \"%s\"" % key, "Did you mean \"%s\"?" % near[0] if near else ""


# id, severity, function(tree) -> (node, message, hint)...
RULES = [
    ("import.denied", "error", imports),
    ("name.denied", "error", names),
    ("attribute.denied", "error", attributes),
    ("call.denied", "error", chains),
    ("call.denied", "error", denied_from),
    ("attribute.denied", "error", strings),
    ("params.unknown", "error", parameters),
    ("random.unseeded", "warning", randomness),
    ("ops.slow", "warning", operators),
]
