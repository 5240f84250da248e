"""Waived flags: what may be waived, how a line is read, what it does."""

from __future__ import annotations

import pytest

from rules.cells import Raw
from rules.words import Severity, Status
from tests.rules.build import codes, flag, flags, judge, places


@pytest.mark.parametrize(
    "line",
    [
        "urgent-call-missing", "urgent-call-missing:", "urgent-call-missing:  ", "no-such-code: because",
        "because", ": because",
        "site-orphan: because", "urgent call missing: because", "5",
    ],
)  # fmt: skip
def test_waivers_that_cannot_be_read(line: str) -> None:
    verdict = judge({"Waived flags": line})
    assert places(verdict, "waiver-unreadable") == [(None, "Waived flags")]
    assert (flag(verdict, "waiver-unreadable").value, verdict.status) == (line.strip(), Status.READY)


REFUSED = [
    "client-missing", "client-unknown", "terms-not-agreed", "planned-start-missing", "planned-start-unreadable",
    "planned-start-past", "hours-invalid", "language-missing", "language-unsupported", "skill-unknown",
    "engineers-invalid", "cell-unreadable", "order-id-duplicate", "visit-without-approval",
    "no-show-before-approval", "no-show-and-completed", "rate-missing", "billing-missing", "seller-missing",
    "tax-unclassified", "travel-cost-missing", "exchange-rate-missing", "engineer-email", "total-negative",
    "paid-without-invoice",
]  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
def test_waivers_of_what_is_not_to_be_waived(code: str) -> None:
    assert codes(judge({"Waived flags": f"{code}: please"})) == ["waiver-refused"]


def test_each_line_is_one_waiver() -> None:
    text = "floor-missing: open plan\n\n client-unknown: x \nnonsense\nMap-Link-Missing： 地図なし"
    verdict = judge({"Floor": None, "Map link": None, "Waived flags": text})
    assert [f.value for f in flags(verdict, "waiver-unreadable")] == ["nonsense"]
    assert [f.value for f in flags(verdict, "waiver-refused")] == ["client-unknown: x"]
    assert flag(verdict, "floor-missing").message.endswith("(waived: open plan)")
    assert flag(verdict, "map-link-missing").message.endswith("(waived: 地図なし)")


def test_a_waiver_covers_every_subject_of_its_code() -> None:
    verdict = judge(
        {"Order phone": "1", "Site phone": "2", "Waived flags": "phone-country-code: on the mail"},
        sites=[{"Site phone": "3"}],
    )
    found = flags(verdict, "phone-country-code")
    assert [(f.severity, f.holds, f.site) for f in found] == [
        (Severity.INFO, None, None),
        (Severity.INFO, None, 1),
        (Severity.INFO, None, 2),
    ]
    assert verdict.status is Status.READY


def test_a_waiver_of_a_flag_that_is_not_raised_says_nothing() -> None:
    assert codes(judge({"Waived flags": "floor-missing: whatever"})) == []


@pytest.mark.parametrize("blank", [None, "-", "\n \n", "なし"])
def test_no_waivers(blank: Raw) -> None:
    assert codes(judge({"Waived flags": blank})) == []
