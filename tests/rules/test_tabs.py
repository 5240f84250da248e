"""Flags of the rows of Other sites, Clients, Engineers, Rates and Exchange rates; and whose a place is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from rules.belonging import belongs
from rules.cells import Raw
from rules.columns import ClientRow, EngineerRow, ExchangeRow, OrderRow, RateRow, Row, SiteRow
from rules.models import Order, Site
from rules.tabs import FLAGGED_TABS, judge_tab
from rules.words import Severity

TOKYO = ZoneInfo("Asia/Tokyo")
R = TypeVar("R", bound=Row)
Cells = Mapping[str, Raw]


def row(tab: type[R], number: int, cells: Cells) -> R:
    return tab(number, {tab.named(header).key: raw for header, raw in cells.items()}, TOKYO)


def order(order_id: str, *places: SiteRow, reference: Raw = None, zone: Raw = None) -> Order:
    own = row(OrderRow, 2, {"Client reference": reference, "Time zone": zone})
    sites = (Site(1, own), *(Site(number, place) for number, place in enumerate(places, 2)))
    return Order(own, order_id, sites, None)


def said(tab: type[Row], *rows: Cells, orders: tuple[Order, ...] = ()) -> dict[int, list[tuple[str, str | None]]]:
    """Codes and columns by row number (from 2)."""
    typed = [row(tab, number, cells) for number, cells in enumerate(rows, 2)]
    flags = judge_tab(typed, orders)
    assert all(flag.severity is Severity.WARN and flag.holds is None for found in flags.values() for flag in found)
    return {number: [(flag.code, flag.column) for flag in found] for number, found in flags.items()}


def test_all_five_tabs_are_judged() -> None:
    assert [tab.title for tab in FLAGGED_TABS] == ["Other sites", "Clients", "Engineers", "Rates", "Exchange rates"]
    assert all(tab.columns[-1].header == "Flags" for tab in FLAGGED_TABS)


@pytest.mark.parametrize("tab", FLAGGED_TABS)
def test_a_blank_row_has_no_flags(tab: type[Row]) -> None:
    assert said(tab, {}, {column.header: " " for column in tab.columns}) == {}


@pytest.mark.parametrize(
    ("tab", "cells"),
    [
        (ClientRow, {"Client": "A", "Terms agreed on": "last year"}),
        (ClientRow, {"Client": "A", "Retainer from": 46000}),
        (ClientRow, {"Client": "A", "Retainer until": "04/05/2026"}),
        (ClientRow, {"Client": "A", "SLA response (h)": "soon"}),
        (ClientRow, {"Client": "A", "Currency": "US dollars"}),
        (ClientRow, {"Client": "A", "Document language": "French"}),
        (ClientRow, {"Client": "A", "Payment days": "thirty"}),
        (ClientRow, {"Client": "A", "Payment days": "30.5"}),
        (ClientRow, {"Client": "A", "Payment days": -1}),
        (ClientRow, {"Client": "A", "Tax": "10 %"}),
        (EngineerRow, {"Engineer": "Ken", "Skill level": "L2"}),
        (EngineerRow, {"Engineer": "Ken", "Languages": "Chinese"}),
        (EngineerRow, {"Engineer": "Ken", "Active": "maybe"}),
        (EngineerRow, {"Engineer": "Ken", "Unavailable": "12/29-1/3"}),
        (RateRow, {"Client": "A", "Skill level": "Guru"}),
        (RateRow, {"Client": "A", "Currency": "JP"}),
        (RateRow, {"Client": "A", "Hourly rate": "1e9"}),
        (RateRow, {"Client": "A", "Overtime rate": "tbc"}),
        (RateRow, {"Client": "A", "Hourly rate": -1}),
        (RateRow, {"Client": "A", "Overtime rate": "-100"}),
        (ClientRow, {"Client": "A", "SLA response (h)": -1}),
        (RateRow, {"Client": "A", "Valid from": "2026"}),
        (ExchangeRow, {"Currency": "$"}),
        (ExchangeRow, {"Currency": "USD", "Valid from": "1 October"}),
        (ExchangeRow, {"Currency": "USD", "Home currency per unit": "?"}),
        (ExchangeRow, {"Currency": "USD", "Home currency per unit": 0}),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(tab: type[Row], cells: Cells) -> None:
    assert said(tab, cells) == {2: [("cell-unreadable", list(cells)[-1])]}


def test_clean_rows_have_no_flags() -> None:
    assert (
        said(
            ClientRow,
            {"Client": "A", "Terms agreed on": "2025/10/01", "Billing email": "ap@a.example.com", "Tax": "Standard"},
        )
        == {}
    )
    assert (
        said(EngineerRow, {"Engineer": "Ken", "Phone": "+81 90 1234 5678", "Active": "○", "Unavailable": "2026-12-01"})
        == {}
    )
    assert (
        said(
            RateRow,
            {"Skill level": "Junior", "Currency": "jpy", "Hourly rate": "５，８００", "Valid from": "2026/10/1"},
        )
        == {}
    )
    assert said(ExchangeRow, {"Currency": "USD", "Valid from": "2026-10-01", "Home currency per unit": "152.5"}) == {}


@pytest.mark.parametrize(
    ("tab", "first", "second"),
    [
        (ClientRow, "株式会社れんこん", "(株) れんこん "),
        (ClientRow, "Kitsunebi K.K.", "ＫＩＴＳＵＮＥＢＩ k.k."),
        (EngineerRow, "高橋　蓮", "高橋 蓮"),
    ],
)
def test_names_that_stand_twice_are_flagged_on_both_rows(tab: type[Row], first: str, second: str) -> None:
    header = tab.columns[0].header
    twice = [("name-duplicate", header)]
    assert said(tab, {header: first}, {header: "Other"}, {header: second}) == {2: twice, 4: twice}


def test_rates_may_name_a_client_twice() -> None:
    assert said(RateRow, {"Client": "A", "Skill level": "Entry"}, {"Client": "A", "Skill level": "Entry"}) == {}


@pytest.mark.parametrize(
    ("phone", "code"),
    [("090-1234-5678", "phone-country-code"), (819012345678, "phone-country-code"), ("+81 90 1234", "phone-invalid")],
)
def test_phones(phone: Raw, code: str) -> None:
    assert said(EngineerRow, {"Engineer": "Ken", "Phone": phone}) == {2: [(code, "Phone")]}
    place = row(SiteRow, 2, {"Order ID": "ORD-2026-0001", "Site phone": phone})
    assert [flag.code for flag in judge_tab([place], [order("ORD-2026-0001", place)])[2]] == [code]


@pytest.mark.parametrize(
    ("tab", "header"), [(SiteRow, "Site email"), (EngineerRow, "Email"), (ClientRow, "Billing email")]
)
def test_emails(tab: type[Row], header: str) -> None:
    place = row(tab, 2, {tab.columns[0].header: "x", header: "ken at example.com"})
    flags = judge_tab([place], [order("x", place)] if isinstance(place, SiteRow) else [])[2]
    assert [(flag.code, flag.column, flag.value) for flag in flags] == [("email-invalid", header, "ken at example.com")]


def test_a_place_of_no_order_is_an_orphan() -> None:
    mine = row(SiteRow, 2, {"Order ID": "ORD-2026-0001"})
    strange = row(SiteRow, 3, {"Order ID": "ORD-2026-0999"})
    nameless = row(SiteRow, 4, {"Site address": "Osaka"})
    flags = judge_tab([mine, strange, nameless], [order("ORD-2026-0001", mine)])
    assert {number: [(f.code, f.column, f.value) for f in found] for number, found in flags.items()} == {
        3: [("site-orphan", "Order ID", "ORD-2026-0999")],
        4: [("site-orphan", "Order ID", None)],
    }


def test_the_phone_proposal_is_for_the_country_of_the_visit() -> None:
    place = row(SiteRow, 2, {"Order ID": "ORD-2026-0001", "Site phone": "020 7946 0018"})
    flags = judge_tab([place], [order("ORD-2026-0001", place, zone="Europe/London")])
    assert "+44 20 7946 0018" in flags[2][0].message


def homes(names: list[Raw], *orders: tuple[str, Raw, bool]) -> dict[str, list[int]]:
    """Order ID -> row numbers (from 2) of the places whose Order ID cells are `names`."""
    places = [row(SiteRow, number, {"Order ID": name}) for number, name in enumerate(names, 2)]
    known = [(order_id, row(OrderRow, 2, {"Client reference": ref}), is_open) for order_id, ref, is_open in orders]
    return {order_id: [place.number for place in found] for order_id, found in belongs(places, known).items()}


def test_places_by_order_id_however_it_is_written() -> None:
    names: list[Raw] = [
        "ORD-2026-0001",
        "ord-2026-0001 ",
        "ＯＲＤ－２０２６－０００１",
        "ORD-2026- 0001",
        "ORD-2026-0002",
        None,
        "-",
    ]
    assert homes(names, ("ORD-2026-0001", None, True)) == {"ORD-2026-0001": [2, 3, 4, 5]}


def test_places_by_client_reference() -> None:
    orders = (("ORD-2026-0001", "QF-1051", True), ("ORD-2026-0002", 451002, True))
    assert homes(["qf-1051", 451002, "451002"], *orders) == {"ORD-2026-0001": [2], "ORD-2026-0002": [3, 4]}


def test_a_shared_reference_is_the_lowest_open_order() -> None:
    assert homes(["R"], ("ORD-2026-0003", "R", True), ("ORD-2026-0002", "r", True), ("ORD-2026-0001", "R", False)) == {
        "ORD-2026-0002": [2]
    }
    assert homes(["R"], ("ORD-2026-10000", "R", True), ("ORD-2026-9999", "R", True)) == {"ORD-2026-9999": [2]}
    assert homes(["R"], ("ORD-2026-0002", "R", False), ("ORD-2025-0001", "R", False)) == {"ORD-2025-0001": [2]}


def test_an_order_id_goes_before_a_reference() -> None:
    assert homes(["ORD-2026-0002"], ("ORD-2026-0001", "ORD-2026-0002", True), ("ORD-2026-0002", None, False)) == {
        "ORD-2026-0002": [2]
    }
