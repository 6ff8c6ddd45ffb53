"""What is on stage: an observation and an anatomy become plain draw items. Pure, no GL."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import game.view.materials as materials
from game.view.field import field_of, skin_sheet
from game.view.axial_painting import cut_height
from game.view.frame import FloatArray, Frame, Item, Light, Section, SkinLook, Window, Wound
from game.view.instrument_items import (
    SceneOptions,
    bulge_of,
    canal_point,
    instrument_items,
    leaving_stem,
    pump_pose,
)
from game.view.labels import section_labels
from game.view.openings import wounds_of
from game.view.painting import cut_sheet
from game.view.views import (
    AXIAL,
    BACK,
    CORNER,
    CUTS,
    FRONT,
    INSIDE,
    PATIENT,
    PLAN,
    POCKET,
    REFILL,
    SEE_THROUGH,
    THEATRE,
    VIEWS,
    body_scale,
    cut_level_m,
    cut_side,
    entry_site,
    field_site,
    pocket_site,
    room_of,
    side_up,
    surface_axes,
    windows_of,
)
from game.view.site_items import clothes_of
from game.view.theatre_items import mattress_items, theatre_items
from game.view.xray_scene import metal_of, xray_items
from physics import anatomy as body
from physics.anatomy import Anatomy
from physics.observation import Observation

DRAPED = (BACK, POCKET, THEATRE)
WINDOW_REACH_M = 0.175  # tuned: from the middle of a field to clothes: beyond what is painted round its window


def frame_from(
    observation: Observation, anatomy: Anatomy, view: str, options: SceneOptions | None = None
) -> Frame:
    """Return the frame of a view.

    Raises
    ------
    ValueError
        If the view is not one of `VIEWS`, or a cut-away where the level of help shows none.
    """
    if view not in VIEWS:
        raise ValueError(f"view = {view!r}; expected one of {', '.join(VIEWS)}")
    chosen = options or SceneOptions()
    chosen = replace(chosen, field=chosen.field or field_of(observation))
    if not chosen.may_see_inside and view in CUTS:
        raise ValueError(f"view = {view!r}; this level of help shows no cut-away")
    windows = windows_of(view, observation, anatomy)
    wounds = wounds_of(view, observation, anatomy)
    bulge = bulge_of(observation, anatomy)
    section = _section(view, observation, anatomy)
    shown = PATIENT if view in SEE_THROUGH and not chosen.may_see_inside else view
    items = _body_items(shown, observation, anatomy, chosen, wounds)
    items += instrument_items(shown, leaving_stem(observation), anatomy, chosen)
    is_bare = view in (BACK, POCKET) and not (chosen.field or field_of(observation)).is_draped
    if view == THEATRE or is_bare:
        up = side_up(observation, anatomy)
        room = theatre_items(observation, anatomy, up, chosen.c_arm, chosen.field or field_of(observation))
        items += [i for i in room if view == THEATRE or not i.name.startswith("lamp")]  # over the head of who looks closely
    return Frame(
        view=view,
        items=tuple(items),
        xray=xray_items(observation, anatomy) + metal_of(items) if chosen.has_xray else (),
        light=_light(view, observation, anatomy),
        room=room_of(view, observation, anatomy),
        windows=windows,
        wounds=wounds,
        section=section,
        bulge=bulge,
        look=_look(shown, windows, observation, anatomy, chosen),
        fat_m=_fat_m(view, wounds, observation, anatomy),
        labels=section_labels(anatomy, section) if section is not None and chosen.has_labels else (),
    )


def _fat_m(view: str, wounds: tuple[Wound, ...], observation: Observation, anatomy: Anatomy) -> float:
    if view == POCKET and wounds:
        return wounds[0].fat_m
    return float(body.fascia_depth(anatomy.trunk, *entry_site(observation, anatomy)))


def _look(
    view: str, windows: tuple[Window, ...], observation: Observation, anatomy: Anatomy, options: SceneOptions
) -> SkinLook:
    field = options.field or field_of(observation)
    is_bare = view in (PATIENT, FRONT, REFILL) or not field.is_draped
    painted = windows[0] if windows and field.antiseptic > 0 else None
    if painted is not None:  # painted well beyond what the drapes leave free
        painted = Window(painted.centre_m, painted.axes, (painted.half_m[0] + 0.05, painted.half_m[1] + 0.05))
    at = field_site(observation, anatomy) if view in (BACK, THEATRE) else pocket_site(observation, anatomy)
    clothes = clothes_of(anatomy) if is_bare else None
    if clothes is not None and view not in (PATIENT, FRONT):  # off the place where hands will paint and work
        reach = 0.5 * WINDOW_REACH_M if view == REFILL else WINDOW_REACH_M * body_scale(anatomy)
        clothes = (min(clothes[0], at[1] - reach), max(clothes[1], at[1] + reach), max(clothes[2], at[1] + reach), clothes[3])
    return SkinLook(field.antiseptic, field.wet, painted, field.blood_film, clothes, field.painted, at)


# --- body, drapes, wounds ---------------------------------------------------------------------


def _body_items(
    view: str, observation: Observation, anatomy: Anatomy, options: SceneOptions, wounds: tuple[Wound, ...]
) -> list[Item]:
    field = options.field or field_of(observation)
    if view in (PATIENT, FRONT):
        items = [Item("skin", "skin", materials.skin(options.skin_tone), is_static=True, has_bulge=True)]
        if field.is_bandaged:
            items.append(Item("binder", "binder", materials.BINDER, is_static=True, has_bulge=True))
        return items
    if view in DRAPED and not field.is_draped:
        return [Item("skin", "skin", materials.skin(options.skin_tone), is_static=True)]
    if view == REFILL:
        return _refill_body(observation, anatomy, options)
    if view in DRAPED:
        skin = materials.skin(options.skin_tone)
        items = [
            Item("skin", "skin:near", skin, is_static=True, has_holes=bool(wounds), has_bulge=True, is_under_drape=True),
            Item("drape", "drape", materials.CLOTH, is_static=True, has_windows=True, has_bulge=True),
        ]
        if view != THEATRE:  # past the body's edge one looks under the drape, not into nothing
            items += mattress_items(anatomy, side_up(observation, anatomy), materials.TABLE_CLOTH)
        opened = materials.wound(options.skin_tone)
        for w in wounds:
            items.append(Item(f"wound:{w.key}", f"wound:{w.key}", opened, is_static=True, has_bulge=True))
            items.append(Item(f"rim:{w.key}", f"rim:{w.key}", skin, is_static=True, has_bulge=True))
        return items
    if view in CUTS:
        cut_skin = materials.skin(options.skin_tone)
        return [Item("skin", "skin", cut_skin, is_static=True, is_cut=True)]
    items = [
        Item(name, name, materials.BONE if name.startswith("bone") else materials.DISC, is_static=True)
        for name in bone_and_disc_names(anatomy)
    ]
    items += [
        Item(f"metal:{n}", f"metal:{n}", materials.TITANIUM, is_static=True) for n in anatomy.spine.metal_names
    ]
    items.append(Item("cord", "cord", materials.CORD, is_static=True))
    items.append(Item("sac", "sac", materials.DURA, is_static=True))
    ghost = materials.GHOST_SKIN if view == PLAN else materials.FAINT_SKIN
    items.append(Item("skin", "skin", ghost, is_static=True, has_bulge=True))
    return items


def _refill_body(observation: Observation, anatomy: Anatomy, options: SceneOptions) -> list[Item]:
    """Return the lying patient with a sterile sheet round the pump; seen through where the level of help allows."""
    sees = options.is_see_through and options.may_see_inside
    skin = materials.GHOST_SKIN if sees else materials.skin(options.skin_tone)
    u, v = pocket_site(observation, anatomy)
    sheet = skin_sheet(anatomy, round(u, 3), round(v, 3), (0.150, 0.140))
    items = [
        Item("skin", "skin", skin, is_static=True, has_bulge=True),
        Item("drape", sheet, materials.CLOTH, is_static=True, has_windows=True, has_bulge=True),
    ]
    return items + mattress_items(anatomy, np.array([0.0, -1.0, 0.0]))


def bone_and_disc_names(anatomy: Anatomy) -> list[str]:
    """Return the baked names of all bones and discs."""
    bones = [f"bone:{n}" for n in body.bone_names(anatomy.spine)]
    return bones + [f"disc:{n}" for n in body.disc_names(anatomy.spine)]


def _section(view: str, observation: Observation, anatomy: Anatomy) -> Section | None:
    if view not in CUTS:
        return None
    height = cut_height(cut_level_m(observation, anatomy))
    if view == CORNER:  # the floor of the corner lies below the needle
        height = cut_height(cut_level_m(observation, anatomy) - 0.012)
    return Section(cut_side(observation), cut_sheet(anatomy), CUTS[view], height)


def _light(view: str, observation: Observation, anatomy: Anatomy) -> Light:
    if view == BACK:
        centre, _ = surface_axes(anatomy, *field_site(observation, anatomy))
        up = side_up(observation, anatomy)[0]
        return Light((0.46 * up, 0.88, -0.10), centre_m=_three(centre), radius_m=0.22, occlusion=0.6,
                     backdrop=((0.012, 0.02, 0.025), (0.05, 0.075, 0.085)))  # fmt: skip
    if view == THEATRE:
        up = side_up(observation, anatomy)
        return Light(_three(0.85 * up + np.array([0.0, 0.62, 0.10])), (3.3, 3.2, 3.05), radius_m=1.15, occlusion=0.5,
                     backdrop=((0.05, 0.06, 0.065), (0.09, 0.11, 0.12)))  # fmt: skip
    if view in (PATIENT, FRONT):
        back = 1.0 if view == PATIENT else -1.0
        return Light((-0.55, 0.55 * back, 0.70), centre_m=(0.0, 0.0, 0.06), radius_m=0.55)
    if view == POCKET:
        centre, axes = surface_axes(anatomy, *pocket_site(observation, anatomy))
        up = side_up(observation, anatomy)[0]
        direction = 0.75 * axes[:, 2] + np.array([0.55 * up, 0.0, -0.35])
        return Light(_three(direction), centre_m=_three(centre), radius_m=0.26,
                     backdrop=((0.012, 0.02, 0.025), (0.05, 0.075, 0.085)))  # fmt: skip
    if view == REFILL:
        centre, _ = surface_axes(anatomy, *pocket_site(observation, anatomy))
        side = np.sign(centre[0]) or 1.0
        return Light((0.72 * side, -0.60, 0.35), centre_m=_three(centre), radius_m=0.24,
                     backdrop=((0.012, 0.02, 0.025), (0.05, 0.075, 0.085)))  # fmt: skip
    if view in (AXIAL, CORNER):
        side = cut_side(observation) if view == CORNER else -1.0
        height = cut_level_m(observation, anatomy)
        return Light((0.45 * side, 0.35, 0.85), centre_m=(0, 0.0, height - 0.05), radius_m=0.33, occlusion=0.5,
                     backdrop=((0.02, 0.024, 0.03), (0.10, 0.12, 0.14)))  # fmt: skip
    if view == INSIDE:
        side = cut_side(observation)
        return Light((0.85 * side, 0.35, 0.45), centre_m=(0, 0.03, 0.05), radius_m=0.33, occlusion=0.5,
                     backdrop=((0.02, 0.024, 0.03), (0.10, 0.12, 0.14)))  # fmt: skip
    return Light((-0.6, 0.5, 0.75), centre_m=(0.0, 0.01, 0.075), radius_m=0.48)


def _three(v: FloatArray) -> tuple[float, float, float]:
    return float(v[0]), float(v[1]), float(v[2])


__all__ = ["SceneOptions", "canal_point", "frame_from", "pump_pose"]
