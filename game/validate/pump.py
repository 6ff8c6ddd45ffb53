"""Rows that check pump, programme, line and refill against the arithmetic of the procedure."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from game.validate.row import ValidationRow, within
from physics.pump import (
    alarms,
    battery,
    device,
    faults,
    flow,
    line,
    needle_path,
    patient_bolus,
    program,
    refill,
    reservoir,
    spec,
    state,
)

DAY, HOUR = 86400.0, 3600.0
ML = 1e-6
UG_PER_DAY = 1e-9 / DAY
PUMP = spec.PUMPS["8637-20"]
SECTION = "device_and_procedure"


_row = partial(within, "pump", confidence="M")


def prescribed(dose_ug_per_day: float, ug_per_ml: float, **more: float) -> program.Prescription:
    """Return a continuous prescription in clinical units with a full 20 mL and an alarm at 2 mL."""
    return program.Prescription(
        "continuous", dose_ug_per_day * UG_PER_DAY, ug_per_ml * 1e-3, 20.0 * ML, 2.0 * ML, **more
    )


def days_to_alarm(dose: float, concentration: float, fill_ml: float) -> float:
    """Return the days until the device's own low-reservoir alarm sounds."""
    pump = spec.pump_for(fill_ml * ML)
    given = program.Prescription(
        "continuous", dose * UG_PER_DAY, concentration * 1e-3, fill_ml * ML, 2.0 * ML
    )
    state = device.established(pump, given, fill_ml * ML, concentration * 1e-3, 0.0, 0, False)
    for hour in range(300 * 24):
        state, _, events = device.step(state, pump, HOUR)
        if any(name == "LowReservoirAlarm" for name, _, _ in events):
            return (hour + 1) / 24.0
    return math.inf


def days_to_volume(unit_error: float, left_ml: float) -> float:
    """Return the days until a 20 mL pump at 100 ug/day of 500 ug/mL truly holds what is left."""
    state = device.established(PUMP, prescribed(100.0, 500.0), 20.0 * ML, 0.5, unit_error, 0, False)
    for hour in range(200 * 24):
        state, _, _ = device.step(state, PUMP, HOUR)
        if state.reservoir_m3 <= left_ml * ML:
            return (hour + 1) / 24.0
    return math.inf


def arrival_hours(dose: float, concentration: float, length_m: float, is_tubing_full: bool) -> float:
    """Return the mean time that drug takes to the tip when no prime is given [h], from the line model."""
    flow = dose / concentration * ML / DAY
    state = line.new_line(PUMP.tubing_m3, length_m, concentration * 1e-3 if is_tubing_full else 0.0)
    dt, late_s, before = 0.25 * HOUR, 0.0, 0.0
    for _ in range(2400):
        state, out = line.advance(state, flow * dt, concentration * 1e-3, flow * dt, dt_s=dt)
        share = out.tip_kg / (flow * dt * concentration * 1e-3)
        late_s += (1.0 - share) * dt
        before = share
    assert before > 0.999
    return late_s / HOUR


def early_prime_share() -> float:
    """Return the share of a correct prime that reaches CSF before the prime ends."""
    state = line.new_line(PUMP.tubing_m3, 0.92)
    prime = line.volume_m3(state)
    _, out = line.advance(state, prime, 1.0, prime, dt_s=prime / PUMP.flow_max_m3_per_s)
    return out.tip_kg / prime


def bridge_hours() -> float:
    """Return how long the device bridges in example B1 (500 -> 2000 ug/mL at 300 ug/day, 92 cm)."""
    state = device.established(PUMP, prescribed(300.0, 500.0), 20.0 * ML, 0.5, 0.0, 0, False)
    volume = PUMP.tubing_m3 + program.catheter_volume(0.92)
    state, _ = device.program(state, PUMP, prescribed(300.0, 2000.0, bridge_volume_m3=volume))
    for minute in range(48 * 60):
        state, _, events = device.step(state, PUMP, 60.0)
        if any(name == "BridgeFinished" for name, _, _ in events):
            return minute / 60.0
    return math.inf


def prime_minutes() -> float:
    """Return how long the device primes in example P1 (0.342 mL)."""
    state = device.initial(PUMP, 0.0, 0, False)
    state, _, _, _ = reservoir.fill_on_table(state, PUMP, 20.0 * ML, 0.5, False)
    state, _ = device.program(state, PUMP, prescribed(100.0, 500.0, prime_volume_m3=0.3424 * ML))
    for second in range(7200):
        state, _, events = device.step(state, PUMP, 1.0)
        if any(name == "PrimeFinished" for name, _, _ in events):
            return second / 60.0
    return math.inf


def tilted_hit(skin_uptilt_m: float, needle_tilt_rad: float) -> needle_path.NeedlePath:
    """Return what a needle meets over a pump 27 mm deep and tilted by 25 degrees (case N-C1)."""
    site = needle_path.RefillSite(0.0, 0.0, 27e-3, math.radians(25.0))
    return needle_path.needle_path(site, 0.0, -skin_uptilt_m, 0.0, needle_tilt_rad)


def refill_mass_error() -> float:
    """Return the greatest relative loss of volume or drug over a refill that strays into the pocket."""
    site = needle_path.RefillSite(0.0, 0.0, 16e-3)
    state = refill.place(refill.RefillState(), 0.0, 0.0, 0.0, 0.0, 7)
    stores = refill.Stores(20e-6, 4e-5, 20e-6, "drug", 6e-6, 3e-6, 0.5e-6, 0.0)
    volume, drug = 26.5e-6, 4.3e-5
    worst = 0.0
    for tick in range(4000):
        if state.force_n < 10.0 and tick < 1500:
            state = refill.advance_set_point(state, 1e-4)
        if tick == 2200:
            state = refill.lift(state, 6e-3)
        state, _ = refill.move_needle(state, site, 1.0 / 64.0)
        push = 45e3 if tick < 3400 else -40e3
        state, stores, _ = refill.move_plunger(state, site, stores, PUMP, push, 1.6e-11, 1.0 / 64.0)
        held = stores.syringe_m3 + stores.reservoir_m3 + stores.pocket_m3 + stores.tissue_m3
        mass = stores.syringe_kg + stores.reservoir_kg + stores.pocket_kg + stores.tissue_kg
        worst = max(worst, abs(held / volume - 1.0), abs(mass / drug - 1.0))
    assert stores.pocket_m3 > 0.6e-6  # the lift must have sent some astray
    return worst


def told_years(flow_ml_per_day: float, alarm: str) -> float:
    """Return the years at one flow until a pump tells replacement or end, lived from half a year before."""
    years = next(y for q, y in battery.LIFE_YEARS if q == flow_ml_per_day)
    given = prescribed(500.0 * flow_ml_per_day, 500.0)
    state = device.established(PUMP, given, 20.0 * ML, 0.5, 0.0, 0, False, age_s=(years - 0.5) * spec.YEAR_S)
    while alarm not in state.alarms:
        state, _, _ = device.step(state, PUMP, DAY)
    return state.age_s / spec.YEAR_S


def flexible_day_ug() -> float:
    """Return what a day of 300 ug/day from 6 to 9, 100 to 22 and 200 through the night gives, hour by hour [ug]."""
    steps = ((6 * HOUR, 300.0 * UG_PER_DAY), (9 * HOUR, 100.0 * UG_PER_DAY), (22 * HOUR, 200.0 * UG_PER_DAY))
    given = program.Prescription("flex", 0.0, 0.5, 20.0 * ML, 2.0 * ML, steps=steps, clock_s=10.5 * HOUR)
    state = device.established(PUMP, given, 20.0 * ML, 0.5, 0.0, 0, False)
    before = state.drug_kg
    for _ in range(24):
        state, _, _ = device.step(state, PUMP, HOUR)
    return (before - state.drug_kg) * 1e9


def flow_ratio(change: Callable[[state.PumpState], state.PumpState], volume_ml: float = 18.0) -> float:
    """Return flow over set flow of a pump without error once something about it has changed."""
    pump = change(device.established(PUMP, prescribed(100.0, 500.0), volume_ml * ML, 0.5, 0.0, 0, False))
    return device.demanded_flow(pump, PUMP) / device.set_rate(pump, PUMP)


def over_filled_error_ml() -> float:
    """Return the greatest distance of a reservoir 1 mL over its label from its exponential, over two days [mL]."""
    slope = flow.FLOW_PER_ATMOSPHERE * PUMP.overfill_pa_per_m3 / state.ATMOSPHERE_PA  # of flow, per volume over the label
    pump = device.established(PUMP, prescribed(100.0, 500.0), 21.0 * ML, 0.5, 0.0, 0, False)
    rate, worst = device.set_rate(pump, PUMP), 0.0
    for hour in range(1, 49):
        pump, _, _ = device.step(pump, PUMP, HOUR)
        over = (ML + 1.0 / slope) * math.exp(-rate * hour * HOUR * slope) - 1.0 / slope
        worst = max(worst, abs(pump.reservoir_m3 - PUMP.capacity_m3 - over))
    return worst / ML


def silent_ml(rise: float) -> float:
    """Return how much of 20 mL a faulty pump has given when it runs dry, or when its alarm comes, whichever is first."""
    fault = faults.Fault(faults.OVER_INFUSION, 0.0, rise)
    pump = device.established(PUMP, prescribed(400.0, 500.0), 20.0 * ML, 0.5, 0.0, 0, False, told_faults=(fault,))
    while not pump.alarms and not pump.is_dry:
        pump, _, _ = device.step(pump, PUMP, HOUR)
    return (20.0 * ML - pump.reservoir_m3) / ML


def scans(n: int) -> tuple[float, float, float]:
    """Return (median minutes to turn again, share that takes 2-24 h, share locked in telemetry) of many scans."""
    times = sorted(faults.recovery_s(seed, 0) for seed in range(n))
    late = sum(faults.EXTENDED_S[0] <= t <= faults.EXTENDED_S[1] for t in times)
    return times[n // 2] / 60.0, late / n, sum(math.isinf(t) for t in times) / n


def patient_boluses_a_day(most: int, lockout_s: float) -> float:
    """Return the boluses that a patient who presses every quarter of an hour gets in a day, over four days."""
    own = {"patient_bolus_kg": 1e-8, "patient_bolus_duration_s": 600.0, "patient_lockout_s": lockout_s, "patient_most_per_day": most}
    pump = device.established(PUMP, prescribed(100.0, 500.0, **own), 20.0 * ML, 0.5, 0.0, 0, False)
    before = pump.drug_kg
    for _ in range(4 * 96):
        pump, _ = patient_bolus.request(pump)
        pump, _, _ = device.step(pump, PUMP, DAY / 96)
    return (before - pump.drug_kg - 4 * 1e-7) / 1e-8 / 4.0


def surroundings_rows() -> list[ValidationRow]:
    """Return the rows on what changes flow, and on faults, scanners and requests."""
    here, rule = SECTION + " 1.2", SECTION + " 1.6"
    median, late, locked = scans(20000)
    born = [fault for seed in range(20000) for fault in faults.drawn(seed) if fault.kind == faults.OVER_INFUSION]
    weak = partial(_row, confidence="UGK-L")
    return [
        weak("flow_fever", "flow at 2 C of fever", "1", 1.02, flow_ratio(lambda s: flow.with_fever(s, 2.0)), 1e-9, here),
        weak("flow_hot", "flow at 9 C over, clipped", "1", 1.05, flow_ratio(lambda s: flow.with_fever(s, 9.0)), 1e-9, here),
        weak("flow_2ata", "flow at 2 ATA", "1", 0.86, flow_ratio(lambda s: flow.with_ambient(s, 2 * state.ATMOSPHERE_PA)), 1e-9, here),
        _row("flow_usual", "flow at home, no fever", "1", 1.0, flow_ratio(lambda s: flow.with_ambient(s, state.ATMOSPHERE_PA)), 1e-12,
             "closed form"),
        _row("over_filled", "1 mL over the label against its exponential", "mL", 0.0, over_filled_error_ml(), 1e-4, "closed form"),
        _row("over_infusing", "given when a pump 55 % fast runs dry in silence", "mL", 18.6, silent_ml(0.55), 0.06, "case N-A2",
             confidence="H"),
        _row("over_infusing_share", "share of pumps that come to over-infuse", "1", 0.0016, len(born) / 20000, 8e-4, "S02, S04",
             confidence="H"),
        _row("mri_median", "rotor turns again after the field", "min", 10.0, median, 0.3, rule, confidence="UGK-M"),
        _row("mri_late", "share of scans with 2-24 h", "1", 0.01, late, 0.0021, rule, confidence="A"),
        _row("mri_locked", "share of scans that end in telemetry", "1", 0.005, locked, 0.0015, rule, confidence="A"),
        _row("bolus_day", "requests granted a day: at most 3", "1", 3.0, patient_boluses_a_day(3, 2 * HOUR), 1e-6, "closed form"),
        _row("bolus_lockout", "requests granted a day: one in 6 h", "1", 4.0, patient_boluses_a_day(10, 6 * HOUR), 1e-6, "closed form"),
    ]  # fmt: skip


def programme_rows() -> list[ValidationRow]:
    """Return the rows on refill dates, prime, bridge and mixing."""
    rows = [
        _row(f"alarm_{fill:.0f}_{dose:.0f}_{c:.0f}", "days to the alarm", "d", target, days_to_alarm(dose, c, fill), 0.1, SECTION + " 1.7")
        for fill, dose, c, target in (
            (20.0, 100.0, 500.0, 90.0),
            (20.0, 300.0, 2000.0, 120.0),
            (20.0, 600.0, 2000.0, 60.0),
            (40.0, 600.0, 2000.0, 126.7),
        )
    ]
    volume = program.prime_volume(0.92, PUMP.tubing_m3, False)
    rows += [
        _row("true_2ml", "days to a true 2 mL, pump 14.5 % fast", "d", 78.6, days_to_volume(0.145, 2.0), 0.1, SECTION + " 1.7"),
        _row("p1_catheter", "volume of 92 cm of catheter", "mL", 0.202, program.catheter_volume(0.92) / ML, 6e-4, SECTION + " P1"),
        _row("p1_line", "tubing and catheter", "mL", 0.342, volume / ML, 6e-4, SECTION + " P1"),
        _row("p1_time", "prime at full rate", "min", 20.5, prime_minutes(), 0.15, SECTION + " P1"),
        _row("p2_100_500", "no prime: time to tip", "h", 41.0, arrival_hours(100.0, 500.0, 0.92, False), 0.2, SECTION + " P2"),
        _row("p2_50_500", "no prime: time to tip", "h", 82.0, arrival_hours(50.0, 500.0, 0.92, False), 0.4, SECTION + " P2"),
        _row("p2_catheter", "tubing full: time to tip", "h", 24.0, arrival_hours(100.0, 500.0, 0.92, True), 0.4, SECTION + " P2"),
        _row("b1_bridge", "bridge 500 -> 2000 at 300 ug/day", "h", 13.7, bridge_hours(), 0.1, SECTION + " B1"),
        _row("flex_day", "three steps of a flexible day", "ug", (3 * 300 + 13 * 100 + 8 * 200) / 24, flexible_day_ug(), 1e-3, "closed form"),
        _row("service_1.5", "end of service at 1.5 mL/day", "a", 5.1, told_years(1.5, alarms.END_ALARM), 0.01, SECTION + " 1.4",
             confidence="UGK-L"),
        _row("notice_1.5", "replacement told before it", "d", 90.0,
             365.25 * (told_years(1.5, alarms.END_ALARM) - told_years(1.5, alarms.NOTICE_ALARM)), 1.1, SECTION + " 1.4"),
        _row("early_prime", "share of a prime that leaks early", "1", 0.15, early_prime_share(), 0.055, SECTION + " 6: 10-20 %",
             confidence="UGK-L"),
    ]
    for capacity, residual, target in (
        (20.0, 0.5, 1962.0),
        (20.0, 1.4, 1895.0),
        (20.0, 2.5, 1812.0),
        (40.0, 0.5, 1981.0),
        (40.0, 1.4, 1948.0),
        (40.0, 2.5, 1906.0),
    ):
        mixed = program.mixed_concentration(capacity - residual, 2000.0, residual, 500.0)
        rows.append(
            _row(f"mix_{capacity:.0f}_{residual}", "2000 on a residual of 500", "ug/mL", target, mixed, 1.0, SECTION + " 6, mixing")
        )
    return rows


def rows() -> list[ValidationRow]:
    """Return the rows of this subsystem."""
    tilt = math.radians(25.0)
    straight, aimed = tilted_hit(0.0, tilt), tilted_hit(27e-3 * math.tan(tilt), tilt)
    skin_normal = tilted_hit(0.0, 0.0)
    path = needle_path.needle_path(needle_path.RefillSite(0.0, 0.0, 16e-3), 0.0, 0.0, 0.0, 0.0)
    rubber = needle_path.cutting_force(path, path.face_m + 3e-3)
    stop = needle_path.cutting_force(path, path.stop_m + 0.3e-3)
    rest, full = refill.pocket_pressure(0.5e-6, 0.5e-6), refill.pocket_pressure(10.5e-6, 0.5e-6)
    design, case = "game_design 3.10", "scenarios_content N-C1"
    return [
        *programme_rows(),
        *surroundings_rows(),
        _row("septum", "force in the septum after 2 mm", "N", 3.5, rubber, 0.5, design, confidence="A"),
        _row("stop", "force 0.3 mm into the stop (> 12 N)", "N", 14.0, stop, 2.0, design, confidence="A"),
        _row("pocket_rest", "pocket pressure at its own fluid", "kPa", 2.0, rest / 1e3, 0.01, design, confidence="A"),
        _row("pocket_full", "pocket pressure with 10 mL more", "kPa", 15.0, full / 1e3, 0.01, design, confidence="A"),
        _row("tilt_skin_normal", "skin-normal needle to pump axis", "deg", 25.0, math.degrees(skin_normal.off_axis_rad), 0.01, case),
        _row("tilt_miss", "pump-normal needle from over the centre lands off it", "mm", 11.4, 1e3 * straight.offset_m, 0.05, case),
        _row("tilt_path", "path of the right needle", "mm", 29.8, 1e3 * aimed.face_m, 0.05, case),
        _row("tilt_centre", "right needle lands off centre", "mm", 0.0, 1e3 * aimed.offset_m, 0.01, case),
        _row("refill_mass", "volume or drug lost in a refill", "1", 0.0, refill_mass_error(), 1e-12, "conservation of mass",
             confidence="H"),
    ]
