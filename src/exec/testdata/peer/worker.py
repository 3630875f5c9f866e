"""A worker for tests: speaks the exec protocol, runs any Python without lint, and misbehaves on request.

It runs under testdata/standin and under real Blender. A file `fault` beside it names what goes wrong with the hello; the
verb `fault` does what its argument `kind` says.
"""
import ctypes
import json
import os
import socket
import struct
import sys
import threading
import time

argv = sys.argv[sys.argv.index("--") + 1:]
source = os.fdopen(os.dup(int(argv[argv.index("--in-fd") + 1])), "rb")
sink = os.fdopen(os.dup(int(argv[argv.index("--out-fd") + 1])), "wb")
main_thread, running, lock = threading.get_ident(), None, threading.Lock()
wake = threading.Condition()


class Cancelled(BaseException):
    """The client asked for an end."""


def send(message, attachments=()):
    if attachments:
        message["attachments"] = [{"name": name, "size": len(data)} for name, data in attachments]
    text = json.dumps(message).encode()
    with lock:
        sink.write(struct.pack(">I", len(text)) + text + b"".join(data for _, data in attachments))
        sink.flush()


def receive():
    head = source.read(4)
    return json.loads(source.read(struct.unpack(">I", head)[0])) if len(head) == 4 else None


def failed(request, code, error, **detail):
    send({"id": request["id"], "ok": False, "error": {"code": code, "message": str(error) or code, "detail": detail}})


def raw(data):
    sink.write(data)
    sink.flush()


def fault(request):
    """Goes wrong as the request says."""
    identity, kind = request["id"], request["args"]["kind"]
    if kind == "silent":
        while True:
            try:
                time.sleep(60)
            except BaseException:
                pass
    if kind == "nonsense" or kind == "nonsense once" and not os.path.exists(request["args"]["mark"]):
        if kind == "nonsense once":
            open(request["args"]["mark"], "w").close()
        raw(b"\0\0\0\4nope")
    if kind == "other id":
        send({"id": identity + 1, "ok": True, "result": {}})
    if kind == "no result":
        send({"id": identity, "ok": True})
    if kind == "half":
        raw(b"\0\0\1\0{\"id\"")
        os._exit(0)
    if kind == "exit":
        os.write(2, b"last words\n")
        os._exit(7)
    if kind == "hang up":
        socket.socket(fileno=sink.fileno()).shutdown(socket.SHUT_WR)
        time.sleep(60)
    if kind == "huge":
        raw(b"\x7f\xff\xff\xff{}")
    if kind == "noise":
        os.write(2, b"noise\n" * 200000)
    if kind == "flood":
        while True:
            os.write(2, b"x" * 65536)
    if kind == "late":
        try:
            while True:
                time.sleep(0.01)
        except Cancelled:
            pass
    if kind == "refused":
        failed(request, "script.timeout", "refused", refused=True)
        os._exit(4)
    if kind == "slow":
        text = json.dumps({"id": identity, "ok": True, "result": {"slow": True}}).encode()
        for byte in struct.pack(">I", len(text)) + text:
            raw(bytes([byte]))
            time.sleep(0.002)
        return
    send({"id": identity, "ok": True, "result": {"kind": kind}})


def answer(request):
    verb, args = request["verb"], request["args"]
    if verb == "fault":
        fault(request)
    elif verb == "run":
        space = {"__name__": "script"}
        exec(compile(args["script"], "script", "exec"), space)
        send({"id": request["id"], "ok": True, "result": space.get("RESULT", {})})
    elif verb == "render":
        for i in range(3):
            send({"progress": request["id"], "done": i, "of": 3, "what": "view %d" % i})
        send({"id": request["id"], "ok": True, "result": {"views": []}},
             [("view-%d.png" % i, b"png" * i * 100000) for i in range(3)])
    else:
        failed(request, "verb.unknown", verb)


def handle(request):
    """Answers once, whatever happens."""
    global running
    running = request["id"]
    try:
        try:
            answer(request)
        finally:
            running = None
    except Cancelled:
        failed(request, "cancelled", "cancelled on request")
    except MemoryError as error:
        failed(request, "script.memory", error)
    except SystemExit as error:
        failed(request, "script.exit", error)
    except BaseException as error:
        failed(request, "script.exception", "%s: %s" % (type(error).__name__, error))


def read(inbox):
    while True:
        message = receive()
        if message is None:
            os._exit(0)
        if "cancel" not in message:
            with wake:
                inbox.append(message)
                wake.notify()
        elif running == message["cancel"]:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(main_thread), ctypes.py_object(Cancelled))


def main():
    version, protocol = "3.4.1", 1
    try:
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "fault")) as stream:
            wrong = stream.read().strip()
    except FileNotFoundError:
        wrong = ""
    if wrong == "exit":
        sys.exit("cannot open display")
    if wrong == "silent":
        time.sleep(600)
    if wrong == "garbage":
        raw(b"Blender 3.4.1 (hash)\n")
    if wrong == "old":
        version = "2.93.1"
    if wrong == "protocol":
        protocol = 2
    send({"hello": {"protocol": protocol, "blender": version, "build": "0", "python": "3", "pid": os.getpid(),
                    "verbs": ["fault", "render", "run"]}})
    if receive() is None:
        return
    inbox = []
    threading.Thread(target=read, args=(inbox,), daemon=True).start()
    while True:
        with wake:
            while not inbox:
                wake.wait()
            request = inbox.pop(0)
        handle(request)


main()
