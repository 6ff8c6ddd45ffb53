"""Published series of catheter events: what was counted, in whom, for how long."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """Patients (or implants) with an event of one kind.

    Attributes
    ----------
    kind : str
        "any", "mechanical" (all but occlusion), or one of the model's kinds.
    patients, of : int
        With the event, and in all.
    note : str
        What the series adds.
    """

    kind: str
    patients: int
    of: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its key in the bibliography, who was in it, and its counts."""

    key: str
    text: str
    mark: str
    months: float | None
    counts: tuple[Count, ...]


ADULT_REINFORCED = Series(
    "S28", "126 adults with a reinforced catheter, one centre, 43 months on average (12-89)", "H", 43.0,
    (
        Count("any", 7, 126, "9 events, half of them by month 6"),
        Count("mechanical", 3, 126, "all but occlusion: at most 3 patients"),
        Count("occlusion", 5, 126, "5 events at 3-52 months, in at most 5 patients; THE MODEL'S RATE IS TAKEN FROM THIS LINE"),
        Count("kink", 1, 126, "at 84 months"),
        Count("migration", 0, 126),
        Count("fracture", 1, 126, "2 fractures in one patient at 6 months"),
        Count("disconnection", 1, 126, "at the pump, 2 months"),
        Count("leak", 0, 126, "none told"),
        Count("puncture", 0, 126, "none told"),
    ),
)  # fmt: skip
MIXED_REINFORCED = Series(
    "E22", "147 implantations with a reinforced catheter, all ages, 2013-2021", "H", None, (Count("any", 7, 147, "complications per implantation"),)
)
MIXED_OLDER = Series(
    "E22", "88 implantations with an older catheter, all ages, 2001-2013", "H", None,
    (Count("any", 14, 88, "complications per implantation; longer at risk than the reinforced ones"),),
)  # fmt: skip
CHILD_SILICONE = Series(
    "S27", "416 children with a silicone catheter, 1998-2011", "H", None,
    (Count("any", 75, 416, "82 events that cost the catheter: occlusion, dislodgement, disconnection, breakage"),),
)  # fmt: skip
CHILD_REINFORCED = Series(
    "S27", "92 children with a reinforced catheter, up to 3 years", "H", None, (Count("any", 0, 92, "no catheter event; one CSF leak"),)
)

SERIES_FOR: dict[str, tuple[Series, ...]] = {
    "ascenda_8780": (ADULT_REINFORCED, MIXED_REINFORCED, CHILD_REINFORCED),
    "ascenda_8781": (ADULT_REINFORCED, MIXED_REINFORCED, CHILD_REINFORCED),
    "silicone_8709": (MIXED_OLDER, CHILD_SILICONE),
    "silicone_8731": (MIXED_OLDER, CHILD_SILICONE),
}
