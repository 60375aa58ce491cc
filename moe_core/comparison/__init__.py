"""Whether two open answers mean the same; `rules.py` has them in their order, with examples."""
