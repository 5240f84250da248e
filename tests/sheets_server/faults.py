"""Faults on order: what can go wrong between a program and Google, at a call that a test picks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.sheets_server.errors import ApiError, Obj

READS = ("get", "getByDataFilter", "values.get", "values.batchGet", "values.batchGetByDataFilter",
         "developerMetadata.get", "developerMetadata.search")  # fmt: skip


@dataclass(slots=True)
class Call:
    """One request as it came in. `n` counts from 1 since the start of the server, or since `log.clear()`."""

    n: int
    kind: str
    """As Google's discovery names the method: `get`, `batchUpdate`, `values.batchGet`, `values.append`…"""
    book_id: str | None
    path: str
    query: Obj
    body: Any
    headers: Mapping[str, str]
    """By lower-case name."""
    status: int = 0
    """Of the reply; 0 where none was sent."""
    fault: str = ""
    applied: bool = False
    """Whether the spreadsheet was read or changed, whatever the client was told."""
    reply: Any = None

    @property
    def is_read(self) -> bool:
        return self.kind in READS

    @property
    def is_write(self) -> bool:
        return not self.is_read

    @property
    def requests(self) -> list[str]:
        """The kinds of requests of a batchUpdate."""
        if self.kind != "batchUpdate" or not isinstance(self.body, dict):
            return []
        return [next(iter(one), "") for one in self.body.get("requests", [])]


@dataclass(frozen=True, slots=True)
class Fault:
    """`after`: the spreadsheet is read or changed as asked, and only then does it go wrong."""

    name: str
    after: bool = False
    status: int = 0
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    manner: str = "reply"
    """reply, drop (the connection closes without a reply), hang, cut (half a body, closed),
    half (half the JSON with the headers of a whole reply)."""


def _error(
    name: str, status: int, message: str, after: bool, headers: Sequence[tuple[str, str]] = ()
) -> Fault:
    body = json.dumps(ApiError(status, message).body(), indent=2)
    return Fault(name, after, status, body, (("Content-Type", "application/json; charset=UTF-8"), *headers))


def too_many(kind: str = "Read", retry_after: str | None = None) -> Fault:
    """429 as Google words it; `kind` is Read or Write."""
    quota = (
        f"Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests per minute per user'"
    )
    message = f"{quota} of service 'sheets.googleapis.com' for consumer 'project_number:123456789012'."
    return _error(
        "429", 429, message, False, [("Retry-After", retry_after)] if retry_after is not None else []
    )


def internal(after: bool = False) -> Fault:
    return _error("500", 500, "Internal error encountered.", after)


def bad_gateway(after: bool = False) -> Fault:
    """502 with a page of HTML, as front ends send it."""
    page = (
        "<!DOCTYPE html>\n<html lang=en><title>Error 502 (Server Error)!!1</title>\n"
        "<p><b>502.</b> <ins>That's an error.</ins>\n<p>The server encountered a temporary error."
    )
    return Fault("502", after, 502, page, (("Content-Type", "text/html; charset=UTF-8"),))


def unavailable(after: bool = False) -> Fault:
    return _error("503", 503, "The service is currently unavailable.", after)


def forbidden(message: str = "The caller does not have permission") -> Fault:
    return _error("403", 403, message, False)


def missing() -> Fault:
    return _error("404", 404, "Requested entity was not found.", False)


def unauthenticated() -> Fault:
    message = (
        "Request had invalid authentication credentials. "
        "Expected OAuth 2 access token, login cookie or other valid authentication credential."
    )
    return _error(
        "401", 401, message, False, [("WWW-Authenticate", 'Bearer realm="https://accounts.google.com/"')]
    )


def dropped(after: bool = False) -> Fault:
    return Fault("dropped", after, manner="drop")


def hanging(after: bool = False) -> Fault:
    """No reply until the client gives up, or `server.release()`."""
    return Fault("hanging", after, manner="hang")


def half_json() -> Fault:
    return Fault("half JSON", True, manner="half")


def cut_off() -> Fault:
    """The headers promise more than comes."""
    return Fault("cut off", True, manner="cut")


Pick = Callable[[Call], bool]


@dataclass(slots=True)
class _Rule:
    pick: Pick
    act: Any
    left: int | None


@dataclass(slots=True)
class Faults:
    """Which calls go wrong. Rules are asked in the order in which they were given; the first fit applies."""

    rules: list[_Rule] = field(default_factory=list)

    def at(self, n: int, fault: Fault) -> None:
        """At call n (from 1)."""
        self.when(lambda call: call.n == n, fault)

    def when(self, pick: Pick, fault: Fault, times: int | None = 1) -> None:
        """At the next `times` calls that fit (None: at all of them)."""
        self.rules.append(_Rule(pick, fault, times))

    def next(self, *faults: Fault, kind: str | None = None) -> None:
        """At the next calls (of one kind), one fault each, in order."""
        for fault in faults:
            self.when(lambda call: kind in (None, call.kind), fault)

    def clear(self) -> None:
        self.rules.clear()

    def of(self, call: Call) -> Fault | None:
        for rule in self.rules:
            if rule.left != 0 and rule.pick(call):
                if rule.left is not None:
                    rule.left -= 1
                fault: Fault = rule.act
                return fault
        return None


@dataclass(slots=True)
class Quota:
    """So many calls in any 60 seconds of `now`, then 429; those that are refused count too."""

    reads: int
    writes: int
    now: Callable[[], float]
    seen: list[tuple[float, bool]] = field(default_factory=list)

    def of(self, call: Call) -> Fault | None:
        at = self.now()
        self.seen = [one for one in self.seen if one[0] > at - 60]
        used = sum(is_read == call.is_read for _, is_read in self.seen)
        self.seen.append((at, call.is_read))
        if used < (self.reads if call.is_read else self.writes):
            return None
        return too_many("Read" if call.is_read else "Write")


@dataclass(slots=True)
class Hooks:
    """What happens between calls: somebody sorts, inserts, types…"""

    rules: list[tuple[bool, _Rule]] = field(default_factory=list)

    def after(self, n: int, act: Callable[[], object]) -> None:
        """Between call n and n + 1: before the client has the reply to call n."""
        self.rules.append((True, _Rule(lambda call: call.n == n, act, 1)))

    def before_when(self, pick: Pick, act: Callable[[], object], times: int | None = 1) -> None:
        """Right before a call that fits is carried out."""
        self.rules.append((False, _Rule(pick, act, times)))

    def after_when(self, pick: Pick, act: Callable[[], object], times: int | None = 1) -> None:
        """Right after a call that fits was carried out."""
        self.rules.append((True, _Rule(pick, act, times)))

    def clear(self) -> None:
        self.rules.clear()

    def run(self, call: Call, after: bool) -> None:
        for when, rule in list(self.rules):
            if when is after and rule.left != 0 and rule.pick(call):
                if rule.left is not None:
                    rule.left -= 1
                rule.act()
