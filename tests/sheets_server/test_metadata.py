"""Developer metadata: where it may be, and how it is looked up."""

from __future__ import annotations

import pytest

from tests.sheets_server.client import Api, rows
from tests.sheets_server.errors import Obj

PLACES: dict[int, Obj] = {
    1: {"spreadsheet": True},
    2: {"sheetId": 0},
    3: {"dimensionRange": rows(1, 2)},
    4: {"dimensionRange": rows(2, 3)},
    5: {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}},
}


def note(number: int, place: Obj, **more: str) -> Obj:
    given = {
        "metadataId": number,
        "metadataKey": f"key {number % 2}",
        "location": place,
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": {**given, **more}}}


@pytest.fixture
def noted(api: Api) -> Api:
    api.batch(*[note(number, place) for number, place in PLACES.items()])
    return api


def found(api: Api, *filters: Obj) -> list[int]:
    reply = api.ok("POST", "/developerMetadata:search", {"dataFilters": list(filters)})
    return [one["developerMetadata"]["metadataId"] for one in reply.get("matchedDeveloperMetadata", [])]


@pytest.mark.parametrize(
    ("lookup", "numbers"),
    [
        ({"metadataKey": "key 1"}, [1, 3, 5]),
        ({"metadataId": 4}, [4]),
        ({"locationType": "ROW"}, [3, 4]),
        ({"locationType": "COLUMN", "metadataKey": "key 1"}, [5]),
        ({"metadataValue": "none"}, []),
        ({"visibility": "DOCUMENT"}, [1, 2, 3, 4, 5]),
        ({"metadataLocation": {"spreadsheet": True}}, [1]),
        ({"metadataLocation": {"sheetId": 0}}, [2, 3, 4, 5]),
        ({"metadataLocation": {"sheetId": 0}, "locationMatchingStrategy": "EXACT_LOCATION"}, [2]),
        ({"metadataLocation": PLACES[3]}, [2, 3]),
    ],
)
def test_lookups(noted: Api, lookup: Obj, numbers: list[int]) -> None:
    assert found(noted, {"developerMetadataLookup": lookup}) == numbers


def test_by_range_and_by_several_filters(noted: Api) -> None:
    assert found(noted, {"a1Range": "Orders!A2:A3"}) == [3, 4]
    assert found(noted, {"gridRange": {"startColumnIndex": 1, "endColumnIndex": 2}}) == [3, 4, 5]
    assert found(noted, {"developerMetadataLookup": {"metadataId": 1}}, {"a1Range": "Orders!A2"}) == [1, 3]


def test_values_by_what_is_noted_on_them(noted: Api) -> None:
    filters = {"dataFilters": [{"developerMetadataLookup": {"metadataId": n}} for n in (3, 5, 2, 1)]}
    ranges = noted.ok("POST", "/values:batchGetByDataFilter", filters)["valueRanges"]
    assert [one["valueRange"]["range"] for one in ranges] == [
        "Orders!A2:Z2",
        "Orders!B1:B20",
        "Orders!A1:Z20",
    ]


def test_shown_with_what_they_are_on(noted: Api) -> None:
    fields = (
        "developerMetadata.metadataId,sheets(developerMetadata.metadataId,data.rowMetadata.developerMetadata)"
    )
    shown = noted.get(ranges="Orders!A1:A3", fields=fields)
    assert shown["developerMetadata"] == [{"metadataId": 1}]
    assert shown["sheets"][0]["developerMetadata"] == [{"metadataId": 2}]
    on_rows = [row.get("developerMetadata") for row in shown["sheets"][0]["data"][0]["rowMetadata"]]
    assert [one and one[0]["metadataId"] for one in on_rows] == [None, 3, 4]


def test_moved_to_another_place(noted: Api) -> None:
    change = {"developerMetadata": {"location": {"sheetId": 0}}, "fields": "location"}
    which = {"dataFilters": [{"developerMetadataLookup": {"metadataId": 3}}]}
    noted.batch({"updateDeveloperMetadata": {**which, **change}})
    assert noted.ok("GET", "/developerMetadata/3")["location"] == {"locationType": "SHEET", "sheetId": 0}


def test_gone_with_their_sheet(noted: Api) -> None:
    noted.batch({"deleteSheet": {"sheetId": 0}})
    assert found(noted, {"developerMetadataLookup": {"visibility": "DOCUMENT"}}) == [1]


def test_a_number_is_given_where_none_was_asked_for(api: Api) -> None:
    place = {"metadataKey": "k", "location": {"spreadsheet": True}, "visibility": "PROJECT"}
    reply = api.batch({"createDeveloperMetadata": {"developerMetadata": place}})
    assert reply["replies"][0]["createDeveloperMetadata"]["developerMetadata"]["metadataId"] > 0


@pytest.mark.parametrize(
    "wrong",
    [
        note(9, {}),
        note(9, {"dimensionRange": rows(0, 2)}),
        note(9, {"dimensionRange": rows(20, 21)}),
        note(9, {"sheetId": 99}),
        note(0, {"spreadsheet": True}),
        note(-5, {"spreadsheet": True}),
        note(2**31, {"spreadsheet": True}),
        note(9, {"spreadsheet": True}, metadataKey=""),
        note(9, {"spreadsheet": True, "sheetId": 0}),
    ],
)
def test_refused(api: Api, wrong: Obj) -> None:
    assert api.refused(wrong)["status"] == "INVALID_ARGUMENT"


def test_lookups_that_are_refused(noted: Api) -> None:
    for wrong in ({"locationMatchingStrategy": "EXACT_LOCATION"}, {"locationType": "FIELD"}):
        body = {"dataFilters": [{"developerMetadataLookup": wrong}]}
        assert noted.failed("POST", "/developerMetadata:search", body)["code"] == 400
