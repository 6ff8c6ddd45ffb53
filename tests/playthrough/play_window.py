"""Play the bundled cases in a real window by posted mouse and keyboard events, from the menu to the debrief.

    python tests/playthrough/play_window.py [CASE ...] --out DIR [--device both|mouse|pad]

What is known of the case is read off the screen (`gui.texts`, `gui.states`, `gui.rects`); nothing is told to
the game except by events. Leaves a picture of each step in DIR and prints score, critical errors and time.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASES = ("refill_routine_adult", "implant_adult_t10", "implant_child_diplegia")
LATER_CASES = ("replace_pump_eri", "revise_catheter_migration", "explant_infection")  # by the attending's plan, mouse and keys
MOMENTS = {("TurnPatient", 2): "mark", ("Drape", 1): "prep", ("SetNeedleStylet", 2): "needle", ("LayLoop", 1): "anchor",
           ("TestPump", 1): "pocket", ("SutureLayer", 4): "sew", ("ApplyBinder", 1): "close"}  # kept just before this is done
TUBING_ML, ML_PER_CM = 0.140, 0.0022  # as the tablet's desk note says
RIGHT = {"IM05": "20_mL", "IM06": "right", "IM16": "500_ug/mL", "IM18": "not_primed",
         "RF02": "baclofen_500_ug/mL", "RF16": "clear", "RF18": "accept"}  # fmt: skip


class Player:
    """A person at the window: looks, clicks, types, waits."""

    def __init__(self, case: str, folder: Path) -> None:
        from game.driver import Driver
        from game.start import build

        self.loop, self.app = build()
        self.d = Driver(self.loop, lambda: self.app.n_ticks, stride=16)
        self.case, self.folder, self.n, self.length = case, folder, 0, 0.0
        self.start = time.perf_counter()

    # --- looking --------------------------------------------------------------------------------

    def see(self, address: str) -> float:
        """Return the first number in the words at an address."""
        found = re.search(r"-?\d+(\.\d+)?", self.d.text(address))
        return float(found.group()) if found else 0.0

    def shot(self, name: str) -> None:
        """Keep the screen and report its faults."""
        self.n += 1
        self.d.screenshot(self.folder / f"{self.case}_{self.n:02d}_{name}.png")
        faults = self.d.audit()
        self.say(f"{name}" + (f"  AUDIT {faults[:3]}" if faults else ""))

    def say(self, words: str) -> None:
        """Print a line with the wall time and the simulated time."""
        ticks = self.app.n_ticks / 64
        print(f"  {time.perf_counter() - self.start:6.1f} s  {ticks:7.1f} s  {words}", flush=True)

    # --- steps that all cases share -----------------------------------------------------------------

    def begin(self) -> None:
        """From the menu to the first step."""
        from by_hand import MouseAndKeys

        d = self.d
        d.frames(3)
        self.shot("menu")
        d.click("menu.scenarios")
        d.frames(3)
        MouseAndKeys(d).find(f"scenarios.card.{self.case}")
        d.click(f"scenarios.card.{self.case}")
        self.shot("cases")
        d.click("scenarios.start")
        d.wait_address("brief.begin")
        for address in [a for a in d.gui.rects if a.startswith("brief.timeout.")]:
            d.click(address)
        self.shot("briefing")
        d.click("brief.begin")
        d.frames(3)

    def step(self, key: str) -> None:
        """Go to a step of the rail."""
        self.d.click(f"rail.{key}")
        self.d.frames(2)

    def panel(self, key: str) -> None:
        """Open a side panel."""
        self.d.click(f"panel.{key}")
        self.d.frames(1)

    def reach(self, address: str) -> None:
        """Bring a control of the step into sight, on the page of acts or on that of settings, and click it."""
        for page in ("panel.act", "panel.set", "panel.act.here"):
            if address in self.d.gui.rects:
                break
            if page in self.d.gui.rects:
                self.panel(page.removeprefix("panel."))
        self.d.click(address)
        self.d.frames(1)

    def push_to(self, goal_ml: float) -> None:
        """Push the plunger, the thumb following the speed on the screen, until the syringe shows so much."""
        d, since = self.d, [0]

        def is_there() -> bool:
            speed, since[0] = self.see("feel.speed"), since[0] + 1
            if since[0] > 6 and not 0.24 <= speed <= 0.33:
                d.key("Up" if speed < 0.24 else "Down", shift=0.2 < speed < 0.4)
                since[0] = 4
            return self.see("feel.in") <= goal_ml

        d.hold_key("F", is_there, 60.0)

    def tick_list(self) -> None:
        """Tick every line of the step's checklist, scrolling where it is long."""
        d = self.d
        self.panel("list")
        done: set[str] = set()
        for _ in range(12):
            lines = sorted({a for a in d.gui.rects if re.match(r"item\.[A-Z]{2}\d\d", a)})
            fresh = [a for a in lines if a.split(".")[1] not in done and self._is_choice(a)]
            for address in fresh:
                if address in d.gui.rects:
                    d.click(address)
                    done.add(address.split(".")[1])
            if not lines:
                break
            d.wheel(lines[0], -2)
            d.frames(2)
            after = sorted({a for a in d.gui.rects if re.match(r"item\.[A-Z]{2}\d\d", a)})
            if after == lines and not fresh:
                break
        self.panel("act")

    @staticmethod
    def _is_choice(address: str) -> bool:
        parts = address.split(".", 2)
        return len(parts) == 2 or RIGHT.get(parts[1]) == parts[2]

    def film(self, view: str) -> None:
        """Take one pulse in a view."""
        d = self.d
        self.panel("xray")
        d.click(f"carm.{view}")
        d.key("Space")
        d.frames(2)

    # --- tablet ---------------------------------------------------------------------------------

    def tablet(self, entries: dict[str, str], second: bool) -> float:
        """Read, type, review, send, read again; return days to the alarm."""
        d = self.d
        d.click("programmer.open")
        d.wait_address("tab.page.read")
        d.key("I")
        d.frames(3)
        for field, words in entries.items():
            page = {"conc": "drug", "length": "catheter", "dose": "dose", "prime": "bridge", "reservoir": "reservoir",
                    "alarm": "reservoir"}[field]  # fmt: skip
            d.click(f"tab.page.{page}")
            d.click(f"tab.field.{field}")
            d.click("tab.key.clear")
            for char in words:
                d.key(char)
        d.click("tab.page.dose")
        d.click("tab.mode.continuous")
        d.frames(2)
        self.shot("tablet_typed")
        while warned := [a for a in d.gui.rects if a.startswith("tab.confirm.")]:
            d.click(warned[0])
        for address in [a for a in d.gui.rects if a.startswith("tab.row.")]:
            d.look(address, 0.75)
        if second:
            d.click("tab.second")
        d.hold("tab.send", 1.8)
        d.pass_frames(64 * 2)
        d.click("tab.read_again")
        d.frames(3)
        self.shot("tablet_sent")
        days = self.see("tab.row.date")
        d.click("tab.back")
        d.frames(2)
        return days

    # --- end ------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Let the follow-up pass and go to the debrief."""
        d = self.d
        d.click("case.follow")
        d.frames(3)
        self.shot("follow_start")
        if "time.play" in d.gui.rects:
            d.click("time.speed.day")
            d.click("time.play")
            d.hold_key("F9", lambda: self._day() >= 3.0 or self._is_asked(), 8.0)
            if "time.speed.month" in d.gui.rects:
                d.click("time.speed.month")
            for _ in range(30):
                if d.is_visible("follow.debrief"):
                    break
                if self._is_asked() or d.text("time.play") == "Play":
                    d.click("time.play")
                d.hold_key("F9", lambda: d.is_visible("follow.debrief") or self._is_asked(), 6.0)
                self.say(d.text("follow.state"))
            self.shot("follow_end")
            d.click("follow.debrief")
        d.wait_address("debrief.score")
        d.frames(3)
        self.shot("debrief")

    def _day(self) -> float:
        found = re.match(r"day (\d+)", self.d.text("follow.state"))
        return float(found.group(1)) if found else 0.0

    def _is_asked(self) -> bool:
        return "decision" in self.d.text("follow.state")


def play_refill(p: Player) -> None:
    """A routine refill."""
    p.begin()
    left = read_and_find(p)
    empty_and_compare(p, left)
    try_and_fill(p)
    account_and_observe(p)
    p.follow()


def read_and_find(p: Player) -> float:
    """Read the pump, find the port and feel the hard stop; return what is said to be left [mL]."""
    d = p.d
    p.tick_list()
    p.shot("identity")
    p.step("read")
    p.tick_list()
    d.key("I")
    d.frames(3)
    left = p.see("fact.reservoir_calculated")
    d.enter("calc.expected", left)
    d.click("calc.expected_say")
    p.shot("read")
    p.step("examine")
    p.tick_list()
    p.step("template")
    p.tick_list()
    d.click("template.feel")
    p.shot("template")
    p.step("needle")
    p.panel("act")
    d.key("Return")
    d.hold_key("W", lambda: "hard stop" in d.text("feel.word").lower(), 20.0)
    d.hold_key("W", lambda: p.see("feel.push") > 9.0, 2.0, shift=True)
    p.shot("needle")
    return left


def empty_and_compare(p: Player, left: float) -> None:
    """Draw until nothing comes; write down what came."""
    d = p.d
    p.step("empty")
    p.panel("act")
    d.click("syringe.empty")
    last = [0.0, 0]

    def is_dry() -> bool:
        now = p.see("feel.in")
        last[1] = last[1] + 1 if now - last[0] < 0.02 else 0
        last[0] = now
        return last[1] > 24

    d.hold_key("R", is_dry, 150.0)
    p.shot("empty")
    drawn = p.see("feel.in")
    p.say(f"drawn {drawn} of {left}")
    p.tick_list()
    p.step("compare")
    d.enter("record.residual", drawn)
    d.click("record.residual_write")
    p.tick_list()
    d.click("account.write")
    p.panel("volumes")
    p.shot("compare")


def try_and_fill(p: Player) -> None:
    """Push a little, draw it back, then fill with a look every 4 mL."""
    d = p.d
    p.step("fill")
    p.tick_list()
    d.click("syringe.drug")
    d.frames(2)
    d.enter("syringe.force", 8)
    full = p.see("feel.in")
    p.push_to(full - 1.3)
    p.say(f"speed {d.text('feel.speed')}; in syringe {d.text('feel.in')}")
    d.hold_key("R", lambda: p.see("feel.in") >= full - 0.05, 30.0)
    d.click("refill.backflow")
    p.shot("test")
    while p.see("feel.in") > 0.02:
        before = p.see("feel.in")
        p.push_to(max(before - 4.0, 0.005))
        p.say(f"speed {d.text('feel.speed')}; in syringe {d.text('feel.in')}")
        if p.see("feel.in") > 1.0:
            d.hold_key("R", lambda: p.see("feel.in") >= before - 3.5, 10.0)
        if p.see("feel.in") > before - 0.1:
            break
    p.shot("fill")


def account_and_observe(p: Player) -> None:
    """Needle out, the pump told, the alarm date said, the patient watched."""
    d = p.d
    p.step("withdraw")
    p.tick_list()
    d.hold_key("S", lambda: p.see("readout.depth") < 0.5, 12.0)
    p.step("account")
    p.tick_list()
    p.shot("account")
    days = p.tablet({"reservoir": "20"}, False)
    d.enter("calc.alarm_days", round(days))
    d.click("calc.alarm_say")
    p.step("observe")
    p.tick_list()
    d.click("monitor.order")
    p.shot("observe")


def play_implant(p: Player) -> None:
    """A whole implant."""
    d = p.d
    p.begin()
    for key in ("mark", "table"):
        p.step(key) if key != "mark" else None
        p.tick_list()
        p.shot(key)
    d.click("table.fill")
    needle(p)
    thread(p)
    back(p)
    front(p)
    programme(p)
    p.follow()


def needle(p: Player) -> None:
    """Place, advance to the give, find CSF."""
    d = p.d
    p.step("needle")
    p.tick_list()
    depth = p.see("fact.dura_expected_at")
    d.click("or.choose_entry")
    for _ in range(6):
        d.key("E")
    p.film("ap")
    p.film("lateral")
    p.shot("needle_placed")
    p.panel("act")
    depth = depth or p.see("fact.dura_expected_at")
    d.hold_key("W", lambda: p.see("readout.depth_past_skin") >= depth - 9.0, 30.0)
    d.key("B")
    p.film("lateral")
    p.panel("act")
    peak = [0.0]

    def gives() -> bool:
        now = p.see("feel.push")
        peak[0] = max(peak[0], now)
        deep = p.see("readout.depth_past_skin") >= depth + 4.0
        return deep or (peak[0] > 3.0 and now < 0.5 * peak[0])

    d.hold_key("W", gives, 40.0, shift=True)
    p.say(f"give: peak {peak[0]} N at {d.text('readout.depth_past_skin')}, expected {depth}")
    p.shot("needle_give")
    d.key("F")
    for _ in range(24):
        d.pass_frames(76)
        if "drop" in d.text("view.message"):
            break
        d.wheel("view", 2, ctrl=True)
    d.wheel("view", 2)
    d.pass_frames(64 * 3)
    p.shot("needle_csf")
    d.key("C")
    d.key("F")
    for _ in range(6):
        d.key("Q")


def thread(p: Player) -> None:
    """Feed to the written level, with films."""
    d = p.d
    p.step("thread")
    p.tick_list()
    d.click("thread.open")
    d.frames(2)

    def feed(mm: float) -> None:
        goal = p.see("readout.fed_past_hub") + mm
        for _ in range(30):
            d.hold_key(
                "W", lambda: p.see("readout.fed_past_hub") >= goal or p.see("feel.force") > 0.45, 10.0)
            if p.see("readout.fed_past_hub") >= goal:
                break
            d.pass_frames(6)

    feed(115.0 + 30.0 if p.case.endswith("t10") else 89.0 + 30.0)
    for _ in range(20):
        p.film("ap")
        tip = d.text("fluoro.ap.tip")
        p.say(f"fed {d.text('readout.fed_past_hub')}, tip {tip}, most {d.text('feel.most')}")
        if tip in ("T10", "T9", "T8"):
            break
        feed(20.0 if tip in ("T11",) else (50.0 if tip.startswith("L") else 35.0))
    p.film("lateral")
    p.shot("thread")
    p.panel("act")
    d.key("X")
    d.pass_frames(32)
    d.key("C")
    d.key("F")


def back(p: Player) -> None:
    """Wound, string, needle out, anchor, loop."""
    d = p.d
    p.step("anchor")
    p.tick_list()
    d.key("I")
    d.frames(2)
    d.click("anchor.purse")
    d.hold("needle.remove", 1.2)
    d.key("X")
    d.pass_frames(32)
    d.key("C")
    d.click("anchor.place")
    d.click("anchor.tug")
    d.click("loop.lay")
    d.frames(3)
    p.shot("anchor")


def front(p: Player) -> None:
    """Pocket, tunnel, trim, pump, connector, stitches, close."""
    d = p.d
    p.step("pocket")
    p.tick_list()
    p.reach("pocket.plane.subfascial" if "child" in p.case else "pocket.plane.subcutaneous")
    p.reach("pocket.open")
    p.reach("pocket.dry")
    d.frames(3)
    p.shot("pocket")
    p.step("tunnel")
    p.reach("tunnel.route")
    d.frames(2)
    p.shot("tunnel_plan")
    p.reach("tunnel.pass")
    d.frames(3)
    p.shot("tunnel")
    p.step("connect")
    p.panel("act")
    p.reach("connect.trim")
    d.pass_frames(24)
    length = p.see("fact.length_in_the_pack") - p.see("fact.piece_cut_off_so_far")
    d.key("C")
    d.enter("record.length", round(length, 1))
    p.reach("or.write")
    p.reach("pump.place")
    d.frames(2)
    p.shot("connect")
    p.reach("connect.seat")
    p.reach("connect.tug")
    p.length = length
    p.step("pump")
    p.reach("coil.seat")
    for n in "1234":
        d.key(n)
    d.frames(3)
    p.shot("pump")
    p.step("close")
    p.tick_list()
    p.panel("xray")
    d.hold_key("K", lambda: False, 1.8)
    d.frames(3)
    p.film("ap")
    p.film("lateral")
    p.shot("close")


def programme(p: Player) -> None:
    """Numbers, tablet, hand-over."""
    d = p.d
    p.step("programme")
    p.tick_list()
    line = TUBING_ML + ML_PER_CM * p.length
    d.enter("calc.line", round(line, 3))
    d.click("calc.line_say")
    dose = "100" if p.case.endswith("t10") else "75"
    days = p.tablet({"conc": "500", "length": f"{p.length:.1f}", "dose": dose, "prime": f"{line:.3f}", "reservoir": "20",
                     "alarm": "2"}, True)  # fmt: skip
    d.enter("calc.alarm_days", round(days))
    d.click("calc.alarm_say")
    d.click("monitor.order")
    p.shot("programme")


def play_plan(p: Player, device: str) -> None:
    """The attending's own plan of a whole operation, each command of it by one device alone."""
    from game.players.chart import chart_for
    from game.players.habits import ATTENDING
    from game.players.implant import implant
    from game.players.later import LATER
    from by_hand import ByHand, MouseAndKeys, PadAlone

    hands = (PadAlone if device == "pad" else MouseAndKeys)(p.d)
    d = p.d
    d.frames(3)
    hands.press("menu.scenarios")
    hands.find(f"scenarios.card.{p.case}")
    hands.press(f"scenarios.card.{p.case}")
    hands.press("scenarios.start")
    hands.press("brief.begin")
    d.frames(3)
    session = p.app.host.session
    chart = chart_for(session.scenario, session.setup)
    plan = LATER[p.case]["attending"][0](chart) if p.case in LATER else implant(chart, ATTENDING)
    counts: Counter[str] = Counter()

    def tell(words: str) -> None:
        counts[words] += 1
        if (words, counts[words]) in MOMENTS:
            p.shot(f"{device}_{MOMENTS[words, counts[words]]}")
        p.say(words)

    by = ByHand(p.app, d, hands, tell)
    if p.case in LATER:
        by.on_step = lambda step: p.shot(f"{device}_{step}")
    by.play(plan)
    if by.patient is not None:
        p.say(f"done at the patient: {by.patient.n_done}")
    p.shot(f"{device}_done")
    hands.act("case.follow")
    d.frames(3)
    hands.press("time.speed.month")
    for _ in range(200):
        if d.is_visible("follow.debrief"):
            break
        if p._is_asked() or d.text("time.play") == "Play":
            hands.press("time.play")
        d.pass_frames(64)
    hands.press("follow.debrief")
    d.wait_address("debrief.score")
    p.shot(f"{device}_debrief")


def play(case: str, folder: Path, device: str) -> bool:
    """Play one case; return whether it was passed."""
    print(case, device, flush=True)
    p = Player(case, folder)
    try:
        if device != "both" or case in LATER_CASES:
            play_plan(p, "mouse" if device == "both" else device)
        else:
            (play_refill if case.startswith("refill") else play_implant)(p)
        verdict = p.app.judged.verdict
        for row in p.app.judged.lines:
            if row.of - row.points > 0.05:
                print(f"    {row.id} {row.points:.1f}/{row.of:.1f} {row.words}: {row.measured}")
        print(f"  score {p.d.text('debrief.score')} passed {verdict.is_passed} critical {list(verdict.critical)} "
              f"wall {time.perf_counter() - p.start:.0f} s", flush=True)  # fmt: skip
        return bool(verdict.is_passed)
    except AssertionError:
        p.d.screenshot(folder / f"{case}_stuck.png")
        raise
    finally:
        if p.app.host is not None:
            p.app.host.close()
        p.loop.gui.close()
        p.loop.window.close()


def main() -> int:
    """Play the cases asked for; 1 if one was not passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=[*CASES, *LATER_CASES], help="scenario ids; all bundled ones if left out")
    parser.add_argument("--out", type=Path, default=Path("build/playthrough"), help="folder for pictures and records")
    parser.add_argument("--device", choices=("both", "mouse", "pad"), default="both",
                        help="both: as a person would; mouse, pad: the attending's plan, by that device alone")  # fmt: skip
    asked = parser.parse_args()
    sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
    passed = []
    asked.out.mkdir(parents=True, exist_ok=True)
    for case in asked.cases:
        fresh = Path(tempfile.mkdtemp(prefix=f"{case}-", dir=asked.out))
        os.environ["THECAL_DATA_DIR"], os.environ["THECAL_CONFIG_DIR"] = str(fresh), str(fresh / "config")
        passed.append(play(case, asked.out, asked.device))
    print(f"{sum(passed)} of {len(passed)} passed; pictures in {asked.out}")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
