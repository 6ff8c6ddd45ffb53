"""Where things go: one of three layouts, chosen by the effective width, never by shrinking text."""

from __future__ import annotations

from dataclasses import dataclass

from game.hud import theme

Area = tuple[float, float, float, float]  # x, y, w, h in base pixels


@dataclass(frozen=True, slots=True)
class Layout:
    """Areas of a working screen in base pixels; an area that a layout lacks has no width."""

    kind: str  # "wide", "compact" or "focus"
    width: float
    height: float
    top: Area
    rail: Area
    view: Area
    side: Area
    hand: Area
    strip: Area
    vitals: Area
    tabs: Area = (0.0, 0.0, 0.0, 0.0)

    @property
    def is_split(self) -> bool:
        """Whether a focus layout is wide enough for the picture beside one panel."""
        return self.kind != "focus" or self.width >= 1000


def layout_kind(effective_width: float) -> str:
    """Return the layout for an effective width (window width / scale)."""
    if effective_width >= 1500:
        return "wide"
    return "compact" if effective_width >= 1200 else "focus"


def layout_for(width: float, height: float) -> Layout:
    """Return the areas for a window of a size in base pixels."""
    kind = layout_kind(width)
    none: Area = (0.0, 0.0, 0.0, 0.0)
    bar = theme.BAR
    if kind == "focus":
        bar, tabs_h, line = 48.0, 46.0, 44.0
        body = height - bar - tabs_h - line
        at = bar + tabs_h
        split = width >= 1000
        view_w = width - 500 if split else width
        return Layout(
            kind, width, height, (0, 0, width, bar), none, (0, at, view_w, body),
            (view_w if split else 0, at, width - view_w if split else width, body), none, none,
            (0, height - line, width, line), (0, bar, width, tabs_h),
        )  # fmt: skip
    rail_w, side_w, strip_h = (276.0, 488.0, 238.0) if kind == "wide" else (64.0, 372.0, 168.0)
    hand_w = 276.0 if kind == "wide" else 300.0
    body = height - bar - strip_h
    view_w = width - rail_w - side_w
    return Layout(
        kind, width, height, (0, 0, width, bar), (0, bar, rail_w, body), (rail_w, bar, view_w, body),
        (rail_w + view_w, bar, side_w, body), (0, bar + body, hand_w, strip_h),
        (hand_w, bar + body, width - hand_w - side_w, strip_h), (width - side_w, bar + body, side_w, strip_h),
    )  # fmt: skip
