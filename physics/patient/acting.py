"""What acts on the signs beside baclofen: treatments, infection and reflexes, summed for one moment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Acting:
    """Everything beside baclofen that changes signs now.

    Attributes
    ----------
    benzodiazepine, cyproheptadine : float
        Effect on withdrawal, 0..1.
    sedation, breathing : float
        Sleep and depression of breathing of other origin than baclofen, 0..1.
    wake_points : float
        GCS points that physostigmine gives back.
    fever_c : float
        Rise of the temperature that the body aims at, of other origin than withdrawal [C].
    cooling : float
        How much active cooling is done, 0..1.
    hazard_factor : float
        What multiplies the hazard of a seizure.
    heart_per_min, systolic_mmhg : float
        What is added to heart rate and systolic pressure.
    """

    benzodiazepine: float = 0.0
    cyproheptadine: float = 0.0
    sedation: float = 0.0
    breathing: float = 0.0
    wake_points: float = 0.0
    fever_c: float = 0.0
    cooling: float = 0.0
    hazard_factor: float = 1.0
    heart_per_min: float = 0.0
    systolic_mmhg: float = 0.0


QUIET = Acting()


def together(share: float, other: float) -> float:
    """Return the joint effect 0..1 of two that act independently (Bliss): what one leaves, the other takes part of."""
    return share + other * (1.0 - share)
