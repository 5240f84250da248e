"""Conditions of validation rules, coloured cells and filters, as the discovery file describes them."""

from __future__ import annotations

import re
from functools import cache

from tests.sheets_server.a1 import parse
from tests.sheets_server.book import Book
from tests.sheets_server.errors import ApiError, Obj, Refused
from tests.sheets_server.schema import properties

COUNTS = (
    (r"Requires no ConditionValues", 0, 0),
    (r"Requires a single ConditionValue", 1, 1),
    (r"Requires exactly two ConditionValues", 2, 2),
    (r"Requires at least one ConditionValue", 1, 10**6),
    (r"Supports zero, one or two ConditionValues", 0, 2),
    (r"any number of condition values", 1, 10**6),
)
"""What the description of a type says, and the number of values that it means."""


@cache
def described(kind: str) -> str:
    spec = properties("BooleanCondition")["type"]
    return str(dict(zip(spec["enum"], spec["enumDescriptions"], strict=True))[kind])


def check_condition(book: Book, condition: Obj | None, use: str) -> None:
    """`use`: "data validation", "conditional formatting" or "filters". Raises Refused."""
    kind = (condition or {}).get("type", "CONDITION_TYPE_UNSPECIFIED")
    values: list[Obj] = (condition or {}).get("values", [])
    text = described(kind)
    supported = re.search(r"Supported by ([^.]*)\.", text)
    if not supported or use not in supported.group(1):
        raise Refused(f"BooleanCondition of type {kind} is not supported by {use}.")
    least, most = next(((low, high) for said, low, high in COUNTS if re.search(said, text)), (0, 10**6))
    if not least <= len(values) <= most:
        raise Refused(f"BooleanCondition of type {kind} does not take {len(values)} values.")
    for value in values:
        _check_value(book, kind, value)


def _check_value(book: Book, kind: str, value: Obj) -> None:
    text = value.get("userEnteredValue")
    if "relativeDate" in value:
        if not kind.startswith("DATE_"):
            raise Refused(f"BooleanCondition of type {kind} takes no relative dates.")
    elif not text:
        raise Refused("ConditionValue.userEnteredValue must be set.")
    elif kind == "CUSTOM_FORMULA" and not text.startswith("="):
        raise Refused(f"Invalid ConditionValue.userEnteredValue: {text} is not a formula.")
    elif kind == "ONE_OF_LIST" and text.startswith("="):
        raise Refused("Formulas are not supported in ONE_OF_LIST.")
    elif kind == "ONE_OF_RANGE":
        try:
            parse(book, text.removeprefix("="))
        except ApiError as error:
            raise Refused(f"Invalid ConditionValue.userEnteredValue: {text}") from error
    elif (
        kind.startswith("NUMBER_") and not text.startswith("=") and not re.fullmatch(r"[-+]?[\d.,]+%?", text)
    ):
        raise Refused(f"Invalid ConditionValue.userEnteredValue: {text} is not a number.")
