"""Where the skin stands open: each wound lies where it was cut, as wide as it is spread, less what is sewn already.

A cut that is being closed is one line: held where its skin stitches are, open where they are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from game.view.frame import Window, Wound
from game.view.views import BACK, POCKET, THEATRE, entry_site, surface_axes
from physics import anatomy as body
from physics.anatomy import Anatomy
from physics.hands_on_field import UPPER_MARGIN
from physics.observation import Observation
from physics.wound.closure import HELD_M, along_and_across

BARED_M = 0.0014  # tuned: the floor of a wound is drawn this much deeper, so that what lies on the fascia is not half sunk
ACROSS_M, BEYOND_M = 0.018, 0.013  # tuned: skin round an opening that its lips draw along
LEAST_OPEN_M = 0.008  # tuned: a shorter gap between stitches is drawn closed
STEP_M = 0.004  # tuned: the open part is drawn in these steps, so that not every stitch bakes it anew
UNDER_PUMP_M = 0.0005  # tuned: the floor of a pocket lies this much under the pump in it, so that the pump stands out of it


@dataclass(frozen=True, slots=True)
class Opening:
    """The open part of a wound: middle on the unrolled skin, length, width, and its direction from the left to the head."""

    u_m: float
    v_m: float
    length_m: float
    width_m: float
    angle_rad: float


def wound_width(length_m: float) -> float:
    """Return how far the retractor opens a lumbar wound [m]."""
    return min(0.74 * length_m, 0.036)


def cut_of(observation: Any, wound: str) -> Any:
    """Return the newest open incision of a wound ("lumbar", "pocket"), or None."""
    seen = getattr(observation, "field", None)
    cuts = [c for c in (seen.incisions if seen is not None else ()) if c.wound == wound and not c.is_closed]
    return cuts[-1] if cuts else None


def skin_stitches_m(seen: Any, cut: Any) -> tuple[float, ...]:
    """Return where the skin stitches of a cut lie along it, from its middle [m], in order."""
    at = [along_and_across(cut, s.u_m, s.v_m)[0] for s in seen.stitches if s.wound == cut.wound and s.layer == "skin"]
    return tuple(sorted(float(a) for a in at if abs(a) < 0.5 * cut.length_m + HELD_M["skin"]))


def held_runs(cut: Any, stitches_m: tuple[float, ...]) -> list[tuple[float, float]]:
    """Return the stretches of a cut, from its middle [m], that its skin stitches hold together; a closed cut is one."""
    half, reach = 0.5 * cut.length_m, HELD_M["skin"]
    if cut.is_closed:
        return [(-half, half)]
    runs: list[tuple[float, float]] = []
    for at in stitches_m:
        a, b = max(at - reach, -half), min(at + reach, half)
        a, b = (-half if a < -half + LEAST_OPEN_M else a), (half if b > half - LEAST_OPEN_M else b)
        if runs and a < runs[-1][1] + LEAST_OPEN_M:
            runs[-1] = (runs[-1][0], b)
        else:
            runs.append((a, b))
    return runs


def open_run(cut: Any, stitches_m: tuple[float, ...]) -> tuple[float, float] | None:
    """Return the longest stretch of a cut, from its middle [m], that no stitch holds; None where it is sewn up."""
    half = 0.5 * cut.length_m
    if not stitches_m:
        return -half, half
    edges = np.array([-half, *np.ravel(held_runs(cut, stitches_m)), half]).reshape(-1, 2)
    a, b = edges[int(np.argmax(edges[:, 1] - edges[:, 0]))]
    middle, length = 0.5 * (a + b), STEP_M * int((b - a) / STEP_M)
    return (float(middle - 0.5 * length), float(middle + 0.5 * length)) if length >= LEAST_OPEN_M else None


def is_spread(observation: Any, wound: str) -> bool:
    """Return whether a retractor holds a wound open; a macro sets one, the first skin stitch takes it out."""
    cut = cut_of(observation, wound)
    if cut is None:
        return True
    return (cut.spread_m > 0 or not cut.is_by_hand) and not skin_stitches_m(observation.field, cut)


def opening_of(observation: Observation, wound: str) -> Opening | None:
    """Return the open part of the wound that was cut, or None where there is no cut or it is sewn up."""
    cut = cut_of(observation, wound)
    if cut is None:
        return None
    stitches_m = skin_stitches_m(observation.field, cut)
    run = open_run(cut, stitches_m)
    if run is None:
        return None
    length, middle = run[1] - run[0], 0.5 * (run[0] + run[1])
    u, v = cut.u_m + middle * np.cos(cut.angle_rad), cut.v_m + middle * np.sin(cut.angle_rad)
    width = 0.2 * length  # tuned: skin parts a little by its own tension
    if is_spread(observation, wound):
        width = float(np.clip(cut.spread_m, 0.008, 0.75 * length)) if cut.spread_m > 0 else wound_width(length)
    return Opening(float(u), float(v), length, width, float(cut.angle_rad))


def lumbar_opening(observation: Observation) -> Opening | None:
    """Return the open wound of the back; None before it is cut and once it is sewn or closed."""
    if not observation.is_lumbar_open or observation.pocket.is_closed:
        return None
    if cut_of(observation, "lumbar") is not None:
        return opening_of(observation, "lumbar")
    length = max(observation.lumbar_length_m, 0.04)
    return Opening(observation.lumbar_u_m, observation.lumbar_v_m, length, wound_width(length), 0.5 * np.pi)


def pocket_opening(observation: Observation) -> Opening | None:
    """Return the open incision over the pocket; None before there is a pocket and once it is sewn or closed."""
    pocket = observation.pocket
    if not pocket.is_dissected or pocket.is_closed:
        return None
    if cut_of(observation, "pocket") is not None:
        return opening_of(observation, "pocket")
    at = pocket.v_m + UPPER_MARGIN * pocket.radius_m  # where a macro cuts, who leaves none
    return Opening(pocket.u_m, at, 1.7 * pocket.radius_m, 0.030, 0.0)


def opening_m(observation: Observation) -> float:
    """Return how wide the lumbar wound stands open [m]: as spread, else as a retractor would, else as a cut gapes."""
    found = lumbar_opening(observation)
    return 0.0 if found is None else found.width_m


def wounds_of(view: str, observation: Observation, anatomy: Anatomy) -> tuple[Wound, ...]:
    """Return the openings that a view shows."""
    if view == THEATRE:
        return wounds_of(BACK, observation, anatomy) + wounds_of(POCKET, observation, anatomy)
    if view == BACK and observation.is_lumbar_open:
        found = lumbar_opening(observation)
        return () if found is None else (_lumbar_wound(found, observation, anatomy),)
    if view == POCKET and observation.pocket.is_dissected:
        found = pocket_opening(observation)
        return () if found is None else (_pocket_wound(found, observation, anatomy),)
    return _fresh_cuts(view, observation, anatomy)


def _lumbar_wound(opening: Opening, observation: Observation, anatomy: Anatomy) -> Wound:
    depth = max(observation.lumbar_depth_m, 0.010)
    fat = float(body.fascia_depth(anatomy.trunk, *entry_site(observation, anatomy)))
    return _wound("lumbar", opening, anatomy, min(depth, fat + 0.003) + BARED_M, fat + 0.002)


def _pocket_wound(opening: Opening, observation: Observation, anatomy: Anatomy) -> Wound:
    pocket = observation.pocket
    depth = pocket.cover_m + (pocket.pump_height_m + UNDER_PUMP_M if pocket.is_pump_in else 0.008)
    return _wound("pocket", opening, anatomy, round(min(depth, 0.040), 4), pocket.cover_m)


def _wound(name: str, opening: Opening, anatomy: Anatomy, depth_m: float, fat_m: float) -> Wound:
    """Return an opening as a patch of skin that is meshed anew: long along the wound, narrow across it."""
    centre, axes = surface_axes(anatomy, round(opening.u_m, 4), round(opening.v_m, 4))
    angle = round(float(np.arctan2(-np.cos(opening.angle_rad), np.sin(opening.angle_rad))), 3)
    c, s = np.cos(angle), np.sin(angle)
    turned = axes @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    length, width = round(opening.length_m, 4), round(opening.width_m, 3)
    key = f"{name} {opening.u_m:.4f} {opening.v_m:.4f} {length} {width} {depth_m:.4f} {angle}"
    patch = Window(centre, turned, (0.5 * width + ACROSS_M, 0.5 * length + BEYOND_M))
    return Wound(key, patch, length, width, depth_m, fat_m)


def _fresh_cuts(view: str, observation: Observation, anatomy: Anatomy) -> tuple[Wound, ...]:
    """Return a cut made by hand that is not yet a wound one can work in."""
    name = {BACK: "lumbar", POCKET: "pocket"}.get(view, "")
    cut = cut_of(observation, name)
    if cut is None:
        return ()
    width = max(cut.spread_m, 0.0025 + 0.12 * cut.length_m)
    depth = round(float(np.clip(cut.depth_m, 0.0015, 0.030)), 4)
    opening = Opening(float(cut.u_m), float(cut.v_m), float(cut.length_m), float(width), float(cut.angle_rad))
    return (_wound(f"cut {name}", opening, anatomy, depth, cut.fascia_m),)
