// Shows .glb files in a real web viewer (@google/model-viewer) in headless Chromium, and says what a person there would see.
//   node viewer.mjs [--keep FOLDER] GLB PICTURE [GLB PICTURE]…    needs VIEWER_MODULES (a node_modules folder) and CHROMIUM (the program)
// PICTURE is Blender's picture of the same asset from the three-quarter front, 480 x 360; the viewer's camera is put where Blender's
// stood (viewer_page.js). A line of JSON a pair: {file, errors, parts: [{part, pixels, viewer, blender, apart}], apart, others}. Colours are
// the dominant ones of a part; apart is how far they are from each other, 0 to 255, once both are equally bright (a viewer lights in its own way).
// Ends with 1 when the viewer complained or there are parts of other colours (others). With --keep the viewer's pictures are kept.
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { spawn } from "node:child_process";

const PATIENCE = 120_000;
const APART = 25, COLORFUL = 0.3, SAME_HUE = 12;
const words = process.argv.slice(2);
const keep = words[0] === "--keep" ? words.splice(0, 2)[1] : null;
const pairs = [];
for (let i = 0; i + 1 < words.length; i += 2) pairs.push([words[i], words[i + 1]]);

const page = (number) => `<!doctype html><meta charset="utf-8"><body><script>
const errors = [];
console.error = (...words) => errors.push("console: " + words.join(" "));
addEventListener("error", (event) => errors.push("error: " + event.message));
addEventListener("unhandledrejection", (event) => errors.push("rejected: " + event.reason));
</script><script src="/page.js"></script><script type="module" src="/viewer.js"></script>
<model-viewer id="v" src="/${number}.glb" min-camera-orbit="auto auto 0m" min-field-of-view="1deg"
  interaction-prompt="none" style="width:480px;height:360px"></model-viewer><script>
const told = (body) => fetch("/told/${number}", { method: "POST", body: JSON.stringify(body) });
const viewer = document.getElementById("v");
customElements.whenDefined("model-viewer").then(() => { customElements.get("model-viewer").minimumRenderScale = 1; });
viewer.addEventListener("error", (event) => told({ errors: [...errors, "viewer: " + JSON.stringify(event.detail)] }));
viewer.addEventListener("load", () => setTimeout(() => compare(viewer, "/${number}.png").then(
  (found) => told({ errors, ...found }), (error) => told({ errors: [...errors, "compare: " + error.stack] })), 500));
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
    } else if (request.url === "/page.js") {
      response.writeHead(200, { "Content-Type": "text/javascript" }).end(fs.readFileSync(new URL("viewer_page.js", import.meta.url)));
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

// How far two colours are from each other once they are equally bright.
function apart(one, two) {
  const bright = (color) => Math.max((color[0] + color[1] + color[2]) / 3, 1);
  return Math.round(Math.hypot(...one.map((value, k) => value * (bright(two) / bright(one)) - two[k])) / Math.sqrt(3));
}

// The hue of a colour, in degrees, or null of one that is nearly grey.
function hue([r, g, b]) {
  const most = Math.max(r, g, b), span = most - Math.min(r, g, b);
  if (span < COLORFUL * most) return null;
  return 60 * (most === r ? ((g - b) / span + 6) % 6 : most === g ? (b - r) / span + 2 : (r - g) / span + 4);
}

// Whether two dominant colours are the same; of what mirrors its surroundings, as gold, the hue alone is its own.
function agree(each) {
  const [one, two] = [hue(each.viewer), hue(each.blender)];
  const turn = Math.abs((one ?? 0) - (two ?? 180)) % 360;
  return each.apart <= APART || (one !== null && two !== null && Math.min(turn, 360 - turn) <= SAME_HUE);
}

const answers = new Map();
const server = serve(answers);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
let wrong = 0;
for (const [number, [file]] of pairs.entries()) {
  const { whole, ...answer } = await show(number, server.address().port, answers);
  for (const each of answer.parts ?? []) each.apart = apart(each.viewer, each.blender);
  answer.apart = answer.parts?.length ? Math.max(...answer.parts.map((each) => each.apart)) : 255;
  answer.others = answer.parts?.filter((each) => !agree(each)).map((each) => each.part);
  if (answer.errors.length || answer.others?.length !== 0) wrong++;
  if (keep && whole) fs.writeFileSync(path.join(keep, `${number}.png`), Buffer.from(whole.split(",")[1], "base64"));
  console.log(JSON.stringify({ file, ...answer }));
}
server.close();
server.closeAllConnections();
process.exit(wrong ? 1 : 0);
