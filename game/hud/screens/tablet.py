"""The programmer: generic, of our own drawing, always marked as a simulated device (`tab`).

Here are the frame, the way from page to page and the layout; `tablet_pages`, `tablet_steps`, `tablet_review` and
`tablet_sheet` draw what is on it. One width or height too small gives up the list of pages, then the desk, never text.
"""

from __future__ import annotations

from imgui_bundle import imgui

from game.hud import models
from game.hud import theme as T
from game.hud.gui import Gui, u32
from game.hud.layout import Area
from game.hud.screens import tablet_pages, tablet_review
from game.hud.screens.frame import PlayView, title_bar
from game.hud.screens.tablet_fields import keypad
from game.hud.widgets import at, button, caption, panel, same, soft, state, text, text_width
from game.input.intent import Intent
from game.instruments import programme, programmer, worksheet
from game.instruments.programmer import Form

SIMULATED = f"{T.STATE['info'][0]}  simulated device"
REVIEW_W = 640.0
NAV_W, PAD_W = 156.0, 204.0


def draw(g: Gui, view: PlayView) -> list[Intent]:
    """Draw the tablet: the page in work, and the review beside it where there is room."""
    width, height = g.base_size
    title = "Programmer" if width >= 700 else "Simulated programmer"  # where the chip has no room
    title_bar(g, title, view.card.patient, dict(models.LEVELS)[view.level], models.clinical_words(view.obs), ((SIMULATED, "warn"),))
    top = 48.0 if width < 1200 else T.BAR
    body_h = height - top - 24
    if width >= 1500:
        work_w = width - REVIEW_W - 76
        work_h = min(body_h - 100, 690.0)
        _page(g, view, (28, top + 26, work_w, work_h))
        _review(g, view, (work_w + 74, top + 26, REVIEW_W - 28, min(body_h - 28, 780.0)))
        _desk(g, view, (16, top + work_h + 52, work_w + 24, height - top - work_h - 56))
        return g.taken()
    edge = 28.0 if width >= 900 else 12.0
    area = (edge, top + edge / 2 + 2, width - 2 * edge, height - top - edge - 4)
    if view.hands.form.page == "review":
        _review(g, view, area)
    else:
        _page(g, view, area)
    return g.taken()


def _bezel(area: Area, g: Gui) -> None:
    x, y, w, h = area
    dl = imgui.get_background_draw_list()
    m = min(14.0, x - 2)
    low, high = (g.px(x - m), g.px(y - m)), (g.px(x + w + m), g.px(y + h + m))
    dl.add_rect_filled(low, high, u32(T.TABLET_FRAME), g.px(m + 8))
    dl.add_rect(low, high, u32(T.TABLET_EDGE), g.px(m + 8), g.px(2))


def _action_bar(g: Gui, view: PlayView, name: str, w: float, h: float) -> None:
    where, dl = imgui.get_window_pos(), imgui.get_window_draw_list()
    dl.add_rect_filled(where, (where.x + g.px(w), where.y + g.px(h)), u32(T.TABLET_BAR))
    form = view.hands.form
    at(g, 10, (h - 34) / 2)
    button(g, f"tab.{name}.home", "", "home", w=44, h=34)
    g.texts[f"tab.{name}.home"] = "leave the tablet"
    at(g, 66, (h - 22) / 2)
    words = "pump read" if form.is_read else "pump not read"
    alerts = len(form.seen.alarms) if form.seen is not None else 0
    name_words = view.card.title
    need = text_width(g, f"X  {words}", "small", "bold") + (96 if alerts else 0) + 24
    text(g, name_words, size="lead", face="bold")
    order = f"Order: {view.card.orders}"
    used = 66 + text_width(g, name_words, "lead", "bold") + 16
    if view.card.orders and used + text_width(g, order, "small") + need + 12 < w:
        at(g, used, (h - 18) / 2)
        soft(g, order)
    at(g, w - need, (h - 18) / 2)
    state(g, "ok" if form.is_read else "todo", words)
    if alerts:
        same(g, 14)
        state(g, "warn", f"{alerts} alert{'s' if alerts > 1 else ''}", address="tab.alerts" if name == "page" else None)


def _page(g: Gui, view: PlayView, area: Area) -> None:
    _bezel(area, g)
    form = view.hands.form
    w, h = area[2], area[3]
    is_small = w < 860 or h < 440
    bar, pad = (42.0, 176.0) if is_small else (50.0, PAD_W)
    with panel(g, "tab_page", area, pad=12, colour=T.TABLET_FACE):
        _action_bar(g, view, "page", w, bar)
        if not is_small:
            at(g, 12, bar + 12)
            _navigation(g, form, h - bar - 12 - 66)
        left = 12.0 if is_small else NAV_W + 26
        has_pad = _has_pad(form)
        body_w = w - left - 12 - (pad + 18 if has_pad else 0)
        body_h = h - bar - 12 - (52 if is_small else 62)
        at(g, left, bar + 8)
        _body(g, view, body_w, body_h, is_small)
        if has_pad:
            at(g, w - pad - 12, bar + 8)
            imgui.begin_group()
            keypad(g, pad, body_h, _typing(form), form.focus == "clock" or form.focus.startswith("time."), is_small)
            imgui.end_group()
        _page_foot(g, form, w, h, is_small)


def _body(g: Gui, view: PlayView, w: float, h: float, is_small: bool) -> None:
    form = view.hands.form
    title = "Calculator" if form.page == programmer.SHEET else dict(programmer.PAGES)[form.page]
    if not is_small:
        text(g, title, size="heading", face="bold")
        imgui.set_cursor_pos_x(imgui.get_cursor_pos_x())
    imgui.push_style_color(imgui.Col_.child_bg, imgui.ImVec4(0, 0, 0, 0))
    if not is_small:
        at(g, NAV_W + 26, 50 + 8 + 30)
    room_h = h - (0 if is_small else 30)
    imgui.begin_child("##tab_body", (g.px(w), g.px(room_h)), 0, imgui.WindowFlags_.no_nav_inputs)
    g.in_list = True
    is_long = imgui.get_scroll_max_y() > 0.0
    tablet_pages.body(g, view, w - (14 if is_long else 2), room_h, is_small)
    g.in_list = False
    imgui.dummy((0, 0))
    imgui.end_child()
    imgui.pop_style_color()


def _has_pad(form: Form) -> bool:
    """Return whether something on the page can be typed into."""
    if form.page == programmer.SHEET:
        return True
    if form.page == "clock":
        return bool(form.new.clock_day)
    return bool(programmer.fields_of(form, form.page)) or (form.page == "dose" and form.new.mode == "flex")


def _typing(form: Form) -> str:
    head, _, rest = form.focus.partition(".")
    if head == programmer.SHEET:
        words = rest if rest != worksheet.ANSWER else f"your {form.sheet.symbol}"
    elif head in ("time", "rate"):
        words = f"step {rest}, {'its time' if head == 'time' else 'its rate'}"
    else:
        words = "the time" if form.focus == "clock" else (programme.words_of(form.new, form.focus).lower() if form.focus else "nothing chosen")
    return f"typing: {words}"


def _navigation(g: Gui, form: Form, h: float) -> None:
    imgui.begin_group()
    count = len(programmer.PAGES) + 1
    nav_h = min(40.0, h / count - 6)
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(8), g.px(6)))
    for key, words in programmer.PAGES:
        now = key == form.page
        kind = "now" if now else _page_state(form, key)
        button(g, f"tab.page.{key}", f"{T.STATE[kind][0]}  {words}", kind="on" if now else "quiet", w=NAV_W, h=nav_h, align=0.0)
        g.texts[f"tab.page.{key}"] = words
        g.states[f"tab.page.{key}"] = kind
    imgui.dummy((0, g.px(1)))
    button(g, f"tab.page.{programmer.SHEET}", "Calculator", "scale", "on" if form.page == programmer.SHEET else "normal", w=NAV_W, h=nav_h)
    imgui.pop_style_var()
    imgui.end_group()


def _page_state(form: Form, page: str) -> str:
    """Return the state of a page: refused, warned of, filled in, or still to do."""
    extra = {"dose": ("mode", "steps"), "clock": ("clock",)}.get(page, ())
    faults = programmer.faults(form, (*programmer.fields_of(form, page), *extra)) if form.is_read and page != "review" else ()
    if faults:
        return faults[0].kind
    return "ok" if form.is_read and page != "review" else "todo"


def _page_foot(g: Gui, form: Form, w: float, h: float, is_small: bool) -> None:
    tall = 38.0 if is_small else 42.0
    y = h - tall - (6 if is_small else 10)
    at(g, 12, y)
    button(g, "tab.previous", "" if is_small else "Previous", "back", w=46 if is_small else 132, h=tall)
    g.texts["tab.previous"] = "Previous"
    keys = [k for k, _ in programmer.PAGES]
    is_sheet = form.page == programmer.SHEET
    later = form.back if is_sheet else keys[min(keys.index(form.page) + 1, len(keys) - 1)]
    if is_small:
        same(g)
        here = "Calculator" if is_sheet else f"{keys.index(form.page) + 1} of {len(keys)}  {dict(programmer.PAGES)[form.page]}"
        imgui.set_cursor_pos_y(g.px(y + tall / 2 - 13))
        text(g, here, size="lead", face="bold", address="tab.here")
        imgui.same_line(0, 0)
        at(g, w - 12 - 46 - 54, y)
        button(g, f"tab.page.{programmer.SHEET}", "", "scale", "on" if is_sheet else "normal", 46, tall)
        at(g, w - 12 - 46, y)
        button(g, "tab.next", "", "next", "primary", 46, tall)
        g.texts |= {"tab.next": f"Next: {dict(programmer.PAGES)[later].lower()}", f"tab.page.{programmer.SHEET}": "Calculator"}
        return
    if form.page == keys[-1]:
        return
    label = f"{'Back to' if is_sheet else 'Next:'} {dict(programmer.PAGES)[later].lower()}"
    next_w = text_width(g, label) + 60
    at(g, w - next_w - 12, y)
    button(g, "tab.next", label, "next", "primary", next_w, tall)


def _review(g: Gui, view: PlayView, area: Area) -> None:
    _bezel(area, g)
    w, h = area[2], area[3]
    bar = 42.0 if w < 900 and h < 440 else 50.0
    with panel(g, "tab_review", area, pad=12, colour=T.TABLET_FACE):
        _action_bar(g, view, "review", w, bar)
        at(g, 12, bar + 8)
        tablet_review.body(g, view, w - 24, h)
        tablet_review.foot(g, view, w, h)


def _desk(g: Gui, view: PlayView, area: Area) -> None:
    with panel(g, "desk", area, alpha=0.0):
        caption(g, "Beside the tablet")
        soft(g, f"Order sheet, signed: baclofen {view.card.orders}.", "body", wrap=0)
        removed = view.obs.catheter.removed_m * 100
        line = f"Line volume = {programme.TUBING_ML:.3f} mL tubing + {programme.CATHETER_ML_PER_CM:.4f} mL a cm."
        if removed > 0 and view.hands.procedure == "implant":
            line += f" On the table: a piece of {removed:.1f} cm."
        soft(g, line, "body", wrap=0)
