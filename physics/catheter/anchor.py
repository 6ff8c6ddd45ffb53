"""The anchor: a sleeve on the tube, wings on the tissue, and how its stitches share the pull.

A stitch is a spring in the plane of the tissue. A pull along the sleeve that runs beside the middle of the
stitches also turns the sleeve, as it turns a group of rivets: part of every stitch's load works against the
turn. What a stitch no longer holds goes to the others, by the same law, until the rest holds or nothing does.
Frame of an anchor: x along the sleeve, out of the body, y across it, in the plane of the tissue.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot, pi

from physics.catheter.spec import ANCHOR_STIFFNESS_N_PER_M, PURSE_PINCH_SHUT_N, anchor_capacity_n
from physics.errors import OutOfRange, check_range

Stitches = tuple[tuple[float, float, float], ...]  # x, y [m] in the anchor, creep beyond the days that have passed [d]


@dataclass(frozen=True, slots=True)
class AnchorKind:
    """One kind of anchor; lengths [m].

    Attributes
    ----------
    tubes : tuple of str
        Families of catheters, the first words of the models' names, on which it fits.
    n_sutures : int
        Stitches that a hand gives it unless it wishes otherwise.
    sleeve_m : float
        Length of the sleeve, half of it to either side of the anchor's middle.
    wing_m : float
        From the axis of the sleeve to the holes of a wing.
    holes_m : tuple of float
        Where along the sleeve the holes of each wing lie.
    own_grip : float
        Share of its grip on the tube that its own squeeze gives; the ties round it give the rest.
    bend_rad, bend_radius_m : float
        By how much, and how sharply, the sleeve turns the tube in the plane of the tissue.
    """

    tubes: tuple[str, ...]
    n_sutures: int
    sleeve_m: float
    wing_m: float
    holes_m: tuple[float, ...]
    own_grip: float = 0.0
    bend_rad: float = 0.0
    bend_radius_m: float = 1.0


# Which kinds there are and what they fit is UGK-M (device_and_procedure 2 and I22). No dimension was found: all [A].
ANCHORS: dict[str, AnchorKind] = {
    "biwing": AnchorKind(("ascenda",), 3, 20e-3, 5.5e-3, (-3e-3, 3e-3), own_grip=0.6),
    "v_wing": AnchorKind(("silicone",), 3, 20e-3, 6.0e-3, (-4e-3,)),
    "butterfly": AnchorKind(("silicone",), 4, 16e-3, 6.0e-3, (-4e-3, 4e-3)),
    "right_angle": AnchorKind(("silicone",), 3, 16e-3, 5.0e-3, (-3e-3, 3e-3), bend_rad=0.5 * pi, bend_radius_m=8e-3),
}
KIT = "kit"  # what comes with the catheter

DESIGN_TIE_N = 2.0  # tie at which the slip forces of the design table hold: the trainer's own default [D]
SLEEVE_FRICTION = 0.2  # tube against sleeve, silicone on a wet tube [A]
STITCH_PULL_OUT_N = 9.0  # a stitch in fascia holds firm to 8-10 N, game_design 7 [D]; a bench gave 30 N [L, mechanics_2 5]
BITE_M = 4e-3  # width of tissue that a stitch takes, 2-7 mm in game_design 7 [D]
STITCH_STIFFNESS_N_PER_M = ANCHOR_STIFFNESS_N_PER_M / 3.0  # three stitches make the anchor's stiffness [A]
GIVEN = 0.1  # share of its first hold at which a stitch has cut through [A]
MOST_SUTURES = 12

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    *(
        row
        for name, kind in ANCHORS.items()
        for row in (
            (f"anchor.{name}.sutures", float(kind.n_sutures), "1", "UGK-M", "device_and_procedure I22: 2-4"),
            (f"anchor.{name}.sleeve", kind.sleeve_m, "m", "A", "tuned: no dimension found"),
            (f"anchor.{name}.wing", kind.wing_m, "m", "A", "tuned: no dimension found"),
            (f"anchor.{name}.own_grip", kind.own_grip, "1", "A", "tuned: an injected sleeve grips by its recoil, others by ties"),
        )
    ),
    ("anchor.right_angle.bend", ANCHORS["right_angle"].bend_rad, "rad", "UGK-M", "device_and_procedure 2: its name"),
    ("anchor.right_angle.radius", ANCHORS["right_angle"].bend_radius_m, "m", "A", "tuned: above the 5 mm that fold silicone"),
    ("anchor.design_tie", DESIGN_TIE_N, "N", "D", "tie of the design table"),
    ("anchor.friction", SLEEVE_FRICTION, "1", "A", "tuned: 2 pi mu T of one tie is the 2.5 N of the table"),
    ("anchor.stitch_pull_out", STITCH_PULL_OUT_N, "N", "D", "game_design 7: 8-10 N; suture-fascia bench 30 N [L]"),
    ("anchor.bite", BITE_M, "m", "D", "game_design 7: 2-7 mm"),
    ("anchor.stitch_stiffness", STITCH_STIFFNESS_N_PER_M, "N/m", "A", "a third of anchor.stiffness"),
    ("anchor.given", GIVEN, "1", "A", "tuned: a stitch that holds a tenth is through"),
)


def kinds_for(model: str) -> tuple[str, ...]:
    """Return the kinds that fit a catheter, the one of its kit first; none for an unknown catheter."""
    return tuple(name for name, kind in ANCHORS.items() if model.startswith(kind.tubes))


def kind_for(model: str, wanted: str = KIT) -> str:
    """Return the kind of anchor that a hand takes for a catheter: the one wanted, or that of its kit.

    Raises
    ------
    OutOfRange
        If the kind is unknown or its sleeve does not fit the tube.
    """
    fitting = kinds_for(model)
    if wanted == KIT and fitting:
        return fitting[0]
    if wanted not in fitting:
        raise OutOfRange("place_anchor", "kind", wanted, f"what fits {model}: " + ", ".join((KIT, *fitting)))
    return wanted


def stitches_of(kind: str, n_sutures: int, is_one_sided: bool) -> Stitches:
    """Return where `n_sutures` stitches lie: in balance about the sleeve, or all in the holes of one wing.

    Balanced: an odd one over the middle of the sleeve, pairs in opposite holes of the wings, more over its ends.
    """
    check_range("place_anchor", "n_sutures", n_sutures, 0, MOST_SUTURES)
    it = ANCHORS[kind]
    if is_one_sided:
        return tuple((it.holes_m[-1 - k % len(it.holes_m)], it.wing_m, 0.0) for k in range(n_sutures))
    pairs = [((x, it.wing_m, 0.0), (-x if len(it.holes_m) > 1 else x, -it.wing_m, 0.0)) for x in reversed(it.holes_m)]
    ends = ((0.5 * it.sleeve_m, 0.0, 0.0), (-0.5 * it.sleeve_m, 0.0, 0.0))
    out = [(0.0, 0.0, 0.0)] * (n_sutures % 2)
    for k in range(n_sutures // 2):
        out += pairs[k] if k < len(pairs) else ends
    return tuple(out)


def levers(stitches: Stitches) -> tuple[float, float]:
    """Return how far beside the middle of the stitches the pull runs [m], and their resistance to turning [m2].

    Notes
    -----
    The sum of the squares of their distances from their middle, each with the b2 / 12 of its own bite [T].
    """
    n = len(stitches)
    x_mean, y_mean = sum(s[0] for s in stitches) / n, sum(s[1] for s in stitches) / n
    inertia = sum((s[0] - x_mean) ** 2 + (s[1] - y_mean) ** 2 for s in stitches) + n * BITE_M**2 / 12.0
    return y_mean, inertia


def load_shares(stitches: Stitches) -> tuple[tuple[float, float], ...]:
    """Return the load of every stitch per newton along the sleeve, (along, across) [-].

    Notes
    -----
    Elastic group of equal springs [T: eccentrically loaded rivets]: an equal part of the force each, and of its
    moment e F a part square to the stitch's distance from the middle and in proportion to it. Checked:
    tests/validation/test_anchor.py.
    """
    n = len(stitches)
    if n == 0:
        return ()
    beside, inertia = levers(stitches)
    x_mean = sum(s[0] for s in stitches) / n
    turn = beside / inertia
    return tuple((1.0 / n - turn * (s[1] - beside), turn * (s[0] - x_mean)) for s in stitches)


def crowding(stitches: Stitches, n_placed: int) -> tuple[float, ...]:
    """Return the load of every stitch over the equal part that it had among all that were placed [-]."""
    return tuple(n_placed * hypot(*share) for share in load_shares(stitches))


def group_hold(stitches: Stitches, left: tuple[float, ...], n_placed: int) -> float:
    """Return the pull that tears the whole group off, over `n_placed` times the hold of a fresh stitch [-].

    Parameters
    ----------
    left : tuple of float
        What every stitch still holds over what it held when fresh.

    Notes
    -----
    The most loaded goes first and its load to the rest: the group stands the largest of the pulls that start
    each of these failures. With the pull through every stitch that is the strength of a bundle, max k p(k).
    """
    most = 0.0
    while stitches:
        stands = [share / load for share, load in zip(left, crowding(stitches, n_placed), strict=True)]
        k = min(range(len(stands)), key=stands.__getitem__)
        most = max(most, stands[k])
        stitches, left = stitches[:k] + stitches[k + 1 :], left[:k] + left[k + 1 :]
    return most


def still_holding(stitches: Stitches, left: tuple[float, ...], n_placed: int, pull: float) -> Stitches:
    """Return the stitches that a pull leaves, in the units of `group_hold`: one after the other lets go."""
    while stitches:
        stands = [share / load for share, load in zip(left, crowding(stitches, n_placed), strict=True)]
        k = min(range(len(stands)), key=stands.__getitem__)
        if stands[k] > pull:
            break
        stitches, left = stitches[:k] + stitches[k + 1 :], left[:k] + left[k + 1 :]
    return stitches


def grip_n(kind: str, n_sutures: int, tie_n: float) -> float:
    """Return the pull at which a tube slips in a fresh sleeve [N].

    Notes
    -----
    The design table's slip force on fascia at its tie of 2 N; in proportion to the tie beyond the sleeve's own
    grip (Coulomb), until the tie has shut the lumen. A sleeve that bends the tube holds it like a rope round a
    post, exp(mu theta) [T].
    """
    it = ANCHORS[kind]
    tied = it.own_grip + (1.0 - it.own_grip) * min(tie_n, PURSE_PINCH_SHUT_N) / DESIGN_TIE_N
    return anchor_capacity_n("fascia", n_sutures) * tied * exp(SLEEVE_FRICTION * it.bend_rad)


def stiffness_n_per_m(stitches: Stitches, most_n: float) -> float:
    """Return force over travel of the tube at a sleeve that its stitches let give and turn [N/m].

    A sleeve turns until the pull runs through its stitches and no further: at `most_n` it has given its lever.
    """
    if not stitches or most_n <= 0.0:
        return ANCHOR_STIFFNESS_N_PER_M
    beside, inertia = levers(stitches)
    turning = min(beside**2 / (STITCH_STIFFNESS_N_PER_M * inertia), abs(beside) / most_n)
    return ANCHOR_STIFFNESS_N_PER_M / (1.0 + ANCHOR_STIFFNESS_N_PER_M * turning)


def turn_rad(stitches: Stitches, pull_n: float) -> float:
    """Return by how much a pull turns the sleeve [rad], at most until it runs through the stitches."""
    if not stitches:
        return 0.0
    beside, inertia = levers(stitches)
    return min(0.5 * pi, abs(beside) * pull_n / (STITCH_STIFFNESS_N_PER_M * inertia))
