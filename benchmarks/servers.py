"""PostgreSQL and Redis of a benchmark's own, with the product's tables; gone afterwards."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path


@contextmanager
def own_servers(*postgres_options: str) -> Iterator[Path]:
    """Start both, and Django on them; import what needs Django inside. Gives the data folder."""
    from webapp.processes.folder import DataFolder
    from webapp.processes.servers import prepare

    with tempfile.TemporaryDirectory(prefix="skillmoe-bench-") as made:
        os.environ["SKILLMOE_DATA"] = made
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        folder = DataFolder(Path(made))
        folder.make()
        servers = prepare(folder)
        running = []
        for program in servers.programs:
            if program.name == "postgres":
                program = replace(program, command=(*program.command, *postgres_options))
            with (folder.logs / f"{program.name}.log").open("wb") as log:
                running.append(subprocess.Popen(program.argv(), stdout=log, stderr=log))
        try:
            servers.wait_until_ready()
            os.environ["DATABASE_URL"] = servers.database_url
            os.environ["REDIS_URL"] = servers.redis_url
            os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings"
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            yield folder.path
        finally:
            for process in running:
                process.send_signal(signal.SIGINT)
            for process in running:
                process.wait(30)
