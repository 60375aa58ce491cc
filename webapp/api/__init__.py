"""The HTTP API under /api/v1: what a team does in the browser, for programs with a token."""
