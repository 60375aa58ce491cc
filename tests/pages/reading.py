"""What a page says."""

import re


def words(page: str) -> str:
    """The text of a page, without markup and line breaks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
