"""One module per group of passes; a pass is a function of a stage and its targets."""
