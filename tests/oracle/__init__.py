"""A second opinion on the indicators: random registers, the definitions in plain Python, and the models run fast."""
