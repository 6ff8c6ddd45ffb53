"""Many competent implants, followed for months: catheter events of the model against published series."""
