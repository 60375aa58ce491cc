"""Room on the disk of the data folder: what would fill it is refused below a floor.

Whatever begins something large asks here first: uploads, imports, exports, downloads of checkpoints
and starts of all kinds of runs. What is under way, reading, reviews and signing in go on.
"""

import errno
import shutil
from pathlib import Path

from django.conf import settings
from psycopg.errors import DiskFull

from webapp.files.errors import NoSpace

MB = 2**20
MOST = 1024 * MB  # that are kept free by themselves
SHARE = 0.02  # of a disk that is smaller than fifty times as much
WORDS = (
    "The disk is full, so this could not be stored. Ask whoever runs the product to make room, and"
    " try again."
)


def check(size: int = 0, folder: Path | None = None) -> None:
    """Whether something that large may be written to a disk (the data folder's). Raises NoSpace."""
    if said := lack(size, folder):
        raise NoSpace(said)


def lack(size: int = 0, folder: Path | None = None) -> str:
    """What to say of too little room; empty: there is enough."""
    try:
        disk = shutil.disk_usage(_there(folder or settings.DATA_DIR))
    except OSError:
        return ""
    floor = settings.DISK_FLOOR_BYTES or min(MOST, int(disk.total * SHARE))
    if disk.free - size >= floor:
        return ""
    return (
        f"The disk is almost full: {disk.free // MB:,} MB are free, and {floor // MB:,} MB are kept"
        " for what is under way. Delete something, or ask whoever runs the product to make"
        " room, and try again."
    )


def is_of_full_disk(error: BaseException | None) -> bool:
    """Whether an error, or what has caused it, is that a disk is full, the database's or ours."""
    while error is not None:
        if isinstance(error, DiskFull):
            return True
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__ or error.__context__
    return False


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above that is there."""
    return next((path for path in (folder, *folder.parents) if path.exists()), folder)
