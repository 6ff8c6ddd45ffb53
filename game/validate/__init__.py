"""What the model is checked against, as rows that report and tests share."""
