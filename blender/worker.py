# SPDX-License-Identifier: GPL-3.0-or-later
"""A background worker of ll3m: speaks the exec protocol over two file descriptors.

    blender -b --factory-startup --python-exit-code 3 -noaudio -P blender/worker.py -- [--in-fd N --out-fd M] [--work DIR]

Without --in-fd and --out-fd it takes stdin and stdout for the protocol. Either way the numbers 0 and 1 are pointed at
/dev/null before anything else, so that neither Blender's chatter nor a script can write into a frame. Blender itself prints
a line to stdout before it starts this file, so programs name descriptors of their own. PATH has to be a plain one: where
another python3 comes first in it (pyenv), Blender takes that one's library and finds no numpy. Exit codes: 0 the input
ended, 2 wrong arguments, 3 a Python error here, 4 a script refused to end, 5 the peer sent what is no frame.
"""
import argparse
import fcntl
import os
import signal
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
FIRST_FREE = 64
EXIT_PYTHON = 3


def arguments():
    """Returns what stands behind -- on Blender's command line."""
    given = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else []
    parser = argparse.ArgumentParser(prog="worker.py")
    parser.add_argument("--in-fd", type=int, default=0)
    parser.add_argument("--out-fd", type=int, default=1)
    parser.add_argument("--work", help="an existing folder for files under way; a temporary one when left out")
    return parser.parse_args(given)


def protect(in_fd, out_fd):
    """Moves the protocol out of the way of 0, 1 and 2 and returns its streams."""
    source = fcntl.fcntl(in_fd, fcntl.F_DUPFD_CLOEXEC, FIRST_FREE)
    sink = fcntl.fcntl(out_fd, fcntl.F_DUPFD_CLOEXEC, FIRST_FREE)
    same_pipe = os.path.sameopenfile(2, sink)
    for each in {in_fd, out_fd} - {0, 1, 2}:
        os.close(each)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    if same_pipe:
        os.dup2(nowhere, 2)
    os.close(nowhere)
    return os.fdopen(source, "rb"), os.fdopen(sink, "wb")


def main():
    """Serves one client until it closes."""
    options = arguments()
    source, sink = protect(options.in_fd, options.out_fd)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path.insert(0, HERE)
    sys.dont_write_bytecode = True
    import bpy
    from ll3m_bridge import export, serve, verbs, workshop
    version = ".".join(str(each) for each in bpy.app.version)
    about = {"blender": version, "build": bpy.app.build_hash.decode("ascii", "replace"),
             "python": "%d.%d.%d" % sys.version_info[:3]}
    server = serve.Server(source, sink, verbs.bound(workshop.Workshop(options.work)), about)
    if server.greet():
        server.serve(export.warm_up)
    sink.close()
    os._exit(0)


if __name__ == "__main__":
    try:
        main()
    except Exception:  # Blender would print it to stdout, which leads nowhere by now
        os.write(2, traceback.format_exc().encode("utf-8", "replace"))
        os._exit(EXIT_PYTHON)
