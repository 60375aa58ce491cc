"""Recorded: what an LLM once wrote is played back. Importing responses makes such experts."""

from webapp.experts.engines.base import EngineKind

RECORDED = EngineKind("recorded", "recorded")
