"""What a trainee knows before touching the patient: the order, the tray, and what palpation and films show."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from game.instruments import fluoroscope
from game.players.habits import Habits
from physics.anatomy import Anatomy
from physics.anatomy.build import build_anatomy
from physics.anatomy.layers import L3_4, layers_along, reference_approach, reference_space
from physics.anatomy.spine import arc_at_level, level_at_arc, nearest_canal
from physics.anatomy.trunk import hanging_m, roll, skin_u
from physics.geometry import bone_gap
from physics.observation import FloatArray
from scenarios.schema import Scenario
from scenarios.setup import CaseSetup

PUMP_RADIUS_M = 0.04375  # 87.5 mm across [device_and_procedure 1.1]
OBLIQUE_RAD = math.radians(45.0)  # tuned: the way along which a space is found on the film
STEEPER_DEG = 5.0  # tuned
BEYOND_DURA_M = 0.008  # tuned: what a bevel needs past the dura, and some hub
AXILLARY_RAD = math.radians(125.0)  # anterior axillary line at the waist, from the midline of the back [A]
HEIGHTS_M = -0.04, 0.10  # between groin and ribs
PAST_MIDLINE_M = 0.005  # [A] under the skin a rim may reach a little over the midline of a small child
ROOM_M = 0.012  # [A] a centimetre from bone, and a little
FROM_SITE_M = 0.03  # [A] as near a stoma counts as one side of it
GAP_SEARCH_M = 0.025  # tuned: half a vertebra to either side is felt for the gap


@dataclass(frozen=True, slots=True)
class Chart:
    """The written case and the landmarks of this patient; nothing here is hidden from a trainee."""

    scenario: Scenario
    setup: CaseSetup
    anatomy: Anatomy
    elevation_rad: float
    disc_level: float = L3_4
    is_midline: bool = False
    entry_side: float = -1.0
    is_marked_lying: bool = False

    @property
    def approach(self) -> tuple[float, float, float, float]:
        """Entry u, v [m], medial turn [rad] and depth to dura along the needle [m]: palpated, measured on films."""
        if not self.is_midline:
            return reference_approach(self.anatomy, self.elevation_rad, self.entry_side, disc_level=self.disc_level)
        return straight_in(self.anatomy, self.disc_level)

    @property
    def roll_deg(self) -> float:
        """How far this patient lies off a true lateral on the first film [deg]; an old implant is laid true."""
        is_first = self.scenario.start.kind == "fresh"
        return fluoroscope.patient_roll_deg(self.setup.seed) if is_first else 0.0

    @property
    def canal_length_m(self) -> float:
        """Length along the canal from the L3-4 disc to the written level, as measured on a film [m]."""
        return float(arc_at_level(self.anatomy.spine, self.setup.target_level))

    def level_on_film(self, tip_m: FloatArray) -> float:
        """Return the vertebral level beside a tip that a film shows."""
        return float(level_at_arc(self.anatomy.spine, nearest_canal(self.anatomy.spine, tip_m)[0]))

    def short_of_target_m(self, tip_m: FloatArray) -> float:
        """Return the length still to go along the canal from a tip that a film shows [m]."""
        return self.canal_length_m - float(nearest_canal(self.anatomy.spine, tip_m)[0])

    @property
    def pocket_uv_m(self) -> tuple[float, float]:
        """Place of the pocket on the ordered side, as it is marked: midway where the landmarks are felt.

        Between umbilicus and anterior axillary line, and between costal margin and iliac crest, sitting.
        """
        return _pocket_uv(self.anatomy, self.scenario.order.side, self.is_marked_lying)


@lru_cache(maxsize=64)
def _pocket_uv(body: Anatomy, side: str, is_marked_lying: bool) -> tuple[float, float]:
    """Return the middle of the pocket by the surgeon's rule [device_and_procedure I02, 8.3 design finding].

    Lying on the side the rule is applied to what lies where: the skin found there belongs further back.
    """
    trunk, sign = body.trunk, -1.0 if side == "right" else 1.0
    girth, v_navel = trunk.umbilicus_uv_m
    row = int(np.argmin(np.abs(trunk.section_v_m - v_navel)))
    axillary = float(np.interp(AXILLARY_RAD, trunk.section_angles_rad, trunk.section_arc_m[row]))
    first, last = 0.5 * (axillary + girth), girth - PUMP_RADIUS_M + PAST_MIDLINE_M
    steps = sorted(np.arange(axillary, last + 1e-9, 0.0025) - first, key=lambda d: (abs(d), -d))
    ways = [(sign * (first + float(d)), *_middle(body, sign * (first + float(d)))) for d in (min(0.0, last - first), *steps)]
    open_ways = [way for way in ways if _is_clear(body, way[0], way[1])] or ways
    u, v, _ = next((way for way in open_ways if way[2] >= ROOM_M), max(open_ways, key=lambda way: way[2]))
    if is_marked_lying:
        slide = hanging_m(body.build) * sign
        u = skin_u(trunk, u, v, slide)
    return u, v


def _middle(body: Anatomy, u_m: float) -> tuple[float, float]:
    """Return the height at which a pump at u keeps furthest from rib and crest, sitting, and how far that is [m]."""
    heights = np.arange(*HEIGHTS_M, 0.004)
    gaps = [bone_gap(body, u_m, float(v), PUMP_RADIUS_M) for v in heights]
    best = int(np.argmax(gaps))
    return float(heights[best]), gaps[best]


def _is_clear(body: Anatomy, u_m: float, v_m: float) -> bool:
    """Return whether a pocket keeps away from openings and tubing of this patient's belly."""
    return all(
        math.hypot(u - u_m, v - v_m) > PUMP_RADIUS_M + site.radius_m + FROM_SITE_M
        for site in body.build.sites for u, v in site.path_uv_m
    )  # fmt: skip


def straight_in(anatomy: Anatomy, disc_level: float) -> tuple[float, float, float, float]:
    """Return the way in at right angles in the midline, between two spinous processes, as `Chart.approach`."""
    _, v_m, _, depth_m = reference_approach(anatomy, OBLIQUE_RAD, disc_level=disc_level)
    middle_m = v_m + depth_m * math.cos(OBLIQUE_RAD)
    clear = []
    for v in np.arange(middle_m - GAP_SEARCH_M, middle_m + GAP_SEARCH_M, 0.001):
        entry, normal = roll(anatomy.trunk, 0.0, float(v), 0.0)
        depths, names = layers_along(anatomy, entry, -normal, 1.5 * depth_m)
        dura = names.index("sac") if "sac" in names else 0
        if dura and "bone" not in names[:dura]:
            clear.append((float(v), float(depths[dura])))
    if not clear:
        raise ValueError(f"disc_level = {disc_level:g}: no way in between the spinous processes")
    v_m, depth_m = clear[len(clear) // 2]
    return 0.0, v_m, 0.0, depth_m


def aimed(chart: Chart, habits: Habits) -> Chart:
    """Return the chart with the way in that a trainee chooses."""
    if habits.disc_level is not None:
        chart = replace(chart, disc_level=habits.disc_level)
    if not habits.marks_sitting:
        chart = replace(chart, is_marked_lying=True)
    if habits.elevation_deg is not None:
        chart = replace(chart, elevation_rad=math.radians(habits.elevation_deg))
    return replace(chart, is_midline=True, elevation_rad=0.5 * math.pi) if habits.is_midline else chart


def _ways(chart: Chart) -> Iterator[Chart]:
    """Yield ways in as a surgeon tries them on the films: the usual angle first, then steeper, each at the first open space."""
    order = chart.scenario.order
    middle = 0.5 * (order.needle_angle_min_deg + order.needle_angle_max_deg)
    steeper = np.arange(middle + STEEPER_DEG, order.needle_angle_max_deg + 0.1, STEEPER_DEG)
    for degrees in (middle, *map(float, steeper)):
        try:
            disc_level, side = reference_space(chart.anatomy, math.radians(degrees))
        except ValueError:
            continue
        yield replace(chart, elevation_rad=math.radians(degrees), disc_level=disc_level, entry_side=side)


def is_reached(chart: Chart) -> bool:
    """Return whether the needle is long enough for a way in."""
    return chart.approach[3] + BEYOND_DURA_M <= chart.setup.needle_length_m


def chart_for(scenario: Scenario, setup: CaseSetup) -> Chart:
    """Return the chart of a case, with the first way in that the films leave open (the usual one if none)."""
    order = scenario.order
    degrees = 0.5 * (order.needle_angle_min_deg + order.needle_angle_max_deg)
    usual = Chart(scenario, setup, build_anatomy(setup.params.build), math.radians(degrees))
    return next(filter(is_reached, _ways(usual)), usual)
