"""What a trunk wears, and what it carries from earlier: a gastrostomy's button, a stoma, ridge and scar of shunt tubing, a device, a cut back."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

import game.view.materials as materials
from game.view.devices import metres
from game.view.field import skin_line, skin_patch
from game.view.frame import Item
from game.view.geometry import Mesh, fillet, join, lathe, pose, rod, turn
from game.view.sweep import tube
from game.view.views import body_scale, surface_axes
from physics import anatomy as body
from physics.anatomy import Anatomy, BodySite

SCAR_M = 0.012  # half length of the scar over an end of tubing, tuned
STITCH_MARKS_M = 0.009  # tuned: between the marks that stitches left
RIDGE_M = 0.0013  # outer radius of shunt tubing: 2.5 mm, as it shows through thin skin [UGK-M]


def clothes_of(anatomy: Anatomy) -> tuple[float, float, float, float]:
    """Return waistband, band round the chest from and to, its half width [m]; a child wears a shirt, a man no band."""
    waist = max(float(body.iliac_crest_v(anatomy.trunk, u)) for u in (0.12, 0.15, 0.18)) - 0.062
    s = body_scale(anatomy)
    if anatomy.build.is_child:
        return waist + 0.03, 0.125 * s, 1.0, 1.0
    half = s * (0.152 + 0.0030 * max(anatomy.build.bmi_kg_per_m2 - 23.0, 0.0))  # tuned: as wide as the chest, arms left out
    return (waist, 0.165 * s, 0.330 * s, half) if anatomy.build.is_female else (waist, 2.0, 2.0, 0.0)


def site_items(anatomy: Anatomy) -> list[Item]:
    """Return every site of the patient's trunk as it looks on the skin."""
    items: list[Item] = []
    for k, site in enumerate(anatomy.build.sites):
        items += {"gastrostomy": _gastrostomy, "ostomy": _ostomy, "shunt": _shunt, "device": _device}[site.kind](
            f"{site.kind} {k}", anatomy, site
        )
    return items


def back_scars(anatomy: Anatomy) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Return the lines (u, v) of healed midline cuts, each over the vertebrae it was made for and half of those beside them."""
    heights = np.asarray(anatomy.spine.level_centres_m, float)[:, 2]
    levels = np.arange(1, len(heights) + 1)  # T1 = 1
    found = []
    for first, last in anatomy.build.scar_levels:
        v = np.interp(np.linspace(first - 0.5, last + 0.5, 13), levels, heights)
        found.append(tuple((float(0.0008 * np.sin(55.0 * h)), float(h)) for h in v))  # healed skin is never quite straight
    return tuple(found)


@lru_cache(maxsize=8)
def scar_mesh(anatomy: Anatomy, line_uv_m: tuple[tuple[float, float], ...]) -> Mesh:
    """Return a healed cut: a pale line with the marks of its stitches to both sides."""
    uv = np.array(line_uv_m, float)
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(uv, axis=0), axis=1))]
    ticks = []
    for at in np.arange(0.005, along[-1], STITCH_MARKS_M):
        u, v = (round(float(np.interp(at, along, uv[:, k])), 4) for k in (0, 1))
        ticks.append(skin_line(anatomy, ((u - 0.0048, v - 0.0006), (u + 0.0048, v + 0.0006)), 0.0004, -0.00005))
    return join(skin_line(anatomy, line_uv_m, 0.0017, -0.0001, 0.012), *ticks)


@lru_cache(maxsize=1)
def button() -> dict[str, Mesh]:
    """Return a low-profile gastrostomy button: flange with its neck, strap and plug; frame: +z out of the skin.

    Drawn after common buttons, 22 mm across with the strap to one side [UGK-M].
    """
    flange = lathe(fillet([(0, 0.3), (9.5, 0.3), (11, 1.4), (9.5, 2.8), (6.0, 3.4), (5.4, 6.2), (0, 6.2)], 0.8), 40)
    plug = lathe(fillet([(0, 6.0), (5.0, 6.0), (5.0, 8.0), (3.6, 8.6), (0, 8.6)], 0.6), 32)
    strap = tube(np.array([(3.0, 0, 8.0), (8.0, 0, 8.4), (12.5, 0, 6.2), (13.2, 0, 3.0), (10.0, 0, 2.0)]), 1.1, 10)
    valve = rod(1.4, 8.4, 9.0, 20)
    return {"flange": metres(flange), "plug": metres(join(plug, strap)), "valve": metres(valve)}


@lru_cache(maxsize=1)
def bud() -> Mesh:
    """Return the everted end of a bowel [UGK-M]: a dome 28 mm across with its opening."""
    ring = [(0, 2.0), (3.0, 3.5), (5.5, 9.5), (9.0, 10.5), (12.5, 8.0), (14.0, 2.0), (14.5, 0.0), (0, -1.0)]
    return metres(lathe(fillet(ring, 1.6), 40))


def _gastrostomy(name: str, anatomy: Anatomy, site: BodySite) -> list[Item]:
    u, v = site.path_uv_m[0]
    centre, axes = surface_axes(anatomy, u, v)
    where = pose(axes @ turn("z", 0.7), centre)
    looks = {"flange": materials.SILICONE, "plug": materials.CATHETER, "valve": materials.PALE}
    reddened = skin_patch(anatomy, u, v, (0.0140, 0.0135), 0.0, 0.0004)
    return [
        Item(f"{name} rim", reddened, materials.IRRITATED, is_static=True),
        *(Item(f"{name} {part}", mesh, looks[part], where, is_static=True) for part, mesh in button().items()),
    ]


def _ostomy(name: str, anatomy: Anatomy, site: BodySite) -> list[Item]:
    centre, axes = surface_axes(anatomy, *site.path_uv_m[0])
    return [Item(name, bud(), materials.MUCOSA, pose(axes, centre), is_static=True)]


def _shunt(name: str, anatomy: Anatomy, site: BodySite) -> list[Item]:
    u, v = site.path_uv_m[-1]
    ridge = skin_line(anatomy, site.path_uv_m, RIDGE_M, 0.0)
    scar = skin_line(anatomy, ((u - SCAR_M, v), (u + SCAR_M, v + 0.001)), 0.0012, -0.0001, 0.006)
    return [
        Item(f"{name} ridge", ridge, materials.RIDGE, is_static=True, has_bulge=True),
        Item(f"{name} scar", scar, materials.OLD_SCAR, is_static=True, has_bulge=True),
    ]


def _device(name: str, anatomy: Anatomy, site: BodySite) -> list[Item]:
    u, v = site.path_uv_m[0]
    lid = skin_patch(anatomy, u, v, (site.radius_m, site.radius_m), 0.0, 0.004)
    scar = skin_line(anatomy, ((u - 0.6 * site.radius_m, v), (u + 0.6 * site.radius_m, v)), 0.0012, -0.0042)
    return [
        Item(f"{name} swelling", lid, materials.RIDGE, is_static=True),
        Item(f"{name} scar", scar, materials.OLD_SCAR, is_static=True, has_bulge=True),
    ]
