"""Django's command line: `python manage.py help` lists the commands."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")
    from django.core.management import execute_from_command_line

    from webapp.audit.actors import Way, acting
    from webapp.machine.user import name

    with acting(way=Way.COMMAND, means=name()):
        execute_from_command_line(sys.argv)
