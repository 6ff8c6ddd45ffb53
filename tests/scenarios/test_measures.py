"""Every measure on small hand-made attempts, in the good and in the failing direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from physics.commands import (
    AdvanceClinicalTime,
    AdvanceRefillNeedle,
    ClampCatheter,
    CloseWounds,
    Command,
    ConnectCatheter,
    CutSkin,
    DisconnectCatheter,
    FeedCatheter,
    FillOnTable,
    GiveTreatment,
    InciseLumbar,
    LayLoop,
    MovePlunger,
    OpenCatheter,
    OpenPocket,
    PlaceAnchor,
    PlaceNeedle,
    PlaceNewPump,
    PlacePump,
    PlaceRefillNeedle,
    ProgramPump,
    ReleaseAnchor,
    RemoveCatheter,
    RemoveNeedle,
    SetCatheterStylet,
    TakeOutPump,
    TiePurseString,
    TunnelCatheter,
    UnclampCatheter,
)
from physics.observation import PortObservation
from physics.wound import Bleeder, Break, Chance, Mark, Stitch
from scenarios import MEASURES, Reader, load, record_from
from scenarios.actions import Action

NEEDLE = PlaceNeedle(-0.015, 0.0, 0.8, 0.1, 0.09)
PLACED = {"is_placed": True, "length_m": 0.09}
WAYS = ((0.0, 0.0, 0.01), (-0.3, 0.0, 0.01))
DURA = (("DuraPunctured", 0.07, "L3-4"),)


ADULT = load("implant_adult_t10")


def _read(key, steps):
    return Reader(ADULT, record_from(steps))(key)


def sent(dose_kg_per_s: float = 1.1574074e-12, **changes: object) -> ProgramPump:
    return replace(ProgramPump("continuous", dose_kg_per_s, 0.5, 20e-6, 2e-6), **changes)


CUT = CutSkin("pocket", -0.3, 0.09, 0.1, 0.0, 0.01)
FILL = FillOnTable(20e-6, 0.5, False)
MARK = Mark("pocket", -0.3, 0.05, 0.044, "sitting", -0.004)
OPEN = {"first_cut_at_s": 5000.0}
LYING = {"position": "lateral", "side_up": "right", "is_hips_flexed": True, "is_padded": True}
OOZING = {
    "bleeders": (Bleeder("pocket", 0.0, 0.0, 0.016, 1e-7, True, 0.0), Bleeder("lumbar", 0.0, 0.0, 0.016, 1e-7, True, 0.0)),
    "bleeder_flow_m3_per_s": (5e-8, 1e-7),
}  # fmt: skip

SCAR = OpenPocket(-0.3, 0.09, 0.09)
FILMS = (Action("beam.pulse", "ap"), Action("beam.pulse", "lateral"))
PROVEN = Action("confirm.csf", "pump-end")
LET_GO, DRAWN = (("AnchorReleased", 2.0, "fascia"),), (("CatheterRemoved", 0.8, "whole"),)

# Each row: measure, how to build the attempt, value.
ROWS: list[tuple[str, Callable, float]] = [
    ("mark.seated", lambda a: a(CUT, field=OPEN | {"marks": (MARK,)}), 1),
    ("mark.seated", lambda a: a(CUT, field=OPEN | {"marks": (replace(MARK, position="lateral"),)}), 0),
    ("mark.seated", lambda a: a(CUT, field=OPEN), 0),
    ("mark.bone_gap", lambda a: a(CUT, field=OPEN | {"marks": (MARK,)}), -4),
    ("field.antibiotic", lambda a: a(CUT, field=OPEN | {"antibiotic_at_s": 1400.0}), 1),
    ("field.antibiotic", lambda a: a(CUT, field=OPEN | {"antibiotic_at_s": 1399.0}), 0),
    ("field.antibiotic", lambda a: a(CUT, field=OPEN | {"antibiotic_at_s": 5001.0}), 0),
    ("field.antibiotic", lambda a: a(CUT, field=OPEN), 0),
    ("field.lateral", lambda a: a(CUT, field=OPEN | LYING), 1),
    ("field.lateral", lambda a: a(CUT, field=OPEN | LYING | {"side_up": "left"}), 0),
    ("field.lateral", lambda a: a(CUT, field=OPEN | LYING | {"is_padded": False}), 0),
    ("prep.cover", lambda a: a(CUT, field=OPEN | {"is_draped": True, "draped_cover": 0.9}), 90),
    ("prep.cover", lambda a: a(CUT, field=OPEN | {"prep_cover": 1.0}), 0),
    ("prep.wet", lambda a: a(CUT, field=OPEN | {"is_draped": True, "draped_wet": 0.3}), 30),
    ("prep.wet", lambda a: a(CUT, field=OPEN), 100),
    ("table.package_read", lambda a: a(FILL, field={"is_package_read": True}), 1),
    ("table.package_read", lambda a: a(FILL), 0),
    ("table.temperature_error", lambda a: a(FILL, field={"pump_c": 31.0}), 4),
    ("table.temperature_error", lambda a: a(FILL, field={"pump_c": 42.0}), 2),
    ("table.recovery_error", lambda a: a(FILL, field={"water_recovered_m3": 7e-6, "water_expected_m3": 1e-5}), 30),
    ("table.recovery_error", lambda a: a(FILL, field={"water_expected_m3": 1e-5}), 100),
    ("table.filter", lambda a: a(FILL, field={"is_filtered": False}), 0),
    ("table.air", lambda a: a(FILL, field={"table_air_m3": 5e-7}), 0.5),
    ("clamp.soft_and_off", lambda a: a(ClampCatheter(0.3, 4.0))(UnclampCatheter())(ConnectCatheter(18.0)), 1),
    ("clamp.soft_and_off", lambda a: a(ClampCatheter(0.3, 4.0))(ConnectCatheter(18.0))(UnclampCatheter()), 0),
    ("clamp.soft_and_off", lambda a: a(ClampCatheter(0.3, 4.0, False))(UnclampCatheter())(ConnectCatheter(18.0)), 0),
    ("pocket.oozing", lambda a: a(PlacePump(0.0), field=OOZING), 3.0),
    ("needle.passes", lambda a: a(needle=PLACED | {"n_passes": 4}), 4),
    ("needle.dural_punctures", lambda a: a(needle=PLACED | {"n_dural_punctures": 2}, events=DURA), 2),
    ("needle.past_dura", lambda a: a(needle=PLACED | {"past_dura_m": 0.009}, events=DURA)(needle={"past_dura_m": 0.002}), 9),
    ("needle.angle_error", lambda a: a(needle=PLACED | {"elevation_rad": 1.308997}, events=DURA), 15),
    ("needle.angle_error", lambda a: a(needle=PLACED | {"elevation_rad": 0.785398}, events=DURA), 0),
    ("needle.entry_error", lambda a: a(replace(NEEDLE, u_m=0.002)), 8),
    ("needle.guided", lambda a: a(Action("beam.pulse", "ap"), needle=PLACED | {"depth_m": 0.065})(
        needle={"depth_m": 0.07}, events=DURA), 1),
    ("needle.guided", lambda a: a(Action("beam.pulse", "ap"), needle=PLACED | {"depth_m": 0.03})(
        needle={"depth_m": 0.07}, events=DURA), 0),
    ("needle.paraesthesia_response", lambda a: a(needle=PLACED | {"depth_m": 0.06}, events=(("NerveTouched", 1.0, ""),))(
        )()(needle={"depth_m": 0.065}), 3),
    ("needle.bevel_error", lambda a: a(FeedCatheter(0.001), needle=PLACED | {"rotation_rad": -1.5707963}), 90),
    ("cath.needle_retreat", lambda a: a(needle=PLACED, catheter={"is_open": True, "fed_m": 0.15})(
        catheter={"fed_m": 0.12})(catheter={"fed_m": 0.14}), 30),
    ("cath.needle_retreat", lambda a: a(needle=PLACED, catheter={"is_open": True, "fed_m": 0.08})(
        catheter={"fed_m": 0.02}), 0),
    ("cath.push_force_max", lambda a: a(catheter={"is_open": True, "max_push_n": 1.2})(catheter={"max_push_n": 1.2}), 1.2),
    ("cath.removal_shift", lambda a: a(catheter={"is_open": True})(RemoveNeedle(False), catheter={"tip_m": [0, 0, 0.02]}), 20),
    ("cath.tunnel_shift", lambda a: a()(TunnelCatheter(WAYS), catheter={"tip_m": [0, 0.003, 0]}), 3),
    ("cath.stylet_out", lambda a: a(FeedCatheter(0.001))(RemoveNeedle(True))(SetCatheterStylet(None)), 1),
    ("cath.stylet_out", lambda a: a(SetCatheterStylet(None))(FeedCatheter(0.001))(RemoveNeedle(True)), 0),
    ("cath.stylet_out", lambda a: a(FeedCatheter(0.001))(SetCatheterStylet(None))(SetCatheterStylet(0.0))(
        RemoveNeedle(True)), 0),
    ("csf.check_needle", lambda a: a(NEEDLE, needle={"csf_drops": 1})(Action("confirm.csf", "needle")), 1),
    ("csf.check_needle", lambda a: a(NEEDLE)(Action("confirm.csf", "needle")), 0),
    ("csf.check_catheter", lambda a: a(NEEDLE)(OpenCatheter("ascenda_8780"))(
        Action("confirm.csf", "catheter"), catheter={"is_csf_at_end": True}), 1),
    ("csf.check_after_needle", lambda a: a(NEEDLE, catheter={"is_csf_at_end": True})(catheter={"is_csf_at_end": False})(
        RemoveNeedle(True))(Action("confirm.csf", "after-needle")), 0),
    ("csf.check_pump_end", lambda a: a(NEEDLE, TunnelCatheter(WAYS))(
        Action("confirm.csf", "pump-end"), catheter={"is_csf_at_end": True}), 1),
    ("csf.check_pump_end", lambda a: a(NEEDLE, TunnelCatheter(WAYS))(
        Action("confirm.csf", "pump-end"), port=PortObservation(brings="csf")), 1),
    ("csf.check_pump_end", lambda a: a(NEEDLE, TunnelCatheter(WAYS))(
        Action("confirm.csf", "pump-end"), port=PortObservation(brings="nothing")), 0),
    ("csf.checks", lambda a: a(NEEDLE, needle={"csf_drops": 1})(Action("confirm.csf", "needle")), 0.25),
    ("csf.loss", lambda a: a(needle=PLACED | {"csf_lost_m3": 5e-6}), 5),
    ("purse.before_removal", lambda a: a(RemoveNeedle(True))(TiePurseString(2.0)), 0),
    ("purse.before_removal", lambda a: a(TiePurseString(2.0))(RemoveNeedle(True)), 1),
    ("wound.length", lambda a: a(InciseLumbar(0, 0, 0.03, 0.03)), 30),
    ("xray.pulses", lambda a: a(NEEDLE)(Action("beam.pulse", "ap"))(Action("beam.pulse", "ap")), 2),
    ("xray.views", lambda a: a(Action("beam.pulse", "lateral"))(OpenCatheter("x"))(Action("beam.pulse", "ap")), 1),
    ("xray.dose_area", lambda a: a(NEEDLE)(Action("beam.dose", "ap", 2e-6))(Action("beam.dose", "lateral", 5e-6)), 0.07),
    ("xray.seconds", lambda a: a(NEEDLE)(Action("beam.time", "ap", 0.25))(Action("beam.time", "ap", 0.25)), 0.5),
    ("xray.open_field", lambda a: a(NEEDLE)(Action("beam.open", "ap", 1.0))(Action("beam.open", "ap", 0.4)), 0.7),
    ("xray.off_true", lambda a: a(Action("beam.off_true", "ap", -6.0))(Action("beam.off_true", "ap", 1.5))(
        Action("beam.off_true", "lateral", 0.0)), 1.5),
    ("cath.tug_test", lambda a: a(ConnectCatheter(20.0))(Action("tug.test", "connector")), 1),
    ("cath.tug_test", lambda a: a(ConnectCatheter(20.0)), 0),
    ("cath.length_record_error", lambda a: a(ConnectCatheter(20.0), Action("record.length", "", 0.80),
                                             catheter={"implanted_m": 0.76}), 4),
    ("cath.length_record_error", lambda a: a(ConnectCatheter(20.0), catheter={"implanted_m": 0.76}), 38),
    ("motion.elapsed", lambda a: a(clinical_time_s=5.0)(clinical_time_s=65.0), 1),
    ("prog.dose_error", lambda a: a(sent(2 * 1.1574074e-12)), 100),
    ("prog.dose_error", lambda a: a(sent(0.5 * 1.1574074e-12)), 50),
    ("prog.concentration_error", lambda a: a(sent(concentration_kg_per_m3=2.0)), 300),
    ("prog.entry_factor", lambda a: a(sent(10 * 1.1574074e-12))(sent()), 10),
    ("prog.entry_factor", lambda a: a(sent(concentration_kg_per_m3=0.125)), 4),
    ("prog.line_volume_error", lambda a: a(Action("calc.line_volume", "", 0.3908e-6), catheter={"implanted_m": 0.76}), 0.0836),
    ("prog.line_volume_error", lambda a: a(FillOnTable(20e-6, 0.5, True))(
        sent(prime_volume_m3=0.1672e-6), catheter={"implanted_m": 0.76}), 0),
    ("prog.prime_excess", lambda a: a(ConnectCatheter(20.0), catheter={"implanted_m": 0.76})(
        sent(prime_volume_m3=0.3072e-6))(sent(prime_volume_m3=0.140e-6)), 70),
    ("prog.prime_excess", lambda a: a(FillOnTable(20e-6, 0.5, True), ConnectCatheter(20.0), catheter={"implanted_m": 0.76})(
        sent(prime_volume_m3=0.3072e-6)), 70),
    ("prog.alarm_volume", lambda a: a(sent(alarm_volume_m3=1e-6)), 1),
    ("prog.final_review", lambda a: a(Action("programmer.review"))(sent())(Action("interrogate", "after")), 1),
    ("prog.final_review", lambda a: a(sent())(Action("programmer.review"))(Action("interrogate", "after")), 0),
    ("prog.volume_entered_error", lambda a: a(pump={"shown_reservoir_m3": 6e-6, "reservoir_m3": 20e-6}), 14),
    ("prog.alarm_date_error", lambda a: a(Action("calc.alarm_date", "", 90.0), pump={
        "programmed_flow_m3_per_s": 0.16e-6 / 86400, "shown_reservoir_m3": 20e-6, "alarm_volume_m3": 2e-6}), 22.5),
    ("prog.alarm_date_error", lambda a: a(pump={"programmed_flow_m3_per_s": 1e-12, "shown_reservoir_m3": 2e-5}), 99),
    ("prog.table_overfill", lambda a: a(FillOnTable(23e-6, 0.5, False)), 3),
    ("prog.monitor_hours", lambda a: a(sent())(Action("time.monitor", "", 12.0)), 12),
    ("prog.monitor_hours", lambda a: a(sent()), 0),
    ("calc.expected_residual_error", lambda a: a(pump={"shown_reservoir_m3": 6.24e-6})(
        Action("calc.expected_residual", "", 8e-6)), 1.76),
    ("calc.expected_residual_error", lambda a: a(pump={"shown_reservoir_m3": 6.24e-6}), 6.24),
    ("refill.interrogated", lambda a: a(AdvanceRefillNeedle(0.001))(Action("interrogate", "before")), 0),
    ("refill.passes", lambda a: a(refill={"is_placed": True, "n_passes": 3}), 3),
    ("refill.access_time", lambda a: a(PlaceRefillNeedle(0, 0))()(events=(("NeedleStopFelt", 12.0, ""),)), 2),
    ("refill.access_time", lambda a: a(PlaceRefillNeedle(0, 0))()()(), 3),
    ("refill.off_axis", lambda a: a(refill={"is_placed": True, "place": "reservoir", "off_axis_rad": 0.5235988}), 30),
    ("refill.stop_hold", lambda a: a(refill={"is_placed": True, "syringe_contents": "drug", "plunger_flow_m3_per_s": 1e-7,
                                             "place": "reservoir"})(refill={"place": "pocket"}), 0.5),
    ("refill.residual_measured", lambda a: a(PlaceRefillNeedle(0, 0))(
        refill={"is_placed": True, "injected_m3": 1e-6})(Action("record.residual", "", 6e-6)), 0),
    ("refill.residual_measured", lambda a: a(PlaceRefillNeedle(0, 0))(Action("record.residual", "", 6e-6))(
        refill={"is_placed": True, "injected_m3": 1e-6}), 1),
    ("refill.residual_error", lambda a: a(Action("record.residual", "", 6e-6), refill={"drawn_m3": 6.4e-6}), 0.4),
    ("refill.left_behind", lambda a: a(refill={"is_placed": True, "syringe_contents": "drug"},
                                       pump={"reservoir_m3": 3e-6}), 3),
    ("refill.fill_rate_max", lambda a: a(refill={"is_placed": True, "injected_m3": 1e-6, "max_rate_m3_per_s": 0.5e-6}), 0.5),
    ("refill.recheck_gap", lambda a: a(refill={"is_placed": True, "injected_m3": 1e-6, "since_recheck_m3": 8e-6}), 8),
    ("refill.account_error", lambda a: a(PlaceRefillNeedle(0, 0), pump={"shown_reservoir_m3": 6e-6})(
        refill={"drawn_m3": 6.4e-6})(Action("record.account", "", 1.4e-6)), 1),
    ("refill.account_error", lambda a: a(PlaceRefillNeedle(0, 0)), 2),
    ("refill.overfill", lambda a: a(refill={"injected_m3": 22e-6}, pump={"reservoir_m3": 22e-6}), 2),
    ("refill.fill_error", lambda a: a(PlaceRefillNeedle(0, 0), pump={"reservoir_m3": 15e-6}), 5),
    ("refill.pocket_volume", lambda a: a(refill={"injected_m3": 5e-6, "into_pocket_m3": 4e-6})(
        refill={"into_pocket_m3": 1e-6}), 4),
    ("pocket.oozing", lambda a: a(PlaceNewPump(0.0), field=OOZING), 3.0),
    ("later.pump_read", lambda a: a(Action("interrogate", "before"))(TakeOutPump()), 1),
    ("later.pump_read", lambda a: a(TakeOutPump())(Action("interrogate", "before")), 0),
    ("later.films", lambda a: a(*FILMS)(SCAR), 1),
    ("later.films", lambda a: a(FILMS[0])(SCAR)(FILMS[1]), 0.5),
    ("later.films", lambda a: a(CUT)(*FILMS), 0),
    ("later.flow_proven", lambda a: a(DisconnectCatheter())(PROVEN, catheter={"is_csf_at_end": True})(ConnectCatheter(18.0)), 1),
    ("later.flow_proven", lambda a: a(DisconnectCatheter())(PROVEN)(ConnectCatheter(18.0)), 0),
    ("later.flow_proven", lambda a: a(DisconnectCatheter())(catheter={"is_csf_at_end": True})(ConnectCatheter(18.0)), 0),
    ("later.left_behind", lambda a: a(RemoveCatheter("whole", 6.0))(catheter={"fragment_m": 0.03}), 30),
    ("later.hardware_out", lambda a: a(SCAR)(CloseWounds(), pocket={"is_pump_in": True, "is_closed": True}), 2 / 3),
    ("later.hardware_out", lambda a: a(SCAR)(CloseWounds(), pocket={"is_closed": True}), 1),
    ("later.released_first", lambda a: a(ReleaseAnchor(), events=LET_GO)(RemoveCatheter("whole", 6.0), events=DRAWN), 1),
    ("later.released_first", lambda a: a(RemoveCatheter("whole", 6.0), events=DRAWN)(ReleaseAnchor(), events=LET_GO), 0),
    ("later.catheter_untouched", lambda a: a(SCAR), 1),
    ("later.catheter_untouched", lambda a: a(SCAR)(events=(("CatheterCut", 0.3, "scalpel"),)), 0),
    ("later.bridge_time", lambda a: a(TakeOutPump(), clinical_time_s=0.0)(GiveTreatment("lumbar_baclofen", 5e-8), clinical_time_s=9 * 3600.0), 9),
    ("later.bridge_time", lambda a: a(TakeOutPump(), clinical_time_s=0.0)(GiveTreatment("antibiotic", 1.0), clinical_time_s=30 * 3600.0), 30),
    ("later.hole_closed", lambda a: a(RemoveCatheter("whole", 6.0))(TiePurseString(2.0)), 1),
    ("later.hole_closed", lambda a: a(TiePurseString(2.0))(RemoveCatheter("whole", 6.0)), 0),
    ("later.hole_closed", lambda a: a(RemoveCatheter("whole", 6.0))(TiePurseString(0.1)), 0),
    ("later.antibiotic", lambda a: a(GiveTreatment("antibiotic", 1.0))(SCAR), 1),
    ("later.antibiotic", lambda a: a(SCAR), 0),
    ("refill.stop_latency", lambda a: a(refill={"is_placed": True, "complaint": "it burns"})(MovePlunger(10.0))(
        MovePlunger(10.0))(MovePlunger(-5.0)), 2),
]  # fmt: skip


@pytest.mark.parametrize(("key", "build", "value"), ROWS, ids=[f"{r[0]}-{i}" for i, r in enumerate(ROWS)])
def test_measure_has_its_value(key, build, value, attempt):
    result = _read(key, build(attempt()).steps)
    assert result.is_valid, result.why_invalid
    assert result.value == pytest.approx(value, abs=1e-4)
    assert result.unit == MEASURES[key].unit


CLOSED = [
    ("prep.breaks_left", {"field": {"breaks": (Break("tool", 1.0), Break("glove", 1.0, True), Break("wet drape", 2.0))}}, 1.0),
    ("pocket.incision_off", {"field": {"off_pump_m": -0.012}}, -12.0),
    ("close.held", {"field": {"held": (("pocket", "fat", 0.6), ("pocket", "skin", 1.0))}}, 0.6),
    ("close.pierced", {"field": {"stitches": (Stitch("lumbar", "fat", 0.0, 0.0, True),)}}, 1.0),
    ("close.washed", {"field": {"incisions": ()}}, 0.0),
    ("close.counted", {"field": {"counted": 0}}, 0.0),
    ("out.infection_chance", {"field": {"chances": (Chance("infection", 0.05, 0.19, (), False, 9.0, "deep"),)}}, 19.0),
    ("cath.tip_error", {"catheter": {"tip_level": 13.0}}, 3.0),
    ("cath.inserted", {"catheter": {"inserted_m": 0.05}}, 50.0),
    ("cath.min_radius", {"catheter": {"min_radius_m": 0.003}}, 3.0),
    ("cath.min_patency", {"catheter": {"min_patency_sitting": 0.1}}, 0.1),
    ("purse.tension_error", {"catheter": {"purse_tension_n": 8.0}}, 4.0),
    ("anchor.on_fascia", {"catheter": {"anchor_substrate": "fat"}}, 0.0),
    ("anchor.sutures", {"catheter": {"n_anchor_sutures": 1}}, 1.0),
    ("cath.anchor_slip_force", {"catheter": {"anchor_capacity_n": 0.25}}, 0.25),
    ("cath.exit_anchor", {"catheter": {"anchor_distance_m": 0.03}}, 30.0),
    ("cath.loop_radius", {"catheter": {"loop_radius_m": 0.004}}, 4.0),
    ("cath.connector_seat", {"catheter": {"connector_seat": 0.4}}, 0.4),
    ("cath.coil_behind", {"catheter": {"is_coil_behind": False}}, 0.0),
    ("tunnel.min_depth", {"catheter": {"tunnel_min_depth_m": 0.003}}, 3.0),
    ("pocket.cover", {"pocket": {"cover_m": 0.024}}, 4.0),
    ("pocket.cover", {"pocket": {"cover_m": 0.011}}, 4.0),
    ("pocket.clearance", {"pocket": {"clearance_m": 0.022}}, 12.0),
    ("pump.bone_gap", {"pocket": {"bone_gap_m": 0.002}}, 2.0),
    ("pump.loops", {"pocket": {"n_holding": 1}}, 1.0),
    ("pump.septum_out", {"pocket": {"is_septum_outward": False}}, 0.0),
]


@pytest.mark.parametrize(("key", "state", "value"), CLOSED)
def test_measure_is_read_at_closure(key, state, value, implant):
    steps = implant(**state).steps
    assert _read(key, steps).value == pytest.approx(value, abs=1e-6)
    unclosed = [s for s in steps if not any(isinstance(c, CloseWounds) for c in s.commands)]
    unclosed = [replace(s, observation=replace(s.observation, pocket=replace(s.observation.pocket, is_closed=False)))
                for s in unclosed]  # fmt: skip
    assert not _read(key, unclosed).is_valid


OUTCOMES = [
    ("out.dose_ratio", {"delivery": {"delivered_kg_per_s": 0.25 * 1.1574074e-12}}, 0.25),
    ("out.dose_error", {"delivery": {"delivered_kg_per_s": 0.25 * 1.1574074e-12}}, 0.75),
    ("out.ashworth_drop", {"patient": {"ashworth_legs": 3.5}}, 0.5),
    ("out.gcs13_time", {"patient": {"gcs": 12.0}}, 90 * 24.0),
    ("out.min_gcs", {"patient": {"gcs": 7.5}}, 7.5),
    ("out.min_rr", {"patient": {"respiratory_rate_per_min": 6.0}}, 6.0),
    ("out.severity_hours", {"patient": {"withdrawal_severity": 0.5}}, 0.5 * 24.0 * 90 - 6.0),
    ("out.peak_severity", {"patient": {"withdrawal_severity": 0.6}}, 0.6),
    ("out.last_crp", {"patient": {"crp_mg_per_l": 80.0}}, 80.0),
    ("out.tip_drift", {"catheter": {"inserted_m": 0.15}}, 40.0),
    ("prog.closed_running", {}, 1.0),
    ("xray.final_film", {}, 1.0),
    ("xray.baseline", {}, 2.0),
]


@pytest.mark.parametrize(("key", "lived", "value"), OUTCOMES)
def test_outcome_is_read_from_follow_up(key, lived, value, implant, finish):
    assert _read(key, finish(implant(), **lived).steps).value == pytest.approx(value, rel=1e-3)


@pytest.mark.parametrize("key", ["out.dose_ratio", "out.ashworth_drop", "out.gcs13_time", "out.min_gcs"])
def test_outcome_without_follow_up_is_no_opportunity(key, implant):
    result = _read(key, implant().steps)
    assert not result.is_valid and "follow-up" in result.why_invalid


def test_a_cause_is_named_only_where_the_case_asks_for_one(attempt):
    said, wrong = (attempt()(Action("decide", words)).steps for words in ("pocket infection", "meningitis"))
    case = load("explant_infection")
    assert Reader(case, record_from(said))("later.cause_named").value == 1.0
    assert Reader(case, record_from(wrong))("later.cause_named").value == 0.0
    assert not _read("later.cause_named", said).is_valid


def _restarted(attempt, *doses_kg_per_s):
    a = attempt()(SCAR)(DisconnectCatheter())(ConnectCatheter(18.0))(CloseWounds(), pocket={"is_closed": True})(sent())
    for dose in doses_kg_per_s:
        a(AdvanceClinicalTime(3600.0), clinical_time_s=a.state.clinical_time_s + 3600.0, days_since_closure=1.0,
          delivery={"delivered_kg_per_s": dose})  # fmt: skip
    return a.steps


def test_a_bolus_is_what_comes_beyond_the_dose_in_six_hours_and_a_gap_what_stays_away(attempt):
    dose = 1.1574074e-12  # 100 ug/day
    flood = _restarted(attempt, 25 * dose, *[dose] * 5, 50 * dose)
    assert _read("later.bolus", flood).value == pytest.approx(24 * 100 / 24, rel=1e-3)
    assert _read("later.gap", flood).value == pytest.approx(0.0, abs=0.01)
    drought = _restarted(attempt, *[dose] * 3, *[0.1 * dose] * 7, dose)
    assert _read("later.bolus", drought).value == 0.0
    assert _read("later.gap", drought).value == pytest.approx(7.0, abs=0.01)


def test_closure_is_not_judged_where_nothing_was_opened(attempt):
    case = load("revise_catheter_migration")
    steps = attempt()(pocket={"is_closed": True}).steps
    for key in ("close.washed", "close.held", "close.counted", "prep.breaks_left", "out.infection_chance"):
        assert not Reader(case, record_from(steps))(key).is_valid


def test_blind_advance_restarts_at_an_image(attempt):
    a = attempt()(NEEDLE)(OpenCatheter("ascenda_8780"))
    for _ in range(45 + 40):
        a(FeedCatheter(0.002))
    a(Action("beam.pulse", "ap"))
    for _ in range(30):
        a(FeedCatheter(0.002))
    assert _read("cath.blind_advance", a.steps).value == pytest.approx(80.0)
    unseen = [replace(s, actions=()) for s in a.steps]
    assert _read("cath.blind_advance", unseen).value == pytest.approx(140.0)


def test_a_new_catheter_starts_a_new_blind_advance(attempt):
    a = attempt()(NEEDLE)(OpenCatheter("ascenda_8780"))
    for _ in range(45 + 10):
        a(FeedCatheter(0.002))
    a(OpenCatheter("ascenda_8780"))
    for _ in range(45 + 10):
        a(FeedCatheter(0.002))
    assert _read("cath.blind_advance", a.steps).value == pytest.approx(20.0)


def _inject(a, *left_ml, aspirate="none"):
    for ml in left_ml:
        a(
            refill={
                "is_placed": True,
                "syringe_contents": "drug",
                "syringe_volume_m3": ml * 1e-6,
                "aspirate": aspirate,
            }
        )
    return a


def test_placement_is_proved_by_one_millilitre_in_and_back(attempt):
    a = _inject(attempt(), 20, 19)
    _inject(a, 20, aspirate="clear")
    assert _read("refill.placement_test", _inject(a, 10, 0).steps).value == 1.0


@pytest.mark.parametrize(
    "build",
    [
        lambda a: _inject(a, 20, 19, 18, 17, 10, 0),
        lambda a: _inject(_inject(_inject(a, 20, 17), 18.5, aspirate="clear"), 0),
        lambda a: _inject(_inject(_inject(a, 20, 19), 20, aspirate="straw"), 0),
        lambda a: _inject(_inject(_inject(a, 20, 19.8), 20, aspirate="clear"), 0),
    ],
    ids=["none", "too-late", "straw", "too-little"],
)
def test_placement_is_not_proved_otherwise(attempt, build):
    assert _read("refill.placement_test", build(attempt()).steps).value == 0.0


def test_without_an_injection_there_is_no_placement_to_prove(attempt):
    assert not _read("refill.placement_test", _inject(attempt(), 20, 20).steps).is_valid


def test_line_volumes_follow_the_published_vectors():
    from scenarios.measures_pump import line_volume_ml

    scenario = load("implant_adult_t10")
    vectors = {48: 0.2456, 61: 0.2742, 75: 0.3050, 85: 0.3270, 92: 0.3424, 114: 0.3908}
    for length_cm, volume in vectors.items():
        assert line_volume_ml(scenario, length_cm / 100) == pytest.approx(volume, rel=1e-9)


def test_evidence_names_the_tick_of_the_log_not_of_the_world(implant):
    steps = implant(catheter={"tip_level": 13.0}).steps
    ahead = [replace(s, observation=replace(s.observation, tick=s.tick + 1)) for s in steps]
    assert _read("cath.tip_error", ahead) == _read("cath.tip_error", steps)
    assert _read("cath.min_radius", ahead) == _read("cath.min_radius", steps)


def test_every_measure_is_covered_by_a_table_here():
    tested = {r[0] for r in ROWS} | {r[0] for r in CLOSED} | {r[0] for r in OUTCOMES}
    in_words = {"cath.blind_advance", "refill.placement_test", "later.cause_named", "later.bolus", "later.gap"}
    assert set(MEASURES) - tested == in_words


def test_a_number_that_is_not_finite_is_invalid_not_zero(implant):
    result = _read("cath.tip_error", implant(catheter={"tip_level": float("nan")}).steps)
    assert not result.is_valid and "finite" in result.why_invalid


def test_no_measure_fails_on_an_empty_record_or_on_one_bare_step(attempt):
    for key in MEASURES:
        for steps in ([], attempt()().steps, [replace(attempt()().steps[0], observation=None)]):
            _read(key, steps)


def test_no_measure_fails_whatever_single_command_comes_first(attempt):
    commands: list[Command] = [NEEDLE, LayLoop(0.01), PlaceAnchor(0.01, 2, "fat"), sent(), ConnectCatheter(10.0),
                               CloseWounds(), PlaceRefillNeedle(0.0, 0.0), RemoveNeedle(False), FeedCatheter(0.001)]  # fmt: skip
    for command in commands:
        for state in (attempt()(command).steps, [replace(attempt()(command).steps[0], observation=None)]):
            for key in MEASURES:
                _read(key, state)
