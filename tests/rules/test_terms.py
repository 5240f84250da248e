"""Item 0: the client, agreed terms, the retainer; item 1: whom to answer."""

from __future__ import annotations

import pytest

from rules.cells import Raw
from rules.words import Severity, Status
from tests.rules.build import Cells, codes, flag, judge, office, places

URGENT: dict[str, Raw] = {
    "Received at": "2026-12-01 09:00",
    "Planned start": "2026-12-02 08:59",
    "Urgent call at": "2026-12-01 09:05",
}
RETAINER: dict[str, Raw] = {"Retainer from": "2026-11-01", "SLA response (h)": 4}


@pytest.mark.parametrize("blank", [None, "", " ", "N/A", "n/a", "-", "none", "なし", "ー", "#N/A", "#REF!"])
def test_a_blank_client_is_missing(blank: Raw) -> None:
    verdict = judge({"Client": blank})
    assert codes(verdict) == ["client-missing"]
    assert (flag(verdict, "client-missing").column, verdict.status) == ("Client", Status.NEEDS_INFO)


@pytest.mark.parametrize("name", ["Acme", "Acme Limited", "Acme Ltd, Tokyo", 5, True])
def test_a_client_who_is_not_in_the_tab_is_unknown(name: Raw) -> None:
    verdict = judge({"Client": name})
    assert codes(verdict) == ["client-unknown"]
    assert verdict.status is Status.NEEDS_INFO


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("Acme Ltd", " ACME  ltd \n"),
        ("Acme Ltd", "ＡＣＭＥ　Ｌｔｄ"),
        ("Acme Ltd\n", "acme ltd"),
        ("株式会社れんこん", "(株)れんこん"),
        ("株式会社れんこん", "㈱れんこん"),
        ("株式会社れんこん", "（株） れんこん"),
        ("れんこん(株)", "れんこん株式会社"),
    ],
)
def test_client_names_are_compared_kindly(known: str, typed: str) -> None:
    assert codes(judge({"Client": typed}, office(client={"Client": known}))) == []


@pytest.mark.parametrize("client", [None, "Nobody Inc"])
def test_without_a_client_every_rule_that_reads_it_is_silent(client: Raw) -> None:
    verdict = judge({**URGENT, "Client": client, "Currency": None})
    assert {"terms-not-agreed", "sla-not-assured", "rate-missing", "billing-missing", "tax-unclassified"}.isdisjoint(
        codes(verdict)
    )
    assert "lead-time-short" in codes(verdict)


@pytest.mark.parametrize(
    ("agreed", "raised"),
    [
        (None, True),
        ("-", True),
        ("2026-12-02", True),
        ("2026-12-01", False),
        ("2026-11-30", False),
        ("2026年12月1日", False),
        ("long ago", True),
        (45000, True),
    ],
)
def test_terms_have_to_be_agreed_by_the_day_of_receipt(agreed: Raw, raised: bool) -> None:
    verdict = judge(URGENT, office(client={"Terms agreed on": agreed, **RETAINER}))
    assert ("terms-not-agreed" in codes(verdict)) is raised
    assert (verdict.status is Status.NEEDS_INFO) is raised


def test_the_day_of_receipt_is_the_registers() -> None:
    late = {
        "Received at": "2026-12-01 23:30",
        "Planned start": "2026-12-02 12:00",
        "Urgent call at": "2026-12-01 23:40",
    }
    client = {"Terms agreed on": "2026-12-02", **RETAINER}
    now = "2026-12-02 00:00"
    assert "terms-not-agreed" in codes(judge(late, office(now, client=client)))
    there = office(now, client=client, settings={"Time zone": "Asia/Tokyo"})
    assert "terms-not-agreed" not in codes(judge({**late, "Received at": "2026-12-02 00:00"}, there))


def test_terms_and_retainer_only_matter_when_urgent() -> None:
    assert codes(judge({}, office(client={"Terms agreed on": None}))) == []


@pytest.mark.parametrize(
    ("client", "assured"),
    [
        ({"Retainer from": "2026-12-01"}, True),
        ({"Retainer from": "2026-12-02"}, False),
        ({"Retainer from": None}, False),
        ({"Retainer from": None, "Retainer until": "2027-01-01"}, False),
        ({"Retainer until": "2026-12-01"}, True),
        ({"Retainer until": "2026-11-30"}, False),
        ({"Retainer until": "-"}, True),
        ({"SLA response (h)": None}, False),
        ({"SLA response (h)": -1}, False),
        ({"SLA response (h)": "soon"}, False),
        ({"SLA response (h)": "４h"}, True),
        ({"Retainer from": "last year"}, False),
    ],
)
def test_an_sla_needs_a_retainer_on_the_day_of_receipt(client: Cells, assured: bool) -> None:
    verdict = judge(URGENT, office(client={**RETAINER, **client}))
    assert ("sla-not-assured" not in codes(verdict)) is assured
    if not assured:
        assert flag(verdict, "sla-not-assured").severity is Severity.INFO


def test_every_answer_needs_an_address() -> None:
    verdict = judge({"Order email": "N/A"})
    assert places(verdict, "order-contact-missing") == [(None, "Order email")]
    assert (codes(verdict), verdict.status) == (["order-contact-missing"], Status.NEEDS_INFO)


def test_terms_cannot_be_waived() -> None:
    verdict = judge(
        {**URGENT, "Waived flags": "terms-not-agreed: boss agreed"}, office(client={"Terms agreed on": None})
    )
    assert flag(verdict, "terms-not-agreed").holds is Status.READY
    assert "waiver-refused" in codes(verdict)
