# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the lint: what it finds, what it finds wrongly, how fast it is, and what --fix ports. No test: it asserts nothing.

    python3 bench_lint.py [--mutants N] [--seed N] NAME=BLENDER[:SCRIPTS] …

NAME is a version (3.4), BLENDER a program, SCRIPTS its own scripts folder, read from here. Printed, each with its n:
    speed     lines a second on one core, over the scripts folder, and of made-up scripts of 5 MB
    clean     share of the files of SCRIPTS (rules on the API alone: add-ons import what a script may not) with an error
    found     scripts of ported/, mutants of them, and the templates of all Blenders, run in each Blender: of those that fail by a mismatch with the API, the share
              with a diagnostic in the line that Blender names (with an error there: in brackets); of those that run, the share
              with an error
    ported    scripts of ported/ (written for 4.3): share that runs in the other Blender after --fix alone and makes the same objects
              with the same bounds (to 0.1 % of the diagonal, 1 % for what a boolean or smoothing makes)
"""
import ast
import glob
import json
import os
import random
import subprocess
import sys
import tempfile
import time

import client
from ll3m_bridge import lint, lint_fix
from ll3m_bridge.api_view import Api

RUNNER = r"""
import sys, json, traceback
import bpy
from mathutils import Vector
jobs = json.load(open(sys.argv[-1]))
out = []
for text in jobs:
    bpy.ops.wm.read_factory_settings()
    told = {"line": 0, "type": "", "message": "", "objects": {}}
    try:
        exec(compile(text, "draft.py", "exec"), {"__name__": "__main__"})
        bpy.context.view_layer.update()
        graph = bpy.context.evaluated_depsgraph_get()
        for each in bpy.context.scene.objects:
            made = each.evaluated_get(graph)
            mesh = made.to_mesh() if each.type in ('MESH', 'CURVE') else None
            points = [each.matrix_world @ v.co for v in mesh.vertices] if mesh and mesh.vertices else [each.matrix_world.translation]
            told["objects"][each.name] = [[f(p[i] for p in points) for i in range(3)] for f in (min, max)]
    except BaseException as error:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == "draft.py"]
        told.update(line=frames[-1].lineno if frames else 0, type=type(error).__name__, message=str(error)[:200])
    out.append(told)
    json.dump(out, open(sys.argv[-1] + ".out", "w"))
"""
MISMATCH = {"AttributeError", "KeyError", "TypeError", "RuntimeError", "IndexError", "ValueError"}


def run_all(blender, texts):
    """Runs scripts one after another in one Blender (another one when it dies); returns what became of each."""
    done = []
    with tempfile.TemporaryDirectory() as folder:
        while len(done) < len(texts):
            path = os.path.join(folder, "jobs.json")
            with open(path, "w", encoding="utf-8") as stream:
                json.dump(texts[len(done):], stream)
            with open(path + ".out", "w", encoding="utf-8") as stream:
                stream.write("[]")
            subprocess.run([blender, "-b", "--factory-startup", "--python-expr", RUNNER, "--", path], check=False, capture_output=True,
                           env={"PATH": "/usr/bin:/bin", "HOME": folder})
            with open(path + ".out", encoding="utf-8") as stream:
                made = json.load(stream)
            done += made
            if len(done) < len(texts):
                done.append({"line": 0, "type": "died", "message": "", "objects": {}})
    return done


def load_api(blender):
    """Returns the Api of a Blender."""
    client.BLENDER = blender
    worker = client.Worker()
    try:
        return Api(json.loads(worker.result("api")[1]["api.json"]))
    finally:
        worker.close()


def read(path):
    with open(path, encoding="utf-8", errors="replace") as stream:
        return stream.read()


def speed_and_clean(name, api, folder):
    """Prints figures 2 and 3 over a scripts folder."""
    files = [each for each in glob.glob(os.path.join(folder, "**", "*.py"), recursive=True) if os.sep + "presets" + os.sep not in each]
    lines = wrong = 0
    started = time.process_time()
    for path in sorted(files):
        text = read(path)
        lines += text.count("\n") + 1
        found = [each for each in lint.check(text, api, ("api",)) if each["severity"] == "error" and each["rule"] != "script.syntax"]
        wrong += bool(found)
        for each in found[:3]:
            print("    %s:%d %s" % (path[len(folder) + 1:], each["line"], each["message"]))
    seconds = time.process_time() - started
    print("%s clean: %d of %d files have an error (%.2f %%)" % (name, wrong, len(files), 100.0 * wrong / len(files)))
    print("%s speed: %.0f lines/s (%d lines)" % (name, lines / seconds, lines))


def made_up(api):
    """Prints the speed on scripts of 5 MB."""
    one = read(os.path.join(client.HERE, "ported", "rocket.py"))
    functions = one[one.index("def paint"):one.index("if __name__")]
    parts, index = [one[:one.index("def paint")]], 0
    while sum(map(len, parts)) < 5_000_000:
        parts.append(functions.replace("def ", "def f%d_" % index))
        index += 1
    for what, text in (("functions", "".join(parts)), ("one line", "import bpy;" + "o=bpy.data.objects.new('a',None);o.location=(1,2,3);" * 90000),
                       ("literals", "x = [\n" + "    (1.0, 2.0, 3.0),\n" * 250000 + "]\n")):
        started = time.process_time()
        found = lint.check(text, api, ("api",))
        seconds = time.process_time() - started
        print("5 MB of %s: %.1f s, %.0f lines/s, %.2f MB/s, %d findings" % (what, seconds, (text.count("\n") + 1) / seconds,
                                                                       len(text) / seconds / 1e6, len(found)))


def mutants(text, api, rng, count):
    """Returns copies of a script, each with one name of the API misspelt: an attribute, a keyword, an enum item, a socket, a node."""
    places = []
    known = api.all_names()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr in known and node.lineno == node.end_lineno:
            places.append((node.end_lineno, node.end_col_offset - len(node.attr), node.attr))
        elif isinstance(node, ast.keyword) and node.arg:
            places.append((node.lineno, node.col_offset, node.arg))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.replace(" ", "").replace("_", "").isalpha() \
                and 3 < len(node.value) < 40 and node.lineno == node.end_lineno:
            places.append((node.lineno, node.col_offset + 1, node.value))
    made = []
    lines = text.split("\n")
    for line, column, word in rng.sample(places, min(count, len(places))):
        raw = lines[line - 1].encode()
        if raw[column:column + len(word)] != word.encode():
            continue
        wrong = misspelt(word, rng)
        changed = (raw[:column] + wrong.encode() + raw[column + len(word):]).decode()
        made.append("\n".join(lines[:line - 1] + [changed] + lines[line:]))
    return made


def misspelt(word, rng):
    """Returns a word as somebody might get it wrong."""
    index = rng.randrange(1, len(word)) if len(word) > 1 else 0
    return rng.choice([word[:index] + word[index + 1:], word + "s", word[:index] + word[index:index + 1] * 2 + word[index + 1:],
                       word.replace("_", "") if "_" in word else word + "_value", word[:-1]]) or word + "x"


def found(name, blender, api, scripts, templates, count, seed):
    """Prints figures 1 and 2 over scripts, mutants of them, and the templates of all Blenders, which were run."""
    rng = random.Random(seed)
    for what, texts in (("as written", list(scripts.values())), ("templates", templates),
                        ("mutants", [each for text in scripts.values() for each in mutants(text, api, rng, count)])):
        failed = seen = certain = ran = wrong = 0
        for text, told in zip(texts, run_all(blender, texts)):
            diagnostics = lint.check(text, api, ("api",))
            if not told["type"]:
                ran += 1
                errors = [each for each in diagnostics if each["severity"] == "error"]
                wrong += bool(errors)
                for each in errors:
                    print("    wrong: line %d %s" % (each["line"], each["message"]))
            elif told["type"] in MISMATCH and told["line"]:
                failed += 1
                there = [each for each in diagnostics if each["line"] == told["line"]]
                seen += bool(there)
                certain += any(each["severity"] == "error" for each in there)
                if not there:
                    print("    missed: %s: %s | %s" % (told["type"], told["message"][:90], text.split("\n")[told["line"] - 1].strip()[:110]))
        print("%s found, %s: %d of %d failing (%.1f %%) [%d as errors]; %d of %d running have an error" % (
            name, what, seen, failed, 100.0 * seen / max(failed, 1), certain, wrong, ran))


def same_objects(one, other):
    """Returns "" when two runs made the same, else what differs."""
    if other["type"]:
        return "%s in line %d: %s" % (other["type"], other["line"], other["message"])
    if set(one["objects"]) != set(other["objects"]):
        return "objects %s" % sorted(set(one["objects"]) ^ set(other["objects"]))[:4]
    points = [p for box in one["objects"].values() for p in box]
    size = max(max(p[i] for p in points) - min(p[i] for p in points) for i in range(3)) or 1.0
    for name, box in one["objects"].items():
        off = max(abs(a - b) for p, q in zip(box, other["objects"][name]) for a, b in zip(p, q))
        if off > 0.001 * size:
            return "bounds of %s are %.4f off" % (name, off)
    return ""


def ported(blenders, scripts):
    """Prints figure 8: from 4.3 to each other Blender."""
    if "4.3" not in blenders:
        return
    originals = run_all(blenders["4.3"][0], list(scripts.values()))
    for name, (blender, api) in blenders.items():
        if name == "4.3":
            continue
        texts = [lint_fix.fix(text, api, ("api",))[0] for text in scripts.values()]
        plain, made = run_all(blender, list(scripts.values())), run_all(blender, texts)
        good = 0
        for script, one, before, after in zip(scripts, originals, plain, made):
            why = "4.3: " + one["message"] if one["type"] else same_objects(one, after)
            good += not why
            if why:
                print("    %s: %s" % (script, why))
        ran = sum(not same_objects(one, each) for one, each in zip(originals, plain))
        print("ported 4.3 to %s: %d of %d by --fix alone (%d of %d run unchanged)" % (name, good, len(scripts), ran, len(scripts)))


def main(arguments):
    """Reads the words and prints the figures."""
    count, seed, blenders, templates = 8, 1, {}, []
    while arguments and arguments[0].startswith("--"):
        value = int(arguments[1])
        count, seed = (value, seed) if arguments[0] == "--mutants" else (count, value)
        arguments = arguments[2:]
    for each in arguments or ["3.4=blender"]:
        name, _, rest = each.partition("=")
        blender, _, folder = rest.partition(":")
        blenders[name] = (blender, load_api(blender))
        if folder:
            speed_and_clean(name, blenders[name][1], folder)
            templates += [read(path) for path in sorted(glob.glob(os.path.join(folder, "templates_py", "*.py")))]
    made_up(next(iter(blenders.values()))[1])
    scripts = {os.path.basename(path): read(path) for path in sorted(glob.glob(os.path.join(client.HERE, "ported", "*.py")))}
    ported(blenders, scripts)
    for name, (blender, api) in blenders.items():
        found(name, blender, api, scripts, list(dict.fromkeys(templates)), count, seed)


if __name__ == "__main__":
    main(sys.argv[1:])
