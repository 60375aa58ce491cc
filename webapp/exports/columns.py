"""The columns of a run's seats as a file: what each holds, and of which kind it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TEXT = "text"
    WHOLE = "whole number"
    REAL = "number"
    FLAG = "true or false"
    TIME = "time"
    JSON = "JSON"  # in JSON lines an object or a list, elsewhere its text


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    holds: str


TEXT, WHOLE, REAL, FLAG, TIME, JSON = Kind
_QUESTION = (
    ("run", WHOLE, "The run's number."),
    ("question_id", TEXT, "The id that the question's file gives it."),
    ("row", WHOLE, "Its place in that file."),
    ("category", TEXT, "Its category; empty: it has none."),
    ("question", TEXT, "Its text."),
    ("options", JSON, "Its options, in order; none of an open question."),
    ("hidden", FLAG, "You are to review it blind first: nothing that would tell is here."),
    ("gold", TEXT, "The gold answer that the run is graded by; empty: unknown."),
    ("final_answer", TEXT, "The run's answer; empty: none."),
    ("final_verdict", TEXT, "Its verdict; empty: not yet."),
    ("outcome", TEXT, "How the verdict came about."),
    ("as_spelled", FLAG, "Some answers were too costly to compare, and count as spelled."),
    ("skills", JSON, "Each with the profiled skill that it was matched with, and their cosine."),
    ("unmatched", FLAG, "No skill could tell the experts apart."),
)
_SEAT = (
    ("purpose", TEXT, "What was asked: annotate, profile, trial, respond, aggregate."),
    (
        "seat",
        WHOLE,
        "Of the question's seats, or of several askings, which one; from 1.",
    ),
    ("round", WHOLE, "From 1."),
    ("stands", FLAG, "Whether the seat stands by this round."),
    ("expert", TEXT, "Its name."),
    ("expert_id", WHOLE, "Its id."),
    ("probability", REAL, "That one draw of the recruiter took the expert."),
    ("contributions", JSON, "What spoke for the expert, where the recruiter says so."),
    ("weight", REAL, "Of the seat's vote, where a vote counted."),
    ("prompt", TEXT, "What it was asked."),
    ("output", TEXT, "What it wrote, its thinking included."),
    ("stated", TEXT, "The answer that grading read in it; empty: none."),
    ("same_as", TEXT, "How an earlier response spells the same."),
    ("rule", TEXT, "The rule that read the answer, or why none counts."),
    ("verdict", TEXT, "Of what it stated."),
    ("status", TEXT, "Done, failed, still waiting, or not asked."),
    ("finish_reason", TEXT, "Why the output ended: stop, length, or as its server says."),
    ("problem", TEXT, "Why it failed, or was not asked."),
    ("attempts", WHOLE, "How often it was tried."),
    ("prompt_tokens", WHOLE, "Read."),
    ("tokens", WHOLE, "Written."),
    ("max_tokens", WHOLE, "That it might write."),
    ("temperature", REAL, "Empty: the checkpoint's or the server's own."),
    ("seed", WHOLE, "Of the sampling."),
    ("asked", TIME, "When it was asked for."),
    ("finished", TIME, "When its output was in."),
    ("reviews", JSON, "What people said of the answer, as far as you may read it."),
)
OF_QUESTION: Sequence[Column] = [Column(*column) for column in _QUESTION]
COLUMNS: Sequence[Column] = [*OF_QUESTION, *(Column(*column) for column in _SEAT)]
NAMES = tuple(column.name for column in COLUMNS)
