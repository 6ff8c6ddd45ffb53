"""How the kink lab is worked: the table in play, what mouse and keys do to it, what its buttons mean."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from game.host import LabPictures, Library
from game.hud.gui import Gui
from game.hud.screens import lab as screen
from game.input.devices import RawInput
from game.input.intent import Intent
from game.kink_lab.bench import CYCLE_COUNTS, Bench
from game.kink_lab.cards import DECK
from physics.lab_setup import SizePins

HANDS = ("left hand", "right hand")
NUDGE_M, FINE = 1e-3, 0.2
WHEEL_TURN_RAD, KEY_TURN_RAD = math.radians(15.0), math.radians(15.0)
SWING_RAD_PER_PX, LIFT_SHARE = math.radians(0.4), 1.0
REACH_PX = 24.0  # how near the pointer must be to a grip
KEYS = {
    "Escape": "nav.back", "F1": "bar.help", "R": "lab.reset", "C": "lab.cycle", "K": "lab.compare", "G": "lab.grip",
    "1": "lab.hand.1", "2": "lab.hand.2", "Q": "lab.roll.less", "E": "lab.roll.more", "A": "lab.swing.less",
    "D": "lab.swing.more", "W": "lab.lift.more", "S": "lab.lift.less", "V": "lab.camera", "N": "lab.card.next",
}  # fmt: skip
HELP: tuple[str, list[tuple[str, str]], str] = (
    "Kink lab",
    [("Drag", "a grip or pin"), ("Right drag", "on a grip: swing it"), ("Wheel", "on a grip: roll it"), ("Shift drag", "lift (in the air)"),
     ("Drag", "the table: look round"), ("Wheel", "the table: nearer"), ("1 2", "which hand the keys move"), ("Arrows", "1 mm (Shift 0.2)"),
     ("Q E", "roll 15 deg"), ("A D", "swing 15 deg"), ("W S", "lift, lower"), ("G", "let go, hold again"), ("R", "new piece"),
     ("C", "bend it again"), ("K", "keep as A"), ("V", "camera back"), ("N", "next puzzle"), ("Esc", "back to the menu")],
    "Pull, bend and twist; dots are what the simulation does, curves what theory says.",
)  # fmt: skip


@dataclass(slots=True)
class Table:
    """The lab as it is open: what is played, what draws it, what the pointer holds."""

    bench: Bench = field(default_factory=Bench)
    pictures: LabPictures | None = None
    grabbed: str = ""
    grab_offset: tuple[float, float] = (0.0, 0.0)
    was_dragging: bool = False
    tab: str = "set"

    def handles(self) -> list[tuple[str, tuple[float, float, float], str]]:
        """Return what can be grabbed: address, place [m], words."""
        seen = self.bench.seen
        out: list[tuple[str, tuple[float, float, float], str]] = []
        for i, hand in enumerate(seen.hands):
            back = 0.016 if hand.is_closed else 0.030
            x, y, z = hand.at_m - back * np.array([math.cos(hand.heading_rad), math.sin(hand.heading_rad), 0.0])
            out.append((f"lab.grab.{i + 1}", (float(x), float(y), float(z)), HANDS[i]))
        out += [(f"lab.grab.{i + 3}", (x, y, 0.009), f"pin {i + 1}") for i, (x, y, _) in enumerate(seen.pins)]
        return out

    def placed_handles(self) -> tuple[tuple[str, float, float, str], ...]:
        """Return the handles with their places as shares of the picture."""
        handles = self.handles()
        if self.pictures is None:
            return tuple((a, 0.5 + 3.0 * p[0], 0.5 - 3.0 * p[1], words) for a, p, words in handles)
        at = self.pictures.shares(np.array([p for _, p, _ in handles]))
        return tuple((a, float(s[0]), float(s[1]), words) for (a, _, words), s in zip(handles, at, strict=True))


class LabFlow:
    """The part of `game.app.App` that runs the kink lab."""

    library: Library
    table: Table | None
    screen: str
    overlay: str
    n_ticks: int
    _dirty: bool

    def open_lab(self) -> None:
        """Open the lab, as it was left in this session."""
        if self.table is None:
            self.table = Table(Bench(), self.library.lab_pictures())
        self.screen, self.overlay, self._dirty = "lab", "", True

    def _lab_ticks(self, n_ticks: int) -> None:
        assert self.table is not None
        for _ in range(n_ticks):
            self.table.bench.tick()
            self.n_ticks += 1
        self._dirty = True

    def _lab_keys(self) -> dict[str, str]:
        return KEYS

    # --- pointer ------------------------------------------------------------------------------

    def _lab_pointer(self, raw: RawInput, gui: Gui) -> None:
        """Drag, swing and roll what the pointer is on; the camera where it is on nothing."""
        assert self.table is not None
        t, box = self.table, gui.rects.get("lab")
        if box is None:
            return
        wide, high = box[2] - box[0], box[3] - box[1]

        def near(at: tuple[float, float]) -> str:
            if not (box[0] <= at[0] < box[2] and box[1] <= at[1] < box[3]):
                return ""
            best = [(math.hypot(x * wide + box[0] - at[0], y * high + box[1] - at[1]), a) for a, x, y, _ in t.placed_handles()]
            distance, address = min(best)
            return address if distance <= REACH_PX * gui.scale else "table"

        if raw.drag_button and not t.was_dragging:
            t.grabbed = near(raw.drag_from)
            if t.grabbed.startswith("lab.grab.") and int(t.grabbed[9:]) <= 2:
                t.bench.wishes.hand = int(t.grabbed[9:]) - 1
        elif not raw.drag_button:
            t.grabbed = ""
        t.was_dragging = bool(raw.drag_button)
        if t.grabbed and any(raw.drag):
            self._dragged(t, raw, box)
        if raw.wheel:
            target = near(raw.pointer)
            if target in ("lab.grab.1", "lab.grab.2"):
                fine = FINE if raw.is_shift or raw.is_ctrl else 1.0
                t.bench.move(int(target[9:]) - 1, turn_rad=raw.wheel * WHEEL_TURN_RAD * fine)
            elif target and t.pictures is not None:
                t.pictures.orbit(0.0, 0.0, raw.wheel)

    def _dragged(self, t: Table, raw: RawInput, box: tuple[float, float, float, float]) -> None:
        if t.grabbed == "table":
            if t.pictures is not None:
                t.pictures.orbit(raw.drag[0], raw.drag[1])
            return
        number = int(t.grabbed[9:])
        dx, dy = self._on_table(t, raw, box, number)
        if number > 2:
            pin = t.bench.state.pins[number - 3]
            t.bench.place_pin(number - 3, float(pin.goal_m[0]) + dx, float(pin.goal_m[1]) + dy)
        elif raw.drag_button == "right":
            sign = 1.0 if number == 1 else -1.0
            t.bench.move(number - 1, swing_rad=-sign * raw.drag[1] * SWING_RAD_PER_PX)
        elif raw.is_shift and not t.bench.seen.is_flat:
            size = 3e-4 if t.pictures is None else t.pictures.metres_per_pixel()
            t.bench.move(number - 1, dx_m=dx, dz_m=-raw.drag[1] * size * LIFT_SHARE)
        else:
            t.bench.move(number - 1, dx_m=dx, dy_m=dy)

    def _on_table(
        self, t: Table, raw: RawInput, box: tuple[float, float, float, float], number: int
    ) -> tuple[float, float]:
        """Return how far the pointer moved on the level plane of what it holds [m]."""
        if t.pictures is None:
            return raw.drag[0] * 3e-4, -raw.drag[1] * 3e-4
        height = float(t.bench.state.hands[number - 1].goal_m[2]) if number <= 2 else 0.009
        spots = []
        for at in ((raw.pointer[0] - raw.drag[0], raw.pointer[1] - raw.drag[1]), raw.pointer):
            share = (at[0] - box[0]) / (box[2] - box[0]), (at[1] - box[1]) / (box[3] - box[1])
            spots.append(t.pictures.on_plane(share[0], share[1], height))
        if spots[0] is None or spots[1] is None:
            return 0.0, 0.0
        return spots[1][0] - spots[0][0], spots[1][1] - spots[0][1]

    def _lab_nudge(self, dx: float, dy: float, is_fine: bool) -> None:
        assert self.table is not None
        step = NUDGE_M * (FINE if is_fine else 1.0)
        self.table.bench.move(self.table.bench.wishes.hand, dx_m=dx * step, dy_m=dy * step)

    # --- buttons and sliders ------------------------------------------------------------------

    def _on_lab(self, tail: str, intent: Intent) -> None:
        assert self.table is not None
        b = self.table.bench
        part, _, rest = tail.partition(".")
        if part in ("setup", "model"):
            b.lay(**{part: intent.text or rest})
            if part == "setup" and self.table.pictures is not None:
                self.table.pictures.reset(b.seen.is_flat)
        elif part == "reset":
            b.lay()
        elif part == "cycle":
            b.bend()
        elif part == "cycles":
            b.wishes.cycles = int(intent.text) if intent.text in map(str, CYCLE_COUNTS) else b.wishes.cycles
        elif part == "compare":
            b.compare()
        elif part == "grip":
            b.grip(int(rest) - 1 if rest else b.wishes.hand)
        elif part == "source":
            b.feed(intent.text)
        elif part == "show":
            b.wishes.plot = intent.text
        elif part == "card":
            b.wishes.card = min(max(b.wishes.card + (1 if rest == "next" else -1), 0), len(DECK) - 1)
        elif part == "slider":
            self._lab_slider(b, rest, intent.amount)
        elif part == "tab":
            self.table.tab = rest
        elif part == "hand":
            b.wishes.hand = int(rest) - 1
        elif part in ("roll", "swing", "lift"):
            self._lab_turn(b, part, 1.0 if rest == "more" else -1.0, FINE if intent.is_fine else 1.0)
        elif part == "camera" and self.table.pictures is not None:
            self.table.pictures.reset(b.seen.is_flat)
        elif part == "grab" and rest in ("1", "2"):
            b.wishes.hand = int(rest) - 1

    def _lab_turn(self, b: Bench, part: str, sign: float, fine: float) -> None:
        amount = {"roll": {"turn_rad": KEY_TURN_RAD}, "swing": {"swing_rad": KEY_TURN_RAD}, "lift": {"dz_m": NUDGE_M}}[part]
        b.move(b.wishes.hand, **{name: sign * fine * value for name, value in amount.items()})

    def _lab_slider(self, b: Bench, name: str, value: float) -> None:
        if name == "pins":
            b.queue.append(SizePins(round(value * 1e-3, 5)))
        elif name == "amplitude":
            b.wishes.amplitude_m = round(value * 1e-3, 5)
        elif name == "head":
            b.wishes.head_m = round(value * 1e-2, 4)
            b.feed("drip")
        elif name == "rate":
            b.wishes.ml_per_day = round(value, 3)
            b.feed("pump")

    def _lab_screen(self, g: Gui) -> list[Intent]:
        assert self.table is not None
        t, b = self.table, self.table.bench
        pictures = {}
        if t.pictures is not None:
            _, _, w, h = screen.areas(*g.base_size).view
            pictures = t.pictures.draw(b.seen, (round(w * g.scale), round(h * g.scale)))
        view = screen.LabView(
            b.seen, b.trace, b.kept, b.wishes, b.notes, b.is_card_done, b.said if b.said_ticks else "", pictures,
            t.placed_handles(), t.tab,
        )  # fmt: skip
        return screen.draw(g, view)
