"""The feel strip: what the hand knows of its tool, in words and numbers that name no tissue."""

from __future__ import annotations

from dataclasses import dataclass, replace

from game.hud.models import NO_VALUE, number
from game.input.field_acts import passer_tip, passer_word
from game.input.hands import Hands, tool_in_hand
from game.input.tuning import gain
from game.instruments import palpation, syringe
from game.instruments.procedure import TOOLS
from physics.clock import TICK_HZ
from physics.observation import Observation

NEEDLE_LIMIT_N = gain("word.gauge_end")
FREE_N, SOFT_N = gain("word.free"), gain("word.soft")
HARD_N_PER_MM, HARD_LEAST_N = gain("word.hard"), gain("word.hard_least")
SPRINGY_N_PER_MM, GRITTY = gain("word.springy"), gain("word.gritty")
HYSTERESIS = gain("word.hysteresis")
WORD_TICKS = round(TICK_HZ / gain("word.rate"))
BENDING_N = gain("word.bending")


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


def _is_over(value: float, limit: float, was_over: bool) -> bool:
    """Return whether a value is over a limit; what was over stays over until it is clearly below, and the other way."""
    return value > limit * (1.0 - HYSTERESIS if was_over else 1.0 + HYSTERESIS)


def needle_word(force_n: float, stiffness_n_per_m: float, roughness: float, before: str = "") -> str:
    """Return the word of the needle: from force, slope and roughness, never from tissue names.

    With the word `before`, a limit must be passed by 15 % to change it.
    """
    slope = stiffness_n_per_m / 1e3
    if not before:
        was_hard, was_free, was_soft, was_springy, was_gritty = (False,) * 5
        margin = 1.0 + HYSTERESIS  # no word yet: plain limits
        force_n, slope, roughness = force_n * margin, slope * margin, roughness * margin
    else:
        was_hard, was_free, was_soft = before == "Hard stop", before == "Free", before.startswith("Soft")
        was_springy, was_gritty = "springy" in before, "gritty" in before
    if _is_over(slope, HARD_N_PER_MM, was_hard) and force_n > HARD_LEAST_N:
        return "Hard stop"
    if not _is_over(force_n, FREE_N, not was_free and bool(before)):
        return "Free"
    base = "Firm" if _is_over(force_n, SOFT_N, not (was_soft or was_free) and bool(before)) else "Soft"
    if _is_over(slope, SPRINGY_N_PER_MM, was_springy):
        return f"{base}, springy"
    return f"{base}, gritty" if _is_over(roughness, GRITTY, was_gritty) else base


def steadied(hands: Hands, obs: Observation) -> Hands:
    """Return the hands with the word they would say now: it changes past the hysteresis, and no faster than 4 times a second."""
    n = obs.needle
    if not n.is_placed:
        return replace(hands, felt_word="") if hands.felt_word else hands
    word = needle_word(n.force_n, n.stiffness_n_per_m, n.roughness, hands.felt_word)
    if word == hands.felt_word or (hands.felt_word and 0 <= obs.tick - hands.felt_tick < WORD_TICKS):
        return hands
    return replace(hands, felt_word=word, felt_tick=obs.tick)


def thread_word(force_n: float) -> str:
    """Return the word of the catheter between the fingers."""
    size = abs(force_n)
    limits = ((gain("word.thread_slides"), "Slides freely"), (gain("word.thread_drag"), "Light drag"),
              (gain("word.thread_resists"), "Resists"), (gain("word.thread_springs"), "Springs back"))  # fmt: skip
    return next((word for limit, word in limits if size < limit), "Hard against something")


def finger_word(hands: Hands) -> str:
    """Return what the palpating finger says: nothing before it has stayed, and nothing when it moves too fast."""
    finger = hands.finger
    if finger.speed_mm_per_s > 0.9 * palpation.FASTEST_MM_PER_S:
        return "Too fast to feel"
    if finger.stay_ticks < palpation.STAY_TICKS:
        return "..."
    return palpation.word(finger.hardness_n_per_mm, finger.press_n)


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
    if hands.finger.is_down:
        return _finger_feel(hands)
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
    if step == "tunnel" and hands.passer_mm > 0.0:
        return _passer_feel(hands)
    n = obs.needle
    if not n.is_placed:
        tool = tool_in_hand(hands)
        word = TOOLS[tool][0] if tool else "Nothing in hand"
        return Feel("In the hand", word, 0.0, "N", NEEDLE_LIMIT_N, 11.0, (("Push along needle", "0", "N"),), "")
    word = hands.felt_word or needle_word(n.force_n, n.stiffness_n_per_m, n.roughness)
    if abs(n.side_force_n) > BENDING_N:
        word = "Bending"
    if hands.is_lor_pressed:
        word = lor_word(obs)
    rows = (("Push along needle", number(n.force_n), "N"), ("Side load on hub", number(n.side_force_n), "N"),
            ("Hub followed", number(n.hub_follow, 2), "of set"))  # fmt: skip
    return Feel("In the hand", word, n.force_n, "N", NEEDLE_LIMIT_N, 11.0, rows, _caption(word))


def _finger_feel(hands: Hands) -> Feel:
    finger = hands.finger
    near = min(range(3), key=lambda i: abs(palpation.PRESSES_N[i] - finger.press_n))
    rows = (("Push", number(finger.press_n), f"N, {palpation.PRESS_WORDS[near]}"), ("Stiffness", number(finger.hardness_n_per_mm, 2), "N/mm"),
            ("Slid", number(finger.slid_mm, 0), "mm"))  # fmt: skip
    tone = palpation.tone_hz(finger.hardness_n_per_mm)
    return Feel("In the finger", finger_word(hands), finger.press_n, "N", 14.0, palpation.PRESSES_N[-1], rows,
                f"[finger] tone {tone:.0f} Hz")  # fmt: skip


def _passer_feel(hands: Hands) -> Feel:
    """The other hand over the passer's nose: deeper sounds lower."""
    tip = passer_tip(hands)
    depth = tip[2] if tip is not None else 0.0
    word = "Grates on bone" if hands.is_grating else passer_word(depth)
    rows = (("On its way", number(hands.passer_mm, 0), "mm"),)
    return Feel("Over the passer's nose", word, min(depth, 40.0), "mm", 40.0, 40.0, rows, f"[finger] tone {passer_tone_hz(depth):.0f} Hz")


def passer_tone_hz(depth_mm: float) -> float:
    """Return the tone of a depth under the skin, evenly in octaves between thin and deep."""
    thin, deep = gain("tunnel.thin"), gain("tunnel.deep")
    share = min(max((depth_mm - thin) / (deep - thin), 0.0), 1.0)
    high, low = gain("tunnel.tone_thin"), gain("tunnel.tone_deep")
    return high * (low / high) ** share


def _syringe_feel(obs: Observation) -> Feel:
    r = obs.refill
    word = syringe.push_words(r.plunger_pressure_pa, r.plunger_flow_m3_per_s)
    rows = (("Pressure", number(r.plunger_pressure_pa / 1e3), "kPa"), ("Speed", number(r.plunger_flow_m3_per_s * 1e6, 2), "mL/s"),
            ("In syringe", number(r.syringe_volume_m3 * 1e6), "mL"))  # fmt: skip
    return Feel("Syringe", word, abs(r.plunger_flow_m3_per_s) * 1e6, "mL/s", 1.0, syringe.RATE_LIMIT_ML_PER_S, rows,
                "[patient] " + (r.complaint or "quiet"))  # fmt: skip
