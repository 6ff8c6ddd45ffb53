"""The tools of the trainee as data and rules; no drawing, no devices.

`procedure`    steps, settings and acts of implant, refill and clinic.
`tray`         what is in hand.          `syringe`   what the thumb feels, limits of filling.
`programme`    a programme in the tablet's units: its fields, what it gives, to the pump and back.
`limits`       what the tablet refuses and what it warns of.   `programmer`   the form that is typed into.
`review`       old beside new.   `calculator`   paper arithmetic.   `worksheet`   the calculator as a page.
`fluoroscope`  C-arm, pulses, age and dose.   `monitor`   waveforms and alarm limits.
"""
