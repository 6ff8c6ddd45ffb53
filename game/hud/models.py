"""What to say: pure text models from the observation, the hands and the level of help.

Nothing here draws. Hidden fields of the observation are read only by functions that take `level` and only
where that level allows (tutor and assisted), or where a tool honestly shows them (plunger of a
loss-of-resistance syringe, a film).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from game.hud.clinical import RailStep
from game.input.intent import Hands, current_step
from game.instruments import monitor, programmer, syringe
from game.instruments.procedure import ACTS, PROCEDURES, Step
from physics.observation import Observation
from physics.units import SECONDS_PER_MONTH, mmhg_from_pa, ug_per_day_from_kg_per_s, ug_per_ml_from_kg_per_m3

LEVELS: tuple[tuple[str, str], ...] = (
    ("tutor", "Tutor"), ("assisted", "Assisted"), ("free", "Free"), ("examination", "Examination"),
)  # fmt: skip
LEVEL_NOTES: dict[str, str] = {
    "tutor": "One thing at a time, inside view, errors stopped and said.",
    "assisted": "Rail with notes, cut-away on request, errors said at once.",
    "free": "Rail of phases. Errors are found by their signs.",
    "examination": "Own checklist, no hints, two pauses, score withheld.",
}
NEEDLE_LIMIT_N = 12.0  # game design section 3: gauge end
NO_VALUE = "-"
ANCHOR_WORDS = {"biwing": "bi-wing", "v_wing": "V-wing", "butterfly": "butterfly", "right_angle": "right angle"}


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One case in the browser and the briefing."""

    id: str
    title: str
    role: str
    level: str
    minutes: int
    trains: str
    procedure: str = "implant"
    patient: str = ""
    goal: str = ""
    objectives: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    pass_percent: float = 80.0
    orders: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """One line of the paper checklist: ticked by the player, never by the computer."""

    id: str
    words: str
    step: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Feel:
    """The feel strip: what the hand knows."""

    title: str
    word: str
    value: float
    unit: str
    high: float
    limit: float
    rows: tuple[tuple[str, str, str], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """One number of the monitor."""

    key: str
    name: str
    value: str
    unit: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Course:
    """Follow-up curves over days, all the same length."""

    days: tuple[float, ...] = ()
    legs: tuple[float, ...] = ()
    arms: tuple[float, ...] = ()
    programmed_ug_per_day: tuple[float, ...] = ()
    delivered_ug_per_day: tuple[float, ...] = ()
    patency_lying: tuple[float, ...] = ()
    patency_sitting: tuple[float, ...] = ()
    tip_level: tuple[float, ...] = ()
    events: tuple[tuple[float, str, str, str], ...] = ()  # day, lane, kind, words


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of an attempt, as the debrief shows it."""

    score_percent: float = 0.0
    pass_percent: float = 80.0
    is_passed: bool = False
    critical: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def number(value: float, digits: int = 1) -> str:
    """Return a number with at most 3 significant digits and no trailing zeros."""
    if not math.isfinite(value):
        return NO_VALUE
    if value and abs(value) < 1000:
        digits = max(0, min(digits, 2 - math.floor(math.log10(abs(value)))))
    shown = f"{value:.{digits}f}"
    shown = shown.lstrip("-") if not float(shown) else shown
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def clock_words(seconds: float) -> str:
    """Return a duration as h:mm:ss."""
    s = int(max(seconds, 0))
    return f"{s // 3600}:{s // 60 % 60:02d}:{s % 60:02d}"


def clinical_words(obs: Observation) -> str:
    """Return the case clock: hands-on time, or the day after closure."""
    if obs.days_since_closure >= 0.04:
        return f"day {obs.days_since_closure:.0f}" if obs.days_since_closure >= 1 else f"{obs.days_since_closure * 24:.0f} h"
    if obs.clinical_time_s > obs.time_s + 1800:
        days = obs.clinical_time_s / 86400.0
        return f"day {days:.1f}" if days >= 1 else f"{days * 24:.1f} h"
    return clock_words(obs.time_s)


def level_words(level: float) -> str:
    """Return a vertebral level in words, T1 = 1 .. T12 = 12, L1 = 13 .. S1 = 18."""
    if not math.isfinite(level):
        return NO_VALUE
    index = round(level)
    if index < 1:
        return f"C{7 + index}"
    return f"T{index}" if index <= 12 else (f"L{index - 12}" if index <= 17 else f"S{index - 17}")


# --- what is felt ----------------------------------------------------------------------------


def needle_word(force_n: float, stiffness_n_per_m: float, roughness: float) -> str:
    """Return the word of the needle: from force, slope and roughness, never from tissue names."""
    slope = stiffness_n_per_m / 1e3
    if slope > 8.0 and force_n > 1.0:
        return "Hard stop"
    if force_n < 0.5:
        return "Free"
    base = "Soft" if force_n < 2.0 else "Firm"
    if slope > 0.4:
        return f"{base}, springy"
    return f"{base}, gritty" if roughness > 0.3 else base


def thread_word(force_n: float) -> str:
    """Return the word of the catheter between the fingers."""
    size = abs(force_n)
    if size < 0.08:
        return "Slides freely"
    if size < 0.3:
        return "Light drag"
    return "Resists" if size < 0.6 else ("Springs back" if size < 1.0 else "Hard against something")


def lor_word(obs: Observation) -> str:
    """Return what the loss-of-resistance plunger does: an honest tool, so the tissue may speak through it."""
    if not obs.needle.is_placed or obs.needle.is_stylet_in:
        return "Take the stylet out first"
    if obs.needle.layer in ("epidural", "sac"):
        return "Sinks, no resistance"
    return "Gives a little, springs back" if obs.needle.layer in ("muscle", "fat") else "Bounces back"


def _caption(word: str) -> str:
    sounds = {"Free": "silence", "Soft": "faint rustle", "Firm": "low creak", "Hard stop": "sharp tick"}
    head = word.split(",")[0]
    tail = ", rising" if "springy" in word else (", grainy" if "gritty" in word else "")
    return f"[needle] {sounds.get(head, 'faint rustle')}{tail}"


def feel(obs: Observation, hands: Hands) -> Feel:
    """Return the feel strip for the tool of the current step."""
    step = hands.step
    if step in ("empty", "fill", "withdraw") and obs.refill.syringe_contents:
        return _syringe_feel(obs)
    if hands.procedure == "refill":
        r = obs.refill
        word = r.feel.capitalize() if r.is_placed else "Nothing in hand"
        rows = (("Push along needle", number(r.force_n), "N"), ("Depth", number(r.depth_m * 1e3), "mm"),
                ("Passes", str(r.n_passes), ""))  # fmt: skip
        return Feel("In the hand", word, r.force_n, "N", 15.0, 12.0, rows, f"[needle] {r.feel or 'silence'}")
    if step in ("thread", "anchor", "connect") and obs.catheter.is_open:
        c = obs.catheter
        rows = (("Force at fingers", number(c.hand_force_n, 2), "N"), ("Most so far", number(c.max_push_n, 2), "N"),
                ("Fed past hub", number(c.fed_m * 1e3, 0) if obs.needle.is_placed else NO_VALUE, "mm"))  # fmt: skip
        return Feel("In the fingers", thread_word(c.hand_force_n), abs(c.hand_force_n), "N", 1.5, 0.6, rows, "[marks] tick each 10 mm")
    n = obs.needle
    if not n.is_placed:
        return Feel("In the hand", "Nothing in hand", 0.0, "N", NEEDLE_LIMIT_N, 11.0, (("Push along needle", "0", "N"),), "")
    word = needle_word(n.force_n, n.stiffness_n_per_m, n.roughness)
    if abs(n.side_force_n) > 3.0:
        word = "Bending"
    if hands.is_lor_pressed:
        word = lor_word(obs)
    rows = (("Push along needle", number(n.force_n), "N"), ("Side load on hub", number(n.side_force_n), "N"),
            ("Hub followed", number(n.hub_follow, 2), "of set"))  # fmt: skip
    return Feel("In the hand", word, n.force_n, "N", NEEDLE_LIMIT_N, 11.0, rows, _caption(word))


def _syringe_feel(obs: Observation) -> Feel:
    r = obs.refill
    word = syringe.push_words(r.plunger_pressure_pa, r.plunger_flow_m3_per_s)
    rows = (("Pressure", number(r.plunger_pressure_pa / 1e3), "kPa"), ("Speed", number(r.plunger_flow_m3_per_s * 1e6, 2), "mL/s"),
            ("In syringe", number(r.syringe_volume_m3 * 1e6), "mL"))  # fmt: skip
    return Feel("Syringe", word, abs(r.plunger_flow_m3_per_s) * 1e6, "mL/s", 1.0, syringe.RATE_LIMIT_ML_PER_S, rows,
                "[patient] " + (r.complaint or "quiet"))  # fmt: skip


# --- the patient -----------------------------------------------------------------------------


def signs(obs: Observation) -> list[Sign]:
    """Return the vital strip."""
    p = obs.patient
    out = [
        Sign("hr", "HR", f"{p.heart_rate_per_min:.0f}", "/min", *monitor.limit_state("hr", p.heart_rate_per_min)),
        Sign("spo2", "SpO2", f"{p.spo2_percent:.0f}", "%", *monitor.limit_state("spo2", p.spo2_percent)),
        Sign("rr", "RR", f"{p.respiratory_rate_per_min:.0f}", "/min", *monitor.limit_state("rr", p.respiratory_rate_per_min)),
        Sign("nibp", "NIBP", f"{p.systolic_mmhg:.0f}/{p.diastolic_mmhg:.0f}", "mmHg", *monitor.limit_state("sys", p.systolic_mmhg)),
        Sign("etco2", "EtCO2", f"{p.etco2_mmhg:.0f}", "mmHg", *monitor.limit_state("etco2", p.etco2_mmhg)),
        Sign("temp", "Temp", f"{p.temperature_c:.1f}", "°C", *monitor.limit_state("temp", p.temperature_c)),
    ]
    if not p.is_anaesthetised:
        out.append(Sign("gcs", "GCS", f"{p.gcs:.0f}", "of 15", *monitor.limit_state("gcs", p.gcs)))
    return out


def worst(rows: Sequence[Sign]) -> tuple[str, str]:
    """Return (state kind, words) for the whole strip."""
    order = {"alarm": 2, "warn": 1, "ok": 0}
    top = max(rows, key=lambda s: order[s.kind])
    return ("ok", "no alarm") if top.kind == "ok" else (top.kind, f"{top.name} {top.words.split(': ')[-1]}")


def examination(obs: Observation) -> list[tuple[str, str, str]]:
    """Return (part, finding, state kind) of a bedside examination."""
    p = obs.patient
    out = [
        ("Legs", f"Ashworth {p.ashworth_legs:.1f} (before: {p.ashworth_legs_baseline:.1f})", "info"),
        ("Arms", f"Ashworth {p.ashworth_arms:.1f} (before: {p.ashworth_arms_baseline:.1f})", "info"),
        ("Spasms", f"Penn {p.spasm_score:.0f} of 4", "warn" if p.spasm_score >= 3 else "info"),
        ("Skin", "itching" if p.itch >= 3 else "no itch", "warn" if p.itch >= 3 else "ok"),
        ("Strength", "legs weak" if p.weakness > 0.4 else "as usual", "warn" if p.weakness > 0.4 else "ok"),
        ("Head", "headache on sitting" if p.headache >= 3 else "no headache", "warn" if p.headache >= 3 else "ok"),
    ]
    return out


def telemetry(obs: Observation) -> list[tuple[str, str, str]]:
    """Return (label, value, unit) as the pump tells it."""
    p = obs.pump
    return [
        ("State", p.state, ""), ("Mode", p.mode, ""),
        ("Dose", number(ug_per_day_from_kg_per_s(p.programmed_dose_kg_per_s)), "µg/day"),
        ("Concentration", number(ug_per_ml_from_kg_per_m3(p.programmed_concentration_kg_per_m3), 0), "µg/mL"),
        ("Rate", programmer.shown_rate(p).split()[0], "mL/day"),
        ("Reservoir, calculated", number(p.shown_reservoir_m3 * 1e6), "mL"),
        ("Low alarm at", number(p.alarm_volume_m3 * 1e6), "mL"),
        ("Recorded length", number(p.recorded_length_m * 100), "cm"), ("Replace in", number(p.replace_in_s / SECONDS_PER_MONTH, 0), "months"),
        ("Alarms", ", ".join(p.alarms) or "none", ""),
    ]  # fmt: skip


# --- the rail --------------------------------------------------------------------------------


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


# --- words on the picture --------------------------------------------------------------------


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


def keys(step: Step) -> list[tuple[str, str]]:
    """Return the key bar of a step."""
    out: list[tuple[str, str]] = []
    if step.drag != ("", ""):
        out.append(("Drag", "aim" if step.key == "needle" else "tilt"))
    if step.wheel[0]:
        out.append(("Wheel", "2 mm" if step.wheel[0].startswith("thread") else "1 mm"))
        out.append(("Ctrl wheel", "fine"))
    for name in step.acts:
        act = ACTS[name]
        if act.hotkey:
            out.append(("Enter" if act.hotkey == "Return" else act.hotkey, act.words.lower()))
    return [*out, ("Space", "X-ray")] if step.wheel[0] and "carm.beam" not in step.acts else out


# --- refill ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Account:
    """The volume account of a refill [mL]."""

    expected_ml: float | None
    drawn_ml: float | None
    in_pump_ml: float
    allowed_ml: float
    capacity_ml: float
    rows: tuple[tuple[str, str, str], ...] = field(default=())


def account(hands: Hands, obs: Observation) -> Account:
    """Return expected, drawn and in-pump volumes as the room knows them: said, read off, counted."""
    expected = hands.values["calc.expected"]
    drawn = obs.refill.drawn_m3 * 1e6
    capacity = obs.pump.capacity_m3 * 1e6 or 20.0
    allowed = 0.145 * max(capacity - expected, 0.0)  # label accuracy +-14.5 %, device_and_procedure 1 (S01)
    left = max((expected or drawn) - drawn, 0.0)
    now = left + obs.refill.injected_m3 * 1e6
    rows = (("Said before puncture", number(expected) if expected else "not said", "mL" if expected else ""),
            ("Drawn out", number(drawn), "mL"), ("Put in", number(obs.refill.injected_m3 * 1e6), "mL"),
            ("Allowed by label, ±14.5 %", number(allowed), "mL"))  # fmt: skip
    return Account(expected or None, drawn if drawn > 0.05 else None, now, max(allowed, 0.5), capacity, rows)


def proofs(hands: Hands, obs: Observation) -> list[tuple[str, str, str]]:
    """Return (state kind, words, note): the proof that the needle is in, only from acts done."""
    r = obs.refill
    out = []
    if r.feel == "hard stop":
        out.append(("ok", f"Metal stop felt at {r.depth_m * 1e3:.0f} mm", "template 15 to 25"))
    elif r.is_placed and r.depth_m < 5e-4 and r.injected_m3 > 0.0:
        out.append(("info", "Needle is out", ""))
    elif r.is_placed:
        out.append(("todo", "No metal stop felt yet", f"{r.depth_m * 1e3:.0f} mm deep"))
    if r.aspirate in ("clear", "bubbles", "straw"):
        kind = "ok" if r.aspirate == "clear" else "warn"
        out.append((kind, f"Aspirate {r.aspirate}", f"{r.drawn_m3 * 1e6:.1f} mL so far"))
    if r.injected_m3 > 0:
        if syringe.is_recheck_due(r.since_recheck_m3):
            out.append(("warn", "Re-aspirate due", f"{r.since_recheck_m3 * 1e6:.1f} mL since last"))
        else:
            out.append(("ok", "Re-aspirated", f"{r.since_recheck_m3 * 1e6:.1f} mL ago"))
        fast = r.max_rate_m3_per_s * 1e6 > syringe.RATE_LIMIT_ML_PER_S * 1.08
        out.append(("warn" if fast else "ok", f"Fastest {r.max_rate_m3_per_s * 1e6:.2f} mL/s", "limit 0.33"))
    if r.skin_lift_m > 1e-3:
        out.append(("warn", f"Skin stands up {r.skin_lift_m * 1e3:.0f} mm", "look and ask"))
    return out or [("todo", "Nothing proven yet", "stop, aspirate, test")]


def pressure_words(pressure_pa: float) -> str:
    """Return a fluid pressure in mmHg and kPa."""
    return f"{number(mmhg_from_pa(pressure_pa), 0)} mmHg ({number(pressure_pa / 1e3)} kPa)"


# --- follow-up -------------------------------------------------------------------------------


def shows_inside(level: str, is_debrief: bool) -> bool:
    """Return whether the *got*, *lumen* and tip curves may be shown."""
    return is_debrief or level == "tutor"


def course_events(course: Course) -> dict[str, list[tuple[float, str, str]]]:
    """Return lane -> [(day, state kind, words)]."""
    lanes: dict[str, list[tuple[float, str, str]]] = {"you": [], "patient": [], "device": [], "body": []}
    for day, lane, kind, words in course.events:
        lanes.setdefault(lane, []).append((day, kind, words))
    return lanes
