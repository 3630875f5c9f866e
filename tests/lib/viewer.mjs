// Shows .glb files in a real web viewer (@google/model-viewer) in headless Chromium, and says what a person there would see.
//   node viewer.mjs GLB PICTURE [GLB PICTURE]…    needs VIEWER_MODULES (a node_modules folder) and CHROMIUM (the program)
// PICTURE is Blender's picture of the same asset from the three-quarter front. A line of JSON a pair: {file, errors, materials,
// colors: [viewer's, Blender's], apart}. Colours are means weighted by their chroma, so that grey backgrounds do not count;
// apart is how far they are from each other, 0 to 255, once both are equally bright (a viewer lights in its own way). Ends
// with 1 when the viewer complained or the colours are far apart.
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { spawn } from "node:child_process";

const PATIENCE = 60_000;
const APART = 25;
const pairs = [];
for (let i = 2; i + 1 < process.argv.length; i += 2) pairs.push([process.argv[i], process.argv[i + 1]]);

const page = (number) => `<!doctype html><meta charset="utf-8"><body><script>
const errors = [];
console.error = (...words) => errors.push("console: " + words.join(" "));
addEventListener("error", (event) => errors.push("error: " + event.message));
addEventListener("unhandledrejection", (event) => errors.push("rejected: " + event.reason));
</script><script type="module" src="/viewer.js"></script>
<model-viewer id="v" src="/${number}.glb" camera-orbit="35deg 70deg auto" style="width:480px;height:360px"></model-viewer><script>
const told = (body) => fetch("/told/${number}", { method: "POST", body: JSON.stringify(body) });
async function color(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const sum = [0, 0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] < 128) continue;
    const [r, g, b] = data.subarray(i, i + 3);
    const weight = Math.max(0, Math.max(r, g, b) - Math.min(r, g, b) - 12);
    [r, g, b].forEach((value, k) => (sum[k] += value * weight));
    sum[3] += weight;
  }
  return sum.slice(0, 3).map((value) => Math.round(value / Math.max(sum[3], 1)));
}
const viewer = document.getElementById("v");
viewer.addEventListener("error", (event) => told({ errors: [...errors, "viewer: " + JSON.stringify(event.detail)] }));
viewer.addEventListener("load", () => setTimeout(async () => {
  const materials = viewer.model.materials.map((each) => each.name);
  told({ errors, materials, colors: [await color(viewer.toDataURL("image/png")), await color("/${number}.png")] });
}, 1500));
</script>`;

function serve(answers) {
  const viewer = path.join(process.env.VIEWER_MODULES, "@google/model-viewer/dist/model-viewer.min.js");
  return http.createServer((request, response) => {
    const [, number, kind] = request.url.match(/^\/(?:told\/)?(\d*)(?:\.(\w+))?$/) ?? [];
    if (request.method === "POST" && number !== undefined) {
      let body = "";
      request.on("data", (piece) => (body += piece));
      request.on("end", () => {
        answers.get(Number(number))?.(JSON.parse(body));
        response.end();
      });
    } else if (request.url === "/viewer.js") {
      response.writeHead(200, { "Content-Type": "text/javascript" }).end(fs.readFileSync(viewer));
    } else if (kind === "glb" || kind === "png") {
      const type = kind === "glb" ? "model/gltf-binary" : "image/png";
      response.writeHead(200, { "Content-Type": type }).end(fs.readFileSync(pairs[number][kind === "glb" ? 0 : 1]));
    } else if (number) {
      response.writeHead(200, { "Content-Type": "text/html" }).end(page(number));
    } else response.writeHead(404).end();
  });
}

function show(number, port, answers) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "ll3m-viewer-"));
  const browser = spawn(process.env.CHROMIUM ?? "chromium", ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage",
    "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-first-run", `--user-data-dir=${home}`, "--window-size=640,480",
    `http://127.0.0.1:${port}/${number}`], { stdio: "ignore" });
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ errors: ["the viewer said nothing in time"] }), PATIENCE);
    answers.set(number, (answer) => (clearTimeout(timer), resolve(answer)));
    browser.on("error", (error) => (clearTimeout(timer), resolve({ errors: [error.message] })));
  }).finally(() => new Promise((resolve) => {
    browser.on("exit", resolve);
    if (browser.exitCode !== null || !browser.kill("SIGKILL")) resolve();
  })).finally(() => fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
}

const answers = new Map();
const server = serve(answers);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
let wrong = 0;
for (const [number, [file]] of pairs.entries()) {
  const answer = await show(number, server.address().port, answers);
  const [a, b] = answer.colors ?? [[0, 0, 0], [255, 255, 255]];
  const mean = (color) => Math.max((color[0] + color[1] + color[2]) / 3, 1);
  const apart = Math.round(Math.hypot(...a.map((value, k) => value * (mean(b) / mean(a)) - b[k])) / Math.sqrt(3));
  if (answer.errors.length || apart > APART) wrong++;
  console.log(JSON.stringify({ file, ...answer, apart }));
}
server.close();
server.closeAllConnections();
process.exit(wrong ? 1 : 0);
