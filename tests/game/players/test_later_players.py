"""Who exchanges, revises and explants well passes; each scripted error fails by what physics makes of it."""

from __future__ import annotations

import pytest

from game.outcome import sheet_of
from game.players.later import LATER
from game.players.performance import Performance, played
from game.players.registry import UnknownPlayer, player_for
from scenarios.load import load


def attempt(scenario_id, player, days=None):
    session = played(Performance(load(scenario_id), player_for(player, scenario_id), player, days=days))
    return session, sheet_of(session)


def failures(sheet):
    return {f.id for f in sheet.critical_failures}


@pytest.mark.parametrize("scenario_id", sorted(LATER))
def test_the_attending_scores_ninety_or_more_without_a_critical_error(scenario_id):
    _, sheet = attempt(scenario_id, "attending")
    assert sheet.critical_failures == ()
    assert sheet.passed and sheet.score_percent >= 90.0


def test_a_larger_pump_is_laid_into_a_wider_pocket_and_keeps_the_dose():
    session, sheet = attempt("replace_pump_eri", "larger-pump", days=0.5)
    seen = session.observation
    assert seen.pump.capacity_m3 == pytest.approx(40e-6) and seen.pocket.clearance_m > 5e-3
    assert sheet.critical_failures == () and sheet.score_percent >= 90.0


def test_a_default_prime_before_a_full_line_is_a_bolus_of_the_whole_line():
    _, sheet = attempt("replace_pump_eri", "default-prime", days=1.0)
    bolus = next(line for line in sheet.lines if line.measure == "later.bolus")
    assert bolus.value == pytest.approx(684.0, rel=0.05)  # 0.342 mL of 2000 ug/mL [scenarios_content I-C4]
    assert "CE08" in failures(sheet) and not sheet.passed


def test_a_catheter_joined_unproved_is_a_critical_error():
    _, sheet = attempt("replace_pump_eri", "no-flow-test", days=0.2)
    assert failures(sheet) == {"CE03"}


def test_an_anchor_in_fat_again_is_found_at_closure():
    session, sheet = attempt("revise_catheter_migration", "fat-again", days=30.0)
    assert "CE05" in failures(sheet) and not sheet.passed
    assert session.observation.catheter.anchor_slip_m > 0.02


def test_one_more_dose_step_leaves_the_tip_where_it_is_and_fails():
    session, sheet = attempt("revise_catheter_migration", "dose-step", days=1.0)
    assert session.observation.catheter.inserted_m < 1e-3  # at the dura: its holes lie outside
    assert session.observation.patient.ashworth_legs == pytest.approx(4.2, abs=0.1)  # untreated
    assert "CE16" in failures(sheet) and sheet.score_percent < 30.0


def test_a_pull_at_a_burnt_catheter_leaves_a_piece_and_its_infection():
    session, sheet = attempt("explant_infection", "forced-pull", days=0.5)
    assert "CE26" in failures(sheet) and not sheet.passed
    assert session.observation.catheter.fragment_m > 0.1


def test_everything_out_and_nothing_instead_is_withdrawal():
    session, sheet = attempt("explant_infection", "pull-all", days=0.1)
    assert "CE19" in failures(sheet) and not sheet.passed
    assert max(s.observation.patient.withdrawal_severity for s in session.steps if s.observation) > 0.5
    assert any(event.name in ("SevereWithdrawal", "WithdrawalBegan") for event in session.events)


def test_an_unknown_player_of_a_later_case_is_refused_with_the_names_that_fit():
    with pytest.raises(UnknownPlayer, match="forced-pull"):
        player_for("nobody", "explant_infection")
