"""What can be read off the kink lab: shape, wall, lumen, forces, fluid. `observe(state) -> LabReading`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.catheter.kink import hinge_moment, hinge_rotation, material_axes
from physics.catheter.lumen import patency
from physics.catheter.rod import axial_force, curvature
from physics.catheter.section import section_moment, torque
from physics.catheter.spec import CATHETERS
from physics.hydraulics import conductance_share
from physics.hydraulics.elements import FLATTENING_AT_KINK
from physics.lab import LabState
from physics.lab_setup import SETUPS

FloatArray = NDArray[np.float64]
SEEN_FOLD_RAD = 0.02  # tuned: a fold of one degree shows


@dataclass(frozen=True, slots=True, eq=False)
class HandReading:
    """One hand: pose, what the catheter pulls it with [N] (toward the other end positive), torque [N m]."""

    at_m: FloatArray
    heading_rad: float
    turn_rad: float
    is_closed: bool
    pull_n: float
    load: FloatArray
    torque: float


@dataclass(frozen=True, slots=True, eq=False)
class LabReading:
    """The lab as instruments show it; arrays run from the left hand to the right.

    Attributes
    ----------
    nodes_m, curvature_per_m, strain, flattening : (n+1, 3), (n+1,), (n+1,), (n+1,)
        Centre line; its curvature (beside a fold); strain of the outermost fibre, curvature times radius; Brazier flattening 0..2/9.
    marks : (n, 3)
        Unit direction from the axis to a line printed on the wall.
    patency, fold_rad, fold_most_rad : (n,)
        Open share of the cross-section; rotation of each fold now, and the largest so far.
    tightest : int
        Node of the sharpest fold, else of least radius.
    moment_share : float
        Bending moment at the tightest place over the moment at which the wall folds.
    law_share : float
        The same from the fold's law at its present largest rotation; 1 before a fold.
    """

    tick: int
    setup: str
    model: str
    is_flat: bool
    nodes_m: FloatArray
    marks: FloatArray
    outer_radius_m: float
    inner_radius_m: float
    kink_radius_m: float
    curvature_per_m: FloatArray
    strain: FloatArray
    flattening: FloatArray
    patency: FloatArray
    fold_rad: FloatArray
    fold_most_rad: FloatArray
    tightest: int
    least_radius_m: float
    moment_share: float
    law_share: float
    n_folds: int
    hands: tuple[HandReading, HandReading]
    pins: tuple[tuple[float, float, float], ...]  # x, y, radius [m]
    needle_m: tuple[float, ...]
    tension_n: float
    span_m: float
    length_m: float
    conductance_share: float
    source: str
    head_m: float
    flow_m3_per_s: float
    open_flow_m3_per_s: float
    delivered_m3: float
    pressure_pa: float
    pump_time_s: float
    stalled_since_s: float
    impaired_since_s: float
    is_occluded: bool
    cycles_left: int
    cycles_done: int
    cycles_jumped: int
    life_used: float  # of the wall where it is worn most; 1 = torn
    is_torn: bool

    @property
    def least_patency(self) -> float:
        """Open share of the cross-section where it is least."""
        return float(self.patency.min())

    @property
    def fold_rad_now(self) -> float:
        """Rotation of the sharpest fold now [rad]."""
        return float(self.fold_rad.max())

    @property
    def fold_rad_most(self) -> float:
        """Largest rotation that any fold has had [rad]."""
        return float(self.fold_most_rad.max())


def observe(state: LabState) -> LabReading:
    """Return the reading of a state."""
    rod, spec = state.catheter, CATHETERS[state.model]
    bend = curvature(rod)
    moment = np.linalg.norm(section_moment(rod), axis=1)
    bend[1 : len(moment)] = moment[1:] / spec.bending_stiffness  # of the tube; a fold in it is an angle
    folds = hinge_rotation(rod, spec)
    tightest = int(np.argmax(folds)) if folds.max() > SEEN_FOLD_RAD else int(np.argmax(bend))
    worst = int(np.argmax(rod.hinge_angle)) if rod.is_hinge.any() else int(np.argmax(moment))
    twisting = torque(rod, spec)
    area = patency(rod, spec)
    hands = []
    for i, hand in enumerate(state.hands):
        inward = np.array([np.cos(hand.heading_rad), np.sin(hand.heading_rad), 0.0])
        load = np.zeros(3) if hand.load is None or not hand.is_closed else hand.load
        hands.append(
            HandReading(
                hand.at_m, hand.heading_rad, hand.turn_rad, hand.is_closed, float(load @ inward), load,
                float(twisting[1 if i == 0 else -1]),
            )
        )  # fmt: skip
    lumen = state.lumen
    pressure = 0.0 if lumen.pressures_pa is None else float(lumen.pressures_pa[0])
    return LabReading(
        tick=state.tick, setup=state.setup, model=state.model, is_flat=SETUPS[state.setup].is_flat, nodes_m=rod.x,
        marks=material_axes(rod)[0], outer_radius_m=spec.radius_m, inner_radius_m=0.5 * spec.inner_diameter_m,
        kink_radius_m=spec.kink_radius_m, curvature_per_m=bend, strain=bend * spec.radius_m,
        flattening=FLATTENING_AT_KINK * np.minimum(bend * spec.kink_radius_m, 1.0) ** 2, patency=area,
        fold_rad=folds, fold_most_rad=rod.hinge_angle, tightest=tightest,
        least_radius_m=1.0 / max(float(bend[tightest]), 1e-3), moment_share=float(moment[worst] / spec.kink_moment),
        law_share=hinge_moment(float(rod.hinge_angle[worst]), 1.0), n_folds=int(rod.is_hinge.sum()),
        hands=(hands[0], hands[1]), pins=tuple((float(p.at_m[0]), float(p.at_m[1]), p.radius_m) for p in state.pins),
        needle_m=SETUPS[state.setup].needle_m, tension_n=float(axial_force(rod, spec)[1]),
        span_m=float(np.linalg.norm(state.hands[1].at_m - state.hands[0].at_m)), length_m=rod.length_m,
        conductance_share=float(conductance_share(area).min()), source=lumen.source, head_m=lumen.head_m,
        flow_m3_per_s=lumen.flow_m3_per_s, open_flow_m3_per_s=lumen.open_flow_m3_per_s,
        delivered_m3=lumen.delivered_m3, pressure_pa=pressure, pump_time_s=lumen.pump_time_s,
        stalled_since_s=lumen.stalled_since_s, impaired_since_s=lumen.impaired_since_s, is_occluded=lumen.is_occluded,
        cycles_left=state.cycles.left, cycles_done=state.cycles.done, cycles_jumped=state.cycles.jumped,
        life_used=0.0 if state.cycles.fatigue is None else float(state.cycles.fatigue.max()), is_torn=state.cycles.is_torn,
    )  # fmt: skip
