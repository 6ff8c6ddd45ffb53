"""What happens: the pure simulation.

`initial(params, seed) -> World`, `step(params, world, commands) -> (World, events)`,
`observe(params, world) -> Observation`, `state_hash(world)`. Nothing here knows a clock, a disk, a window
or a score. Commands are in `physics.commands`, what happened in `physics.events`, conversions in
`physics.units`.
"""

from __future__ import annotations

from physics.errors import CommandError, PhysicsError, SimulationDiverged
from physics.observation import Observation
from physics.observe import observe
from physics.params import Disease, Params, StartState
from physics.world import World, initial, state_hash, step

__all__ = [
    "CommandError", "Disease", "Observation", "Params", "PhysicsError", "SimulationDiverged", "StartState", "World",
    "initial", "observe", "state_hash", "step",
]  # fmt: skip
