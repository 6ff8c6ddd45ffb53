"""Hand-made observations and a short, flawless attempt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from physics import observation as shapes
from physics.commands import (
    AdvanceClinicalTime,
    AdvanceRefillNeedle,
    CloseWounds,
    ConnectCatheter,
    FeedCatheter,
    FillOnTable,
    InciseLumbar,
    LayLoop,
    OpenCatheter,
    PlaceAnchor,
    PlaceNeedle,
    PlaceRefillNeedle,
    ProgramPump,
    RemoveNeedle,
    SetCatheterStylet,
    TiePurseString,
    TunnelCatheter,
)
from physics.events import Event
from physics.observation import Observation
from physics.units import kg_per_s_from_ug_per_day
from physics.wound import Incision, Mark
from scenarios.actions import Action
from scenarios.steps import Step

DAY_S = 86400.0
PARTS = ("needle", "catheter", "pocket", "pump", "delivery", "patient", "refill", "field")


def _blank(kind: type) -> Any:
    """Return a part of an observation with every field empty or zero."""
    values: dict[str, Any] = {}
    for field in fields(kind):
        text = str(field.type)
        if text == "bool":
            values[field.name] = False
        elif text == "int":
            values[field.name] = 0
        elif text == "float":
            values[field.name] = 0.0
        elif text == "str":
            values[field.name] = ""
        elif text.startswith("tuple"):
            values[field.name] = ()
        else:
            values[field.name] = np.zeros(3)
    return kind(**values)


def _zero(tick: int) -> Observation:
    names = {"needle": "Needle", "catheter": "Catheter", "pocket": "Pocket", "pump": "Pump", "delivery": "Delivery",
             "patient": "Patient", "refill": "Refill"}  # fmt: skip
    parts = {name: _blank(getattr(shapes, f"{kind}Observation")) for name, kind in names.items()}
    patient = replace(parts["patient"], gcs=15.0, respiratory_rate_per_min=14.0, ashworth_legs=4.0,
                      ashworth_legs_baseline=4.0)  # fmt: skip
    return Observation(
        tick=tick,
        time_s=tick / 64.0,
        clinical_time_s=tick / 64.0,
        days_since_closure=-1.0,
        is_lumbar_open=False,
        **(parts | {"patient": patient}),
    )


def make_observation(tick: int, before: Observation | None = None, **changes: Any) -> Observation:
    """Return an observation; `needle={...}` changes fields of a part, other names fields of the whole."""
    start = before if before is not None else _zero(tick)
    parts = {name: replace(getattr(start, name), **changes.pop(name)) for name in PARTS if name in changes}
    return replace(start, tick=tick, time_s=tick / 64.0, **(parts | changes))


@pytest.fixture
def see() -> Callable[..., Observation]:
    return make_observation


class Attempt:
    """Steps under construction: every call adds one step with the state so far."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.tick = 0
        self.state = _zero(0)

    def __call__(
        self, *inputs: Any, events: tuple[tuple[str, float, str], ...] = (), **changes: Any
    ) -> Attempt:
        self.tick += 64
        self.state = make_observation(self.tick, self.state, **changes)
        commands = tuple(i for i in inputs if not isinstance(i, Action))
        actions = tuple(i for i in inputs if isinstance(i, Action))
        told = tuple(Event(self.tick, self.state.clinical_time_s, n, m, w) for n, m, w in events)
        self.steps.append(Step(self.tick, commands, actions, self.state, told))
        return self

    def live(self, days: int, **changes: Any) -> Attempt:
        for _ in range(days):
            clinical = self.state.clinical_time_s + DAY_S
            self(AdvanceClinicalTime(DAY_S), clinical_time_s=clinical,
                 days_since_closure=max(self.state.days_since_closure, 0.0) + 1.0, **changes)  # fmt: skip
        return self


IMPLANT_SAID = {"IM05": "20 mL", "IM06": "right", "IM16": "500 ug/mL"}
PREPARED = {  # what good hands leave before the first cut, and after the last stitch
    "position": "lateral", "side_up": "right", "is_hips_flexed": True, "is_padded": True,
    "marks": (Mark("pocket", -0.3, 0.05, 0.044, "sitting", 0.02),), "is_draped": True, "draped_cover": 1.0,
    "antibiotic_at_s": 0.5, "first_cut_at_s": 2.0, "pump_c": 37.0, "water_recovered_m3": 1e-5, "water_expected_m3": 1e-5,
    "is_package_read": True, "is_table_filled": True, "counted": 1, "off_pump_m": 0.02,
    "incisions": (Incision("pocket", -0.3, 0.09, 0.1, 0.0, 0.016, "fat", 0.016, 2.0, washed_m3=2e-4),),
    "held": (("pocket", "fat", 1.0), ("pocket", "skin", 1.0)),
}  # fmt: skip


def program(dose: float = 100.0, prime_ml: float = 0.3072, mode: str = "continuous") -> ProgramPump:
    return ProgramPump(mode, float(kg_per_s_from_ug_per_day(dose)), 0.5, 20e-6, 2e-6, prime_volume_m3=prime_ml * 1e-6,
                       recorded_length_m=0.76)  # fmt: skip


def say(*item_ids: str) -> list[Action]:
    return [Action(f"item.{i}", IMPLANT_SAID.get(i, "done")) for i in item_ids]


def clean_implant(omit: tuple[str, ...] = (), feed_m: float = 0.09 + 0.24, **final: Any) -> Attempt:
    """Return a flawless adult implant; `omit` leaves steps out, `final` overrides the closed state."""
    from scenarios.checklist import IMPLANT

    a = Attempt()
    a(*say(*(i.id for i in IMPLANT if i.is_said)))
    a(FillOnTable(20e-6, 0.5, False), InciseLumbar(-0.02, 0.0, 0.04, 0.03), field=PREPARED)
    a(
        PlaceNeedle(-0.015, 0.0, 0.785, 0.2, 0.09),
        needle={"is_placed": True, "length_m": 0.09, "n_passes": 1, "elevation_rad": 0.785, "depth_m": 0.07},
    )
    a(Action("beam.pulse", "ap"))
    a(needle={"depth_m": 0.075, "past_dura_m": 0.004, "n_dural_punctures": 1}, events=(("DuraPunctured", 0.075, "L3-4"),))
    a(needle={"csf_drops": 3, "csf_lost_m3": 0.3e-6})
    a(Action("confirm.csf", "needle"))
    a(OpenCatheter("ascenda_8780"), catheter={"is_open": True, "max_push_n": 0.3})
    fed = 0.0
    while fed < feed_m - 1e-9:
        for _ in range(40):
            a(FeedCatheter(0.002))
            fed += 0.002
            a.state = make_observation(a.tick, a.state, catheter={"fed_m": fed})
            a.steps[-1] = replace(a.steps[-1], observation=a.state)
        a(Action("beam.pulse", "ap"))
    a(Action("beam.pulse", "lateral"))
    a(Action("confirm.csf", "catheter"), catheter={"is_csf_at_end": True})
    a(TiePurseString(2.0), catheter={"purse_tension_n": 2.0})
    a(RemoveNeedle(True), needle={"is_placed": False})
    a(SetCatheterStylet(None))
    a(Action("confirm.csf", "after-needle"))
    if "anchor" not in omit:
        a(
            PlaceAnchor(0.01, 3, "fascia"),
            catheter={"anchor_capacity_n": 2.5, "n_anchor_sutures": 3, "anchor_substrate": "fascia", "anchor_distance_m": 0.01},
        )
    a(LayLoop(0.012), catheter={"loop_radius_m": 0.012})
    a(TunnelCatheter(((0.0, 0.0, 0.01), (-0.3, 0.0, 0.01))), catheter={"tunnel_min_depth_m": 0.01, "is_tunnelled": True})
    a(Action("confirm.csf", "pump-end"))
    a(
        ConnectCatheter(20.0),
        Action("tug.test", "connector"),
        Action("record.length", "", 0.76),
        catheter={"implanted_m": 0.76, "is_connected": True, "connector_seat": 1.0, "is_coil_behind": True},
    )
    state: dict[str, Any] = {
        "catheter": {"tip_level": 10.2, "tip_space": "intrathecal", "inserted_m": 0.19, "min_radius_m": 0.012,
                     "min_patency": 1.0, "min_patency_sitting": 0.98},
        "pocket": {"is_closed": True, "cover_m": 0.016, "clearance_m": 0.007, "bone_gap_m": 0.02, "n_holding": 4,
                   "is_septum_outward": True, "n_sutures": 4},
        "pump": {"reservoir_m3": 20e-6, "shown_reservoir_m3": 20e-6},
        "days_since_closure": 0.0,
    }  # fmt: skip
    for name, value in final.items():
        state[name] = state.get(name, {}) | value if isinstance(value, dict) else value
    a(CloseWounds(), events=(("WoundsClosed", 1.0, ""),), **state)
    a(Action("beam.pulse", "ap"))
    a(Action("beam.keep", "ap"), Action("beam.keep", "lateral"))
    a(Action("calc.line_volume", "", 0.3072e-6), Action("programmer.review"))
    return a


def finish_implant(a: Attempt, command: ProgramPump | None = None, **lived: Any) -> Attempt:
    """Program, order monitoring and live 90 days."""
    sent = command if command is not None else program()
    flow = sent.dose_kg_per_s / sent.concentration_kg_per_m3
    a(sent, pump={"state": "running", "mode": sent.mode, "programmed_flow_m3_per_s": flow, "programmed_dose_kg_per_s": sent.dose_kg_per_s})
    a(Action("interrogate", "after"), Action("time.monitor", "", 24.0))
    after = {"delivery": {"delivered_kg_per_s": sent.dose_kg_per_s}, "patient": {"ashworth_legs": 2.2}}
    for name, value in lived.items():
        after[name] = after.get(name, {}) | value
    return a.live(90, **after)


def clean_refill(pocket_ml: float = 0.0, is_tested: bool = True) -> Attempt:
    """Return a flawless refill, or one whose drug goes into the pocket."""
    from scenarios.checklist import REFILL

    said = {"RF02": "baclofen 500 ug/mL", "RF16": "clear", "RF18": "accept"}
    a = Attempt()
    flow = float(kg_per_s_from_ug_per_day(80.0)) / 0.5
    a(
        pocket={"is_closed": True, "n_holding": 4, "cover_m": 0.016},
        days_since_closure=86.0,
        pump={
            "shown_reservoir_m3": 6.24e-6,
            "reservoir_m3": 6.4e-6,
            "state": "running",
            "mode": "continuous",
            "programmed_flow_m3_per_s": flow,
            "alarm_volume_m3": 2e-6,
        },
        patient={"ashworth_legs": 1.8},
      catheter={"n_anchor_sutures": 3, "anchor_substrate": "fascia"},
    )
    a(*(Action(f"item.{i.id}", said.get(i.id, "done")) for i in REFILL if i.is_said))
    a(Action("interrogate", "before"), Action("calc.expected_residual", "", 6.24e-6))
    a(PlaceRefillNeedle(-0.32, 0.01), refill={"is_placed": True, "n_passes": 1})
    a(AdvanceRefillNeedle(0.005), refill={"place": "reservoir", "off_axis_rad": 0.05}, events=(("NeedleStopFelt", 14.0, ""),))
    a(refill={"syringe_contents": "empty", "drawn_m3": 6.4e-6, "aspirate": "clear"}, pump={"reservoir_m3": 0.0})
    a(Action("record.residual", "", 6.4e-6), Action("record.account", "", 0.16e-6))
    place = "pocket" if pocket_ml else "reservoir"
    a(refill={"syringe_contents": "drug", "syringe_volume_m3": 20e-6, "place": place, "aspirate": "none"})
    if is_tested:
        a(refill={"syringe_volume_m3": 19e-6, "injected_m3": 1e-6, "plunger_flow_m3_per_s": 2e-7})
        a(refill={"syringe_volume_m3": 20e-6, "injected_m3": 1e-6, "aspirate": "clear", "plunger_flow_m3_per_s": -2e-7})
    for left in range(19, -1, -1):
        inside = 20 - left
        beside = min(pocket_ml, inside) * 1e-6
        a(
            refill={
                "syringe_volume_m3": left * 1e-6,
                "injected_m3": inside * 1e-6,
                "into_pocket_m3": beside,
                "max_rate_m3_per_s": 0.3e-6,
                "since_recheck_m3": 4e-6,
                "plunger_flow_m3_per_s": 3e-7,
            },
            pump={"reservoir_m3": inside * 1e-6 - beside},
        )
    a(Action("programmer.review"))
    a(program(80.0, 0.0), pump={"shown_reservoir_m3": 20e-6}, refill={"is_placed": False})
    a(Action("interrogate", "after"), Action("time.monitor", "", 0.5), Action("calc.alarm_date", "", 112.5))
    return a


@pytest.fixture
def attempt() -> type[Attempt]:
    return Attempt


@pytest.fixture
def implant() -> Callable[..., Attempt]:
    return clean_implant


@pytest.fixture
def finish() -> Callable[..., Attempt]:
    return finish_implant


@pytest.fixture
def refill() -> Callable[..., Attempt]:
    return clean_refill


@pytest.fixture
def prescription() -> Callable[..., ProgramPump]:
    return program
