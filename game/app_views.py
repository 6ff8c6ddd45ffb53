"""What the flow of screens shows: views built from its state, drawn, and their intents taken back."""

from __future__ import annotations

from dataclasses import replace

import moderngl

from game import lab_flow
from game import settings as stored
from game.host import CaseHost, Judged, Library
from game.hud import guide, models
from game.hud.gui import Gui
from game.hud.layout import layout_for
from game.hud.models import CaseCard
from game.hud.screens import debrief, follow, lobby, options, play, tablet
from game.hud.screens import hold as hold_screen
from game.hud.screens.frame import PlayView
from game.input import bindings
from game.input.gamepad import Pad
from game.input.intent import Hands, Intent, current_step, tool_in_hand
from game.instruments import lessons
from game.instruments.procedure import Step
from game.lesson_flow import MOST_PAUSES, UNDO_LEVELS


class AppViews:
    """The part of `game.app.App` that draws."""

    library: Library
    settings: stored.Settings
    host: CaseHost | None
    hands: Hands
    screen: str
    overlay: str
    level: str
    panel: str
    seed: int
    browser: lobby.BrowserView
    timeout_done: tuple[str, ...]
    trace: tuple[list[float], list[float]]
    marks: list[tuple[float, str]]
    said: str
    heard: str
    judged: Judged | None
    words: str
    is_said: bool
    chosen: str
    line_filter: str
    debrief_page: str
    first_line: int
    is_playing: bool
    speed_key: str
    question: str
    note: tuple[str, str]
    options_group: str
    options_error: str
    hover_mm: tuple[float, float] | None
    lesson: str
    safe: tuple[tuple[int, Hands, str], ...]
    n_pauses: int
    _dirty: bool
    table: lab_flow.Table | None
    key_page: str
    capture: tuple[str, str]
    pause_note: str
    pad: Pad
    is_pad_used: bool
    bindings: bindings.Bindings
    is_wheel_open: bool
    wheel_at: str
    is_fine: bool

    def act_in_hand(self, step: Step) -> str:
        raise NotImplementedError

    def _intent(self, intent: Intent) -> None:
        raise NotImplementedError

    def _is_follow_over(self) -> bool:
        raise NotImplementedError

    def _last_card(self) -> CaseCard | None:
        raise NotImplementedError

    def _lab_screen(self, g: Gui) -> list[Intent]:
        raise NotImplementedError

    def renew(self, ctx: moderngl.Context) -> None:
        """Draw with a new GL context: everything shown is made again from what it shows; nothing of the case changes."""
        self.library.renew(ctx)
        if self.host is not None:
            self.host.renew(self.library)
        if self.table is not None:
            self.table.pictures = self.library.lab_pictures()
        self._dirty = True

    # --- drawing ------------------------------------------------------------------------------

    def draw(self, gui: Gui, blend: float) -> None:
        """Draw one frame and take the intents of its widgets."""
        scale = gui.scale_for(self.settings.sight.scale)
        if abs(gui.scale - scale) > 1e-6:
            gui.resize(gui.size, scale)
        self._dirty = False
        gui.bindings, gui.is_pad_used = self.bindings, self.is_pad_used
        for intent in gui.frame(lambda g: self._draw(g, blend)):
            self._intent(replace(intent, is_fine=True) if self.is_fine and intent.kind == "step" else intent)

    def _draw(self, g: Gui, blend: float) -> list[Intent]:
        if not self.overlay:
            return self._screen(g, blend)
        g.covered = True
        self._screen(g, blend)
        g.taken()
        g.covered = False
        if self.overlay == "pause":
            notes = [] if self.level != "examination" else [f"Pause {self.n_pauses} of {MOST_PAUSES}. Outside a pause the clock runs."]
            notes += [self.pause_note] if self.pause_note else []
            return lobby.draw_pause(g, self.host.card.title if self.host else "", notes)
        if self.overlay == "help":
            return lobby.draw_help(g, *self._help())
        return lobby.draw_note(g, *self.note)

    def _help(self) -> tuple[str, list[tuple[str, str]], str]:
        if self.screen == "play":
            step = current_step(self.hands)
            hint = step.hint if self.level != "examination" else "No hints in the examination."
            rows = [*guide.keys(step, tool_in_hand(self.hands), self.bindings, self.is_pad_used), ("F2 to F8", "panels"),
                    ("PgUp PgDn", "step before, next step"), ("Tab Enter", "any button")]  # fmt: skip
            return f"Keys: {step.words.lower()}", rows, hint
        if self.screen == "lab":
            return lab_flow.HELP
        rows = [("Tab", "next button"), ("Enter", "press it"), ("Esc", "back, never loses work"), ("Ctrl +", "larger"), ("Ctrl -", "smaller")]
        return "Keys", rows, "Every key has a button. One mouse alone is enough."

    def _screen(self, g: Gui, blend: float) -> list[Intent]:
        if self.screen == "settings":
            view = options.OptionsView(self.settings, self.options_group, self.options_error, str(stored.config_folder()),
                                       self.key_page, self.library.notice, self.capture)  # fmt: skip
            return options.draw(g, view)
        if self.screen == "lab":
            return self._lab_screen(g)
        if self.screen == "scenarios":
            return lobby.draw_browser(g, self.browser)
        if self.screen == "brief":
            card = next(c for c in self.browser.cards if c.id == self.browser.chosen)
            return lobby.draw_brief(g, lobby.BriefView(card, self.level, self.seed, self.timeout_done))
        if self.host is None or self.screen == "menu":
            return self._menu(g)
        if self.screen == "debrief" and self.judged is not None:
            return debrief.draw(g, self._debrief_view())
        view = self._play_view(g, blend)
        if self.screen == "tablet":
            return tablet.draw(g, view)
        if self.screen == "follow":
            return follow.draw(g, self._follow_view(view))
        drawn = play.draw(g, view)
        hold_screen.draw(g, self._hold_view())
        return drawn + g.taken()

    def _hold_view(self) -> hold_screen.HoldView:
        step = current_step(self.hands)
        return hold_screen.HoldView(
            self.act_in_hand(step) if self.is_pad_used else "", bindings.wheel_acts(step) if self.is_wheel_open else (),
            self.wheel_at, self.settings.hands.is_one_handed, self.is_fine,
        )  # fmt: skip

    def _menu(self, g: Gui) -> list[Intent]:
        last = self._last_card()
        view = lobby.MenuView(
            self.library.hero(g.size), last, f"{last.patient}" if last else "", len(self.browser.cards), self.library.n_attempts()
        )
        return lobby.draw_menu(g, view)

    def _play_view(self, g: Gui, blend: float) -> PlayView:
        assert self.host is not None
        box = g.rects.get("view")
        size = (round(box[2] - box[0]), round(box[3] - box[1])) if box else (round(g.size[0] * 0.52), round(g.size[1] * 0.67))
        pictures = self.host.pictures(self._view_size(g, size), self.hands, self.level, blend) if self.screen != "tablet" else {}
        depth, force = self.trace
        return PlayView(
            self.host.card, self.hands, self.host.observation, self.level, tuple(self.host.checklist), pictures,
            (tuple(depth), tuple(force)), tuple(self.marks), self.said, self.panel, bool(self.overlay), self.host.map_marks(),
            heard=self.heard, hover_mm=self.hover_mm, verb=lessons.current(self.lesson, self.hands.step, self.hands.verbs_done),
            is_tutorial=self.lesson == "tutorial", can_undo=bool(self.safe) and self.level in UNDO_LEVELS,
        )  # fmt: skip

    def _view_size(self, g: Gui, fallback: tuple[int, int]) -> tuple[int, int]:
        area = layout_for(*g.base_size).view
        return (round(area[2] * g.scale), round(area[3] * g.scale)) if area[2] > 0 else fallback

    def _follow_view(self, view: PlayView) -> follow.FollowView:
        assert self.host is not None
        obs = self.host.observation
        inside = models.shows_inside(self.level, False)
        life = ()
        if inside:
            c = obs.catheter
            life = (("Anchor slip", models.number(c.anchor_slip_m * 1e3), "mm"), ("Tip", models.level_words(c.tip_level), ""),
                    ("Tightest bend", models.number(c.min_radius_m * 1e3), "mm"))  # fmt: skip
        return follow.FollowView(
            view, self.host.course(), self.host.followup_days, self.is_playing, self.speed_key, self.question,
            self._is_follow_over(), life,
        )  # fmt: skip

    def _debrief_view(self) -> debrief.DebriefView:
        assert self.host is not None and self.judged is not None
        j = self.judged
        row = next((r for r in j.lines if r.id == self.chosen), None)
        at_s = _seconds(row.when) if row else None
        picture = self.host.moment(at_s) if at_s is not None else None
        return debrief.DebriefView(
            self.host.card, self.level, j.verdict, j.lines, j.nodes, j.links, j.lanes, j.seconds, at_s, self.chosen,
            self.line_filter, self.words, self.is_said, "", picture, j.course, self.debrief_page, self.first_line,
            j.xray,
        )  # fmt: skip


def _seconds(clock: str) -> float | None:
    parts = clock.split(":")
    if len(parts) != 3 or not all(p.isdigit() for p in parts):
        return None
    return int(parts[0]) * 3600.0 + int(parts[1]) * 60.0 + int(parts[2])
