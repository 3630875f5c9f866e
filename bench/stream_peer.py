"""A model service for bench_stream: it streams made-up answers as fast as they are taken, plain or over TLS.

    stream_peer.py FOLDER

Prints the ports, plain and TLS, then serves until its standard input ends. FOLDER/trust.pem gets the system's certificates
and its own, so that a client has as much to trust as usual. A model named "stream-N" answers with N kilobytes of events as
the services send them, a token each or, for Gemini, a line or two; one named "hold-N" falls silent before the end until N
streams have come so far, so that all are open at once.
"""
import asyncio
import json
import pathlib
import ssl
import subprocess
import sys

TOKENS = ["    seat", " = add", "_box(", "\"seat\",", " (0.45,", " 0.43,", " 0.036),", " z=p[\"", "seat_height", "\"])\n",
          " # é\n"]
holding = {"here": 0, "gate": None}


def openai(number):
    choice = {"index": 0, "delta": {"content": TOKENS[number % len(TOKENS)]}, "finish_reason": None}
    delta = {"id": "chatcmpl-C1aB2c3D4e5F6", "object": "chat.completion.chunk", "created": 1763900000,
             "model": "gpt-5-mini-2025-08-07", "service_tier": "default", "system_fingerprint": None, "choices": [choice],
             "usage": None}
    return f"data: {json.dumps(delta, separators=(',', ':'))}\n\n"


def anthropic(number):
    text = {"type": "text_delta", "text": TOKENS[number % len(TOKENS)]}
    delta = {"type": "content_block_delta", "index": 0, "delta": text}
    return f"event: content_block_delta\ndata: {json.dumps(delta, separators=(',', ':'))}\n\n"


def gemini(number):
    text = "".join(TOKENS[(number + i) % len(TOKENS)] for i in range(32))
    usage = {"promptTokenCount": 1200, "candidatesTokenCount": number, "totalTokenCount": 1200 + number}
    chunk = {"candidates": [{"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}], "usageMetadata": usage,
             "modelVersion": "gemini-2.5-flash"}
    return f"data: {json.dumps(chunk)}\r\n\r\n"


ENDS = {
    openai: 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    anthropic: 'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}\n\n'
               'data: {"type":"message_stop"}\n\n',
    gemini: 'data: {"candidates":[{"content":{"parts":[]},"finishReason":"STOP","index":0}]}\r\n\r\n',
}


async def wait_for_all(count):
    holding["here"] += 1
    if holding["here"] == count:
        holding["gate"].set()
    await holding["gate"].wait()
    await asyncio.sleep(2)


async def serve(reader, writer):
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length:"))
        body = (await reader.readexactly(length)).decode()
        make = anthropic if "/messages" in head else gemini if ":stream" in head else openai
        what, amount = (head.split("/models/")[1].split(":")[0] if make is gemini else json.loads(body)["model"]).split("-")
        block = "".join(make(i) for i in range(200)).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        left = int(amount) * 1024 if what == "stream" else 50 * 1024
        while left > 0:
            writer.write(block)
            await writer.drain()
            left -= len(block)
        if what == "hold":
            await wait_for_all(int(amount))
        writer.write(ENDS[make].encode())
        await writer.drain()
        writer.close()
    except (ConnectionError, asyncio.IncompleteReadError, StopIteration):
        writer.close()


async def main():
    folder = pathlib.Path(sys.argv[1])
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert], check=True,
                   stderr=subprocess.DEVNULL)
    system = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
    (folder / "trust.pem").write_bytes((system.read_bytes() if system.exists() else b"") + cert.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    holding["gate"] = asyncio.Event()
    plain = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
    secure = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512, ssl=context)
    print(plain.sockets[0].getsockname()[1], secure.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

asyncio.run(main())
