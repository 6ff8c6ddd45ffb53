"""The pump, its programme, the drug in its line, and the refill needle.

Submodules are the API; each is imported by name (`from physics.pump import device, line, refill`).
state:   PumpState, Surroundings, initial, logged, shown_log
device:  initial, established, program, set_rate, demanded_flow, time_to_change_s,
         step(state, spec, dt_s, pumped_m3, is_at_pressure_limit, pressure_pa) -> (state, mean flow, events),
         stall_motor, interrogate, shown_state
flow:    factor, with_fever, with_ambient, warmed
reservoir: fill_on_table, with_reservoir
patient_bolus: refusal, request
faults:  Fault, drawn, recovery_s
program: Prescription, volume_rate, prime_volume, transit_s, bridge_s, mixed_concentration,
         time_to_alarm_s, flow_profile, timetable
alarms:  the alarms' names, tone, is_sounding, check, replace_in_s
battery: drain_per_s, notice_share, used_after, LIFE_YEARS
line:    new_line, with_tubing, joined, emptied_catheter, leak_cell, content_kg,
         advance(line, pumped_m3, c, tip_m3, leak_m3, leak_index, csf) -> (line, Outflow)
refill:  Stores, RefillState, place, advance_set_point, move_needle, outside_pressure,
         move_plunger, lift, withdraw, straw_volume, pocket_pressure
needle_path: RefillSite
spec:    PumpSpec, PUMPS, pump_for, reservoir_pressure
A tick: flow = device.demanded_flow; hydraulics.solve; device.step(pumped_m3=flows.pump_m3, ...);
line.advance(flows volumes). Long times: cut at device.time_to_change_s.
"""

from __future__ import annotations

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

_PUMP_20 = spec.PUMPS["8637-20"]
_PUMP_40 = spec.PUMPS["8637-40"]

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("pump.diameter", _PUMP_20.diameter_m, "m", "H", "S73"),
    ("pump.thickness_20", _PUMP_20.thickness_m, "m", "UGK-M", "device_and_procedure 1.1"),
    ("pump.thickness_40", _PUMP_40.thickness_m, "m", "UGK-M", "device_and_procedure 1.1"),
    ("pump.capacity_20", _PUMP_20.capacity_m3, "m3", "H", "S73"),
    ("pump.capacity_40", _PUMP_40.capacity_m3, "m3", "H", "S73"),
    ("pump.mass_empty_20", _PUMP_20.mass_empty_kg, "kg", "UGK-M", "device_and_procedure 1.1"),
    ("pump.mass_empty_40", _PUMP_40.mass_empty_kg, "kg", "UGK-M", "device_and_procedure 1.1"),
    ("pump.displacement_20", _PUMP_20.displacement_m3, "m3", "UGK-L", "device_and_procedure 0.1"),
    ("pump.displacement_40", _PUMP_40.displacement_m3, "m3", "UGK-L", "device_and_procedure 0.1"),
    ("pump.tubing_volume", _PUMP_20.tubing_m3, "m3", "H", "S01"),
    ("pump.residual", _PUMP_20.residual_m3, "m3", "UGK-M", "device_and_procedure 0.1"),
    ("pump.undrawable", _PUMP_20.undrawable_m3, "m3", "A", "scenarios_content N-F1"),
    ("pump.flow_max", _PUMP_20.flow_max_m3_per_s, "m3/s", "UGK-M", "device_and_procedure 0.1"),
    ("pump.flow_least", _PUMP_20.flow_least_m3_per_s, "m3/s", "UGK-M", "device_and_procedure 0.1"),
    ("pump.flow_minimum_mode", _PUMP_20.flow_minimum_m3_per_s, "m3/s", "UGK-M", "device_and_procedure 0.1"),
    ("pump.accuracy_limit", _PUMP_20.accuracy_limit, "1", "H", "S02"),
    ("pump.unit_error_mean", state.UNIT_ERROR_MEAN, "1", "H", "S22"),
    ("pump.unit_error_sigma", state.UNIT_ERROR_SIGMA, "1", "L", "device_and_procedure 1.2"),
    ("pump.fall_off_start", _PUMP_20.fall_off_start_m3, "m3", "H", "S23"),
    ("pump.fall_off_low", _PUMP_20.fall_off_low_m3, "m3", "H", "S23"),
    ("pump.fall_off_share", _PUMP_20.fall_off_share, "1", "L", "device_and_procedure 1.2"),
    ("pump.fall_off_phenotype", _PUMP_20.fall_off_phenotype, "1", "H", "S23"),
    ("pump.stopped_alarm", _PUMP_20.stopped_alarm_s, "s", "H", "S19"),
    ("pump.service_longest", _PUMP_20.service_s, "s", "H", "S18"),
    ("pump.notice_before_end", battery.NOTICE_S, "s", "H", "S18"),
    *((f"pump.battery_years_at_{q:g}_ml_per_day", years, "a", "UGK-L", "device_and_procedure 1.4") for q, years in battery.LIFE_YEARS),
    ("pump.update_time", _PUMP_20.update_s, "s", "A", "S13 (stopped while updating)"),
    ("pump.reservoir_pressure_empty", _PUMP_20.gas_empty_pa, "Pa", "A", "game_design 3.10"),
    ("pump.reservoir_pressure_full", _PUMP_20.gas_full_pa, "Pa", "A", "game_design 3.10"),
    ("pump.overfill_stiffness", _PUMP_20.overfill_pa_per_m3, "Pa/m3", "A", "assumption"),
    ("pump.valve_close", _PUMP_20.valve_close_pa, "Pa", "A", "device_and_procedure 1.8"),
    ("pump.flow_per_degree", flow.FLOW_PER_C, "1/K", "UGK-L", "device_and_procedure 1.2"),
    ("pump.most_by_temperature", flow.MOST_BY_TEMPERATURE, "1", "UGK-L", "device_and_procedure 1.2"),
    ("pump.flow_per_atmosphere", flow.FLOW_PER_ATMOSPHERE, "1", "UGK-L", "device_and_procedure 1.2"),
    ("pump.valve_chill", flow.VALVE_CHILL_C, "K", "M", "S58a (warm to 35-40 C; older pumps)"),
    ("pump.warming_time", flow.WARMING_S, "s", "A", "assumption"),
    ("pump.over_infusion_share", faults.OVER_SHARE, "1", "H", "S02, S04 (less than)"),
    ("pump.over_infusion_from", faults.OVER_FROM_S, "s", "H", "S02, S04"),
    ("pump.over_infusion_until", faults.OVER_UNTIL_S, "s", "H", "S18 (end of service)"),
    ("pump.over_infusion_least", faults.OVER_LEAST, "1", "H", "S02"),
    ("pump.over_infusion_most", faults.OVER_MOST, "1", "A", "scenarios_content N-A2"),
    ("pump.low_battery_reset_share", faults.RESET_SHARE, "1", "H", "S07"),
    ("pump.low_battery_reset_until", faults.RESET_UNTIL_S, "s", "H", "S07"),
    ("pump.mri_recovery_median", faults.RECOVERY_MEDIAN_S, "s", "UGK-M", "device_and_procedure 1.6"),
    ("pump.mri_recovery_log_sd", faults.RECOVERY_LOG_SD, "1", "A", "device_and_procedure 1.6 (usually within 20 min)"),
    ("pump.mri_extended_share", faults.EXTENDED_SHARE, "1", "A", "device_and_procedure 1.6 (rule)"),
    ("pump.mri_extended_least", faults.EXTENDED_S[0], "s", "H", "S10"),
    ("pump.mri_extended_most", faults.EXTENDED_S[1], "s", "H", "S10"),
    ("pump.telemetry_lock_share", faults.LOCK_SHARE, "1", "A", "device_and_procedure 1.6 (rule); S09"),
    ("pump.readings_to_see_recovery", float(state.SECOND_READING), "1", "H", "S10"),
    ("pump.tone_single", alarms.SINGLE_S, "s", "H", "S18"),
    ("pump.tone_single_each", alarms.SINGLE_EACH_S, "s", "H", "S18"),
    ("pump.tone_two_tone", alarms.TWO_TONE_S, "s", "H", "S18"),
    ("pump.tone_two_tone_each", alarms.TWO_TONE_EACH_S, "s", "UGK-M", "device_and_procedure 1.5"),
    ("pump.over_fill_told", reservoir.OVER_FILL, "1", "A", "assumption"),
    ("pump.septum_radius", _PUMP_20.septum_radius_m, "m", "A", "device_and_procedure R05"),
    ("line.volume_per_length", program.LINE_M3_PER_M, "m3/m", "UGK-M", "device_and_procedure 0.1"),
    ("line.diffusivity", line.DIFFUSIVITY_M2_PER_S, "m2/s", "UGK-M", "small molecule in water at 37 C; Taylor 1953"),
    ("line.mixing", line.MIXING, "1", "F-UGK-L", "device_and_procedure 6 (sigma 20-30 % of a prime)"),
    ("program.stability_cap", program.STABILITY_CAP_S, "s", "UGK-M", "device_and_procedure 1.7"),
    ("refill.septum_force", needle_path.SEPTUM_FORCE_N, "N", "A", "game_design 3.10"),
    ("refill.septum_rise", needle_path.SEPTUM_RISE_M, "m", "A", "game_design 3.10"),
    ("refill.septum_thickness", needle_path.SEPTUM_M, "m", "A", "assumption"),
    ("refill.stop_stiffness", needle_path.STOP_N_PER_M, "N/m", "A", "game_design 3.10"),
    ("refill.skin_force", needle_path.SKIN_FORCE_N, "N", "A", "game_design 3.10"),
    ("refill.hand_stiffness", needle_path.HAND_N_PER_M, "N/m", "A", "game_design 3"),
    ("refill.hand_limit", needle_path.HAND_LIMIT_N, "N", "A", "game_design 3"),
    ("refill.pocket_rest", refill.POCKET_REST_PA, "Pa", "A", "game_design 3.10"),
    ("refill.pocket_stiffness", refill.POCKET_PA_PER_M3, "Pa/m3", "A", "game_design 3.10"),
    ("refill.silent_share", refill.SILENT_SHARE, "1", "A", "game_design 3.10"),
    ("refill.skin_lift", refill.LIFT_PER_M3, "m/m3", "A", "game_design 3.10"),
)

__all__ = [
    "EVIDENCE", "alarms", "battery", "device", "faults", "flow", "line", "needle_path", "patient_bolus", "program", "refill",
    "reservoir", "spec", "state",
]  # fmt: skip
