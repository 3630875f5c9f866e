// A model service over TLS whose certificate nobody knows, and a proxy that brings every host to it.
//   node tls.mjs KEY CERT SPOKEN     prints the ports of the service and of the proxy
// SPOKEN gets a line for each request: the version of HTTP; and for each host that the proxy was asked for: its name.
import fs from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import net from "node:net";

const [, , key, cert, spoken] = process.argv;
const options = { key: fs.readFileSync(key), cert: fs.readFileSync(cert), allowHTTP1: true };
const service = http2.createSecureServer(options, (request, response) => {
  fs.appendFileSync(spoken, `HTTP/${request.httpVersion}\n`);
  request.resume().on("end", () => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.end('data: {"choices":[{"delta":{"content":"ready"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":1}}\n\ndata: [DONE]\n\n');
  });
});
const proxy = http.createServer();
proxy.on("connect", (request, socket) => {
  fs.appendFileSync(spoken, request.url + "\n");
  const on = net.connect(service.address().port, "127.0.0.1", () => {
    socket.write("HTTP/1.1 200 Connected\r\n\r\n");
    on.pipe(socket).pipe(on);
  });
  for (const end of [on, socket]) end.on("error", () => socket.destroy());
});
service.listen(0, "127.0.0.1", () => proxy.listen(0, "127.0.0.1", () => console.log(service.address().port, proxy.address().port)));
