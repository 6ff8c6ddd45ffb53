"""The command line: one module per group of commands, no simulation of its own."""
