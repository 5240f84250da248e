"""Orders and offices from cells by header, so that a test of a rule reads like the contract.

`CLEAN` is an order that raises no flag at all and is Ready; a test changes the cells that it is about:
`judge({"Reserved hours": 1})`, and asks for `codes(verdict)` or `verdict.status`. A cell of None is blank.
Times are the register's (Asia/Tokyo unless a setting says otherwise).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from rules.assess import assess
from rules.cells import Raw
from rules.columns import ClientRow, EngineerRow, ExchangeRow, ItemRow, OrderRow, RateRow, Row, SettingRow, SiteRow
from rules.flags import Flag
from rules.invoice import Invoice
from rules.memory import Memory
from rules.models import Office, Order, Site
from rules.settings import Settings, read_settings
from rules.verdict import Verdict
from rules.words import Status

TOKYO = ZoneInfo("Asia/Tokyo")
Cells = Mapping[str, Raw]
AnyRow = TypeVar("AnyRow", bound=Row)

NOW = "2026-12-01 10:00"

CLEAN: dict[str, Raw] = {
    "Received at": "2026-11-20 09:00",
    "Client": "Acme Ltd",
    "Client reference": "AC-1",
    "Coordinator": "Ken",
    "Ordered by": "Ann Orderer",
    "Order email": "ann@acme.example.com",
    "Order phone": "+81 3-1234-5678",
    "Planned start": "2026-12-10 09:00",
    "Reserved hours": 3,
    "Language": "English",
    "Skill level": "Entry",
    "Engineers needed": 1,
    "Work description": "Replace a router",
    "Target hardware": "Router",
    "Items to bring": "Laptop",
    "PM contact": "Pat Manager",
    "PM phone": "+44 20 7946 0018",
    "Site address": "1-1 Marunouchi, Tokyo",
    "Map link": "https://maps.app.goo.gl/abc",
    "Floor": "5F",
    "Entry instructions": "Ring the bell",
    "Site contact": "Sam Site",
    "Site phone": "+81 3-1234-5679",
    "Site email": "sam@site.example.com",
}

SITE: dict[str, Raw] = {
    "Site address": "2-2 Umeda, Osaka",
    "Map link": "https://maps.app.goo.gl/def",
    "Floor": "2F",
    "Entry instructions": "Ask the guard",
    "Site contact": "Second Site",
    "Site phone": "+81 3-1234-5670",
    "Site email": "second@site.example.com",
}
"""A clean further place, not confirmed yet."""

CLIENT: dict[str, Raw] = {
    "Client": "Acme Ltd",
    "Terms agreed on": "2026-01-01",
    "Billing name": "Acme Ltd",
    "Billing address": "1 Acme Street, London",
    "Billing email": "billing@acme.example.com",
    "Currency": "JPY",
    "Document language": "English",
    "Payment days": 30,
    "Tax": "standard",
}

ENGINEER: dict[str, Raw] = {
    "Engineer": "Eve Entry",
    "Skill level": "Entry",
    "Languages": "English",
    "Phone": "+81 90-1234-5678",
    "Email": "eve@onsite.example.com",
}

RATES: tuple[dict[str, Raw], ...] = tuple(
    {"Skill level": level, "Currency": "JPY", "Hourly rate": hourly, "Overtime rate": extra, "Valid from": "2026-01-01"}
    for level, hourly, extra in (("Entry", 6000, 7500), ("Senior", 8000, 10000), ("Specialist", 10000, 12500))
)

SETTINGS: dict[str, Raw] = {"Company name": "eCorpOne", "Company address": "1-2-3 Shiba, Tokyo"}

_WAY: tuple[tuple[Status, dict[str, Raw]], ...] = (
    (Status.OFFERED, {"Assigned engineers": "Eve Entry", "Availability sent at": "2026-11-20 10:00"}),
    (Status.SITE_CONFIRMED, {"Site confirmed at": "2026-11-20 11:00"}),
    (Status.CONTACTS_SHARED, {"Contacts shared at": "2026-11-20 12:00"}),
    (Status.APPROVED, {"Approved at": "2026-11-20 13:00"}),
    (Status.TRAVEL_BOOKED, {"Travel needed": "yes", "Travel booked at": "2026-11-20 14:00", "Travel cost": 0}),
    (
        Status.ON_SITE,
        {
            "Planned start": "2026-11-30 09:00",
            "Arrived at": "2026-11-30 09:00",
            "Arrival notified at": "2026-11-30 09:05",
        },
    ),
    (Status.WORKING, {"Work started at": "2026-11-30 09:10"}),
    (Status.COMPLETED, {"Completed at": "2026-11-30 12:00", "Release approved by": "Sam Site"}),
)


def upto(status: Status, *, travel: bool = False) -> dict[str, Raw]:
    """The cells by which a clean order gets as far as a status (Needs info to Completed), travel only if asked for."""
    found: dict[str, Raw] = {}
    if status in (Status.NEEDS_INFO, Status.READY):
        return found
    for reached, cells in _WAY:
        if reached is not Status.TRAVEL_BOOKED or travel or status is Status.TRAVEL_BOOKED:
            found |= cells
        if reached is status:
            return found
    raise ValueError(f"no way to {status}")


def at(local: str | datetime, zone: ZoneInfo = TOKYO) -> datetime:
    """The moment (UTC) of a local time such as `2026-12-01 10:00`."""
    moment = local if isinstance(local, datetime) else datetime.fromisoformat(local)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def row(kind: type[AnyRow], cells: Cells, number: int = 2, zone: ZoneInfo = TOKYO) -> AnyRow:
    """A row of any tab from its cells by header; a header that the tab doesn't have is a KeyError."""
    return kind(number, {kind.named(header).key: raw for header, raw in cells.items()}, zone)


def rows(kind: type[AnyRow], table: Iterable[Cells], zone: ZoneInfo = TOKYO) -> list[AnyRow]:
    """Rows from 2 on."""
    return [row(kind, cells, number, zone) for number, cells in enumerate(table, 2)]


def settings_of(values: Cells) -> Settings:
    """Settings read from a tab that holds these values."""
    return read_settings(rows(SettingRow, [{"Setting": name, "Value": value} for name, value in values.items()]))


def office(
    now: str | datetime = NOW,
    *,
    settings: Cells | None = None,
    client: Cells | None = None,
    clients: Sequence[Cells] = (),
    engineers: Sequence[Cells] | None = None,
    rates: Sequence[Cells] | None = None,
    exchange: Sequence[Cells] = (),
    items: Sequence[str] = ("Laptop",),
    issued: Mapping[str, Any] | None = None,
    first_run: bool = False,
) -> Office:
    """An office whose register has Acme Ltd (changed by `client`), Eve Entry and JPY rates.

    `settings` and `client` change single cells, `clients` come on top; `engineers` (each changes a copy of Eve's
    row) and `rates` (whole rows) replace what is there.
    """
    read = settings_of({**SETTINGS, **(settings or {})})
    zone = read.time_zone
    return Office(
        now=at(now, zone),
        settings=read,
        clients=rows(ClientRow, [{**CLIENT, **(client or {})}, *clients], zone),
        engineers=rows(
            EngineerRow, [{**ENGINEER, **cells} for cells in ([{}] if engineers is None else engineers)], zone
        ),
        rates=rows(RateRow, RATES if rates is None else rates, zone),
        exchange_rates=rows(ExchangeRow, exchange, zone),
        standard_items=rows(ItemRow, [{"Item": item} for item in items], zone),
        issued=dict(issued or {}),
        first_run=first_run,
    )


def order(
    changes: Cells | None = None,
    *,
    sites: Sequence[Cells] = (),
    number: int = 2,
    order_id: str | None = None,
    memory: Memory | None = None,
    twice: tuple[int, ...] = (),
    beside: Office | None = None,
    bare: bool = False,
) -> Order:
    """`CLEAN` with changes, in row `number` (`ORD-2026-0001` in row 2). `sites`: changes to `SITE`, for sites 2, 3 …

    `beside`: the office whose zone the cells are read in, and whose now is Received at where that is blank.
    `bare`: nothing but the changes.
    """
    zone = beside.zone if beside else TOKYO
    cells = {**({} if bare else CLEAN), **(changes or {})}
    own = row(OrderRow, cells, number, zone)
    places = [Site(1, own)]
    places += [Site(n, row(SiteRow, {**SITE, **site}, n, zone)) for n, site in enumerate(sites, 2)]
    received = own.received_at.value
    if own.received_at.blank:
        received = beside.now if beside else at(NOW)
    given = order_id if order_id is not None else f"ORD-2026-{number - 1:04d}"
    return Order(own, given, tuple(places), received, memory, twice)


def judged(orders: Sequence[Order], beside: Office) -> list[Verdict]:
    """The verdicts of one run, in the order of the rows; a bug of ours is raised."""
    verdicts, crashes = assess(orders, beside)
    for crash in crashes:
        raise crash.cause
    return verdicts


def judge(changes: Cells | None = None, beside: Office | None = None, **how: Any) -> Verdict:
    """The verdict on `CLEAN` with changes, alone in its register. `how` as for `order`."""
    place = beside or office()
    return judged([order(changes, beside=place, **how)], place)[0]


def invoice(**changes: Any) -> Invoice:
    """The invoice of a clean order that was completed, as issued; `changes` to its fields."""
    draft = judge(upto(Status.COMPLETED)).invoice
    assert draft is not None
    issued = {"number": "INV-2026-0001", "file": "invoices/one.xlsx", "sha256": "ab" * 32}
    return draft.model_copy(update={**issued, **changes})


def codes(verdict: Verdict) -> list[str]:
    """The codes of the flags, in the order of the Flags cell."""
    return [flag.code for flag in verdict.flags]


def flags(verdict: Verdict, code: str) -> list[Flag]:
    """The flags of one code."""
    return [flag for flag in verdict.flags if flag.code == code]


def flag(verdict: Verdict, code: str) -> Flag:
    """The one flag of a code."""
    (found,) = flags(verdict, code)
    return found


def places(verdict: Verdict, code: str) -> list[tuple[int | None, str | None]]:
    """Site and column of the flags of one code."""
    return [(flag.site, flag.column) for flag in flags(verdict, code)]


def issue(verdicts: Sequence[Verdict], beside: Office) -> tuple[list[Memory], Office]:
    """What is remembered after the run, with the invoices issued that it decided on (INV-2026-0001, …)."""
    issued, memories = dict(beside.issued), []
    for verdict in verdicts:
        memory = verdict.memory
        if verdict.invoice is not None:
            name = f"INV-2026-{len(issued) + 1:04d}"
            issued[name] = verdict.invoice.model_copy(update={"number": name})
            memory = memory.model_copy(update={"invoice_no": name})
        memories.append(memory)
    return memories, replace(beside, issued=issued, first_run=False)


def story(*runs: tuple[str, Cells], beside: Office | None = None, **how: Any) -> list[Verdict]:
    """One order through several runs: each at its time, with changes to the cells of the run before."""
    cells: dict[str, Raw] = {}
    memory: Memory | None = how.pop("memory", None)
    told: list[Verdict] = []
    place = beside or office()
    for now, changes in runs:
        place = replace(place, now=at(now, place.zone))
        cells |= changes
        verdict = judge(cells, place, memory=memory, **how)
        (memory,), place = issue([verdict], place)
        told.append(verdict)
    return told
