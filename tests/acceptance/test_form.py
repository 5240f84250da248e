"""Answers of the form: each taken in once, whatever happens to tab, download and orders (contract, section 2)."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.desk import Desk, codes, onsite

TAB = "Form responses 1"


def at(minute: int) -> str:
    return f"2026-11-24T10:{minute:02}+09:00"


def answer(stamp: str, reference: str, **more: str) -> dict[str, str]:
    """An answer as the form gives it; questions with blanks in their titles by underscores."""
    found = {
        "Timestamp": stamp, "Client": "Kitsunebi Project Services K.K.", "Client reference": reference,
        "Order email": "dispatch@kitsunebi.example.co.jp", "Planned start": "2026-12-10 09:00",
    }  # fmt: skip
    return found | {title.replace("_", " "): text for title, text in more.items()}


def in_tab(desk: Desk, answers: Sequence[dict[str, str]]) -> None:
    """The form tab as it now stands, with these answers and no others."""
    with desk.edited() as book:
        sheet = book[TAB]
        titles = {str(cell.value): cell.column for cell in sheet[1] if cell.value}
        sheet.delete_rows(2, max(sheet.max_row, 2))
        for row, given in enumerate(answers, 2):
            for title, text in given.items():
                sheet.cell(row, titles[title]).value = text


def in_csv(desk: Desk, answers: Sequence[dict[str, str]]) -> Path:
    path = desk.folder / "answers.csv"
    titles = list(dict.fromkeys(title for given in answers for title in given))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, titles or ["Timestamp"], quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(answers)
    return path


def taken(desk: Desk) -> list[str]:
    """Client references of the rows that came from the form, in their order."""
    return [str(row["Client reference"]) for row in desk.rows("Orders") if str(row["Source"]).startswith("form ")]


def retitled(desk: Desk, title: str, old: str = "Timestamp") -> None:
    """Another title for the Timestamp of the form tab."""
    with desk.edited() as book:
        next(cell for cell in book[TAB][1] if cell.value == old).value = title


ONE, TWO = answer("2026/11/24 9:00:00", "F-1"), answer("2026/11/24 9:00:01", "F-2")
TWIN = answer("2026/11/24 9:00:00", "F-3")
"""Given in the same second as `ONE`."""


def test_the_tab_and_the_download_hold_the_same_answers(synced: Desk) -> None:
    in_tab(synced, [ONE, TWO])
    synced.sync("--form-csv", in_csv(synced, [ONE, TWO]), now=at(1))
    assert taken(synced) == ["F-1", "F-2"]
    synced.sync(now=at(2))
    synced.sync("--form-csv", in_csv(synced, [TWO]), now=at(3))
    in_tab(synced, [])
    synced.sync("--form-csv", in_csv(synced, [TWO, ONE]), now=at(4))
    assert taken(synced) == ["F-1", "F-2"]


def test_sources_are_counted_apart_and_the_larger_count_applies(synced: Desk) -> None:
    in_tab(synced, [ONE])
    synced.sync(now=at(1))
    synced.sync("--form-csv", in_csv(synced, [TWIN, ONE]), now=at(2))
    assert taken(synced) == ["F-1", "F-3"]
    synced.sync("--form-csv", in_csv(synced, [TWIN]), now=at(3))
    in_tab(synced, [TWIN, ONE])
    synced.sync(now=at(4))
    assert taken(synced) == ["F-1", "F-3"]


def test_the_same_answer_twice_in_a_second_is_two(synced: Desk) -> None:
    in_tab(synced, [ONE, ONE])
    synced.sync(now=at(1))
    assert taken(synced) == ["F-1", "F-1"]
    synced.sync(now=at(2))
    in_tab(synced, [ONE, ONE, ONE])
    synced.sync(now=at(3))
    assert taken(synced) == ["F-1"] * 3


def test_answers_come_in_the_order_of_their_timestamps_below_the_last_order(synced: Desk) -> None:
    in_tab(synced, [TWO, ONE])
    found = synced.sync(now=at(1))
    rows = [(order["row"], order["order_id"]) for order in found["orders"]][-2:]
    assert (taken(synced), rows) == (["F-1", "F-2"], [(14, "ORD-2026-0013"), (15, "ORD-2026-0014")])
    assert str(synced.order("F-1")["Received at"]) == "2026-11-24 09:00:00"
    assert len(synced.log("form")) == 2


def test_an_answer_edited_in_its_place_changes_nothing(synced: Desk) -> None:
    in_tab(synced, [ONE, TWO])
    synced.sync(now=at(1))
    in_tab(synced, [{**TWO, "Floor": "9F"}, {**ONE, "Client reference": "F-9"}])
    assert synced.sync(now=at(2))["changes"] == []


def test_an_answer_edited_in_the_form_is_a_new_order_that_points_back(synced: Desk) -> None:
    in_tab(synced, [ONE])
    synced.sync(now=at(1))
    in_tab(synced, [{**ONE, "Timestamp": "2026/11/24 9:30:00", "Floor": "9F"}])
    found = synced.sync(now=at(2))
    old, new = found["orders"][-2:]
    assert (old["order_id"], new["order_id"]) == ("ORD-2026-0013", "ORD-2026-0014")
    assert "duplicate-order" in codes(old) and "duplicate-order" in codes(new)
    message = next(flag["message"] for flag in new["flags"] if flag["code"] == "duplicate-order")
    assert "ORD-2026-0013" in message


def test_an_order_deleted_or_changed_is_not_taken_in_again(synced: Desk) -> None:
    in_tab(synced, [ONE, TWO])
    synced.sync(now=at(1))
    with synced.edited() as book:
        book["Orders"].delete_rows(Desk.row_of(book["Orders"], "F-1"))
    synced.type("F-2", {"Client": "株式会社れんこん情報サービス", "Received at": None})
    synced.sync("--form-csv", in_csv(synced, [ONE, TWO]), now=at(2))
    assert taken(synced) == ["F-2"]


def test_the_tab_gone_and_back(synced: Desk) -> None:
    in_tab(synced, [ONE])
    synced.sync(now=at(1))
    with synced.edited() as book:
        book[TAB].title = "Old answers"
    assert synced.sync(now=at(2))["changes"] == []
    with synced.edited() as book:
        book["Old answers"].title = "ｆｏｒｍ Responses  1"
    in_old = synced.sync(now=at(3))
    assert in_old["changes"] == [] and taken(synced) == ["F-1"]


def test_another_time_zone_takes_nothing_in_again(synced: Desk) -> None:
    in_tab(synced, [ONE])
    synced.sync(now=at(1))
    synced.settle({"Time zone": "America/New_York"})
    in_tab(synced, [ONE, TWO])
    synced.sync(now=at(2))
    assert taken(synced) == ["F-1", "F-2"]
    synced.sync("--form-csv", in_csv(synced, [{**ONE, "Timestamp": "2026/11/24 9:00:00 AM GMT+9"}]), now=at(3))
    assert taken(synced) == ["F-1", "F-2"]


def test_what_an_earlier_version_took_in_is_known_and_goes_back(synced: Desk) -> None:
    """It remembered answers by UTC alone."""
    in_tab(synced, [ONE])
    run = synced.sync(now=at(1))["run"]
    with synced.edited() as book:
        (cell,) = [cell for cell in book["System"]["A"] if str(cell.value).startswith("answer ")]
        cell.value = "answer 2026-11-24T00:00:00+00:00"
    copied = Desk(Path(shutil.copyfile(synced.path, synced.folder / "copied.xlsx")))
    assert onsite("undo", copied.path, run, "--now", at(2)).code == 0
    assert taken(copied) == []
    synced.sync(now=at(2))
    synced.settle({"Time zone": "America/New_York"})
    synced.sync(now=at(3))
    for desk in (synced, copied):
        desk.sync(now=at(4))
        assert taken(desk) == ["F-1"]


def test_a_register_begun_anew_takes_nothing_in_again(synced: Desk) -> None:
    """As `doctor` says where the job's memory is lost."""
    in_tab(synced, [ONE, ONE])
    synced.sync(now=at(1))
    with synced.edited() as book:
        for tab in ("Log", "Invoices", "Invoice lines", "System"):
            book[tab].delete_rows(2, book[tab].max_row)
        statuses = next(cell.column for cell in book["Orders"][1] if cell.value == "Status")
        for row in range(2, book["Orders"].max_row + 1):
            book["Orders"].cell(row, statuses).value = None
    synced.settle({"Invoice prefix": "ANEW"})
    in_tab(synced, [ONE, ONE, TWO])
    synced.sync(now=at(2))
    assert taken(synced) == ["F-1", "F-1", "F-2"]


def test_another_name_of_the_tab(synced: Desk) -> None:
    synced.settle({"Form tab": "回答"})
    in_tab(synced, [ONE])
    assert synced.sync(now=at(1))["changes"] == []
    with synced.edited() as book:
        book[TAB].title = "回答"
    synced.sync(now=at(2))
    assert taken(synced) == ["F-1"]


def test_further_places_come_with_it(synced: Desk) -> None:
    given = answer(
        "2026/11/24 9:00:00", "F-5", Site_address="1-1 Marunouchi", Site_2_address="2-2 Umeda", Site_2_phone="",
        Site_3_contact="Ann", Site_3_phone="0312345678",
    )  # fmt: skip
    found = synced.sync("--form-csv", in_csv(synced, [given]), now=at(1))
    places = synced.rows("Other sites")[2:]
    assert [(p["row"], p["Order ID"], p["Site address"], p["Site contact"]) for p in places] == [
        (4, "ORD-2026-0013", "2-2 Umeda", None), (5, "ORD-2026-0013", None, "Ann"),
    ]  # fmt: skip
    flags = {(flag["code"], flag["site"]) for flag in found["orders"][-1]["flags"]}
    assert {("site-contact-missing", 2), ("phone-country-code", 3), ("address-missing", 3)} <= flags
    assert places[1]["Site phone"] == "0312345678"  # text keeps its zero
    assert synced.sync(now=at(2))["changes"] == []


def test_a_place_answered_with_words_for_nothing_is_none(synced: Desk) -> None:
    given = answer("2026/11/24 9:00:00", "F-6", Site_2_address="なし", Site_2_phone="-", Site_3_contact="N/A")
    found = synced.sync("--form-csv", in_csv(synced, [given]), now=at(1))
    assert len(synced.rows("Other sites")) == 2
    assert {flag["site"] for flag in found["orders"][-1]["flags"]} <= {None, 1}


def test_new_rows_go_over_nothing(synced: Desk) -> None:
    """Below the last row that counts there is a note in a column of the people's, and tick boxes."""
    with synced.edited() as book:
        sheet = book["Orders"]
        own = sheet.max_column + 1
        sheet.cell(1, own).value = "Ours"
        sheet.cell(14, own).value = "don't write here"
        sheet.cell(15, [c.value for c in sheet[1]].index("Photo ID needed") + 1).value = False
        sheet.cell(16, own).value = "=1+1"
    in_tab(synced, [ONE, TWO])
    found = synced.sync(now=at(1))
    assert [order["row"] for order in found["orders"]][-2:] == [15, 16]
    with synced.edited() as book:
        assert [book["Orders"].cell(r, own).value for r in (14, 15, 16)] == ["don't write here", None, "=1+1"]


def test_a_row_with_nothing_but_an_id_taken_over_counts(small: Desk) -> None:
    """New rows go below it on the first run, too."""
    with small.edited() as book:
        sheet = book["Orders"]
        sheet.cell(16, [c.value for c in sheet[1]].index("Order ID") + 1).value = "ORD-2026-0007"
    in_tab(small, [ONE])
    found = small.sync()
    assert [(order["row"], order["order_id"]) for order in found["orders"]][-2:] == [
        (16, "ORD-2026-0007"), (17, "ORD-2026-0020"),
    ]  # fmt: skip


@pytest.mark.parametrize("stamp", ["", "yesterday", "9:00", "2026/11/24"])
def test_a_row_without_a_timestamp_is_no_answer(synced: Desk, stamp: str) -> None:
    in_tab(synced, [{**ONE, "Timestamp": stamp}])
    assert synced.sync(now=at(1))["changes"] == []


@pytest.mark.parametrize(("stamp", "told"), [("yesterday", True), ("11/24/2026 9:00:00", True), ("", False)])
def test_an_answer_whose_timestamp_cannot_be_read_is_named(synced: Desk, stamp: str, told: bool) -> None:
    """Else an order would be missed, and nobody would know."""
    in_tab(synced, [ONE, {**TWO, "Timestamp": stamp}])
    path = in_csv(synced, [{**TWO, "Timestamp": stamp}])
    done = onsite("sync", synced.path, "--now", at(1), "--form-csv", path)
    assert (done.code, taken(synced)) == (0, ["F-1"])
    assert (f"{TAB}, row 3" in done.out + done.err, f"{path.name}, row 2" in done.out + done.err) == (told, told)
    assert (f"{TAB}, row 3" in onsite("run", "--once", synced.path).out) is told


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b'"Timestamp","Client"\n"2026/11/24 9:00:00","x', None,
        b"Timestamp,Client,Timestamp\n2026/11/24 9:00:00,x,2026/11/24 9:30:00\n",
    ],
)  # fmt: skip
def test_a_download_that_is_none_stops_the_run(synced: Desk, content: Any) -> None:
    path = synced.folder / "other.csv"
    if content is not None:
        path.write_bytes(content)
    assert "other.csv" in synced.refused("--form-csv", path, now=at(1))


def test_a_form_of_a_japanese_account_has_its_timestamp_too(synced: Desk) -> None:
    in_tab(synced, [ONE])
    retitled(synced, "タイムスタンプ")
    synced.sync(now=at(1))
    assert taken(synced) == ["F-1"]
    path = in_csv(synced, [ONE, TWO])
    path.write_text(path.read_text("utf-8").replace("Timestamp", "タイムスタンプ"), "utf-8")
    synced.sync("--form-csv", path, now=at(2))
    assert taken(synced) == ["F-1", "F-2"]


def test_a_form_tab_without_its_timestamp_stops_the_run(synced: Desk) -> None:
    """Else every order of the form would be missed, and nobody would know."""

    def grade(code: int) -> str:
        done = onsite("doctor", synced.path, "--out", synced.folder, "--now", at(2), "--json")
        assert done.code == code
        return next(str(found["grade"]) for found in done.object["findings"] if found["what"] == "form")

    assert grade(0) == "ok"
    in_tab(synced, [ONE])
    retitled(synced, "When")
    assert "Timestamp" in synced.refused(now=at(1)) and grade(2) == "bad"
    retitled(synced, "Timestamp", "When")
    with synced.edited() as book:
        book[TAB].cell(1, book[TAB].max_column + 1, " TIMESTAMP ")
    assert "Timestamp" in synced.refused(now=at(1)) and grade(2) == "bad"


def test_a_form_tab_that_nobody_linked_yet_stops_nothing(synced: Desk) -> None:
    """Without titles there are no answers either; nor where there is no such tab."""
    with synced.edited() as book:
        book[TAB].delete_rows(1)
    synced.sync(now=at(1))
    synced.settle({"Form tab": "Answers"})
    synced.sync(now=at(2))


def test_a_text_that_could_not_be_kept_is_kept_by_the_next_run(synced: Desk) -> None:
    """The cell holds its beginning alone, and nobody may have the download any more."""
    text = "First \U0001f600" + "x" * 60_000 + " last"
    place = synced.folder / "form-answers"
    place.write_text("in the way", "utf-8")
    path = in_csv(synced, [answer("2026/11/24 9:00:00", "F-7", Work_description=text)])
    synced.sync("--form-csv", path, now=at(1), code=5)
    path.unlink()
    assert synced.sync(now=at(2), code=5)["changes"] == []
    place.unlink()
    assert synced.sync(now=at(3))["changes"] == []
    (kept,) = place.iterdir()
    assert kept.read_text("utf-8") == text

    synced.type("F-7", {"Floor": "3F"})
    synced.sync(now=at(4))
    assert not [row for row in synced.rows("System") if str(row["Key"]).startswith("text ")]
    assert synced.sync(now=at(5))["changes"] == []
