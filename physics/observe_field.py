"""Read the operating field: what a look, a finger and a count bring, then what only the model knows."""

from __future__ import annotations

from physics.fixed import Fixed
from physics.hands_on_closure import off_pump_m
from physics.observation import NO_MAP, NOT_PAINTED, NOT_WET, FieldObservation
from physics.theatre import Theatre
from physics.wound import FieldState, bleeding, closure, skin_prep, table
from physics.wound.state import CELL_M, PREP_U_M, PREP_V_M

SEEN_M3 = 0.5e-6  # [A] a wound with less blood than this shows its vessels
FAR_M = 1.0  # no incision: far from everything
ORIGIN_M = (PREP_U_M[0], PREP_V_M[0])


def field_seen(case: Fixed, theatre: Theatre, now_s: float) -> FieldObservation:
    """Return what can be read from the field at a clinical time."""
    field = theatre.field
    window = field.prep.window_m if field.prep.draped_at_s >= 0.0 else skin_prep.window_m(field)
    cover, wet, dry_in = skin_prep.window_shares(field.prep, window, now_s)
    is_painted = bool(field.prep.agents)
    swept, there = field.swept, field.collections
    flows = tuple(bleeding.flow_m3_per_s(b, field.depots, now_s) for b in field.bleeders)
    return FieldObservation(
        position=field.position, side_up=field.side_up, is_hips_flexed=field.is_hips_flexed, is_padded=field.is_padded,
        marks=field.marks, prep_wetness=skin_prep.wetness(field.prep, now_s) if is_painted else NOT_WET,
        prep_is_painted=field.prep.is_painted if is_painted else NOT_PAINTED,
        prep_origin_m=ORIGIN_M, prep_cell_m=CELL_M, prep_agents=field.prep.agents, window_m=window, prep_cover=cover,
        prep_wet=wet, prep_dry_in_s=dry_in, is_draped=field.prep.draped_at_s >= 0.0, draped_cover=field.prep.draped_cover,
        draped_wet=field.prep.draped_wet, breaks=field.breaks, depots=field.depots, incisions=field.incisions,
        blood_level=tuple((c.wound, c.blood_m3 / max(bleeding.room_m3(c), 1e-9)) for c in field.incisions if not c.is_closed),
        bleeders=field.bleeders, bleeder_flow_m3_per_s=flows, bleeder_is_seen=_seen(field, flows, now_s),
        oozing_m3_per_s=_oozing(field, flows), bled_m3=field.bled_m3, taken_m3=field.taken_m3, spilled_m3=field.spilled_m3,
        pocket_outline_m=NO_MAP if swept is None else swept.wall_m, pocket_plane="" if swept is None else swept.plane,
        sweep_feel="" if swept is None else swept.feel, rim_gaps_m=() if swept is None else swept.rim_gaps_m,
        off_pump_m=min(FAR_M, off_pump_m(field, theatre, 0.5 * case.pump.diameter_m)),
        pump_c=table.temperature_c(field.table, now_s), is_pump_in_bath=field.table.bath_c is not None,
        water_recovered_m3=field.table.recovered_m3, water_expected_m3=table.expected_water_m3(case.pump.capacity_m3),
        is_package_read=field.table.is_package_read, is_table_filled=field.table.is_filled, is_filtered=field.table.is_filtered,
        table_air_m3=field.table.air_m3, stitches=field.stitches, held=_held(field),
        n_swabs_packed=sum(c.n_swabs for c in field.incisions), counted=field.counted, has_binder=field.has_binder,
        antibiotic_at_s=field.antibiotic_at_s, first_cut_at_s=field.first_cut_at_s, closed_at_s=field.closed_at_s,
        swelling_m3=there.haematoma_m3 + there.seroma_m3, back_swelling_m3=there.csf_m3,
        haematoma_m3=there.haematoma_m3, seroma_m3=there.seroma_m3, is_dehisced=_is_shown(field, "dehiscence"),
        is_eroded=_is_shown(field, "erosion"), chances=field.chances,
    )  # fmt: skip


def _seen(field: FieldState, flows: tuple[float, ...], now_s: float) -> tuple[bool, ...]:
    """Return of each vessel whether it can be made out: just dabbed, or bleeding in a dry wound."""
    dry = {cut.wound for cut in field.incisions if not cut.is_closed and cut.blood_m3 < SEEN_M3}
    return tuple(
        flow > 0.0 and (b.seen_until_s >= now_s or b.wound in dry) for b, flow in zip(field.bleeders, flows, strict=True)
    )


def _oozing(field: FieldState, flows: tuple[float, ...]) -> float:
    opened = {cut.wound for cut in field.incisions if not cut.is_closed}
    return sum(flow for b, flow in zip(field.bleeders, flows, strict=True) if b.wound in opened)


def _held(field: FieldState) -> tuple[tuple[str, str, float], ...]:
    return tuple(
        (cut.wound, layer, closure.held_share(field, cut, layer)) for cut in field.incisions for layer in closure.layers_of(cut)
    )


def _is_shown(field: FieldState, name: str) -> bool:
    return any(chance.name == name and chance.is_shown for chance in field.chances)
