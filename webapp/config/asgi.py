"""The ASGI application: Django for pages, Channels for the live stream."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")
pages = get_asgi_application()  # loads the apps, which the consumers below need

from webapp.config.body_limit import BodyLimit  # noqa: E402
from webapp.config.checks import refused  # noqa: E402
from webapp.pages.shared.rendering import Spending  # noqa: E402
from webapp.pages.sockets import websocket_urlpatterns  # noqa: E402

if problems := refused():
    raise ImproperlyConfigured(" ".join(problems))

FORM = 2 * 2**20  # bytes of a request beside the file in it

application = ProtocolTypeRouter(
    {
        "http": BodyLimit(Spending(pages), settings.UPLOAD_LIMIT_BYTES + FORM),
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
