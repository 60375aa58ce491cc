"""Start the product, do its main job on the demo pool, show the result, keep serving."""

import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.config.environment import flag
from webapp.processes.errors import ProcessError
from webapp.processes.product import ROOT, Product, running_product
from webapp.processes.stopping import StopRequest


class Command(BaseCommand):
    """Ends with exit code 0 when the job was done or somebody asked to stop, 1 when it failed."""

    help = "Run the demo; with SERVE=0 it stops when the report is written."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="default: SKILLMOE_PORT, else 8000 or next")
        parser.add_argument(
            "--real", action="store_true", help="on a small real LLM, to try a machine"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        serve, finished = flag("SERVE", default=True), False
        try:
            with running_product(settings.DATA_DIR, options["port"]) as product:
                self._greet(product)
                self._work(product, "try_real" if options["real"] else "run_demo")
                finished = True
                if serve:
                    self.stdout.write(f"Skill-MoE keeps running on {product.web_url}.")
                    self.stdout.write(f"Ctrl-C stops it; `{_again(product)}` starts it again.")
                    self.stdout.flush()
                    product.watch()
        except StopRequest:
            self.stdout.write("Skill-MoE has stopped.")
            if not finished:
                raise
        except ProcessError as error:
            raise CommandError(str(error)) from None

    def _greet(self, product: Product) -> None:
        self.stdout.write(f"Skill-MoE runs on {product.web_url}: watch it there while it works.")
        if product.admin_password:
            self.stdout.write(
                f"Sign in as admin with password {product.admin_password} (shown only this once)"
            )
        self.stdout.write("")
        self.stdout.flush()

    def _work(self, product: Product, job: str) -> None:
        """The job itself, in a process that finds the running servers in its environment."""
        command = [sys.executable, str(ROOT / "manage.py"), job]
        done = subprocess.run(
            [*command, f"--web-url={product.web_url}"], env=product.environment, check=False
        )
        if done.returncode != 0:
            product.check()
            raise CommandError(f"The demo did not finish. The logs are in {product.data}/logs.")


def _again(product: Product) -> str:
    """The command that serves the same data."""
    usual = product.data == ROOT / ".data"
    return "make serve" if usual else f"SKILLMOE_DATA={product.data} make serve"
