"""The formulas of a sheet: where they stand and which hang together, so that no write breaks one."""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from functools import cache
from html import unescape

from sync.errors import Refused
from sync.xlsx import cells, xml

Cell = tuple[int, int]

_MOST_LISTED = 1_000_000
# What an address may hide in and isn't one: texts, quoted sheet names, tables' and other files' brackets.
_TOKEN = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*'|\[(?:[^\[\]]|\[[^\[\]]*\])*\])"""
    r"""|(?<![\w.\\$])(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})(?![\w.(!])"""
    r"""|(?<![\w.\\$:])(\$?)([A-Za-z]{1,3}):(\$?)([A-Za-z]{1,3})(?![\w.(!])"""
    r"""|(?<![\w.\\$:])(\$?)(\d{1,7}):(\$?)(\d{1,7})(?![\w.(!])"""
)


@dataclass
class Shared:
    """A formula written once, in `master`, and shown in `members` (the master is one) as if filled down."""

    master: Cell
    text: str
    members: set[Cell] = field(default_factory=set)


@dataclass(frozen=True)
class Block:
    """A formula whose results fill an area; no cell of it can be changed alone."""

    ref: str
    area: tuple[int, int, int, int]

    def has(self, cell: Cell) -> bool:
        first_row, first_col, last_row, last_col = self.area
        return first_row <= cell[0] <= last_row and first_col <= cell[1] <= last_col

    @property
    def size(self) -> int:
        first_row, first_col, last_row, last_col = self.area
        return (last_row - first_row + 1) * (last_col - first_col + 1)

    def cells(self) -> set[Cell]:
        """Its cells; none where they are too many to be listed."""
        first_row, first_col, last_row, last_col = self.area
        if self.size > _MOST_LISTED:
            return set()
        return {(r, c) for r in range(first_row, last_row + 1) for c in range(first_col, last_col + 1)}


@dataclass
class Formulas:
    """All formulas of a sheet."""

    own: set[Cell] = field(default_factory=set)  # cells with an <f>
    shared: dict[str, Shared] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def all(self) -> frozenset[Cell]:
        """Every cell that shows a formula's result."""
        return frozenset(self.own).union(*(block.cells() for block in self.blocks))

    def rewritten(self, title: str, changed: Set[Cell]) -> dict[Cell, str]:
        """Formulas that other cells need once these cells lose theirs.

        Raises Refused where only a part of a block would change.
        """
        for block in self.blocks:
            touched = {cell for cell in changed if block.has(cell)}
            if 0 < len(touched) < block.size:
                where = cells.reference(*min(touched))
                raise Refused(
                    f"{title}!{where} can't be written: it is part of the array formula in {block.ref}. "
                    f"Delete that formula, or move it to a column of its own"
                )
        return {
            cell: shifted(group.text, cell[0] - group.master[0], cell[1] - group.master[1])
            for group in self.shared.values()
            if group.master in changed
            for cell in group.members - changed
        }


def scan(body: bytes, prefix: bytes) -> Formulas | None:
    """The formulas in the rows of a sheet; None where the cell of one doesn't say where it is."""
    found = Formulas()
    members: dict[str, set[Cell]] = {}
    for formula in _formula(prefix).finditer(body):
        cell = _cell_of(body, formula.start())
        if cell is None:
            return None
        found.own.add(cell)
        if not formula[1]:
            continue
        attributes = xml.attributes(formula[1])
        kind, ref, group = attributes.get("t"), attributes.get("ref"), attributes.get("si", "")
        if kind == "shared":
            members.setdefault(group, set()).add(cell)
            if ref is not None:
                found.shared[group] = Shared(cell, unescape((formula[2] or b"").decode()))
        elif kind in ("array", "dataTable") and ref is not None:
            block = Block(ref, cells.area(ref))
            if block.size > 1:
                found.blocks.append(block)
    for group, there in members.items():
        if group in found.shared:
            found.shared[group].members |= there
    return found


def without_result(body: bytes, prefix: bytes) -> Iterator[Cell]:
    """Formulas whose result the file does not hold, as programs leave them that compute nothing. "" is a result."""
    p = re.escape(prefix)
    blank = re.compile(rb"\s*(?:<" + p + rb"v\s*(?:/>|></" + p + rb"v\s*>)\s*)?</" + p + rb"c\s*>")
    for formula in _formula(prefix).finditer(body):
        if not blank.match(body, formula.end()):
            continue
        tag = xml.TAG.match(body, body.rfind(b"<", 0, formula.start()))
        cell = _cell_of(body, formula.start())
        if cell and tag and xml.attributes(tag[3]).get("t") != "str":
            yield cell


@cache
def _formula(prefix: bytes) -> re.Pattern[bytes]:
    p = re.escape(prefix)
    return re.compile(b"<" + p + rb"f(?=[\s/>])([^<>]*?)(?:/>|>([^<]*)</" + p + rb"f\s*>)")


def _cell_of(body: bytes, position: int) -> Cell | None:
    start = body.rfind(b"<", 0, position)
    tag = xml.TAG.match(body, start)
    ref = xml.attributes(tag[3]).get("r") if tag else None
    if ref is None:
        return None
    row, col, _, _ = cells.area(ref)
    return row, col


def without(cell_xml: bytes, text: str, prefix: bytes) -> bytes:
    """A cell's XML with a formula of its own instead of its part in a shared one; the stored value stays."""
    own = b"<%bf>%b</%bf>" % (prefix, xml.escaped(text), prefix)
    return _formula(prefix).sub(lambda _: own, cell_xml, count=1)


def shifted(text: str, rows: int, cols: int) -> str:
    """The formula as it would read after filling it so many rows down and columns to the right."""
    return _TOKEN.sub(lambda token: _shifted(token, rows, cols), text)


def _shifted(token: re.Match[str], rows: int, cols: int) -> str:
    if token[1]:
        return token[1]
    if token[3]:
        return token[2] + _column(token[2], token[3], cols) + token[4] + _row(token[4], token[5], rows)
    if token[7]:
        return f"{token[6]}{_column(token[6], token[7], cols)}:{token[8]}{_column(token[8], token[9], cols)}"
    return f"{token[10]}{_row(token[10], token[11], rows)}:{token[12]}{_row(token[12], token[13], rows)}"


def _column(fixed: str, letters: str, by: int) -> str:
    number = cells.column_number(letters.upper())
    if fixed or number > cells.MAX_COL:
        return letters
    return cells.column_letters((number + by - 1) % cells.MAX_COL + 1)  # past the edge, spreadsheets go round


def _row(fixed: str, digits: str, by: int) -> str:
    if fixed or not 1 <= int(digits) <= cells.MAX_ROW:
        return digits
    return str((int(digits) + by - 1) % cells.MAX_ROW + 1)
