"""What of a run can be put back, and what has to stay: decided cell by cell (contract, section 7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rules.cells import Raw
from rules.columns import Column, Heading, OrderRow, Owner, Row, SiteRow
from rules.history import PUT_BACK, Overwritten, Record, check, mark
from rules.identity import row_key
from rules.memory import Memory
from rules.state import State
from rules.words import Status

_KINDS = {kind.title: kind for kind in PUT_BACK}
_BLANK = (None, False)
"""False is a tick box that people filled down in advance."""


@dataclass(frozen=True)
class Standing:
    """The tabs as they are now: rows by number, and where people's formulas stand (tab, row, column key)."""

    rows: Mapping[type[Row], Mapping[int, Row]]
    formulas: Container[tuple[type[Row], int, str]] = frozenset()

    def shows(self, kind: type[Row], row: int, column: Heading[object]) -> Raw:
        """What a cell shows; None where it is blank."""
        found = self.rows[kind][row].raw.get(column.key) if row in self.rows[kind] else None
        return None if found == "" else found


class Undoing:
    """One undo: `put`, `back` and `left` (with the reason) are filled by `cells`; `state` is changed by `memories`.

    Nothing is to be lost: an order whose invoice was issued or whose row is gone or copied is left as it is, and one
    that the form brought if it went on or people typed into it. `only` is an Order ID: then no row is taken away.
    """

    def __init__(self, standing: Standing, state: State, found: Record, only: str | None) -> None:
        self.standing, self.state, self.found, self.only = standing, state, found, only
        self.put: dict[tuple[type[Row], int, Column[Any]], Raw] = {}
        """What shall stand where."""
        self.back: list[str] = []
        self.left: list[str] = []
        self.forgot = 0
        self._rows: dict[str, list[int]] = defaultdict(list)
        self._order_rows: dict[int, OrderRow] = {}
        for row in standing.rows[OrderRow].values():
            if isinstance(row, OrderRow) and row.order_id.value:
                self._order_rows[row.number] = row
                self._rows[row.order_id.value.upper()].append(row.number)
        self._memories = {memory.order_id: memory for memory in found.memories}

    @property
    def orders(self) -> set[str]:
        """The orders of that run."""
        return {*self._memories, *(cell.order_id for cell in self.found.cells if cell.order_id)}

    def cells(self) -> None:
        """Put back the cells that are still as the run left them."""
        left: dict[str, None] = {}
        for cell in self.found.cells:
            order_id = self._order_of(cell)
            row = self._row_of(cell)
            if (self.only not in (None, order_id)) or (row and check(self._now(cell, row)) == check(cell.old)):
                continue  # not asked for, or as it was before
            where = f"{cell.tab} {order_id or f'row {cell.row}'}, {cell.column}"
            if why := self._order_stays(order_id):
                left[f"{order_id}: {why}"] = None
            elif (why := self._cell_stays(cell, row)) or row is None:
                if self._goes_back(order_id) and _KINDS[cell.tab].named(cell.column).owner is Owner.JOB:
                    continue  # a later run's, which goes with the row
                left[f"{where}: {why}"] = None
            else:
                kind = _KINDS[cell.tab]
                self.put[kind, row, kind.named(cell.column)] = cell.old
                self.back.append(where)
                if cell.order_id and cell.column == OrderRow.order_id.header:
                    self.state.returned.setdefault(row_key(self._order_rows[row]), []).append(cell.order_id)
        self.left += left
        self._clear()

    def _clear(self) -> None:
        """What later runs wrote beside an answer that goes back to the form goes with it: its rows are to be blank."""
        gone = {order_id for order_id in self._from_form if self._goes_back(order_id)}
        rows: list[tuple[type[Row], int]] = [(OrderRow, self._rows[order_id][0]) for order_id in gone]
        rows += [(SiteRow, row) for row, order_id in self._new_sites.items() if order_id in gone]
        for kind, row in rows:
            for column in kind.columns:
                if column.owner is Owner.JOB:
                    self.put.setdefault((kind, row, column), None)

    def _goes_back(self, order_id: str) -> bool:
        """Whether a whole order goes back to the form."""
        return self.only is None and order_id in self._from_form and not self._order_stays(order_id)

    def memories(self) -> None:
        """Put the job's memory back, where no later run changed it."""
        for order_id, memory in self._memories.items():
            now = self.state.orders.get(order_id)
            if self.only in (None, order_id) and now and mark(now) == memory.new and not self._order_stays(order_id):
                self._remember(order_id, memory.old, now)
        if self.only is None:
            self._answers()
            self.state.anew = self.state.anew or self.found.first

    def _order_of(self, cell: Overwritten) -> str:
        """Of a place that came with an order, the order; "" for what belongs to none."""
        if cell.tab == SiteRow.title and cell.row in self._new_sites:
            return self._new_sites[cell.row]
        return cell.order_id

    def _row_of(self, cell: Overwritten) -> int | None:
        rows = self._rows.get(cell.order_id, []) if cell.order_id else [cell.row]
        return rows[0] if len(rows) == 1 else None

    def _now(self, cell: Overwritten, row: int) -> Raw:
        kind = _KINDS[cell.tab]
        return self.standing.shows(kind, row, kind.named(cell.column))

    def _order_stays(self, order_id: str) -> str:
        """Why an order is left as it is; "" where it isn't."""
        if not order_id:
            return ""
        rows = self._rows.get(order_id, [])
        if len(rows) != 1:
            return "its Order ID stands in two rows" if rows else "its row is gone"
        if order_id in self._invoiced:
            return "its invoice was issued"
        if order_id in self._from_form and self.only is None:
            if order_id in self._touched:
                return "people worked on the order since the form brought it"
            if not self._forgettable(order_id):
                return "it went on since the form brought it; undo the later runs first"
        return ""

    def _cell_stays(self, cell: Overwritten, row: int | None) -> str:
        kind = _KINDS[cell.tab]
        column = kind.named(cell.column)
        if row is None or check(self._now(cell, row)) != cell.new:
            return "it was changed since"
        if column is OrderRow.order_id and not self._forgettable(cell.order_id):
            return "an order that went on keeps its number"
        from_form = cell.order_id in self._from_form and (column.owner is Owner.HUMAN or column is OrderRow.source)
        if self.only and (from_form or kind is SiteRow):
            return "one order alone doesn't go back to the form: delete its row if it shall go"
        return ""

    def _forgettable(self, order_id: str) -> bool:
        """Whether the whole order is new with that run, and is as the run left it."""
        memory, now = self._memories.get(order_id), self.state.orders.get(order_id)
        return bool(self.only is None and memory and memory.old is None and now and mark(now) == memory.new)

    @cached_property
    def _invoiced(self) -> frozenset[str]:
        """Orders that got an invoice in that run: their Invoiced stays."""

        def found() -> Iterator[str]:
            for memory in self.found.memories:
                old = Memory.model_validate_json(memory.old) if memory.old else None
                now = self.state.orders.get(memory.order_id)
                if now and now.invoice_no and (old is None or old.invoice_no != now.invoice_no):
                    yield memory.order_id

        return frozenset(found())

    @cached_property
    def _from_form(self) -> frozenset[str]:
        """Orders whose rows that run made, for answers of the form."""
        return frozenset(cell.order_id for cell in self._of(OrderRow) if cell.column == OrderRow.source.header)

    @cached_property
    def _new_sites(self) -> dict[int, str]:
        """Rows of Other sites that the run made, each with its order."""
        marks = {check(order_id): order_id for order_id in self._from_form}
        named = (cell for cell in self._of(SiteRow) if cell.column == SiteRow.order_id.header)
        return {cell.row: marks[cell.new] for cell in named if cell.new in marks}

    @cached_property
    def _touched(self) -> frozenset[str]:
        """Orders of the form into whose rows people typed since, or whose places moved."""
        written: dict[tuple[type[Row], int], dict[str, int]] = defaultdict(dict)
        owner: dict[tuple[type[Row], int], str] = {}
        for cell in self.found.cells:
            kind, row = _KINDS[cell.tab], self._row_of(cell)
            if row and (cell.order_id in self._from_form or (kind is SiteRow and row in self._new_sites)):
                written[kind, row][cell.column] = cell.new
                owner[kind, row] = self._order_of(cell)
        return frozenset(owner[place] for place, cells in written.items() if self._is_touched(*place, cells))

    def _is_touched(self, kind: type[Row], row: int, written: dict[str, int]) -> bool:
        for column in kind.columns:
            if column.owner is not Owner.HUMAN or (kind, row, column.key) in self.standing.formulas:
                continue
            now = self.standing.shows(kind, row, column)
            if check(now) != written[column.header] if column.header in written else now not in _BLANK:
                return True
        return False

    def _of(self, kind: type[Row]) -> Iterator[Overwritten]:
        return (cell for cell in self.found.cells if cell.tab == kind.title)

    def _remember(self, order_id: str, old: str | None, now: Memory) -> None:
        self.forgot += 1
        if old is not None:
            before = Memory.model_validate_json(old)
        elif self.only is None:
            del self.state.orders[order_id]
            return
        else:
            before = Memory(status=Status.NEEDS_INFO, first_seen=now.first_seen, settled=now.settled)
        self.state.orders[order_id] = before.model_copy(update={"told": now.told})  # what was said stays said

    def _answers(self) -> None:
        """Answers whose orders are gone again may be taken in anew."""
        for stamp, fingerprint, order_id in self.found.answers:
            if order_id not in self.state.orders and fingerprint in self.state.answers.get(stamp, ()):
                self.state.answers[stamp].remove(fingerprint)
                self.state.seen_orders -= 1
