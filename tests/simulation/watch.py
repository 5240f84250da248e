"""What must always hold, whatever happens: looked at after every step of a simulated world."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from tests.simulation.desks import Desk
from tests.simulation.issued import Issued, Violation
from tests.simulation.register import JOB, TAG, coordinator

_ID = re.compile(r"ORD-\d{4}-\d{4,}")
SENT = ("Availability sent at", "Contacts shared at", "Arrival notified at", "Invoice sent at")
"""Evidence that the job fills in for mail that it sent itself."""

Cells = dict[str, Any]


class Watch:
    """People's cells as people left them, and what was issued; compared with what stands there."""

    def __init__(self, desk: Desk, out: Path, mailed: bool = False) -> None:
        self.desk, self.issued = desk, Issued(desk, out)
        self.filled = ("Received at", *(SENT if mailed else ()))
        """People's columns that the job may fill in where they are blank."""
        self.head = list(desk.rows("Orders")[0])
        """The headers, before somebody renames one."""
        self.order: list[str] = []
        self.cells: dict[str, Cells] = {}
        """People's cells by the row's tag."""
        self.taken: Counter[str] = Counter()
        """Rows that the job appended, by reference."""
        self.given: dict[tuple[str, str], Any] = {}
        """People's cells that the job filled in, by the row's tag and the header: an undo may clear them."""
        self.appended: dict[str, Cells] = {}
        """The rows that the job appended, as it did, by tag: an undo may take them away while they are as they were."""
        self.untouched: set[str] = set()
        """Tags of those in which nobody had typed when the undo began."""
        self.perhaps_back: set[str] = set()
        """References of those that people deleted in the middle of an undo: their answers may come in once more."""
        self.owners: dict[str, str] = {}
        """References by Order ID, for ever."""
        self.other: dict[str, Any] = {}
        self.stubs: set[str] = set()
        """Tags of rows that went back to the form, but for what somebody typed there at that very moment."""
        self._made = 0
        self.typed_over: set[str] = set()
        """Tags of rows in which people wrote over the job's cells since the last good run."""
        self.once_typed_over: set[str] = set()
        """And since ever: an undo may put back what they wrote."""
        self.rebase()

    def view(self) -> list[Cells]:
        """The rows of Orders by header."""
        rows = self.desk.rows("Orders")
        head = rows[0]
        return [{h: v for h, v in zip(head, row, strict=False) if v not in (None, "")} for row in rows[1:] if row]

    @property
    def ledger(self) -> dict[str, tuple[Any, ...]]:
        """The rows of issued invoices by number."""
        return self.issued.ledger

    def rebase(self, before: list[Cells] | None = None) -> None:
        """After a person's act: what the act changed is how people want it. `before` is the view before the act."""
        was = {row[TAG]: row for row in before or () if TAG in row}
        now = [row for row in self.view() if TAG in row]
        self.order = [row[TAG] for row in now]
        for row in now:
            tag, old = row[TAG], was.get(row[TAG])
            mine, kept = _human(row), self.cells.get(row[TAG])
            if old is None or kept is None:
                self.cells[tag] = mine
                if any(header in row for header in JOB):  # copied from another row
                    self.typed_over.add(tag)
                continue
            theirs = _human(old)
            for header in mine.keys() | theirs.keys():
                if mine.get(header) != theirs.get(header):
                    _put(kept, header, mine.get(header))
            if any(row.get(header) != old.get(header) for header in JOB):
                self.typed_over.add(tag)
        self.other = {tab: self.desk.rows(tab) for tab in ("Clients", "Engineers", "Rates", "Settings")}

    def after_run(self, finished: bool, clean: bool) -> None:
        """A run is over. `finished`: with exit 0 or 5; `clean`: no person was at work meanwhile."""
        view = self.view()
        self._people(view)
        self.issued.check()
        if finished:
            self._beside(view, clean)
            self.issued.check_files()
            if clean:
                self.once_typed_over |= self.typed_over
                self.typed_over.clear()
        self._tag()

    def _people(self, view: list[Cells]) -> None:
        tagged = [row for row in view if TAG in row]
        if [row[TAG] for row in tagged] != self.order:
            raise Violation("rows", f"rows were {self.order} and are {[row[TAG] for row in tagged]}")
        for row in tagged:
            kept, now = self.cells[row[TAG]], _human(row)
            for header in self.filled:
                if header not in kept and header in now:
                    kept[header] = self.given[row[TAG], header] = now[header]
            if kept != now:
                where = sorted(h for h in kept.keys() | now.keys() if kept.get(h) != now.get(h))
                told = [(h, kept.get(h), now.get(h)) for h in where]
                raise Violation("human cell", f"of row {row[TAG]} ({row.get('Client reference')}): {told}")
        for row in view:
            if row and TAG not in row:
                self._appended(row)
        for tab, rows in self.other.items():
            if _without_flags(self.desk.rows(tab)) != _without_flags(rows):
                raise Violation("human cell", f"in {tab}")

    def _appended(self, row: Cells) -> None:
        reference = str(row.get("Client reference"))
        if not str(row.get("Source", "")).startswith("form ") or not reference.startswith("F-"):
            raise Violation("rows", f"a row from nowhere: {row}")
        self.taken[reference] += 1
        if self.taken[reference] > 1 + (reference in self.perhaps_back):
            raise Violation("answer twice", reference)

    def _tag(self) -> None:
        """Rows that the job made are people's from now on."""
        rows = self.desk.rows("Orders")
        at = rows[0].index(TAG)
        for number, row in enumerate(rows[1:], 2):
            if any(row) and not (at < len(row) and row[at]):
                before = self.view()
                self._made += 1
                tag = f"a{self._made}"
                self.desk.edit("Orders", number, TAG, tag)
                self.rebase(before)
                line = _human(dict(zip(self.head, row, strict=False)))
                self.appended[tag] = {header: value for header, value in line.items() if value not in (None, "")}

    def undoing(self) -> None:
        """An undo begins."""
        self.untouched = {tag for tag in self.appended if tag in self.cells and self._is_untouched(tag)}

    def _is_untouched(self, tag: str) -> bool:
        """Formulas are nobody's work: people fill them down in advance."""
        was, now = {TAG: tag, **self.appended[tag], **self._filled_in(tag)}, self.cells[tag]
        formulas = {header for header, value in now.items() if str(value).startswith("=")}
        return all(was.get(header) == now.get(header) for header in (was.keys() | now.keys()) - formulas)

    def _filled_in(self, tag: str) -> Cells:
        return {header: self.given[tag, header] for header in self.filled if (tag, header) in self.given}

    def undone(self) -> None:
        """An undo is over: what the job itself filled in may be blank again, and its rows gone but for our tag; what
        people had typed over the job's cells may be back.
        """
        self.typed_over |= self.once_typed_over
        self.perhaps_back |= {self.appended[tag]["Client reference"] for tag in self.untouched.difference(self.order)}
        for row in [row for row in self.view() if TAG in row]:
            tag, kept = row[TAG], self.cells[row[TAG]]
            back = self._filled_in(tag)
            if tag in self.untouched and not any(row.get(header) == v for header, v in self.appended[tag].items()):
                back |= self.appended[tag]
                self.taken[self.appended[tag]["Client reference"]] -= 1
                del self.appended[tag]
            for header, value in back.items():
                if header not in row and kept.get(header) == value:
                    del kept[header]
            if row.keys() == {TAG}:
                self._untag(tag)
            elif "Client reference" not in kept:
                self.stubs.add(tag)

    def _untag(self, tag: str) -> None:
        """The row of an answer went back to the form."""
        rows = self.desk.rows("Orders")
        at = rows[0].index(TAG)
        number = next(n for n, row in enumerate(rows[1:], 2) if at < len(row) and row[at] == tag)
        self.desk.edit("Orders", number, TAG, None)
        self.order.remove(tag)
        del self.cells[tag]

    def _beside(self, view: list[Cells], clean: bool) -> None:
        """What the job wrote stands beside its own order."""
        for row in view:
            reference, order_id = str(row.get("Client reference", "")), row.get("Order ID")
            if row.get(TAG) in self.stubs or (row.get(TAG) in self.typed_over and not clean):
                continue
            if order_id is not None and _ID.fullmatch(str(order_id)):
                owner = self.owners.setdefault(str(order_id), reference)
                if owner != reference:
                    raise Violation("wrong order", f"{order_id} of {owner} beside {reference}")
            step = str(row.get("Next step", ""))
            if step and not step.startswith(("Nothing", coordinator(reference) + ":")):
                raise Violation("wrong order", f"beside {reference}: {step}")
            if step and order_id is None:
                raise Violation("wrong order", f"{reference} has a Next step and no Order ID")


def _human(row: Cells) -> Cells:
    return {header: value for header, value in row.items() if header not in JOB}


def _without_flags(rows: list[list[Any]]) -> list[list[Any]]:
    at = rows[0].index("Flags") if "Flags" in rows[0] else None
    lines = [[v for n, v in enumerate(row) if n != at] for row in rows]
    for line in lines:
        while line and line[-1] in (None, ""):
            line.pop()
    return lines


def _put(cells: Cells, header: str, value: Any) -> None:
    if value is None:
        cells.pop(header, None)
    else:
        cells[header] = value
