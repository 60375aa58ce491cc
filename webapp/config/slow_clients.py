"""What the web server waits for, and for how long: uvicorn by itself waits for ever for the rest of
a request's headers, for a body that trickles, and for somebody who does not read.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 30.0  # until a request's headers are whole
HEAD_BYTES = 64 * 1024
PIECE_SECONDS = 20.0  # in which so much of a body comes
PIECE_BYTES = 8 * 1024
READING_SECONDS = 30.0  # until what is full is read


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's, that closes what takes too long or sends headers without an end."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._clock: asyncio.TimerHandle | None = None  # of what is being received
        self._reader: asyncio.TimerHandle | None = None
        self._head: int | None = 0  # bytes of the headers that are being received
        self._body = 0  # bytes since the clock was set

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._set_clock(HEAD_SECONDS, self._close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        self._stop_reader()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._body += len(data)
        if self._clock is None and (self.cycle is None or self.cycle.response_complete):
            self._set_clock(HEAD_SECONDS, self._close)
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self.send_400_response("The headers of the request are too long.")

    def handle_websocket_upgrade(self) -> None:
        self._stop_clock()
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        self._set_clock(HEAD_SECONDS, self._close)

    def on_headers_complete(self) -> None:
        self._head = None
        self._body = 0
        self._set_clock(PIECE_SECONDS, self._look_at_body)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stop_clock()
        super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stop_reader()
        self._reader = self.loop.call_later(READING_SECONDS, self._close)

    def resume_writing(self) -> None:
        self._stop_reader()
        super().resume_writing()

    def _look_at_body(self) -> None:
        """Where reading is paused, it is us who wait."""
        if self._body < PIECE_BYTES and not self.flow.read_paused:
            self._close()
            return
        self._body = 0
        self._set_clock(PIECE_SECONDS, self._look_at_body)

    def _close(self) -> None:
        self.transport.abort()

    def _set_clock(self, seconds: float, then: Any) -> None:
        self._stop_clock()
        self._clock = self.loop.call_later(seconds, then)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _stop_reader(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None
