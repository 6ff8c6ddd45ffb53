"""Scripted trainees: Observation -> commands and actions. They read nothing that a clinician could not see."""
