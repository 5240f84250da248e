"""A small evaluator of formulas: arithmetic, comparison, references and a dozen functions.

What it does not know is `#NAME?`; a test that needs such a formula gives its value (Cell.stored).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.sheets_server.a1 import Box, parse
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.cells import Cell
from tests.sheets_server.errors import ApiError, Obj
from tests.sheets_server.shown import general

TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<text>"(?:[^"]|"")*")
    |(?P<gone>(?:'(?:[^']|'')+'!|[\w.]+!)?\#REF!)
    |(?P<ref>(?:'(?:[^']|'')+'!|[\w.]+!)?\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}(?:\$?\d+)?)?(?![\w(])
    |(?:'(?:[^']|'')+'!|[\w.]+!)?\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w(]))
    |(?P<name>[A-Za-z_][\w.]*)|(?P<op><=|>=|<>|[-+*/^&=<>(),%{};]))""",
    re.VERBOSE,
)
PRECEDENCE = {
    "=": 1,
    "<>": 1,
    "<": 1,
    ">": 1,
    "<=": 1,
    ">=": 1,
    "&": 2,
    "+": 3,
    "-": 3,
    "*": 4,
    "/": 4,
    "^": 5,
}
MAX_DEPTH = 60


class Failed(Exception):
    """The formula's value is an error of this type (NAME, REF, DIVIDE_BY_ZERO…)."""


def _number(value: Any) -> float:
    if value is None or value == "":
        return 0
    if isinstance(value, (bool, int, float)):
        return float(value)
    try:
        return float(str(value))
    except ValueError as error:
        raise Failed("VALUE") from error


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else general(value) if isinstance(value, (int, float)) else str(value)


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from value
        else:
            yield value


def _numbers(values: list[Any]) -> list[float]:
    return [float(v) for v in _flat(values) if isinstance(v, (int, float)) and not isinstance(v, bool)]


FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "TRUE": lambda given: True,
    "FALSE": lambda given: False,
    "SUM": lambda given: sum(_numbers(given)),
    "COUNT": lambda given: len(_numbers(given)),
    "COUNTA": lambda given: sum(1 for v in _flat(given) if v is not None),
    "COUNTIF": lambda given: sum(
        1 for v in _flat(given[:1]) if _text(v).casefold() == _text(given[1]).casefold()
    ),
    "MIN": lambda given: min(_numbers(given), default=0),
    "MAX": lambda given: max(_numbers(given), default=0),
    "IF": lambda given: given[1] if given[0] else (given[2] if len(given) > 2 else False),
    "CONCATENATE": lambda given: "".join(_text(v) for v in _flat(given)),
    "HYPERLINK": lambda given: given[-1],
    "TRIM": lambda given: " ".join(_text(given[0]).split()),
    "UPPER": lambda given: _text(given[0]).upper(),
}


def _binary(op: str, left: Any, right: Any) -> Any:
    if op == "&":
        return _text(left) + _text(right)
    if op in ("=", "<>"):
        same = _text(left).casefold() == _text(right).casefold()
        return same if op == "=" else not same
    a, b = _number(left), _number(right)
    if op == "/" and b == 0:
        raise Failed("DIVIDE_BY_ZERO")
    work: dict[str, Callable[[], Any]] = {
        "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b, "^": lambda: a**b,
        "<": lambda: a < b, ">": lambda: a > b, "<=": lambda: a <= b, ">=": lambda: a >= b,
    }  # fmt: skip
    return work[op]()


class _Reader:
    def __init__(self, book: Book, sheet: Sheet, text: str, depth: int) -> None:
        self.book, self.sheet, self.depth = book, sheet, depth
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            hit = TOKEN.match(text, at)
            if not hit:
                raise Failed("ERROR")
            self.tokens.append((str(hit.lastgroup), hit.group(str(hit.lastgroup))))
            at = hit.end()

    def next_is(self, *ops: str) -> bool:
        return bool(self.tokens) and self.tokens[0][0] == "op" and self.tokens[0][1] in ops

    def expression(self, floor: int = 1) -> Any:
        left = self.unary()
        while self.next_is(*PRECEDENCE) and PRECEDENCE[self.tokens[0][1]] >= floor:
            op = self.tokens.pop(0)[1]
            left = _binary(op, left, self.expression(PRECEDENCE[op] + 1))
        return left

    def unary(self) -> Any:
        if self.next_is("+", "-"):
            sign = self.tokens.pop(0)[1]
            value = self.unary()
            return value if sign == "+" else -_number(value)
        value = self.operand()
        while self.next_is("%"):
            self.tokens.pop(0)
            value = _number(value) / 100
        return value

    def operand(self) -> Any:
        if not self.tokens:
            raise Failed("ERROR")
        kind, text = self.tokens.pop(0)
        if kind == "number":
            return float(text)
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "ref":
            return self.reference(text)
        if kind == "gone":
            raise Failed("REF")
        if kind == "name":
            return self.call(text)
        if text == "(":
            value = self.expression()
            self.expect(")")
            return value
        raise Failed("ERROR")

    def expect(self, op: str) -> None:
        if not self.next_is(op):
            raise Failed("ERROR")
        self.tokens.pop(0)

    def call(self, name: str) -> Any:
        if not self.next_is("("):
            if name.upper() in ("TRUE", "FALSE"):
                return name.upper() == "TRUE"
            raise Failed("NAME")
        self.tokens.pop(0)
        given: list[Any] = []
        while not self.next_is(")"):
            given.append(self.expression())
            if not self.next_is(")"):
                self.expect(",")
        self.tokens.pop(0)
        function = FUNCTIONS.get(name.upper())
        if not function:
            raise Failed("NAME")
        return function(given)

    def reference(self, text: str) -> Any:
        full = text if "!" in text else f"'{self.sheet.title.replace(chr(39), chr(39) * 2)}'!{text}"
        try:
            box: Box = parse(self.book, full.replace("$", ""))
        except ApiError as error:
            raise Failed("REF") from error
        sheet = self.book.sheet(box.sheet_id)
        found = [self.content(sheet, sheet.cell(row, col)) for row in box.rows for col in box.columns]
        return found if ":" in text else found[0]

    def content(self, sheet: Sheet, cell: Cell) -> Any:
        value = effective(self.book, sheet, cell, self.depth + 1)
        if value and "errorValue" in value:
            raise Failed(value["errorValue"]["type"])
        return next(iter(value.values())) if value else None


def effective(book: Book, sheet: Sheet, cell: Cell, depth: int = 0) -> Obj | None:
    """The ExtendedValue that a cell shows: its content, or what its formula gives."""
    text = cell.formula
    if text is None:
        return cell.entered
    if cell.stored is not None:
        return cell.stored
    try:
        if depth > MAX_DEPTH:
            raise Failed("REF")
        reader = _Reader(book, sheet, text[1:], depth)
        value = reader.expression()
        if reader.tokens:
            raise Failed("ERROR")
    except Failed as failed:
        return {"errorValue": {"type": str(failed)}}
    except (IndexError, OverflowError, ZeroDivisionError):
        return {"errorValue": {"type": "ERROR"}}
    value = value[0] if isinstance(value, list) else value
    if isinstance(value, bool):
        return {"boolValue": value}
    return {"stringValue": value} if isinstance(value, str) else {"numberValue": value or 0}
