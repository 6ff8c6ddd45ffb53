"""How one trainee differs from the attending: every scripted error is a row of these numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habits:
    """What a trainee does; the defaults are the attending's.

    Attributes
    ----------
    threaded_beyond_needle_m : float or None
        Length pushed past the bevel; None = until the film shows the written level.
    withdraws_through_needle_m : float
        Length pulled back over the bevel at the end, to bring a tip that seems too high down a level.
    anchor_sutures, anchor_substrate, anchor_distance_m
        How the anchor is stitched; 0 sutures = left out.
    loop_radius_m, coil_radius_m : float
        Strain-relief loop and slack.
    dose_factor : float
        Entered dose over ordered dose.
    refill_offset_m : float
        Entry of the refill needle beside the centre of the port, along u.
    proves_placement : bool
        Whether fluid is drawn back before filling.
    """

    threaded_beyond_needle_m: float | None = None
    withdraws_through_needle_m: float = 0.0
    anchor_sutures: int = 3
    anchor_substrate: str = "fascia"
    anchor_distance_m: float = 0.010
    loop_radius_m: float = 0.015
    coil_radius_m: float = 0.020
    dose_factor: float = 1.0
    refill_offset_m: float = 0.0
    proves_placement: bool = True


ATTENDING = Habits()
NO_ANCHOR = Habits(anchor_sutures=0)
TIGHT_BEND = Habits(loop_radius_m=0.0025)  # tuned: below the kink radius of 3 mm [catheter_mechanics 2]
WITHDRAW_THROUGH_NEEDLE = Habits(withdraws_through_needle_m=0.040)  # tuned: one long pull, cut at 0.6 N
TENFOLD_DOSE = Habits(dose_factor=10.0)  # the decimal slip of C-PROG
SHALLOW_THREAD = Habits(threaded_beyond_needle_m=0.005)  # tuned: the side holes only just inside the dura
POCKET_FILL = Habits(refill_offset_m=0.012, proves_placement=False)  # tuned: beside the septum, on the shell
