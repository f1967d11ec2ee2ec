"""Do the tests notice a mistake in a rule or a model? See docs/mutants.md; `python -m bench.mutants` measures it."""
