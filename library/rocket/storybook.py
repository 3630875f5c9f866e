"""Rocket: a riveted, round-bellied storybook rocket standing on its fins.

Parts
    body       skin of separate panels with bevelled seams and rivets, on a dark hull, between two trim rings
    nose       nose cone with a collar and a tip
    portholes  domed windows in bolted brass rims, one object a porthole
    hatch      oval door with handwheel, hinges and rungs below it
    fins       swept fins that end in sprung feet, one object a fin
    engine     ribbed bell with feed pipes; on a test stand when neither fins nor legs carry the rocket
    boosters   side boosters on struts, one object a booster (none by default)
    legs       folding landing legs with pads, one object a leg (none by default)
    antenna    mast with dish on the nose (off by default)
    flame      fire from the bell, splashing over the ground (off by default)
    smoke      clouds around the foot (off by default)
Parameters
    "height" and "girth" shape the rocket, "panel_rows" and "rivets" its skin; "pattern" paints the panels.
    The colours are "body_color", "pattern_color", "nose_color", "fin_color" and "trim_color"; "finish" makes the skin
    enamelled or bare metal, "wear" chips it and "soot" blackens its foot.
    "fins", "portholes", "boosters" and "legs" are numbers, the switches add the rest.
"""
import math
import random

import bmesh
import bpy
from mathutils import Matrix, Vector, noise

PARAMS = {
    "height": 6.0,                # m, 2..14: height of the rocket without its tip
    "girth": 1.0,                 # factor, 0.6..1.4: how round the belly is
    "panel_rows": 7,              # count, 4..12: rows of panels on the body
    "rivets": True,               # switch: rivets along the seams
    "pattern": "plain",           # one of plain stripes checker: how the panels are painted
    "body_color": "#ece7da",      # color: the panels
    "pattern_color": "#c7331f",   # color: every other panel of a pattern
    "finish": "enamel",           # one of enamel metal: painted panels or bare polished metal
    "wear": 0.3,                  # share, 0..1: chips and grime
    "soot": 0.55,                 # share, 0..1: soot on the lower end
    "nose_color": "#c7331f",      # color: nose cone
    "nose_length": 1.0,           # factor, 0.7..1.3: length of the nose cone
    "trim_color": "#c99a4a",      # color: rings, rims and feet
    "portholes": 3,               # count, 0..6: portholes
    "glass_color": "#3f9fc4",     # color: glass of the portholes
    "lit": 0.15,                  # share, 0..1: light behind the portholes
    "hatch": True,                # switch: a door with rungs
    "fins": 4,                    # count, 0..6: fins
    "fin_size": 1.0,              # factor, 0.75..1.35: how far the fins stand out
    "fin_color": "#c7331f",       # color: fins
    "boosters": 0,                # count, 0..4: side boosters
    "booster_color": "#d8d4c8",   # color: side boosters
    "legs": 0,                    # count, 0..6: landing legs
    "antenna": False,             # switch: an antenna on the nose
    "flame": False,               # switch: fire from the engine
    "flame_color": "#ff7a18",     # color: the fire
    "smoke": False,               # switch: clouds of smoke at the foot
}

EXEMPLAR = {
    "title": "Rocket",
    "names": ["rocket", "rocket ship", "rocketship", "spaceship", "space rocket", "space ship", "toy rocket"],
    "kin": ["airplane", "satellite", "missile", "space shuttle", "ufo", "rover"],
    "tags": ["vehicle", "space", "metal", "retro"],
    "parts": {
        "body": {"describe": "riveted panels over the hull", "touches": ["nose", "engine"],
                 "bounds": [[-0.942, -0.942, 1.14], [0.942, 0.942, 4.704]]},
        "nose": {"describe": "nose cone", "touches": ["body"],
                 "bounds": [[-0.744, -0.744, 4.656], [0.744, 0.744, 6.189]]},
        "portholes": {"describe": "portholes in bolted rims", "count": "portholes", "touches": ["body"],
                      "bounds": [[-1.013, -1.03, 3.031], [0.359, 0.109, 4.367]]},
        "hatch": {"describe": "oval door with handwheel and rungs", "when": "hatch", "touches": ["body"],
                  "bounds": [[-0.3, -0.972, 1.288], [0.3, -0.542, 2.823]]},
        "fins": {"describe": "swept fins with sprung feet", "count": "fins", "touches": ["body"],
                 "bounds": [[-1.2, -1.2, 0.0], [1.2, 1.2, 3.03]]},
        "engine": {"describe": "ribbed engine bell with feed pipes", "touches": ["body"],
                   "bounds": [[-0.498, -0.498, 0.613], [0.498, 0.498, 1.23]]},
        "boosters": {"describe": "side boosters on struts", "count": "boosters", "touches": ["body"]},
        "legs": {"describe": "landing legs with pads", "count": "legs", "touches": ["body"]},
        "antenna": {"describe": "mast with dish", "when": "antenna", "touches": ["nose"]},
        "flame": {"describe": "fire from the bell", "when": "flame", "touches": ["engine"]},
        "smoke": {"describe": "clouds of smoke on the ground", "when": "smoke", "touches": [], "may_float": True},
    },
    "things": {
        "": {
            "height": ["height"], "length": ["height"], "size": ["height"], "width": ["girth"], "thickness": ["girth"],
            "color": ["body_color"],
            "materials": {"metal": {"finish": "metal", "body_color": "#c3c8cd"},
                          "steel": {"finish": "metal", "body_color": "#b4bac0"},
                          "silver": {"finish": "metal", "body_color": "#d5d9de"},
                          "gold": {"finish": "metal", "body_color": "#e2b04a"},
                          "copper": {"finish": "metal", "body_color": "#c67a4e"}},
            "qualities": [
                {"words": ["worn", "old", "rusty", "weathered", "battered", "used"], "set": {"wear": 0.9, "soot": 0.8}},
                {"words": ["new", "clean", "shiny", "pristine"], "set": {"wear": 0.0, "soot": 0.0}},
                {"words": ["launching", "flying", "firing", "blasting off", "taking off"],
                 "set": {"flame": True, "smoke": True}},
                {"words": ["slim", "slender", "sleek", "thin"], "set": {"girth": 0.7}},
                {"words": ["chubby", "fat", "round", "stubby"], "set": {"girth": 1.4}},
                {"words": ["glowing", "lit", "illuminated"], "set": {"lit": 0.95}},
                {"words": ["sooty", "burnt", "scorched"], "set": {"soot": 0.95}},
                {"words": ["striped"], "set": {"pattern": "stripes"}},
                {"words": ["checkered", "chequered", "checked"], "set": {"pattern": "checker"}},
                {"words": ["riveted"], "set": {"rivets": True}},
            ],
        },
        "body": {"words": ["hull", "fuselage", "body panel", "panel", "skin"], "color": ["body_color"],
                 "thickness": ["girth"], "width": ["girth"], "count": "panel_rows",
                 "materials": {"metal": {"finish": "metal", "body_color": "#c3c8cd"}},
                 "qualities": [{"words": ["striped"], "set": {"pattern": "stripes"}},
                               {"words": ["checkered", "chequered"], "set": {"pattern": "checker"}},
                               {"words": ["plain"], "set": {"pattern": "plain"}},
                               {"words": ["polished", "shiny"], "set": {"finish": "metal", "wear": 0.05}}]},
        "pattern": {"words": ["stripe", "checker", "band", "marking"], "add": {"pattern": "stripes"},
                    "remove": {"pattern": "plain"}, "color": ["pattern_color"], "parts": ["body"]},
        "rivets": {"words": ["rivet", "bolt"], "switch": "rivets", "parts": ["body"]},
        "nose": {"words": ["nose cone", "cone", "tip"], "color": ["nose_color"], "length": ["nose_length"],
                 "height": ["nose_length"], "size": ["nose_length"],
                 "qualities": [{"words": ["pointed", "sharp"], "set": {"nose_length": 1.3}},
                               {"words": ["blunt", "round"], "set": {"nose_length": 0.7}}]},
        "trim": {"words": ["ring", "rim", "foot", "feet"], "color": ["trim_color"],
                 "materials": {"brass": {"trim_color": "#c99a4a"}, "copper": {"trim_color": "#c4744a"},
                               "chrome": {"trim_color": "#d6dade"}}, "parts": ["body", "nose", "portholes", "hatch", "fins"]},
        "portholes": {"words": ["porthole", "window", "glass"], "count": "portholes", "color": ["glass_color"],
                      "qualities": [{"words": ["lit", "glowing", "illuminated", "bright"], "set": {"lit": 0.95}}]},
        "hatch": {"words": ["door", "entrance", "ladder", "rung"], "switch": "hatch"},
        "fins": {"words": ["fin", "tail fin", "wing"], "count": "fins", "color": ["fin_color"], "size": ["fin_size"],
                 "width": ["fin_size"], "add": {"fins": 4}, "remove": {"fins": 0}},
        "engine": {"words": ["engine bell", "nozzle", "thruster", "exhaust"]},
        "boosters": {"words": ["booster", "side booster", "rocket booster"], "count": "boosters",
                     "color": ["booster_color"], "add": {"boosters": 2}},
        "legs": {"words": ["leg", "landing leg", "landing gear", "strut"], "count": "legs", "add": {"legs": 4}},
        "antenna": {"words": ["aerial", "dish", "mast"], "switch": "antenna"},
        "flame": {"words": ["fire", "exhaust flame", "blast", "thrust"], "switch": "flame", "color": ["flame_color"],
                  "add": {"flame": True, "smoke": True}},
        "smoke": {"words": ["cloud", "steam", "exhaust smoke"], "switch": "smoke"},
    },
    "styles": {
        "retro": {"pattern": "checker", "pattern_color": "#c7331f", "body_color": "#f2eee4", "wear": 0.2},
        "modern": {"girth": 0.65, "fin_size": 0.8, "body_color": "#f4f5f6", "nose_color": "#22262b", "fin_color": "#22262b",
                   "trim_color": "#8a9096", "wear": 0.05},
        "cartoon": {"girth": 1.35, "wear": 0.0, "soot": 0.05, "nose_length": 0.8},
        "steampunk": {"finish": "metal", "body_color": "#b9793f", "fin_color": "#6b3b22", "nose_color": "#6b3b22",
                      "wear": 0.7},
        "realistic": {"girth": 0.65, "boosters": 2, "soot": 0.6, "pattern": "stripes", "pattern_color": "#26292e"},
    },
}

# Half width of the hull along its length, from the skirt (0) to the tip (1).
HULL = ((0.0, 0.60), (0.10, 0.74), (0.25, 0.925), (0.42, 1.0), (0.57, 0.965), (0.72, 0.80), (0.84, 0.56), (0.93, 0.31),
        (1.0, 0.04))
SKIRT = 0.20               # height of the skirt, where the hull ends above the engine, as a share of the whole height
BELL = 0.105               # height of the mouth of the bell, likewise
SHOULDER = 0.72            # where the nose begins, along the hull
COLUMNS = 12               # panels around the body


# ---------------------------------------------------------------------------------------------- helpers: materials
def _rgb(text):
    """Linear RGBA of an sRGB "#rrggbb"."""
    parts = [int(text[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts) + (1.0,)


def _tint(text, factor):
    """Linear RGBA of an sRGB colour, made darker (factor < 1) or lighter."""
    return tuple(min(1.0, c * factor) for c in _rgb(text)[:3]) + (1.0,)


def _wire(tree, node, inputs):
    """Sets or links inputs of a node, named by "Name", "Old name|New name" or number, to values or sockets."""
    for key, value in inputs.items():
        name = key if isinstance(key, int) else next(n for n in key.split("|") if n in node.inputs)
        if isinstance(value, bpy.types.NodeSocket):
            tree.links.new(value, node.inputs[name])
        else:
            node.inputs[name].default_value = value


def _node(tree, kind, inputs=None, **settings):
    """Adds a shader node with settings and, as for _wire, inputs."""
    node = tree.nodes.new("ShaderNode" + kind)
    for key, value in settings.items():
        setattr(node, key, value)
    _wire(tree, node, inputs or {})
    return node


def _mix(tree, share, first, second, blend="MIX"):
    """Socket of two colours mixed by share."""
    node = _node(tree, "Mix", data_type="RGBA", blend_type=blend)
    for socket in node.inputs:
        value = {"Factor_Float": share, "A_Color": first, "B_Color": second}.get(socket.identifier)
        if isinstance(value, bpy.types.NodeSocket):
            tree.links.new(value, socket)
        elif value is not None:
            socket.default_value = value
    return next(s for s in node.outputs if s.identifier == "Result_Color")


def _ramp(tree, value, low, high):
    """Socket that rises from 0 at low to 1 at high."""
    return _node(tree, "MapRange", {"Value": value, "From Min": low, "From Max": high}).outputs[0]


def _noise(tree, where, scale, detail=5.0, roughness=0.6):
    """Socket of a noise texture."""
    return _node(tree, "TexNoise", {"Vector": where, "Scale": scale, "Detail": detail,
                                    "Roughness": roughness}).outputs[0]


def _bump(tree, height, strength, distance):
    """Socket of a normal bumped by a height."""
    return _node(tree, "Bump", {"Height": height, "Strength": strength, "Distance": distance}).outputs[0]


def _material(name):
    """A new material with its tree, its principled shader and object coordinates."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    return material, tree, tree.nodes["Principled BSDF"], _node(tree, "TexCoord").outputs["Object"]


# ---------------------------------------------------------------------------------------------- helpers: geometry
def _object(name, pieces, materials, smooth=True):
    """Links a mesh object joined from pieces (verts, faces, material number); every piece gets a tone of its own."""
    verts, faces, slots, tones, rng = [], [], [], [], random.Random(name)
    for v, f, slot in pieces:
        faces += [[i + len(verts) for i in face] for face in f]
        slots += [slot] * len(f)
        tones += [rng.random()] * len(v)
        verts += [tuple(x) for x in v]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(verts, [], faces)
    for material in materials:
        mesh.materials.append(material)
    mesh.polygons.foreach_set("use_smooth", [smooth] * len(faces))
    mesh.polygons.foreach_set("material_index", slots)
    mesh.attributes.new("tone", "FLOAT", "POINT").data.foreach_set("value", tones)
    mesh.update()
    item = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(item)
    return item




def _outward(verts, faces):
    """Faces of a closed skin, turned round when they look inwards."""
    volume = sum(Vector(verts[face[0]]).dot(Vector(verts[a]).cross(Vector(verts[b])))
                 for face in faces for a, b in zip(face[1:], face[2:]))
    return [face[::-1] for face in faces] if volume < 0 else faces


def _rings(rings, slot=0, capped=True):
    """A skin over rings of equally many points: a piece."""
    n, verts = len(rings[0]), [tuple(v) for ring in rings for v in ring]
    faces = [(r * n + i, r * n + (i + 1) % n, (r + 1) * n + (i + 1) % n, (r + 1) * n + i)
             for r in range(len(rings) - 1) for i in range(n)]
    if capped:
        faces += [tuple(range(n - 1, -1, -1)), tuple(range((len(rings) - 1) * n, len(rings) * n))]
        faces = _outward(verts, faces)
    return verts, faces, slot


def _lathe(profile, place=Matrix(), sides=32, slot=0, crisp=True):
    """A turned piece from (radius, height) about Z of place; crisp doubles each step so that edges stay sharp."""
    if crisp:
        firm = [profile[0]]
        for a, b in zip(profile, profile[1:]):
            firm += [tuple(x + (y - x) * s for x, y in zip(a, b)) for s in (0.06, 0.94)] + [b]
        profile = firm
    return _rings([[place @ Vector((math.cos(a) * r, math.sin(a) * r, z))
                    for a in (2 * math.pi * k / sides for k in range(sides))] for r, z in profile], slot)


def _tube(path, radius, sides=10, slot=0):
    """A round tube along a path."""
    rings, side = [], None
    path = [Vector(v) for v in path]
    for i, point in enumerate(path):
        ahead = (path[min(i + 1, len(path) - 1)] - path[max(i - 1, 0)]).normalized()
        side = ahead.orthogonal() if side is None else side - ahead * side.dot(ahead)
        side.normalize()
        other = ahead.cross(side)
        rings.append([point + (side * math.cos(a) + other * math.sin(a)) * radius
                      for a in (2 * math.pi * k / sides for k in range(sides))])
    return _rings(rings, slot)


def _puff(rng, centre, size, slot=0):
    """A lumpy ball that stays above the ground: a piece."""
    ball = bmesh.new()
    bmesh.ops.create_icosphere(ball, subdivisions=3, radius=1.0)
    shift = Vector((rng.uniform(0, 40), 0, 0))
    verts = [Vector(centre) + v.co * size * (1 + 0.35 * noise.noise(v.co * 2.4 + shift)) for v in ball.verts]
    faces = [[v.index for v in f.verts] for f in ball.faces]
    ball.free()
    return [Vector((v.x, v.y, max(0.0, v.z))) for v in verts], faces, slot


def _dome(place, radius, slot):
    """Head of a rivet or bolt standing on place: a piece."""
    rings = [[place @ Vector((math.cos(a) * r * radius, math.sin(a) * r * radius, z * radius))
              for a in (k * math.pi / 3 for k in range(6))] for r, z in ((1.0, -0.5), (0.92, 0.3), (0.5, 0.62))]
    verts, faces, _ = _rings(rings)
    return verts, faces[:-2] + faces[-1:], slot


def _radius(p, t):
    """Half width of the hull at t, 0 at the skirt and 1 at the tip, by a smooth curve through HULL."""
    t = min(1.0, max(0.0, t))
    i = max(k for k in range(len(HULL) - 1) if HULL[k][0] <= t)
    (ta, a), (tb, b) = HULL[i], HULL[i + 1]
    before, after = HULL[max(0, i - 1)], HULL[min(len(HULL) - 1, i + 2)]
    f, step = (t - ta) / (tb - ta), tb - ta
    start = (b - before[1]) / (tb - before[0]) * step
    end = (after[1] - a) / (after[0] - ta) * step
    value = a + f * (start + f * (3 * (b - a) - 2 * start - end + f * (2 * (a - b) + start + end)))
    return 0.155 * p["height"] * p["girth"] * value


def _level(p, t):
    """Height of the hull at t."""
    return p["height"] * (SKIRT + (1 - SKIRT) * t)


def _on_hull(p, t, angle, sunk=0.0):
    """Matrix that stands on the hull at t and angle: Z outwards, Y up the hull; angle 0 is the front."""
    slope = (_radius(p, t + 0.01) - _radius(p, t - 0.01)) / (_level(p, t + 0.01) - _level(p, t - 0.01))
    out = Vector((math.sin(angle), -math.cos(angle), -slope)).normalized()
    side = Vector((math.cos(angle), math.sin(angle), 0))
    up = out.cross(side)
    spot = Vector((math.sin(angle) * _radius(p, t), -math.cos(angle) * _radius(p, t), _level(p, t))) - out * sunk
    return Matrix(((side.x, up.x, out.x, spot.x), (side.y, up.y, out.y, spot.y), (side.z, up.z, out.z, spot.z),
                   (0, 0, 0, 1)))


def _gap(p, k, count, share):
    """Angle of the k-th of count things that stand between the fins, at a share of the gap."""
    fins = max(p["fins"], 1)
    if count <= fins:
        return _fin_angle(p, (k * fins) // count) + share * 2 * math.pi / fins
    return _fin_angle(p, 0) + (k + share) * 2 * math.pi / count


def _fin_angle(p, k):
    """Angle of fin k; no fin hides the front."""
    return math.pi + (k + (0.0 if p["fins"] % 2 else 0.5)) * 2 * math.pi / max(p["fins"], 1)


# ---------------------------------------------------------------------------------------------- materials
def _coat(name, color, p_wear, p_soot, tall, bare=False):
    """Enamel or bare metal: a tone for each panel, streaks, chips down to the steel, soot that fades upwards."""
    found = bpy.data.materials.get(name)
    if found:
        return found
    material, tree, shader, where = _material(name)
    scaled = _node(tree, "Mapping", {"Vector": where, "Scale": (6 / tall,) * 3}).outputs[0]
    tone = _node(tree, "Attribute", attribute_name="tone").outputs[2]
    face = _mix(tree, tone, _tint(color, 0.86), _tint(color, 1.08))
    streak = _noise(tree, _node(tree, "Mapping", {"Vector": scaled, "Scale": (1, 1, 0.12)}).outputs[0], 9, 6)
    grime = _node(tree, "Math", {0: _ramp(tree, streak, 0.48, 0.75), 1: 0.15 + 0.6 * p_wear}, operation="MULTIPLY").outputs[0]
    face = _mix(tree, grime, face, _tint(color, 0.35))
    chips = _ramp(tree, _noise(tree, scaled, 5.5, 9, 0.75), 0.78 - 0.20 * p_wear, 0.79 - 0.20 * p_wear)
    face = _mix(tree, chips, face, (0.20, 0.18, 0.17, 1))
    up = _node(tree, "SeparateXYZ", {0: scaled}).outputs["Z"]
    lick = _node(tree, "Math", {0: up, 1: _noise(tree, scaled, 2.2, 6)}, operation="SUBTRACT").outputs[0]
    black = _ramp(tree, lick, 0.5 + 3.0 * p_soot, 0.4 + 1.2 * p_soot)
    black = _node(tree, "Math", {0: black, 1: min(1.0, 1.3 * p_soot)}, operation="MULTIPLY").outputs[0]
    face = _mix(tree, black, face, (0.012, 0.011, 0.010, 1))
    metal = _mix(tree, chips, (0.95,) * 3 + (1,), (0.8,) * 3 + (1,)) if bare else chips
    rough = _node(tree, "MapRange", {"Value": _node(tree, "Math", {0: black, 1: grime}, operation="ADD").outputs[0],
                                     "To Min": 0.24, "To Max": 0.7}).outputs[0]
    _wire(tree, shader, {"Base Color": face, "Metallic": metal, "Roughness": rough,
                         "Clearcoat|Coat Weight": 0.0 if bare else 0.35,
                         "Normal": _bump(tree, _mix(tree, chips, _noise(tree, scaled, 3, 2), (0, 0, 0, 1)), 0.10, 0.02 * tall)})
    return material


def material_panel(p):
    """Panels of the body."""
    return _coat("Rocket panel", p["body_color"], p["wear"], p["soot"], p["height"], p["finish"] == "metal")


def material_pattern(p):
    """Every other panel of a pattern."""
    return _coat("Rocket pattern", p["pattern_color"], p["wear"], p["soot"], p["height"])


def material_nose(p):
    """Nose cone."""
    return _coat("Rocket nose", p["nose_color"], p["wear"], 0.0, p["height"])


def material_fin(p):
    """Fins."""
    return _coat("Rocket fin", p["fin_color"], p["wear"], p["soot"] * 0.5, p["height"])


def material_booster(p):
    """Side boosters."""
    return _coat("Rocket booster", p["booster_color"], p["wear"], p["soot"], p["height"])


def material_trim(p):
    """Brass of rings, rims and feet."""
    return _coat("Rocket trim", p["trim_color"], p["wear"] * 0.4, p["soot"] * 0.3, p["height"], True)


def material_steel(p):
    """Heat-stained dark steel of hull, bell and struts."""
    found = bpy.data.materials.get("Rocket steel")
    if found:
        return found
    material, tree, shader, where = _material("Rocket steel")
    stain = _ramp(tree, _noise(tree, where, 8 / p["height"], 6, 0.7), 0.35, 0.7)
    face = _mix(tree, stain, (0.10, 0.10, 0.11, 1), (0.24, 0.20, 0.17, 1))
    heat = _ramp(tree, _noise(tree, where, 22 / p["height"]), 0.55, 0.75)
    face = _mix(tree, heat, face, (0.11, 0.10, 0.20, 1))
    _wire(tree, shader, {"Base Color": face, "Metallic": 0.85, "Roughness": 0.42,
                         "Normal": _bump(tree, _noise(tree, where, 120 / p["height"]), 0.12, 0.01)})
    return material


def material_glass(p):
    """Dome of a porthole: deep colour, bright rim, and light from the cabin."""
    found = bpy.data.materials.get("Rocket glass")
    if found:
        return found
    material, tree, shader, _ = _material("Rocket glass")
    facing = _node(tree, "LayerWeight", {"Blend": 0.5}).outputs["Facing"]
    face = _mix(tree, facing, _tint(p["glass_color"], 0.35), _tint(p["glass_color"], 1.4))
    glow = _mix(tree, p["lit"], _rgb(p["glass_color"]), (1.0, 0.66, 0.25, 1))
    _wire(tree, shader, {"Base Color": face, "Roughness": 0.05, "Specular|Specular IOR Level": 0.9,
                         "Clearcoat|Coat Weight": 1.0, "Emission|Emission Color": glow, "Emission Strength": 1.6 * p["lit"]})
    return material


def material_fire(p, name="Rocket fire", hot=0.0):
    """A sheet of flame, ragged and thinner at its rim; hot moves its colour to white."""
    found = bpy.data.materials.get(name)
    if found:
        return found
    material, tree, _, where = _material(name)
    color = tuple(c + (w - c) * hot for c, w in zip(_rgb(p["flame_color"])[:3], (1.0, 0.93, 0.7))) + (1,)
    rags = _noise(tree, _node(tree, "Mapping", {"Vector": where, "Scale": (14 / p["height"],) * 3}).outputs[0], 1.0, 5)
    glow = _node(tree, "Emission", {"Color": _mix(tree, _ramp(tree, rags, 0.3, 0.75), _tint(p["flame_color"], 0.7), color),
                                    "Strength": 1.6 + 1.6 * hot}).outputs[0]
    rim = _node(tree, "LayerWeight", {"Blend": 0.25}).outputs["Facing"]
    thin = _ramp(tree, _node(tree, "Math", {0: rim, 1: rags}, operation="ADD").outputs[0], 0.35, 1.5)
    clear = _node(tree, "BsdfTransparent").outputs[0]
    both = _node(tree, "MixShader", {0: thin, 1: glow, 2: clear}).outputs[0]
    tree.links.new(both, tree.nodes["Material Output"].inputs["Surface"])
    return material


def material_smoke(p):
    """Smoke: dense in the middle, warm underneath when the engine fires."""
    found = bpy.data.materials.get("Rocket smoke")
    if found:
        return found
    material, tree, shader, where = _material("Rocket smoke")
    curl = _noise(tree, where, 14 / p["height"], 6)
    _wire(tree, shader, {"Base Color": _mix(tree, curl, (0.42, 0.42, 0.45, 1), (0.9, 0.89, 0.87, 1)), "Roughness": 1.0,
                         "Normal": _bump(tree, curl, 0.8, 0.1)})
    rim = _node(tree, "LayerWeight", {"Blend": 0.2}).outputs["Facing"]
    clear = _node(tree, "BsdfTransparent").outputs[0]
    both = _node(tree, "MixShader", {0: _ramp(tree, rim, 0.35, 1.05), 1: shader.outputs[0], 2: clear}).outputs[0]
    tree.links.new(both, tree.nodes["Material Output"].inputs["Surface"])
    return material


# ---------------------------------------------------------------------------------------------- parts
def build_body(p):
    """Panels with bevelled rims over a dark hull, rivets along their edges, trim rings at skirt and shoulder."""
    unit, rows = p["height"] / 100, p["panel_rows"]
    gap, pieces = 0.11 * unit, []
    pieces.append(_lathe([(max(0.1 * unit, _radius(p, t) - 0.30 * unit), _level(p, t))
                          for t in (SHOULDER * k / 24 for k in range(25))], sides=60, slot=2, crisp=False))
    for row in range(rows):
        low, top = SHOULDER * row / rows, SHOULDER * (row + 1) / rows
        for column in range(COLUMNS):
            start = (column + 0.5 * (row % 2)) * 2 * math.pi / COLUMNS
            width = 2 * math.pi / COLUMNS
            slot = 1 if (p["pattern"] == "stripes" and row % 3 == 1) or \
                (p["pattern"] == "checker" and (row // 2 + column // 2) % 2) else 0
            across = [0.0, 0.006, 0.035, 0.34, 0.66, 0.965, 0.994, 1.0]
            steps = [0.0, 0.012, 0.05, 0.5, 0.95, 0.988, 1.0]
            verts = []
            for j, s in enumerate(steps):
                t = low + (top - low) * s
                r = _radius(p, t)
                trim = gap / r
                for i, c in enumerate(across):
                    rim = j in (0, len(steps) - 1) or i in (0, len(across) - 1)
                    a = start + trim + (width - 2 * trim) * c
                    z = _level(p, t) + (gap * 0.9 * (1 - 2 * s))
                    far = r - (0.34 * unit if rim else 0.0)
                    verts.append((math.sin(a) * far, -math.cos(a) * far, z))
            n = len(across)
            pieces.append((verts, [(j * n + i, j * n + i + 1, (j + 1) * n + i + 1, (j + 1) * n + i)
                                   for j in range(len(steps) - 1) for i in range(n - 1)], slot))
            if p["rivets"]:
                inset_t, inset_a = 0.0095, 0.85 * unit / _radius(p, (low + top) / 2)
                spots = [(t, start + inset_a + (width - 2 * inset_a) * k / 4) for t in (low + inset_t, top - inset_t)
                         for k in range(5)]
                long = max(1, round((top - low) / 0.032))
                spots += [(low + inset_t + (top - low - 2 * inset_t) * k / long, start + (inset_a if edge else width - inset_a))
                          for k in range(1, long) for edge in (0, 1)]
                pieces += [_dome(_on_hull(p, t, a), 0.30 * unit, slot) for t, a in spots]
    for t, wide in ((0.0, 1.0), (SHOULDER, 0.8)):
        r, z = _radius(p, t), _level(p, t)
        ring = ((r - 1.2 * unit, -wide), (r + 0.25 * unit, -wide), (r + 0.55 * unit, -0.6 * wide), (r + 0.6 * unit, 0.0),
                (r + 0.5 * unit, 0.6 * wide), (r + 0.15 * unit, wide), (r - 1.2 * unit, wide))
        pieces.append(_lathe([(far, z + up * unit) for far, up in ring], sides=60, slot=3))
    return [_object("Body", pieces, [material_panel(p), material_pattern(p), material_steel(p), material_trim(p)])]


def build_nose(p):
    """Cone in two sections with a seam, rivets round its foot, and a turned tip."""
    unit, pieces = p["height"] / 100, []
    base = _level(p, SHOULDER)

    def point(t):
        return base + (_level(p, t) - base) * p["nose_length"]

    profile = []
    for k in range(27):
        t = SHOULDER + (0.985 - SHOULDER) * k / 26
        profile.append((_radius(p, t), point(t)))
        if k == 15:
            profile += [(_radius(p, t) - 0.28 * unit, point(t) + 0.10 * unit),
                        (_radius(p, t) - 0.30 * unit, point(t) + 0.30 * unit), (_radius(p, t) - 0.06 * unit, point(t) + 0.40 * unit)]
    pieces.append(_lathe(profile, sides=60, crisp=False))
    count = 36
    for k in range(count if p["rivets"] else 0):
        for t in (SHOULDER + 0.022, SHOULDER + 0.1455):
            a = 2 * math.pi * k / count
            spot = Matrix.Translation((0, 0, point(t) - _level(p, t))) @ _on_hull(p, t, a)
            pieces.append(_dome(spot, 0.30 * unit, 0))
    top, r = point(0.985), _radius(p, 0.985)
    tip = ((r * 0.9, -0.6), (r + 0.35 * unit, -0.4), (r + 0.35 * unit, 0.15), (r * 0.7, 0.45), (0.42 * unit, 1.5), (0.34 * unit, 3.0),
           (0.60 * unit, 3.3), (0.62 * unit, 3.7), (0.36 * unit, 4.1), (0.05 * unit, 4.35))
    pieces.append(_lathe([(far, top + up * unit) for far, up in tip], sides=24, slot=1))
    return [_object("Nose", pieces, [material_nose(p), material_trim(p)])]


def build_portholes(p):
    """Domed glass in a stepped rim with bolts; the first three look forward, one above the other."""
    unit, portholes = p["height"] / 100, []
    seats = ((0.585, 0.0, 1.0), (0.445, 0.0, 0.85), (0.565, -1.35, 0.8), (0.565, 1.35, 0.8), (0.565, 2.6, 0.8), (0.565, -2.6, 0.8))
    for n, (t, angle, share) in enumerate(seats[:p["portholes"]]):
        size = 4.6 * unit * share * p["girth"] ** 0.6
        place = _on_hull(p, t, angle)
        rim = ((1.30, -0.55), (1.30, 0.10), (1.26, 0.16), (1.04, 0.19), (1.02, 0.34), (0.97, 0.38), (0.84, 0.38), (0.80, 0.34),
               (0.79, 0.10))
        pieces = [_lathe([(r * size, z * size) for r, z in rim], place, 40, 0),
                  _lathe([(r * size, z * size) for r, z in ((0.82, 0.12), (0.78, 0.20), (0.66, 0.29), (0.45, 0.36), (0.2, 0.395),
                                                            (0.02, 0.40))], place, 32, 1, crisp=False)]
        for k in range(10):
            a = 2 * math.pi * k / 10
            pieces.append(_dome(place @ Matrix.Translation((math.cos(a) * 1.15 * size, math.sin(a) * 1.15 * size, 0.18 * size)),
                                0.085 * size, 0))
        portholes.append(_object(f"Porthole {n + 1}", pieces, [material_trim(p), material_glass(p)]))
    return portholes


def build_hatch(p):
    """Oval door in a frame, with handwheel and hinges; rungs lead down the hull."""
    if not p["hatch"]:
        return []
    unit, pieces = p["height"] / 100, []
    place = _on_hull(p, 0.245, 0.0)

    def oval(scale, lift, grow=0.0):
        ring = []
        for k in range(40):
            a = 2 * math.pi * k / 40
            c, s = math.cos(a), math.sin(a)
            x = math.copysign(abs(c) ** 0.75, c) * (4.1 * scale + grow) * p["girth"] ** 0.6
            y = math.copysign(abs(s) ** 0.75, s) * (6.4 * scale + grow)
            r = _radius(p, 0.245)
            bend = math.sqrt(max(0.0, r * r - (x * unit) ** 2)) - r
            ring.append(place @ Vector((x * unit, y * unit, bend + lift * unit)))
        return ring

    pieces.append(_rings([oval(1.0, -1.5, 0.9), oval(1.0, 0.45, 0.9), oval(1.0, 0.62, 0.75), oval(1.0, 0.66, 0.1), oval(1.0, 0.60, 0.0),
                          oval(1.0, -0.2, 0.0)], 0))
    pieces.append(_rings([oval(0.97, -0.6), oval(0.97, 0.42), oval(0.94, 0.52), oval(0.80, 0.55), oval(0.77, 0.40), oval(0.68, 0.40),
                          oval(0.64, 0.55), oval(0.1, 0.60)], 1))
    wheel = place @ Matrix.Translation((0, 0, 1.5 * unit))
    hoop = [wheel @ Vector((math.cos(a) * 1.35 * unit, math.sin(a) * 1.35 * unit, 0)) for a in (k * math.pi / 12 for k in range(25))]
    pieces.append(_tube(hoop, 0.22 * unit, 8, 0))
    for k in range(3):
        a = k * math.pi / 3
        spoke = [wheel @ Vector((math.cos(a) * s * 1.35 * unit, math.sin(a) * s * 1.35 * unit, 0)) for s in (-1, 0, 1)]
        pieces.append(_tube(spoke, 0.15 * unit, 6, 0))
    pieces.append(_lathe(((0.45 * unit, -1.2 * unit), (0.45 * unit, 0.1 * unit), (0.3 * unit, 0.3 * unit), (0.05 * unit, 0.35 * unit)),
                         wheel, 14, 0))
    for k in range(5):
        rung = _on_hull(p, 0.130 - 0.026 * k, 0.0)
        path = [rung @ Vector((x * unit, 0, z * unit)) for x, z in ((-1.9, -0.8), (-1.9, 1.1), (-1.6, 1.4), (1.6, 1.4), (1.9, 1.1), (1.9, -0.8))]
        pieces.append(_tube(path, 0.24 * unit, 8, 0))
    return [_object("Hatch", pieces, [material_trim(p), material_panel(p)])]


def build_fins(p):
    """Lens-sectioned fins sweeping from the belly to the ground, with a spine rib and a sprung foot."""
    tall, fins = p["height"], []
    reach = _radius(p, 0.42) * 0.55 + 0.155 * tall * p["fin_size"] * 1.02
    for n in range(p["fins"]):
        place = Matrix.Rotation(_fin_angle(p, n) - math.pi / 2, 4, "Z")
        rings, stations = [], 18
        for k in range(stations + 1):
            s = k / stations
            r = _radius(p, 0.3) * 0.45 + (reach - _radius(p, 0.3) * 0.45) * s
            top = tall * (0.115 + 0.39 * (1 - s) ** 1.35)
            low = tall * (0.060 + 0.165 * (1 - s) ** 1.5 + 0.05 * math.sin(math.pi * s))
            thick = tall * (0.0115 - 0.004 * s)
            ring = []
            for i in range(16):
                a = 2 * math.pi * i / 16
                c, w = math.cos(a), math.sin(a)
                ring.append(place @ Vector((r, w * thick * (1 - 0.35 * c * c), (low + top) / 2 + c * (top - low) / 2)))
            rings.append(ring)
        pieces = [_rings(rings)]
        foot = place @ Matrix.Translation((reach, 0, 0))
        unit = tall / 100
        pod = ((0.2, 12.9), (0.5, 12.6), (1.0, 11.4), (1.55, 9.6), (1.75, 8.2), (1.75, 5.2), (1.5, 4.6), (0.9, 4.4))
        pieces.append(_lathe([(r * unit, z * unit) for r, z in pod], foot, 24, 0))
        spring = ((1.72, 5.4), (1.98, 5.3), (1.98, 4.7), (1.5, 4.6), (0.75, 4.4), (0.75, 3.5), (1.15, 3.3), (0.75, 3.1), (0.75, 2.8), (1.15, 2.6),
                  (0.75, 2.4), (0.75, 1.6), (1.3, 1.4), (2.6, 0.8), (2.8, 0.4), (2.8, 0.0), (0.2, 0.0))
        pieces.append(_lathe([(r * unit, z * unit) for r, z in spring], foot, 24, 1))
        edge = [rings[k][0] for k in range(2, stations + 1)]
        pieces.append(_tube(edge, 0.42 * unit, 8, 1))
        if p["rivets"]:
            for k in range(5, stations - 1):
                for side in (3, 13):
                    spot = rings[k][side]
                    out = place.to_3x3() @ Vector((0, 1 if side < 8 else -1, 0))
                    turn = Matrix.Translation(spot) @ out.to_track_quat("Z", "Y").to_matrix().to_4x4()
                    pieces.append(_dome(turn, 0.30 * unit, 0))
        fins.append(_object(f"Fin {n + 1}", pieces, [material_fin(p), material_trim(p)]))
    return fins


def build_engine(p):
    """Bell with ribs and a hollow mouth, feed pipes around its neck, and a test stand when nothing else carries it."""
    unit, pieces, mouth = p["height"] / 100, [], BELL * 100
    skirt, r = SKIRT * 100, _radius(p, 0.0) / (p["height"] / 100)
    wide = 0.66 * r
    hood = ((r - 1.0, skirt + 0.5), (r - 1.4, skirt - 0.8), (r * 0.62, skirt - 1.9), (r * 0.36, skirt - 2.2))
    pieces.append(_lathe([(a * unit, z * unit) for a, z in hood], sides=48))
    bell = [(0.30 * r + (wide - 0.30 * r) * s ** 0.62, skirt - 2.4 - (skirt - 2.4 - mouth) * s) for s in (k / 16 for k in range(17))]
    inner = [(max(0.4, a - 0.45), z) for a, z in reversed(bell)]
    pieces.append(_lathe([(a * unit, z * unit) for a, z in [(0.22 * r, skirt)] + bell + [(wide - 0.2, mouth - 0.15)] + inner],
                         sides=48, crisp=False))
    for k in (4, 8, 12, 16):
        a, z = bell[k]
        band = ((a - 0.3, z - 0.28), (a + 0.22, z - 0.24), (a + 0.34, z), (a + 0.22, z + 0.24), (a - 0.4, z + 0.28))
        pieces.append(_lathe([(x * unit, y * unit) for x, y in band], sides=48, slot=1))
    for k in range(8):
        a = (k + 0.5) * math.pi / 4
        path = [Vector((math.cos(a) * x, math.sin(a) * x, z)) * unit
                for x, z in ((r * 0.74, skirt - 0.6), (r * 0.74, skirt - 2.6), (r * 0.68, skirt - 3.4), (bell[5][0], bell[5][1]))]
        pieces.append(_tube(path, 0.42 * unit, 8, 1))
    if p["fins"] < 3 and p["legs"] < 3:
        ring = ((r - 0.6, skirt - 1.4), (r + 1.6, skirt - 1.4), (r + 1.6, skirt - 0.2), (r - 0.6, skirt - 0.2))
        pieces.append(_lathe([(x * unit, y * unit) for x, y in ring], sides=48))
        for k in range(6):
            a = k * math.pi / 3
            c, s = math.cos(a), math.sin(a)
            pieces.append(_tube([Vector((c * x, s * x, z)) * unit for x, z in ((r + 0.8, skirt - 0.8), (r + 5.0, 0.6))], 0.65 * unit, 10))
            pieces.append(_tube([Vector((math.cos(a + d) * x, math.sin(a + d) * x, z)) * unit
                                 for d, x, z in ((0, r + 4.9, 1.0), (math.pi / 3, r + 1.2, skirt - 1.6))], 0.35 * unit, 8))
            pieces.append(_lathe(((2.0 * unit, 0), (2.0 * unit, 0.5 * unit), (1.0 * unit, 0.9 * unit)),
                                 Matrix.Translation((c * (r + 5.0) * unit, s * (r + 5.0) * unit, 0)), 20))
    return [_object("Engine", pieces, [material_steel(p), material_trim(p)])]


def build_boosters(p):
    """Slim boosters with nose, bands and bell, held by two struts each."""
    unit, boosters = p["height"] / 100, []
    for n in range(p["boosters"]):
        angle = _gap(p, n, p["boosters"], 0.5)
        far = _radius(p, 0.35) / unit + 5.4
        place = Matrix.Rotation(angle - math.pi / 2, 4, "Z") @ Matrix.Translation((far * unit, 0, 0))
        shell = [(3.2, 14.0), (3.6, 14.6), (4.0, 17.0), (4.1, 22.0), (4.1, 46.0)] + \
            [(4.1 * math.cos(k * 0.22) + 0.05, 46 + 9.5 * math.sin(k * 0.22)) for k in range(1, 7)]
        pieces = [_lathe([(r * unit, z * unit) for r, z in shell], place, 32, 0, crisp=False),
                  _lathe([(r * unit, z * unit) for r, z in ((0.6, 55.1), (0.8, 55.4), (0.35, 57.0), (0.05, 59.0))], place, 16, 1)]
        for z in (17.0, 30.0, 45.5):
            pieces.append(_lathe([(r * unit, (z + d) * unit) for r, d in ((3.6, -0.7), (4.3, -0.6), (4.45, 0), (4.3, 0.6), (3.6, 0.7))],
                                 place, 32, 1))
            pieces += [_dome(place @ Matrix.Rotation(k * math.pi / 8, 4, "Z") @ Matrix.Translation((4.1 * unit, 0, (z + 1.5) * unit))
                             @ Matrix.Rotation(math.pi / 2, 4, "Y"), 0.24 * unit, 0) for k in range(16 if p["rivets"] else 0)]
        bell = ((1.4, 14.6), (1.5, 13.2), (2.3, 11.0), (3.1, 8.6), (2.8, 8.6), (1.6, 11.4), (0.8, 13.2))
        pieces.append(_lathe([(r * unit, z * unit) for r, z in bell], place, 28, 2, crisp=False))
        for z in (28.0, 42.0):
            t = (z / 100 - SKIRT) / (1 - SKIRT)
            start = _radius(p, t) / unit - far - 0.8
            pieces.append(_tube([place @ (Vector((x, 0, z)) * unit) for x in (start, -3.8)], 0.9 * unit, 12, 2))
            pieces.append(_tube([place @ (Vector((x, y, z + d)) * unit) for x, y, d in ((start, 1.4, 3.0), (-3.6, 0.6, 0.0))], 0.4 * unit, 8, 2))
        boosters.append(_object(f"Booster {n + 1}", pieces, [material_booster(p), material_trim(p), material_steel(p)]))
    return boosters


def build_legs(p):
    """Telescopic legs braced to the skirt, each on a wide pad."""
    unit, legs = p["height"] / 100, []
    for n in range(p["legs"]):
        place = Matrix.Rotation(_gap(p, n, p["legs"], 0.24) - math.pi / 2, 4, "Z")
        r = _radius(p, 0.12) / unit
        knee, hip = Vector((r + 9.0, 0, 1.6)), Vector((r - 0.8, 0, 29.0))
        low = Vector((_radius(p, 0.01) / unit - 0.4, 0, 20.6))

        def rod(a, b, thick, slot):
            return _tube([place @ (v * unit) for v in (a, b)], thick * unit, 14, slot)

        middle = hip.lerp(knee, 0.52)
        pieces = [rod(hip, middle, 1.15, 0), rod(middle.lerp(hip, 0.03), knee, 0.75, 2), rod(middle.lerp(hip, 0.06), middle.lerp(knee, 0.05), 1.4, 1),
                  rod(hip.lerp(knee, -0.02), hip.lerp(knee, 0.07), 1.5, 1)]
        for side in (-1, 1):
            pieces.append(rod(low + Vector((-0.3, side * 2.6, 0)), knee + Vector((-0.6, 0, 0.9)), 0.48, 2))
        pad = ((3.4, 0.0), (3.4, 0.4), (2.9, 0.9), (1.4, 1.3), (1.2, 2.1), (0.8, 2.6), (0.2, 2.8))
        pieces.append(_lathe([(a * unit, z * unit) for a, z in pad], place @ Matrix.Translation((knee.x * unit, 0, 0)), 28, 1))
        legs.append(_object(f"Leg {n + 1}", pieces, [material_panel(p), material_trim(p), material_steel(p)]))
    return legs


def build_antenna(p):
    """A mast beside the tip with cross-bars, a ball and a small dish."""
    if not p["antenna"]:
        return []
    unit, spot = p["height"] / 100, 0.93
    base = _level(p, SHOULDER) + (_level(p, spot) - _level(p, SHOULDER)) * p["nose_length"]
    foot = Vector((_radius(p, spot) * 0.7, 0, base))
    top = foot + Vector((4.6, 0, 17.0)) * unit
    pieces = [_tube([foot, foot + Vector((4.6, 0, 4.0)) * unit, foot + Vector((4.6, 0, 6.0)) * unit, top], 0.34 * unit, 10, 1)]
    for k, half in enumerate((3.0, 2.3, 1.6)):
        z = top.z - (6.0 - 2.4 * k) * unit
        pieces.append(_tube([(top.x, -half * unit, z), (top.x, half * unit, z)], 0.22 * unit, 8, 1))
    pieces.append(_lathe([(math.sin(a) * 0.9 * unit + 1e-4, -math.cos(a) * 0.9 * unit) for a in (k * math.pi / 10 for k in range(11))],
                         Matrix.Translation(top), 16, 0, crisp=False))
    dish = Matrix.Translation(foot + Vector((4.8, -0.6, 5.2)) * unit) @ Matrix.Rotation(1.15, 4, "X")
    bowl = [(0.3 + 2.9 * s, 2.0 * s * s) for s in (k / 8 for k in range(9))]
    bowl += [(a - 0.12, z + 0.16) for a, z in reversed(bowl)]
    pieces.append(_lathe([(max(0.02, a) * unit, z * unit) for a, z in bowl], dish, 28, 1, crisp=False))
    pieces.append(_tube([dish @ Vector((0, 0, z * unit)) for z in (-0.6, 2.6)], 0.2 * unit, 8, 0))
    return [_object("Antenna", pieces, [material_nose(p), material_trim(p)])]


def build_flame(p):
    """Three nested sheets of fire from the bell to the ground, and tongues that lick outwards along it."""
    if not p["flame"]:
        return []
    unit, rng, pieces = p["height"] / 100, random.Random(6), []
    mouth, wide = BELL * 100, 0.60 * _radius(p, 0.0) / (p["height"] / 100)
    for slot, share, drop in ((0, 1.0, 0.0), (1, 0.68, 0.5), (2, 0.38, 1.6)):
        rings = []
        for k in range(15):
            s = k / 14
            r = wide * share * (1.0 + 0.22 * math.sin(math.pi * s * 0.9) + 1.35 * max(0, s - 0.62) ** 1.4 * 2.2)
            z = mouth + 0.8 - (mouth + 0.8 - drop) * s
            ring = []
            for i in range(40):
                a = 2 * math.pi * i / 40
                wave = 1 + (0.05 + 0.22 * s) * noise.noise(Vector((math.cos(a) * 2, math.sin(a) * 2, s * 2.6 + slot * 5)))
                ring.append(Vector((math.cos(a) * r * wave, math.sin(a) * r * wave, max(0.0, z))) * unit)
            rings.append(ring)
        pieces.append(_rings(rings, slot, capped=False))
    for n in range(26):
        a, long = n * 2.4, wide * rng.uniform(1.0, 2.0)
        out, side = Vector((math.cos(a), math.sin(a), 0)), Vector((-math.sin(a), math.cos(a), 0))
        swing, rings = rng.uniform(-0.35, 0.35), []
        for k in range(8):
            s = k / 7
            spot = out * (wide * 1.0 + long * s) + side * swing * long * s * s + Vector((0, 0, 1.0 + 3.4 * s * s * rng.uniform(0.8, 1.2)))
            thick = (1.7 * (1 - s) ** 0.8 + 0.05)
            rings.append([(spot + side * math.cos(b) * thick + Vector((0, 0, max(-spot.z, math.sin(b) * thick)))) * unit
                          for b in (i * math.pi / 4 for i in range(8))])
        pieces.append(_rings(rings, n % 2))
    return [_object("Flame", pieces, [material_fire(p), material_fire(p, "Rocket fire hot", 0.5),
                                      material_fire(p, "Rocket fire core", 1.0)])]


def build_smoke(p):
    """Billows rolling outwards over the ground, in one object."""
    if not p["smoke"]:
        return []
    unit, rng, pieces = p["height"] / 100, random.Random(9), []
    for n in range(46):
        a, share = n * 2.4 + rng.uniform(-0.2, 0.2), n / 46
        far = 17 + 23 * share
        size = (3.0 + 5.0 * math.sin(math.pi * min(1, 0.15 + share))) * rng.uniform(0.75, 1.2)
        pieces.append(_puff(rng, Vector((math.cos(a) * far, math.sin(a) * far, size * rng.uniform(0.35, 0.8))) * unit, size * unit))
    return [_object("Smoke", pieces, [material_smoke(p)])]


def build(p):
    """Builds all parts and hangs them on one empty."""
    objects = (build_body(p) + build_nose(p) + build_portholes(p) + build_hatch(p) + build_fins(p) + build_engine(p)
               + build_boosters(p) + build_legs(p) + build_antenna(p) + build_flame(p) + build_smoke(p))
    root = bpy.data.objects.new("Rocket", None)
    bpy.context.scene.collection.objects.link(root)
    for item in objects:
        item.parent = root


if __name__ == "__main__":
    build(PARAMS)
