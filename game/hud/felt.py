"""The feel strip: what the hand knows of its tool, in words and numbers that name no tissue."""

from __future__ import annotations

from dataclasses import dataclass

from game.hud.models import NO_VALUE, number
from game.input.intent import Hands
from game.instruments import syringe
from physics.observation import Observation

NEEDLE_LIMIT_N = 12.0  # game design section 3: gauge end


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
