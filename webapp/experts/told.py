"""What went wrong with an expert: whoever owns the installation reads all of it.

Everybody else reads our own words. What an endpoint's server said stands in “these”, which we write
nowhere else; and where files lie on the machine is nobody's business: their names say enough.
"""

import re

LEFT_OUT = "“…”"
THEIRS = re.compile("“[^”]*(”|$)")  # a long one may have been cut off
# Of an absolute path, and of no address: all but its last name.
FOLDERS = re.compile(r"""(?<![\w/:.<])~?/(?:[^\s/:'"<>(),;]+/)+(?=[^\s/:'"<>(),;])""")


def quoted(text: str) -> str:
    """A server's own words, which may hold anything."""
    return "“" + re.sub("[“”]", '"', text) + "”"


def told(text: str, owns: bool = False) -> str:
    """For a person who owns the installation, or does not."""
    return text if owns else FOLDERS.sub("", THEIRS.sub(LEFT_OUT, text))


def named(source: str, owns: bool = False) -> str:
    """A checkpoint's folder or id, or the name of a model, likewise."""
    is_path = source.startswith(("/", "~"))
    return source.rstrip("/").rpartition("/")[2] if is_path and not owns else source
