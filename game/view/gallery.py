"""All views from observations made by hand: `python -m game.view.gallery OUT [preset] [view ...]`."""

from __future__ import annotations

import sys
import time
from dataclasses import fields, replace
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

import numpy as np

import game.view.views as views
from game.view.devices import DRAWN_HEIGHT_M
from game.view.frame import CArm
from game.view.geometry import smooth_path, unit
from game.view.renderer import Renderer
from game.view.scene import SceneOptions, canal_point, frame_from
from physics import anatomy as body
from physics.anatomy import Anatomy, PatientBuild
from physics.observation import Observation

FloatArray = np.ndarray


def typical_build() -> PatientBuild:
    """Return an adult man of BMI 24."""
    return PatientBuild(
        age_years=44, is_female=False, height_m=1.756, mass_kg=74.0, abdominal_fat_m=0.018, back_fat_m=0.009,
        dura_depth_m=0.050,
    )  # fmt: skip


def blank(kind: type) -> Any:
    """Return a dataclass with every field zero, empty or False."""
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for f in fields(kind):
        hint = hints[f.name]
        if isinstance(hint, UnionType):
            hint = get_args(hint)[0]
        if hasattr(hint, "__dataclass_fields__"):
            values[f.name] = blank(hint)
        elif hint in (int, float, bool, str):
            values[f.name] = hint()
        elif hint is np.ndarray or "ndarray" in str(hint):
            values[f.name] = np.array([0.0, 0.0, 1.0])
        else:
            values[f.name] = ()
    return kind(**values)


def start() -> Observation:
    """Return an observation before the first cut."""
    o = blank(Observation)
    none = np.zeros((0, 3))
    catheter = replace(
        o.catheter, nodes_m=none, patency=np.zeros(0), curvature_per_m=np.zeros(0), radius_m=0.0006
    )
    pocket = replace(o.pocket, pump_height_m=DRAWN_HEIGHT_M)
    return replace(o, catheter=catheter, pocket=pocket, days_since_closure=-1.0)


def skin_point(anatomy: Anatomy, u_m: float, v_m: float, depth_m: float = 0.0) -> FloatArray:
    """Return a point under the skin."""
    return np.asarray(body.roll(anatomy.trunk, u_m, v_m, depth_m)[0], float)


def with_needle(
    o: Observation, anatomy: Anatomy, depth_share: float = 1.0, is_stylet_in: bool = False
) -> Observation:
    """Return the observation with the back open and the needle toward (1) or in (> 1) the sac at L3-4."""
    u, v = -0.004, views.usual_entry(anatomy)[1] + 0.010
    entry = skin_point(anatomy, u, v)
    canal = np.asarray(anatomy.spine.canal_points_m)
    target = canal[np.argmin(np.abs(canal[:, 2] - (v + 0.042)))]
    direction = unit(target - entry)
    depth = float(np.linalg.norm(target - entry)) * depth_share
    needle = replace(
        o.needle, is_placed=True, is_stylet_in=is_stylet_in, entry_m=entry, tip_m=entry + direction * depth,
        direction=direction, length_m=0.089, depth_m=depth, csf_drops=0 if is_stylet_in else 3,
    )  # fmt: skip
    return replace(
        o,
        is_lumbar_open=True,
        lumbar_u_m=u,
        lumbar_v_m=v - 0.004,
        lumbar_length_m=0.055,
        lumbar_depth_m=0.016,
        needle=needle,
    )


def canal_line(anatomy: Anatomy, low_z: float, level: float, n: int = 60) -> FloatArray:
    """Return a line in the back of the sac from a height to a level."""
    tip, _ = canal_point(anatomy, level)
    z = np.linspace(low_z, tip[2], n)
    points = np.asarray(anatomy.spine.canal_points_m)
    order = np.argsort(points[:, 2])
    line = np.stack([np.interp(z, points[order, 2], points[order, k]) for k in range(3)], axis=1)
    s = np.linspace(0, 1, n)
    return line + np.stack([0.0022 * np.sin(5 * s), 0.003 + 0.001 * np.sin(9 * s), 0 * s], axis=1)


def with_threaded_catheter(o: Observation, anatomy: Anatomy, level: float = 10.0) -> Observation:
    """Return the observation with a catheter through the needle up to a level."""
    needle = o.needle
    axis = -needle.direction
    hub = needle.tip_m + axis * (needle.length_m + 0.019)
    inside = canal_line(anatomy, needle.tip_m[2] + 0.012, level)
    _, axes = views.surface_axes(anatomy, o.lumbar_u_m, o.lumbar_v_m)
    side, head, out = axes.T
    tail = [hub - side * 0.13 - head * 0.06 - out * 0.09, hub - side * 0.085 + head * 0.010 - out * 0.045,
            hub - side * 0.035 + head * 0.030 + out * 0.012, hub + axis * 0.030, hub + axis * 0.010]  # fmt: skip
    through = [hub + (needle.tip_m - hub) * s for s in (0.0, 0.3, 0.6, 0.9)]
    nodes = smooth_path(np.vstack([tail, through, needle.tip_m, inside[2::3]]), 150)
    return _with_nodes(o, nodes)


def _with_nodes(o: Observation, nodes: FloatArray, kink_at: int | None = None) -> Observation:
    patency = np.ones(len(nodes) - 1)
    if kink_at is not None:
        i = np.arange(len(patency))
        patency = 1 - 0.9 * np.exp(-(((i - kink_at) / 1.5) ** 2))
    catheter = replace(
        o.catheter, is_open=True, model="ascenda_8780", nodes_m=nodes, patency=patency,
        curvature_per_m=np.zeros(len(nodes)), min_patency=float(patency.min()), tip_m=nodes[-1], tip_space="intrathecal",
        radius_m=0.0006, is_stylet_in=False,
    )  # fmt: skip
    return replace(o, catheter=catheter)


def implant_nodes(anatomy: Anatomy, o: Observation, level: float = 10.0, loop_m: float = 0.014) -> FloatArray:
    """Return a whole catheter: coil, tunnel round the flank, loop, fascia, canal."""
    u0, v0 = o.lumbar_u_m, o.lumbar_v_m
    pu, pv = views.pocket_site(o, anatomy)
    fat = float(body.fascia_depth(anatomy.trunk, u0, v0))
    centre, axes = views.surface_axes(anatomy, pu, pv)
    side, head, out = axes.T
    depth = o.pocket.cover_m + 0.0098
    pump_centre = centre - out * depth
    a = o.pocket.outlet_angle_rad
    outlet = np.cos(a) * head - np.sin(a) * side
    across = np.cross(out, outlet)
    start_at = pump_centre + outlet * 0.0565
    turn = np.linspace(0.25, 2 * np.pi * 1.35, 22)
    coil = [
        pump_centre - out * 0.0125 - out * 0.0004 * t + 0.032 * (outlet * np.cos(t) + across * np.sin(t))
        for t in turn
    ]
    tunnel = [
        skin_point(anatomy, u, v, 0.010)
        for u, v in zip(
            np.linspace(pu + 0.085, u0 - 0.045, 7), np.linspace(pv + 0.012, v0 + 0.012, 7), strict=True
        )
    ]
    exit_point = skin_point(anatomy, u0, v0 + 0.006, fat + 0.002)
    _, back = views.surface_axes(anatomy, u0, v0)
    b_side, b_head, b_out = back.T
    ring = np.linspace(np.pi * 0.5, -np.pi * 1.0, 9)
    middle = exit_point + b_side * -0.0 - b_head * 0.020 + b_out * 0.004
    loop = [
        middle + loop_m * (b_side * np.cos(t) - b_head * np.sin(t)) + b_out * 0.0008 * k
        for k, t in enumerate(ring)
    ]
    inside = canal_line(anatomy, exit_point[2] + 0.040, level)
    route = [start_at, start_at + outlet * 0.012, *coil, *tunnel, *loop, exit_point + b_out * 0.002 - b_head * 0.004,
             0.5 * (exit_point + inside[0]), *inside[::4], inside[-1]]  # fmt: skip
    return smooth_path(np.array(route), 260)


def with_pocket(o: Observation, anatomy: Anatomy, is_pump_in: bool, cover_m: float = 0.012) -> Observation:
    """Return the observation with a pocket, and perhaps the pump in it."""
    u, v = views.usual_pocket(anatomy)
    centre, axes = views.surface_axes(anatomy, u, v)
    pocket = replace(
        o.pocket, is_dissected=True, u_m=u, v_m=v, radius_m=0.048, plane="subcutaneous", cover_m=cover_m,
        is_pump_in=is_pump_in, pump_u_m=u, pump_v_m=v, outlet_angle_rad=2.2, is_septum_outward=True,
        pump_centre_m=centre - axes[:, 2] * (cover_m + 0.0098), pump_normal=axes[:, 2], n_sutures=3, n_holding=3,
    )  # fmt: skip
    return replace(o, pocket=pocket)


def with_implant(
    o: Observation, anatomy: Anatomy, level: float = 10.0, is_kinked: bool = False
) -> Observation:
    """Return the observation of a whole implant."""
    o = with_pocket(with_needle(o, anatomy), anatomy, True)
    o = replace(o, needle=replace(o.needle, is_placed=False))
    nodes = implant_nodes(anatomy, o, level)
    exit_at = int(
        np.argmin(
            np.linalg.norm(nodes - skin_point(anatomy, o.lumbar_u_m, o.lumbar_v_m + 0.006, 0.012), axis=1)
        )
    )
    o = _with_nodes(o, nodes, exit_at - 6 if is_kinked else None)
    catheter = replace(
        o.catheter,
        is_connected=True,
        is_tunnelled=True,
        n_anchor_sutures=4,
        anchor_distance_m=0.004,
        purse_tension_n=2.0,
    )
    return replace(o, catheter=catheter)


def closed(o: Observation, days: float) -> Observation:
    """Return the observation some days after closure."""
    return replace(o, is_lumbar_open=False, days_since_closure=days, pocket=replace(o.pocket, is_closed=True))


def with_refill(o: Observation, anatomy: Anatomy, depth_m: float = 0.016) -> Observation:
    """Return the observation with a refill needle over the septum."""
    u, v = views.pocket_site(o, anatomy)
    centre, axes = views.surface_axes(anatomy, u, v)
    refill = replace(
        o.refill, is_placed=True, u_m=u, v_m=v, depth_m=depth_m, tip_m=centre - axes[:, 2] * depth_m,
        direction=-axes[:, 2], syringe_contents="drug", syringe_volume_m3=12e-6, aspirate="none",
    )  # fmt: skip
    return replace(o, refill=refill)


def cases(anatomy: Anatomy) -> dict[str, tuple[Observation, str, SceneOptions]]:
    """Return name -> (observation, view, options) of the whole gallery."""
    plain = SceneOptions()
    o = start()
    needle = with_needle(o, anatomy)
    threaded = with_threaded_catheter(needle, anatomy)
    implant = with_implant(o, anatomy)
    back = replace(implant, pocket=replace(implant.pocket, is_pump_in=False, is_dissected=False))
    home = closed(implant, 40.0)
    kinked = closed(with_implant(o, anatomy, is_kinked=True), 90.0)
    refill = with_refill(home, anatomy)
    return {
        "01_plan": (o, views.PLAN, SceneOptions(planned_tip_level=10.0)),
        "02_back_before": (o, views.BACK, plain),
        "03_back_needle": (needle, views.BACK, plain),
        "04_back_threaded": (threaded, views.BACK, plain),
        "05_back_anchor": (back, views.BACK, plain),
        "06_inside_needle": (needle, views.INSIDE, plain),
        "07_inside_threaded": (threaded, views.INSIDE, plain),
        "08_pocket_open": (with_pocket(needle, anatomy, False), views.POCKET, plain),
        "09_pocket_pump": (implant, views.POCKET, plain),
        "10_implant": (home, views.IMPLANT, plain),
        "11_implant_kink": (kinked, views.IMPLANT, plain),
        "12_refill": (refill, views.REFILL, plain),
        "13_refill_assist": (refill, views.REFILL, SceneOptions(is_see_through=True)),
    }


def beams(anatomy: Anatomy) -> dict[str, tuple[Observation, CArm]]:
    """Return name -> (observation, C-arm) of the radiographs."""
    o = start()
    needle = with_needle(o, anatomy, is_stylet_in=True)
    threaded = with_threaded_catheter(needle, anatomy)
    implant = closed(with_implant(o, anatomy), 40.0)
    pump = tuple(float(v) for v in implant.pocket.pump_centre_m)
    low, mid = (0.0, 0.02, 0.04), (0.0, 0.02, 0.10)
    return {
        "20_xray_ap": (needle, CArm(low)),
        "21_xray_lateral": (needle, CArm((0.0, 0.03, 0.04), np.pi / 2)),
        "22_xray_catheter_ap": (threaded, CArm(mid, field_m=0.26)),
        "23_xray_catheter_lateral": (threaded, CArm((0.0, 0.03, 0.10), np.pi / 2, field_m=0.26)),
        "24_xray_oblique": (threaded, CArm(mid, 0.6, 0.15, field_m=0.26, collimation=0.8)),
        "25_xray_pump": (implant, CArm(pump, -0.35, field_m=0.20)),
    }


def main(arguments: list[str]) -> None:
    """Write every picture of the gallery and print how long it took."""
    import moderngl
    from PIL import Image

    out = Path(arguments[0])
    preset = arguments[1] if len(arguments) > 1 else "full"
    wanted = arguments[2:]
    out.mkdir(parents=True, exist_ok=True)
    anatomy = body.build_anatomy(typical_build())
    ctx = (
        moderngl.create_context(standalone=True, backend="egl")
        if sys.platform == "linux"
        else moderngl.create_context(standalone=True)
    )
    began = time.perf_counter()
    renderer = Renderer(ctx, anatomy, preset)
    print(f"bake or load {time.perf_counter() - began:.1f} s, preset {renderer.preset}")
    for name, (observation, view, options) in cases(anatomy).items():
        if wanted and not any(w in name for w in wanted):
            continue
        began = time.perf_counter()
        frame = frame_from(observation, anatomy, view, options)
        built = time.perf_counter()
        picture = renderer.picture(frame, views.camera_for(view, observation, anatomy), (1280, 800))
        Image.fromarray(picture).save(out / f"{name}.png")
        print(
            f"{name}: frame {1e3 * (built - began):.0f} ms, picture {1e3 * (time.perf_counter() - built):.0f} ms"
        )
    for name, (observation, c_arm) in beams(anatomy).items():
        if wanted and not any(w in name for w in wanted):
            continue
        began = time.perf_counter()
        frame = frame_from(observation, anatomy, views.BACK)
        picture, dose = renderer.pulse_picture(frame, c_arm, 640)
        Image.fromarray(picture).save(out / f"{name}.png")
        print(f"{name}: {1e3 * (time.perf_counter() - began):.0f} ms, {dose:.2f} mGy cm2")


if __name__ == "__main__":
    main(sys.argv[1:])
