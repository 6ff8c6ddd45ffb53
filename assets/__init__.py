"""Files the game shows: shaders; see PROVENANCE.md."""
