"""The shape of the dissected pocket on the unrolled trunk, and how the pump fits into it.

The finger follows the incision, so a pocket is longer along it than across. A loose one fills with serous
fluid; a capsule later takes up part of what is left.
"""

from __future__ import annotations

import math

ELONGATION = 0.05  # [A] half axis along the incision over the mean radius, less one
ELONGATION_LIMIT = 0.3
FLUID_SHARE = 0.15  # [A] share of the slack that fills with serous fluid
FLUID_RISES_DAYS = 4.0  # [A]
FLUID_DRIES_DAYS = 25.0  # [A] seroma is met on days 2-60 [device_and_procedure 7, C-SEROMA]
SNUG_M = 6e-3  # [A] clearance that tissue closes by itself: no dead space below it
RIM_GRIP_N = 1.5  # [A] friction of a wall that just touches the rim all round
RIM_GRIP_M = 3e-3  # [A] clearance that divides it by e
N_CORNERS = 48

Corners = tuple[tuple[float, float], ...]


def reach_m(radius_m: float, elongation: float, incision_rad: float, angle_rad: float) -> float:
    """Return the distance from the middle of the pocket to its wall in a direction [m].

    Parameters
    ----------
    radius_m : float
        Mean radius of the outline.
    elongation : float
        Half axis along the incision over the mean radius, less one, 0..0.3.
    incision_rad, angle_rad : float
        Direction of the incision, and the direction asked for, from +u (left) toward +v (head).

    Notes
    -----
    r = R (1 + e cos 2(phi - phi_incision)); its mean over phi is R, so the mean clearance does not
    depend on the shape.
    """
    return radius_m * (1.0 + elongation * math.cos(2.0 * (angle_rad - incision_rad)))


def corners_m(radius_m: float, elongation: float, incision_rad: float) -> Corners:
    """Return the wall as a polygon of 48 corners that encloses the outline, (u, v) from its middle [m]."""
    out = []
    for k in range(N_CORNERS):
        angle = 2.0 * math.pi * (k + 0.5) / N_CORNERS
        r = reach_m(radius_m, elongation, incision_rad, angle) / math.cos(math.pi / N_CORNERS)
        out.append((r * math.cos(angle), r * math.sin(angle)))
    return tuple(out)


def slack_m3(radius_m: float, elongation: float, pump_radius_m: float, pump_height_m: float) -> float:
    """Return the dead space beside the pump that tissue does not close by itself [m3], >= 0.

    Notes
    -----
    Area of the outline pi R^2 (1 + e^2/2), less the disc and the 6 mm that fat fills [A].
    """
    outline = math.pi * radius_m**2 * (1.0 + 0.5 * elongation**2)
    return max(0.0, outline - math.pi * (pump_radius_m + SNUG_M) ** 2) * pump_height_m


def serous_fluid_m3(slack: float, days: float) -> float:
    """Return the serous fluid that stands in a dead space `slack` [m3] on a day [m3] [A].

    Notes
    -----
    dV/dt = a slack exp(-t/T) - V/t1, filled with time constant 4 d, taken up over 25 d:
    V = 0.15 slack (1 - exp(-t/4 d)) exp(-t/25 d). 1 mL at 7 mm of clearance is silent, 10 mL at 18 mm is seen.
    """
    return max(0.0, slack) * FLUID_SHARE * (1.0 - math.exp(-days / FLUID_RISES_DAYS)) * math.exp(-days / FLUID_DRIES_DAYS)


def rim_grip_n(clearance_m: float) -> float:
    """Return the friction of the wall round the rim [N]: a snug pocket holds the pump [A]."""
    return RIM_GRIP_N * math.exp(-max(0.0, clearance_m) / RIM_GRIP_M)


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("pocket.elongation", ELONGATION, "1", "A", "assumption: the finger follows the incision"),
    ("pocket.fluid_share", FLUID_SHARE, "1", "A", "assumption: 1 mL at 7 mm, 10 mL at 18 mm"),
    ("pocket.fluid_rises", FLUID_RISES_DAYS, "d", "A", "device_and_procedure 7: seroma from day 2"),
    ("pocket.fluid_dries", FLUID_DRIES_DAYS, "d", "A", "device_and_procedure 7: seroma to day 60"),
    ("pocket.snug", SNUG_M, "m", "A", "device_and_procedure 3 I27: 5-10 mm all round is right"),
    ("pocket.rim_grip", RIM_GRIP_N, "N", "A", "assumption"),
)
