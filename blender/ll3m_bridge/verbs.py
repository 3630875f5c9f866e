# SPDX-License-Identifier: GPL-3.0-or-later
"""The verbs of the exec protocol: one row each, with the arguments it takes. bpy-free until a verb needs Blender.

A row's function gets the call and its checked arguments, and returns (result, attachments).
"""
import difflib
import functools
import re

from .errors import Failure

DEFAULT_SECONDS = 60.0
MAX_SECONDS = 3600.0
MAX_SCRIPT = 16 * 1024 * 1024
MAX_PIXELS = 8192
MAX_TRIANGLES = 100_000_000
MAX_PRINT = 10_000.0
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}\Z")


class Argument:
    """One argument: its type, and its default, or that it is needed."""

    def __init__(self, kind, default=None, needed=False):
        self.kind = kind
        self.default = default
        self.needed = needed


TEXT = Argument(str, needed=True)
OBJECT = Argument(dict, needed=True)
SCENE = {"script": TEXT, "params": Argument(dict), "seconds": Argument(float, DEFAULT_SECONDS)}


def check_arguments(given, wanted):
    """Returns every wanted argument with its value; request.invalid for an unknown, missing or wrongly typed one."""
    for name in given:
        if name not in wanted:
            near = difflib.get_close_matches(name, wanted, 1)
            raise Failure("request.invalid", "no argument \"%s\"%s" % (
                name, "; did you mean \"%s\"?" % near[0] if near else ""), {"argument": name, "valid": sorted(wanted)})
    checked = {}
    for name, argument in wanted.items():
        value = given.get(name)
        if value is None:
            if argument.needed:
                raise Failure("request.invalid", "argument \"%s\" is missing" % name, {"argument": name})
            value = argument.default
        elif not fits(value, argument.kind):
            raise Failure("request.invalid", "argument \"%s\" has to be a JSON %s" % (name, KINDS[argument.kind]),
                          {"argument": name})
        checked[name] = value
    if len(checked.get("script", "")) > MAX_SCRIPT:
        raise Failure("request.invalid", "the script is longer than %d characters" % MAX_SCRIPT, {})
    return checked


KINDS = {str: "string", dict: "object", list: "array", float: "number", int: "integer", bool: "boolean"}


def fits(value, kind):
    """Whether a JSON value is of a kind; a switch is no number."""
    if kind is float:
        kind = (int, float)
    return isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)


def within(name, value, low, high):
    """Returns the value; request.invalid when it is not between low and high."""
    if not low <= value <= high:
        raise Failure("request.invalid", "%s has to be between %s and %s" % (name, low, high), {"argument": name})
    return value


def build(workshop, call, args):
    """Makes the scene of a request current."""
    seconds = within("seconds", args["seconds"], 0.001, MAX_SECONDS)
    return workshop.build(call, args["script"], args["params"] or {}, seconds)


def run(workshop, call, args):
    call.progress(0, 2, "build")
    built = build(workshop, call, args)
    call.progress(1, 2, "measure")
    report = workshop.measure()
    return {"report": report, "output": built.output, "seconds": round(built.seconds, 4), "scene": workshop.scene}, []


def render(workshop, call, args):
    from . import render as pictures
    from .workshop import attach
    settings = dict(pictures.QUALITY.get(args["quality"]) or refuse_quality(args["quality"], pictures.QUALITY))
    for name, low, high in (("width", 16, MAX_PIXELS), ("height", 16, MAX_PIXELS), ("samples", 1, 4096)):
        if args[name] is not None:
            settings[name] = within(name, args[name], low, high)
    first = within("first", args["first"], 1, len(pictures.VIEWS))
    views = within("views", args["views"], 1, len(pictures.VIEWS) - first + 1)
    build(workshop, call, args)
    folder = workshop.folder()
    try:
        rows, paths, device = pictures.render(call, folder, views, first, settings, args["gpu"])
        return {"views": rows, "device": device}, attach(folder, paths)
    finally:
        workshop.discard(folder)


def refuse_quality(given, known):
    raise Failure("request.invalid", "quality has to be one of " + " ".join(known), {"argument": "quality"})


def export(workshop, call, args):
    from . import export as files, profiles
    from .workshop import attach
    profiles.check(args["profile"], args["formats"], args["bake"])
    unknown = [each for each in args["formats"] if each not in files.FORMATS]
    if unknown or not args["formats"] and not profiles.TABLE[args["profile"]].everything:
        raise Failure("request.invalid", "formats have to be some of " + " ".join(files.FORMATS),
                      {"argument": "formats", "valid": list(files.FORMATS)})
    if not NAME.match(args["name"]):
        raise Failure("request.invalid", "name has to be a plain file name without suffix", {"argument": "name"})
    wishes = wishes_of(args, files)
    build(workshop, call, args)
    folder = workshop.folder()
    try:
        formats = list(dict.fromkeys(args["formats"]))
        job = files.Job(call, workshop.delivery_shelf(), folder, args["name"], with_params(args), wishes)
        rows, paths = job.export(formats)
        return {"files": rows, "bake": job.told, "profile": job.made}, attach(folder, paths)
    finally:
        workshop.report = None    # the next one is measured anew: what an export had changed would show
        workshop.discard(folder)


def wishes_of(args, files):
    """Returns the export.Wishes of a request."""
    from . import provenance
    from .bake import SIZES, Settings
    if args["size"] not in SIZES:
        raise Failure("request.invalid", "size has to be one of " + " ".join(map(str, SIZES)), {"argument": "size"})
    settings = Settings(args["size"], within("bake_seconds", args["bake_seconds"], 0.001, MAX_SECONDS),
                              within("bake_memory", args["bake_memory"], 64, 1 << 20), args["occlusion"])
    return files.Wishes(args["bake"], settings, args["profile"], provenance.checked(args["provenance"]), args["check"],
                        within("triangles", args["triangles"], 1, MAX_TRIANGLES),
                        within("print_height_mm", args["print_height_mm"], 0.0, MAX_PRINT))


def with_params(args):
    """Returns the text of the script with the request's params written into PARAMS."""
    from . import script
    return script.set_values(args["script"], args["params"])[0] if args["params"] else args["script"]


def describe(workshop, call, args):
    from . import script
    return script.describe(args["script"]), []


def lint(workshop, call, args):
    from . import lint as rules
    from .api_live import Live
    unknown = [each for each in args["rules"] or () if each not in rules.FAMILIES]
    if unknown:
        raise Failure("request.invalid", "rules have to be some of " + " ".join(rules.FAMILIES), {"argument": "rules"})
    families = args["rules"] or rules.FAMILIES
    if args["fix"]:
        from . import lint_fix
        text, count, left = lint_fix.fix(args["script"], Live.get(), families)
        return {"diagnostics": left, "script": text, "fixed": count}, []
    return {"diagnostics": rules.check(args["script"], Live.get(), families)}, []


def api(workshop, call, args):
    from . import api_dump
    from .frames import Attachment
    key = api_dump.key()
    return {"key": key}, [] if args["key"] == key else [Attachment("api.json", api_dump.encoded())]


def splice(workshop, call, args):
    from . import script
    text, replaced, added = script.splice(args["script"], args["functions"])
    return {"script": text, "replaced": replaced, "added": added}, []


def set_values(workshop, call, args):
    from . import script
    text, changed = script.set_values(args["script"], args["values"])
    return {"script": text, "changed": changed}, []


def diff(workshop, call, args):
    from . import diff as differences
    return differences.compare(args["before"], args["after"]), []


TABLE = {
    "run": (run, SCENE),
    "render": (render, {**SCENE, "views": Argument(int, 1), "first": Argument(int, 1), "width": Argument(int),
                        "height": Argument(int), "samples": Argument(int), "quality": Argument(str, "look"),
                        "gpu": Argument(bool, False)}),
    "export": (export, {**SCENE, "formats": Argument(list, needed=True), "name": Argument(str, "asset"),
                        "bake": Argument(bool, True), "size": Argument(int, 2048), "bake_seconds": Argument(float, 120.0),
                        "bake_memory": Argument(int, 2048), "occlusion": Argument(bool, False), "check": Argument(bool, True),
                        "profile": Argument(str, ""), "provenance": Argument(dict), "triangles": Argument(int, 20000),
                        "print_height_mm": Argument(float, 0.0)}),
    "describe": (describe, {"script": TEXT}),
    "lint": (lint, {"script": TEXT, "rules": Argument(list), "fix": Argument(bool, False)}),
    "api": (api, {"key": Argument(dict)}),
    "splice": (splice, {"script": TEXT, "functions": TEXT}),
    "set": (set_values, {"script": TEXT, "values": OBJECT}),
    "diff": (diff, {"before": OBJECT, "after": OBJECT}),
}


def bound(workshop):
    """Returns {name: function(call)} for the server."""
    return {name: functools.partial(answer, workshop, *row) for name, row in TABLE.items()}


def answer(workshop, function, wanted, call):
    """Checks the arguments and does the work."""
    return function(workshop, call, check_arguments(call.args, wanted))
