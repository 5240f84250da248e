"""People at work in the register, scenarios 11 to 17: between two runs, and while one is under way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.desk import Desk, codes, columns, filled, reorder, told
from tests.acceptance.sheet_desk import SheetDesk
from tests.scenarios.conftest import KEPT, Meanwhile, copied, mailing
from tests.scenarios.test_faults import LATER, NUMBERS, complete, is_invoiced_once, numbers
from tests.simulation.memo import remember_papers
from tests.sync.mail_server import MailServer

AFTER = "2026-11-24T10:10+09:00"
SHOWN = ("Order ID", "Status", "Next step", "Flags", "SLA due", "Lead time (h)", "Billable (h)", "Invoice no.")
"""What the job writes, Candidates aside: those stand in the order of how many open orders each of them has."""
FORM = "Form responses 1"
Act = Callable[[Desk], object]


def shown(desk: Desk) -> dict[str, list[Any]]:
    """What the job shows beside every order, by Client reference."""
    return {key: [row[header] for header in SHOWN] for key, row in desk.orders().items()}


def typed(desk: Desk) -> dict[str, dict[str, Any]]:
    """What people wrote, by Client reference."""
    job = {*SHOWN, "Candidates", "Source", "row"}
    return {key: {h: v for h, v in row.items() if h not in job} for key, row in desk.orders().items()}


def busy(desk: Desk) -> None:
    """Something to write beside most orders, and a third invoice."""
    complete(desk)
    with desk.edited() as book:
        sheet, place = book["Orders"], columns(book["Orders"])
        for reference, header, value in (
            ("S-10", "Site confirmed at", "2026-11-24 09:58"), ("S-11", "Site phone", "03-1234-5678"),
            ("S-12", "Urgent call at", "2026-11-24 08:05"), ("S-02", "Paid at", "2026-11-24 09:00"),
        ):  # fmt: skip
            sheet.cell(Desk.row_of(sheet, reference), place[header]).value = value


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks into the invoices here."""
    remember_papers(monkeypatch)


@pytest.fixture
def calm(desk: Desk, tmp_path: Path) -> dict[str, list[Any]]:
    """What comes out where nobody does anything meanwhile; `desk` is then about to have the same run."""
    busy(desk)
    undisturbed = copied(desk, tmp_path / "calm")
    undisturbed.sync(now=LATER)
    return shown(undisturbed)


def sort(desk: Desk) -> None:
    with desk.edited() as book:
        reorder(book["Orders"], KEPT[::-1])


@pytest.mark.scenario(11)
def test_11_sorted_between_read_and_write(desk: Desk, calm: dict[str, list[Any]], meanwhile: Meanwhile) -> None:
    human = typed(desk)
    meanwhile(desk, lambda: sort(desk), late=True)
    desk.sync(now=LATER)
    assert list(desk.orders()) == list(KEPT[::-1])
    assert (shown(desk), typed(desk)) == (calm, human)
    is_invoiced_once(desk)


@pytest.mark.scenario(11)
def test_11_sorted_before_the_first_run_writes(fresh: Desk, tmp_path: Path, meanwhile: Meanwhile) -> None:
    """No row has an Order ID by which it could be found again."""
    fresh.type("S-12", {"Received at": None})
    before = fresh.order("S-12")["Received at"]
    meanwhile(fresh, lambda: sort(fresh), late=True)
    fresh.sync()
    ids = {row["Order ID"] for row in fresh.orders().values()}
    assert ids == {f"ORD-2026-{n:04}" for n in range(1, len(KEPT) + 1)}
    states = {key: row["Status"] for key, row in fresh.orders().items()}
    assert states == dict(zip(KEPT, ("Invoiced", "Invoiced", "Working", "Offered", "Ready", "Needs info"), strict=True))
    assert before is None and str(fresh.order("S-12")["Received at"]) == "2026-11-24 10:00:00"
    clients = {row["Invoice no."]: row["Client"] for row in fresh.orders().values() if row["Invoice no."]}
    assert {row["Invoice no."]: row["Client"] for row in fresh.rows("Invoices")} == clients and len(clients) == 2
    assert fresh.sync(now=LATER)["changes"] == []


def insert(desk: Desk) -> None:
    """A row typed in above the second order."""
    with desk.edited() as book:
        book["Orders"].insert_rows(3)
    desk.add("NEW-1", {"Site address": "7-7 Sakae, Nagoya", "Completed at": None}, like="S-11", row=3)


@pytest.mark.scenario(12)
def test_12_a_row_inserted_meanwhile(desk: Desk, calm: dict[str, list[Any]], meanwhile: Meanwhile) -> None:
    human = typed(desk)
    meanwhile(desk, lambda: insert(desk), late=True)
    desk.sync(now=LATER)
    desk.sync(now=LATER)
    rows = shown(desk)
    assert rows.pop("NEW-1")[:2] == ["ORD-2026-0007", "Needs info"]
    assert rows == calm and {key: cells for key, cells in typed(desk).items() if key != "NEW-1"} == human
    assert list(desk.orders()) == [KEPT[0], "NEW-1", *KEPT[1:]]
    is_invoiced_once(desk)


def delete(desk: Desk, reference: str) -> None:
    with desk.edited() as book:
        book["Orders"].delete_rows(Desk.row_of(book["Orders"], reference))


def test_hours_and_heads_that_a_spreadsheet_made_days_of(fresh: Desk) -> None:
    """`2-3` hours and `1/2` engineers become days, which are numbers to Google: never tens of thousands of hours."""
    with fresh.edited() as book:
        orders, clients = book["Orders"], book["Clients"]
        for header, day in (("Reserved hours", datetime(2026, 2, 3)), ("Engineers needed", datetime(2026, 1, 2))):
            orders.cell(Desk.row_of(orders, "S-04"), columns(orders)[header]).value = day
        for row in range(2, clients.max_row + 1):
            clients.cell(row, columns(clients)["SLA response (h)"]).value = datetime(2026, 4, 8)
    found = fresh.sync(now=LATER)
    order = told(found, fresh.order("S-04")["Order ID"])
    assert {"hours-invalid", "engineers-invalid"} <= set(codes(order)) and order["status_to"] == "Needs info"
    assert all(row["Flags"].startswith("WARN cell-unreadable: SLA") for row in fresh.rows("Clients"))
    assert {order["sla_due"] for order in found["orders"]} == {None}
    assert fresh.sync(now=LATER)["changes"] == []


@pytest.mark.scenario(12)
@pytest.mark.parametrize("gone", ["S-11", "S-04", "S-01"], ids=["ready", "about to be invoiced", "invoiced"])
def test_12_a_row_deleted_meanwhile(
    desk: Desk, calm: dict[str, list[Any]], meanwhile: Meanwhile, gone: str
) -> None:
    """Logged by the run that finds it gone, and its number is never given again."""
    order_id = desk.order(gone)["Order ID"]
    human = typed(desk)
    meanwhile(desk, lambda: delete(desk, gone))
    desk.sync(now=LATER)
    desk.sync(now=LATER)
    del calm[gone], human[gone]
    assert (shown(desk), typed(desk)) == (calm, human)
    assert [entry["Order ID"] for entry in desk.log("deleted")] == [order_id]
    assert numbers(desk) == (NUMBERS[:2] if gone == "S-04" else NUMBERS)
    desk.add("NEW-1", {"Site address": "7-7 Sakae, Nagoya"}, like="S-11" if gone != "S-11" else "S-12")
    desk.sync(now=AFTER)
    assert desk.order("NEW-1")["Order ID"] == "ORD-2026-0007"
    assert len(desk.log("deleted")) == 1


@pytest.mark.scenario(13)
def test_13_a_cell_of_theirs_that_the_job_fills_in(desk: Desk, meanwhile: Meanwhile) -> None:
    """Received at is filled in where it is blank: what a person types there meanwhile stays."""
    desk.add("NEW-1", {"Received at": None, "Site address": "7-7 Sakae, Nagoya"}, like="S-11")
    meanwhile(desk, lambda: desk.type("NEW-1", {"Received at": "2026-11-23 18:00"}))
    desk.sync(now=LATER)
    desk.sync(now=LATER)
    assert str(desk.order("NEW-1")["Received at"])[:16] == "2026-11-23 18:00"
    assert desk.order("NEW-1")["Order ID"] == "ORD-2026-0007"
    assert desk.sync(now=LATER)["changes"] == []


@pytest.mark.scenario(13)
def test_13_evidence_that_the_job_fills_in(desk: Desk, mail: MailServer, meanwhile: Meanwhile) -> None:
    """The job sent the contacts and is about to write when; a person, who phoned them through, writes so first."""
    desk.type("S-10", {"Site confirmed at": "2026-11-24 09:58"})
    config = mailing(desk, mail)
    meanwhile(desk, lambda: desk.type("S-10", {"Contacts shared at": "2026-11-24 10:01"}), rounds=1)
    for now in (LATER, AFTER, AFTER):
        desk.sync("--config", config, now=now)
    assert str(desk.order("S-10")["Contacts shared at"]) in ("2026-11-24 10:01", "2026-11-24 10:01:00")
    assert desk.order("S-10")["Status"] == "Contacts shared" and len(mail.taken) == len(set(mail.told()))
    assert desk.sync("--config", config, now=AFTER)["changes"] == []


@pytest.mark.scenario(13)
@pytest.mark.parametrize("value", ["Paid", None])
def test_13_a_cell_of_ours_that_is_being_written(
    desk: Desk, calm: dict[str, list[Any]], meanwhile: Meanwhile, value: str | None
) -> None:
    """A status typed over, or cleared, right before the job writes it is put back, and the Log says so."""
    human = typed(desk)
    meanwhile(desk, lambda: desk.type("S-04", {"Status": value}))
    desk.sync(now=LATER)
    assert (shown(desk), typed(desk)) == (calm, human)
    is_invoiced_once(desk)
    (entry,) = desk.log("put back")
    assert (entry["Order ID"], entry["From"]) == ("ORD-2026-0003", value)


@pytest.mark.scenario(13)
def test_13_a_cell_of_ours_beside_those_that_are_written(
    desk: Desk, calm: dict[str, list[Any]], meanwhile: Meanwhile
) -> None:
    """An order that this run has nothing to write to: put back by the next one at the latest, and logged."""
    meanwhile(desk, lambda: desk.type("S-01", {"Status": "Paid", "Invoice no.": None}))
    desk.sync(now=LATER)
    desk.sync(now=LATER)
    assert shown(desk) == calm
    assert [(entry["From"], entry["To"]) for entry in desk.log("put back")] == [("Paid", "Invoiced")]
    is_invoiced_once(desk)


@pytest.mark.scenario(14)
def test_14_a_copied_row_that_is_completed(desk: Desk) -> None:
    """Both could be invoiced, and neither is; with the ID cleared in the copy one is."""
    complete(desk)
    row = desk.add("COPY", {"Order ID": "ORD-2026-0003"}, like="S-04")
    found = desk.sync(now=LATER)
    both = [order for order in found["orders"] if order["order_id"] == "ORD-2026-0003"]
    assert [codes(order)[0] for order in both] == ["order-id-duplicate"] * 2
    assert [order["status_to"] for order in both] == ["Working"] * 2
    assert found["invoices"] == [] and numbers(desk) == NUMBERS[:2]
    desk.type("COPY", {"Order ID": None})
    found = desk.sync(now=AFTER)
    assert [invoice["order_id"] for invoice in found["invoices"]] == ["ORD-2026-0003"]
    copy_ = told(found, "ORD-2026-0007")
    assert copy_["row"] == row and "duplicate-order" in codes(copy_)  # its engineer is with the other one
    is_invoiced_once(desk, AFTER)


@pytest.mark.scenario(14)
def test_14_a_row_copied_before_it_has_a_number(fresh: Desk) -> None:
    """Two orders, then, of which each names the other; one is invoiced."""
    row = fresh.add("S-01", {}, like="S-01")
    found = fresh.sync()
    twins = [order for order in found["orders"] if order["row"] in (2, row)]
    assert all("duplicate-order" in codes(order) for order in twins) and len({o["order_id"] for o in twins}) == 2
    ids = [invoice["order_id"] for invoice in found["invoices"]]
    assert len(ids) == len(set(ids)) and len({order["order_id"] for order in twins} & set(ids)) == 1


@pytest.mark.scenario(14)
def test_14_a_row_copied_meanwhile(desk: Desk, meanwhile: Meanwhile) -> None:
    complete(desk)

    def act() -> None:
        desk.add("COPY", {"Order ID": "ORD-2026-0003"}, like="S-04")

    meanwhile(desk, act)
    desk.sync(now=LATER)
    found = desk.sync(now=LATER)
    both = [order for order in found["orders"] if order["order_id"] == "ORD-2026-0003"]
    assert [codes(order)[0] for order in both] == ["order-id-duplicate"] * 2
    assert numbers(desk) == (NUMBERS if isinstance(desk, SheetDesk) else NUMBERS[:2])  # a sheet is not read anew
    again = desk.sync(now=AFTER)
    assert again["invoices"] == []


@pytest.mark.scenario(15)
@pytest.mark.parametrize("status", ["Working", None])
@pytest.mark.parametrize(
    "more",
    [
        {}, {"Invoice no.": None}, {"Invoice no.": None, "Completed at": None},
        {"Completed at": None, "Waived flags": "evidence-removed: a slip of the pen"},
    ],
    ids=["status", "and the number", "and the evidence", "and waived"],
)  # fmt: skip
def test_15_dragged_back_after_invoicing(workbook: Desk, status: str | None, more: dict[str, Any]) -> None:
    dragged_back(workbook, status, more)


@pytest.mark.scenario(15)
def test_15_dragged_back_in_both_places(desk: Desk) -> None:
    dragged_back(desk, "Completed", {"Invoice no.": None, "Completed at": None})


def dragged_back(desk: Desk, status: str | None, more: dict[str, Any]) -> None:
    """No second invoice, also after the evidence was filled in anew; what is the job's is put back, and logged."""
    before = desk.order("S-01")
    desk.type("S-01", {"Status": status, **more})
    found = desk.sync(now=LATER)
    assert found["invoices"] == [] and told(found, "ORD-2026-0001")["status_to"] == "Invoiced"
    assert (desk.order("S-01")["Status"], desk.order("S-01")["Invoice no."]) == ("Invoiced", NUMBERS[0])
    (entry,) = desk.log("put back")
    assert (entry["Order ID"], entry["From"], entry["To"]) == ("ORD-2026-0001", status, "Invoiced")
    desk.type("S-01", {"Completed at": before["Completed at"]})
    assert desk.sync(now=AFTER)["invoices"] == [] and numbers(desk) == NUMBERS[:2]
    assert len(desk.files()) == 2


def answer(desk: Desk, stamp: str, reference: str) -> None:
    """An answer below those that stand in the form tab."""
    cells = {
        "Timestamp": stamp, "Client": "Kitsunebi Project Services K.K.", "Client reference": reference,
        "Order email": "dispatch@kitsunebi.example.co.jp", "Planned start": "2026-12-10 09:00",
    }  # fmt: skip
    with desk.edited() as book:
        sheet, place = book[FORM], columns(book[FORM])
        row = len(filled(list(sheet.values))) + 2
        for title, text in cells.items():
            sheet.cell(row, place[title]).value = text


@pytest.mark.scenario(16)
def test_16_an_answer_arrives_meanwhile(desk: Desk, meanwhile: Meanwhile) -> None:
    """One that stood there is taken in, one that arrives meanwhile by the next run at the latest."""
    answer(desk, "2026/11/24 9:30:00", "F-1")
    before = {key: row["Order ID"] for key, row in desk.orders().items()}
    meanwhile(desk, lambda: answer(desk, "2026/11/24 9:31:00", "F-2"))
    desk.sync(now=LATER)
    desk.sync(now=LATER)
    ids = {key: row["Order ID"] for key, row in desk.orders().items()}
    assert ids == {**before, "F-1": "ORD-2026-0007", "F-2": "ORD-2026-0008"}
    assert len(desk.log("form")) == 2 and desk.sync(now=AFTER)["changes"] == []


@pytest.mark.scenario(16)
def test_16_a_row_is_typed_where_the_job_would_append(desk: Desk, meanwhile: Meanwhile) -> None:
    """Neither is written over, and each has an ID of its own."""
    answer(desk, "2026/11/24 9:30:00", "F-1")
    before = {key: row["Order ID"] for key, row in desk.orders().items()}
    cells = {"Site address": "7-7 Sakae, Nagoya", "Notes": "typed just now"}
    meanwhile(desk, lambda: desk.add("NEW-1", cells, like="S-11"))
    desk.sync(now=LATER)
    desk.sync(now=LATER)
    ids = {key: row["Order ID"] for key, row in desk.orders().items()}
    assert {key: ids[key] for key in before} == before
    assert {ids["F-1"], ids["NEW-1"]} == {"ORD-2026-0007", "ORD-2026-0008"} and len(ids) == len(before) + 2
    assert desk.order("NEW-1")["Notes"] == "typed just now" and desk.order("F-1")["Notes"] is None
    assert str(desk.order("F-1")["Source"]).startswith("form ") and not desk.order("NEW-1")["Source"]
    assert desk.sync(now=AFTER)["changes"] == []


def renamed(desk: Desk, header: str) -> None:
    with desk.edited() as book:
        book["Orders"].cell(1, columns(book["Orders"])[header]).value = f"{header} (old)"


def doubled(desk: Desk, header: str) -> None:
    with desk.edited() as book:
        book["Orders"].cell(1, book["Orders"].max_column + 1).value = f" {header.upper()}"


HEADERS = ("Notes", "Status", "Order ID")


@pytest.mark.scenario(17)
@pytest.mark.parametrize("change", [renamed, doubled])
@pytest.mark.parametrize("header", HEADERS)
def test_17_a_column_renamed_or_doubled(workbook: Desk, change: Callable[[Desk, str], None], header: str) -> None:
    complete(workbook)
    change(workbook, header)
    assert f'"{header}"' in workbook.refused(now=LATER)


@pytest.mark.scenario(17)
@pytest.mark.parametrize("change", [renamed, doubled])
def test_17_a_column_renamed_or_doubled_in_both_places(desk: Desk, change: Callable[[Desk, str], None]) -> None:
    complete(desk)
    change(desk, "Site phone")
    assert '"Site phone"' in desk.refused(now=LATER)


@pytest.mark.scenario(17)
@pytest.mark.parametrize(("change", "header"), [(renamed, "Status"), (doubled, "Completed at")])
def test_17_meanwhile(
    desk: Desk, meanwhile: Meanwhile, change: Callable[[Desk, str], None], header: str
) -> None:
    """Between read and write: nothing is written under a header that is no longer what it was."""
    complete(desk)
    left: list[object] = []

    def act() -> None:
        change(desk, header)
        left.append(desk.state())

    meanwhile(desk, act)
    done = desk.call("sync", "--now", LATER)
    assert (done.code, desk.state()) == (2, left[0]) and f'"{header}"' in done.err
    assert numbers(desk) == NUMBERS[:2] and len(desk.files()) == 2
