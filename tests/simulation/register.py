"""The register that a simulated world begins with: small, and every row tells whose it is.

An order is known by its Client reference, which nobody in the world edits; its Coordinator is named after it, so that
a Next step, which begins with the coordinator's name, tells beside which order it belongs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from rules.columns import TABS, OrderRow, Owner

HEADERS: dict[str, list[str]] = {kind.title: [column.header for column in kind.columns] for kind in TABS}
JOB = {column.header for column in OrderRow.columns if column.owner is Owner.JOB}
"""Headers of Orders that the job writes."""
TAG = "Our tag"
"""A column of the people's own that the job doesn't know: by it the world knows every row again."""
ORDERS = [*(column.header for column in OrderRow.columns), TAG]
FORM = "Form responses 1"
QUESTIONS = [
    "Timestamp", "Client", "Client reference", "Coordinator", "Ordered by", "Order email", "Planned start", "Language",
    "Reserved hours", "Work description", "Instruction documents", "Site address", "Site contact", "Site phone",
]  # fmt: skip
START = datetime(2026, 12, 21, 9)
ZONE = "Asia/Tokyo"
PLACES = (
    (ZONE, START),
    ("Europe/Berlin", datetime(2026, 10, 23, 9)),
    ("America/New_York", datetime(2027, 3, 12, 9)),
    (ZONE, datetime(2028, 2, 27, 22)),
)
"""Where and when worlds begin, in local time: before the turn of the year, a change of clocks, a leap day."""

EVIDENCE = (
    "Assigned engineers", "Availability sent at", "Site confirmed at", "Contacts shared at", "Approved at",
    "Arrived at", "Arrival notified at", "Work started at", "Completed at", "Release approved by",
)  # fmt: skip
"""The cells by which an order moves on, in their order."""
ENGINEERS = ("Sato Haruka", "Lim Wei Jie", "Nakagawa Emi")


def complete(reference: str, start: datetime, received: datetime | None = None) -> dict[str, Any]:
    """An order with nothing missing, by header."""
    return {
        "Received at": received, "Client": "Kitsunebi K.K.", "Client reference": reference,
        "Coordinator": coordinator(reference), "Ordered by": "Mika Torii",
        "Order email": "mika@kitsunebi.example.co.jp", "Planned start": start, "Language": "English",
        "Reserved hours": 2, "Work description": f"Swap disk {reference}",
        "Instruction documents": "MOP.docx", "Site address": f"{reference}, Akasaka, Tokyo", "Site contact": "Grace",
        "Site phone": "+81 3-1234-5678",
    }  # fmt: skip


def coordinator(reference: str) -> str:
    return f"Ken of {reference}"


def moved_on(cells: Mapping[str, Any], steps: int, at: datetime) -> dict[str, Any]:
    """The order after so many steps, all of them taken at `at` or shortly before."""
    found = dict(cells)
    for place, header in enumerate(EVIDENCE[:steps]):
        found[header] = evidence(header, at - timedelta(minutes=10 * (steps - place)))
    return found


def evidence(header: str, at: datetime) -> Any:
    """What people write for a step."""
    if header == "Assigned engineers":
        return ENGINEERS[0]
    return "Grace" if header == "Release approved by" else at


def address(engineer: str) -> str:
    """An engineer's e-mail address, which no client may see."""
    return f"{engineer.split()[1].lower()}@ecorpone.example.jp"


def line(headers: list[str], cells: Mapping[str, Any]) -> list[Any]:
    return [cells.get(header) for header in headers]


def orders(count: int, start: datetime) -> list[dict[str, Any]]:
    """As many orders at the start, from half typed to completed."""
    early = start - timedelta(days=3)
    made = []
    for number in range(1, count + 1):
        cells = complete(f"R-{number:03}", start + timedelta(days=number % 5, hours=number), early)
        steps = (7, 10, 0, 4, 9, 1)[number % 6]
        if steps > 4:
            cells["Planned start"] = start - timedelta(hours=5)
        cells = moved_on(cells, steps, start)
        if number % 4 == 2:
            cells |= {"Site phone": "03-1234-5678", "Received at": None}
        cells[TAG] = f"t{number}"
        made.append(cells)
    return made


def answer(reference: str, at: datetime) -> list[Any]:
    """An answer of the form."""
    return line(QUESTIONS, {**complete(reference, at + timedelta(days=3)), "Timestamp": at})


def tabs(count: int, answers: int = 1, start: datetime = START, zone: str = ZONE) -> dict[str, list[list[Any]]]:
    """All tabs of a register before its first run."""
    found: dict[str, list[list[Any]]] = {title: [list(headers)] for title, headers in HEADERS.items()}
    found["Orders"] = [list(ORDERS)] + [line(ORDERS, cells) for cells in orders(count, start)]
    found["Clients"].append(line(HEADERS["Clients"], {
        "Client": "Kitsunebi K.K.", "Terms agreed on": datetime(2024, 4, 1), "Billing name": "Kitsunebi K.K.",
        "Billing address": "Akasaka, Tokyo", "Billing email": "ap@kitsunebi.example.co.jp", "Currency": "JPY",
        "Document language": "English", "Tax": "standard",
    }))  # fmt: skip
    found["Engineers"] += [
        line(HEADERS["Engineers"], {
            "Engineer": name, "Skill level": "Senior", "Languages": "English, Japanese",
            "Email": address(name), "Phone": "+81 90-1234-5678",
        })
        for name in ENGINEERS
    ]  # fmt: skip
    found["Rates"].append(line(HEADERS["Rates"], {
        "Skill level": "Entry", "Currency": "JPY", "Hourly rate": 6000, "Overtime rate": 7500,
        "Valid from": datetime(2024, 4, 1),
    }))  # fmt: skip
    settings = {
        "Company name": "eCorpOne", "Company address": "Sotokanda, Tokyo",
        "Company email": "dispatch@ecorpone.example.jp", "Time zone": zone,
    }  # fmt: skip
    found["Settings"] += [[name, value, None] for name, value in settings.items()]
    found[FORM] = [list(QUESTIONS)] + [answer(f"F-{n:03}", start - timedelta(hours=n)) for n in range(1, answers + 1)]
    return found
