"""One module per screen. A screen takes a plain model, draws it, and returns the intents of its widgets."""
