"""Names and ends of things, by programs."""
