"""Who the patient is beside the drug: body, way of moving, lesion, pattern of tone, what is wrong from the start."""

from __future__ import annotations

from dataclasses import dataclass

MOBILITIES = ("ambulatory", "wheelchair", "bed")
PLACES = ("none", "pocket", "meninges")
# change of the score of hip adductors, knee flexors, knee extensors, ankle plantarflexors | elbow, wrist flexors
# against the mean of the limb; each limb's sum is 0. [A]: no published means by muscle were found for these groups
JOINT_PATTERNS: dict[str, tuple[float, ...]] = {
    "SCI": (0.1, -0.2, -0.2, 0.3, 0.1, -0.1),
    "MS": (0.2, -0.2, -0.2, 0.2, 0.1, -0.1),
    "CP": (0.2, 0.1, -0.5, 0.2, 0.1, -0.1),  # scissoring, crouch, equinus
    "TBI": (-0.2, -0.1, -0.1, 0.4, 0.2, -0.2),
    "STROKE": (-0.3, -0.3, 0.1, 0.5, 0.2, -0.2),  # equinus, extended knee, bent elbow
}  # fmt: skip
N_LEG_JOINTS = 4


@dataclass(frozen=True, slots=True)
class Background:
    """What a drive does not tell about one patient.

    Attributes
    ----------
    mass_kg : float
        Body mass, scales the doses of `physics.patient.medicines`.
    mobility : str
        "ambulatory" walks, "wheelchair" transfers, "bed" is cared for.
    lesion_level : float or None
        Level of a cord lesion, T1 = 1 .. L5 = 17, C7 = 0 .. C1 = -6; None without one.
    joint_pattern : tuple of 6 floats
        See `JOINT_PATTERNS`.
    infection_place, infection_day : str, float
        Where an infection shows itself and how many days after the start of the case; "none" for never.
    bladder_m3 : float
        Urine behind a blocked catheter at the start; 0 = the bladder drains.
    """

    mass_kg: float = 70.0
    mobility: str = "wheelchair"
    lesion_level: float | None = None
    joint_pattern: tuple[float, ...] = JOINT_PATTERNS["SCI"]
    infection_place: str = "none"
    infection_day: float = 0.0
    bladder_m3: float = 0.0

    def __post_init__(self) -> None:
        lesion = 0.0 if self.lesion_level is None else self.lesion_level
        for name, value, low, high in (
            ("mass_kg", self.mass_kg, 5.0, 250.0), ("lesion_level", lesion, -6.0, 17.0),
            ("infection_day", self.infection_day, 0.0, 3650.0), ("bladder_m3", self.bladder_m3, 0.0, 1.5e-3),
        ):  # fmt: skip
            if not low <= value <= high:
                raise ValueError(f"Background.{name} = {value!r}; expected {low} .. {high}")
        for name, word, words in (
            ("mobility", self.mobility, MOBILITIES), ("infection_place", self.infection_place, PLACES),
        ):  # fmt: skip
            if word not in words:
                raise ValueError(f"Background.{name} = {word!r}; expected one of {', '.join(words)}")
        pattern = self.joint_pattern
        sums = (sum(pattern[:N_LEG_JOINTS]), sum(pattern[N_LEG_JOINTS:]))
        is_fit = len(pattern) == 6 and all(-1.0 <= d <= 1.0 for d in pattern) and max(map(abs, sums)) < 1e-9
        if not is_fit:
            raise ValueError(f"Background.joint_pattern = {pattern!r}; expected 6 numbers -1 .. 1, each limb's sum 0")
