# SPDX-License-Identifier: GPL-3.0-or-later
"""How the library's assets look once they have left: each .glb read back and held against the asset, three views each.

    python3 bench_look.py [FAMILY or SCRIPT or FOLDER of scripts]…      LL3M_SIZE: side of the textures (2048)
Prints a row an asset (mean and worst view), then how many meet the figures. Assets with glass or glow are listed apart.
"""
import json
import os
import sys
import time

import cases
import client

MOST_DIFFERENCE, LEAST_SIMILARITY = 8.0, 0.92


def main():
    """Returns the exit code."""
    size = int(os.environ.get("LL3M_SIZE", "2048"))
    worker = client.Worker()
    judged, good, apart = 0, 0, 0
    try:
        for name, script in cases.of(sys.argv[1:]):
            started = time.perf_counter()
            answer, files = worker.call("export", script=script, formats=["glb"], size=size)
            seconds = time.perf_counter() - started
            if not answer["ok"]:
                print("%-24s FAILED %s" % (name, answer["error"]["message"]))
                judged += 1
                continue
            result = answer["result"]
            look = result["files"][0]["check"]["look"]
            fine = look["difference"] <= MOST_DIFFERENCE and look["similarity"] >= LEAST_SIMILARITY
            special = look["glass_or_glow"]
            apart += bool(special)
            judged += not special
            good += fine and not special
            print("%-24s mean %.2f worst %.2f of 255, similarity mean %.3f worst %.3f, %.1f MB, bake %.1f s, all %.1f s%s%s" % (
                name, look["mean_difference"], look["difference"], look["mean_similarity"], look["similarity"],
                sum(map(len, files.values())) / 1e6, result["bake"]["seconds"], seconds, "" if fine else "  MISSES",
                "  glass or glow: " + json.dumps(special) if special else ""), flush=True)
    finally:
        worker.close()
    print("%d of %d assets without glass or glow meet %.0f of 255 and %.2f; %d with glass or glow are listed" % (
        good, judged, MOST_DIFFERENCE, LEAST_SIMILARITY, apart))
    return 0 if good == judged else 1


sys.exit(main())
