"""The GPU worker against what is possible: loads, walls, bounds, streaming, browsers."""
