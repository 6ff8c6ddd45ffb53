"""Random hands on the catheter until something is no longer a number: `python benchmarks/fuzz_catheter.py --ticks 100000`.

Three levels share the ticks: `rod` (small rods, random contacts, grips, pieces and sets, one implicit step a
tick), `feed` (threading and drawing back through a short needle) and `world` (`physics.step` with any command
at all, resting ticks included). A refused command (`CommandError`) or a refused call is an answer; a number that
is not finite, or any other error, is a failure and names the level and the seed of its episode.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from dataclasses import fields, replace
from typing import Any

import numpy as np

import physics
from physics import catheter, commands
from physics.anatomy import PatientBuild, build_anatomy, reference_approach
from physics.catheter import CATHETERS, Surroundings
from physics.catheter.bodies import capsule, disc, half_space, rim, stack_bodies, stack_rims
from physics.catheter.contact import CANAL, CONDUIT, FREE, SLAB
from physics.catheter.kink import composed, fold_changes, update_hinges, yielded
from physics.catheter.rod import Drive, Stage, advance, clamp, law_table, pack_canal, pack_conduit, pack_cord, rod_from_line
from physics.errors import CommandError, PhysicsError, SimulationDiverged
from physics.operation import HANDLERS
from physics.params import Params

LEVELS = ("rod", "feed", "world")
SHARES = {"rod": 0.55, "feed": 0.15, "world": 0.30}  # of the ticks
EPISODE = {"rod": 120, "feed": 250, "world": 400}  # ticks before a new start
COMMAND_CHANCE = 0.2  # of a tick of the world; the others rest
RARE = {"AdvanceClinicalTime": 0.03, "EnterMri": 0.03, "CloseWounds": 0.05, "TunnelCatheter": 0.1, "PlacePump": 0.1, "CoilSlack": 0.1,
        "TrimCatheter": 0.1, "LayLoop": 0.1, "PlaceAnchor": 0.1, "DissectPocket": 0.1, "PullCatheter": 0.1}  # fmt: skip
WORDS = {"model": tuple(CATHETERS)}
ADULT = Params(PatientBuild(46.0, True, 1.66, 66.0, 0.014, 0.030, 0.062))


def finite(thing: Any) -> bool:
    """Return whether every number in a frozen tree is finite (infinite marks of "never" count as finite)."""
    if dataclasses.is_dataclass(thing):
        return all(finite(getattr(thing, item.name)) for item in fields(thing))
    if isinstance(thing, np.ndarray):
        return thing.dtype.kind not in "fc" or bool(np.isfinite(thing).all())
    if isinstance(thing, tuple):
        return all(finite(part) for part in thing)
    return not isinstance(thing, float) or thing == thing


# --- rods -------------------------------------------------------------------------------------


def small_surroundings(rng: np.random.Generator) -> Surroundings:
    """Return a short bent sac with a cord, as large as a finger."""
    s = np.linspace(-0.03, 0.05, 15)
    bend = rng.uniform(-6.0, 6.0)
    centre = np.column_stack([0 * s, 0.5 * bend * s * s, s])
    normals = np.column_stack([0 * s, 1 / np.hypot(1, bend * s), -bend * s / np.hypot(1, bend * s)])
    return Surroundings(
        centre, normals, np.tile(rng.uniform([4e-3, 4e-3], [9e-3, 8e-3]), (15, 1)), centre + 1e-3 * normals,
        np.full(15, rng.uniform(0.5e-3, 3e-3)), np.full(15, rng.uniform(0.05, 1.0)),
    )  # fmt: skip


def random_rod(rng: np.random.Generator) -> tuple[Any, Any, Surroundings]:
    """Return a random small rod, its specification and what is round it."""
    spec = list(CATHETERS.values())[rng.integers(len(CATHETERS))]
    spec = replace(spec, bending_stiffness=spec.bending_stiffness * 10 ** rng.uniform(-1, 1),
                   kink_radius_m=rng.uniform(2e-3, 8e-3))  # fmt: skip
    n = int(rng.integers(6, 25))
    heading = rng.normal(size=3) + [0, 0, 1.5]
    steps = np.cumsum(rng.normal(size=(n, 3)) * rng.choice([0.0, 0.1, 0.4]), axis=0) + heading
    steps /= np.linalg.norm(steps, axis=1)[:, None]
    edge = rng.uniform(0.6e-3, 4e-3, size=(n, 1))
    line = np.vstack([np.zeros(3), np.cumsum(edge * steps, axis=0)]) + rng.normal(size=3) * 2e-3
    state = rod_from_line(line, spec, "implanted", int(rng.integers(1 << 30)))
    state = replace(
        state, status=rng.choice([FREE, CONDUIT, CANAL, SLAB], size=n + 1), hint=np.full((n + 1, 4), 5),
        plane=np.tile([0.0, 1.0, 0.0, 0.0, 1e-3], (n + 1, 1)), hold_stiffness=rng.choice([0.0, 200.0], size=n + 1),
        hold_capacity=rng.choice([0.0, 0.05, 2.0], size=n + 1), rest_curvature=rng.normal(size=(n, 2)) * 0.02,
    )  # fmt: skip
    return state, spec, small_surroundings(rng)


def random_stage(rng: np.random.Generator, spec: Any, around: Surroundings) -> Stage:
    """Return contact geometry with any mixture of needle, sac, cord, bodies and rims, moving or not."""
    def unit() -> Any:
        v = rng.normal(size=3)
        return v / np.linalg.norm(v)

    def near() -> Any:
        return rng.normal(size=3) * 0.01

    moves = rng.normal(size=3) * rng.choice([0.0, 1e-4, 1e-3])
    bodies = [capsule(near(), near(), rng.uniform(5e-4, 5e-3), displacement_m=moves)] if rng.random() < 0.4 else []
    bodies += [disc(near(), unit(), 0.02, 5e-3)] if rng.random() < 0.2 else []
    bodies += [half_space(near() - [0, 0, 0.02], unit())] if rng.random() < 0.2 else []
    rims = [rim(near(), unit(), rng.uniform(0.7e-3, 1.5e-3), displacement_m=moves)] if rng.random() < 0.4 else []
    bore = pack_conduit(around.canal_points_m + near() * 0.1, rng.uniform(0.75e-3, 2e-3))
    return Stage(bore, pack_canal(around), pack_cord(around), law_table(spec), stack_bodies(bodies), stack_rims(rims))


def changed_rod(rng: np.random.Generator, state: Any, spec: Any) -> Any:
    """Return the rod after something that hands may do to it between two steps."""
    act = int(rng.integers(8))
    if act == 0 and state.n_edges < 40:
        return catheter.split_edge(state, spec, int(rng.integers(state.n_edges)), float(rng.uniform(0.2, 0.8)))
    if act in (1, 2) and state.n_edges > 8:
        hand, tip = catheter.cut(state, spec, float(rng.uniform(-0.1, 1.1)) * state.length_m)
        return catheter.join(hand, tip, spec) if act == 1 else (hand if hand.n_edges >= tip.n_edges else tip)
    if act == 3:
        behind = None if rng.random() < 0.5 else float(rng.uniform(-0.01, state.length_m))
        return catheter.move_stylet(state, spec, behind)[0]
    if act == 4:
        return catheter.gripped(state, rng.uniform(0, state.length_m), rng.uniform(0, 60), bool(rng.integers(2)), 10.0)[0]
    if act == 5:
        a, b = rng.normal(size=3) * 0.02, rng.normal(size=3) * 0.02
        return catheter.punctured(state, spec, a, b, 7e-4)[0]
    if act == 6:
        return replace(state, status=rng.choice([FREE, CONDUIT, CANAL, SLAB], size=len(state.x)))
    return composed(state, spec)


def rod_ticks(seed: int, n: int) -> int:
    """Run one episode of the rod level; return the ticks done."""
    rng = np.random.default_rng([1, seed])
    state, spec, around = random_rod(rng)
    stage = random_stage(rng, spec, around)
    for tick in range(n):
        if rng.random() < 0.1:
            try:
                state = changed_rod(rng, state, spec)
            except PhysicsError as refused:
                if isinstance(refused, SimulationDiverged):
                    raise
        if rng.random() < 0.02:
            stage = random_stage(rng, spec, around)
        v, omega = state.v.copy(), state.omega.copy()
        speed = rng.choice([0.0, 0.02, 0.3])
        v[:2] = rng.normal(size=3) * speed
        omega[0] = rng.normal() * rng.choice([0.0, 1.0, 30.0])
        fixed = clamp(state.n_edges, (0, 1), (0,))
        if rng.random() < 0.3:
            fixed |= catheter.grip_mask(state, float(rng.uniform(0.0, state.length_m)))[0]
        load = rng.normal(size=state.x.shape) * rng.choice([0.0, 1e-3, 0.1]) if rng.random() < 0.2 else None
        drive = Drive(dt_s=float(rng.choice([1 / 256, 1 / 64, 0.05])), cap=int(rng.choice([6, 12, 20])),
                      self_contact=bool(rng.random() < 0.3), drag=float(rng.choice([0.02, 0.5])))  # fmt: skip
        state, _ = advance(replace(state, v=v, omega=omega), spec, stage, drive, fixed, dead_load=load)
        state = yielded(update_hinges(state, spec)[0], spec)
        state, _ = fold_changes(state, spec)
        if not np.isfinite(state.x).all() or (tick % 10 == 0 and not (
            finite(state) and np.isfinite(catheter.patency(state, spec)).all())):  # fmt: skip
            raise SimulationDiverged(tick, "catheter", "rod state")
        if np.abs(state.x).max() > 0.5:  # drifted out of the room: a free rod under a load flies away
            state, spec, around = random_rod(rng)
    return n


# --- threading --------------------------------------------------------------------------------


def feed_ticks(seed: int, n: int) -> int:
    """Run one episode of threading through a needle of 25 mm; return the ticks done."""
    rng = np.random.default_rng([2, seed])
    around = small_surroundings(rng)
    angle, dive = rng.uniform(0.3, 2.4), rng.uniform(-2e-3, 10e-3)
    axis = np.array([rng.normal() * 0.1, -np.sin(angle), np.cos(angle)])
    axis /= np.linalg.norm(axis)
    mouth = around.canal_points_m[7] + [0.0, around.sac_semi_axes_m[0, 1] - dive, 0.0]
    needle = mouth - axis * np.linspace(0.025, 0.0, 14)[:, None]
    needle[-3:, 2] += np.array([0.1e-3, 0.35e-3, 0.8e-3]) * rng.uniform(-1, 1)
    around = replace(around, needle_line_m=needle)
    spec = list(CATHETERS.values())[rng.integers(len(CATHETERS))]
    state = catheter.open_catheter(spec, needle, seed)
    stylet = None if rng.random() < 0.5 else float(rng.uniform(0, 0.02))
    sense, report = 1.0, catheter.Report()
    for tick in range(n):
        if rng.random() < 0.03:
            sense = float(rng.choice([1.0, 1.0, -1.0, 0.0]))
        if rng.random() < 0.02:
            stylet = None if rng.random() < 0.5 else float(rng.uniform(-0.005, 0.04))
        if rng.random() < 0.02:
            shift = rng.normal(size=3) * 2e-4
            around = replace(around, needle_line_m=around.needle_line_m + shift)
        travel = sense * rng.uniform(0.0, 1.0) * rng.choice([2e-4, 2e-3, 4e-3])
        if rng.random() < 0.02:
            travel = float(rng.choice([10.0, np.nan, -1.0]))
        turn = rng.normal() * rng.choice([0.0, 0.0, 0.3])
        try:
            state, report = catheter.feed(state, spec, around, travel, turn, stylet, 1 / 64)
        except PhysicsError as refused:
            if isinstance(refused, SimulationDiverged):
                raise
        stylet = state.stylet_behind_tip_m
        if not finite(report.happenings) or (tick % 10 == 0 and not finite(state)):
            raise SimulationDiverged(tick, "catheter", "threading state")
        if state.n_edges > 60 or state.hub_arc_m < -0.02:
            state = catheter.open_catheter(spec, around.needle_line_m, seed)
    return n


# --- the world --------------------------------------------------------------------------------


def random_command(rng: np.random.Generator) -> Any:
    """Return any command with any values: mostly within its ranges, now and then beyond them (refused)."""
    kinds = sorted(HANDLERS, key=lambda kind: kind.__name__)
    weights = np.array([RARE.get(kind.__name__, 1.0) for kind in kinds])
    kind = kinds[rng.choice(len(kinds), p=weights / weights.sum())]
    values: dict[str, Any] = {}
    for item in fields(kind):
        name = item.name
        if name in kind.optional and rng.random() < 0.4:
            values[name] = None
        elif name in kind.ranges:
            low, high = kind.ranges[name]
            value = float(rng.choice([low, high, rng.uniform(low, high), rng.uniform(low, high)]))
            value = float(rng.choice([value, 3.0 * high + 1.0, np.nan], p=[0.98, 0.01, 0.01]))
            values[name] = int(value) if str(item.type).startswith("int") and value == value else value
        elif name in kind.words:
            values[name] = str(rng.choice(kind.words[name]))
        elif str(item.type) == "bool":
            values[name] = bool(rng.integers(2))
        elif name in WORDS:
            values[name] = str(rng.choice(WORDS[name]))
        elif name == "steps":
            starts = np.unique(rng.integers(0, 1440, int(rng.integers(0, 15)))) * 60.0
            values[name] = tuple((float(start), float(rng.uniform(0.0, 2e-11))) for start in starts)
        elif name == "waypoints_m":
            ends = rng.uniform([-0.1, -0.1, 0.0], [0.1, 0.1, 0.03]), rng.uniform([-0.4, -0.1, 0.0], [0.4, 0.2, 0.03])
            ways = np.linspace(*ends, int(rng.integers(2, 6)))
            values[name] = tuple(tuple(float(c) for c in point) for point in ways)
    if kind is commands.GiveTreatment:
        values["amount"] *= commands.TREATMENTS[values["treatment"]][0]
    if "cover_m" in values and values["cover_m"] == values["cover_m"]:
        values["cover_m"] = min(values["cover_m"], 0.06)
    return kind(**values)


def starts() -> list[Any]:
    """Return worlds to begin from: untouched, needle in the sac, catheter threaded, laid, and connected."""
    u, v, medial, _ = reference_approach(build_anatomy(ADULT.build), 0.87)
    world = physics.initial(ADULT, 3)
    bank = [world]
    world, _ = physics.step(ADULT, world, (commands.PlaceNeedle(u, v, 0.87, medial, 0.12), commands.BraceHand(True)))
    for _ in range(4000):
        world, events = physics.step(ADULT, world, (commands.AdvanceNeedle(1.5e-4),))
        if any(event.name == "DuraPunctured" for event in events):
            break
    for _ in range(40):
        world, _ = physics.step(ADULT, world, (commands.AdvanceNeedle(1e-4),))
    bank.append(world)
    world, _ = physics.step(ADULT, world, (commands.OpenCatheter("ascenda_8780", True),))
    for _ in range(110):
        world, _ = physics.step(ADULT, world, (commands.FeedCatheter(1.5e-3),))
    bank.append(world)
    laid = ((commands.SetCatheterStylet(None),), (commands.TiePurseString(2.0), commands.RemoveNeedle(True)),
            (commands.PlaceAnchor(0.01, 3, "fascia"), commands.LayLoop(0.02)),
            (commands.DissectPocket(-0.3, 0.04, 0.05, "subcutaneous", 0.016), commands.PlacePump(0.5)),
            (commands.TunnelCatheter(((-0.06, -0.02, 0.014), (-0.15, 0.0, 0.014), (-0.25, 0.03, 0.014))),))  # fmt: skip
    for batch in laid:
        world, _ = physics.step(ADULT, world, batch)
    bank.append(world)
    for batch in ((commands.ConnectCatheter(18.0), commands.FillOnTable(20e-6, 0.5, True)),
                  (commands.ProgramPump("continuous", 1e-12, 0.5, 20e-6, 2e-6), commands.PlaceRefillNeedle(-0.3, 0.04))):  # fmt: skip
        world, _ = physics.step(ADULT, world, batch)
    return [*bank, world]


_BANK: list[Any] = []


def world_ticks(seed: int, n: int) -> int:
    """Run one episode of the whole world; return the ticks done."""
    if not _BANK:
        _BANK.extend(starts())
    rng = np.random.default_rng([3, seed])
    world = _BANK[rng.integers(len(_BANK))]
    for tick in range(n):
        given: tuple[Any, ...] = ()
        if rng.random() < COMMAND_CHANCE:
            try:
                command = random_command(rng)
                given = (command,) * (int(rng.choice([1, 1, 1, 40])) if "travel_m" in command.ranges else 1)
            except PhysicsError:
                given = ()
        try:
            world, events = physics.step(ADULT, world, given)
        except CommandError:
            continue
        if not all(np.isfinite(event.magnitude) for event in events):
            raise SimulationDiverged(tick, "events", str([e for e in events if not np.isfinite(e.magnitude)][0]))
        if (given or events) and not (finite(world.theatre.catheter) and finite(world.theatre.pocket)):
            raise SimulationDiverged(tick, "theatre", "catheter or pocket")
    if not finite(world.therapy.pump) or not finite(world.therapy.line):
        raise SimulationDiverged(n, "therapy", "pump or line")
    return n


RUN = {"rod": rod_ticks, "feed": feed_ticks, "world": world_ticks}


def fuzz(ticks: int, seed: int, levels: tuple[str, ...] = LEVELS, tell: bool = False) -> tuple[dict[str, int], list[str]]:
    """Run about `ticks` ticks over the levels; return how many each did, and the failures."""
    whole = sum(SHARES[level] for level in levels)
    done = dict.fromkeys(levels, 0)
    failures: list[str] = []
    began, used, shown, episode = time.perf_counter(), time.process_time(), 0.0, seed
    while sum(done.values()) < ticks:
        level = min(levels, key=lambda name: done[name] / SHARES[name] * whole)
        left = ticks - sum(done.values())
        try:
            done[level] += RUN[level](episode, min(EPISODE[level], max(left, 1)))
        except Exception as broken:  # any error is a finding; it must not end the run
            failures.append(f"{level} episode {episode}: {type(broken).__name__}: {broken}")
            done[level] += 1
            if tell:
                print("\n" + failures[-1], flush=True)
        episode += 1
        now = time.perf_counter() - began
        if tell and now - shown > 5.0:
            shown, total = now, sum(done.values())
            each = 1e3 * (time.process_time() - used) / total
            print(f"\r{total} of {ticks} ticks, {each:.2f} ms of processor each, {len(failures)} failures", end="", flush=True)
    return done, failures


def main() -> int:
    """Run from the command line; exit code 1 when anything broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ticks", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--level", choices=(*LEVELS, "all"), default="all")
    given = parser.parse_args()
    began, used = time.perf_counter(), time.process_time()
    done, failures = fuzz(given.ticks, given.seed, LEVELS if given.level == "all" else (given.level,), tell=True)
    wall, busy = time.perf_counter() - began, time.process_time() - used
    print(f"\n{sum(done.values())} ticks {done} in {wall:.0f} s ({busy:.0f} s of processor): {len(failures)} failures")
    for line in failures[:20]:
        print("  " + line)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
