"""What changes on the field: skin, incisions, vessels, pocket walls, stitches, chances. Times are on the clinical clock [s]."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

CELL_M = 0.01  # of the prep map, numerical
PREP_U_M, PREP_V_M = (-0.45, 0.45), (-0.25, 0.35)  # back, both flanks and abdomen
SWEEP_CELL_M = 0.002  # of the pocket's map, numerical
SWEEP_HALF_M = 0.12  # of the pocket's map
NEVER_S = -1.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on the skin, the position it was drawn in, and the least distance of its rim to rib or crest when sitting [m]."""

    kind: str
    u_m: float
    v_m: float
    radius_m: float
    position: str
    bone_gap_m: float


@dataclass(frozen=True, slots=True)
class Prep:
    """Painted skin: which cells were painted and when each is dry (0 = never painted), on a grid over `PREP_U_M` x `PREP_V_M`.

    Attributes
    ----------
    agents : tuple of str
        Agents used, in order of first use.
    draped_at_s : float
        `NEVER_S` before the drapes are on.
    draped_cover, draped_wet : float
        Shares of the window that were painted, and wet, when the drapes went on.
    """

    dry_at_s: FloatArray
    is_painted: BoolArray
    agents: tuple[str, ...] = ()
    draped_at_s: float = NEVER_S
    draped_cover: float = 0.0
    draped_wet: float = 0.0
    window_m: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # u from, to, v from, to


@dataclass(frozen=True, slots=True)
class Break:
    """A break of asepsis: what ("glove", "tool", "wet drape", "bare skin", "turned"), when, and whether it was put right."""

    what: str
    at_s: float
    is_repaired: bool = False


@dataclass(frozen=True, slots=True)
class Depot:
    """Local anaesthetic with adrenaline under the skin."""

    u_m: float
    v_m: float
    volume_m3: float
    at_s: float


@dataclass(frozen=True, slots=True)
class Bleeder:
    """A vessel that was cut: flow [m3/s] when it was cut, whether it clots by itself, and how it was sealed.

    Attributes
    ----------
    seen_until_s : float
        A dabbed vessel can be made out until the blood stands over it again.
    sealed_by : str
        "", "monopolar" or "bipolar".
    """

    wound: str
    u_m: float
    v_m: float
    depth_m: float
    flow_m3_per_s: float
    is_arterial: bool
    cut_at_s: float
    seen_until_s: float = NEVER_S
    sealed_by: str = ""


@dataclass(frozen=True, slots=True)
class Incision:
    """A cut through the skin: its line, how deep, in what tissue it ends, how wide it stands open, what stands in it.

    Attributes
    ----------
    layer : str
        Tissue that its floor lies in: "skin", "fat", "fascia", "muscle" or "deep".
    spread_m : float
        Of the retractor; 0 without.
    blood_m3 : float
        Blood that stands in it now.
    n_swabs : int
        Swabs packed into it.
    washed_m3 : float
        Saline it was washed with.
    is_by_hand : bool
        Made with `CutSkin`, not by a macro.
    """

    wound: str
    u_m: float
    v_m: float
    length_m: float
    angle_rad: float
    depth_m: float
    layer: str
    fascia_m: float  # depth of the fascia under it
    at_s: float
    spread_m: float = 0.0
    blood_m3: float = 0.0
    n_swabs: int = 0
    washed_m3: float = 0.0
    is_closed: bool = False
    is_by_hand: bool = True


@dataclass(frozen=True, slots=True)
class Stitch:
    """One stitch of a layer; `has_pierced` the catheter."""

    wound: str
    layer: str
    u_m: float
    v_m: float
    has_pierced: bool = False


@dataclass(frozen=True, slots=True)
class Swept:
    """The floor of the pocket that has been parted: a map about (u, v), its depth, plane and how it felt.

    Attributes
    ----------
    open_map : (n, n) array of bool
        Row = v, column = u, cells of `SWEEP_CELL_M` about the middle.
    feel : str
        Of the last sweep: "fat soft", "sheet slides", "muscle twitches", "resists" or "gives way".
    rim_gaps_m : tuple of 4 or 0 float
        Head, left, foot, right, as the steel dummy last showed them.
    """

    u_m: float
    v_m: float
    depth_m: float
    plane: str
    open_map: BoolArray
    feel: str = ""
    rim_gaps_m: tuple[float, ...] = ()
    n_sweeps: int = 0
    wall_m: FloatArray = field(default_factory=lambda: np.zeros((0, 2)))  # (n, 2) outline as last swept


@dataclass(frozen=True, slots=True)
class Table:
    """The new pump on the back table."""

    pump_c: float = 20.0
    bath_c: float | None = None
    at_s: float = 0.0  # until when its temperature was followed
    is_followed: bool = False  # warmed or emptied by hand: from then on its temperature counts
    is_package_read: bool = False
    water_m3: float = 0.0  # factory water left in
    recovered_m3: float = NEVER_S
    is_filled: bool = False
    is_filtered: bool = True
    air_m3: float = 0.0


@dataclass(frozen=True, slots=True)
class Chance:
    """A biological complication: drawn by chance, never decided by mechanics.

    Attributes
    ----------
    name : str
        "infection", "dehiscence" or "erosion".
    kind : str
        Of an infection: "superficial", "deep" or "meningitis".
    base, probability : float
        Published rate, and what this operation made of it.
    factors : tuple of (word, multiplier)
        Why.
    has_come : bool
        Whether the draw brings it.
    day : float
        Day after closure on which it shows itself.
    is_shown : bool
        Whether that day has come.
    """

    name: str
    base: float
    probability: float
    factors: tuple[tuple[str, float], ...]
    has_come: bool
    day: float
    kind: str = ""
    is_shown: bool = False


@dataclass(frozen=True, slots=True)
class Collections:
    """What has gathered after closure [m3]: blood in the pocket, serum in the pocket, CSF under the back."""

    haematoma_m3: float = 0.0
    seroma_m3: float = 0.0
    csf_m3: float = 0.0
    at_s: float = 0.0  # until when it was followed
    csf_leaked_m3: float = 0.0  # through the dura so far, as it was last looked at
    told: tuple[str, ...] = ()


def unpainted() -> Prep:
    """Return skin that was never painted."""
    n_u = round((PREP_U_M[1] - PREP_U_M[0]) / CELL_M)
    n_v = round((PREP_V_M[1] - PREP_V_M[0]) / CELL_M)
    return Prep(np.zeros((n_v, n_u)), np.zeros((n_v, n_u), dtype=np.bool_))


@dataclass(frozen=True, slots=True)
class FieldState:
    """Everything of the operating field that is neither needle, catheter nor device.

    Attributes
    ----------
    at_s : float
        Until when bleeding was followed.
    bled_m3, taken_m3, spilled_m3 : float
        Blood that has left vessels; taken up by swabs and suction; run over on to the drapes. What is left
        of it stands in the wounds.
    n_cuts : int
        Passes and sweeps so far: each draws its own vessels.
    antibiotic_at_s, first_cut_at_s, closed_at_s : float
        `NEVER_S` before.
    counted : int
        -1 not counted, 0 counted with something missing, 1 counted and whole.
    """

    position: str = "supine"
    side_up: str = "left"
    is_hips_flexed: bool = False
    is_padded: bool = False
    marks: tuple[Mark, ...] = ()
    prep: Prep = field(default_factory=unpainted)
    breaks: tuple[Break, ...] = ()
    depots: tuple[Depot, ...] = ()
    incisions: tuple[Incision, ...] = ()
    bleeders: tuple[Bleeder, ...] = ()
    stitches: tuple[Stitch, ...] = ()
    swept: Swept | None = None
    table: Table = Table()
    at_s: float = 0.0
    bled_m3: float = 0.0
    taken_m3: float = 0.0
    spilled_m3: float = 0.0
    n_cuts: int = 0
    antibiotic_at_s: float = NEVER_S
    first_cut_at_s: float = NEVER_S
    closed_at_s: float = NEVER_S
    n_closures: int = 0
    counted: int = -1
    has_binder: bool = False
    chances: tuple[Chance, ...] = ()
    collections: Collections = Collections()

    def incision(self, wound: str) -> Incision | None:
        """Return the cut of a wound, or None."""
        return next((cut for cut in self.incisions if cut.wound == wound), None)
