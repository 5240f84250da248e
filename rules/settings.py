"""The settings of the business: tab Settings (contract, section 6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from stdnum.exceptions import ValidationError as NumberError
from stdnum.jp import cn

from rules import cells as kinds
from rules.cells import Kind, Raw, squash
from rules.columns import SettingRow


class SettingsFault(ValueError):
    """A setting that can't be read; the message names it and says what to write."""


class Rounding(StrEnum):
    """How tax is rounded to the currency's minor unit, once per rate and invoice."""

    DOWN = "down"
    UP = "up"
    HALF = "half"


def _setting(header: str, default: Any, meaning: str, **limits: Any) -> Any:
    return Field(default, title=header, description=meaning, **limits)


class Settings(BaseModel):
    """Every setting with its default. Hours are hours, minutes minutes, shares between 0 and 1."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    company_name: str = _setting("Company name", "", "Shown on documents")
    company_address: str = _setting("Company address", "", "Shown on documents")
    company_phone: str = _setting("Company phone", "", "Shown on documents")
    company_email: str = _setting("Company email", "", "Shown on documents; never an engineer's")
    registration_number: str = _setting("Registration number", "", "適格請求書発行事業者登録番号: T and 13 digits, or blank")
    bank_details: str = _setting("Bank details", "", "Shown on invoices")
    time_zone: ZoneInfo = _setting("Time zone", ZoneInfo("Asia/Tokyo"), "IANA name: the register's zone")
    urgent_below_h: Decimal = _setting("Urgent below (h)", Decimal(24), "A shorter lead time is urgent", ge=0)
    minimum_hours: Decimal = _setting("Minimum hours", Decimal(2), "The least that is charged", ge=0)
    default_hours: Decimal = _setting("Default hours", Decimal(2), "Where Reserved hours is blank", gt=0)
    grace_hours: Decimal = _setting("Grace hours", Decimal(1), "Free time where Reserved hours is blank", ge=0)
    overtime_increment_min: Decimal = _setting("Overtime increment (min)", Decimal(15), "Overtime is rounded up to it", gt=0)
    sla_warning_share: Decimal = _setting("SLA warning share", Decimal("0.75"), "Share of the SLA time after which it is at risk", gt=0, le=1)
    approval_deadline_h: Decimal = _setting("Approval deadline (h)", Decimal(4), "Before the planned start", ge=0)
    tax_rate: Decimal = _setting("Tax rate", Decimal("0.10"), "0.10 is 10 %", ge=0, lt=1)
    tax_rounding: Rounding = _setting("Tax rounding", Rounding.DOWN, "down, up or half")
    form_tab: str = _setting("Form tab", "Form responses 1", "Where the Google Form writes")
    invoice_prefix: str = _setting("Invoice prefix", "INV", "INV-2026-0001", pattern=r"^\w[\w.-]{0,19}$")
    payment_days: int = _setting("Payment days", 30, "Where the client has none", ge=0, le=3650)
    home_currency: str = _setting("Home currency", "JPY", "Tax in a foreign currency is also shown in it")
    heartbeat_min: Decimal = _setting("Heartbeat (min)", Decimal(15), "How often a run that changes nothing says so", ge=0)
    shrink_limit: Decimal = _setting("Shrink limit", Decimal("0.5"), "A run that finds fewer orders than this share stops", ge=0, le=1)
    longest_visit_h: Decimal = _setting("Longest visit (h)", Decimal(16), "A longer visit is a slip of the pen", gt=0)
    invoice_needs_ok: bool = _setting("Invoice needs OK", False, "yes: Invoice OK by is asked for")
    invoice_work_from: date | None = _setting("Invoice work from", None, "Work before this day was invoiced by hand")
    message_delay_min: Decimal = _setting("Message delay (min)", Decimal(10), "How long flags stand before a message", ge=0)

    @field_validator("registration_number")
    @classmethod
    def _registered(cls, value: str) -> str:
        """T and a corporate number; its check digit as the tax agency computes it (法人番号)."""
        number = value.upper().replace(" ", "").replace("-", "")
        if number and not number.startswith("T"):
            raise ValueError("it begins with T")
        if number:
            try:
                cn.validate(number[1:])
            except NumberError as fault:
                raise ValueError(f"T and 13 digits with a right check digit: {fault}") from fault
        return number


_ROUNDINGS = {rounding.value: rounding for rounding in Rounding} | dict.fromkeys(["halfup", "half(up)", "half-up"], Rounding.HALF)
_SHARES = ("tax_rate", "sla_warning_share", "shrink_limit")
_KINDS: dict[Any, Kind[Any]] = {
    Decimal: kinds.NUMBER, int: kinds.NUMBER, bool: kinds.YESNO, ZoneInfo: kinds.ZONE,
    date | None: kinds.DAY, str: kinds.TEXT, Rounding: kinds.TEXT,
}  # fmt: skip


_NAMES = {squash(field.title or ""): name for name, field in Settings.model_fields.items()}
_LIMITS = (("ge", "of at least"), ("gt", "above"), ("le", "of at most"), ("lt", "below"))
_SAYS = {
    "registration_number": "write T and 13 digits, the first of which is the check digit, or nothing",
    "tax_rounding": f"write {' or '.join(Rounding)}",
    "tax_rate": "write a share below 1 such as 0.10, or 10%",
    "invoice_prefix": "write at most 20 letters, digits, dots and hyphens, such as INV",
}
"""What to write where that is no number within limits."""


def _value(name: str, header: str, raw: Raw, zone: ZoneInfo) -> Any:
    """A setting's typed value; None where blank. Raises SettingsFault."""
    wanted = Settings.model_fields[name].annotation
    if name in _SHARES and isinstance(raw, str) and raw.strip().endswith(("%", "％")):
        percent = kinds.NUMBER.read(raw.strip()[:-1], zone)
        return percent.value / 100 if percent.value is not None else _unreadable(header, raw)
    cell = (kinds.CURRENCY if name == "home_currency" else _KINDS[wanted]).read(raw, zone)
    if cell.unreadable:
        _unreadable(header, cell.text, cell.problem or "")
    if wanted is Rounding and cell.value is not None:
        return _ROUNDINGS.get(squash(cell.value), cell.value)
    if name in ("invoice_prefix", "registration_number") and cell.value is not None:
        return kinds.CODE.read(cell.value, zone).value
    return cell.value


def _unreadable(header: str, value: object, problem: str = "write a number") -> None:
    raise SettingsFault(f'Setting {header} is "{value}", which can\'t be read: {problem}')


def read_settings(rows: Iterable[SettingRow]) -> Settings:
    """The settings of a register. A blank or missing one has its default; an unknown one is left alone.

    Raises SettingsFault naming every value that can't be read and every setting that stands twice with different ones.
    """
    found: dict[str, Any] = {}
    faults: list[str] = []
    for row in rows:
        try:
            _take(row, found)
        except SettingsFault as fault:
            faults.append(str(fault))
    try:
        settings = Settings(**found)
    except ValidationError as fault:
        faults += map(_sense, fault.errors())
    if faults:
        raise SettingsFault("; ".join(faults))
    return settings


def unknown_settings(rows: Iterable[SettingRow]) -> Iterator[tuple[str, str | None]]:
    """Names with a value that no setting has, as typed, and the setting that may be meant: its value counts for nothing."""
    for row in rows:
        name = squash(row.setting.text)
        if name and name not in _NAMES and row.value.filled:
            near = get_close_matches(name, _NAMES, n=1)
            yield row.setting.text, Settings.model_fields[_NAMES[near[0]]].title if near else None


def _take(row: SettingRow, found: dict[str, Any]) -> None:
    """Note the setting of a row in `found`. Raises SettingsFault."""
    name = _NAMES.get(squash(row.setting.text))
    if name is None:
        return
    header = Settings.model_fields[name].title or name
    value = _value(name, header, row.raw.get("value"), row.zone)
    if value is not None and found.setdefault(name, value) != value:
        raise SettingsFault(f"Setting {header} stands twice with different values: delete one of the rows")


def _sense(error: Mapping[str, Any]) -> str:
    """What is wrong with a value of the right kind that can't be meant, and what to write."""
    name = str(error["loc"][0])
    field = Settings.model_fields[name]
    limits = [f"{words} {getattr(limit, key)}" for limit in field.metadata for key, words in _LIMITS if hasattr(limit, key)]
    whole = "whole " if field.annotation is int else ""
    says = _SAYS.get(name) or f"write a {whole}number {' and '.join(limits)}"
    return f'Setting {field.title} is "{error["input"]}", which can\'t be read: {says}'
