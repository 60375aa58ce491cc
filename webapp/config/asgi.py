"""The ASGI application: Django for pages, Channels for the live stream."""

import os

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")
pages = get_asgi_application()  # loads the apps, which the consumers below need

from webapp.config.body_limit import BodyLimit  # noqa: E402
from webapp.config.checks import refused  # noqa: E402
from webapp.config.crowd import Crowd  # noqa: E402
from webapp.config.health import Health  # noqa: E402
from webapp.config.refusing import Receive, Scope, Send  # noqa: E402
from webapp.config.sockets import sockets  # noqa: E402
from webapp.files import room  # noqa: E402
from webapp.pages.shared.rendering import Spending  # noqa: E402
from webapp.pages.sockets import websocket_urlpatterns  # noqa: E402

if problems := refused():
    raise ImproperlyConfigured(" ".join(problems))

FORM = 2 * 2**20  # bytes of a request beside the file in it
STATIC_AT_WORK = 4  # files are served beside pages, not behind them

health = Health()
files = Crowd(pages, STATIC_AT_WORK)
others = BodyLimit(
    Crowd(Spending(pages), settings.PAGES_AT_WORK), settings.UPLOAD_LIMIT_BYTES + FORM, room.lack
)


async def http(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] == "/healthz":
        await health(scope, receive, send)
    elif scope["path"].startswith(settings.STATIC_URL) and scope["method"] in {"GET", "HEAD"}:
        await files(scope, receive, send)
    else:
        await others(scope, receive, send)


application = ProtocolTypeRouter({"http": http, "websocket": sockets(websocket_urlpatterns)})
