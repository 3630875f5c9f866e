# SPDX-License-Identifier: GPL-3.0-or-later
"""How the library's assets fare in each format and profile, by the worker's own check and by readers apart from it
(soundness.py).

    python3 bench_delivery.py [FAMILY or SCRIPT or FOLDER of scripts]…      LL3M_SIZE: side of the textures (1024)
A row an asset: megabytes and look for the web and for games, whether the print is closed, and how far off the bounds of each
format are when read back, in percent of the diagonal: Blender's, then assimp's (or a reader of our own for .usdz). Then how
many meet the figures.
"""
import io
import os
import sys
import time

import cases
import client
import soundness

SIZE = int(os.environ.get("LL3M_SIZE", "1024"))
MOST_WEB, MOST_DIFFERENCE, MOST_OFF = 3_000_000, 10.0, 0.5
FORMATS = ["glb", "gltf", "obj", "stl", "ply", "fbx", "3mf", "usdz", "usdc"]
# Metres that are 1 in a format, and whether its y points up.
PLACES = {"glb": (1.0, True), "gltf": (1.0, True), "obj": (1.0, True), "stl": (1.0, False), "ply": (1.0, False),
          "fbx": (1.0, True), "3mf": (0.001, False), "usdz": (1.0, False)}


def seen(kind, files):
    """Returns (low, high) in the asset's place of what an independent reader finds, or None where there is none."""
    unit, upright = PLACES[kind]
    if kind == "usdz":
        text = soundness.usd_layer(io.BytesIO(files["asset.usdz"]))[1]
        low, high = soundness.box([point for points, _ in soundness.usd_meshes(text) for point in points])
    elif soundness.ASSIMP:
        low, high = soundness.seen_by_assimp("asset." + kind, files)[:2]
    else:
        return None
    low, high = [each * unit for each in low], [each * unit for each in high]
    return ([low[0], -high[2], low[1]], [high[0], -low[2], high[1]]) if upright else (low, high)


def off(box, wanted):
    """Returns how far one box is from another, in percent of the diagonal."""
    reach = sum((b - a) ** 2 for a, b in zip(*wanted)) ** 0.5
    return max(abs(one - two) for side, other in zip(box, wanted) for one, two in zip(side, other)) / reach * 100.0


def formats(worker, script):
    """Returns (a text a format, whether all are within the bounds)."""
    wanted = [worker.result("run", script=script)[0]["report"]["asset"]["bounds"][each] for each in ("min", "max")]
    texts, fine = [], True
    for kind in FORMATS:
        answer, files = worker.call("export", script=script, formats=[kind], size=SIZE)
        if not answer["ok"]:
            texts.append("%s none" % kind)
            fine = fine and kind == "usdc" and "no exporter" in answer["error"]["message"]
            continue
        check = answer["result"]["files"][0]["check"]
        mine = check["bounds_off"] * 100.0 if check["read"] else None
        box = seen(kind, files) if kind in PLACES else None
        others = off(box, wanted) if box else None
        fine = fine and max(mine or 0.0, others or 0.0) <= MOST_OFF and (mine, others) != (None, None)
        texts.append("%s %s/%s" % (kind, *("-" if each is None else "%.3f" % each for each in (mine, others))))
        texts += [each["code"] for each in check["findings"]]
    return " ".join(texts), fine


def looked(worker, script, profile):
    """Returns (a text, bytes, look) of a profile's .glb."""
    result, files = worker.result("export", script=script, formats=["glb"], profile=profile, size=SIZE)
    look = result["files"][0]["check"]["look"]
    size = len(files["asset.glb"])
    return "%.2f MB %.2f (worst %.2f)%s" % (size / 1e6, look["mean_difference"], look["difference"],
                                            " glass or glow" if look["glass_or_glow"] else ""), size, look


def printed(worker, script):
    """Returns (a text, whether it is closed)."""
    started = time.perf_counter()
    result, files = worker.result("export", script=script, formats=["stl"], profile="print")
    triangles = soundness.stl_triangles(files["asset.stl"])
    wrong, volume = soundness.judged(triangles)
    return "%d triangles %d open edges %.0f mm3 %.0f s" % (
        len(triangles), wrong, volume, time.perf_counter() - started), not wrong and volume > 0.0


def main():
    """Returns the exit code."""
    worker, met, count = client.Worker(), [0, 0, 0, 0], 0
    try:
        for name, script in cases.of(sys.argv[1:]):
            count += 1
            told, size, look = looked(worker, script, "web")
            web = size <= MOST_WEB and (look["mean_difference"] <= MOST_DIFFERENCE or bool(look["glass_or_glow"]))
            game, _, seen_game = looked(worker, script, "game")
            solid, closed = printed(worker, script)
            places, within = formats(worker, script)
            for index, fine in enumerate((web, seen_game["mean_difference"] <= MOST_DIFFERENCE, closed, within)):
                met[index] += fine
            print("%s: web %s; game %s; print %s; %s" % (name, told, game, solid, places), flush=True)
    finally:
        worker.close()
    print("of %d: web %d, game %d, print closed %d, bounds %d" % (count, *met))
    return 0 if met[0] == met[2] == met[3] == count else 1


sys.exit(main())
