"""From devices to commands.

`devices.fold`      pygame events -> `RawInput`.
`bindings`          keys as data: `step_keys(step, bindings) -> key -> address`.
`intent.Intent`     one thing asked for at an address, by mouse, key or driver.
`intent.translate`  (hands, intents, held, observation) -> `Outcome(hands, commands, actions, asks)`; one tick, pure.
"""
