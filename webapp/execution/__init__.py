"""Runs from their start to their verdicts: what the web process asks for and `default` does."""
