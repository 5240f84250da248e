"""An order stays the one it is, wherever its row goes (contract, sections 2 and 4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.desk import Desk, codes, columns, reorder, told

LATER = "2026-11-24T10:05+09:00"


def ids(desk: Desk) -> dict[str, tuple[str, str]]:
    return {key: (row["Order ID"], row["Status"]) for key, row in desk.orders().items()}


@pytest.mark.scenario(11)
def test_rows_sorted_between_runs_keep_their_orders(synced: Desk) -> None:
    before = ids(synced)
    with synced.edited() as book:
        reorder(book["Orders"], sorted(before, reverse=True))
    found = synced.sync(now=LATER)
    assert ids(synced) == before
    assert [change for change in found["changes"] if change["tab"] == "Orders"] == []


def test_rows_inserted_and_deleted_between_runs(synced: Desk) -> None:
    before = ids(synced)
    with synced.edited() as book:
        sheet = book["Orders"]
        sheet.insert_rows(2, 3)
        sheet.delete_rows(Desk.row_of(sheet, "S-05"))
        sheet.insert_rows(9)
    synced.add("S-20", {}, row=3)
    synced.sync(now=LATER)
    del before["S-05"]
    assert ids(synced) == {**before, "S-20": ("ORD-2026-0013", "Ready")}  # its engineer is with S-01
    assert [(e["Order ID"], e["From"]) for e in synced.log("deleted")] == [("ORD-2026-0005", "On site")]


def test_new_rows_are_numbered_as_they_stand(small: Desk) -> None:
    with small.edited() as book:
        sheet = book["Orders"]
        reorder(sheet, ["S-12", *[f"S-{n:02}" for n in range(1, 12)]])
    small.sync()
    assert small.order("S-12")["Order ID"] == "ORD-2026-0001"
    assert small.order("S-01")["Order ID"] == "ORD-2026-0002"


def test_the_year_is_that_of_receipt(small: Desk) -> None:
    small.type("S-02", {"Received at": "2025-12-31 23:59"})
    small.type("S-03", {"Received at": "2025-12-31 08:00"})
    small.sync()
    found = [small.order(f"S-0{n}")["Order ID"] for n in (1, 2, 3, 4)]
    assert found == ["ORD-2026-0001", "ORD-2025-0001", "ORD-2025-0002", "ORD-2026-0002"]


@pytest.mark.scenario(12)
def test_a_deleted_rows_number_is_never_given_again(synced: Desk) -> None:
    with synced.edited() as book:
        sheet = book["Orders"]
        sheet.delete_rows(Desk.row_of(sheet, "S-12"))
    synced.sync(now=LATER)
    synced.add("S-21", {})
    synced.sync(now="2026-11-24T10:06+09:00")
    assert synced.order("S-21")["Order ID"] == "ORD-2026-0013"
    assert len(synced.log("deleted")) == 1


def test_a_row_pasted_back_goes_on(synced: Desk) -> None:
    with synced.edited() as book:
        sheet = book["Orders"]
        row = Desk.row_of(sheet, "S-04")
        kept = [cell.value for cell in sheet[row]]
        sheet.delete_rows(row)
    synced.sync(now=LATER)
    with synced.edited() as book:
        sheet = book["Orders"]
        for col, value in enumerate(kept, 1):
            sheet.cell(sheet.max_row + (col == 1), col).value = value
    found = synced.sync(now="2026-11-24T10:06+09:00")
    order = told(found, "ORD-2026-0004")
    assert (order["status_from"], order["status_to"], order["row"]) == ("Working", "Working", 13)
    assert [e["Order ID"] for e in synced.log("returned")] == ["ORD-2026-0004"]
    assert len(found["orders"]) == 12


@pytest.mark.parametrize("typed", ["ORD-2026-0099", "ORD-2031-0001", "my own", 7])
def test_an_id_that_the_job_did_not_give_counts_as_blank(synced: Desk, typed: Any) -> None:
    synced.add("S-22", {"Order ID": typed})
    synced.sync(now=LATER)
    assert synced.order("S-22")["Order ID"] == "ORD-2026-0013"


def test_a_foreign_id_alone_makes_no_order(synced: Desk) -> None:
    with synced.edited() as book:
        book["Orders"].cell(20, 1).value = "ORD-2026-0777"
    assert len(synced.sync(now=LATER)["orders"]) == 12


def test_ids_that_stand_there_at_the_first_run_are_taken_over(small: Desk) -> None:
    small.type("S-03", {"Order ID": "ORD-2026-0041"})
    small.type("S-05", {"Order ID": "ORD-2026-0041"})
    small.type("S-07", {"Order ID": "No. 3"})
    small.sync()
    assert small.order("S-03")["Order ID"] == "ORD-2026-0041"
    given = [row["Order ID"] for key, row in small.orders().items() if key != "S-03"]
    assert given == [f"ORD-2026-{n:04}" for n in range(42, 53)]


def test_an_id_written_kindly_is_the_same(synced: Desk) -> None:
    synced.type("S-04", {"Order ID": " ｏｒｄ-2026-0004 "})
    found = synced.sync(now=LATER)
    assert told(found, "ORD-2026-0004")["status_from"] == "Working"
    assert synced.order("S-04")["Order ID"] == "ORD-2026-0004"


@pytest.mark.scenario(14)
def test_a_copied_row_is_flagged_in_both_places_and_neither_moves(synced: Desk) -> None:
    row = synced.add("S-10", {"Order ID": "ORD-2026-0009", "Site confirmed at": "2026-11-24 09:00"}, like="S-10")
    synced.type("S-10", {"Site confirmed at": "2026-11-24 09:00"})
    found = synced.sync(now=LATER)
    both = [order for order in found["orders"] if order["order_id"] == "ORD-2026-0009"]
    assert [order["status_to"] for order in both] == ["Offered", "Offered"]
    assert all(codes(order)[0] == "order-id-duplicate" for order in both)
    assert all(order["flags"][0]["holds"] == "Ready" for order in both)
    with synced.edited() as book:
        book["Orders"].cell(row, 1).value = None
    found = synced.sync(now="2026-11-24T10:06+09:00")
    assert told(found, "ORD-2026-0009")["status_to"] == "Site confirmed"
    copy = told(found, "ORD-2026-0013")
    assert (copy["row"], copy["status_from"]) == (row, None)
    assert "order-id-duplicate" not in codes(copy) and "duplicate-order" in codes(copy)


@pytest.mark.scenario(14)
def test_a_copy_of_an_invoiced_order_gets_no_invoice(synced: Desk) -> None:
    synced.add("S-01", {"Order ID": "ORD-2026-0001", "Notes": "copied"})
    found = synced.sync(now=LATER)
    assert found["invoices"] == []
    assert [o["order_id"] for o in found["orders"] if "order-id-duplicate" in codes(o)] == ["ORD-2026-0001"] * 2


@pytest.mark.parametrize("typed", [None, "mine", "ORD-2026-0099"])
def test_an_invoiced_order_whose_id_is_cleared_is_not_invoiced_again(synced: Desk, typed: Any) -> None:
    invoiced = next(key for key, row in synced.orders().items() if row["Invoice no."])
    before = synced.order(invoiced)
    synced.type(invoiced, {"Order ID": typed})
    found = synced.sync(now=LATER)
    assert found["invoices"] == [] and synced.log("deleted") == []
    assert synced.order(invoiced) == before


def test_a_copy_without_id_of_an_invoiced_order_is_a_new_one(synced: Desk) -> None:
    invoiced, row = next((key, row) for key, row in synced.orders().items() if row["Invoice no."])
    synced.add("S-23", {"Invoice no.": row["Invoice no."]}, like=invoiced)
    synced.sync(now=LATER)
    assert synced.order("S-23")["Order ID"] == "ORD-2026-0013"
    assert synced.order(invoiced)["Order ID"] == row["Order ID"]


@pytest.mark.parametrize("typed", ["Paid", "nonsense", None, 5])
def test_a_status_typed_by_hand_is_put_back(synced: Desk, typed: Any) -> None:
    synced.type("S-11", {"Status": typed, "Flags": "all fine", "Invoice no.": "INV-2026-0777"})
    found = synced.sync(now=LATER)
    row = synced.order("S-11")
    assert (row["Status"], row["Flags"], row["Invoice no."]) == ("Ready", None, None)
    assert told(found, "ORD-2026-0010")["status_from"] == "Ready"
    assert [(e["From"], e["To"]) for e in synced.log("put back")] == [(str(typed or "") or None, "Ready")]
    assert found["invoices"] == []


def test_columns_moved_renamed_kindly_and_hidden(synced: Desk) -> None:
    before = ids(synced)
    with synced.edited() as book:
        sheet = book["Orders"]
        sheet.insert_cols(1, 2)
        sheet.cell(1, 1).value, sheet.cell(2, 1).value = "Our colour", "blue"
        place = columns(sheet)
        sheet.cell(1, place["Site phone"]).value = "ＳＩＴＥ\nphone "
        sheet.cell(1, place["Order ID"]).value = "order  id"
        sheet.column_dimensions["D"].hidden = True
        sheet.move_range(f"A1:A{sheet.max_row}", cols=75)
    found = synced.sync(now=LATER)
    assert [o["order_id"] for o in found["orders"]] == [before[key][0] for key in synced.orders()]
    assert [change for change in found["changes"] if change["tab"] == "Orders"] == []
    rows = synced.rows("Orders")
    assert rows[0]["Our colour"] == "blue" and rows[0]["order  id"] == "ORD-2026-0001"


@pytest.mark.parametrize("ticks", [False, "no", "いいえ"])
def test_rows_with_nothing_but_ticks_are_no_orders(synced: Desk, ticks: Any) -> None:
    with synced.edited() as book:
        sheet = book["Orders"]
        place = columns(sheet)
        for row in (15, 16, 17):
            for header in ("Photo ID needed", "Travel needed", "Travel cost includes tax"):
                sheet.cell(row, place[header]).value = ticks
    assert len(synced.sync(now=LATER)["orders"]) == 12
    with synced.edited() as book:
        book["Orders"].cell(16, place["Notes"]).value = "call back"
    found = synced.sync(now="2026-11-24T10:06+09:00")
    assert [(o["row"], o["order_id"]) for o in found["orders"]][-1] == (16, "ORD-2026-0013")
