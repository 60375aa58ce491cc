"""A run with one answer of every outcome."""

from tests.pages.results.conftest import judged, run

__all__ = ["judged", "run"]
