"""PyElastica's Cosserat rod on the tube push (explicit, position Verlet).

A loaded rod blows up at 1e-5 s and holds at 5e-6 s (catheter_mechanics sections 3.4 and 3.5), which makes a
whole push take minutes; its cost per step does not depend on the load, so a few frames are timed.
"""

from __future__ import annotations

import logging
import time
import warnings
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

import game.bench.tube as tube
from game.validate.rod_tube import PLAY_M, PUSH_M_PER_S, PUSH_S, TICK_S

FloatArray = NDArray[np.float64]

DT_S = 5e-6
WALL_N_PER_M = 50.0  # per node, with damping: an explicit step stands no more
WALL_DAMPING = 0.002


def name() -> str | None:
    """Return the peer's name with version; None where it is not installed."""
    try:
        return f"PyElastica {version('pyelastica')}"
    except PackageNotFoundError:
        return None


@njit(cache=True)
def _wall(x: FloatArray, v: FloatArray, force: FloatArray, clearance: float, friction: float) -> None:
    """Add the tube's push and rub on the inner nodes; arrays (3, n+1), the tube along the first axis."""
    for i in range(1, x.shape[1] - 1):
        r = np.sqrt(x[1, i] ** 2 + x[2, i] ** 2)
        if r <= clearance:
            continue
        ny, nz = x[1, i] / r, x[2, i] / r
        vn = v[1, i] * ny + v[2, i] * nz
        push = max(0.0, WALL_N_PER_M * (r - clearance) + WALL_DAMPING * vn)
        ty, tz = v[1, i] - vn * ny, v[2, i] - vn * nz
        speed = np.sqrt(v[0, i] ** 2 + ty * ty + tz * tz) + 1e-9
        rub = friction * push * min(1.0, speed / 1e-3) / speed
        force[0, i] -= rub * v[0, i]
        force[1, i] -= push * ny + rub * ty
        force[2, i] -= push * nz + rub * tz


def _simulator(n_edges: int, friction: float) -> tuple[Any, Any]:
    """Return PyElastica's simulator with the rod in its tube and its near end driven, and the rod."""
    import elastica

    class Simulator(  # type: ignore[misc]
        elastica.BaseSystemCollection, elastica.Constraints, elastica.Forcing, elastica.Damping
    ):
        """The parts of a PyElastica problem."""

    class Wall(elastica.NoForces):  # type: ignore[misc]
        """The tube."""

        def apply_forces(self, system: Any, time: float = 0.0) -> None:
            _wall(system.position_collection, system.velocity_collection, system.external_forces, PLAY_M, friction)

    class Feed(elastica.ConstraintBase):  # type: ignore[misc]
        """The near end moves in, its first edge kept straight."""

        def __init__(self, **rest: Any) -> None:
            super().__init__(**rest)
            self.x = self._system.position_collection[:, :2].copy()
            self.frame = self._system.director_collection[:, :, 0].copy()

        def constrain_values(self, system: Any, time: float) -> None:
            system.position_collection[:, :2] = self.x
            system.position_collection[0, :2] += PUSH_M_PER_S * min(float(time), PUSH_S)
            system.director_collection[:, :, 0] = self.frame

        def constrain_rates(self, system: Any, time: float) -> None:
            system.velocity_collection[:, :2] = 0.0
            system.velocity_collection[0, :2] = tube.speed_at(float(time))
            system.omega_collection[:, 0] = 0.0

    spec = tube.ROD
    young = spec.bending_stiffness / (0.25 * np.pi * spec.radius_m**4)
    rod = elastica.CosseratRod.straight_rod(
        n_edges, start=np.zeros(3), direction=np.array([1.0, 0.0, 0.0]), normal=np.array([0.0, 0.0, 1.0]),
        base_length=1.0, base_radius=spec.radius_m, youngs_modulus=young, shear_modulus=young / 3.0,
        density=spec.mass_per_length / (np.pi * spec.radius_m**2),
    )  # fmt: skip
    simulator = Simulator()
    simulator.append(rod)
    simulator.constrain(rod).using(Feed)
    simulator.add_forcing_to(rod).using(Wall)
    simulator.dampen(rod).using(
        elastica.AnalyticalLinearDamper, uniform_damping_constant=tube.DRAG / spec.mass_per_length, time_step=DT_S
    )
    simulator.finalize()
    return simulator, rod


def push_ms_per_tick(n_edges: int = 128, friction: float = tube.FRICTION, frames: int = 3) -> float:
    """Return the processor time per 1/64 s of the push [ms], the best of a few frames."""
    import elastica

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)  # it warns of the small inertia of so thin a rod
        simulator, rod = _simulator(n_edges, friction)
        logging.disable(logging.NOTSET)
        stepper, now, best = elastica.PositionVerlet(), 0.0, float("inf")
        for _ in range(20):  # compiles
            now = stepper.step(simulator, now, DT_S)
        for _ in range(frames):
            began, steps = time.process_time(), round(TICK_S / DT_S)
            for _ in range(steps):
                now = stepper.step(simulator, now, DT_S)
            best = min(best, 1e3 * (time.process_time() - began))
    if not np.isfinite(rod.position_collection).all():
        raise FloatingPointError("PyElastica's rod is no longer finite")
    return best
