"""Item 1.6: items to bring."""

from __future__ import annotations

import pytest

from rules.cells import Raw
from rules.words import Severity, Status
from tests.rules.build import codes, flag, judge, office

KIT = ("PC", "LAN cable 3 m", "ドライバーセット")


@pytest.mark.parametrize("blank", [None, "-", " ", "none, -", ",;"])
def test_nothing_asked_for(blank: Raw) -> None:
    verdict = judge({"Items to bring": blank})
    assert (codes(verdict), verdict.status) == (["items-missing"], Status.READY)
    assert flag(verdict, "items-missing").severity is Severity.INFO


@pytest.mark.parametrize(
    "items",
    ["PC", "pc, ＰＣ", "PC;LAN cable 3 m", "PC、ドライバーセット", "PC\nlan  cable 3 m\n", "PC, -", "LAN CABLE 3 M"],
)
def test_standard_items(items: str) -> None:
    assert codes(judge({"Items to bring": items}, office(items=KIT))) == []


@pytest.mark.parametrize(
    ("items", "named"),
    [
        ("PC, 42U rack", "42U rack"),
        ("server;PC;router", "server, router"),
        ("LAN cable 5 m", "LAN cable 5 m"),
        (5, "5"),
    ],
)
def test_items_that_nobody_has(items: Raw, named: str) -> None:
    verdict = judge({"Items to bring": items}, office(items=KIT))
    assert (codes(verdict), verdict.status) == (["items-not-standard"], Status.READY)
    found = flag(verdict, "items-not-standard")
    assert (found.column, found.value, found.severity) == ("Items to bring", named, Severity.WARN)


def test_an_empty_list_checks_nothing() -> None:
    assert codes(judge({"Items to bring": "42U rack"}, office(items=()))) == []
    assert codes(judge({"Items to bring": "42U rack"}, office(items=("-", " ")))) == []
