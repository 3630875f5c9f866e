# SPDX-License-Identifier: GPL-3.0-or-later
"""Speaks the exec protocol with a worker that it starts: for tests, and for trying things by hand."""
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from ll3m_bridge import frames  # noqa: E402

WORKER = os.path.join(os.path.dirname(HERE), "worker.py")
# A Blender of another system is run by a tool of the source tree, which is told the system's root folder.
ROOT = {name: os.environ[name] for name in ("LL3M_BLENDER_ROOT", "TMPDIR") if name in os.environ}
IN_ROOT = os.path.join(os.path.dirname(os.path.dirname(HERE)), "tools", "blender_in")
BLENDER = os.environ.get("LL3M_BLENDER") or (IN_ROOT if "LL3M_BLENDER_ROOT" in ROOT else "blender")


def environment(home):
    """Returns the variables that Blender is started with."""
    return {"PATH": "/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8", **ROOT}


def said_in(path, code, home):
    """Returns what an expression printed in a Blender that opened a .blend file."""
    return subprocess.run([BLENDER, "-b", "--factory-startup", path, "--python-expr", code], capture_output=True, text=True,
                          env=environment(home), check=True).stdout


class Worker:
    """A worker process and the conversation with it."""

    def __init__(self):
        self.work = tempfile.TemporaryDirectory(prefix="ll3m-test-")
        down, up = os.pipe(), os.pipe()
        self.process = subprocess.Popen(
            [BLENDER, "-b", "--factory-startup", "--python-exit-code", "3", "-noaudio", "-P", WORKER, "--",
             "--in-fd", str(down[0]), "--out-fd", str(up[1]), "--work", self.work.name],
            pass_fds=(down[0], up[1]), env=environment(self.work.name),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(down[0])
        os.close(up[1])
        self.sink, self.source = os.fdopen(down[1], "wb"), os.fdopen(up[0], "rb")
        self.hello = frames.read(self.source)[0]["hello"]
        frames.write(self.sink, {"hello": {"protocol": 1, "token": ""}})
        self.id = 0
        self.beats = 0
        self.progress = []

    def ask(self, verb, **args):
        """Sends a request; returns its id."""
        self.id += 1
        frames.write(self.sink, {"id": self.id, "verb": verb, "args": args})
        return self.id

    def cancel(self):
        """Asks for the end of the running request."""
        frames.write(self.sink, {"cancel": self.id})

    def answer(self):
        """Returns (answer, {attachment name: bytes}); counts beats and keeps progress on the way."""
        self.beats, self.progress = 0, []
        while True:
            message, attachments = frames.read(self.source)
            if "beat" in message:
                self.beats += 1
            elif "progress" in message:
                self.progress.append(message)
            else:
                return message, {each.name: each.data for each in attachments}

    def call(self, verb, **args):
        """Asks and waits for the answer."""
        self.ask(verb, **args)
        return self.answer()

    def result(self, verb, **args):
        """As call(), for a request that has to succeed."""
        answer, files = self.call(verb, **args)
        if not answer["ok"]:
            raise AssertionError(answer["error"])
        return answer["result"], files

    def close(self):
        """Ends the worker; returns its exit code."""
        self.sink.close()
        code = self.process.wait(20)
        self.source.close()
        self.work.cleanup()
        return code


class WorkerTest(unittest.TestCase):
    """Tests that share one worker."""

    @classmethod
    def setUpClass(cls):
        cls.worker = Worker()

    @classmethod
    def tearDownClass(cls):
        cls.worker.close()
