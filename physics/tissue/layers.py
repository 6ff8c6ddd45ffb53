"""What each layer does to a needle tip and shaft: a cited table.

Forces are for a 15-14 G Tuohy. Sources: game_design section 3 items 4 and 5 (felt forces of the
layers, p = proposed), device_and_procedure I14; no force-depth record of a Tuohy through a living
back was at hand, so every row is [A] within those ranges.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layer:
    """One tissue.

    Attributes
    ----------
    cutting_n : float
        Steady force at the tip [N].
    tent_n, tent_m : float
        Force of a membrane at its puncture and how far it tents before [N, m]; 0 = none.
    rise_n_per_m : float
        Growth of the tip force with depth in the layer [N/m].
    shaft_n_per_m : float
        Friction on the shaft per length of layer crossed [N/m].
    roughness : float
        Grit, 0..1.
    """

    cutting_n: float
    tent_n: float
    tent_m: float
    rise_n_per_m: float
    shaft_n_per_m: float
    roughness: float


LAYERS: dict[str, Layer] = {
    "air": Layer(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "skin": Layer(0.8, 3.0, 1.5e-3, 0.0, 20.0, 0.1),  # give at about 3 N [A]
    "fat": Layer(0.3, 0.0, 0.0, 0.0, 4.0, 0.05),
    "fascia": Layer(1.0, 2.6, 1.0e-3, 0.0, 25.0, 0.15),
    "muscle": Layer(0.9, 0.0, 0.0, 4.0, 12.0, 0.2),
    "interspinous": Layer(1.6, 0.0, 0.0, 20.0, 25.0, 0.45),
    "ligamentum_flavum": Layer(2.4, 0.0, 0.0, 1000.0, 60.0, 0.5),  # 4-8 N over 3-5 mm [game_design 3.4]
    "epidural": Layer(0.15, 0.0, 0.0, 0.0, 2.0, 0.0),
    "sac": Layer(0.05, 1.2, 1.0e-3, 0.0, 0.0, 0.0),  # dura tents about 1 mm, then gives [A]
    "anterior_wall": Layer(1.5, 0.0, 0.0, 1500.0, 20.0, 0.3),
    "bone": Layer(0.0, 0.0, 0.0, 40e3, 0.0, 0.6),  # hard stop: slope > 8 N/mm [game_design 3]
}


def layer(name: str) -> Layer:
    """Return the row of a layer.

    Raises
    ------
    ValueError
        If there is no such layer.
    """
    if name not in LAYERS:
        raise ValueError(f"layer = {name!r}; expected one of {', '.join(LAYERS)}")
    return LAYERS[name]
