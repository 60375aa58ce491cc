"""The machine that this process runs on, as a place for experts."""

from django.conf import settings

from webapp.experts.memory import GB
from webapp.experts.memory.places import Host, this_host


def own_host() -> Host:
    """Without its GPUs; with what the operator has set."""
    return this_host(settings.CPU_THREADS, settings.CPU_CACHE_GB * GB)
