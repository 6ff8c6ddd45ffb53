"""What is heard: from observations and events to cues, from cues to waves, from waves to the loudspeaker.

`cues` decides (pure), `synth` renders (pure), `speaker` plays. Every cue carries its caption, so that nothing is told by sound alone.
"""
