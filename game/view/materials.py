"""The look of every stuff in the theatre; colours are linear and tuned by eye against the study pictures."""

from __future__ import annotations

from game.view.frame import Colour, Material, Surface

BONE = Material((0.78, 0.66, 0.48), 0.50, 0.0, 0.09, 0.35, surface=Surface.BONE)
DISC = Material((0.50, 0.58, 0.64), 0.35, scatter=0.3)
CORD = Material((0.86, 0.70, 0.42), 0.40, scatter=0.4)
DURA = Material((0.78, 0.80, 0.55), ghost=(2.0, 0.12, 0.75))
TITANIUM = Material((0.60, 0.60, 0.62), 0.34, 0.92, surface=Surface.BRUSHED)
DARK_METAL = Material((0.25, 0.27, 0.30), 0.40, 0.6)
STEEL = Material((0.74, 0.75, 0.77), 0.30, 1.0)
INSTRUMENT = Material((0.80, 0.81, 0.82), 0.50, 0.72)
SEPTUM = Material((0.80, 0.80, 0.76), 0.60, scatter=0.3)
CATHETER = Material((0.88, 0.90, 0.92), 0.28, scatter=0.3, scatter_tint=(0.8, 2.2, 3.0), surface=Surface.TUBE)
SILICONE = Material((0.90, 0.90, 0.86), 0.40, scatter=0.5)
HUB = Material((0.12, 0.36, 0.58), 0.30, scatter=0.4, scatter_tint=(0.3, 1.2, 2.0))
WINGS = Material((0.05, 0.24, 0.40), 0.40, scatter=0.4, scatter_tint=(0.3, 1.2, 2.0))
BLACK = Material((0.03, 0.03, 0.05), 0.45)
INK = Material((0.03, 0.06, 0.10), 0.60)
CLOTH = Material((0.045, 0.20, 0.29), 0.85, 0.0, 0.10, 0.12, surface=Surface.CLOTH, is_two_sided=True)
CLEAR = Material((0.80, 0.90, 0.96), ghost=(1.6, 0.16, 0.85), casts_shadow=False)
TEMPLATE = Material((0.70, 0.86, 0.95), ghost=(2.2, 0.10, 0.60))
TUBING = Material((0.80, 0.90, 0.95), ghost=(1.5, 0.28, 0.90), casts_shadow=False)
FLUID = Material((0.62, 0.80, 0.90), 0.2, scatter=0.6)
PISTON = Material((0.70, 0.78, 0.83), 0.4, scatter=0.2)
THREAD = Material((0.030, 0.035, 0.060), 0.55)
NOTCH = Material((0.90, 0.92, 0.92), 0.35)
BLOOD = Material((0.26, 0.010, 0.010), 0.10, scatter=0.25, scatter_tint=(1.0, 0.3, 0.3), casts_shadow=False)
BLOOD_POOL = Material((0.17, 0.004, 0.004), ghost=(3.0, 0.90, 0.97), gloss=1.3, casts_shadow=False)
CHAR = Material((0.11, 0.055, 0.035), 0.80, casts_shadow=False)
SCAR = Material((0.34, 0.06, 0.05), 0.45, casts_shadow=False)
OLD_SCAR = Material((0.73, 0.46, 0.39), 0.42, scatter=0.3, casts_shadow=False)
RIDGE = Material((0.60, 0.37, 0.27), 0.48, scatter=0.3, casts_shadow=False)
IRRITATED = Material((0.55, 0.20, 0.16), 0.45, scatter=0.3, casts_shadow=False)
MUCOSA = Material((0.50, 0.09, 0.08), 0.20, scatter=0.3)
SKIN_INK = Material((0.055, 0.030, 0.16), 0.60, casts_shadow=False)
GAUZE = Material((0.86, 0.86, 0.83), 0.90, scatter=0.3, surface=Surface.GAUZE)
WET = Material((0.62, 0.60, 0.58), ghost=(2.2, 0.14, 0.55), gloss=1.6, casts_shadow=False)
DROP = Material((0.80, 0.93, 1.0), ghost=(1.6, 0.30, 0.95), casts_shadow=False)
GHOST_SKIN = Material((0.80, 0.55, 0.44), ghost=(2.3, 0.10, 0.80), gloss=0.8)
FAINT_SKIN = Material((0.80, 0.55, 0.44), ghost=(2.6, 0.05, 0.55), gloss=0.4)
PAINT = Material((0.66, 0.68, 0.69), 0.42)
PALE = Material((0.52, 0.57, 0.58), 0.5)
DOOR = Material((0.20, 0.34, 0.38), 0.45)
FLOOR = Material((0.24, 0.29, 0.31), 0.30, surface=Surface.TILES)
ROOM_WALL = Material((0.40, 0.47, 0.48), 0.75, surface=Surface.TILES)
GLASS = Material((0.012, 0.018, 0.024), 0.12)
GLOW = Material((1.6, 1.6, 1.55), 0.4, surface=Surface.EMISSIVE, casts_shadow=False)
VIOLET = Material((0.16, 0.05, 0.30), 0.4)
TABLE_CLOTH = Material((0.045, 0.20, 0.29), 0.85, 0.0, 0.10, 0.12, surface=Surface.CLOTH)
BINDER = Material((0.80, 0.76, 0.68), 0.9, 0.0, 0.10, 0.2, surface=Surface.CLOTH, is_two_sided=True)
SHEET = Material((0.40, 0.47, 0.47), 0.9, 0.0, 0.10, 0.15, surface=Surface.CLOTH, is_two_sided=True)
MATTRESS = Material((0.035, 0.038, 0.045), 0.55)
# Okabe-Ito [Okabe and Ito 2008], made linear
BLUE = Material((0.093, 0.456, 0.815), 0.35, surface=Surface.EMISSIVE, casts_shadow=False)
ORANGE = Material((0.791, 0.347, 0.0), 0.35, surface=Surface.EMISSIVE, casts_shadow=False)
VERMILION = Material((0.665, 0.112, 0.0), 0.35, surface=Surface.EMISSIVE, casts_shadow=False)
GREEN = Material((0.0, 0.342, 0.171), 0.35, surface=Surface.EMISSIVE, casts_shadow=False)
YELLOW = Material((0.871, 0.776, 0.054), 0.35, surface=Surface.EMISSIVE, casts_shadow=False)
OUTLINE = Material((0.01, 0.012, 0.016), 0.9, surface=Surface.EMISSIVE, casts_shadow=False)
TUNNEL = Material((0.10, 0.50, 0.85), 0.35, surface=Surface.EMISSIVE, casts_shadow=False)

SKIN_TONES: dict[str, Colour] = {
    "light": (0.62, 0.37, 0.27),
    "medium": (0.46, 0.25, 0.16),
    "dark": (0.20, 0.10, 0.065),
}


def skin(tone: str = "light") -> Material:
    """Return the intact skin of a tone."""
    return Material(SKIN_TONES[tone], 0.52, 0.0, 0.10, 0.65, surface=Surface.SKIN)


def wound(tone: str = "light") -> Material:
    """Return the opened skin: colours by depth under the intact surface."""
    return Material(SKIN_TONES[tone], 0.50, 0.0, 0.10, 0.65, surface=Surface.WOUND)
