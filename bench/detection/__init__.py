"""Do the rules find what they are for, and nothing else? See docs/detection.md; `python -m bench.detection` measures
it."""
