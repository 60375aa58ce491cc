"""What the method refuses, and why.

MethodError
├── RecruitingError     seats that cannot be drawn (k < 1, no experts, unknown policy, nan scores)
├── RecordingError      recorded responses that do not fit their questions
├── BenchmarkError      a benchmark that is not known
├── ScorerError         a scorer that is not known, or a pattern that cannot be used
├── TooCostly           answers that cannot be compared in reasonable time
└── WordingError        templates of prompts that cannot be filled
"""


class MethodError(ValueError):
    """The method cannot go on; the message says what to do."""


class RecruitingError(MethodError):
    """Seats that cannot be drawn: k below 1, no experts, an unknown policy, scores of nan."""


class RecordingError(MethodError):
    """Recorded responses or questions that cannot be read, or do not fit each other."""


class BenchmarkError(MethodError):
    """A benchmark that is not in moe_core.benchmarks."""


class ScorerError(MethodError):
    """A scorer that is not in moe_core.scorers, or a pattern that it cannot use.

    `field` is what is wrong of the two: "scorer" or "pattern".
    """

    def __init__(self, message: str, field: str = "pattern") -> None:
        super().__init__(message)
        self.field = field


class TooCostly(MethodError):
    """Two answers that cannot be compared in reasonable time or memory."""


class WordingError(MethodError):
    """Templates of prompts that cannot be filled: which one, and what it lacks."""
