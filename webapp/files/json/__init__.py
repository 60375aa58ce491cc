"""JSON and JSONL: where rows lie in it, and what is nested in them."""
