"""The flow of screens: menu, briefing, play, programmer, follow-up, debrief; overlays on top.

The app knows no physics and no renderer. A `Library` opens cases; a `CaseHost` runs one. Whoever wires the
product (session, renderer, sound) fills these two; tests fill them with plain data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from game import settings as stored
from game.app_views import AppViews
from game.device_flow import DeviceFlow
from game.follow_flow import FollowFlow
from game.help_flow import HelpFlow
from game.host import CaseHost, Judged, Library
from game.hud import felt
from game.hud.gui import Gui
from game.hud.models import CaseCard
from game.hud.screens import lobby
from game.input import bindings
from game.input.devices import RawInput
from game.input.intent import Hands, Intent, current_step, translate
from game.instruments import fluoroscope, programmer
from game.instruments.procedure import ACTS, PROCEDURES
from game.lab_flow import LabFlow, Table
from game.lesson_flow import LessonFlow
from game.options_flow import OptionsFlow
from game.pointer_flow import PointerFlow
from game.room_flow import RoomFlow
from game.sound.speaker import Speaker
from physics.events import Event
from scenarios.actions import Action



class App(RoomFlow, PointerFlow, LessonFlow, HelpFlow, OptionsFlow, DeviceFlow, FollowFlow, LabFlow, AppViews):
    """State of the interface; `game.loop.Loop` drives it."""

    def __init__(
        self, library: Library, settings: stored.Settings, notes: Sequence[str] = (), speaker: Speaker | None = None
    ) -> None:
        self.speaker = speaker
        self.library, self.settings, self.notes = library, settings, tuple(notes)
        self.screen, self.overlay = "menu", ""
        self.is_over = False
        self.host: CaseHost | None = None
        self.hands = Hands()
        self.level = settings.case.level
        self.panel = ""
        self.browser = lobby.BrowserView(tuple(library.cards()), level=self.level)
        self.seed = 0
        self.timeout_done: tuple[str, ...] = ()
        self.trace: tuple[list[float], list[float]] = ([], [])
        self.marks: list[tuple[float, str]] = []
        self.said, self.said_until = "", 0
        self.judged: Judged | None = None
        self.words = ""
        self.is_said = False
        self.chosen, self.line_filter, self.debrief_page, self.first_line = "", "lost", "why", 0
        self.is_playing, self.speed_key, self.question = False, "week", ""
        self.note = ("", "")
        self.options_group, self.options_error, self.options_from = "sight", "", "menu"
        self.key_page, self.capture = "everywhere", ("", "")
        self.queue: list[Intent] = []
        self.held: set[str] = set()
        self.n_ticks = 0
        self.table: Table | None = None
        self._dirty = True
        self._step_debt = 0.0
        self._start_devices()
        self._told: tuple[Action, ...] = ()  # goes into the log with the next tick

    # --- time ---------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether simulation time passes: in play, on the tablet, in the follow-up and the lab, without overlay."""
        if self.screen == "lab":
            return self.table is not None and not self.overlay
        goes_on = not self.overlay or (self.level == "examination" and self.overlay != "pause")
        return self.host is not None and goes_on and self.screen in ("play", "tablet", "follow")

    def speed(self) -> float:
        """Return simulated seconds a second."""
        return 0.5 if self.settings.hands.is_slow and self.screen == "play" else 1.0

    def needs_frame(self) -> bool:
        """Return whether to draw although no input came."""
        return self._dirty or self.is_running

    def run_ticks(self, n_ticks: int) -> None:
        """Run ticks; everything pressed goes into the first, what is held into all."""
        if self.screen == "lab":
            self._lab_ticks(n_ticks)
            return
        for _ in range(n_ticks):
            if not self.is_running or self.host is None:
                return
            intents, self.queue = self.queue, []
            is_play = self.screen == "play"
            intents = self._through_devices(intents) if is_play else intents
            out = self._guarded(translate(self.hands, intents, self.held, self.host.observation))
            actions = self._told + self._safe_actions(self.hands, out) + out.actions
            actions += self._assist_actions() if is_play else ()
            self.hands = out.hands
            commands = [] if self._undo_why and self.safe else list(out.commands)
            if self.screen == "follow":
                commands += self._time_lapse()
            events = self.host.tick(commands, actions)
            self.n_ticks += 1
            if self._undo_why and self.safe:
                self._went_back()
            self._after_tick(events)
            if is_play:
                self._rumble()
            self._told = self._taught(events, out.actions) + self._helped(out.actions)
            for ask in out.asks:
                self._asked(ask)

    def _after_tick(self, events: Sequence[Event]) -> None:
        assert self.host is not None
        obs = self.host.observation
        self._listen(obs, events)
        if self.screen == "play":
            self._felt(obs)
            self._feel_finger()
            self._feel_passer()
            self.hands = felt.steadied(self.hands, obs)
        if self.n_ticks > self.said_until:
            self.said = ""
        for event in events:
            self._answered(obs, event)
        if self.screen == "follow" and self._is_follow_over():
            self.is_playing = False
            self.hands = replace(self.hands, due=())
        self._dirty = True

    # --- raw input ----------------------------------------------------------------------------

    def take(self, raw: RawInput, gui: Gui) -> None:
        """Turn keys, wheel and drags of this frame into intents."""
        self.held = set(gui.held)
        if self._captured(raw):
            return
        if raw.is_left or raw.is_hidden:
            self._window_left(raw.is_hidden)
        if raw.is_fine_flipped:
            self._on_hand("fine", Intent("hand.fine"))
        self._devices_gone(raw.lost)
        self._take_pad(raw, gui)
        if gui.wants_text:
            if "Escape" in raw.pressed:
                gui.focus = gui.editing = None
            return
        keys = self._keys()
        for name in raw.pressed:
            if raw.is_ctrl and name in ("=", "+", "-"):
                self._zoom_text(gui, 1 if name != "-" else -1)
            elif self.screen == "tablet" and not self.overlay and self._tablet_key(name, gui):
                continue
            elif name in bindings.ARROWS:
                self._arrow(name, raw, gui)
            elif name == "Return" and gui.focus:
                continue
            elif name in keys:
                act = ACTS.get(keys[name])
                if act is None or not (act.is_held or act.confirm_s) or self.settings.hands.is_toggle:
                    self._intent(Intent(keys[name], is_fine=raw.is_shift))
        if not self.settings.hands.is_toggle:
            for name in raw.held:
                if name in keys and keys[name] in ACTS:
                    self.held.add(keys[name])
        if raw.is_shift or self.is_fine:
            self.held.add("hand.fine")
        if self.is_running and self.screen == "play":
            self._pointer(raw, gui)
        elif self.is_running and self.screen == "lab":
            self._lab_pointer(raw, gui)

    def _keys(self) -> dict[str, str]:
        if self.overlay == "help":
            return {"Escape": "help.close", "F1": "help.close"}
        if self.overlay == "pause":
            return {"Escape": "pause.resume", "P": "pause.resume"}
        if self.overlay:
            return {"Escape": "note.close"}
        if self.screen == "play":
            return bindings.step_keys(current_step(self.hands), self.bindings)
        if self.screen == "menu":
            return {"C": "menu.continue", "1": "menu.scenarios", "2": "menu.replays", "3": "menu.educator", "4": "menu.settings",
                    "5": "menu.lab"}
        if self.screen == "lab":
            return self._lab_keys()
        if self.screen == "follow":
            return {"Space": "time.play", "Right": "time.step_week", "P": "bar.pause", "F1": "bar.help", "Escape": "nav.back"}
        return {"Escape": "nav.back", "F1": "bar.help", "P": "bar.pause", "I": "tab.read"}

    def _tablet_key(self, name: str, gui: Gui) -> bool:
        if len(name) == 1 and name in "0123456789":
            self._intent(Intent(f"tab.key.{name}"))
        elif name in (".", "Backspace"):
            self._intent(Intent("tab.key.point" if name == "." else "tab.key.erase"))
        elif name in ("Left", "Right"):
            self._intent(Intent("tab.next" if name == "Right" else "tab.previous"))
        else:
            return False
        return True

    def _arrow(self, name: str, raw: RawInput, gui: Gui) -> None:
        dx, dy = bindings.ARROWS[name]
        if self.screen == "play" and not self.overlay:
            self._intent(Intent("arrow", "arrow", dx, other=dy, is_fine=raw.is_shift or self.is_fine))
        elif self.screen == "lab" and not self.overlay:
            self._lab_nudge(dx, dy, raw.is_shift)
        elif not (dx and gui.nudge(dx)):
            gui.move_focus(1 if dx > 0 or dy < 0 else -1)

    # --- intents ------------------------------------------------------------------------------

    def _intent(self, intent: Intent) -> None:
        """Give an intent to the hands (in play) or to the flow of screens."""
        self._dirty = True
        head = intent.address.split(".")[0]
        if head in ("bar", "nav", "menu", "scenarios", "brief", "settings", "sight", "sound", "picture", "case",
                    "pause", "help", "note", "hand", "keys", "debrief", "lines", "score", "chain", "moment", "follow", "panel", "time", "lab",
                    "undo", "lesson", "cutaway", "look"):
            if not (head == "time" and self.screen == "play") and intent.address != "case.follow":
                self._asked(intent)
                return
        if intent.address.startswith("hands."):
            self._asked(intent)
        elif intent.address == "carm.next":
            names = list(fluoroscope.VIEWS)
            now = names.index(fluoroscope.view_name(self.hands.arm.orbit_deg))
            self.queue.append(Intent(f"carm.{names[(now + 1) % len(names)]}"))
        elif self.is_running:
            self.queue.append(intent)

    def _asked(self, intent: Intent) -> None:
        """Handle what is not the hands' business."""
        head, _, tail = intent.address.partition(".")
        handler = getattr(self, f"_on_{head}", None)
        if handler is not None:
            handler(tail, intent)
        self._dirty = True

    def _on_menu(self, tail: str, intent: Intent) -> None:
        if tail == "quit":
            self.is_over = True
        elif tail == "settings":
            self._open_settings()
        elif tail == "scenarios":
            self.screen = "scenarios"
        elif tail == "lab":
            self.open_lab()
        elif tail == "continue" and self._last_card():
            self.browser = replace(self.browser, chosen=self._last_card().id)  # type: ignore[union-attr]
            self._to_brief()
        elif tail == "replays":
            self._show_note("Replays", "`thecal replay LOG` and `thecal debrief LOG` open every kept attempt.")
        elif tail == "educator":
            self._show_note("Educator", "Start `thecal serve` and open the page it names. It stays on this machine.")

    def _on_scenarios(self, tail: str, intent: Intent) -> None:
        part, _, rest = tail.partition(".")
        if part == "role":
            self.browser = replace(self.browser, role=intent.text)
        elif part == "card":
            self.browser = replace(self.browser, chosen=rest)
        elif part == "level":
            self.browser = replace(self.browser, level=intent.text)
        elif part == "start":
            self._to_brief()

    def _on_brief(self, tail: str, intent: Intent) -> None:
        part, _, rest = tail.partition(".")
        if part == "timeout":
            done = self.timeout_done
            self.timeout_done = tuple(k for k in done if k != rest) if rest in done else (*done, rest)
        elif part == "begin":
            self.begin(self.browser.chosen, self.level, self.seed)

    def _on_nav(self, tail: str, intent: Intent) -> None:
        if self.screen in ("scenarios", "lab"):
            self.screen = "menu"
        elif self.screen == "brief":
            self.screen = "scenarios"
        elif self.screen == "settings":
            self.screen = self.options_from
        elif self.screen == "tablet":
            self.screen = "play" if self.options_from != "follow" else "follow"
        elif self.screen in ("play", "follow"):
            self.overlay = "pause" if self._may_pause() else ""
        elif self.screen == "debrief":
            self._leave()

    def _on_bar(self, tail: str, intent: Intent) -> None:
        if tail == "pause" and self.screen in ("play", "tablet", "follow"):
            is_on = self.overlay != "pause" and self._may_pause()
            self.overlay, self.pause_note = ("pause" if is_on else ""), ""
        elif tail == "help":
            self.overlay = "help"
        elif tail == "settings":
            self._open_settings()
        elif tail == "list":
            self.panel = "list"

    def _on_pause(self, tail: str, intent: Intent) -> None:
        self.overlay, self.pause_note = "", ""
        if tail == "restart" and self.host is not None:
            self.begin(self.host.card.id, self.level, self.seed)
        elif tail == "leave":
            self.to_debrief()

    def _on_help(self, tail: str, intent: Intent) -> None:
        self.overlay = ""

    def _on_note(self, tail: str, intent: Intent) -> None:
        self.overlay = ""

    def _on_panel(self, tail: str, intent: Intent) -> None:
        self.panel = tail

    def _on_carm(self, tail: str, intent: Intent) -> None:
        if intent.kind == "keep" and self.host is not None:
            self.host.keep_film(intent.text)
        elif intent.kind == "pulse" and self.host is not None:
            self._is_beam_on = True
            got = self.host.pulse(self.hands.arm)
            if got is not None:
                self.queue.append(Intent("carm.dose", "dose", got[0], other=got[1]))
            if self.screen == "play" and current_step(self.hands).panel != "xray" and not self.panel:
                self.panel = "xray" if self.settings.sight.scale < 1.01 else self.panel

    def _on_programmer(self, tail: str, intent: Intent) -> None:
        self.options_from = self.screen
        self.screen, self.is_playing = "tablet", False

    def _on_tablet(self, tail: str, intent: Intent) -> None:
        self.screen = "follow" if self.options_from == "follow" else "play"

    def _on_case(self, tail: str, intent: Intent) -> None:
        if tail == "follow" and self.host is not None:
            self.is_playing, self.question = False, ""
            if self.host.followup_days > 0:
                self.screen = "follow"
            else:
                self.to_debrief()
        elif tail == "level":
            self._change_setting("case.level", intent.text)

    def _on_follow(self, tail: str, intent: Intent) -> None:
        if tail == "debrief":
            self.to_debrief()

    def _on_debrief(self, tail: str, intent: Intent) -> None:
        if tail == "say":
            self.words = intent.text
        elif tail in ("said", "skip"):
            self.is_said = True
            self.words = self.words if tail == "said" else ""
        elif tail == "leave":
            self._leave()
        elif tail == "again" and self.host is not None:
            self.begin(self.host.card.id, self.level, self.seed)
        elif tail.startswith("page."):
            self.debrief_page = tail[5:]

    def _on_lines(self, tail: str, intent: Intent) -> None:
        if tail == "filter":
            self.line_filter, self.first_line = intent.text, 0
        elif tail in ("up", "down"):
            self.first_line = max(self.first_line + (4 if tail == "down" else -4), 0)
        elif tail == "print":
            self._show_note("Report", "`thecal debrief LOG --out FILE` writes this debrief as a page to print.")

    def _on_score(self, tail: str, intent: Intent) -> None:
        self.chosen = tail

    def _on_chain(self, tail: str, intent: Intent) -> None:
        self.chosen = tail

    def _on_moment(self, tail: str, intent: Intent) -> None:
        if tail == "retry" and self.host is not None:
            self.begin(self.host.card.id, self.level, self.seed)
        elif tail == "replay":
            self._show_note("Replay", "`thecal replay LOG` plays the attempt from any tick.")

    def _open_settings(self) -> None:
        if self.screen != "settings":
            self.options_from = self.screen
        self.screen, self.overlay = "settings", ""

    def _show_note(self, title: str, words: str) -> None:
        self.note, self.overlay = (title, words), "note"

    # --- flow ---------------------------------------------------------------------------------

    def _last_card(self) -> CaseCard | None:
        last = self.library.last_case()
        return next((c for c in self.browser.cards if c.id == last), None)

    def _to_brief(self) -> None:
        if self.browser.chosen:
            self.level = self.browser.level
            self.seed = self.library.seed_for(self.browser.chosen)
            self.timeout_done = ()
            self.screen = "brief"

    def begin(self, case_id: str, level: str, seed: int) -> None:
        """Start an attempt at a case."""
        if self.host is not None:
            self.host.close()
        if self.speaker is not None:
            self.speaker.start()
        self.host = self.library.open(case_id, level, seed)
        procedure = self.host.card.procedure
        self.hands = Hands(procedure=procedure, step=PROCEDURES[procedure][0].key, is_toggle=self.settings.hands.is_toggle,
                           form=programmer.Form(origin=self.host.card.origin))  # fmt: skip
        self._start_values(level)
        self.level, self.seed, self.panel = level, seed, ""
        self._start_lesson()
        self.senior_at = 0
        self.trace, self.marks, self.queue, self.said = ([], []), [], [], ""
        self.judged, self.words, self.is_said, self.chosen = None, "", False, ""
        self.is_playing, self.question = False, ""
        self.screen, self.overlay = "play", ""
        self._say_notice()

    def _start_values(self, level: str) -> None:
        """Start with what the order, the tray and (at helped levels) the plan give."""
        assert self.host is not None
        planned = self.host.planned(level)
        self.hands = replace(self.hands, values=self.hands.values | planned.values, choices=self.hands.choices | planned.choices)
        roll = fluoroscope.patient_roll_deg(self.seed) if self.hands.procedure == "implant" else 0.0
        arm = replace(self.hands.arm, height_mm=self.hands.values["carm.height"], roll_deg=roll)
        self.hands = replace(self.hands, arm=arm)

    def to_debrief(self) -> None:
        """End the attempt and show its debrief."""
        if self.host is None:
            self.screen = "menu"
            return
        self.judged = self.host.finish()
        lost = [r for r in self.judged.lines if r.of - r.points > 0.05]
        self.chosen = max(lost, key=lambda r: r.of - r.points).id if lost else ""
        self.line_filter, self.first_line, self.debrief_page = "lost" if lost else "all", 0, "why"
        self.screen, self.overlay = "debrief", ""

    def _leave(self) -> None:
        if self.host is not None:
            self.host.close()
            self.host = None
        self.screen = "menu"


__all__ = ["App", "CaseHost", "Judged", "Library"]
