"""What hands may ask of matter: the physical commands.

Every command is a frozen dataclass of numbers, booleans and short strings, so that a log line
can hold it and `command_from_dict` can read it back. Units are SI and stand in the field names.
Frames: patient frame, x to the patient's left, y to the back, z to the head; the trunk surface
is addressed by (u_m, v_m): u = arc length along the skin from the posterior midline, positive to
the patient's left; v = z.
"""

from __future__ import annotations

from physics.commands.care import TREATMENTS, AdvanceClinicalTime, ChangeAmbientPressure, EnterMri, GiveTreatment
from physics.commands.catheter import (
    TUG_TEST_N,
    CoilSlack,
    ConnectCatheter,
    FeedCatheter,
    LayLoop,
    OpenCatheter,
    PlaceAnchor,
    PullCatheter,
    RotateCatheter,
    SetCatheterStylet,
    TiePurseString,
    TrimCatheter,
    TunnelCatheter,
)
from physics.commands.command import Command, command_from_dict, command_to_dict
from physics.commands.fluids import (
    AdvanceRefillNeedle,
    FillOnTable,
    InterrogatePump,
    MovePlunger,
    PlaceRefillNeedle,
    ProgramPump,
    RequestBolus,
    TakeSyringe,
    UsePort,
)
from physics.commands.laid_catheter import (
    ClampCatheter,
    CutCatheter,
    GripCatheter,
    JoinCatheter,
    StitchCatheter,
    TugConnector,
    UnclampCatheter,
)
from physics.commands.later import (
    DisconnectCatheter,
    JoinSegments,
    OpenLumbar,
    OpenPocket,
    PlaceNewPump,
    ReleaseAnchor,
    RemoveCatheter,
    TakeOutPump,
)
from physics.commands.needle import (
    AdvanceNeedle,
    AimNeedle,
    BraceHand,
    InciseLumbar,
    PlaceNeedle,
    RemoveNeedle,
    RotateNeedle,
    SetNeedleStylet,
)
from physics.commands.pocket import CloseWounds, DissectPocket, PlacePump, SuturePump

__all__ = [
    "TREATMENTS",
    "TUG_TEST_N",
    "AdvanceClinicalTime",
    "AdvanceNeedle",
    "AdvanceRefillNeedle",
    "AimNeedle",
    "BraceHand",
    "ChangeAmbientPressure",
    "ClampCatheter",
    "CloseWounds",
    "CoilSlack",
    "Command",
    "ConnectCatheter",
    "CutCatheter",
    "DisconnectCatheter",
    "DissectPocket",
    "EnterMri",
    "FeedCatheter",
    "FillOnTable",
    "GiveTreatment",
    "GripCatheter",
    "InciseLumbar",
    "InterrogatePump",
    "JoinCatheter",
    "JoinSegments",
    "LayLoop",
    "MovePlunger",
    "OpenCatheter",
    "OpenLumbar",
    "OpenPocket",
    "PlaceAnchor",
    "PlaceNeedle",
    "PlaceNewPump",
    "PlacePump",
    "PlaceRefillNeedle",
    "ProgramPump",
    "PullCatheter",
    "ReleaseAnchor",
    "RemoveCatheter",
    "RemoveNeedle",
    "RequestBolus",
    "RotateCatheter",
    "RotateNeedle",
    "SetCatheterStylet",
    "SetNeedleStylet",
    "StitchCatheter",
    "SuturePump",
    "TakeOutPump",
    "TakeSyringe",
    "TiePurseString",
    "TrimCatheter",
    "TugConnector",
    "TunnelCatheter",
    "UnclampCatheter",
    "UsePort",
    "command_from_dict",
    "command_to_dict",
]
