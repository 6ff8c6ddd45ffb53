"""How one trainee differs from the attending: every scripted error is a row of these numbers."""

from __future__ import annotations

from dataclasses import dataclass

CLEARANCE_M = 0.007  # pump + 5-10 mm all round [device_and_procedure I27]
TUNNEL_DEPTH_M = 0.012  # 1-2 cm [I29]


@dataclass(frozen=True, slots=True)
class Habits:
    """What a trainee does; the defaults are the attending's.

    Attributes
    ----------
    marks_sitting : bool
        Pocket marked on the sitting patient; else where it looks right lying on the side.
    disc_level : float or None
        Space of the puncture as the level of its disc (13.5 = L1-2); None = the one that the films allow.
    is_midline : bool
        Straight in between two spinous processes instead of obliquely from beside them.
    punctures : int
        Times the dura is crossed before the needle stays.
    elevation_deg : float or None
        Angle to the skin; None = what the films allow.
    overshoot_m : float
        How far beyond the attending's stop the needle is pushed before it is drawn back again.
    stops_at_give : bool
        Threads at the loss of resistance, before the dura and without CSF.
    csf_open_s : float
        Time for which the stylet is left out once drops fall.
    threaded_beyond_needle_m : float or None
        Length pushed past the bevel; None = until the film shows the written level.
    withdraws_through_needle_m : float
        Length pulled back over the bevel at the end, to bring a tip that seems too high down a level.
    feed_force_n : float
        Push above which the fingers wait.
    purse_n : float
        Tension of the purse-string; 0 = left out.
    holds_catheter : bool
        Whether the catheter is held while the needle comes out over it.
    anchor_sutures, anchor_substrate, anchor_distance_m, anchor_tie_n
        How the anchor is stitched; 0 sutures = left out.
    loop_radius_m, coil_radius_m : float
        Strain-relief loop and slack.
    more_slack_m : float
        Left over beyond one turn when the catheter is cut.
    is_coil_behind : bool
        Slack behind the pump, not over its port.
    clamp_n, is_clamp_shod, takes_clamp_off
        The clamp on the tail while the pocket is made.
    cover_m, clearance_m : float or None
        Tissue over the pump and room round it; None = as ordered, 7 mm.
    is_septum_outward, pump_loops
        How the pump lies and how many loops hold it.
    tunnel_depth_m : float
        Depth of the tunneller under the skin.
    has_sheath : bool
        Whether the tunneller's sheath is used.
    records_length : bool
        Whether the trimmed length is measured, written down and reckoned with.
    checks_pump_end : bool
        Whether CSF is looked for at the pump end.
    connect_n, tugs_connector
        Push on the connector, and the tug that proves it.
    stitches_catheter : bool
        Whether the closing stitch runs through the catheter.
    takes_final_film : bool
        Whether the result is filmed.
    dose_factor, concentration_factor : float
        Entered dose and concentration over the ordered ones.
    refill_offset_m : float
        Entry of the refill needle beside the centre of the port, along u.
    proves_placement : bool
        Whether fluid is drawn back before filling.
    """

    marks_sitting: bool = True
    disc_level: float | None = None
    is_midline: bool = False
    punctures: int = 1
    elevation_deg: float | None = None
    overshoot_m: float = 0.0
    stops_at_give: bool = False
    csf_open_s: float = 0.0
    threaded_beyond_needle_m: float | None = None
    withdraws_through_needle_m: float = 0.0
    feed_force_n: float = 0.45  # tuned: stop and wait above this push; rubric full at 0.6 N
    purse_n: float = 2.0  # snug: between 0.5 and 4 N [scenarios_content 5]
    holds_catheter: bool = True
    anchor_sutures: int = 3
    anchor_substrate: str = "fascia"
    anchor_distance_m: float = 0.010
    anchor_tie_n: float = 2.0
    loop_radius_m: float = 0.015
    coil_radius_m: float = 0.020
    more_slack_m: float = 0.0
    is_coil_behind: bool = True
    clamp_n: float = 4.0  # shuts the tube and leaves nothing [I24]
    is_clamp_shod: bool = True
    takes_clamp_off: bool = True
    cover_m: float | None = None
    clearance_m: float = CLEARANCE_M
    is_septum_outward: bool = True
    pump_loops: int = 4
    tunnel_depth_m: float = TUNNEL_DEPTH_M
    has_sheath: bool = True
    records_length: bool = True
    checks_pump_end: bool = True
    connect_n: float = 18.0  # above the 15 N that seats it [scenarios_content 0.1]
    tugs_connector: bool = True
    stitches_catheter: bool = False
    takes_final_film: bool = True
    dose_factor: float = 1.0
    concentration_factor: float = 1.0
    refill_offset_m: float = 0.0
    proves_placement: bool = True


ATTENDING = Habits()
POCKET_FILL = Habits(refill_offset_m=0.012, proves_placement=False)  # tuned: beside the septum, on the shell
