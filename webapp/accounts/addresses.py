"""Where a request comes from.

The one rule of it: what the web server says. Behind a proxy uvicorn says whom the proxy names, if
the proxy is one of SKILLMOE_PROXIES (`processes/web.py` tells it); nobody else is believed.
"""

from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Blank where it came by no network."""
    return str(request.META.get("REMOTE_ADDR") or "")
