"""What just happened, in the past tense, with where and how much.

A clinical mishap is an event, never an exception. One frozen type serves all: `name` is one of
`EVENT_NAMES`, `magnitude` carries one number whose unit the table gives, `where` is a short word.
"""

from __future__ import annotations

from dataclasses import dataclass

EVENT_NAMES: dict[str, str] = {
    # needle
    "SkinPunctured": "m", "FasciaPunctured": "m", "LossOfResistance": "m", "DuraPunctured": "m",
    "AnteriorWallTouched": "m", "BoneContacted": "N", "CsfReturned": "m3", "NerveTouched": "N",
    "NeedleRemoved": "m",
    # catheter
    "CatheterEnteredSac": "m", "CatheterLeftSac": "m", "CatheterKinked": "1/m", "CatheterUnkinked": "1/m",
    "CatheterSheared": "m", "CatheterPulledOverBevel": "N", "CatheterDisplaced": "m", "AnchorSlipped": "m",
    "AnchorStitchGave": "1", "AnchorPlaced": "N", "PurseStringTied": "N", "CatheterConnected": "N", "CatheterDisconnected": "N",
    "CatheterTrimmed": "m", "CatheterTunnelled": "m", "LumenOccluded": "1", "CatheterPinched": "1", "LumenReopened": "1",
    "CatheterForced": "N", "FingersSlipped": "N", "HandOutpaced": "m", "StyletPerforated": "m",
    "CatheterTipDamaged": "N", "CatheterClamped": "N", "CatheterUnclamped": "N", "CatheterCrushed": "1",
    "CatheterHoled": "m", "CatheterCut": "m", "CatheterJoined": "m", "CatheterStitched": "N",
    "CatheterPunctured": "m", "CatheterCaught": "N", "CatheterHeld": "N", "ConnectorSlipped": "N", "ConnectorHeld": "N",
    "CatheterFractured": "m", "TipOccluded": "1",
    "FlowImpaired": "1", "FlowRestored": "1", "CsfLeaked": "m3",
    # pocket and pump body
    "PocketDissected": "m", "PumpPlaced": "rad", "PumpSutured": "1", "PumpSutureBroke": "N",
    "PumpRotated": "rad", "PumpFlipped": "rad", "TwiddlersCoil": "1", "WoundsClosed": "1",
    # later operations
    "PocketOpened": "m3", "LumbarOpened": "m", "PumpTakenOut": "kg", "PumpUnpacked": "kg", "PumpHeld": "1",
    "AnchorReleased": "N", "CatheterRemoved": "m", "CatheterTorn": "m", "SegmentsJoined": "m", "SegmentLaid": "m", "SegmentMisfit": "m",
    # operating field
    "PatientTurned": "1", "SkinMarked": "m", "SkinPainted": "m2", "Draped": "1", "AsepsisBroken": "1", "AsepsisRestored": "1",
    "LocalInjected": "m3", "SkinCut": "m", "CutTooDeep": "m", "VesselsCut": "1", "VesselsSealed": "1", "BloodTaken": "m3",
    "WoundWashed": "m3", "RetractorSet": "m", "SwabPacked": "1", "SwabsTaken": "1", "TrayCounted": "1", "PocketSwept": "m2",
    "SweepBlocked": "m", "PumpTried": "m", "PumpWarmed": "C", "WaterDrawn": "m3", "TubingPurged": "m3", "StitchPlaced": "1",
    "CatheterBurnt": "m", "MonopolarNearPump": "m", "BinderApplied": "1",
    "HaematomaFormed": "m3", "SeromaFormed": "m3", "PseudomeningoceleFormed": "m3", "WoundDehisced": "d", "PumpEroded": "d",
    # pump device
    "PumpProgrammed": "kg/s", "PumpStarted": "m3/s", "PumpStopped": "1", "PrimeFinished": "m3",
    "BridgeFinished": "m3", "BolusFinished": "kg", "LowReservoirAlarm": "m3", "EmptyReservoirAlarm": "m3",
    "BolusStarted": "kg", "BolusRefused": "s", "PumpFaulted": "1", "MriEntered": "s", "AmbientPressureChanged": "Pa",
    "PumpStalled": "Pa", "PumpRecovered": "Pa", "ReservoirFilled": "m3", "ReservoirEmptied": "m3",
    "ReservoirOverfilled": "m3",
    # refill
    "SeptumEntered": "m", "PortUsed": "m3", "InjectedThroughNeedle": "m3", "NeedleStopFelt": "N", "PocketInjected": "m3", "RefillNeedleWithdrawn": "m",
    # patient
    "ToneReturned": "1", "ToneImproved": "1", "WithdrawalBegan": "1", "SevereWithdrawal": "1",
    "SedationBegan": "1", "ComaBegan": "1", "RespiratoryDepression": "1/s", "Apnoea": "1/s",
    "PatientRecovered": "1", "DizzinessBegan": "1", "VomitingBegan": "1", "CirculationFailing": "Pa",
    "DysreflexiaBegan": "Pa", "DysreflexiaEnded": "Pa", "InfectionShown": "1",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a tick.

    Attributes
    ----------
    tick : int
        Tick in which it happened.
    clinical_time_s : float
        Clinical clock [s] since the case began (runs ahead of the tick when time is advanced).
    name : str
        Key of `EVENT_NAMES`.
    magnitude : float
        How much, in the unit that `EVENT_NAMES` gives.
    where : str
        Place or cause in a word or two ("L3-4", "fascia exit", "purse-string").
    """

    tick: int
    clinical_time_s: float
    name: str
    magnitude: float
    where: str = ""
