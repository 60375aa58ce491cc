"""Readers that do what a reader should not."""

import os
import signal
import time
from collections.abc import Mapping
from typing import Any

from webapp.files.readers import Reader
from webapp.files.tables import Table


class Plain(Reader):
    """Keeps the first column. The others below differ in one respect."""

    def __init__(self, table: Table, settings: Mapping[str, Any]) -> None:
        self.columns = {"first": table.names[0]}

    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
        return dict(record)


class Curious(Plain):
    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
        return {"environment": sorted(os.environ), "folder": os.getcwd()}


class Signalled(Plain):
    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
        os.kill(os.getpid(), signal.Signals[next(iter(record.values()))])
        return {}


class Sleepy(Plain):
    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
        time.sleep(600)
        return {}


class Busy(Plain):
    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
        while True:
            pass


class Greedy(Plain):
    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
        return {"much": len(bytearray(2**40))}


class Chatty(Plain):
    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
        return {"much": "a" * 2**20}


class Broken(Plain):
    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
        raise KeyError("a mistake")
