"""MuJoCo's one-dimensional flex on the same problems (MuJoCo 4, integrator "discrete").

Settings found to suit a light, stiff-in-stretch rod: edges as equality constraints with solref 1e-4 (its
default stretches the rod several lengths), stiff contact with solref 1e-3, at 1/240 s; catheter_mechanics
section 3.6. The tube is twelve planes, as MuJoCo has no hollow cylinder.
"""

from __future__ import annotations

import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

import game.bench.tube as tube
from game.validate.closed_forms import elastica_tip
from game.validate.rod_tube import TICK_S, TUBE_RADIUS_M

FloatArray = NDArray[np.float64]

DT_S = 1.0 / 240.0
STEPS_PER_FRAME = 4
EDGE_SOLREF = 1e-4
CONTACT_SOLREF = 1e-3
N_PLANES = 12
CLAMP_KG = 1e4  # armature that makes an axis of a node immovable
DAMPING = 0.02  # of the elastic element, per unit strain rate


def name() -> str | None:
    """Return the peer's name with version; None where it is not installed."""
    try:
        return f"MuJoCo {version('mujoco')} flex"
    except PackageNotFoundError:
        return None


def _planes(friction: float) -> str:
    rows = []
    for angle in 2.0 * np.pi * np.arange(N_PLANES) / N_PLANES:
        y, z = np.cos(angle), np.sin(angle)
        rows.append(
            f'<geom type="plane" size="0 0 1" pos="0 {TUBE_RADIUS_M * y:.9g} {TUBE_RADIUS_M * z:.9g}" '
            f'zaxis="0 {-y:.9g} {-z:.9g}" {_contact(friction)}/>'
        )
    return "".join(rows)


def _contact(friction: float) -> str:
    return (
        f'friction="{friction} 0 0" condim="{3 if friction > 0.0 else 1}" '
        f'solref="{CONTACT_SOLREF} 1" solimp="0.99 0.999 0.0001"'
    )


def _model(
    points_m: FloatArray, friction: float | None = None, pins: str = "", solver_tolerance: float = 1e-12
) -> Any:
    """Return a flex along `points_m`, straight and stress-free there; with a friction it lies in the tube."""
    import mujoco

    spec, n = tube.ROD, len(points_m)
    young = spec.bending_stiffness / (0.25 * np.pi * spec.radius_m**4)
    mass = spec.mass_per_length * float(np.linalg.norm(np.diff(points_m, axis=0), axis=1).sum())
    points = " ".join(f"{v:.9g}" for v in points_m.ravel())
    elements = " ".join(f"{i} {i + 1}" for i in range(n - 1))
    touch = "" if friction is None else _contact(friction)
    return mujoco.MjModel.from_xml_string(f"""
    <mujoco><option timestep="{DT_S}" integrator="discrete" gravity="0 0 0" solver="Newton" cone="elliptic"
        tolerance="{solver_tolerance}" iterations="100"/><size memory="200M"/>
    <worldbody>{"" if friction is None else _planes(friction)}
      <flexcomp name="rod" type="direct" dim="1" dof="full" point="{points}" element="{elements}" mass="{mass}"
          radius="{spec.radius_m}" inertiabox="1e-4">
        <edge equality="true" solref="{EDGE_SOLREF} 1" solimp="0.9999 0.9999 0.001"/>
        <elasticity young="{young}" poisson="0.499" damping="{DAMPING}"/>
        <contact selfcollide="none" {touch}/>{pins}
      </flexcomp></worldbody></mujoco>""")


def _axes(model: Any, node: int) -> list[int]:
    """Return the three degrees of freedom of a node that is not pinned."""
    first = int(model.body_jntadr[model.body(f"rod_{node}").id])
    return [int(model.jnt_dofadr[first + k]) for k in range(3)]


def cantilever_error(n_edges: int, rest_s: float = 10.0) -> float:
    """Return the distance of its tip from Bickley's, over L; loaded over 30 % of the time, then at rest (V1)."""
    import mujoco

    length, ei = 0.1, tube.ROD.bending_stiffness
    edge = length / (n_edges - 0.5)
    s = (np.arange(n_edges + 1) - 0.5) * edge
    model = _model(np.column_stack([s, 0 * s, 0 * s]), pins='<pin id="0 1"/>', solver_tolerance=1e-8)
    model.dof_damping[:] = 1e-2 * edge
    hinges = model.jnt_type == mujoco.mjtJoint.mjJNT_HINGE
    model.dof_damping[model.jnt_dofadr[hinges]] = 0.0
    data, tip, steps = mujoco.MjData(model), model.body(f"rod_{n_edges}").id, round(rest_s / DT_S)
    for k in range(steps):
        data.xfrc_applied[tip, 1] = 2.0 * ei / length**2 * min(1.0, k / (0.3 * steps))
        mujoco.mj_step(model, data)
    x, drop = elastica_tip()
    end = data.flexvert_xpos[-1] / length
    return float(np.hypot(end[0] - x, end[1] - drop))


def push(n_edges: int = 128, friction: float = tube.FRICTION) -> tube.Pushed:
    """Return how the tube push goes, timed in frames of four steps."""
    import mujoco

    start, s = tube.line_of(n_edges, friction), np.linspace(0.0, 1.0, n_edges + 1)
    model = _model(np.column_stack([s, 0 * s, 0 * s]), friction)
    ends = (0, 1, n_edges - 1, n_edges)
    for i in range(n_edges + 1):
        axes = _axes(model, i)
        model.dof_damping[axes] = 0.0 if i in ends else tube.DRAG / n_edges
        if i in ends:
            model.dof_armature[axes] = CLAMP_KG
    mujoco.mj_setConst(model, mujoco.MjData(model))
    data = mujoco.MjData(model)
    for i in range(n_edges + 1):
        q = int(model.jnt_qposadr[model.body_jntadr[model.body(f"rod_{i}").id]])
        data.qpos[q : q + 3] = start[i] - [s[i], 0.0, 0.0]
    pushed = [_axes(model, i)[0] for i in (0, 1)]
    times, deepest = [], 0.0
    frame_s = STEPS_PER_FRAME * DT_S
    for frame in range(round(tube.duration_s(friction) / frame_s)):
        began = time.process_time()
        for _ in range(STEPS_PER_FRAME):
            data.qvel[pushed] = tube.speed_at(frame * frame_s)
            mujoco.mj_step(model, data)
        times.append(1e3 * (time.process_time() - began) * TICK_S / frame_s)
        if data.ncon:
            deepest = max(deepest, -float(data.contact.dist.min()))
    rows = data.efc_type[: data.nefc] == mujoco.mjtConstraint.mjCNSTR_EQUALITY
    force = float(abs(np.median(data.efc_force[: data.nefc][rows])))
    return tube.Pushed(times, deepest, tube.helix_error(data.flexvert_xpos.copy(), force))
