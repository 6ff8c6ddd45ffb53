"""The tools of the trainee as data and rules; no drawing, no devices.

`procedure`    steps, settings and acts of implant, refill and clinic.
`tray`         what is in hand.          `syringe`   what the thumb feels, limits of filling.
`programmer`   the form, its sums, warnings, review and the command it sends.
`fluoroscope`  C-arm, pulses, age and dose.   `monitor`   waveforms and alarm limits.
"""
