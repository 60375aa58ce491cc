"""The GPU worker: one visit after another, each expert loaded once for all that waits for it."""
