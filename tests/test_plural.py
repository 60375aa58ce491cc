"""Numbers agree with their noun."""

from webapp.plural import counted


def test_one_and_many() -> None:
    assert counted(1, "response") == "1 response"
    assert counted(0, "response") == "0 responses"
    assert counted(1047, "try", "tries") == "1,047 tries"
