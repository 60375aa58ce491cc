"""What a new run is asked for with."""

from tests.planning.fixtures import form, profile, user, woken

__all__ = ["form", "profile", "user", "woken"]
