// In the viewer's page: shows a .glb from where Blender's camera stood, and tells the colours of its parts there and in Blender's picture.
// A part is what is of one material and one name, numbers left away. Its pixels are found by letting it alone shine, the rest black.
const WIDTH = 480, HEIGHT = 360;
// As in blender/ll3m_bridge/render.py: the first view, the lens (the longer side of the picture), the margin.
const AZIMUTH = 35, ELEVATION = 20, FIELD = 28, MARGIN = 0.08;
const LEAST_PIXELS = 40;
const radians = (degrees) => (degrees * Math.PI) / 180;
const secret = (viewer, name) => viewer[Object.getOwnPropertySymbols(viewer).find((each) => each.description === name) ?? // of its class
  (() => { for (let at = viewer; at; at = Object.getPrototypeOf(at)) { const found = Object.getOwnPropertySymbols(at).find((each) => each.description === name); if (found) return found; } })()];

const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

function meshesOf(scene) {
  const found = [];
  scene.traverse((item) => item.isMesh && item.material?.name !== undefined && item.geometry?.attributes.position && item.visible && found.push(item));
  return found;
}

// Where Studio.aim() puts the camera: far enough to hold every point, moved sideways to the middle of what is seen.
function aim(meshes, root) {
  const points = [], low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
  root.updateWorldMatrix(true, true);
  for (const mesh of meshes) {
    const { position } = mesh.geometry.attributes, point = mesh.position.clone();
    const used = mesh.geometry.index ? new Set(mesh.geometry.index.array) : Array(position.count).keys();
    for (const i of used) {
      root.worldToLocal(mesh.localToWorld(point.fromBufferAttribute(position, i)));
      const at = [point.x, point.y, point.z];
      points.push(at);
      at.forEach((value, k) => { low[k] = Math.min(low[k], value); high[k] = Math.max(high[k], value); });
    }
  }
  const [a, e] = [radians(AZIMUTH), radians(ELEVATION)];
  const axes = [[Math.cos(a), 0, -Math.sin(a)], [-Math.sin(a) * Math.sin(e), Math.cos(e), -Math.cos(a) * Math.sin(e)],
    [Math.sin(a) * Math.cos(e), Math.sin(e), Math.cos(a) * Math.cos(e)]];
  const center = low.map((value, k) => (value + high[k]) / 2);
  const local = points.map((point) => axes.map((axis) => axis.reduce((sum, value, k) => sum + value * (point[k] - center[k]), 0)));
  const tangent = Math.tan(radians(FIELD / 2)) * (1 - MARGIN), tangents = [tangent, (tangent * HEIGHT) / WIDTH];
  const [x, y] = tangents.map((slope, k) => {
    let upper = -Infinity, lower = Infinity;
    for (const each of local) {
      upper = Math.max(upper, each[k] + slope * each[2]);
      lower = Math.min(lower, each[k] - slope * each[2]);
    }
    return { shift: (upper + lower) / 2, distance: (upper - lower) / 2 / slope };
  });
  const target = center.map((value, k) => value + axes[0][k] * x.shift + axes[1][k] * y.shift);
  return { target, distance: Math.max(x.distance, y.distance) };
}

async function pixels(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, WIDTH, HEIGHT);
  return context.getImageData(0, 0, WIDTH, HEIGHT).data;
}

async function picture(viewer) {
  secret(viewer, "scene").queueRender();
  await frame();
  return viewer.toDataURL("image/png");
}

// A material that gives no light back, and shines when it is told to.
function dark(material) {
  const made = material.clone();
  for (const key of Object.keys(made)) if (/[mM]ap$/.test(key) && made[key]?.isTexture) made[key] = null;
  Object.assign(made, { vertexColors: false, metalness: 1, roughness: 1, envMapIntensity: 0, transparent: false, opacity: 1, alphaTest: 0,
    toneMapped: false, depthWrite: true });
  for (const key of ["transmission", "clearcoat", "sheen", "iridescence", "anisotropy", "dispersion"]) if (key in made) made[key] = 0;
  made.color?.setRGB(0, 0, 0);
  made.emissive?.setRGB(0, 0, 0);
  made.emissiveIntensity = 1;
  return made;
}

// The dominant colour: the middle one of each channel, for highlights are the light's and not the part's.
function dominant(data, mask) {
  const seen = [[], [], []];
  for (let i = 0; i < data.length; i += 4) {
    if (mask[i] >= 250 && data[i + 3] >= 250) seen.forEach((values, k) => values.push(data[i + k]));
  }
  return { color: seen.map((values) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0), count: seen[0].length };
}

// Returns {parts: [{part, pixels, viewer, blender}]}: dominant colours of each part that is seen.
async function compare(viewer, blenderUrl) {
  const scene = secret(viewer, "scene"), model = scene.model ?? scene._model, meshes = meshesOf(model);
  const { target, distance } = aim(meshes, model);
  viewer.maxCameraOrbit = `auto auto ${2 * distance}m`; // how near it still draws hangs on this
  viewer.cameraTarget = target.map((value) => value + "m").join(" ");
  viewer.cameraOrbit = `${AZIMUTH}deg ${90 - ELEVATION}deg ${distance}m`;
  viewer.fieldOfView = (2 * Math.atan((Math.tan(radians(FIELD / 2)) * HEIGHT) / WIDTH) * 180) / Math.PI + "deg";
  await viewer.updateComplete;
  viewer.jumpCameraToGoal();
  const shown = await pixels(await picture(viewer)), blender = await pixels(blenderUrl), whole = viewer.toDataURL("image/png");
  const groups = new Map();
  for (const mesh of meshes) {
    const plain = (name) => name.replace(/[._]?\d+/g, "");
    const name = `${mesh.material.name}: ${plain(mesh.name || mesh.parent.name)}`;
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(mesh);
    mesh.material = dark(mesh.material);
  }
  const parts = [];
  for (const [part, members] of groups) {
    for (const mesh of members) mesh.material.emissive?.setRGB(1, 1, 1);
    const mask = await pixels(await picture(viewer));
    for (const mesh of members) mesh.material.emissive?.setRGB(0, 0, 0);
    const [there, here] = [dominant(shown, mask), dominant(blender, mask)];
    if (there.count >= LEAST_PIXELS) parts.push({ part, pixels: there.count, viewer: there.color, blender: here.color });
  }
  return { parts, whole };
}
