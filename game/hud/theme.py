"""Design tokens: every colour, size, space and icon of the interface is named here and nowhere else.

Contrast of inks on `PANEL` is at least 5:1, of `TEXT` at least 7:1; marks follow the Okabe-Ito set.
"""

from __future__ import annotations

from typing import Final

BACKDROP: Final = "0c1115"
PANEL: Final = "11171c"
CARD: Final = "172027"
FIELD: Final = "1f2b34"
LINE: Final = "2b3943"
INK: Final = "e6eef3"
INK_SOFT: Final = "a3b4bf"
INK_FAINT: Final = "7b8d99"
WHITE: Final = "ffffff"
SCREEN_BLACK: Final = "05080a"  # ground of monitor traces
CHOSEN: Final = "1d3343"  # a selected row
TABLET_FACE: Final = "10181e"
TABLET_BAR: Final = "1b2a35"
TABLET_FRAME: Final = "2a2f33"
TABLET_EDGE: Final = "4b545b"
ALARM_BANNER: Final = "9a4200"

MARK: Final[dict[str, str]] = {
    "ok": "009e73", "now": "56b4e9", "warn": "e69f00", "alarm": "d55e00", "info": "56b4e9",
    "special": "cc79a7", "deep": "0072b2", "yellow": "f0e442", "none": "6f818d", "todo": "6f818d",
    "skip": "6f818d",
}  # fmt: skip
TEXT: Final[dict[str, str]] = {
    "ok": "45cf9f", "now": "86cbf2", "warn": "f3b73e", "alarm": "ff8c47", "info": "86cbf2",
    "special": "e3a3c8", "deep": "7fb8e6", "yellow": "f0e442", "none": "a3b4bf", "todo": "a3b4bf",
    "skip": "a3b4bf",
}  # fmt: skip
SERIES: Final = ("56b4e9", "e69f00", "009e73", "cc79a7", "f0e442", "d55e00", "0072b2")
VITAL: Final[dict[str, str]] = {
    "hr": "45cf9f", "spo2": "86cbf2", "rr": "f0e442", "etco2": "ffffff", "nibp": "e3a3c8", "temp": "e6eef3",
    "gcs": "e6eef3",
}  # fmt: skip

# A state is always an icon AND a word; colour is the third channel.
STATE: Final[dict[str, tuple[str, str]]] = {
    "ok": ("\uf058", "done"), "now": ("\uf0a9", "now"), "warn": ("\uf071", "check"),
    "alarm": ("\uf06a", "danger"), "info": ("\uf05a", "note"), "todo": ("\uf111", "to do"),
    "skip": ("\uf05e", "skipped"), "none": ("\uf068", "none"),
}  # fmt: skip

# Type scale in base pixels at 100 %.
SIZE: Final[dict[str, float]] = {
    "caption": 13.0, "small": 14.0, "body": 16.0, "lead": 18.0, "heading": 21.0, "title": 30.0,
    "numeral": 34.0, "display": 54.0, "name": 64.0,
}  # fmt: skip
UNIT: Final = 8.0
GAP: Final = 8.0
PAD: Final = 16.0
RADIUS: Final = 6.0
TARGET: Final = 32.0  # least height of anything that can be pressed
FLOOR: Final = 24.0  # the audit fails below this
BAR: Final = 56.0  # title bar

BUTTON: Final[dict[str, tuple[str, str]]] = {
    "normal": (FIELD, INK), "primary": ("1c6b96", WHITE), "go": ("00734f", WHITE), "danger": ("8f3f00", WHITE),
    "quiet": (PANEL, INK_SOFT), "on": ("24506b", WHITE), "off": (CARD, INK_FAINT),
}  # fmt: skip

ICON: Final[dict[str, str]] = {
    "play": "\uf04b", "pause": "\uf04c", "back": "\uf060", "next": "\uf061", "help": "\uf059", "gear": "\uf013",
    "redo": "\uf2ea", "user": "\uf007", "nurse": "\uf82f", "doctor": "\uf0f0", "teach": "\uf51c",
    "calendar": "\uf133", "film": "\uf008", "flask": "\uf0c3", "list": "\uf03a", "door": "\uf2f5", "ear": "\uf2a2",
    "hand": "\uf256", "eye": "\uf06e", "bone": "\uf5d7", "syringe": "\uf48e", "ruler": "\uf545", "knife": "\uf0c4",
    "xray": "\uf7ba", "wave": "\uf83e", "bolt": "\uf0e7", "bell": "\uf0f3", "bell_off": "\uf1f6", "phone": "\uf095",
    "clock": "\uf017", "pill": "\uf484", "lung": "\uf604", "heart": "\uf004", "tint": "\uf043", "scale": "\uf24e",
    "link": "\uf0c1", "pen": "\uf304", "check": "\uf00c", "cross": "\uf00d", "lock": "\uf023", "star": "\uf005",
    "search": "\uf002", "vial": "\uf492", "key": "\uf11c", "mouse": "\uf8cc", "pad": "\uf11b", "sound": "\uf028",
    "cc": "\uf20a", "branch": "\uf126", "flag": "\uf024", "camera": "\uf030", "up": "\uf062", "down": "\uf063",
    "circle": "\uf192", "dot": "\uf111", "trash": "\uf1f8", "bed": "\uf236", "home": "\uf015", "tablet": "\uf3fa",
    "print": "\uf02f", "brain": "\uf5dc", "book": "\uf02d", "battery": "\uf240", "temp": "\uf2c9", "palm": "\uf461",
    "plus": "\uf067", "minus": "\uf068", "erase": "\uf55a", "turn_left": "\uf2ea", "turn_right": "\uf2f9",
    "box": "\uf0c8", "box_on": "\uf14a", "stop": "\uf04d",
}  # fmt: skip

DISCLAIMER: Final = "For education only. Not advice for any real patient, device or dose."
