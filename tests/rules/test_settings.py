"""The settings of the business (contract, section 6): defaults, kind reading, and what stops a run."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rules.columns import SettingRow
from rules.settings import Rounding, Settings, SettingsFault, read_settings, unknown_settings
from tests.rules.build import row, settings_of

DEFAULTS: dict[str, Any] = {
    "Company name": "", "Company address": "", "Company phone": "", "Company email": "", "Registration number": "",
    "Bank details": "", "Time zone": "Asia/Tokyo", "Urgent below (h)": 24, "Minimum hours": 2, "Default hours": 2,
    "Grace hours": 1, "Overtime increment (min)": 15, "SLA warning share": Decimal("0.75"), "Approval deadline (h)": 4,
    "Tax rate": Decimal("0.10"), "Tax rounding": "down", "Form tab": "Form responses 1", "Invoice prefix": "INV",
    "Payment days": 30, "Home currency": "JPY", "Heartbeat (min)": 15, "Shrink limit": Decimal("0.5"),
    "Longest visit (h)": 16, "Invoice needs OK": False, "Invoice work from": None, "Message delay (min)": 10,
}  # fmt: skip
NAMES = {field.title or "": name for name, field in Settings.model_fields.items()}


def test_every_setting_of_the_contract_and_its_default() -> None:
    read = read_settings([])
    values = {header: getattr(read, name) for header, name in NAMES.items()}
    assert {header: str(v) if header == "Time zone" else v for header, v in values.items()} == DEFAULTS


@pytest.mark.parametrize("blank", [None, "", " ", "-", "N/A", "なし", "#N/A"])
@pytest.mark.parametrize("header", DEFAULTS)
def test_a_blank_setting_has_its_default(header: str, blank: str | None) -> None:
    assert settings_of({header: blank}) == read_settings([])


@pytest.mark.parametrize(
    ("header", "raw", "value"),
    [
        ("Minimum hours", "３", 3),
        ("Urgent below (h)", "48 h", 48),
        ("urgent BELOW(H)", 12, 12),
        ("Overtime increment (min)", 30, 30),
        ("SLA warning share", "80%", Decimal("0.8")),
        ("Tax rate", "10%", Decimal("0.1")),
        ("Tax rate", "８ ％", Decimal("0.08")),
        ("Tax rate", 0, 0),
        ("Tax rounding", "UP", Rounding.UP),
        ("Tax rounding", "half", Rounding.HALF),
        ("Tax rounding", "half up", Rounding.HALF),
        ("Tax rounding", "half (up)", Rounding.HALF),
        ("Home currency", "usd", "USD"),
        ("Invoice prefix", "ＥＣ", "EC"),
        ("Invoice prefix", "ECO-T_1.a", "ECO-T_1.a"),
        ("Invoice prefix", "請求", "請求"),
        ("Payment days", "60", 60),
        ("Invoice needs OK", "はい", True),
        ("Invoice needs OK", "FALSE", False),
        ("Invoice work from", "2026-11-01", date(2026, 11, 1)),
        ("Invoice work from", date(2026, 11, 1), date(2026, 11, 1)),
        ("Registration number", "T7000012050002", "T7000012050002"),
        ("Registration number", "ｔ7000-0120-50002", "T7000012050002"),
    ],
)
def test_settings_are_read_kindly(header: str, raw: Any, value: Any) -> None:
    names = {"".join(title.lower().split()): name for title, name in NAMES.items()}
    assert getattr(settings_of({header: raw}), names["".join(header.lower().split())]) == value


def test_the_time_zone() -> None:
    assert settings_of({"Time zone": " europe/london "}).time_zone.key == "Europe/London"


@pytest.mark.parametrize(
    ("header", "raw"),
    [
        ("Time zone", "JST"),
        ("Time zone", 9),
        ("Urgent below (h)", "a day"),
        ("Urgent below (h)", -1),
        ("Default hours", 0),
        ("Grace hours", "1e9"),
        ("Overtime increment (min)", 0),
        ("SLA warning share", 75),
        ("Tax rate", 10),
        ("Tax rate", "ten %"),
        ("Tax rounding", "nearest"),
        ("Invoice prefix", "INV/26"),
        ("Payment days", 30.5),
        ("Home currency", "JP"),
        ("Home currency", "Yen"),
        ("Shrink limit", 2),
        ("Longest visit (h)", 0),
        ("Invoice needs OK", "maybe"),
        ("Invoice work from", "01/11/2026"),
        ("Invoice work from", 46327),
        ("Registration number", "7000012050002"),
        ("Registration number", "T7000012050003"),
        ("Registration number", "T123"),
    ],
)
def test_a_setting_that_cannot_be_read_stops_the_run_and_is_named(header: str, raw: Any) -> None:
    with pytest.raises(SettingsFault, match=header.replace("(", r"\(").replace(")", r"\)")):
        settings_of({header: raw})


def test_an_unknown_setting_is_left_alone() -> None:
    assert settings_of({"Favourite colour": "blue"}) == read_settings([])


def test_names_that_no_setting_has_are_told_with_the_one_that_may_be_meant() -> None:
    names = ["Grace hour", " GRACE　hours", "Favourite colour", None, "Tax  rate"]
    rows = [row(SettingRow, {"Setting": name, "Value": 1}, number) for number, name in enumerate(names, 2)]
    assert list(unknown_settings(rows)) == [("Grace hour", "Grace hours"), ("Favourite colour", None)]


def test_a_setting_that_stands_twice() -> None:
    rows = [{"Setting": "Minimum hours", "Value": value} for value in (3, "3")]
    assert read_settings([row(SettingRow, cells) for cells in rows]).minimum_hours == 3
    with pytest.raises(SettingsFault, match="Minimum hours"):
        read_settings([row(SettingRow, cells) for cells in (rows[0], {"Setting": "minimum hours", "Value": 4})])


def test_all_that_cannot_be_read_is_named_at_once() -> None:
    with pytest.raises(SettingsFault) as fault:
        settings_of({"Tax rate": "ten", "Default hours": 0, "Home currency": "yen!", "Payment days": "30"})
    named = [header for header in DEFAULTS if f"Setting {header} " in str(fault.value)]
    assert named == ["Default hours", "Tax rate", "Home currency"]
