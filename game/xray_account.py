"""What the C-arm cost in one attempt: pictures, time and dose-area product, and what a published series took."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scenarios.actions import Action
from scenarios.schema import Scenario

# Fluoroscopy of percutaneous trials of a spinal cord stimulator [E03; assessment 2.4] H: the nearest series, of another
# operation. Of pumps none was found, and no level of the dose-area product is cited: that is told alone.
SERIES_MEAN_S, SERIES_SD_S, SERIES_N, SERIES_SOURCE = 133.4, 84.8, 110, "E03"


@dataclass(frozen=True, slots=True)
class XrayAccount:
    """Sums over the pulses of an attempt; None where there were pulses and the log tells nothing of the kind."""

    n_pictures: int = 0
    n_spot: int = 0
    time_s: float | None = 0.0
    dose_area_gy_cm2: float | None = 0.0

    @property
    def words(self) -> str:
        """The figures, as one line."""
        if not self.n_pictures:
            return "no picture taken"
        spot = f" ({self.n_spot} spot)" if self.n_spot else ""
        time = "time not logged" if self.time_s is None else f"{self.time_s:.3g} s of fluoroscopy"
        dose = "dose not metered" if self.dose_area_gy_cm2 is None else f"{self.dose_area_gy_cm2:.3g} Gy·cm²"
        return f"{self.n_pictures} picture{'s' if self.n_pictures > 1 else ''}{spot}, {time}, {dose}"


def beside_words() -> str:
    """Return what the time may be set beside, with what it is not."""
    return (f"cord stimulator trials took {SERIES_MEAN_S:.0f} s (SD {SERIES_SD_S:.0f}, n = {SERIES_N}) [{SERIES_SOURCE}]; "
            "no level for pumps is cited")  # fmt: skip


def account_of(actions: Iterable[Action]) -> XrayAccount:
    """Return the account of an attempt's acts; the sums are those of `xray.seconds` and `xray.dose_area`."""
    told: dict[str, list[float]] = {"beam.pulse": [], "beam.time": [], "beam.dose": []}
    for act in actions:
        if act.name in told:
            told[act.name].append(act.number)
    n_pictures, times, doses = len(told["beam.pulse"]), told["beam.time"], told["beam.dose"]
    is_untold = [n_pictures > 0 and not found for found in (times, doses)]
    return XrayAccount(
        n_pictures, times.count(0.0), None if is_untold[0] else sum(times), None if is_untold[1] else 1e4 * sum(doses)
    )


def xray_line(scenario: Scenario, actions: Iterable[Action]) -> str:
    """Return the line of the debrief: wherever the beam was used, and for a whole implant also where it was not."""
    account = account_of(actions)
    is_told = account.n_pictures > 0 or scenario.start.kind == "fresh"
    return f"X-ray: {account.words}; {beside_words()}" if is_told else ""
