"""Plain-data stand-ins for a library and a case, so that every screen can be drawn and driven."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping, Sequence

import moderngl
import numpy as np

from game.app import Judged
from game.host import Planned
from game.hud.cases import card_of, checklist_of
from game.hud.clinical import ChainNode, LaneItem, ScoreRow
from game.hud.models import Course, Verdict
from game.hud.screens.frame import Picture
from game.xray_account import xray_line
from physics import commands as c
from physics.events import Event
from physics.observation import (
    CatheterObservation, DeliveryObservation, FieldObservation, NeedleObservation, Observation, PatientObservation, PocketObservation,
    PumpObservation, RefillObservation,
)  # fmt: skip
from physics.pump.program import Prescription
from scenarios import list_ids, load
from scenarios.actions import Action

FILMED = [act for _ in range(137) for act in (Action("beam.pulse", "ap"), Action("beam.time", "ap", 0.25), Action("beam.dose", "ap", 3.17e-6))]


def _empty(kind: type, **given: object) -> object:
    """Return an observation part with zeros, empty arrays and empty words."""
    hints = typing.get_type_hints(kind)
    values: dict[str, object] = {}
    for f in dataclasses.fields(kind):
        t = hints[f.name]
        values[f.name] = {bool: False, float: 0.0, int: 0, str: ""}.get(t, () if "tuple" in str(t) else np.zeros(3))
    return kind(**(values | given))


def prescription(pump: Mapping[str, object]) -> Prescription:
    """Return the prescription that a pump of such fields was sent."""
    conc, length = pump.get("programmed_concentration_kg_per_m3", 1.0), pump.get("recorded_length_m", 0.0)
    return Prescription(str(pump["mode"]), pump.get("programmed_dose_kg_per_s", 0.0), conc, pump.get("shown_reservoir_m3", 0.0),  # type: ignore[arg-type]
                        pump.get("alarm_volume_m3", 0.0), recorded_length_m=length)  # fmt: skip


def observation(**parts: object) -> Observation:
    """Return a quiet, plausible observation; keyword parts replace fields of the parts by name."""
    def get(name: str) -> dict[str, object]:
        return dict(parts.get(name, {}))  # type: ignore[call-overload]

    patient = {"heart_rate_per_min": 72.0, "respiratory_rate_per_min": 12.0, "spo2_percent": 99.0, "systolic_mmhg": 118.0,
               "diastolic_mmhg": 74.0, "etco2_mmhg": 37.0, "temperature_c": 36.4, "gcs": 15.0, "ashworth_legs": 3.8,
               "ashworth_arms": 1.2, "ashworth_legs_baseline": 4.0, "ashworth_arms_baseline": 1.2, "is_anaesthetised": True}  # fmt: skip
    pump = {"state": "off", "mode": "continuous", "capacity_m3": 20e-6}
    pump |= get("pump")
    pump = {"prescription": prescription(pump), "clock_s": 2.5 * 86400.0} | pump
    top = {"tick": 64 * 1300, "time_s": 1300.0, "clinical_time_s": 1300.0, "days_since_closure": -1.0}
    known = {f.name for f in dataclasses.fields(Observation)}
    build = {
        "needle": _empty(NeedleObservation, **({"is_stylet_in": True, "length_m": 0.089} | get("needle"))),
        "catheter": _empty(CatheterObservation, **({"min_patency": 1.0} | get("catheter"))),
        "pocket": _empty(PocketObservation, **get("pocket")),
        "pump": _empty(PumpObservation, **pump),
        "delivery": _empty(DeliveryObservation, **get("delivery")),
        "patient": _empty(PatientObservation, **(patient | get("patient"))),
        "refill": _empty(RefillObservation, **get("refill")),
        "field": FieldObservation(**get("field")),  # type: ignore[arg-type]
    }
    rest = {k: v for k, v in parts.items() if k in known and k not in build}
    return typing.cast(Observation, _empty(Observation, **(build | top | rest)))


class FakeHost:
    """A case whose world answers commands just enough for the screens to change."""

    def __init__(self, case_id: str, ctx: moderngl.Context | None = None) -> None:
        scenario = load(case_id)
        self.card, self.checklist = card_of(scenario), checklist_of(scenario)
        self.followup_days = min(scenario.followup_days, 90.0)
        self.commands: list[c.Command] = []
        self.actions: list[object] = []
        self.days: list[float] = []
        self.pulses = 0
        self.shown: dict[str, Picture] = {}
        self.ctx = ctx
        is_refill = self.card.procedure == "refill"
        implanted = {"is_dissected": True, "is_pump_in": True, "u_m": -0.32, "v_m": 0.01, "radius_m": 0.05, "cover_m": 0.016,
                     "pump_u_m": -0.32, "pump_v_m": 0.01, "is_septum_outward": True, "n_sutures": 4, "clearance_m": 0.007}  # fmt: skip
        running = {"state": "running", "programmed_dose_kg_per_s": 80e-9 / 86400, "programmed_concentration_kg_per_m3": 0.5,
                   "programmed_flow_m3_per_s": 0.16e-6 / 86400, "shown_reservoir_m3": 6.24e-6, "alarm_volume_m3": 2e-6,
                   "recorded_length_m": 0.76, "event_log": ("day 0 implanted", "day 14 dose 100 to 80")}  # fmt: skip
        self.observation = observation(pocket=implanted, pump=running, patient={"is_anaesthetised": False}) if is_refill else observation()

    def next_tick(self) -> int:
        return self.observation.tick + 1

    def planned(self, level: str) -> Planned:
        return Planned()

    def _change(self, part: str, **values: object) -> None:
        now = dataclasses.replace(getattr(self.observation, part), **values)
        self.observation = dataclasses.replace(self.observation, **{part: now})

    def tick(self, commands: Sequence[c.Command], actions: Sequence[object]) -> Sequence[Event]:
        self.commands += commands
        self.actions += actions
        tick = self.observation.tick + 1
        self.observation = dataclasses.replace(self.observation, tick=tick, time_s=tick / 64)
        out: list[Event] = []
        for command in commands:
            out += self._answer(command)
        return out

    def _answer(self, command: c.Command) -> list[Event]:
        n, r = self.observation.needle, self.observation.refill
        if isinstance(command, c.PlaceNeedle):
            self._change("needle", is_placed=True, depth_m=0.0, elevation_rad=command.elevation_rad, medial_rad=command.medial_rad)
        elif isinstance(command, c.AdvanceNeedle) and n.is_placed:
            depth = max(n.depth_m + command.travel_m, 0.0)
            x = depth * 1e3
            force = 0.5 + 0.035 * x + 2.4 * np.exp(-(((x - 2) / 1.6) ** 2)) + 3.4 / (1 + np.exp(-(x - 37) / 1.5))
            self._change("needle", depth_m=depth, force_n=float(force), stiffness_n_per_m=600.0 if 35 < x < 40 else 80.0, hub_follow=0.7)
        elif isinstance(command, c.AimNeedle):
            self._change("needle", elevation_rad=command.elevation_rad, medial_rad=command.medial_rad)
        elif isinstance(command, c.BraceHand):
            self._change("needle", is_braced=command.is_braced)
        elif isinstance(command, c.SetNeedleStylet):
            self._change("needle", is_stylet_in=command.is_in, csf_drops=0 if command.is_in else 2)
        elif isinstance(command, c.OpenCatheter):
            self._change("catheter", is_open=True, model=command.model, is_stylet_in=True)
        elif isinstance(command, c.FeedCatheter):
            self._change("catheter", fed_m=self.observation.catheter.fed_m + command.travel_m, hand_force_n=0.2, max_push_n=0.25)
        elif isinstance(command, c.RemoveNeedle):
            self._change("needle", is_placed=False)
        elif isinstance(command, c.PlaceAnchor):
            self._change("catheter", n_anchor_sutures=command.n_sutures, anchor_distance_m=command.distance_m)
        elif isinstance(command, c.DissectPocket):
            self._change("pocket", is_dissected=True, u_m=command.u_m, v_m=command.v_m, radius_m=command.radius_m, cover_m=command.cover_m,
                         clearance_m=command.radius_m - 0.04375, bone_gap_m=0.022)  # fmt: skip
        elif isinstance(command, c.TunnelCatheter):
            self._change("catheter", is_tunnelled=True, tunnel_min_depth_m=0.011, is_csf_at_end=True)
        elif isinstance(command, c.TrimCatheter):
            self._change("catheter", removed_m=self.observation.catheter.removed_m + command.length_m)
        elif isinstance(command, c.ConnectCatheter):
            self._change("catheter", is_connected=True)
        elif isinstance(command, c.PlacePump):
            self._change("pocket", is_pump_in=True, pump_u_m=self.observation.pocket.u_m, pump_v_m=self.observation.pocket.v_m)
        elif isinstance(command, c.SuturePump):
            self._change("pocket", n_sutures=self.observation.pocket.n_sutures + 1)
        elif isinstance(command, c.CloseWounds):
            self._change("pocket", is_closed=True)
            self.observation = dataclasses.replace(self.observation, days_since_closure=0.0)
        elif isinstance(command, c.ProgramPump):
            sent = Prescription(**{f.name: getattr(command, f.name) for f in dataclasses.fields(Prescription)})
            self._change("pump", state="running", mode=command.mode, prescription=sent, programmed_dose_kg_per_s=command.dose_kg_per_s,
                         programmed_concentration_kg_per_m3=command.concentration_kg_per_m3,
                         shown_reservoir_m3=command.reservoir_volume_m3, recorded_length_m=command.recorded_length_m)  # fmt: skip
        elif isinstance(command, c.PlaceRefillNeedle):
            self._change("refill", is_placed=True, u_m=command.u_m, v_m=command.v_m, feel="soft")
        elif isinstance(command, c.AdvanceRefillNeedle) and r.is_placed:
            depth = min(r.depth_m + command.travel_m, 0.018)
            self._change("refill", depth_m=depth, force_n=12.0 if depth > 0.0179 else 2.0, feel="hard stop" if depth > 0.0179 else "soft")
        elif isinstance(command, c.TakeSyringe):
            self._change("refill", syringe_contents=command.contents, syringe_volume_m3=command.volume_m3 if command.contents != "empty" else 0.0)
        elif isinstance(command, c.MovePlunger):
            return self._plunge(command.force_n)
        elif isinstance(command, c.AdvanceClinicalTime):
            return self._days(command.duration_s / 86400)
        return []

    def _plunge(self, force: float) -> list[Event]:
        r = self.observation.refill
        flow = force * 0.03e-6
        moved = flow / 64
        if force < 0:
            self._change("refill", drawn_m3=r.drawn_m3 - moved, aspirate="clear", plunger_flow_m3_per_s=flow, plunger_pressure_pa=-4e3,
                         since_recheck_m3=0.0)  # fmt: skip
        else:
            self._change("refill", injected_m3=r.injected_m3 + moved, plunger_flow_m3_per_s=flow, plunger_pressure_pa=22e3,
                         max_rate_m3_per_s=max(r.max_rate_m3_per_s, flow), since_recheck_m3=r.since_recheck_m3 + moved)  # fmt: skip
        return []

    def _days(self, days: float) -> list[Event]:
        now = self.observation.clinical_time_s / 86400 + days
        self.observation = dataclasses.replace(self.observation, clinical_time_s=now * 86400, days_since_closure=max(now, 0.0))
        self.days.append(now)
        legs = 3.4 - 1.9 / (1 + np.exp(-(now - 12) / 4)) + 1.35 / (1 + np.exp(-(now - 66) / 2.2))
        self._change("patient", ashworth_legs=float(legs), is_anaesthetised=False)
        if len(self.days) > 1 and self.days[-2] < 60 <= now:
            return [Event(self.observation.tick, now * 86400, "ToneReturned", 1.0)]
        return []

    def pictures(self, size: tuple[int, int], hands: object, level: str, blend: float) -> Mapping[str, Picture]:
        if self.ctx is not None and "view" not in self.shown:
            self.shown["view"] = Picture(_test_card(self.ctx, (480, 320)), False)
        return self.shown

    def keep_film(self, view: str) -> None:
        pass

    def pulse(self, arm: object) -> None:
        from game.instruments.fluoroscope import view_name

        self.pulses += 1
        if self.ctx is not None:
            self.shown[view_name(arm.orbit_deg)] = Picture(_test_card(self.ctx, (256, 256), True), False)  # type: ignore[attr-defined]

    def orbit(self, dx_px: float, dy_px: float, zoom: float) -> None:
        return None

    def pick(self, x_share: float, y_share: float) -> tuple[float, float] | None:
        return (round(40 * (x_share - 0.5), 1), round(100 * (0.5 - y_share), 1))

    def surface(self, x_share: float, y_share: float) -> str:
        return "skin"

    def pick_catheter(self, x_share: float, y_share: float) -> tuple[float, float] | None:
        return None

    def grates(self, u_mm: float, v_mm: float, depth_mm: float) -> bool:
        return depth_mm > 30.0

    def hardness(self, u_mm: float, v_mm: float, press_n: float) -> float:
        return 1.0 + np.cos(v_mm / 12.0) * 0.5

    def course(self) -> Course:
        days = np.asarray(self.days or [0.0])
        legs = 3.4 - 1.9 / (1 + np.exp(-(days - 12) / 4)) + 1.35 / (1 + np.exp(-(days - 66) / 2.2))
        dose = np.where(days < 20, 100.0, 150.0)
        got = dose * (1 - 0.7 / (1 + np.exp(-(days - 60) / 3)))
        tip = 10.0 + 1.9 / (1 + np.exp(-(days - 58) / 3.2))
        pack = [tuple(float(v) for v in a) for a in (days, legs, 1.2 + 0 * days, dose, got, 1 - 0 * days, got / dose, tip)]
        return Course(*pack, ((20.0, "you", "ok", "150 µg/day"), (48.0, "patient", "info", "wheelchair sport"), (60.0, "body", "warn", "tip moves")))

    def map_marks(self) -> Mapping[str, tuple[tuple[float, float], ...]]:
        return {"ribs": ((-450.0, 330.0), (-450.0, 160.0), (-300.0, 130.0), (-200.0, 330.0)),
                "crest": ((-420.0, -160.0), (-400.0, -30.0), (-250.0, -10.0), (-180.0, -160.0))}  # fmt: skip

    def finish(self) -> Judged:
        rows = tuple(
            ScoreRow(f"L{i:02d}", w, p, o, m, t, f"0:{10 + i:02d}:12", s)
            for i, (w, p, o, m, t, s) in enumerate((
                ("Anchor on fascia, near the exit", 1, 6, "24 mm", "full 15, zero 30 mm", "S49 S50"),
                ("Oblique entry", 2, 4, "64 deg", "full 0, zero 15 deg", "S24"),
                ("Tip at written level", 6, 6, "0 levels", "full 1, zero 3 levels", "case"),
                ("Strain loop", 4, 4, "14 mm", "full 10, zero 4 mm", "S57"),
                ("CSF at pump end before joining", 5, 5, "1", "full 1, zero 0", "S57"),
                ("Monitoring ordered for the first day with calls for drowsiness and breathing", 0, 8, "not seen (never ordered)",
                 "full 24, zero 0 h", "I40 S13 P:BPD"),
            ))
        )  # fmt: skip
        nodes = (
            ChainNode("anchor", 0, 0, "Anchor 24 mm from the exit", "wanted 15 or less; 2 of 3 stitches in fat", "alarm", "0:39"),
            ChainNode("entry", 0, 1, "Entry 64° to the skin", "steeper than 30 to 60", "warn", "0:17"),
            ChainNode("slip", 1, 0, "Anchor slips", "49 mm over 41 200 cycles", "alarm", "day 48"),
            ChainNode("kink", 2, 0, "Bend closes", "radius 3.1 mm, lumen 6 % sitting", "alarm", "day 61"),
            ChainNode("dose", 3, 0, "Delivered dose falls", "180 set, 53 µg/day at tip", "alarm", "day 66"),
            ChainNode("out", 4, 0, "Legs stiff again", "Ashworth 1.5 to 2.8; found day 73", "alarm", "day 66"),
        )
        links = (("anchor", "slip"), ("entry", "kink"), ("slip", "kink"), ("kink", "dose"), ("dose", "out"))
        lanes = (
            ("steps", (LaneItem(0, 700, "none", "mark, prep"), LaneItem(700, 1600, "now", "needle, thread"), LaneItem(1600, 2400, "none", "anchor"))),
            ("events", (LaneItem(1010, None, "warn", "entry"), LaneItem(1400, None, "ok", "CSF"), LaneItem(2300, None, "alarm", "anchor"))),
            ("beam", tuple(LaneItem(float(t), t + 25.0, "yellow") for t in range(500, 2300, 230))),
        )
        return Judged(Verdict(67.0, 80.0, False, ("CE10: No monitoring ordered",), ("Follow this implant month by month.",)), rows, nodes,
                      links, lanes, 2600.0, self.course(), xray_line(load("implant_adult_t10"), FILMED))  # fmt: skip

    def moment(self, tick_s: float) -> Picture | None:
        return self.shown.get("view")

    def close(self) -> None:
        return None


def _test_card(ctx: moderngl.Context, size: tuple[int, int], is_film: bool = False) -> moderngl.Texture:
    """Return a picture that stands in for the renderer's: skin and drape, or a film."""
    w, h = size
    y, x = np.mgrid[0:h, 0:w] / np.array([h, w]).reshape(2, 1, 1)
    if is_film:
        grey = 200 - 90 * np.exp(-(((x - 0.5) / 0.13) ** 2)) * (0.75 + 0.25 * np.sin(y * 40))
        pixels = np.repeat(np.where(((x - 0.5) ** 2 + (y - 0.5) ** 2) < 0.24, grey, 0)[..., None], 3, 2)
    else:
        skin = (np.abs(x - 0.45) < 0.36) & (np.abs(y - 0.5) < 0.30)
        tone = 0.8 + 0.2 * np.sin(3 * x + 2 * y)
        pixels = np.where(skin[..., None], np.array([176, 122, 92]) * tone[..., None], np.array([22, 78, 98]) * tone[..., None])
    return ctx.texture(size, 3, np.ascontiguousarray(pixels.astype("u1")).tobytes(), alignment=1)


class FakeLibrary:
    """All real cases, opened with `FakeHost`."""

    notice = ""

    def __init__(self, ctx: moderngl.Context | None = None) -> None:
        self.ctx = ctx
        self._cards = tuple(card_of(load(i)) for i in list_ids())
        self._hero: Picture | None = None

    def cards(self) -> Sequence[object]:
        return self._cards

    def open(self, case_id: str, level: str, seed: int) -> FakeHost:
        return FakeHost(case_id, self.ctx)

    def seed_for(self, case_id: str) -> int:
        return 11

    def hero(self, size: tuple[int, int]) -> Picture | None:
        if self._hero is None and self.ctx is not None:
            self._hero = Picture(_test_card(self.ctx, (640, 360)), False)
        return self._hero

    def n_attempts(self) -> int:
        return 4

    def lab_pictures(self) -> None:
        return None

    def last_case(self) -> str:
        return self._cards[0].id
