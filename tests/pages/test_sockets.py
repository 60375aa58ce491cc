"""Every live stream looks who listens."""

from webapp.pages.shared.watching import Watcher
from webapp.pages.sockets import websocket_urlpatterns


def test_every_stream_looks_who_listens() -> None:
    """What a Watcher tells strangers and those who may not any more: the streams' own tests."""
    for pattern in websocket_urlpatterns:
        assert issubclass(pattern.callback.consumer_class, Watcher)
