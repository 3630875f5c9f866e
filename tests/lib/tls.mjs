// A model service over TLS whose certificate nobody knows, and a proxy that brings every host to it.
//   node tls.mjs KEY CERT PROXIED     prints the ports of the service and of the proxy; PROXIED gets a line for each host asked for
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";

const [, , key, cert, proxied] = process.argv;
const service = https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) }, (request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.end('data: {"choices":[{"delta":{"content":"ready"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":1}}\n\ndata: [DONE]\n\n');
  });
});
const proxy = http.createServer();
proxy.on("connect", (request, socket) => {
  fs.appendFileSync(proxied, request.url + "\n");
  const on = net.connect(service.address().port, "127.0.0.1", () => {
    socket.write("HTTP/1.1 200 Connected\r\n\r\n");
    on.pipe(socket).pipe(on);
  });
  for (const end of [on, socket]) end.on("error", () => socket.destroy());
});
service.listen(0, "127.0.0.1", () => proxy.listen(0, "127.0.0.1", () => console.log(service.address().port, proxy.address().port)));
