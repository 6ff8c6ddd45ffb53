"""What is said of the step in work: the rail and its notes, numbers and words on the picture, the key bar.

Tissue is named only by the tutor; notes appear only where the level of help allows them.
"""

from __future__ import annotations

import math

from game.hud.clinical import RailStep
from game.hud.felt import needle_word, thread_word
from game.hud.models import NO_VALUE, number
from game.input.bindings import Bindings
from game.input.intent import Hands, current_step
from game.instruments import syringe
from game.instruments.procedure import ACTS, PROCEDURES, Step
from physics.observation import Observation

ANCHOR_WORDS = {"biwing": "bi-wing", "v_wing": "V-wing", "butterfly": "butterfly", "right_angle": "right angle"}


def _done(key: str, hands: Hands, obs: Observation) -> bool:
    """Return whether a step shows a finished act that anyone in the room could see."""
    r, cath, pocket = obs.refill, obs.catheter, obs.pocket
    return {
        "needle": obs.needle.csf_drops >= 2 or cath.is_open, "thread": cath.is_open and (cath.fed_m > 0.1 or not obs.needle.is_placed),
        "anchor": cath.n_anchor_sutures > 0, "pocket": pocket.is_dissected, "tunnel": cath.is_tunnelled,
        "connect": cath.is_connected, "pump": pocket.is_pump_in and pocket.n_sutures > 0, "close": pocket.is_closed,
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
        return "", f"cover {pocket.cover_m * 1e3:.0f} mm, radius {pocket.radius_m * 1e3:.0f} mm"
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
    if hands.step in ("pocket", "pump", "close", "programme", "mark", "table"):
        p = obs.pocket
        if not p.is_dissected:
            return []
        gap = number(p.bone_gap_m * 1e3, 0) if level in ("tutor", "assisted") else NO_VALUE
        rows = [("Cover", number(p.cover_m * 1e3, 0), "mm", ""), ("Play round pump", number(p.clearance_m * 1e3, 0), "mm", "")]
        return rows + ([("To bone, sitting", gap, "mm", "")] if gap != NO_VALUE else [])
    if hands.step in ("thread", "anchor", "tunnel", "connect"):
        fed = [("Fed past hub", number(cath.fed_m * 1e3, 0), "mm", "")] if n.is_placed else []
        return [*fed, ("Stylet", "in" if cath.is_stylet_in else "out", "", ""),
                ("End", "drips" if cath.is_csf_at_end else "dry", "", "")]  # fmt: skip
    bevel = abs((hands.bevel_deg + 180) % 360 - 180)
    facing = "toward head" if bevel < 30 else ("toward feet" if bevel > 150 else ("to the left" if hands.bevel_deg > 0 else "to the right"))
    head = math.degrees(n.elevation_rad) if n.is_placed else v["needle.aim.head"]
    mid = math.degrees(n.medial_rad) if n.is_placed else v["needle.aim.mid"]
    kind = ("ok" if 25 <= head <= 65 else "warn") if level in ("tutor", "assisted") else ""
    return [("Depth past skin", number(n.depth_m * 1e3), "mm", ""), ("To the skin", number(head), "°", kind),
            ("Toward midline", number(mid), "°", ""), ("Bevel", facing, "", "")]  # fmt: skip


_LAYER_WORDS = {"ligamentum_flavum": "ligamentum flavum", "interspinous": "interspinous ligament", "sac": "sac",
                "anterior_wall": "far wall of the sac", "epidural": "epidural space"}  # fmt: skip


def message(hands: Hands, obs: Observation, level: str) -> tuple[str, str]:
    """Return the two lines on the picture: what is felt or heard, then what one can do."""
    step = current_step(hands)
    n, r = obs.needle, obs.refill
    if r.complaint:
        return f'Patient: "{r.complaint}"', "Look at the skin and feel the push."
    if step.key == "needle" and n.is_placed:
        if not n.is_stylet_in:
            if n.csf_drops:
                return f"{n.csf_drops} drops of clear fluid at the hub.", "C says that you saw CSF. Stylet back soon."
            return "Stylet out. Nothing at the hub yet.", "Wait, turn the bevel, or go on 0.5 mm."
        if n.depth_m < 1e-3:
            return "The needle rests on the skin.", "Film its line in two planes, then go on 1 mm at a time."
        word = needle_word(n.force_n, n.stiffness_n_per_m, n.roughness)
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


def keys(step: Step, bound: Bindings = Bindings(), is_pad: bool = False) -> list[tuple[str, str]]:
    """Return the key bar of a step, for keys and mouse or for a pad."""
    if is_pad:
        return pad_keys(step, bound)
    out: list[tuple[str, str]] = []
    if step.drag != ("", ""):
        out.append(("Drag", "aim" if step.key == "needle" else "tilt"))
    if step.wheel[0]:
        out.append(("Wheel", "2 mm" if step.wheel[0].startswith("thread") else "1 mm"))
        out.append(("Ctrl wheel", "fine"))
    for name in step.acts:
        key = bound.key(name)
        if key:
            out.append(("Enter" if key == "Return" else key, ACTS[name].words.lower()))
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
