"""camket: from agencies' submissions to a checked data package and a published review."""
