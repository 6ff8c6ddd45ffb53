"""Contrast medium of one patient: where its iodine is, and how it moves with line and CSF.

The laws are the drug's: the line's plug flow with dispersion, the CSF's transport; only molecule and uptake differ.
Nobody has any before it is given, and then nothing of this runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

import physics.csf as csf
from physics.plumbing import SPACES
from physics.pump import line

FloatArray = NDArray[np.float64]

DIFFUSIVITY_M2_PER_S = 4.0e-10  # iohexol (821 g/mol) in water at 37 C [UGK-M]
NEEDLE_M3_PER_S = 0.1e-6  # a slow hand through the needle, 10 mL in 100 s [A]
# where the tip of the Tuohy needle lies -> where what is injected goes; anything else is soft tissue
NEEDLE_SPACES = {"sac": "csf", "epidural": "epidural"}


@dataclass(frozen=True, slots=True)
class Contrast:
    """Iodine from syringe to kidney.

    Attributes
    ----------
    fluid : CsfState
        In depots, CSF and blood.
    line_kg : (k,) array
        In the cells of the line, which are the drug's.
    subdural_kg, absorbed_kg : float
        Between dura and arachnoid, and what has left there.
    waiting : Sources
        Boluses that hands gave and time has not yet moved.
    strength_kg_per_m3 : float
        Of the last injection; a store outside CSF keeps about this.
    """

    fluid: csf.CsfState
    line_kg: FloatArray
    subdural_kg: float = 0.0
    absorbed_kg: float = 0.0
    waiting: csf.Sources = csf.Sources()
    strength_kg_per_m3: float = 0.0


def given(params: csf.DrugParams, now: Contrast | None, tube: line.LineState, strength_kg_per_m3: float) -> Contrast:
    """Return the contrast state that an injection of a strength [kg/m3 iodine] starts from."""
    if now is None:
        now = Contrast(csf.initial(csf.contrast_params(params)), np.zeros(tube.volumes_m3.size))
    return replace(now, strength_kg_per_m3=strength_kg_per_m3 or now.strength_kg_per_m3)


def put(now: Contrast, space: str, mass_kg: float, level: float | None = None) -> Contrast:
    """Return the state with iodine put into a space of `plumbing.SPACES`.

    Parameters
    ----------
    level : float or None
        Of a needle in the sac; None = at the catheter's tip.
    """
    w = now.waiting
    if space == "csf":
        w = replace(w, flush_kg=w.flush_kg + mass_kg) if level is None else replace(
            w, lumbar_kg=w.lumbar_kg + mass_kg, lumbar_level=level)  # fmt: skip
    elif space == "epidural":
        w = replace(w, epidural_kg=w.epidural_kg + mass_kg)
    elif space == "pocket":
        w = replace(w, pocket_kg=w.pocket_kg + mass_kg)
    elif space == "tissue":
        w = replace(w, tissue_kg=w.tissue_kg + mass_kg)
    elif space == "subdural":
        return replace(now, subdural_kg=now.subdural_kg + mass_kg)
    return replace(now, waiting=w)  # into the air it is wiped away


def in_line(now: Contrast, tube: line.LineState) -> line.LineState:
    """Return the line with iodine in place of drug."""
    return replace(tube, drug_kg=now.line_kg)


def line_time(dt_s: float) -> float:
    """Return the time that gives the line's Taylor mixing, kept for the drug's molecule, the one of iohexol.

    Mixing goes with flow**2 / (time x diffusivity).
    """
    return dt_s * DIFFUSIVITY_M2_PER_S / line.DIFFUSIVITY_M2_PER_S


def after_flow(now: Contrast, filled: line.LineState, into_kg: tuple[float, ...]) -> Contrast:
    """Return the state after fluid moved in the line: its new cells, and what left into each of `SPACES`."""
    now = replace(now, line_kg=filled.drug_kg)
    for space, mass in zip(SPACES, into_kg, strict=True):
        if mass:
            now = put(now, space, mass)
    return now


def advance(params: csf.DrugParams, now: Contrast, tip_level: float, withdrawn_m3: float, dt_s: float) -> Contrast:
    """Return the iodine after an interval.

    Parameters
    ----------
    params : DrugParams
        Of the drug in this patient.
    tip_level : float
        Of the catheter.
    withdrawn_m3 : float
        CSF lost or drained over the interval.
    """
    sources = replace(now.waiting, tip_level=tip_level, csf_withdrawal_m3_per_s=withdrawn_m3 / dt_s)
    moved, _ = csf.advance(csf.contrast_params(params), now.fluid, sources, dt_s)
    left = now.subdural_kg * math.exp(-params.tissue_uptake_per_s * dt_s)
    return replace(
        now, fluid=moved, subdural_kg=left, absorbed_kg=now.absorbed_kg + now.subdural_kg - left, waiting=csf.Sources()
    )


def total_kg(params: csf.DrugParams, now: Contrast) -> float:
    """Return all iodine ever given that did not run into the open [kg]."""
    own = csf.contrast_params(params)
    w = now.waiting
    waiting = w.flush_kg + w.lumbar_kg + w.epidural_kg + w.pocket_kg + w.tissue_kg
    fluid = csf.body_mass_kg(own, now.fluid) + csf.eliminated_kg(own, now.fluid) + csf.withdrawn_kg(own, now.fluid)
    return float(fluid + waiting + now.subdural_kg + now.absorbed_kg + now.line_kg.sum())
