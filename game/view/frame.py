"""Plain data between the scene and the renderer: materials, items, light, cuts, beams. No GL here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from game.view.geometry import Mesh
from game.view.paint_map import PaintMap

FloatArray = NDArray[np.float64]
Colour = tuple[float, float, float]


class Surface(IntEnum):
    """Which branch of the opaque shader paints a material."""

    PLAIN = 0
    BONE = 1
    SKIN = 2
    CLOTH = 3
    WOUND = 4
    BRUSHED = 5
    EMISSIVE = 6
    WALL = 7
    MAT = 8
    TUBE = 9
    GAUZE = 10
    TILES = 11


@dataclass(frozen=True, slots=True)
class Material:
    """How a surface looks. `ghost` = (rim exponent, alpha facing, alpha at the rim) draws it translucent."""

    colour: Colour
    roughness: float = 0.5
    metal: float = 0.0
    bump: float = 0.0
    scatter: float = 0.0
    scatter_tint: Colour = (1.0, 1.0, 1.0)
    surface: Surface = Surface.PLAIN
    ghost: tuple[float, float, float] | None = None
    gloss: float = 1.0
    is_two_sided: bool = False
    casts_shadow: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A rounded rectangle on the body.

    Columns of `axes` are side, head, outward; side is to the right of someone who looks at the skin, head up.
    """

    centre_m: FloatArray
    axes: FloatArray
    half_m: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Wound:
    """A lens-shaped incision in the skin."""

    key: str
    patch: Window  # of skin that is re-meshed with the opening, whose long axis is the patch's second
    length_m: float
    width_m: float
    depth_m: float
    fat_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One thing to draw.

    `shape` is a mesh, or the name of a baked one ("skin", "drape", "bone:L3", "wound:lumbar", ...).
    `is_static` items share cached layers; `is_through` also draws the hidden parts, faintly;
    `is_only_through` leaves out the others. Skin that
    `is_under_drape` shows the drape's adhesive film outside the windows, so that no gap opens under their rim.
    """

    name: str
    shape: Mesh | str
    material: Material
    transform: FloatArray = field(default_factory=lambda: np.eye(4))
    is_static: bool = False
    is_through: float = 0.0
    is_only_through: bool = False
    is_cut: bool = False
    has_windows: bool = False
    has_holes: bool = False
    has_bulge: bool = False
    is_under_drape: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class XrayItem:
    """A closed body for fluoroscopy; attenuation [1/m] over what it displaces.

    A wall of `shell_m` keeps the given attenuation, the core inside it gets `core_per_m`.
    """

    shape: Mesh | str
    attenuation_per_m: float
    core_per_m: float | None = None
    shell_m: float = 0.0
    transform: FloatArray = field(default_factory=lambda: np.eye(4))
    is_static: bool = False
    is_device: bool = False  # left out of the display's window, which is set on the patient


@dataclass(frozen=True, slots=True)
class Section:
    """What is cut away: a half along the canal, all above a height, or the corner between both.

    "sagittal": the half toward `side` (+1 = left) is removed. `sheet_m` holds x of the canal at 16 heights evenly
    spaced from SHEET_LOW_M to SHEET_HIGH_M: in a scoliotic patient the cut follows the curve. "axial": all above
    `height_m` is removed. "corner": of that, only the side toward `side`.
    """

    side: float
    sheet_m: tuple[float, ...]
    kind: str = "sagittal"
    height_m: float = 0.0


@dataclass(frozen=True, slots=True)
class SkinLook:
    """What was done to the skin and in the wounds.

    `antiseptic` 0 none .. 1 painted, `wet` 0 dry .. 1 just painted, both inside `painted`; `blood` 0 dry .. 1 a film
    over every wound; `clothes_m` = z of the waistband, lower and upper z of a band round the chest, and its half
    width. A `map` of what was painted counts about the window's middle, which lies at `map_site_uv_m`.
    """

    antiseptic: float = 0.0
    wet: float = 0.0
    painted: Window | None = None
    blood: float = 0.0
    clothes_m: tuple[float, float, float, float] | None = None
    map: PaintMap | None = None
    map_site_uv_m: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """A word and the point of the patient it names."""

    text: str
    point_m: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Bulge:
    """The skin lifted over the pump by a smooth plateau."""

    centre_m: FloatArray
    normal: FloatArray
    radius_m: float
    height_m: float


SHEET_LOW_M, SHEET_HIGH_M, N_SHEET = -0.12, 0.42, 16


@dataclass(frozen=True, slots=True)
class Light:
    """Key light and backdrop. Directions are in the patient frame."""

    direction: Colour = (-0.45, 0.55, 0.75)
    strength: Colour = (3.5, 3.35, 3.15)
    centre_m: Colour = (0.0, 0.0, 0.05)
    radius_m: float = 0.26
    backdrop: tuple[Colour, Colour] = ((0.012, 0.016, 0.021), (0.055, 0.068, 0.080))
    exposure: float = 1.0
    occlusion: float = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Everything the renderer needs for one picture."""

    view: str
    items: tuple[Item, ...]
    xray: tuple[XrayItem, ...] = ()
    light: Light = field(default_factory=Light)
    room: FloatArray = field(default_factory=lambda: np.eye(3))  # patient frame to room, z = ceiling
    windows: tuple[Window, ...] = ()
    wounds: tuple[Wound, ...] = ()
    section: Section | None = None
    bulge: Bulge | None = None
    fat_m: float = 0.014
    look: SkinLook = SkinLook()
    labels: tuple[Label, ...] = ()

    def without(self, *names: str) -> Frame:
        """Return the frame without the items of these names."""
        return replace(self, items=tuple(i for i in self.items if i.name not in names))


@dataclass(frozen=True, slots=True)
class CArm:
    """Pose and settings of the fluoroscope.

    `orbit_rad` 0 = antero-posterior, pi/2 = lateral; `tilt_rad` > 0 looks from the head side. The source is
    `source_m` from the isocentre; the field is `field_m` across at the isocentre. Angles are meant for a patient who
    lies true: `patient_roll_rad` is how far he has rolled to his left, `patient_skew_rad` how far his long axis lies
    off the picture's.
    """

    isocentre_m: tuple[float, float, float] = (0.0, 0.03, 0.06)
    orbit_rad: float = 0.0
    tilt_rad: float = 0.0
    field_m: float = 0.20
    source_m: float = 0.72
    collimation: float = 1.0  # open share of the round iris, of the field's width
    blades: tuple[float, float] = (1.0, 1.0)  # open shares of the straight blades, across and along
    blade_angle_rad: float = 0.0
    patient_roll_rad: float = 0.0
    patient_skew_rad: float = 0.0
    rotation_rad: float = 0.0  # of the shown picture, clockwise
    is_mirrored: bool = False  # the shown picture, left for right
    dose_scale: float = 1.0  # of this pulse over a fluoroscopic one: more dose, less noise
    photons: float = 12000.0  # mean count per pixel behind nothing at the nominal dose, sets the noise
    is_positive: bool = True  # metal black
    seed: int = 0
