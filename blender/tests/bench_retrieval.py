# SPDX-License-Identifier: GPL-3.0-or-later
"""Retrieval held against plain FTS5 and MiniSearch on pairs that Blender's own documentation gives: see retrieval_pairs.py.

    bench_retrieval.py BENCH_RAG FOLDER

BENCH_RAG is the built bench/bench_rag; FOLDER keeps what is fetched: the documentation examples out of Debian's source of the
Blender that is installed, from the mirror that apt uses, and the npm package; without that one it is left out.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
MINISEARCH = "minisearch@7.2.0"
DUMP = ("import sys; sys.path.insert(0, %r); from ll3m_bridge import api_dump; open(%r, 'wb').write(api_dump.encoded())")


def said(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def examples(folder):
    """Returns the folder of the examples, fetched at the first time."""
    version = re.sub(r"-[^-]*$", "", said("dpkg-query", "-W", "-f", "${source:Version}", "blender"))
    place = folder / ("examples-" + version)
    if place.is_dir():
        return place
    name = "blender_%s.orig.tar.xz" % version
    mirrors = dict.fromkeys(said("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages").split())
    for mirror in mirrors:
        try:
            print("fetching", name, "from", mirror)
            urllib.request.urlretrieve("%s/pool/main/b/blender/%s" % (mirror.rstrip("/"), name), folder / name)
            break
        except OSError:
            continue
    else:
        sys.exit("bench_retrieval: no mirror of apt's has %s" % name)
    partial = folder / "partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    with tarfile.open(folder / name) as archive:
        for member in archive:
            if "/doc/python_api/examples/" in member.name and member.isfile():
                (partial / pathlib.PurePath(member.name).name).write_bytes(archive.extractfile(member).read())
    partial.rename(place)
    (folder / name).unlink()
    return place


def minisearch(folder):
    """Whether the npm package is there; it is installed at the first time."""
    place = folder / "node_modules" / "minisearch"
    if not place.is_dir():
        try:
            subprocess.run(["npm", "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund",
                            MINISEARCH], check=True, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError) as error:
            print("MiniSearch is left out:", error)
            return False
    return True


def main(bench, folder):
    folder = pathlib.Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    names = ("dump.json", "none.json", "chunks.json", "symbols", "pairs.json")
    dump, empty, chunks, symbols, pairs = (folder / each for each in names)
    library = ROOT / "library"
    place = examples(folder)
    said("blender", "-b", "--factory-startup", "--python-expr", DUMP % (str(ROOT / "blender"), str(dump)))
    empty.write_text("[]")
    subprocess.run([bench, dump, library, empty, chunks, symbols], check=True, stdout=subprocess.DEVNULL)
    scripts = said("blender", "-b", "--factory-startup", "--python-expr",
                   "import bpy; print('scripts=' + bpy.utils.system_resource('SCRIPTS'))")
    made = said(sys.executable, str(ROOT / "blender/tests/retrieval_pairs.py"), str(symbols), str(place), str(library),
                re.search(r"scripts=(.*)", scripts).group(1))
    pairs.write_text(made)
    subprocess.run([bench, dump, library, pairs], check=True)
    if minisearch(folder):
        subprocess.run(["node", str(ROOT / "tests/lib/minisearch.js"), str(folder), str(chunks), str(pairs)], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
