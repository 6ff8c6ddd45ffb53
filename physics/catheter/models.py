"""The catheter models on the table: what each is, and how sure we are of every number."""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.errors import OutOfRange, check_above, check_range

Sources = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TipHoles:
    """Outlets at the tip: side holes in rings behind a closed or open end.

    Attributes
    ----------
    n_holes : int
        Side holes in all.
    first_m : float
        From the end of the tip to the first hole.
    spread_m : float
        From the end of the tip to the last hole.
    hole_diameter_m : float
    is_end_closed : bool
        A plug closes the end; False = the lumen opens at the very end as well.
    """

    n_holes: int = 6
    first_m: float = 2e-3
    spread_m: float = 12e-3
    hole_diameter_m: float = 0.3e-3
    is_end_closed: bool = True

    def __post_init__(self) -> None:
        check_range("TipHoles", "n_holes", self.n_holes, 0, 64)
        check_above("TipHoles", "hole_diameter_m", self.hole_diameter_m, 0.0, "m")
        check_range("TipHoles", "first_m", self.first_m, 0.0, self.spread_m, "m")
        if self.n_holes == 0 and self.is_end_closed:
            raise OutOfRange("TipHoles", "n_holes", 0, "at least 1 where the end is closed")

    @property
    def spacing_m(self) -> float:
        """Mean distance between holes along the tube [m]."""
        return (self.spread_m - self.first_m) / max(self.n_holes - 1, 1)

    def arcs_m(self) -> tuple[float, ...]:
        """Return the distance of every outlet from the end of the tip [m]; 0 = an open end."""
        end = () if self.is_end_closed else (0.0,)
        return end + tuple(self.first_m + k * self.spacing_m for k in range(self.n_holes))


@dataclass(frozen=True, slots=True)
class CatheterSpec:
    """One catheter model, SI units; a number that no tube can have is refused.

    Attributes
    ----------
    name : str
        Key in `CATHETERS`.
    outer_diameter_m, inner_diameter_m : float
        Tube diameters.
    bending_stiffness : float
        EI [N m2].
    twisting_stiffness : float
        GJ [N m2].
    stretching_stiffness : float
        EA [N].
    stylet_bending_stiffness : float
        EI that the stylet adds where it lies [N m2].
    kink_radius_m : float
        Radius of curvature at which the wall folds.
    mass_per_length : float
        [kg/m], fluid included.
    friction_canal, friction_needle, friction_tissue : float
        Coulomb coefficients.
    length_m : float
        As packed.
    confidence : str
        Mark of the mechanical numbers; `EVIDENCE` has one per number.
    n_pieces : int
        1 = one tube from tip to connector, 2 = spinal and pump piece.
    spinal_length_m : float
        Length of the spinal piece; the rest is the pump piece [m].
    trim_end : str
        What may be shortened: "junction", "spinal" or "pump".
    tip : TipHoles
    mark_spacing_m, mark_group : float, int
        Printed marks and after how many of them a coded band stands.
    stylet_diameter_m, stylet_yield_strain : float
        Wire in the lumen; strain at which it takes a set.
    break_force_n : float
        Pull at which the tube tears.
    fatigue_strain, fatigue_exponent : float
        Cycles to failure are (fatigue_strain / strain amplitude) ^ fatigue_exponent.
    """

    name: str
    outer_diameter_m: float
    inner_diameter_m: float
    bending_stiffness: float
    twisting_stiffness: float
    stretching_stiffness: float
    stylet_bending_stiffness: float
    kink_radius_m: float
    mass_per_length: float
    friction_canal: float
    friction_needle: float
    friction_tissue: float
    length_m: float
    confidence: str
    n_pieces: int = 2
    spinal_length_m: float = 0.76
    trim_end: str = "junction"
    tip: TipHoles = TipHoles()
    mark_spacing_m: float = 0.01
    mark_group: int = 5
    stylet_diameter_m: float = 0.25e-3
    stylet_yield_strain: float = 0.005
    break_force_n: float = 16.8
    fatigue_strain: float = 1.5
    fatigue_exponent: float = 6.0

    def __post_init__(self) -> None:
        for name in (
            "outer_diameter_m", "inner_diameter_m", "bending_stiffness", "twisting_stiffness", "stretching_stiffness",
            "kink_radius_m", "mass_per_length", "length_m", "mark_spacing_m", "stylet_diameter_m",
            "stylet_yield_strain", "break_force_n", "fatigue_strain", "fatigue_exponent",
        ):  # fmt: skip
            check_above("CatheterSpec", name, getattr(self, name))
        check_range("CatheterSpec", "stylet_bending_stiffness", self.stylet_bending_stiffness, 0.0, math.inf)
        for name in ("friction_canal", "friction_needle", "friction_tissue"):
            check_range("CatheterSpec", name, getattr(self, name), 0.0, 2.0)
        if self.inner_diameter_m >= self.outer_diameter_m:
            expected = f"less than the outer diameter {self.outer_diameter_m:g} m"
            raise OutOfRange("CatheterSpec", "inner_diameter_m", self.inner_diameter_m, expected)
        check_range("CatheterSpec", "kink_radius_m", self.kink_radius_m, 0.5 * self.outer_diameter_m, math.inf, "m")
        check_range("CatheterSpec", "n_pieces", self.n_pieces, 1, 2)
        check_range("CatheterSpec", "spinal_length_m", self.spinal_length_m, 0.0, self.length_m, "m")
        if self.trim_end not in ("junction", "spinal", "pump"):
            raise OutOfRange("CatheterSpec", "trim_end", self.trim_end, "one of junction, spinal, pump")

    @property
    def radius_m(self) -> float:
        """Outer radius [m]."""
        return 0.5 * self.outer_diameter_m

    @property
    def kink_moment(self) -> float:
        """Moment at which the wall folds, EI / R_kink [N m]."""
        return self.bending_stiffness / self.kink_radius_m

    @property
    def stylet_yield_curvature(self) -> float:
        """Curvature beyond which the stylet takes a set [1/m]: yield strain over its radius."""
        return 2.0 * self.stylet_yield_strain / self.stylet_diameter_m

    @property
    def stylet_yield_moment(self) -> float:
        """Moment that the yielding stylet carries [N m]."""
        return self.stylet_bending_stiffness * self.stylet_yield_curvature


_LUMEN = 0.53e-3
ASCENDA = (1.2e-3, _LUMEN, 1.0e-6, 0.667e-6, 9.0, 3.7e-5, 3.0e-3, 1.1e-3, 0.15, 0.15, 0.30)
SILICONE = (1.4e-3, _LUMEN, 0.7e-6, 0.467e-6, 5.0, 3.7e-5, 5.0e-3, 1.4e-3, 0.20, 0.20, 0.35)
CATHETERS: dict[str, CatheterSpec] = {
    "ascenda_8780": CatheterSpec("ascenda_8780", *ASCENDA, 1.14, "UGK-L", 2, 0.76, "junction"),
    "ascenda_8781": CatheterSpec("ascenda_8781", *ASCENDA, 1.40, "UGK-L", 1, 1.295, "pump"),
    "silicone_8709": CatheterSpec(
        "silicone_8709", *SILICONE, 0.89, "UGK-L", 1, 0.89, "spinal", break_force_n=10.0,
        fatigue_strain=1.3, fatigue_exponent=5.0,
    ),  # fmt: skip
    "silicone_8731": CatheterSpec(
        "silicone_8731", *SILICONE, 1.04, "UGK-L", 2, 0.38, "junction", break_force_n=10.0,
        fatigue_strain=1.3, fatigue_exponent=5.0,
    ),  # fmt: skip
}

# field -> (mark, source) for the numbers that models of a family share, then what a model has for itself
_PROCEDURE = "device_and_procedure 2"
_COMMON: Sources = {
    "inner_diameter_m": ("UGK-M", _PROCEDURE + ": 0.0022 mL/cm"),
    "stylet_bending_stiffness": ("A", "catheter_mechanics 2: 0.25 mm steel"),
    "stylet_diameter_m": ("A", "catheter_mechanics 2"),
    "stylet_yield_strain": ("A", "yield of drawn stainless wire, 0.4-0.6 % [T]"),
    "mark_spacing_m": ("M", _PROCEDURE + ": every 1 cm, bands at 5, 10, 15"),
}
_ASCENDA: Sources = {
    "outer_diameter_m": ("UGK-M", _PROCEDURE),
    "bending_stiffness": ("A", "catheter_mechanics 2: no published value found"),
    "twisting_stiffness": ("A", "catheter_mechanics 2: 2/3 EI, isotropic and incompressible; a braid differs"),
    "stretching_stiffness": ("A", "catheter_mechanics 2"),
    "kink_radius_m": ("UGK-L", _PROCEDURE),
    "mass_per_length": ("A", "catheter_mechanics 2: about 1 g/m"),
    "friction_canal": ("A", "catheter_mechanics_2 3"),
    "friction_needle": ("A", "catheter_mechanics_2 3"),
    "friction_tissue": ("A", "tuned: dry tissue above wet dura"),
    "fatigue_strain": ("A", "15 % for a million cycles; polyurethane alone stands more (Polymers 2023;15:899)"),
    "fatigue_exponent": ("A", "polyurethane and rubber: 4-10"),
    "break_force_n": ("A", "catheter_mechanics 2: a 24 G spinal catheter tears at 16.8 N; braid not tested"),
}
_SILICONE: Sources = _ASCENDA | {
    "outer_diameter_m": ("UGK-L", _PROCEDURE),
    "bending_stiffness": ("A", "geometry with E = 3.8 MPa; silicone 2-8 MPa, catheter_mechanics 2"),
    "stretching_stiffness": ("A", "geometry with E = 3.8 MPa, rounded"),
    "friction_canal": ("A", "tuned: silicone drags more than polyurethane"),
    "friction_needle": ("A", "tuned: silicone drags more than polyurethane"),
    "friction_tissue": ("A", "tuned: silicone drags more than polyurethane"),
    "fatigue_strain": ("A", "8 % for a million cycles: notches tear silicone, no braid stops them"),
    "fatigue_exponent": ("A", "silicone rubber: 4-6"),
    "break_force_n": ("A", "tuned: silicone tears before a braid does"),
}
_OWN: dict[str, Sources] = {
    "ascenda_8780": {"length_m": ("UGK-M", _PROCEDURE), "spinal_length_m": ("UGK-M", _PROCEDURE)},
    "ascenda_8781": {"length_m": ("UGK-M", _PROCEDURE), "spinal_length_m": ("UGK-M", _PROCEDURE)},
    "silicone_8709": {"length_m": ("H", "S70"), "spinal_length_m": ("H", "S70: one piece")},
    "silicone_8731": {"length_m": ("UGK-L", _PROCEDURE), "spinal_length_m": ("UGK-L", _PROCEDURE)},
}
UNITS = {
    "bending_stiffness": "N m2", "twisting_stiffness": "N m2", "stylet_bending_stiffness": "N m2",
    "stretching_stiffness": "N", "break_force_n": "N", "mass_per_length": "kg/m", "friction_canal": "1",
    "friction_needle": "1", "friction_tissue": "1", "stylet_yield_strain": "1",
    "fatigue_strain": "1", "fatigue_exponent": "1",
}  # fmt: skip


def _evidence() -> tuple[tuple[str, float, str, str, str], ...]:
    rows = []
    for name, spec in CATHETERS.items():
        family = _ASCENDA if name.startswith("ascenda") else _SILICONE
        for field, (mark, source) in (_COMMON | family | _OWN[name]).items():
            rows.append((f"{name}.{field}", float(getattr(spec, field)), UNITS.get(field, "m"), mark, source))
    holes = TipHoles()
    rows.append(("tip.n_holes", float(holes.n_holes), "1", "UGK-M", _PROCEDURE + ": 6 side holes, closed tip"))
    rows.append(("tip.spread", holes.spread_m, "m", "UGK-M", _PROCEDURE + ": over the last 1-2 cm"))
    rows.append(("tip.first_hole", holes.first_m, "m", "A", "behind a plug of about its own diameter"))
    rows.append(("tip.hole_diameter", holes.hole_diameter_m, "m", "A", "no published value found; below the lumen"))
    return tuple(rows)


EVIDENCE = _evidence()


def lumen_area_m2(spec: CatheterSpec) -> float:
    """Return the open cross section of an unharmed catheter [m2]."""
    return 0.25 * math.pi * spec.inner_diameter_m**2
