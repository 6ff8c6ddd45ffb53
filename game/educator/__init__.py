"""After the case: debrief, pictures, plots."""
