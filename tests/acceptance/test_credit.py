"""A credit note takes an invoice back: where the order stands then, and when it is invoiced anew."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.desk import Desk, codes, onsite, told, tree

FIRST, SECOND = "ORD-2026-0001", "ORD-2026-0002"
LATER, LAST = "2026-11-24T11:00+09:00", "2026-11-24T12:00+09:00"


def credited(desk: Desk, number: str, reason: str = "wrong", now: str = LATER) -> dict[str, Any]:
    done = onsite("credit", desk.path, number, "--reason", reason, "--now", now, "--json")
    assert done.code == 0, done.err
    return done.object


def numbers(desk: Desk) -> list[str]:
    return [row["Invoice no."] for row in desk.rows("Invoices")]


@pytest.mark.parametrize(
    ("number", "reference", "status", "total"),
    [("INV-2026-0001", "S-01", "Completed", "-19800"), ("INV-2026-0002", "S-02", "No-show", "-246.00")],
)
def test_a_credited_order_is_back_and_not_invoiced_again(synced: Desk, number, reference, status, total) -> None:
    note = credited(synced, number)
    assert (note["number"], note["corrects"], note["total"]) == ("INV-2026-0003", number, total)
    row = synced.rows("Invoices")[-1]
    assert (row["Kind"], row["Corrects"], row["Due on"], row["Total"]) == ("credit", number, None, float(total))
    found = synced.sync(now=LAST)
    assert (synced.order(reference)["Status"], synced.order(reference)["Invoice no."]) == (status, None)
    assert (found["invoices"], numbers(synced)) == ([], ["INV-2026-0001", "INV-2026-0002", "INV-2026-0003"])


def test_it_is_invoiced_anew_once_its_charges_differ(synced: Desk) -> None:
    synced.type("S-01", {"Other charges": "Discount: -1000"})
    assert codes(told(synced.sync(now=LATER), FIRST)) == ["invoice-outdated"]
    before = synced.order("S-01")
    credited(synced, "INV-2026-0001")
    row = synced.order("S-01")
    assert (row["Status"], row["Invoice no."], row["Flags"]) == ("Completed", None, None)
    assert row["Next step"] != before["Next step"] and "INV-2026-0001" in row["Next step"]
    found = synced.sync(now=LAST)
    assert [(one["number"], one["order_id"], one["total"]) for one in found["invoices"]] == [
        ("INV-2026-0004", FIRST, "18700")
    ]
    assert codes(told(found, FIRST)) == []
    assert numbers(synced) == [f"INV-2026-{number:04d}" for number in range(1, 5)]


def test_a_charge_for_a_cancelled_order_goes_back_to_cancelled(small: Desk) -> None:
    small.type("S-03", {"Other charges": "Cancellation: 5000"})
    issued = {one["order_id"]: one["number"] for one in small.sync()["invoices"]}
    (order_id,) = issued.keys() - {FIRST, SECOND}
    credited(small, issued[order_id])
    found = told(small.sync(now=LAST), order_id)
    assert (found["status_to"], found["billable_h"]) == ("Cancelled", None)


def test_every_document_is_made_again_with_the_same_bytes(synced: Desk) -> None:
    credited(synced, "INV-2026-0001")
    before = tree(synced.folder / "invoices")
    assert len(before) == 3
    for name in before:
        (synced.folder / "invoices" / name).unlink()
    synced.sync(now=LAST)
    assert tree(synced.folder / "invoices") == before


@pytest.mark.parametrize("sign", ["@", " @ ", "＠", "%40"])
def test_a_note_never_holds_an_engineers_address(synced: Desk, sign: str) -> None:
    email = next(row["Email"] for row in synced.rows("Engineers") if row["Email"])
    before = {name: md5 for name, md5 in tree(synced.folder).items() if "lock" not in name}
    reason = f"hours were wrong, says {email.replace('@', sign)}"
    done = onsite("credit", synced.path, "INV-2026-0001", "--reason", reason, "--now", LATER)
    assert (done.code, {name: md5 for name, md5 in tree(synced.folder).items() if "lock" not in name}) == (2, before)
    assert credited(synced, "INV-2026-0001")["number"] == "INV-2026-0003"
