"""A cohort: many implants in parallel, the same for any number of workers, nothing lost when stopped.

Implant `index` of a cohort depends on (seed, index, model, months) alone. Finished implants are written
at once, one line each, to a part file; a stopped run goes on from there.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from physics.randomness import draw

WAITING_PER_WORKER = 4  # tasks queued ahead: a stop need not wait for a long queue
PART_FORMAT = 1
INTERRUPTED = 130
Row = dict[str, Any]


class PartFileError(Exception):
    """The part file of an earlier run belongs to another cohort or cannot be read."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """What is asked for."""

    implants: int
    months: float
    model: str
    seed: int
    kink_radius_m: float | None = None  # instead of the model's, which nobody has measured


def life_seed(seed: int, index: int) -> int:
    """Return the seed of one patient's hands and life."""
    return int(draw(seed, "population.case", index).integers(0, 2**31 - 1))


def one_implant(cohort: Cohort, index: int) -> Row:
    """Return one implant's row: who, how, what happened; a failure of the model is a row too."""
    from game.population.follow import follow
    from game.population.implant import CannotImplant, put_in
    from game.population.operators import draw_operation
    from game.population.people import draw_person
    from physics.errors import SimulationDiverged

    row: Row = {"index": index}
    try:
        person = draw_person(cohort.seed, index)
        plan = draw_operation(cohort.seed, index, person.build.abdominal_fat_m)
        row |= {"person": asdict(person), "operation": asdict(plan)}
        number = life_seed(cohort.seed, index)
        implant = put_in(_case(cohort, person), person, plan, number)
        row |= {"state": "followed", "history": asdict(follow(implant, cohort.months, number))}
    except CannotImplant as reason:
        row |= {"state": "not implanted", "reason": str(reason)}
    except SimulationDiverged as broken:
        row |= {"state": "diverged", "reason": f"{broken.subsystem}: {broken.quantity}"}
    except (ValueError, np.linalg.LinAlgError) as refused:
        row |= {"state": "refused", "reason": str(refused)}
    return plain(row)


def _case(cohort: Cohort, person: Any) -> Any:
    """Return the case of a person, with the kink radius that was asked for."""
    from game.population.implant import case_for

    case = case_for(person, cohort.model)
    if cohort.kink_radius_m is None:
        return case
    return replace(case, catheter=replace(case.catheter, kink_radius_m=cohort.kink_radius_m))


def plain(value: Any) -> Any:
    """Return data as JSON would read it back, so that a row is the same from memory and from disk."""
    return json.loads(json.dumps(value, allow_nan=False))


def _start_worker() -> None:
    """Let Ctrl-C end a worker at once and silently: what it was at is done again, the parent has the rest."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start_worker)


def in_parallel(function: Callable[..., Row], tasks: list[tuple[Any, ...]], workers: int) -> Iterator[Row]:
    """Yield the rows of `function(*task)` as they are done; one worker runs here, without a pool.

    A KeyboardInterrupt drops what is queued and is raised again.
    """
    if workers == 1:
        yield from (function(*task) for task in tasks)
        return
    left = iter(tasks)
    with _pool(workers) as pool:
        running: set[Future[Row]] = set()
        try:
            while True:
                while len(running) < workers * WAITING_PER_WORKER and (task := next(left, None)) is not None:
                    running.add(pool.submit(function, *task))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def part_file(json_file: Path) -> Path:
    """Return where the rows of an unfinished run are kept."""
    return json_file.with_name(json_file.name + ".part")


def read_part(path: Path, asked: dict[str, Any]) -> dict[int, Row]:
    """Return the finished rows of an earlier run of the same cohort; none if there is no file.

    Raises
    ------
    PartFileError
        If the file belongs to another cohort or cannot be read.
    """
    if not path.exists():
        return {}
    try:
        lines = path.read_text("utf-8").splitlines()
        head = json.loads(lines[0])
        whole = [line for line in lines[1:] if line.endswith("}")]  # the last may be cut off
        rows = {int(row["index"]): row for row in map(json.loads, whole)}
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise PartFileError(f"{path} cannot be read; expected the part file of an earlier run, or none") from error
    if head != plain(_head(asked)):
        raise PartFileError(f"{path} belongs to another run ({head}); expected the same arguments, or no such file")
    return rows


def _head(asked: dict[str, Any]) -> dict[str, Any]:
    return {"part": PART_FORMAT, **asked}


def _rewrite(part: Path, lines: list[Row]) -> None:
    """Write a part file anew in one move: a stop in between loses nothing."""
    fresh = part.with_name(part.name + ".new")
    fresh.write_text("".join(json.dumps(line, allow_nan=False) + "\n" for line in lines), "utf-8")
    os.replace(fresh, part)


def run_tasks(
    function: Callable[..., Row], asked: dict[str, Any], tasks: dict[int, tuple[Any, ...]], workers: int,
    part: Path | None = None, advance: Callable[[float, str], None] | None = None, noun: str = "implants",
) -> list[Row]:
    """Return the rows of all tasks in the order of their number, whatever the number of workers.

    Parameters
    ----------
    asked : dict
        What identifies the run: written at the head of the part file.
    tasks : dict of number -> arguments
        Each row has its number under "index".
    part : Path, optional
        Where finished rows are kept.
    noun : str
        What is counted, in words.
    """  # fmt: skip
    rows = read_part(part, asked) if part is not None else {}
    rows = {n: row for n, row in rows.items() if n in tasks}
    waiting = [task for n, task in tasks.items() if n not in rows]
    sink = None
    try:
        if part is not None:
            _rewrite(part, [_head(asked), *(rows[n] for n in sorted(rows))])
            sink = part.open("a", encoding="utf-8")
        for row in in_parallel(function, waiting, workers):
            rows[int(row["index"])] = row
            if sink is not None:
                sink.write(json.dumps(row, allow_nan=False) + "\n")
                sink.flush()
            if advance is not None:
                advance(len(rows), f"{len(rows)} of {len(tasks)} {noun}")
    finally:
        if sink is not None:
            sink.close()
    return [rows[n] for n in sorted(rows)]


def run_cohort(
    cohort: Cohort, workers: int, part: Path | None = None, advance: Callable[[float, str], None] | None = None
) -> list[Row]:
    """Return the row of every implant of a cohort."""
    tasks = {index: (cohort, index) for index in range(cohort.implants)}
    asked = {"what": "population", **{k: v for k, v in asdict(cohort).items() if k != "implants"}}
    return run_tasks(one_implant, asked, tasks, workers, part, advance)
