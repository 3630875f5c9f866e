# SPDX-License-Identifier: GPL-3.0-or-later
"""The conversation of the exec protocol, over any pair of byte streams. bpy-free.

Threads: `reader` reads frames, takes cancels at once and queues requests; `heart` sends beats; the guard's; and the main
thread, which alone runs verbs. Writing is under one lock, a frame at a time. An answer is sent once for a request: by the
main thread, or for it by the guard when a script refuses to end, after which the process is over.
"""
import os
import queue
import threading
import time
import traceback

from . import frames
from .errors import Cancelled, Failure, Interrupt, TimedOut
from .guard import Guard

PROTOCOL = 1
BEAT_SECONDS = 0.5
IDLE_SECONDS = 0.15
EXIT_REFUSED = 4
EXIT_FRAMES = 5
LAST_WORDS_SECONDS = 3.0


class Call:
    """One request, as a verb sees it."""

    def __init__(self, server, request, attachments):
        self.server = server
        self.id = request["id"]
        self.args = request["args"]
        self.attachments = attachments
        self.guard = server.guard

    def progress(self, done, of, what):
        """Tells how far the verb is, and stops it here if an end was asked for."""
        self.guard.check()
        self.server.send({"progress": self.id, "done": done, "of": of, "what": what})


class Server:
    """A worker's end of one connection. `verbs` maps a name to function(call) -> (result, attachments)."""

    def __init__(self, source, sink, verbs, about, token=""):
        self.source = source
        self.sink = sink
        self.verbs = verbs
        self.about = about
        self.token = token
        self.lock = threading.Lock()
        self.inbox = queue.Queue(maxsize=2)
        self.state = threading.Condition()
        self.running = None
        self.last_id = None
        self.guard = Guard(self._refused)

    def send(self, message, attachments=()):
        """Writes one frame. Any thread. A peer that is gone is found by the reader, so it is no error here."""
        data = frames.encode(message, attachments)
        with self.lock:
            try:
                self.sink.write(data)
                for each in attachments:
                    for piece in each.chunks():
                        self.sink.write(piece)
                self.sink.flush()
            except (BrokenPipeError, ConnectionError):
                pass

    def greet(self):
        """Says hello and hears the client's. False when the client is refused or left."""
        self.send({"hello": {"protocol": PROTOCOL, **self.about, "pid": os.getpid(), "verbs": sorted(self.verbs)}})
        got = frames.read(self.source)
        if got is None:
            return False
        hello = got[0].get("hello")
        problem = self._problem(hello)
        if problem:
            self.send({"error": {"code": "hello.refused", "message": problem}})
            return False
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        threading.Thread(target=self._beat, name="heart", daemon=True).start()
        return True

    def serve(self, idle=None):
        """Answers requests until the input ends; calls `idle` once, when none has come for a moment. The main thread."""
        while True:
            try:
                item = self.inbox.get(timeout=IDLE_SECONDS if idle else None)
            except queue.Empty:
                idle()
                idle = None
                continue
            if item is None:
                break
            self._answer(*item)

    def poll(self, timeout):
        """Answers one request if one comes in time. False when the input has ended."""
        try:
            item = self.inbox.get(timeout=timeout)
        except queue.Empty:
            return True
        if item is None:
            return False
        self._answer(*item)
        return True

    def _problem(self, hello):
        if not isinstance(hello, dict) or hello.get("protocol") != PROTOCOL:
            return "this worker speaks protocol %d" % PROTOCOL
        if hello.get("token", "") != self.token:
            return "wrong token"
        return None

    def _read(self):
        code = 0
        try:
            while True:
                got = frames.read(self.source)
                if got is None:
                    break
                self._take(*got)
        except (frames.FrameError, OSError) as error:
            code = EXIT_FRAMES
            os.write(2, ("ll3m worker: connection closed: %s\n" % error).encode("utf-8", "replace"))
        self._end_of_input(code)

    def _take(self, message, attachments):
        if "cancel" in message:
            with self.state:
                if self.running is not None and self.running == message["cancel"]:
                    self.guard.cancel()
            return
        identity = message.get("id")
        if isinstance(identity, bool) or not isinstance(identity, int):
            raise frames.FrameError("neither a request nor a cancel")
        with self.state:
            if self.running is not None:
                raise frames.FrameError("request %d while %d runs" % (identity, self.running))
            if self.last_id is not None and identity <= self.last_id:
                raise frames.FrameError("request ids have to rise")
            self.guard.begin()
            self.running = self.last_id = identity
            self.state.notify_all()
        self.inbox.put((message, attachments))

    def _end_of_input(self, code):
        with self.state:
            self.guard.cancel()
        self.inbox.put(None)
        if code == 0:
            time.sleep(LAST_WORDS_SECONDS)
        os._exit(code)

    def _beat(self):
        while True:
            with self.state:
                while self.running is None:
                    self.state.wait()
                identity = self.running
                self.state.wait(BEAT_SECONDS)
                if self.running != identity:
                    continue
            self.send({"beat": identity})

    def _answer(self, request, attachments):
        try:
            result, files = self._call(request, attachments)
            answer = {"id": request["id"], "ok": True, "result": result}
            frames.encode(answer, files)
        except Failure as failure:
            answer, files = self._failed(request["id"], failure.code, failure.message, failure.detail), ()
        except Interrupt as interrupt:
            answer, files = self._interrupted(request["id"], type(interrupt)), ()
        except Exception as error:  # whatever a verb did not foresee is a finding for us, never the worker's end
            answer = self._failed(request["id"], "internal", "%s: %s" % (type(error).__name__, error),
                                  {"traceback": traceback.format_exc()[-8000:]})
            files = ()
        if self._finish(request["id"]):
            self.send(answer, files)

    def _call(self, request, attachments):
        name = request.get("verb")
        verb = self.verbs.get(name) if isinstance(name, str) else None
        if verb is None:
            raise Failure("verb.unknown", "unknown verb %r; known are: %s" % (name, " ".join(sorted(self.verbs))),
                          {"verbs": sorted(self.verbs)})
        request.setdefault("args", {})
        if not isinstance(request["args"], dict):
            raise Failure("request.invalid", "args has to be an object")
        return verb(Call(self, request, attachments))

    def _finish(self, identity):
        """Marks the request answered. False when somebody else has done so."""
        with self.state:
            if self.running != identity:
                return False
            self.running = None
            self.state.notify_all()
            return True

    def _failed(self, identity, code, message, detail):
        return {"id": identity, "ok": False, "error": {"code": code, "message": message, "detail": detail}}

    def _interrupted(self, identity, kind, **detail):
        code, message = INTERRUPTS[kind]
        return self._failed(identity, code, message, detail)

    def _refused(self, kind):
        """The script swallows every request to end: answer for it and leave. The guard's thread."""
        with self.state:
            identity = self.running
        if identity is not None and self._finish(identity):
            answer = self._interrupted(identity, kind, refused=True)
            answer["error"]["message"] += "; the script swallowed the exception, so the worker ends"
            self.send(answer)
        os._exit(EXIT_REFUSED)


INTERRUPTS = {
    Cancelled: ("cancelled", "cancelled on request"),
    TimedOut: ("script.timeout", "the script used up its seconds"),
}
