"""Start the product and keep it running."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.processes.errors import ProcessError
from webapp.processes.product import running_product
from webapp.processes.stopping import StopRequest


class Command(BaseCommand):
    """Ends with exit code 0 when asked to stop, 1 when the product failed."""

    help = "Start the databases, the web server and the workers; Ctrl-C stops all of it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="default: SKILLMOE_PORT, else 8000 or next")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with running_product(settings.DATA_DIR, options["port"], show_logs=True) as product:
                self.stdout.write(f"Skill-MoE runs on {product.web_url}")
                if settings.HOSTNAME:
                    self.stdout.write(f"People open https://{settings.HOSTNAME}, your proxy's.")
                if product.admin_password:
                    self.stdout.write(
                        f"Sign in as admin with password {product.admin_password} "
                        "(shown only this once)"
                    )
                self.stdout.write("Ctrl-C stops it.")
                self.stdout.flush()
                product.watch()
        except StopRequest:
            with suppress(OSError):  # the terminal may be closed
                self.stdout.write("Skill-MoE has stopped.")
        except ProcessError as error:
            raise CommandError(str(error)) from None
