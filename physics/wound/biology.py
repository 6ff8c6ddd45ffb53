"""Complications that biology decides: drawn once at closure, from a published base rate x what was done.

Nothing mechanical is here. Each chance keeps its base, its factors and their product, so that a debrief can
say what chance did and what the trainee did. Keys [Sxx] are those of device_and_procedure section 9; factors
without a published size are marked [A].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce

from physics.randomness import draw
from physics.wound.state import Break, Chance

ADULT_INFECTION = 0.05  # first year, US [S98]; with an antibiotic [S89]
CHILD_INFECTION = 0.069  # per procedure [S29]
MISSED = 3.8  # 19 % without an antibiotic, 5 % with it [S89]
AFTER_INCISION = 2.4  # given within hours after the incision over before it [UGK-M]
IN_TIME_S, STALE_S = 3600.0, 7200.0  # within 60 min before incision [I03, UGK-M]; worn off from 2 h [A]
KINDS = (("superficial", 0.35), ("deep", 0.40), ("meningitis", 0.25))  # 6 of 21.8 % meningitis [S35]; rest [A]
LEAK_ON_MENINGITIS = 2.0  # [A]
MOST = 0.9  # [A] nothing is certain
UNPREPPED = 4.0  # [A]
IODINE = 1.6  # over chlorhexidine-alcohol: 16 v 10 % of wounds [UGK-M]
ALCOHOL_ONLY = 1.4  # [A]
WET_DRAPE, BARE_SKIN, TURNED = 1.5, 1.5, 1.5  # [A]
BROKEN, REPAIRED = 2.0, 1.2  # [A] glove or tool
HAEMATOMA, HAEMATOMA_M3 = 2.0, 20e-6  # [A]
STOMA_SIDE = 2.0  # gastrostomy raises it [S29, S30, S33]; size [A]
SUBFASCIAL = 0.5  # lower under the fascia, p < 0.001 [S26]; size [A]
LOOSE, LOOSE_M = 1.4, 0.015  # [A] dead space
UNFILTERED = 1.3  # [A]
AGAIN = 10.6 / 6.0  # first replacement 10.6, primary 6 % [S26]
RETAINED_SWAB = 3.0  # [A]
UNWASHED, WASHED_M3 = 1.25, 100e-6  # [A]
DEHISCENCE = 0.02  # [A]: no rate by itself was found
EROSION = 0.003  # [A]: no rate by itself was found; none among 126 adults [S28] nor 18 under the fascia [S52]
TIGHT, TIGHT_M = 2.0, 0.005  # [A]; less than 5 mm round the pump [I27]
GAPING = 4.0  # [A] over a wound that is held by nothing
OVER_PUMP = 2.0  # incision over the septum [I25]; size [A]
THIN, THIN_M = 60.0, 0.005  # [I26]; size [A]
SLIM, SLIM_M = 10.0, 0.010  # [A]
INFECTION_DAYS = (14.0, 1.309)  # median 14, mean 33 -> sigma = sqrt(2 ln(33 / 14)) [S98]
DEHISCENCE_DAYS = (10.0, 0.4)  # [A]
EROSION_DAYS = (60.0, 0.7)  # weeks to months [section 7]
LATEST_DAY = 365.0

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("wound.infection_adult", ADULT_INFECTION, "1", "H", "device_and_procedure 7 [S98], [S89]"),
    ("wound.infection_child", CHILD_INFECTION, "1", "H", "device_and_procedure 7 [S29], per procedure"),
    ("wound.antibiotic_missed", MISSED, "1", "H", "device_and_procedure 3 I03 [S89]: 19 v 5 %"),
    ("wound.antibiotic_late", AFTER_INCISION, "1", "UGK-M", "general knowledge: given after incision"),
    ("wound.antibiotic_in_time", IN_TIME_S, "s", "UGK-M", "device_and_procedure 3 I03"),
    ("wound.antibiotic_stale", STALE_S, "s", "A", "assumption"),
    *((f"wound.share_{kind}", share, "1", "A", "device_and_procedure 7 [S35]: 6 of 21.8 % meningitis") for kind, share in KINDS),
    ("wound.leak_on_meningitis", LEAK_ON_MENINGITIS, "1", "A", "assumption"),
    ("wound.most", MOST, "1", "A", "assumption"),
    ("wound.unprepped", UNPREPPED, "1", "A", "assumption"),
    ("wound.iodine", IODINE, "1", "UGK-M", "chlorhexidine-alcohol against iodine, 10 v 16 %"),
    ("wound.alcohol_only", ALCOHOL_ONLY, "1", "A", "assumption"),
    ("wound.wet_drape", WET_DRAPE, "1", "A", "assumption"),
    ("wound.bare_skin", BARE_SKIN, "1", "A", "assumption"),
    ("wound.turned", TURNED, "1", "A", "assumption"),
    ("wound.break_left", BROKEN, "1", "A", "assumption"),
    ("wound.break_repaired", REPAIRED, "1", "A", "assumption"),
    ("wound.haematoma_factor", HAEMATOMA, "1", "A", "assumption"),
    ("wound.haematoma_from", HAEMATOMA_M3, "m3", "A", "assumption"),
    ("wound.stoma_side", STOMA_SIDE, "1", "A", "device_and_procedure 7 [S29, S30, S33]: higher, no size"),
    ("wound.subfascial", SUBFASCIAL, "1", "A", "device_and_procedure 7 [S26]: lower, no size"),
    ("wound.loose", LOOSE, "1", "A", "assumption"),
    ("wound.again", AGAIN, "1", "H", "device_and_procedure 7 [S26]: 10.6 v 6 %"),
    ("wound.unfiltered", UNFILTERED, "1", "A", "assumption"),
    ("wound.retained_swab", RETAINED_SWAB, "1", "A", "assumption"),
    ("wound.unwashed", UNWASHED, "1", "A", "assumption"),
    ("wound.dehiscence", DEHISCENCE, "1", "A", "assumption: no rate by itself was found"),
    ("wound.erosion", EROSION, "1", "A", "device_and_procedure 7: 0 of 126 [S28], 0 of 18 [S52]; no rate was found"),
    ("wound.tight", TIGHT, "1", "A", "assumption"),
    ("wound.gaping", GAPING, "1", "A", "assumption"),
    ("wound.over_pump", OVER_PUMP, "1", "A", "device_and_procedure 3 I25: no size"),
    ("wound.thin", THIN, "1", "A", "device_and_procedure 3 I26: no size"),
    ("wound.slim", SLIM, "1", "A", "assumption"),
    ("wound.infection_day", INFECTION_DAYS[0], "d", "H", "device_and_procedure 7 [S98]"),
    ("wound.infection_day_sigma", INFECTION_DAYS[1], "1", "D", "median 14, mean 33 d [S98]"),
    ("wound.dehiscence_day", DEHISCENCE_DAYS[0], "d", "A", "assumption"),
    ("wound.erosion_day", EROSION_DAYS[0], "d", "A", "device_and_procedure 7: weeks to months"),
)

Factor = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Closing:
    """What an operation leaves for biology to work on; lengths [m], volumes [m3], times [s].

    Attributes
    ----------
    antibiotic_before_s : float or None
        How long before the first cut it was given; negative = after it; None = never.
    agents : tuple of str
        Antiseptics that the skin was painted with.
    held : float
        Least share of a wound that its stitches hold.
    is_over_pump : bool
        Whether the incision lies over the pump.
    is_again : bool
        Whether an implant was there before.
    """

    is_child: bool = False
    antibiotic_before_s: float | None = 1800.0
    agents: tuple[str, ...] = ("chlorhexidine",)
    breaks: tuple[Break, ...] = ()
    haematoma_m3: float = 0.0
    is_stoma_side: bool = False
    is_subfascial: bool = False
    clearance_m: float = 0.007
    cover_m: float = 0.017
    is_filtered: bool = True
    n_swabs_left: int = 0
    washed_m3: float = 200e-6
    held: float = 1.0
    is_over_pump: bool = False
    is_again: bool = False
    has_csf_leak: bool = False


def antibiotic_factor(before_s: float | None) -> float:
    """Return the factor of an antibiotic given some time before the first cut; None = never.

    Notes
    -----
    1 within 60 min; straight up to that of none at 2 h; 2.4 once the skin is open.
    """
    if before_s is None:
        return MISSED
    if before_s < 0.0:
        return AFTER_INCISION
    stale = min(1.0, max(0.0, (before_s - IN_TIME_S) / (STALE_S - IN_TIME_S)))
    return 1.0 + (MISSED - 1.0) * stale


def _skin_factors(at: Closing) -> list[Factor]:
    if not at.agents:
        return [("skin not prepared", UNPREPPED)]
    if "chlorhexidine" in at.agents:
        return []
    return [("iodine, not chlorhexidine", IODINE)] if "iodine" in at.agents else [("alcohol only", ALCOHOL_ONLY)]


def _break_factors(breaks: tuple[Break, ...]) -> list[Factor]:
    sizes = {"wet drape": WET_DRAPE, "bare skin": BARE_SKIN, "turned": TURNED}
    out: list[Factor] = []
    for what in dict.fromkeys(b.what for b in breaks):
        if what in sizes:
            out.append((what, sizes[what]))
        elif any(not b.is_repaired for b in breaks if b.what == what):
            out.append((f"unsterile {what}", BROKEN))
        else:
            out.append((f"unsterile {what}, changed", REPAIRED))
    return out


def infection_factors(at: Closing) -> tuple[Factor, ...]:
    """Return what multiplies the rate of infection, in words."""
    out: list[Factor] = []
    antibiotic = antibiotic_factor(at.antibiotic_before_s)
    if antibiotic > 1.0:
        late = at.antibiotic_before_s
        out.append(("antibiotic missed" if late is None else "antibiotic late" if late < 0.0 else "antibiotic too early", antibiotic))
    out += _skin_factors(at) + _break_factors(at.breaks)
    rows = (
        (at.haematoma_m3 > HAEMATOMA_M3, "haematoma", HAEMATOMA), (at.is_stoma_side, "stoma or tube on this side", STOMA_SIDE),
        (at.is_subfascial, "under the fascia", SUBFASCIAL), (at.clearance_m > LOOSE_M, "pocket too big", LOOSE),
        (at.is_again, "not the first operation", AGAIN), (not at.is_filtered, "no filter", UNFILTERED), (at.n_swabs_left > 0, "swab left behind", RETAINED_SWAB),
        (at.washed_m3 < WASHED_M3, "not washed", UNWASHED),
    )  # fmt: skip
    return tuple(out + [(word, factor) for is_so, word, factor in rows if is_so])


def dehiscence_factors(at: Closing) -> tuple[Factor, ...]:
    """Return what multiplies the rate at which the wound gives way."""
    rows = (
        (at.held < 0.98, "stitches too far apart", 1.0 + (GAPING - 1.0) * (1.0 - at.held)),
        (at.clearance_m < TIGHT_M, "pocket too tight", TIGHT), (at.is_over_pump, "incision over the pump", OVER_PUMP),
        (at.haematoma_m3 > HAEMATOMA_M3, "haematoma", HAEMATOMA),
    )  # fmt: skip
    return tuple((word, factor) for is_so, word, factor in rows if is_so)


def erosion_factors(at: Closing) -> tuple[Factor, ...]:
    """Return what multiplies the rate at which the pump comes through the skin."""
    rows = (
        (at.cover_m < THIN_M, "cover under 5 mm", THIN), (THIN_M <= at.cover_m < SLIM_M, "cover under 10 mm", SLIM),
        (at.clearance_m < TIGHT_M, "pocket too tight", TIGHT),
    )  # fmt: skip
    return tuple((word, factor) for is_so, word, factor in rows if is_so)


def probability(base: float, factors: tuple[Factor, ...]) -> float:
    """Return base x factors, at most 0.9."""
    return min(MOST, reduce(lambda p, row: p * row[1], factors, base))


def drawn(at: Closing, seed: int, tick: int) -> tuple[Chance, ...]:
    """Return the chances of an operation, each drawn from (seed, its own stream, tick of closure)."""
    base = CHILD_INFECTION if at.is_child else ADULT_INFECTION
    factors = infection_factors(at)
    generator = draw(seed, "infection", tick)
    has_come = bool(generator.uniform() < probability(base, factors))
    kind = _kind(float(generator.uniform()), at.has_csf_leak)
    day = _day(INFECTION_DAYS, float(generator.standard_normal()))
    infection = Chance("infection", base, probability(base, factors), factors, has_come, day, kind)
    rest = (
        ("dehiscence", DEHISCENCE, dehiscence_factors(at), DEHISCENCE_DAYS), ("erosion", EROSION, erosion_factors(at), EROSION_DAYS),
    )  # fmt: skip
    out = [infection]
    for name, rate, why, days in rest:
        generator = draw(seed, name, tick)
        has_come = bool(generator.uniform() < probability(rate, why))
        out.append(Chance(name, rate, probability(rate, why), why, has_come, _day(days, float(generator.standard_normal()))))
    return tuple(out)


def _kind(share: float, has_csf_leak: bool) -> str:
    """Return which infection it is: a share 0..1 of the weights, with meningitis likelier beside a leak."""
    weights = [w * (LEAK_ON_MENINGITIS if name == "meningitis" and has_csf_leak else 1.0) for name, w in KINDS]
    left = share * sum(weights)
    for (name, _), weight in zip(KINDS, weights, strict=True):
        left -= weight
        if left < 0.0:
            return name
    return KINDS[-1][0]


def _day(days: tuple[float, float], normal: float) -> float:
    """Return the day on which it shows: lognormal about a median."""
    return min(LATEST_DAY, max(1.0, days[0] * math.exp(days[1] * normal)))
