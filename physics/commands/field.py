"""The operating field: position, marks, skin prep, drapes, scalpel, cautery, swabs, sweeps, table, stitches.

`wound` is "lumbar" (the back) or "pocket" (the abdomen). The macros `InciseLumbar`, `DissectPocket` and
`CloseWounds` leave the same state as careful work with these.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from physics.commands.command import Command

WOUNDS = ("lumbar", "pocket")
LAYERS = ("fascia", "fat", "skin")  # as they are closed, from below
POSITIONS = ("supine", "sitting", "lateral", "prone")
SIDES = ("left", "right")
MARKS = ("pocket", "midline", "crest", "rib", "entry")
AGENTS = ("chlorhexidine", "iodine", "alcohol")
STERILE = ("glove", "tool")
U_RANGE_M, V_RANGE_M = (-0.6, 0.6), (-0.3, 0.5)  # as far as skin can be reached


@dataclass(frozen=True, slots=True)
class TurnPatient(Command):
    """Lay or sit the patient; `side_up` counts for the lateral position."""

    position: str
    side_up: str = "left"
    is_hips_flexed: bool = True
    is_padded: bool = True
    words: ClassVar = {"position": POSITIONS, "side_up": SIDES}


@dataclass(frozen=True, slots=True)
class MarkSkin(Command):
    """Draw on the skin: a pocket outline of a radius, or a point (radius 0).

    (u, v) name the skin, and ink stays with it: drawn lying, where the belly hangs over other bone, it goes where
    the skin goes when the patient sits up.
    """

    kind: str
    u_m: float
    v_m: float
    radius_m: float = 0.0
    ranges: ClassVar = {"u_m": U_RANGE_M, "v_m": V_RANGE_M, "radius_m": (0.0, 0.09)}
    words: ClassVar = {"kind": MARKS}


@dataclass(frozen=True, slots=True)
class PrepStroke(Command):
    """Wipe the skin from (u0, v0) to (u1, v1) with a sponge of antiseptic."""

    u0_m: float
    v0_m: float
    u1_m: float
    v1_m: float
    agent: str = "chlorhexidine"
    ranges: ClassVar = {"u0_m": U_RANGE_M, "v0_m": V_RANGE_M, "u1_m": U_RANGE_M, "v1_m": V_RANGE_M}
    words: ClassVar = {"agent": AGENTS}


@dataclass(frozen=True, slots=True)
class Drape(Command):
    """Lay the drapes round the window from the back to the pocket."""


@dataclass(frozen=True, slots=True)
class TouchUnsterile(Command):
    """Touch what is not sterile with a glove or a tool: a break of asepsis until it is replaced."""

    what: str
    words: ClassVar = {"what": STERILE}


@dataclass(frozen=True, slots=True)
class ReplaceSterile(Command):
    """Change gloves, or take a fresh tool."""

    what: str
    words: ClassVar = {"what": STERILE}


@dataclass(frozen=True, slots=True)
class InjectLocal(Command):
    """Inject local anaesthetic with adrenaline under the skin at (u, v)."""

    u_m: float
    v_m: float
    volume_m3: float
    ranges: ClassVar = {"u_m": U_RANGE_M, "v_m": V_RANGE_M, "volume_m3": (0.0, 20e-6)}


@dataclass(frozen=True, slots=True)
class CutSkin(Command):
    """Draw the scalpel once along a line about (u, v); every pass over the same line goes deeper.

    `angle_rad` is the line's direction from left (+u) toward head (+v): pi/2 lies along the spine.
    """

    wound: str
    u_m: float
    v_m: float
    length_m: float
    angle_rad: float
    depth_m: float
    ranges: ClassVar = {
        "u_m": U_RANGE_M, "v_m": V_RANGE_M, "length_m": (0.005, 0.15), "angle_rad": (-math.pi, math.pi),
        "depth_m": (0.002, 0.02),
    }  # fmt: skip
    words: ClassVar = {"wound": WOUNDS}


@dataclass(frozen=True, slots=True)
class SetRetractor(Command):
    """Spread a self-retaining retractor in a wound; 0 takes it out."""

    wound: str
    spread_m: float
    ranges: ClassVar = {"spread_m": (0.0, 0.1)}
    words: ClassVar = {"wound": WOUNDS}


@dataclass(frozen=True, slots=True)
class Dab(Command):
    """Press a swab at (u, v): it takes up blood and shows what bleeds there."""

    u_m: float
    v_m: float
    ranges: ClassVar = {"u_m": U_RANGE_M, "v_m": V_RANGE_M}


@dataclass(frozen=True, slots=True)
class Cauterise(Command):
    """Touch (u, v) with the diathermy."""

    u_m: float
    v_m: float
    mode: str = "bipolar"
    ranges: ClassVar = {"u_m": U_RANGE_M, "v_m": V_RANGE_M}
    words: ClassVar = {"mode": ("monopolar", "bipolar")}


@dataclass(frozen=True, slots=True)
class Irrigate(Command):
    """Wash a wound with saline, which is sucked away again with the blood."""

    wound: str
    volume_m3: float
    ranges: ClassVar = {"volume_m3": (0.0, 1e-3)}
    words: ClassVar = {"wound": WOUNDS}


@dataclass(frozen=True, slots=True)
class PackSwab(Command):
    """Leave a swab in a wound for a while."""

    wound: str
    words: ClassVar = {"wound": WOUNDS}


@dataclass(frozen=True, slots=True)
class RemoveSwabs(Command):
    """Take every packed swab out of a wound."""

    wound: str
    words: ClassVar = {"wound": WOUNDS}


@dataclass(frozen=True, slots=True)
class CountTray(Command):
    """Count swabs, needles and instruments: a packed swab is missed."""


@dataclass(frozen=True, slots=True)
class SweepPocket(Command):
    """Part the tissue once from (u0, v0) to (u1, v1) at a depth: the first sweep chooses the plane."""

    u0_m: float
    v0_m: float
    u1_m: float
    v1_m: float
    depth_m: float
    tool: str = "finger"
    ranges: ClassVar = {
        "u0_m": U_RANGE_M, "v0_m": V_RANGE_M, "u1_m": U_RANGE_M, "v1_m": V_RANGE_M, "depth_m": (0.002, 0.06),
    }  # fmt: skip
    words: ClassVar = {"tool": ("finger", "cautery")}


@dataclass(frozen=True, slots=True)
class TestPump(Command):
    """Lay the steel dummy in the pocket and feel the gap at its rim: head, left, foot, right."""

    __test__: ClassVar = False  # not a test case, whatever its name


@dataclass(frozen=True, slots=True)
class WarmPump(Command):
    """Lay the new pump in a warm bath, where it stays until it is emptied or filled."""

    bath_c: float = 40.0
    ranges: ClassVar = {"bath_c": (2.0, 60.0)}


@dataclass(frozen=True, slots=True)
class EmptyPump(Command):
    """Draw the factory water out of the new pump."""


@dataclass(frozen=True, slots=True)
class PurgeTubing(Command):
    """Run the filled pump on the table until a drop stands at its outlet."""


@dataclass(frozen=True, slots=True)
class SutureLayer(Command):
    """Place and tie one stitch across a wound's edge, in a layer, at (u, v)."""

    wound: str
    layer: str
    u_m: float
    v_m: float
    ranges: ClassVar = {"u_m": U_RANGE_M, "v_m": V_RANGE_M}
    words: ClassVar = {"wound": WOUNDS, "layer": LAYERS}


@dataclass(frozen=True, slots=True)
class ApplyBinder(Command):
    """Put the abdominal binder on."""
