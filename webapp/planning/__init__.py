"""Before a run: what it would do, found without generating anything."""
