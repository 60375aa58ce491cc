"""What the method refuses, and why.

MethodError
└── RecruitingError     seats that cannot be drawn (k < 1, no experts, unknown policy)
"""


class MethodError(ValueError):
    """The method cannot go on; the message says what to do."""


class RecruitingError(MethodError):
    """Seats that cannot be drawn: k below 1, no experts, or an unknown policy."""
