"""The body changes under an implant: a child grows, a patient gains or loses weight.

Growth is told in the anatomy of the day of surgery: a body that grows by a share round a tube of fixed
length is the same as a tube that shrinks by that share in a fixed body. So levels, canal and tunnel keep
their places and the tube runs short: the tip falls behind its level, loops and coil are used up.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from physics.catheter.implant import POCKET, TUNNEL, WOUND
from physics.catheter.layout import settle
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState, HappeningList, Surroundings

# Spines grow 1.55 +/- 0.21 cm (girls) and 1.14 +/- 0.23 cm (boys) a year in childhood, 1.75 and 2.0 in the
# growth spurt (Spine Deform 2025;13:519 [H]); T1-S1 measures about 0.30 m at 5-10 years [A].
CHILD_GROWTH_PER_YEAR = 0.0135 / 0.30
SPURT_GROWTH_PER_YEAR = 0.0187 / 0.38
LARGEST_GROWTH_STEP = 4e-3  # share of length per settled step
LARGEST_FAT_STEP_M = 2e-3
SETTLE_STEPS = 2

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("growth.child", CHILD_GROWTH_PER_YEAR, "1/yr", "M", "Spine Deform 2025;13:519 over T1-S1 0.30 m [A]"),
    ("growth.spurt", SPURT_GROWTH_PER_YEAR, "1/yr", "M", "Spine Deform 2025;13:519 over T1-S1 0.38 m [A]"),
)


def growth_per_year(age_years: float, is_female: bool) -> float:
    """Return the share by which a trunk lengthens in a year at an age: childhood, spurt, none."""
    spurt_begins, spurt_ends = (10.0, 14.0) if is_female else (12.0, 16.0)  # A29: 12-16 in a mixed series
    if age_years < spurt_begins:
        return CHILD_GROWTH_PER_YEAR
    return SPURT_GROWTH_PER_YEAR if age_years < spurt_ends else 0.0


def grow(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, scale: float
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter in a body that has grown to `scale` times its size at implantation, and kinks."""
    happenings: HappeningList = []
    n = int(np.ceil(abs(scale / state.body_scale - 1.0) / LARGEST_GROWTH_STEP))
    for now in np.linspace(state.body_scale, scale, n + 1)[1:]:
        ratio = state.body_scale / float(now)
        anchor = state.anchor_arc_m * ratio if state.anchor_arc_m >= 0.0 else state.anchor_arc_m
        state = replace(
            state, rest_length=state.rest_length * ratio, anchor_arc_m=anchor, body_scale=float(now),
            anchor_slip_m=state.anchor_slip_m * ratio, fracture_arc_m=state.fracture_arc_m * ratio,
        )  # fmt: skip
        state, made = settle(state, spec, around, SETTLE_STEPS)
        happenings += list(made)
    return state, happenings


def fatten(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, gained_m: float
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter after the fat has become `gained_m` thicker than at implantation, and kinks.

    Tunnel and pump lie in the fat and go outward with it; the anchor stays on the fascia.
    """
    happenings: HappeningList = []
    step_count = int(np.ceil(abs(gained_m - state.fat_gained_m) / LARGEST_FAT_STEP_M))
    pocket, tunnel, wound = (np.flatnonzero(state.zone == zone) for zone in (POCKET, TUNNEL, WOUND))
    if step_count == 0 or len(pocket) < 2 or len(tunnel) < 2:
        return state, happenings
    step = (gained_m - state.fat_gained_m) / step_count
    for _ in range(step_count):
        middle = 0.5 * (state.exit_m + state.x[pocket].mean(axis=0))
        outward = state.x - middle
        outward[:, 2] = 0.0
        outward /= np.maximum(np.linalg.norm(outward, axis=1), 1e-9)[:, None]
        share = np.zeros(len(state.x))
        share[pocket] = share[tunnel] = 1.0
        if len(wound):  # from the fascia at the exit up to the tunnel's mouth
            arc = np.concatenate([[0.0], np.cumsum(state.rest_length[wound[:-1]])])
            share[wound] = np.clip(1.0 - arc / max(float(arc[-1]), 1e-9) / 0.5, 0.0, 1.0)
        push = np.broadcast_to(outward[pocket].mean(axis=0), (len(pocket), 3))
        outward[pocket] = push / np.linalg.norm(push[0])  # the pump is stiff: its coil goes with it as one
        state = replace(state, x=state.x + step * share[:, None] * outward)
        state, made = settle(state, spec, around, SETTLE_STEPS)
        happenings += list(made)
    return replace(state, fat_gained_m=gained_m), happenings
