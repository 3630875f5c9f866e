# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with an asset whatever it was meant to be: the checks, a row each, on what measure.py measured.

What needs a blueprint is judged by the client (src/gate), who may also know that a part is meant to float. Every finding names
parts, what was measured, the limit, and a repair that a script can be changed by. A hard finding is one that no asset can be
right with. Codes are described in doc/findings.md; bpy-free.
"""
DEPTH_SHARE = 0.05
CENTER_SHARE = 0.15
SCALE_LOW, SCALE_HIGH = 0.005, 200.0
SCALE_HARD = 25.0
FLAT_HARD = 0.25
THIN_SHARE, THIN_LEAST = 0.02, 50
CROSSED_SHARE, CROSSED_LEAST = 0.10, 50
INVERTED_HARD = 0.5
TRIANGLES = 1_000_000
MAX_NAMES = 20
MAX_PER_CHECK = 12


def finding(code, severity, parts, value, limit, unit, hint, objects=()):
    """One entry of findings[]."""
    return {"code": code, "severity": severity, "parts": list(parts), "objects": sorted(objects)[:MAX_NAMES],
            "value": round(float(value), 6), "limit": round(float(limit), 6), "unit": unit, "hint": hint}


def vector(way):
    """Writes a way for a hint: "(0, 0, -0.031) m"."""
    return "(%s) m" % ", ".join("%.4g" % (round(float(each), 5) + 0.0) for each in way)


def stretched(way, more):
    """Returns a way made longer, so that what moves along it overlaps what it should touch."""
    length = sum(each * each for each in way) ** 0.5
    return [each * (length + more) / length for each in way] if length > 0.0 else [0.0, 0.0, -more]


def owners(told, objects):
    """Returns the parts that objects are of."""
    return [part["part"] for part in told["parts"] if not set(objects).isdisjoint(part["objects"])]


def asset_ground(told):
    """The asset stands on z = 0."""
    bounds, tolerance = told["asset"]["bounds"], told["tolerance"]
    low = bounds["min"][2]
    if abs(low) <= tolerance:
        return
    names = [each["part"] for each in told["parts"] if each["bounds"] and each["bounds"]["min"][2] < low + tolerance]
    whole = low > 0 or len(names) == len(told["parts"])
    yield finding("asset.off_ground", "hard", names, low, tolerance, "m",
                  "The lowest point, of %s, is at z = %.4f: move %s by (0, 0, %.4f) m so that the asset stands on z = 0." % (
                      ", ".join(names) or "no part", low, "everything" if whole else ", ".join(names), -low))


def asset_place(told):
    """The asset is over the origin, and of a size that is a size."""
    bounds, diagonal = told["asset"]["bounds"], told["asset"]["diagonal"]
    middle = [(low + high) / 2 for low, high in zip(bounds["min"], bounds["max"])]
    if max(abs(middle[0]), abs(middle[1])) > diagonal * CENTER_SHARE:
        yield finding("asset.off_center", "soft", [], max(abs(middle[0]), abs(middle[1])), diagonal * CENTER_SHARE, "m",
                      "The middle of the asset is not over the origin: move everything by %s." % vector(
                          (-middle[0], -middle[1], 0.0)))
    if not SCALE_LOW <= diagonal <= SCALE_HIGH:
        gross = not SCALE_LOW / SCALE_HARD <= diagonal <= SCALE_HIGH * SCALE_HARD
        yield finding("scale.implausible", "hard" if gross else "soft", [], diagonal,
                      SCALE_LOW if diagonal < SCALE_LOW else SCALE_HIGH, "m",
                      "Units are metres: is the asset really %.4g m across?" % diagonal)


def asset_triangles(told):
    """The asset can be handled."""
    count = told["asset"]["triangles"]
    if count > TRIANGLES:
        worst = max(told["parts"], key=lambda each: each["triangles"], default=None)
        yield finding("asset.triangles", "soft", [worst["part"]] if worst else [], count, TRIANGLES, "triangles",
                      "Too many triangles%s: use fewer segments or a lower subdivision level." % (
                          ", %d of them in %s" % (worst["triangles"], worst["part"]) if worst else ""))


def asset_objects(told):
    """Every object is of a part, linked, and wanted."""
    if told["untagged"]:
        yield finding("part.untagged", "soft", [], len(told["untagged"]), 0, "objects",
                      "Made outside of any build_<part>(p); make them inside one.", told["untagged"])
    for code, names, hint in (
            ("object.unlinked", told["unlinked"], "Made but not linked to the scene's collection, so nobody sees them."),
            ("object.hidden", told["leftovers"]["hidden"],
             "Hidden from renders, and no modifier works with them: remove them, or show them."),
            ("object.leftover", told["leftovers"]["cubes"], "Blender's default cube: remove it.")):
        if names:
            yield finding(code, "soft", owners(told, names), len(names), 0, "objects", hint, names)


def part_mesh(told):
    """Meshes are sound."""
    for part in told["parts"]:
        name = [part["part"]]
        if part["non_finite"]:
            yield finding("part.non_finite", "hard", name, part["non_finite"], 0, "vertices",
                          "Coordinates that are not finite: look for a division by zero or the root of a negative number.")
        if part["empty_objects"]:
            yield finding("part.empty", "soft" if part["faces"] else "hard", name, len(part["empty_objects"]), 0, "objects",
                          "These objects have no faces.", part["empty_objects"])
        if part["zero_area_faces"]:
            many = part["zero_area_faces"] > part["faces"] * FLAT_HARD
            yield finding("part.degenerate", "hard" if many else "soft", name, part["zero_area_faces"], 0, "faces",
                          "Faces without area: merge vertices that lie on one another.")
        if part["sliver_faces"] > max(THIN_LEAST, part["faces"] * THIN_SHARE):
            yield finding("part.slivers", "soft", name, part["sliver_faces"],
                          max(THIN_LEAST, round(part["faces"] * THIN_SHARE)), "faces",
                          "Triangles hundreds of times longer than high: use faces of four corners, or fewer segments around.")
        if part["loose_vertices"]:
            yield finding("part.loose", "soft", name, part["loose_vertices"], 0, "vertices",
                          "Vertices that no face uses: nobody sees them, remove them.")


def part_faces(told):
    """Faces look outwards and do not cross."""
    for part in told["parts"]:
        name = [part["part"]]
        if part["inverted_islands"] or part["flipped_edges"]:
            whole = part["inverted_islands"] > INVERTED_HARD * part["islands"]
            yield finding("part.inverted", "hard" if whole else "soft", name, part["inverted_islands"] or part["flipped_edges"],
                          0, "islands" if part["inverted_islands"] else "edges",
                          "Faces look inwards: reverse the order of their corners, or run "
                          "bmesh.ops.recalc_face_normals(bm, faces=bm.faces) before bm.to_mesh().")
        limit = max(CROSSED_LEAST, part["faces"] * CROSSED_SHARE)
        if (part["self_intersections"] or 0) > limit:
            yield finding("part.self_intersects", "soft", name, part["self_intersections"], round(limit), "pairs of triangles",
                          "The surface passes through itself: bend it less, make it thinner, or split it into closed pieces.")


def part_materials(told):
    """Everything has a look, and modifiers work."""
    for part in told["parts"]:
        name = [part["part"]]
        if part["missing_material"]:
            yield finding("material.missing", "hard", name, len(part["missing_material"]), 0, "objects",
                          "Faces without a material: append one to the data.materials of these objects.",
                          part["missing_material"])
        if part["unlinked_materials"]:
            yield finding("material.unlinked", "soft", name, len(part["unlinked_materials"]), 0, "materials",
                          "Nothing shows of %s: link a shader to the Surface of its Material Output, and give its image "
                          "textures an image." % ", ".join(part["unlinked_materials"][:MAX_NAMES]))
        if part["default_materials"]:
            yield finding("material.default", "soft", name, len(part["default_materials"]), 0, "materials",
                          "%s has the grey that Blender starts with: set its Base Color and Roughness." %
                          ", ".join(part["default_materials"][:MAX_NAMES]))
        for each in part["failed_modifiers"][:MAX_PER_CHECK]:
            yield finding("modifier.failed", "soft", name, 1, 0, "modifiers", "Modifier \"%s\" of \"%s\" does not work: %s." % (
                each["modifier"], each["object"], each["why"]), [each["object"]])


def sizes_of(told):
    """Returns {part: square of the diagonal of its bounds}."""
    return {part["part"]: sum((high - low) ** 2 for low, high in zip(part["bounds"]["min"], part["bounds"]["max"]))
            for part in told["parts"] if part["bounds"]}


def smaller_first(sizes, contact):
    """Returns (the smaller of two parts, the other, the way of the smaller one or None)."""
    a, b, way = contact["a"], contact["b"], contact["way"]
    if sizes.get(a, 0.0) <= sizes.get(b, 0.0):
        return a, b, way
    return b, a, [-each for each in way] if way else None


def contacts(told):
    """Parts neither gape nor stand too far in one another."""
    limit, tolerance, sizes = told["asset"]["diagonal"] * DEPTH_SHARE, told["tolerance"], sizes_of(told)
    for each in told["contacts"]:
        names = [each["a"], each["b"]]
        small, other, way = smaller_first(sizes, each)
        if each["depth"] > limit:
            yield finding("part.penetrates", "soft", names, each["depth"], limit, "m",
                          "%s and %s stand %.4f m in one another (%.3g m3)%s." % (
                              small, other, each["depth"], each["volume"] or 0.0,
                              ": move %s by %s, or make it smaller" % (small, vector(way)) if way else ""))
        elif tolerance < each["gap"] <= 2 * tolerance:
            yield finding("part.gap", "soft", names, each["gap"], tolerance, "m", "A slit of %.4f m between %s and %s%s." % (
                each["gap"], small, other, ": move %s by %s or extend it by %.1f cm" % (
                    small, vector(way), each["gap"] * 100) if way else ""))


def floating(told):
    """Every piece reaches the ground through contacts."""
    tolerance = told["tolerance"]
    by_part = {}
    for each in told["floating"]:
        by_part.setdefault(each["part"], []).append(each)
    for part, loose in by_part.items():
        worst = max(loose, key=lambda each: each["gap"] if each["gap"] is not None else 0.0)
        hint = "%d of the pieces of %s reach the ground through no contact" % (len(loose), part or "no part")
        if worst["with"]:
            hint += ", nor do %s that they hang together with" % ", ".join(worst["with"])
        if worst["way"]:
            hint += "; \"%s\" is %.4f m away from \"%s\" of %s: move %s by %s, or extend it by %.1f cm towards it" % (
                worst["object"], worst["gap"], worst["beside"], worst["beside_part"] or "no part",
                part if len(loose) == 1 else "\"%s\"" % worst["object"],
                vector(stretched(worst["way"], tolerance / 2)), (worst["gap"] + tolerance / 2) * 100)
        yield finding("part.floating", "hard", [part] if part else [], worst["gap"] or 0.0, tolerance, "m", hint + ".",
                      [each["object"] for each in loose])


def islands(told):
    """Islands of a part hang together."""
    for part in told["parts"]:
        if not part["loose_islands"]:
            continue
        worst = max(part["loose_islands"], key=lambda each: each["gap"] or 0.0)
        count = sum(each["islands"] for each in part["loose_islands"])
        hint = "%d islands of %s touch nothing; one of \"%s\", around %s" % (
            count, part["part"], worst["object"], vector(worst["center"]))
        if worst["way"]:
            hint += ", is %.4f m from \"%s\": move it by %s" % (
                worst["gap"], worst["beside"], vector(stretched(worst["way"], told["tolerance"] / 2)))
        yield finding("part.island", "soft", [part["part"]], worst["gap"] or 0.0, told["tolerance"], "m", hint + ".",
                      {each["object"] for each in part["loose_islands"]})


def doubled(told):
    """No two things are in one place."""
    for each in told["twins"][:MAX_PER_CHECK]:
        yield finding("part.duplicate", "hard", dict.fromkeys(each["parts"]), 2, 1, "objects",
                      "\"%s\" and \"%s\" are the same shape in the same place: remove one, or move it to where it belongs." %
                      tuple(each["objects"]), each["objects"])
    twin = {tuple(sorted(each["objects"])) for each in told["twins"]}
    flat = {}
    for each in told["coplanar"]:
        if tuple(sorted(each["objects"])) not in twin:
            flat.setdefault(tuple(sorted(set(each["parts"]))), []).append(each)
    for parts, rows in list(flat.items())[:MAX_PER_CHECK]:
        objects = list(dict.fromkeys(name for each in rows for name in each["objects"]))
        yield finding("part.z_fighting", "soft", parts, sum(each["triangles"] for each in rows), 0, "triangles",
                      "Faces of different materials lie in one plane on one another and will flicker, in %s: move one of them "
                      "by %.4g m along its normal." % (", ".join("\"%s\"" % name for name in objects[:3]), told["tolerance"] / 5),
                      objects)


CHECKS = (asset_ground, asset_place, asset_triangles, asset_objects, part_mesh, part_faces, part_materials, contacts, floating,
          islands, doubled)


def of(told):
    """Returns the findings of what was measured, hard ones first."""
    if not told["asset"]["triangles"]:
        loose = sum(each["loose_vertices"] for each in told["parts"])
        found = [finding("asset.empty", "hard", [], 0, 1, "triangles", "Nothing in the scene has a surface%s: build() has to "
                         "call the part functions, and each has to link its objects to the scene's collection." % (
                             ", only %d vertices without faces" % loose if loose else ""))]
        found += [each for check in (part_mesh, asset_objects) for each in check(told) if each["severity"] == "hard"]
    else:
        found = [each for check in CHECKS for each in check(told)]
    return sorted(found, key=lambda each: each["severity"] != "hard")
