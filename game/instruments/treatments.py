"""Treatments as the ward gives them: name, usual amount, and how it is said. Amounts in SI for `GiveTreatment`."""

from __future__ import annotations

from dataclasses import dataclass, replace


CEFAZOLIN_KG, CEFAZOLIN_PER_KG = 2e-3, 30e-6  # 30 mg/kg, at most 2 g [UGK-M]


def prophylaxis_kg(mass_kg: float) -> float:
    """Return the antibiotic before the cut [kg], by the patient's mass."""
    return min(CEFAZOLIN_KG, CEFAZOLIN_PER_KG * mass_kg)


@dataclass(frozen=True, slots=True)
class Dose:
    """One treatment of `physics.commands.TREATMENTS` with its usual amount."""

    key: str
    words: str
    usual_si: float
    usual: float
    unit: str

    def for_mass(self, mass_kg: float) -> Dose:
        """Return the usual dose of a patient of this mass, where it goes by mass."""
        if self.key != "antibiotic_prophylaxis":
            return self
        return replace(self, usual_si=prophylaxis_kg(mass_kg), usual=1e3 * prophylaxis_kg(mass_kg))

    def shown(self, times: float) -> str:
        """Return an amount in words: `times` the usual."""
        value = f"{self.usual * times:.3g}"
        return f"{value} {self.unit}"


# usual adult amounts [reference device_and_procedure 7, pharmacology 5 (M); those not named there are our assumption [A]]
DOSES: dict[str, Dose] = {d.key: d for d in (
    Dose("oxygen", "Oxygen by mask", 1.0, 100.0, "% of a mask"),
    Dose("ventilation", "Support breathing", 1.0, 100.0, "% of breathing"),
    Dose("intubation", "Intubate (0 takes it out)", 1.0, 1.0, "tube"),
    Dose("cooling", "Cool", 1.0, 100.0, "% of a blanket"),
    Dose("antibiotic", "Antibiotic", 1.0, 100.0, "% of full"),
    Dose("procedure", "Painful procedure below", 1.0, 100.0, "% strength"),
    Dose("benzodiazepine", "Benzodiazepine, titrated", 0.5, 50.0, "% effect"),
    Dose("cyproheptadine", "Cyproheptadine, titrated", 0.5, 50.0, "% effect"),
    Dose("oral_baclofen", "Baclofen by mouth", 2e-5, 20.0, "mg"),
    Dose("lumbar_baclofen", "Baclofen by lumbar puncture", 5e-8, 50.0, "ug"),
    Dose("diazepam_iv", "Diazepam by vein", 1e-5, 10.0, "mg"),
    Dose("diazepam_oral", "Diazepam by mouth", 1e-5, 10.0, "mg"),
    Dose("lorazepam_iv", "Lorazepam by vein", 2e-6, 2.0, "mg"),
    Dose("midazolam_iv", "Midazolam by vein", 5e-6, 5.0, "mg"),
    Dose("cyproheptadine_oral", "Cyproheptadine by mouth", 4e-6, 4.0, "mg"),
    Dose("physostigmine_iv", "Physostigmine by vein", 1e-6, 1.0, "mg"),
    Dose("atropine_iv", "Atropine by vein", 6e-7, 0.6, "mg"),
    Dose("ephedrine_iv", "Ephedrine by vein", 6e-6, 6.0, "mg"),
    Dose("nifedipine_oral", "Nifedipine by mouth", 1e-5, 10.0, "mg"),
    Dose("paracetamol", "Paracetamol", 1e-3, 1000.0, "mg"),
    Dose("antibiotic_prophylaxis", "Antibiotic before the cut", CEFAZOLIN_KG, 1e3 * CEFAZOLIN_KG, "g"),
    Dose("fluids_iv", "Fluid by vein", 5e-4, 500.0, "mL"),
    Dose("blood_patch", "Epidural blood patch", 2e-5, 20.0, "mL"),
    Dose("csf_drain", "Draw CSF", 3e-5, 30.0, "mL"),
    Dose("bladder_drain", "Empty the bladder", 5e-4, 500.0, "mL"),
)}  # fmt: skip
