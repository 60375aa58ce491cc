"""Every page of two checkouts, from one data folder: the same HTML and the same picture?

    python scripts/compare_pages.py BEFORE AFTER --data FOLDER --user admin --password X

For changes after which people are to see what they saw before. The data folder is copied; on the
copy run PostgreSQL and Redis and no workers, so that a run that is running stays where it is. Then
each checkout's web process answers the same addresses: those that BEFORE's pages name, at most
`--most` of one shape, and wrong forms. Its clock stands still, so no time has to be left out.
Where something differs the exit code is 1; what both sides answered is in the folder, for diff.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from os.path import commonprefix
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from page_crawl import Answer, Visitor, crawl, wrong_forms
from page_pictures import check_browser, differing, photograph

from webapp.processes.folder import DataFolder
from webapp.processes.ports import HOST, free_port
from webapp.processes.servers import prepare

START_SECONDS = 60
STOP_SECONDS = 30
LIMIT = 0.1  # percent of a picture's pixels
SHOWN = 60  # characters before and after the first difference
# Serves the checkout that is the working directory, at a moment that does not pass.
SERVE = """
import sys
from datetime import datetime
import uvicorn
from django.utils import timezone
moment = datetime.fromisoformat(sys.argv[1])
timezone.now = lambda: moment
uvicorn.run("webapp.config.asgi:application", port=int(sys.argv[2]), log_level="warning")
"""
Environment = Mapping[str, str]


@dataclass(frozen=True)
class Side:
    """One of the two checkouts, and the folder for what it shows."""

    name: str
    checkout: Path
    folder: Path

    @property
    def python(self) -> str:
        return str(self.checkout / ".venv" / "bin" / "python")

    def manage(self, environment: Environment, *arguments: str) -> str:
        """Run a command of its own; returns what it printed."""
        command = [self.python, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=self.checkout, env=environment, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise SystemExit(f"{self.name}: manage.py {arguments[0]} failed.\n{done.stderr}")
        return done.stdout.strip()

    def text(self, address: str) -> Path:
        return self.folder / f"{_file(address)}.txt"

    def picture(self, address: str) -> Path:
        return self.folder / f"{_file(address)}.png"


def _file(address: str) -> str:
    """Readable, and no other address' name."""
    readable = re.sub(r"[^A-Za-z0-9=]+", "_", address).strip("_") or "home"
    return f"{readable[:100]}-{zlib.crc32(address.encode()):08x}"


def main() -> int:
    given = arguments()
    if given.pictures:
        check_browser()
    out: Path = given.folder or Path(tempfile.mkdtemp(prefix="pages-"))
    sides = [Side(name, getattr(given, name), out / name) for name in ("before", "after")]
    asked: list[str] = []
    with running_servers(given.data, sides) as environment:
        moment = datetime.now(UTC).isoformat()
        token = ""
        for side in sides:
            began = time.monotonic()
            side.manage(environment, "migrate", "--no-input", "--verbosity=0")
            token = token or side.manage(environment, "create_token", given.user)
            with served(side, environment, moment) as url:
                visitor = Visitor(url, token)
                visitor.sign_in(given.user, given.password)
                answers = _look(side, visitor, asked, given.most)
                asked = asked or [a for a in answers if "wrong form" not in a]
                if given.pictures:
                    pages = [a for a in asked if answers[a].is_document and is_plain(a)]
                    photograph(url, visitor.cookies, {a: side.picture(a) for a in pages})
                    print(f"{side.name}: {len(pages)} pages painted", flush=True)
            print(f"{side.name}: {len(answers)} in {time.monotonic() - began:.0f} s", flush=True)
    return report(sides, list(answers))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("before", "after"):
        parser.add_argument(name, type=lambda text: Path(text).resolve(), metavar=name.upper())
    parser.add_argument("--data", type=Path, required=True, help="that no product runs on")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", required=True)
    parser.add_argument("--folder", type=Path, help="for what both sides answered")
    parser.add_argument("--most", type=int, default=6, help="addresses of one shape (6)")
    parser.add_argument("--pictures", action="store_true", help="compare pages in Chromium too")
    return parser.parse_args()


@contextmanager
def running_servers(data: Path, sides: Sequence[Side]) -> Iterator[Environment]:
    """On a copy of the data folder; gives what a process needs to find them."""
    if (data / "servers.json").exists():
        raise SystemExit(f"A product runs on {data}: stop it, or take a copy.")
    outside = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    os.environ.clear()
    os.environ.update(outside)
    with ExitStack() as stack:
        holder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pages-data-")))
        folder = DataFolder(holder / "data")
        # As cp does it: the files of the database belong to the user that the server runs as.
        subprocess.run(["cp", "-a", data, folder.path], check=True)
        folder.make()
        servers = prepare(folder)
        for program in servers.programs:
            log = stack.enter_context((folder.logs / f"{program.name}.log").open("ab"))
            process = subprocess.Popen(program.argv(), stdout=log, stderr=log)
            stack.callback(process.wait, STOP_SECONDS)
            stack.callback(process.send_signal, program.stop_signal)
        servers.wait_until_ready()
        move_checkpoints(servers.database_url, holder, sides)
        yield outside | {
            "DATABASE_URL": servers.database_url,
            "REDIS_URL": servers.redis_url,
            "SKILLMOE_DATA": str(folder.path),
        }


def move_checkpoints(database_url: str, holder: Path, sides: Sequence[Side]) -> None:
    """Behind links, to be in neither checkout: of those that it holds itself, each shows a shorter
    path than the other does."""
    with psycopg.connect(database_url) as connection:
        for side in sides:
            (holder / side.name).symlink_to(side.checkout)
            connection.execute(
                "UPDATE experts_expert SET"
                " source = %(link)s || substr(source, length(%(real)s) + 1)"
                " WHERE starts_with(source, %(real)s)",
                {"real": f"{side.checkout}/", "link": f"{holder / side.name}/"},
            )


@contextmanager
def served(side: Side, environment: Environment, moment: str) -> Iterator[str]:
    """The checkout's web process alone, its log beside the folder; gives its address."""
    port = free_port()
    url = f"http://{HOST}:{port}"
    command = [side.python, "-c", SERVE, moment, str(port)]
    shutil.rmtree(side.folder, ignore_errors=True)
    side.folder.mkdir(parents=True)
    with side.folder.with_suffix(".log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=side.checkout, env=environment, stdout=log, stderr=log
        )
    try:
        _wait_for(f"{url}/healthz", process)
        yield url
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < give_up:
        with suppress(OSError), urllib.request.urlopen(url):  # noqa: S310 (our own)
            return
        time.sleep(0.1)
    raise SystemExit(f"{url} does not answer.")


def _look(side: Side, visitor: Visitor, asked: Sequence[str], most: int) -> dict[str, Answer]:
    """Ask the addresses, or where there are none yet all that pages lead to; keep the answers."""
    answers = {a: visitor.ask(a) for a in asked} if asked else crawl(visitor, most)
    answers |= wrong_forms(visitor, list(answers))
    for address, answer in answers.items():
        side.text(address).write_text(visitor.comparable(answer))
    return answers


def is_plain(address: str) -> bool:
    """Painting takes a second, and what more filters leave looks like what fewer leave."""
    return address.count("=") <= 1


def report(sides: Sequence[Side], addresses: Sequence[str]) -> int:
    """Tell what differs; returns the exit code."""
    different, pictures = 0, 0
    for address in addresses:
        found = first_difference(*(side.text(address).read_text() for side in sides))
        painted = [side.picture(address) for side in sides]
        if all(path.exists() for path in painted):
            pictures += 1
            share = differing(*painted)
            found += f"\n    {share:.3f} % of the pixels" if share > LIMIT else ""
        if found:
            different += 1
            print(f"{address}{found}")
    print(
        f"{len(addresses)} answers and {pictures} pictures: {len(addresses) - different} equal,"
        f" {different} different; all are in {sides[0].folder.parent}"
    )
    return 1 if different else 0


def first_difference(before: str, after: str) -> str:
    """Where two texts part; empty where they do not."""
    lines = zip_longest(before.splitlines(), after.splitlines(), fillvalue="(end)")
    for number, (one, other) in enumerate(lines, start=1):
        if one != other:
            alike = len(commonprefix([one, other]))  # noqa: RUF071 (texts, not paths)
            cut = slice(max(0, alike - SHOWN), alike + SHOWN)
            return f"\n    line {number}\n    - {one[cut]}\n    + {other[cut]}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
