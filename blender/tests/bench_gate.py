# SPDX-License-Identifier: GPL-3.0-or-later
"""What the gate sees, and what it costs: two figures, and the places that the exemplars carry.

    python3 bench_gate.py JUDGE [--moved | --clean | --speed] [FAMILY…]
    python3 bench_gate.py --bounds [FAMILY…]

JUDGE is tests/judge of the build folder. By default all three are measured:
  --moved  Every exemplar is built, then one part at a time is moved by 1, 2, 5 and 10 % of the diagonal: away from what it
           touches, into it, and down. A move is seen when a finding names the part that the untouched asset does not have. Judged three
           times: with the exemplar's whole blueprint, without the places of its parts, and without any blueprint.
  --clean  Hard findings of every exemplar as it is, and under each of its styles, variants, materials, switches and qualities.
  --speed  Report and gate on 200,000 triangles in 50 parts.
--bounds writes "bounds" of each part into the exemplars, as measured under the values in PARAMS.
"""
import ast
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import client  # noqa: E402

LIBRARY = os.path.join(os.path.dirname(os.path.dirname(client.HERE)), "library")
SHARES = (0.01, 0.02, 0.05, 0.10)
WAYS = ("away", "into", "down")
PLANS = ("all", "contacts", "none")
HEAVY = '''"""Heavy: fifty balls.

Parts
    p0    and so on: one ball a part
Parameters
    "seed" does nothing.
"""
import bmesh
import bpy

PARAMS = {
    "seed": %d,  # count, 0..99: which of them
}


def _ball(number):
    mesh, shape = bpy.data.meshes.new("Ball"), bmesh.new()
    bmesh.ops.create_uvsphere(shape, u_segments=50, v_segments=41, radius=0.5)
    shape.to_mesh(mesh)
    shape.free()
    mesh.materials.append(bpy.data.materials.new("Plain"))
    item = bpy.data.objects.new("Ball %%d" %% number, mesh)
    item.location = (0.98 * (number %% 10), 0.98 * (number // 10), 0.5)
    bpy.context.scene.collection.objects.link(item)
    return [item]
'''


class Judge:
    """The gate in C, a line a report."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def findings(self, script, report, values, plan):
        """Returns ([findings], seconds)."""
        self.process.stdin.write(json.dumps({"script": script, "report": report, "values": values, "plan": plan}) + "\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        return told["findings"], told["seconds"]


def exemplars(families):
    """Yields (name, text, PARAMS, EXEMPLAR)."""
    for path in sorted(glob.glob(os.path.join(LIBRARY, "*", "*.py"))):
        name = os.path.relpath(path, LIBRARY)
        if families and name.split(os.sep)[0] not in families:
            continue
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        said = {node.targets[0].id: ast.literal_eval(node.value) for node in ast.parse(text).body
                if isinstance(node, ast.Assign) and node.targets[0].id in {"PARAMS", "EXEMPLAR"}}
        yield name, text, said["PARAMS"], said["EXEMPLAR"]


def middle(part):
    return [(low + high) / 2 for low, high in zip(part["bounds"]["min"], part["bounds"]["max"])]


def away_from(report, part):
    """Returns the direction away from what a part touches: from the middle of its neighbour to its own, or up."""
    parts = {each["part"]: each for each in report["parts"]}
    beside = [each["b"] if each["a"] == part else each["a"] for each in report["contacts"]
              if part in (each["a"], each["b"]) and each["kind"] != "near"]
    if beside:
        other = max(beside, key=lambda each: parts[each]["triangles"])
        way = [a - b for a, b in zip(middle(parts[part]), middle(parts[other]))]
        length = sum(each * each for each in way) ** 0.5
        if length > 0.01 * report["asset"]["diagonal"]:
            return [each / length for each in way]
    return [0.0, 0.0, 1.0]


def named(findings, part):
    """Returns what findings say of a part, without the figures."""
    return {(each["code"], tuple(each["parts"])) for each in findings if part in each["parts"]}


def moved_reports(path, families):
    """Inside Blender: writes a line of JSON for each exemplar as it is, and for each part moved."""
    import bpy
    from ll3m_bridge import measure, runner, scene
    from mathutils import Matrix
    baseline = scene.Baseline()
    with open(path, "w", encoding="utf-8") as sink:
        for name, text, _, _ in exemplars(families):
            built = runner.run(text, {}, 600.0, Unguarded(), baseline)
            plain = measure.report(built)
            write_line(sink, name, None, None, 0.0, plain)
            for part in [each["part"] for each in plain["parts"] if each["bounds"]]:
                away = away_from(plain, part)
                ways = {"away": away, "into": [-each for each in away], "down": [0.0, 0.0, -1.0]}
                items = [each for each in bpy.data.objects if each.get("ll3m_part") == part and (
                    each.parent is None or each.parent.get("ll3m_part") != part)]
                places = [each.matrix_world.copy() for each in items]
                for way, share in ((way, share) for way in WAYS for share in SHARES):
                    step = Matrix.Translation([each * share * plain["asset"]["diagonal"] for each in ways[way]])
                    move(items, [step @ each for each in places])
                    write_line(sink, name, part, way, share, measure.report(built))
                move(items, places)


class Unguarded:
    """Runs a script without a watch over its time."""

    @staticmethod
    def call(function, seconds):
        return function()


def move(items, places):
    """Puts objects into places in the world."""
    import bpy
    for item, place in zip(items, places):
        item.matrix_world = place
    bpy.context.view_layer.update()


def write_line(sink, name, part, way, share, report):
    sink.write(json.dumps({"name": name, "part": part, "way": way, "share": share, "report": report}) + "\n")


def measure_moved(worker, judge, families):
    """Prints the table of the first figure."""
    seen, whole, missed, before = {}, {}, [], {}
    known = {name: (text, params) for name, text, params, _ in exemplars(families)}
    with tempfile.TemporaryDirectory(prefix="ll3m-bench-") as folder:
        path = os.path.join(folder, "moved")
        subprocess.run([client.BLENDER, "-b", "--factory-startup", "-noaudio", "--python-exit-code", "3",
                        "-P", os.path.abspath(__file__), "--", path, *families], check=True, stdout=subprocess.DEVNULL)
        with open(path, encoding="utf-8") as stream:
            for line in stream:
                row = json.loads(line)
                text, params = known[row["name"]]
                for plan in PLANS:
                    findings = judge.findings(text, row["report"], params, plan)[0]
                    if row["part"] is None:
                        before[plan] = findings
                        continue
                    new = named(findings, row["part"]) - named(before[plan], row["part"])
                    key = (plan, row["way"], row["share"])
                    whole[key], seen[key] = whole.get(key, 0) + 1, seen.get(key, 0) + bool(new)
                    if not new and plan == "all" and row["share"] >= 0.02:
                        missed.append((row["name"], row["part"], row["way"], row["share"]))
    for plan in PLANS:
        print("moved: blueprint %-8s          " % plan + " ".join("%4g %% " % (share * 100) for share in SHARES))
        for way in WAYS:
            print("moved:   %-5s n=%-4d              " % (way, whole[plan, way, SHARES[0]]) + " ".join(
                " %.3f " % (seen[plan, way, share] / whole[plan, way, share]) for share in SHARES))
        big = [key for key in whole if key[0] == plan and key[2] >= 0.02]
        hits, all_of = sum(seen[key] for key in big), sum(whole[key] for key in big)
        print("moved:   from 2 %%: %d of %d, recall %.3f" % (hits, all_of, hits / all_of))
    for row in missed:
        print("moved: missed with the whole blueprint: %s %s %s %g" % row)


def settings_of(params, exemplar):
    """Yields (name, values) of all that a person can say of an exemplar."""
    yield "as it is", {}
    for kind in ("styles", "variants"):
        for word, values in exemplar.get(kind, {}).items():
            yield "%s %s" % (kind, word), values
    for thing, row in exemplar["things"].items():
        for word, values in row.get("materials", {}).items():
            yield "%s of %s" % (thing, word), values
        for each in row.get("qualities", ()):
            yield "%s %s" % (each["words"][0], thing), each["set"]
        if "add" in row:
            yield "add %s" % thing, row["add"]
        if "switch" in row:
            yield "switch %s" % thing, {row["switch"]: not params[row["switch"]]}


def measure_clean(worker, judge, families):
    """Prints how many assets have a hard finding that nobody broke, and how many soft ones there are."""
    count, hard, soft = 0, [], {}
    for name, text, params, exemplar in exemplars(families):
        for what, values in settings_of(params, exemplar):
            report = worker.result("run", script=text, params=values)[0]["report"]
            count += 1
            for each in judge.findings(text, report, {**params, **values}, "all")[0]:
                if each["severity"] == "hard":
                    hard.append((name, what, each["code"], each["parts"], each["hint"]))
                    print("clean: hard: %s, %s: %s %s %s" % hard[-1], flush=True)
                else:
                    soft[each["code"]] = soft.get(each["code"], 0) + 1
    print("clean: %d untouched assets, %d hard findings; soft: %s" % (
        count, len(hard), ", ".join("%s %d" % each for each in sorted(soft.items())) or "none"))


def measure_speed(worker, judge, families):
    """Prints the seconds of report and gate, five times."""
    parts = "".join('\n\ndef build_p%d(p):\n    """One ball."""\n    return _ball(%d)\n' % (each, each) for each in range(50))
    build = '\n\ndef build(p):\n    """All of it."""\n    root = bpy.data.objects.new("Heavy", None)\n' \
            '    bpy.context.scene.collection.objects.link(root)\n    for part in (%s):\n        for item in part(p):\n' \
            '            item.parent = root\n    return root\n' % ", ".join("build_p%d" % each for each in range(50))
    times = []
    for number in range(5):
        text = HEAVY % number + parts + build
        worker.ask("run", script=text)
        started, spent, result = measured_answer(worker)
        gate = judge.findings(text, result["report"], {}, "none")[1]
        times.append(started + gate)
        print("speed: %d triangles, %d parts, %d contacts: report %.2f s (%.2f s of processor time), gate %.4f s; load %.1f" % (
            result["report"]["asset"]["triangles"], len(result["report"]["parts"]), len(result["report"]["contacts"]), started,
            spent, gate, os.getloadavg()[0]), flush=True)
    print("speed: n=5, median %.2f s, least %.2f s" % (sorted(times)[2], min(times)))


def measured_answer(worker):
    """Returns (seconds from the end of the build to the answer, the worker's processor seconds in them, result)."""
    started = spent = None
    while True:
        message, _ = client.frames.read(worker.source)
        if message.get("what") == "measure":
            started, spent = time.perf_counter(), processor_time(worker.process.pid)
        if "ok" in message:
            return time.perf_counter() - started, processor_time(worker.process.pid) - spent, message["result"]


def processor_time(pid):
    """Returns the seconds that a process has used of the processors."""
    with open("/proc/%d/stat" % pid, encoding="ascii") as stream:
        fields = stream.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def write_bounds(families):
    """Writes where each part stands into the exemplars."""
    worker = client.Worker()
    for name, text, _, exemplar in exemplars(families):
        report = worker.result("run", script=text)[0]["report"]
        for part in report["parts"]:
            box = [[round(each, 3) + 0.0 for each in part["bounds"][corner]] for corner in ("min", "max")]
            row = re.search(r'^ {8}"%s": \{.*?\},?\n(?= {8}"| {4}\})' % part["part"], text, re.M | re.S)
            plain = re.sub(r',\s+"bounds": \[\[[^\]]*\], \[[^\]]*\]\]', "", row.group(0))
            closing = plain.rindex("}")
            text = text.replace(row.group(0), "%s,\n%s\"bounds\": %s%s" % (
                plain[:closing], " " * (len(part["part"]) + 13), json.dumps(box), plain[closing:]))
        with open(os.path.join(LIBRARY, name), "w", encoding="utf-8") as stream:
            stream.write(text)
        print("bounds: %s" % name, flush=True)
    worker.close()


def main():
    """Prints the figures that are asked for."""
    if "bpy" in sys.modules:
        path, *families = sys.argv[sys.argv.index("--") + 1:]
        return moved_reports(path, families)
    words = [each for each in sys.argv[1:] if not each.startswith("--")]
    flags = {each for each in sys.argv[1:] if each.startswith("--")}
    if "--bounds" in flags:
        return write_bounds(words)
    judge, worker = Judge(words[0]), client.Worker()
    for flag, measure in (("--speed", measure_speed), ("--clean", measure_clean), ("--moved", measure_moved)):
        if not flags or flag in flags:
            measure(worker, judge, words[1:])
    worker.close()


if __name__ == "__main__":
    main()
