"""Whatever people do to rows and columns, what is attached to one goes where it goes."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sheets_server import SheetsServer, metadata
from tests.sheets_server.client import block
from tests.sheets_server.errors import Obj

SIZE = 5
ACTS = st.tuples(
    st.sampled_from(["insert", "delete", "move"]),
    st.sampled_from(["row", "column"]),
    st.integers(0, 5),
    st.integers(0, 5),
)


def grid() -> SheetsServer:
    """Each cell says where it began; a note on every row and column, a name on every cell of the diagonal."""
    server = SheetsServer()
    cells = [[f"{r}/{c}" for c in range(SIZE)] for r in range(SIZE)]
    server.create("T", {"T": cells}, rows=SIZE, columns=SIZE)
    book = server.book()
    for at in range(SIZE):
        for axis, first in (("ROWS", 100), ("COLUMNS", 200)):
            span = {"sheetId": 0, "dimension": axis, "startIndex": at, "endIndex": at + 1}
            place: Obj = {"dimensionRange": span}
            note = {"metadataId": first + at, "metadataKey": "k", "location": place, "visibility": "PROJECT"}
            metadata.create(book, note)
        name = {"namedRangeId": str(at), "name": f"cell_{at}_", "range": block(at, at + 1, at, at + 1)}
        book.named_ranges.append(name)
    return server


def act(server: SheetsServer, what: str, kind: str, first: int, second: int) -> None:
    people, size = (
        server.people,
        server.sheet("T").row_count if kind == "row" else server.sheet("T").column_count,
    )
    at, to = first % size + 1, second % size + 1
    if what == "insert":
        people.insert_row("T", at) if kind == "row" else people.insert_column("T", at)
    elif what == "delete" and size > 2:
        people.delete_row("T", at) if kind == "row" else people.delete_column("T", at)
    elif what == "move":
        people.move_row("T", at, to) if kind == "row" else people.move_column("T", at, to)


def beginnings(cells: list[list[Any]]) -> list[tuple[int, int, str]]:
    return [(r, c, text) for r, row in enumerate(cells) for c, text in enumerate(row) if text]


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, max_size=6))
def test_notes_and_names_follow(acts: list[tuple[str, str, int, int]]) -> None:
    server = grid()
    for one in acts:
        act(server, *one)
    book, cells = server.book(), server.grid("T")
    rows = {int(text.split("/")[0]): r for r, _, text in beginnings(cells)}
    columns = {int(text.split("/")[1]): c for _, c, text in beginnings(cells)}
    noted = {one["metadataId"]: one["location"]["dimensionRange"]["startIndex"] for one in book.metadata}
    assert noted == {**{100 + n: r for n, r in rows.items()}, **{200 + n: c for n, c in columns.items()}}
    named = {int(one["namedRangeId"]): one["range"] for one in book.named_ranges}
    places = {n: (place["startRowIndex"], place["startColumnIndex"]) for n, place in named.items()}
    assert places == {n: (rows[n], columns[n]) for n in range(SIZE) if n in rows and n in columns}


@settings(max_examples=40, deadline=None)
@given(st.lists(ACTS, max_size=6))
def test_references_follow(acts: list[tuple[str, str, int, int]]) -> None:
    server = grid()
    server.create("Other", {"Other": []}, rows=SIZE, columns=1)
    book = server.book()
    away = server.sheet("Other", list(server.books)[1])
    away.properties["sheetId"] = 1
    book.sheets.append(away)
    for at in range(SIZE):
        server.people.edit("Other", at + 1, 1, f"=T!{'ABCDE'[at]}{at + 1}")
    for one in acts:
        act(server, *one)
    alive = {text for *_, text in beginnings(server.grid("T"))}
    for at, (shown,) in enumerate(server.grid("Other")):
        text = f"{at}/{at}"
        assert shown == (text if text in alive else "#REF!")
