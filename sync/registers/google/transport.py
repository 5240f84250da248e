"""Calls to one spreadsheet over HTTP: counted, limited, with time-outs, and tried again where that is safe."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import gspread
import requests
from google.auth import exceptions as auth
from urllib3.exceptions import NewConnectionError

from sync.errors import Unreachable
from sync.registers.google.faults import Lost, NoAccess, Passing, clock_ahead, fault, object_of
from sync.registers.google.pace import SHARED, Limiter, Pace, Patience

ADDRESS = "https://sheets.googleapis.com/v4/spreadsheets/"
Json = dict[str, Any]


class Client(gspread.HTTPClient):
    """gspread's own, but that a refusal is handed on as it came: gspread can't read one that has no code in it."""

    def request(self, method: str, endpoint: str, *args: Any, **options: Any) -> requests.Response:
        return self.session.request(method, endpoint, *args, **{"timeout": self.timeout, **options})


class Transport:
    """`reads` and `writes` count the HTTP calls made.

    `timeout` is in seconds, to connect and to wait for a reply. Google itself goes on with a request for up to 180:
    a write that is given up on may still arrive, and is then found by its token.
    """

    def __init__(
        self, session: requests.Session, key: str, who: str, *, pace: Pace | None = None, limiter: Limiter = SHARED,
        timeout: tuple[float, float] = (10.0, 60.0), budget: float = 160.0,
    ) -> None:  # fmt: skip
        self.key, self.who = key, who
        self.pace = pace or Pace()
        self.reads = self.writes = 0
        self.ahead: timedelta | None = None
        """How far this machine's clock is ahead of Google's, once there was a reply."""
        self._client, self._limiter, self._budget = Client(None, session), limiter, budget  # type: ignore[arg-type]
        self._client.set_timeout(timeout)

    def patience(self) -> Patience:
        """For one step of a run, over all its calls."""
        return Patience(self.pace, self._budget)

    def read(self, path: str, params: Json, patience: Patience) -> Json:
        """A GET, again on everything that may pass. Raises Unreachable, Rejected."""
        while True:
            try:
                return self._call("get", path, params, None)
            except Passing as passing:
                if not patience.again(passing.wait, passing.brief):
                    raise Unreachable(
                        f"Google Sheets can't be reached: {passing}. Tried again for {patience.spent:.0f} seconds."
                    ) from passing

    def write(self, params: Json, body: Json, patience: Patience) -> Json:
        """A batchUpdate, again only where it surely was not carried out. Raises Lost, Rejected, Unreachable.

        Unreachable: it was not carried out.
        """
        while True:
            try:
                return self._call("post", ":batchUpdate", params, body)
            except Passing as passing:
                if passing.done:
                    raise Lost(str(passing)) from passing
                if not patience.again(passing.wait, passing.brief):
                    raise Unreachable(f"Google Sheets takes no changes: {passing}") from passing

    def _call(self, method: str, path: str, params: Json, body: Json | None) -> Json:
        writing = method == "post"
        self._limiter.wait("write" if writing else "read")
        if writing:
            self.writes += 1
        else:
            self.reads += 1
        try:
            reply = self._client.request(method, ADDRESS + self.key + path, params=params, json=body)
            if reply.ok:
                self.ahead = clock_ahead(reply.headers)
                return object_of(reply.content)
        except requests.exceptions.ConnectTimeout as error:
            raise Passing("no connection within the time-out", done=False, brief=True) from error
        except requests.exceptions.Timeout as error:
            raise Passing("no reply within the time-out") from error
        except (requests.exceptions.RequestException, OSError) as error:
            away = _nobody_there(error)
            raise Passing(f"the connection failed ({type(error).__name__})", done=not away, brief=away) from error
        except auth.RefreshError as error:
            raise _signing_in(error) from error
        except auth.GoogleAuthError as error:
            raise Passing(f"signing in failed ({type(error).__name__})", done=False) from error
        except ValueError as error:
            raise Passing("the reply was cut off or no JSON") from error
        raise fault(reply.status_code, reply.headers, reply.text, self.who, writing)


def _nobody_there(error: Exception) -> bool:
    """Whether not even a connection came about: no such name, or nobody who listens."""
    return isinstance(getattr(error.args[0] if error.args else None, "reason", None), NewConnectionError)


def _signing_in(error: auth.RefreshError) -> Exception:
    if getattr(error, "retryable", False):
        return Passing("signing in failed for the moment", done=False)
    text = str(error)
    clock = "iat" in text or "clock" in text.lower()
    why = "this machine's clock is off" if clock else "the key was revoked"
    return NoAccess(
        f"Google doesn't accept the credentials: perhaps {why}. "
        "Set the clock, or make a new key for the service account.",
        "credentials",
    )
