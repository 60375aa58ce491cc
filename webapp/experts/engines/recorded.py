"""Recorded: what an LLM once wrote is played back. Importing responses makes such experts."""

from webapp.experts.engines.base import Engine

RECORDED = Engine("recorded", "recorded")
