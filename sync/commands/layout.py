"""How a register looks: widths, number formats, colours and the questions of the form. Nothing here touches a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules import cells as kinds
from rules.cells import Kind
from rules.columns import (
    FORM_TIMESTAMP,
    SITE_COLUMNS,
    ClientRow,
    Column,
    DashboardRow,
    EngineerRow,
    InvoiceLineRow,
    InvoiceRow,
    LogRow,
    OrderRow,
    Owner,
    SettingRow,
    SystemRow,
)
from rules.words import Status

AnyColumn = Column[Any]

JOB_TINT = "F1F1EF"
"""The ground of cells that the job writes."""

HEADER_TINT = "DDEBF7"
"""The ground of a human's header in a register that has no headers of its own to follow."""

HEADER_COLOURS = {
    "job": "4A4A4A", "order": "1F4E79", "work": "0B6B6B", "contacts": "5B3A86", "site": "2F6B2F",
    "progress": "8A4B08", "billing": "7B2D43", "client": "1F4E79", "engineer": "1F4E79", "rate": "1F4E79",
    "item": "1F4E79", "setting": "1F4E79",
}  # fmt: skip
"""The ground of a header by its column's group; its text is white. What isn't here has the job's."""

STATUS_COLOURS = {
    Status.NEEDS_INFO: "F8CBAD", Status.READY: "FFF2CC", Status.OFFERED: "DDEBF7", Status.SITE_CONFIRMED: "DDEBF7",
    Status.CONTACTS_SHARED: "DDEBF7", Status.APPROVED: "BDD7EE", Status.TRAVEL_BOOKED: "BDD7EE",
    Status.ON_SITE: "FFD966", Status.WORKING: "FFD966", Status.COMPLETED: "C6E0B4", Status.INVOICED: "E2EFDA",
    Status.PAID: "EDEDED", Status.NO_SHOW: "E4C9F0", Status.CANCELLED: "D0CECE",
}  # fmt: skip
FLAG_COLOURS = {"BLOCK": "F4B6B6", "WARN": "FFE699"}
"""The ground of a Flags cell by its first, most severe line."""

MOMENT_FORMAT, DAY_FORMAT, TEXT_FORMAT = "yyyy\\-mm\\-dd\\ hh:mm", "yyyy\\-mm\\-dd", "@"
_FORMATS: dict[Kind[Any], str] = {
    kinds.MOMENT: MOMENT_FORMAT, kinds.START: MOMENT_FORMAT, kinds.TIMESTAMP: MOMENT_FORMAT, kinds.DAY: DAY_FORMAT,
    kinds.CODE: TEXT_FORMAT, kinds.PHONE: TEXT_FORMAT, kinds.ABSENCES: TEXT_FORMAT,
}  # fmt: skip
_WIDTHS: dict[Kind[Any], float] = {
    kinds.MOMENT: 17, kinds.START: 17, kinds.TIMESTAMP: 17, kinds.DAY: 12.5, kinds.NUMBER: 11.5, kinds.WHOLE: 11.5,
    kinds.YESNO: 11.5, kinds.PHONE: 19, kinds.EMAIL: 30, kinds.CODE: 17, kinds.LEVEL: 13, kinds.LANGUAGES: 15,
    kinds.CURRENCY: 11, kinds.TAX: 15, kinds.ZONE: 16, kinds.NAME: 30, kinds.ABSENCES: 28,
}  # fmt: skip
_USUAL_WIDTH = 24.0
_OWN_WIDTHS: dict[AnyColumn, float] = {
    OrderRow.status: 17, OrderRow.next_step: 46, OrderRow.flags: 66, OrderRow.source: 15, OrderRow.coordinator: 15,
    OrderRow.ordered_by: 20, OrderRow.work_description: 46, OrderRow.target_hardware: 30, OrderRow.map_link: 28,
    OrderRow.pm_contact: 20, OrderRow.site_address: 38, OrderRow.entry_instructions: 32, OrderRow.site_contact: 20,
    OrderRow.floor: 10, OrderRow.waived_flags: 34, OrderRow.notes: 38, ClientRow.billing_address: 38,
    EngineerRow.photo_id_file: 26, SettingRow.setting: 26, SettingRow.value: 42, SettingRow.meaning: 52,
    InvoiceRow.file: 46, InvoiceRow.sha256: 26, InvoiceRow.subtotal: 15, InvoiceRow.tax: 15, InvoiceRow.total: 15,
    InvoiceLineRow.description: 46, InvoiceLineRow.unit_price: 15, InvoiceLineRow.amount: 15, LogRow.run: 20,
    LogRow.why: 66, DashboardRow.figure: 30, DashboardRow.value: 27, SystemRow.key: 28, SystemRow.value: 66,
}  # fmt: skip
FIGURES = frozenset({kinds.NUMBER, kinds.WHOLE})
_ONE_LINE = (InvoiceRow, InvoiceLineRow, LogRow, SystemRow)
_WRAPPED = frozenset({kinds.TEXT, kinds.NAME, kinds.NAMES, kinds.ITEMS, kinds.CHARGES, kinds.ABSENCES})

FORM_QUESTIONS: tuple[AnyColumn, ...] = (
    OrderRow.client, OrderRow.client_reference, OrderRow.billing_reference, OrderRow.ordered_by, OrderRow.order_email,
    OrderRow.order_phone, OrderRow.planned_start, OrderRow.time_zone, OrderRow.reserved_hours, OrderRow.language,
    OrderRow.skill_level, OrderRow.engineers_needed, OrderRow.work_description, OrderRow.target_hardware,
    OrderRow.work_sequence, OrderRow.confirmations, OrderRow.instruction_documents, OrderRow.items_to_bring,
    OrderRow.paperwork, OrderRow.photo_id_needed, OrderRow.pm_contact, OrderRow.pm_phone, OrderRow.pm_email,
    OrderRow.pm_chat, *SITE_COLUMNS, OrderRow.urgent_call_at, OrderRow.travel_needed, OrderRow.notes,
)  # fmt: skip
"""What a client answers, in the order of the form; the questions about further sites come after these."""

_FURTHER_SITES = (2, 3)


def form_columns() -> Iterator[tuple[str, Kind[Any]]]:
    """The headers of the form tab with the kind of answer that stands below each."""
    yield FORM_TIMESTAMP, kinds.TIMESTAMP
    for column in FORM_QUESTIONS:
        yield column.header, column.kind
    for number in _FURTHER_SITES:
        for column in SITE_COLUMNS:
            question = column.header.removeprefix("Site ")
            yield f"Site {number} {question[0].lower()}{question[1:]}", column.kind


def header_colour(column: AnyColumn) -> str:
    """The ground of its header (RRGGBB)."""
    return HEADER_COLOURS["job"] if by_job(column) else HEADER_COLOURS.get(column.group, HEADER_COLOURS["job"])


def by_job(column: AnyColumn) -> bool:
    return column.owner is Owner.JOB


def number_format(kind: Kind[Any]) -> str | None:
    """Text where spreadsheets would eat a plus or zeros, dates where there are dates; None where any will do."""
    return _FORMATS.get(kind)


def eats_signs(column: AnyColumn) -> bool:
    """Whether a spreadsheet would take the plus or the zeros off what people type there."""
    return number_format(column.kind) == TEXT_FORMAT


def width(column: AnyColumn) -> float:
    """In characters."""
    return _OWN_WIDTHS.get(column) or width_of(column.kind)


def width_of(kind: Kind[Any]) -> float:
    """In characters."""
    return _WIDTHS.get(kind, _USUAL_WIDTH)


def wrapped(tab: type[object], kind: Kind[Any]) -> bool:
    """Whether long text goes on in a second line of the cell."""
    return kind in _WRAPPED and tab not in _ONE_LINE


def note(column: AnyColumn) -> str:
    """What people see when they point at the header; blank where the header says it all."""
    parts = (column.note, "The job writes this column." if by_job(column) else "")
    return "\n".join(part for part in parts if part)
