"""What Google answers when it doesn't do what was asked, and what a person can do about it."""

from __future__ import annotations

import contextlib
import email.utils
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.errors import Unreachable
from sync.runlog import place_of

_USED_UP = re.compile(r"quota.?exceeded|rate.?limit.?exceeded|RESOURCE_EXHAUSTED", re.IGNORECASE)
"""Of a 403; one that names a quota project speaks of something else."""
_NO_API = re.compile("SERVICE_DISABLED|USER_PROJECT_DENIED|has not been used in project|it is disabled")
_UNHEARD_OF = 501
"""What a server doesn't know it will not know in a minute either."""


class NoAccess(Unreachable):
    """Google refuses: another try would not help. `reason` is a word for programs: `not-shared`, `viewer-only`,
    `not-found`, `api-disabled`, `credentials`, `key-file`, `scope`, `not-a-sheet`, `protected`."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class Uncertain(Unreachable):
    """Something may have been written: the message says what is known."""


class Garbled(Unreachable):
    """A reply of a shape that Google's documentation knows nothing of."""


class Rejected(Unreachable):
    """Google understood the request and did none of it (400, or what it knows nothing of)."""


class Passing(Exception):
    """It may work the next time. `wait` is what the server asked for, in seconds; `done` whether the server may
    have carried the request out before it failed; `brief` where to wait for long rarely helps."""

    def __init__(self, message: str, wait: float = 0.0, done: bool = True, brief: bool = False) -> None:
        super().__init__(message)
        self.wait, self.done, self.brief = wait, done, brief


class Lost(Exception):
    """A write whose reply never came: it may have been carried out or not."""


def fault(status: int, headers: Mapping[str, str], text: str, who: str, writing: bool) -> Exception:
    """The fault behind a reply that is not 200. `who` is the address that the program signs in with."""
    message, said = _said(text)
    if status == 429 or (status == 403 and _USED_UP.search(said)):
        return Passing(f"Google's quota is used up ({message})", retry_after(headers), done=False)
    if (status >= 500 and status != _UNHEARD_OF) or status in (408, 409):
        return Passing(f"Google answers {status} ({message})", retry_after(headers))
    if status in (401, 403, 404):
        return _no_access(status, message, said, who, writing)
    if status == 400 and "not supported for this document" in message:
        text = "This is an Excel file kept in Drive: open it there and choose File, Save as Google Sheets."
        return NoAccess(text, "not-a-sheet")
    return Rejected(f"Google refuses it: {message} ({status}).")


def _said(text: str) -> tuple[str, str]:
    """The message of an error's body, and all of it for looking up words. HTML and cut bodies have none."""
    try:
        error = json.loads(text)["error"]
        return str(error["message"]), json.dumps(error)
    except (ValueError, KeyError, TypeError):
        return "no readable message", ""


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that the server asks to wait: a number, or a date."""
    asked = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,6}", asked):
        return float(asked)
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def clock_ahead(headers: Mapping[str, str]) -> timedelta | None:
    """How far this machine's clock is ahead of the server's, to the second; None where the server doesn't say."""
    try:
        return datetime.now(UTC) - email.utils.parsedate_to_datetime(headers.get("Date", ""))
    except (TypeError, ValueError):
        return None


def _no_access(status: int, message: str, said: str, who: str, writing: bool) -> NoAccess:
    if status == 401:
        return NoAccess(
            f"Google doesn't accept the credentials ({message}): the key may be revoked, or this machine's clock off.",
            "credentials",
        )
    if status == 404:
        return NoAccess(
            "There is no such spreadsheet: copy its address from the browser's address bar, and check that "
            f"it is shared with {who}.",
            "not-found",
        )
    if _NO_API.search(said):
        return NoAccess(
            f"The project of the credentials has no use of the Google Sheets API yet: {message}", "api-disabled"
        )
    if "SCOPE" in said or "insufficient authentication scopes" in message:
        return NoAccess(
            "The credentials lack the scope https://www.googleapis.com/auth/spreadsheets: sign in again with it.",
            "scope",
        )
    if what := closed(message):
        return NoAccess(what, "protected")
    if writing:
        return NoAccess(
            f"{who} may read this spreadsheet but not change it: share it with {who} as Editor.", "viewer-only"
        )
    return NoAccess(f"The spreadsheet is not shared with this program: share it with {who} as Editor.", "not-shared")


def closed(message: str) -> str | None:
    """What to do where a 400 says that a cell is protected; None where it says something else."""
    if "protected cell" in message or "protected range" in message:
        return (
            "A protected range keeps the job from writing: in Data, Protect sheets and ranges, let the job's address "
            f"edit it, or choose to show a warning only. ({message})"
        )
    return None


def object_of(text: str | bytes) -> dict[str, Any]:
    """A reply's JSON object. Raises ValueError where it is cut off, or HTML."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


@contextlib.contextmanager
def understood() -> Iterator[None]:
    """Around what works on replies: one of another shape is the web's fault or a new version's, and is named with
    the place where it was not understood. Raises Garbled.
    """
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise Garbled(
            f"Google's reply can't be understood ({type(error).__name__} in {place_of(error)}). Run again; if it "
            "stays so, update onsite."
        ) from error
