"""What a page says."""

import re

BLOCKS = "dd|div|dl|dt|h[1-6]|li|nav|ol|option|p|section|select|table|tbody|td|th|thead|tr|ul"


def flat(page: str) -> str:
    """The page with one space wherever white space can be seen, and none where it cannot."""
    page = re.sub(r"(<[^<>]+) >", r"\1>", re.sub(r"\s+", " ", page))
    return re.sub(rf" ?(</?(?:{BLOCKS})\b[^<>]*>) ?", r"\1", page)


def words(page: str) -> str:
    """The text of a page, without markup and line breaks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
