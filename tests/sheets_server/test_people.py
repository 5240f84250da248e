from __future__ import annotations

from tests.sheets_server import Formula, SheetsServer
from tests.sheets_server.client import Api, one_cell, text


def test_sorting_moves_rows_and_leaves_the_header(server: SheetsServer) -> None:
    server.people.sort("Orders", "Client", descending=True)
    assert [row[0] for row in server.grid("Orders")] == ["Order ID", "ORD-3", "ORD-1", "ORD-2"]


def test_inserting_deleting_copying_and_typing(server: SheetsServer) -> None:
    people = server.people
    people.insert_row("Orders", 3, ["", "typed", "007"])
    assert server.grid("Orders")[2] == ["", "typed", 7]
    people.copy_row("Orders", 2, to=6)
    assert server.grid("Orders")[5] == ["ORD-1", "beta", "+81"]
    people.delete_row("Orders", 3)
    people.edit("Orders", people.find("Orders", "Order ID", "ORD-3"), "Phone", "+819012345678")
    assert server.grid("Orders")[3] == ["ORD-3", "gamma", 819012345678]
    people.edit("Orders", 2, "Phone", Formula("=LOOKS(A1)", "ready"))
    assert server.grid("Orders")[1][2] == "ready"
    assert server.grid("Orders", render="FORMULA")[1][2] == "=LOOKS(A1)"


def test_tick_boxes_count_as_filled(server: SheetsServer, api: Api) -> None:
    server.people.tick_boxes("Orders", "D", 2, 9)
    fresh = {"sheetId": 0, "rows": [{"values": [text("ORD-4")]}], "fields": "userEnteredValue"}
    api.batch({"appendCells": fresh})
    assert server.grid("Orders")[8:] == [["", "", "", False], ["ORD-4"]]


def test_columns_move_too(server: SheetsServer) -> None:
    server.people.move_column("Orders", "Phone", before="Order ID")
    assert server.grid("Orders")[1] == ["+81", "ORD-1", "beta"]
    server.people.insert_column("Orders", "Client", "Remarks")
    assert server.grid("Orders")[0] == ["Phone", "Order ID", "Remarks", "Client"]
    server.people.delete_column("Orders", "Remarks")
    assert server.grid("Orders")[0] == ["Phone", "Order ID", "Client"]


def test_answers_of_a_form_push_typed_rows_down(server: SheetsServer) -> None:
    tab, people = "Form responses 1", server.people
    assert people.add_form_answer(tab, [46357.375, "beta"]) == 2
    people.edit(tab, 3, 2, "typed by hand")
    assert people.add_form_answer(tab, [46358, "gamma"]) == 3
    assert [row[1] for row in server.grid(tab)] == ["Client", "beta", "gamma", "typed by hand"]
    people.delete_row(tab, 2)
    assert people.add_form_answer(tab, [46359, "delta"]) == 3
    people.insert_row(tab, 2)
    assert people.add_form_answer(tab, [46360, "epsilon"]) == 5


def test_between_two_calls(server: SheetsServer, api: Api) -> None:
    server.hooks.after(1, lambda: server.people.sort("Orders", "Client"))
    server.hooks.before_when(lambda call: call.is_write, lambda: server.people.insert_row("Orders", 2))
    assert api.values("Orders!A2") == [["ORD-1"]]
    assert api.values("Orders!A2") == [["ORD-2"]]
    api.batch(one_cell(1, 0, text("mine")))
    assert [row[0] for row in server.grid("Orders")[:4]] == ["Order ID", "mine", "ORD-2", "ORD-1"]
