"""What is said of the step in work: the rail and its notes, numbers and words on the picture, the key bar.

Tissue is named only by the tutor; notes appear only where the level of help allows them.
"""

from __future__ import annotations

import math

from game.hud.clinical import RailStep
from game.hud.felt import finger_word, needle_word, thread_word
from game.hud.models import number
from game.input.bindings import Bindings
from game.input.intent import Hands, current_step
from game.input.tuning import gain
from game.instruments import syringe
from game.instruments.procedure import ACTS, OPERATIONS, PROCEDURES, Step
from physics.observation import Observation

PREP_COVERED = gain("prep.covered")
LATER = ("exchange", "revise", "explant")
NOTE_TICKS = 256  # tuned: 4 s
ANCHOR_WORDS = {"biwing": "bi-wing", "v_wing": "V-wing", "butterfly": "butterfly", "right_angle": "right angle"}


def _done(key: str, hands: Hands, obs: Observation) -> bool:
    """Return whether a step shows a finished act that anyone in the room could see."""
    r, cath, pocket = obs.refill, obs.catheter, obs.pocket
    if hands.procedure == "revise" and key in ("needle", "thread", "anchor") and (key not in hands.visited or "open" not in hands.visited):
        return False  # what lies there is the old catheter
    if hands.procedure in LATER:
        is_over = obs.field.closed_at_s >= 0.0  # what was done years ago is not done today
        later = {
            "prepare": obs.field.is_draped or is_over, "pocket": is_over or not pocket.is_closed,
            "segment": key in hands.visited and not pocket.is_closed and cath.is_connected,
            "open": is_over or obs.is_lumbar_open, "table": obs.field.is_table_filled, "close": is_over,
            "connect": key in hands.visited, "pump": obs.field.is_table_filled and pocket.is_pump_in and pocket.n_sutures > 0,
        }  # fmt: skip
        if key in later:
            return later[key]
    return {
        "needle": obs.needle.csf_drops >= 2 or cath.is_open, "thread": cath.is_open and (cath.fed_m > 0.1 or not obs.needle.is_placed),
        "anchor": cath.n_anchor_sutures > 0, "pocket": pocket.is_dissected, "tunnel": cath.is_tunnelled,
        "connect": cath.is_connected, "pump": pocket.is_pump_in and pocket.n_sutures > 0, "close": pocket.is_closed,
        "mark": obs.field.is_draped or "mark" in hands.visited, "table": obs.field.is_table_filled or "table" in hands.visited,
        "ward": obs.days_since_closure > 0.5,
        "programme": obs.pump.state == "running" and hands.form.is_read_after,
        "empty": r.drawn_m3 > 0.5e-6, "fill": r.injected_m3 > 5e-6, "read": hands.form.is_read,
    }.get(key, key in hands.visited)  # fmt: skip


def _note(key: str, obs: Observation, level: str) -> tuple[str, str]:
    """Return (state kind or "", words) of what was measured in a step."""
    n, cath, pocket, r = obs.needle, obs.catheter, obs.pocket, obs.refill
    deg = math.degrees(n.elevation_rad)
    if key == "needle" and n.is_placed:
        kind = "warn" if level in ("tutor", "assisted") and not 25 <= deg <= 65 else ""
        return kind, f"{deg:.0f}° to the skin, {n.depth_m * 1e3:.0f} mm deep"
    if key == "thread" and cath.is_open:
        return ("warn" if cath.max_push_n > 0.6 else ""), f"{cath.fed_m * 1e3:.0f} mm past the hub"
    if key == "anchor" and cath.n_anchor_sutures:
        kind = ANCHOR_WORDS.get(cath.anchor_kind, "anchor")
        return "", f"{kind}, {cath.anchor_distance_m * 1e3:.0f} mm from exit, {cath.n_anchor_sutures} stitches"
    if key == "pocket" and pocket.is_dissected:
        cover = f"{pocket.cover_m * 1e3:.0f} mm" if level in ("tutor", "assisted") else "by pinch"
        return "", f"cover {cover}, radius {pocket.radius_m * 1e3:.0f} mm"
    if key == "tunnel" and cath.is_tunnelled:
        return "", "passed" if level not in ("tutor", "assisted") else f"thinnest cover {cath.tunnel_min_depth_m * 1e3:.0f} mm"
    if key == "connect" and cath.removed_m:
        return "", f"{cath.removed_m * 100:.1f} cm cut off"
    if key == "pump" and pocket.is_pump_in:
        return "", f"{pocket.n_sutures} stitches"
    if key == "empty" and r.drawn_m3:
        return "", f"{r.drawn_m3 * 1e6:.1f} mL drawn"
    if key == "fill" and r.injected_m3:
        due = syringe.is_recheck_due(r.since_recheck_m3)
        return ("warn" if due and level != "examination" else ""), f"{r.injected_m3 * 1e6:.1f} mL in"
    return "", ""


def rail(hands: Hands, obs: Observation, level: str) -> list[RailStep]:
    """Return the rail: in free and examination it shows phases without notes."""
    out = []
    for step in PROCEDURES[hands.procedure]:
        kind, note = _note(step.key, obs, level)
        done = _done(step.key, hands, obs)
        state = "now" if step.key == hands.step else ("ok" if done and level != "examination" else "todo")
        if kind and state == "ok":
            state = kind
        if level in ("free", "examination") and state != "now":
            note = ""
        if state == "now" and not note:
            note = step.hint if level != "examination" else ""
        out.append(RailStep(step.key, step.words, state, note if state in ("now", "warn", "alarm") else "", step.short))
    return out


def readout(hands: Hands, obs: Observation, level: str) -> list[tuple[str, str, str, str]]:
    """Return (label, value, unit, state kind) for the corner of the picture."""
    n, cath, v = obs.needle, obs.catheter, hands.values
    if hands.procedure == "refill":
        r = obs.refill
        return [("Across", number(r.u_m * 1e3 if r.is_placed else v["template.u"]), "mm", ""),
                ("Up", number(r.v_m * 1e3 if r.is_placed else v["template.v"]), "mm", ""),
                ("Depth", number(r.depth_m * 1e3), "mm", "")]  # fmt: skip
    if hands.step == "prepare" or (hands.step == "mark" and obs.field.prep_agents):
        f = obs.field
        return [("Painted", number(100.0 * f.prep_cover, 0), "%", "ok" if f.prep_cover >= PREP_COVERED and level in ("tutor", "assisted") else ""),
                ("Still wet", number(100.0 * f.prep_wet, 0), "%", "")]  # fmt: skip
    if hands.step == "widen" and obs.field.rim_gaps_m:
        return [("Room round the dummy", number(1e3 * min(obs.field.rim_gaps_m), 0), "mm", "")]
    if hands.step == "open":
        if not obs.is_lumbar_open:
            return []
        if not cath.is_open:
            return [("Catheter", "out", "", ""), ("String over the hole", "tied" if cath.purse_tension_n else "none", "", "")]
        return [("Anchor and string", "hold" if cath.n_anchor_sutures or cath.purse_tension_n else "cut loose", "", "")]
    if hands.step in ("pocket", "pump", "close", "programme", "mark", "table", "ward", "mend"):
        p = obs.pocket
        is_elsewhere = hands.step == "close" and hands.choices["close.wound"] == "lumbar"
        if not p.is_dissected or is_elsewhere or (hands.procedure in LATER and not p.is_pump_in):
            return []
        if level not in ("tutor", "assisted"):
            return []  # cover by pinch, play by the dummy's rim
        return [("Cover", number(p.cover_m * 1e3, 0), "mm", ""), ("Play round pump", number(p.clearance_m * 1e3, 0), "mm", ""),
                ("To bone, sitting", number(p.bone_gap_m * 1e3, 0), "mm", "")]  # fmt: skip
    if hands.step in ("thread", "anchor", "tunnel", "connect", "segment"):
        fed = [("Fed past hub", number(cath.fed_m * 1e3, 0), "mm", "")] if n.is_placed else []
        return [*fed, ("Stylet", "in" if cath.is_stylet_in else "out", "", ""),
                ("End", "drips" if cath.is_csf_at_end else "dry", "", "")]  # fmt: skip
    bevel = abs((hands.bevel_deg + 180) % 360 - 180)
    facing = "toward head" if bevel < 30 else ("toward feet" if bevel > 150 else ("to the left" if hands.bevel_deg > 0 else "to the right"))
    head = math.degrees(n.elevation_rad) if n.is_placed else v["needle.aim.head"]
    mid = math.degrees(n.medial_rad) if n.is_placed else v["needle.aim.mid"]
    kind = ("ok" if 25 <= head <= 65 else "warn") if level in ("tutor", "assisted") else ""
    own = [m for m in obs.field.marks if m.kind == "midline"]
    if not n.is_placed and own:  # numbers stand on the learner's own mark: a false mark gives a false number
        return [("Off your midline", number(v["entry.x"] - 1e3 * own[-1].u_m), "mm", ""),
                ("Above your mark", number(v["entry.z"] - 1e3 * own[-1].v_m), "mm", ""), ("To the skin", number(head), "°", kind)]  # fmt: skip
    off = [("Hub off your midline", number(1e3 * (_hub(obs)[0] - own[-1].u_m)), "mm", "")] if n.is_placed and own else []
    return [("Depth past skin", number(n.depth_m * 1e3), "mm", ""), ("To the skin", number(head), "°", kind),
            ("Toward midline", number(mid), "°", ""), ("Bevel", facing, "", ""), *off]  # fmt: skip


def _hub(obs: Observation) -> tuple[float, float]:
    """Return how far the hub stands to the left of the true midline, and its height over L4 [m]."""
    n = obs.needle
    out = n.entry_m - max(n.length_m - n.depth_m, 0.0) * n.direction
    return float(out[0]), float(out[2])


_LAYER_WORDS = {"ligamentum_flavum": "ligamentum flavum", "interspinous": "interspinous ligament", "sac": "sac",
                "anterior_wall": "far wall of the sac", "epidural": "epidural space"}  # fmt: skip


def message(hands: Hands, obs: Observation, level: str) -> tuple[str, str]:
    """Return the two lines on the picture: what is felt or heard, then what one can do."""
    step = current_step(hands)
    n, r = obs.needle, obs.refill
    if r.complaint:
        return f'Patient: "{r.complaint}"', "Look at the skin and feel the push."
    if hands.note and 0 <= obs.tick - hands.note_tick < NOTE_TICKS:
        first, _, second = hands.note.partition("\n")
        return first, second
    if hands.finger.is_down:
        return f"{finger_word(hands)}.", "You call it: M leaves an ink mark, N names it."
    if step.key == "needle" and n.is_placed:
        if not n.is_stylet_in:
            if n.csf_drops:
                return f"{n.csf_drops} drops of clear fluid at the hub.", "C says that you saw CSF. Stylet back soon."
            return "Stylet out. Nothing at the hub yet.", "Wait, turn the bevel, or go on 0.5 mm."
        if n.depth_m < 1e-3:
            return "The needle rests on the skin.", "Film its line in two planes, then go on 1 mm at a time."
        word = hands.felt_word or needle_word(n.force_n, n.stiffness_n_per_m, n.roughness)
        if level == "tutor" and n.depth_m > 0:
            return f"{word}. Tip in {_LAYER_WORDS.get(n.layer, n.layer)}.", _next_words(word)
        return f"{word}.", _next_words(word)
    if step.key == "thread" and obs.catheter.is_open:
        return f"{thread_word(obs.catheter.hand_force_n)}.", "Image each 50 to 100 mm. Never pull back through the needle."
    return "", step.hint if level in ("tutor", "assisted") else ""


def _next_words(word: str) -> str:
    if word.startswith("Hard stop"):
        return "Could be bone. Withdraw to fat, then change the angle."
    if "springy" in word:
        return "Could be flavum. Go 1 mm and wait for the give."
    return "Free. Check for CSF before going on." if word == "Free" else "Go on 1 mm at a time."


_NEEDLE_KEYS = (("Click", "entry"), ("Drag", "aim"), ("Wheel", "1 mm"), ("Ctrl wheel", "0.2 mm"), ("Right drag", "bevel"))
TOOL_KEYS: dict[str, tuple[tuple[str, str], ...]] = {  # what the pointer does on the patient with a tool in hand
    "exam": (("Hold", "press"), ("Wheel", "harder"), ("Drag", "slide")),
    "marker": (("Drag", "outline from its middle"), ("Click", "ink mark")), "sponge": (("Drag", "paint"),),
    "knife": (("Drag", "cut along a line"), ("Click", "plan it here")), "swab": (("Click", "dab"),), "diathermy": (("Click", "seal"),),
    "finger": (("Drag", "sweep"),), "needle": _NEEDLE_KEYS, "stylet": _NEEDLE_KEYS, "lor": _NEEDLE_KEYS,
    "catheter": (("Wheel", "2 mm"), ("Ctrl wheel", "0.4 mm")), "forceps": (("Wheel", "2 mm"), ("Ctrl wheel", "0.4 mm")),
    "anchor": (("Drag", "slide it along"),), "suture": (("Click", "in"), ("Click", "out"), ("Hold F", "tie")),
    "silk": (("Click", "in"), ("Click", "out"), ("Hold F", "tie")), "disc": (("Drag", "width of the loop"),),
    "ruler": (("Click", "read at the catheter"),), "passer": (("Click", "way point"), ("Wheel", "10 mm on")),
    "clamp": (("Click", "clamp the catheter"),), "toothed": (("Click", "grip the catheter"),), "scissors": (("Click", "cut the catheter"),),
    "pump": (("Click", "lay it in"), ("Drag", "turn its outlet")), "fingers": (("Drag", "draw the coil out"), ("Click", "feel the rim")),
}  # fmt: skip


def keys(step: Step, tool: str = "", bound: Bindings = Bindings(), is_pad: bool = False) -> list[tuple[str, str]]:
    """Return the key bar of a step: what the pointer does with the tool in hand, then the keys; or a pad's buttons."""
    if is_pad:
        return pad_keys(step, bound)
    out: list[tuple[str, str]] = list(TOOL_KEYS.get(tool, ())) if any(step in PROCEDURES[key] for key in OPERATIONS) else []
    if not out and step.drag != ("", ""):
        out.append(("Drag", "tilt"))
    if not out and step.wheel[0]:
        out += [("Wheel", "1 mm"), ("Ctrl wheel", "fine")]
    shown = [ACTS[name] for name in step.acts if bound.key(name)]
    shown.sort(key=lambda act: act.kind != "primary")
    out += [("Enter" if bound.key(act.key) == "Return" else bound.key(act.key), act.words.lower()) for act in shown]
    return [*out, ("Space", "X-ray")] if step.wheel[0] and "carm.beam" not in step.acts else out


def pad_keys(step: Step, bound: Bindings) -> list[tuple[str, str]]:
    """Return the key bar of a step for a pad."""
    out: list[tuple[str, str]] = []
    if step.wheel[0]:
        out += [("RT", ACTS[step.wheel[0]].words.lower()), ("LT", ACTS[step.wheel[1]].words.lower())]
    out += [("Left stick", "place")] if any(step.arrows) else []
    out += [("Right stick", "aim")] if any(step.drag) else []
    out += [(bound.pad(name), ACTS[name].words.lower()) for name in step.acts if bound.pad(name)]
    return [*out, (bound.pad("pad.wheel"), "hold: choose what A does"), (bound.pad("carm.beam"), "X-ray")]
