"""What a process keeps for itself, and for some time. Django's default cache is what all share."""

from django.core.cache import caches
from django.utils.connection import ConnectionProxy

cache = ConnectionProxy(caches, "memory")
