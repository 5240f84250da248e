"""A watchdog on the web: told when a run starts, and whether it did all that it should (healthchecks.io and alike)."""

from __future__ import annotations

import threading
from urllib.parse import urlsplit, urlunsplit

_TIMEOUT_S = 10.0


class Watchdog:
    """Calls `URL/start` before a run, `URL` after a good one, `URL/fail` after a bad one; nothing where it has no URL.

    Where registers share one, it is told of success only while none of them is failing. Whatever becomes of a call
    is no matter of the run's, and none takes longer than ten seconds of it.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._failing: set[str] = set()
        self._lock = threading.Lock()

    def started(self) -> None:
        self._call("start")

    def ended(self, register: str, good: bool) -> None:
        """A run of this register did all that it should, or did not."""
        with self._lock:
            (self._failing.discard if good else self._failing.add)(register)
            all_good = not self._failing
        self._call("" if all_good else "fail")

    def _call(self, what: str) -> None:
        if not self._url:
            return
        thread = threading.Thread(target=_get, args=(address(self._url, what),), daemon=True)
        thread.start()
        thread.join(_TIMEOUT_S)  # a server may also answer drop by drop, which a time-out of the socket never ends


def address(url: str, what: str) -> str:
    """The watchdog's URL with `start` or `fail` at the end of its path; what stands behind `?` stays there."""
    parts = urlsplit(url)
    path = f"{parts.path.rstrip('/')}/{what}" if what else parts.path
    return urlunsplit(parts._replace(path=path))


def _get(url: str) -> None:
    import requests

    try:
        with requests.get(url, timeout=_TIMEOUT_S, stream=True):
            pass
    except Exception:  # noqa: S110  # a watchdog that can't be told is found by its own alarm  # nosec B110
        pass
