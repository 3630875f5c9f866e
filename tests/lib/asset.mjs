// Checks on what a session leaves, for the e2e scripts. Each prints what is wrong and ends with 1 when something is.
//   node asset.mjs files FOLDER              draft.py, asset.blend, asset.glb, report.json, pictures: there and whole
//   node asset.mjs hard REPORT               no hard finding
//   node asset.mjs parts BEFORE AFTER SPEC   two reports: only what SPEC allows has changed, and something of it did
//   node asset.mjs picture FILE…             PNG pictures that show something
//   node asset.mjs glb FILE REPORT           the glTF's own bounds are the report's, within 1 % of the diagonal
//   node asset.mjs usdz FILE REPORT          … those that three.js reads of a .usdz (needs GLTF_VALIDATOR)
//   node asset.mjs bounds REPORT OTHER       two reports (or {bounds, objects}) agree on bounds and number of meshes
//   node asset.mjs bounds-alone REPORT OTHER     … on bounds
//   node asset.mjs validate FILE…            the Khronos validator finds no error and no warning (needs GLTF_VALIDATOR, a folder)
//   node asset.mjs delivery REPORT           asset.glb was baked and read back, and no finding speaks against it
// SPEC: names of parts, comma-separated, that may change or come; "*" for all. With "/look" behind it, only materials may.
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { createRequire } from "node:module";

const TOLERANCE = 0.01;
const wrong = [];
const complain = (text) => wrong.push(text);
const readJson = (file) => JSON.parse(fs.readFileSync(file, "utf8"));

function checkFiles(folder) {
  const heads = { "draft.py": '"""', "report.json": "{", "asset.glb": "glTF", "asset.blend": "" };
  for (const [name, head] of Object.entries(heads)) {
    const file = path.join(folder, name);
    if (!fs.existsSync(file)) complain(`${name} is missing`);
    else if (!fs.readFileSync(file).subarray(0, head.length).equals(Buffer.from(head))) complain(`${name} is not what it should be`);
    else if (fs.statSync(file).size < 100) complain(`${name} is empty`);
  }
  const blend = fs.readFileSync(path.join(folder, "asset.blend"));
  const packed = blend.readUInt32BE(0) === 0x28b52ffd || blend.readUInt16BE(0) === 0x1f8b;
  if (!packed && blend.subarray(0, 7).toString() !== "BLENDER") complain("asset.blend is no .blend file");
  const glb = fs.readFileSync(path.join(folder, "asset.glb"));
  if (glb.readUInt32LE(8) !== glb.length) complain("asset.glb is cut short");
  const strange = fs.readdirSync(folder).filter((name) => /^\.|~$|\.tmp|\.part/.test(name));
  if (strange.length) complain(`left over: ${strange.join(" ")}`);
}

function checkHard(report) {
  const hard = readJson(report).findings.filter((finding) => finding.severity === "hard");
  for (const finding of hard) complain(`${finding.code} ${finding.parts}: ${finding.hint}`);
}

function partsByName(report) {
  const { parts, untagged } = readJson(report);
  if (untagged && untagged.length) complain(`objects of no part: ${JSON.stringify(untagged)}`);
  return new Map(parts.map((part) => [part.part, part]));
}

function checkParts(beforeFile, afterFile, spec) {
  const [names, kind] = spec.split("/");
  const allowed = names.split(",");
  const before = partsByName(beforeFile);
  const after = partsByName(afterFile);
  let changes = 0;
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const a = before.get(name)?.hash;
    const b = after.get(name)?.hash;
    const differs = ["mesh", "transform", "material"].filter((key) => a?.[key] !== b?.[key]);
    if (!differs.length) continue;
    if (names !== "*" && !allowed.includes(name)) complain(`${name} changed (${differs}) and was not named`);
    else if (kind === "look" && differs.some((key) => key !== "material")) complain(`${name} changed its ${differs}, not its look alone`);
    else changes++;
  }
  if (!changes) complain(`nothing of ${spec} changed`);
}

// The grey values of a PNG as Blender writes it: 8 or 16 bits, no interlace, grey or colour, with or without alpha.
function readPicture(file) {
  const png = fs.readFileSync(file);
  if (png.readUInt32BE(0) !== 0x89504e47) throw new Error("no PNG");
  const data = [];
  let at = 8;
  let head;
  for (let type = ""; type !== "IEND"; ) {
    const size = png.readUInt32BE(at);
    type = png.toString("latin1", at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + size);
    if (type === "IHDR") head = { width: body.readUInt32BE(0), height: body.readUInt32BE(4), depth: body[8], color: body[9] };
    if (type === "IDAT") data.push(body);
    at += size + 12;
  }
  const channels = { 0: 1, 2: 3, 4: 2, 6: 4 }[head.color];
  const step = (channels * head.depth) / 8;
  const stride = head.width * step;
  const raw = zlib.inflateSync(Buffer.concat(data));
  const rows = [];
  let above = Buffer.alloc(stride);
  for (let y = 0; y < head.height; y++) {
    const filter = raw[y * (stride + 1)];
    const row = Buffer.from(raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)));
    for (let x = 0; x < stride; x++) {
      const a = x >= step ? row[x - step] : 0;
      const b = above[x];
      const c = x >= step ? above[x - step] : 0;
      const paeth = () => {
        const [da, db, dc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
        return da <= db && da <= dc ? a : db <= dc ? b : c;
      };
      row[x] = row[x] + [0, a, b, (a + b) >> 1, filter === 4 ? paeth() : 0][filter];
    }
    rows.push(row);
    above = row;
  }
  return { ...head, rows, step };
}

function checkPicture(file) {
  const { width, rows, step } = readPicture(file);
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 0; y < rows.length; y += 4) {
    for (let x = 0; x < width; x += 4) {
      const value = rows[y][x * step];
      sum += value;
      squares += value * value;
      count++;
    }
  }
  const mean = sum / count;
  const spread = Math.sqrt(squares / count - mean * mean);
  if (mean < 15 || mean > 240 || spread < 8) complain(`${file}: mean ${mean.toFixed(1)}, spread ${spread.toFixed(1)}: blank, black or burnt out`);
}

// Column-major 4×4, as glTF has them.
function multiply(a, b) {
  return Array.from({ length: 16 }, (_, i) => [0, 1, 2, 3].reduce((sum, k) => sum + a[k * 4 + (i % 4)] * b[(i >> 2) * 4 + k], 0));
}

function localMatrix(node) {
  if (node.matrix) return node.matrix;
  const [x, y, z, w] = node.rotation ?? [0, 0, 0, 1];
  const [sx, sy, sz] = node.scale ?? [1, 1, 1];
  const [tx, ty, tz] = node.translation ?? [0, 0, 0];
  return [
    (1 - 2 * (y * y + z * z)) * sx, 2 * (x * y + z * w) * sx, 2 * (x * z - y * w) * sx, 0,
    2 * (x * y - z * w) * sy, (1 - 2 * (x * x + z * z)) * sy, 2 * (y * z + x * w) * sy, 0,
    2 * (x * z + y * w) * sz, 2 * (y * z - x * w) * sz, (1 - 2 * (x * x + y * y)) * sz, 0,
    tx, ty, tz, 1,
  ];
}

// Bounds of every vertex, in Blender's axes (glTF has Y up).
function glbBounds(file) {
  const glb = fs.readFileSync(file);
  const size = glb.readUInt32LE(12);
  const gltf = JSON.parse(glb.toString("utf8", 20, 20 + size));
  const data = glb.subarray(20 + size + 8);
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  let meshes = 0;
  const positions = (index) => {
    const accessor = gltf.accessors[index];
    const view = gltf.bufferViews[accessor.bufferView];
    const start = (view.byteOffset ?? 0) + (accessor.byteOffset ?? 0);
    return { count: accessor.count, stride: view.byteStride ?? 12, start };
  };
  const take = (matrix, { count, stride, start }) => {
    for (let i = 0; i < count; i++) {
      const p = [0, 4, 8].map((offset) => data.readFloatLE(start + i * stride + offset));
      const [x, y, z] = [0, 1, 2].map((r) => matrix[r] * p[0] + matrix[4 + r] * p[1] + matrix[8 + r] * p[2] + matrix[12 + r]);
      [x, -z, y].forEach((value, axis) => {
        min[axis] = Math.min(min[axis], value);
        max[axis] = Math.max(max[axis], value);
      });
    }
  };
  const walk = (index, above) => {
    const node = gltf.nodes[index];
    const matrix = multiply(above, localMatrix(node));
    if (node.mesh !== undefined) {
      meshes++;
      for (const primitive of gltf.meshes[node.mesh].primitives) take(matrix, positions(primitive.attributes.POSITION));
    }
    for (const child of node.children ?? []) walk(child, matrix);
  };
  const one = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  for (const root of gltf.scenes[gltf.scene ?? 0].nodes) walk(root, one);
  return { bounds: { min, max }, objects: meshes };
}

// What three.js reads of a .usdz; pictures are beside the point, and need a page.
async function usdzBounds(file) {
  globalThis.Image = class { addEventListener() {} };
  URL.createObjectURL = () => "blob:picture";
  const three = path.join(process.env.GLTF_VALIDATOR, "..", "three");
  const { USDLoader } = await import(path.join(three, "examples/jsm/loaders/USDLoader.js"));
  const { Box3 } = await import(path.join(three, "build/three.module.js"));
  const data = fs.readFileSync(file);
  const scene = new USDLoader().parse(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
  const { min, max } = new Box3().setFromObject(scene, true);
  return { bounds: { min: [min.x, -max.z, min.y], max: [max.x, -min.z, max.y] } };
}

function compareBounds(a, b, what) {
  const diagonal = Math.hypot(...[0, 1, 2].map((axis) => a.bounds.max[axis] - a.bounds.min[axis]));
  for (const end of ["min", "max"]) {
    for (const axis of [0, 1, 2]) {
      const off = Math.abs(a.bounds[end][axis] - b.bounds[end][axis]);
      if (!(off <= TOLERANCE * diagonal)) complain(`${what}: ${end} ${"xyz"[axis]} is ${b.bounds[end][axis]}, not ${a.bounds[end][axis]}`);
    }
  }
}

const assetOf = (file) => {
  const json = readJson(file);
  return json.asset ?? json;
};

async function validate(files) {
  const validator = createRequire(import.meta.url)(path.resolve(process.env.GLTF_VALIDATOR));
  for (const file of files) {
    const { issues } = await validator.validateBytes(new Uint8Array(fs.readFileSync(file)), { maxIssues: 20 });
    for (const issue of issues.messages.filter((message) => message.severity <= 1)) complain(`${file}: ${issue.code} ${issue.pointer}: ${issue.message}`);
    if (issues.numErrors + issues.numWarnings && !issues.messages.length) complain(`${file}: ${issues.numErrors} errors`);
  }
}

function checkDelivery(file) {
  const { delivery, findings } = readJson(file);
  const glb = delivery?.["asset.glb"];
  if (!glb?.check?.read) return complain("asset.glb was not read back");
  if (!glb.check.look) complain("its look was not compared");
  // What moves in a material stands still in files; that is told, and no fault of this one.
  const faults = findings.filter((each) => each.code.startsWith("delivery.") && !/changes with time/.test(each.hint));
  for (const finding of faults) complain(`${finding.code} ${finding.value}: ${finding.hint}`);
  console.log(`# look: ${JSON.stringify(glb.check.look)}`);
}

const checks = {
  delivery: ([report]) => checkDelivery(report),
  files: ([folder]) => checkFiles(folder),
  hard: ([report]) => checkHard(report),
  parts: ([before, after, spec]) => checkParts(before, after, spec),
  picture: (files) => files.forEach(checkPicture),
  glb: ([file, report]) => compareBounds(assetOf(report), glbBounds(file), file),
  usdz: async ([file, report]) => compareBounds(assetOf(report), await usdzBounds(file), file),
  bounds: ([report, other]) => {
    const [a, b] = [assetOf(report), assetOf(other)];
    compareBounds(a, b, other);
    if (a.objects !== b.objects) complain(`${other}: ${b.objects} objects, not ${a.objects}`);
  },
  "bounds-alone": ([report, other]) => compareBounds(assetOf(report), assetOf(other), other),
  validate,
};

const [verb, ...words] = process.argv.slice(2);
try {
  await checks[verb](words);
} catch (error) {
  complain(`${verb}: ${error.message}`);
}
wrong.forEach((text) => console.log(text));
process.exit(wrong.length ? 1 : 0);
