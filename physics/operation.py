"""What hands do to matter: each command turned into a change of needle, catheter, pocket or device.

`apply` takes one command and hands it to the `hands_on_*` module of what it touches; slow movements
(advancing, feeding, pressing) are gathered in `Hands` and carried out once per tick by `move`, in the
order bleeding -> needle -> catheter -> refill needle -> plunger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import physics.commands as commands
import physics.hands_on_care as hands_on_care
import physics.hands_on_catheter as hands_on_catheter
import physics.hands_on_closure as hands_on_closure
import physics.hands_on_field as hands_on_field
import physics.hands_on_fluids as hands_on_fluids
import physics.hands_on_laid_catheter as hands_on_laid_catheter
import physics.hands_on_needle as hands_on_needle
import physics.hands_on_pocket as hands_on_pocket
import physics.hands_on_revision as hands_on_revision
from physics.fixed import Fixed
from physics.theatre import Handlers, Hands


def _add(name: str, source: str) -> Callable[[Fixed, Hands, Any], Hands]:
    """Return a handler that adds a command's travel to the tick's movement, as far as one hand can move.

    No hand moves further in a tick than one command may ask for: the rest is not carried out, and told.
    """

    def handler(fixed: Fixed, hands: Hands, command: Any) -> Hands:
        wanted = getattr(hands, name) + getattr(command, source)
        low, high = command.ranges[source]
        done = min(max(wanted, low), high)
        if done != wanted:
            hands = replace(hands, notes=(*hands.notes, ("HandOutpaced", wanted - done, type(command).__name__)))
        return replace(hands, **{name: done})

    return handler


def _skip(fixed: Fixed, hands: Hands, command: commands.AdvanceClinicalTime) -> Hands:
    return replace(hands, skip_s=hands.skip_s + command.duration_s)


HANDLERS: Handlers = (
    hands_on_needle.HANDLERS | hands_on_catheter.HANDLERS | hands_on_laid_catheter.HANDLERS | hands_on_pocket.HANDLERS
    | hands_on_fluids.HANDLERS | hands_on_care.HANDLERS | hands_on_field.HANDLERS | hands_on_revision.HANDLERS
    | hands_on_closure.HANDLERS
    | {
        commands.AdvanceNeedle: _add("needle_m", "travel_m"), commands.FeedCatheter: _add("feed_m", "travel_m"),
        commands.RotateCatheter: _add("rotate_rad", "angle_rad"),
        commands.AdvanceRefillNeedle: _add("refill_m", "travel_m"), commands.AdvanceClinicalTime: _skip,
    }
)  # fmt: skip


def apply(fixed: Fixed, hands: Hands, command: commands.Command) -> Hands:
    """Return hands after one command; a command that makes no sense now changes nothing."""
    return HANDLERS[type(command)](fixed, hands, command)


def move(fixed: Fixed, hands: Hands, csf_pressure_pa: float) -> Hands:
    """Carry out the tick's movements: needle, catheter, refill needle, plunger."""
    hands = hands_on_closure.live(fixed, hands_on_field.bleed(fixed, hands))
    hands = hands_on_needle.move_needle(fixed, hands, csf_pressure_pa)
    hands = hands_on_catheter.move_catheter(fixed, hands)
    before_m = hands_on_laid_catheter.refill_tip(fixed, hands.theatre)
    return hands_on_laid_catheter.puncture(fixed, hands_on_fluids.move_refill(fixed, hands), before_m)
