"""`onsite init` for a Google Sheet: adds what is missing, in one batch, and changes nothing that is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from rules.cells import Raw, squash
from rules.columns import FREE_TABS, TABS, DashboardRow, InvoiceRow, Row, SettingRow, SystemRow
from rules.settings import Settings
from sync.commands.layout import AnyColumn, by_job, form_columns, note
from sync.commands.places import Place, find_places, form_title
from sync.errors import Changed, Unreachable
from sync.registers.base import Register
from sync.registers.google import looks
from sync.registers.google.charting import add_charts
from sync.registers.google.commit import Commit
from sync.registers.google.dressed import Dressed, dressed_tabs, has_charts
from sync.registers.google.faults import Lost, Rejected, understood
from sync.registers.google.model import letters
from sync.registers.google.reading import quoted
from sync.registers.google.register import GoogleRegister, stamp_of
from sync.registers.google.requests import append, insert_rows, new_columns, update_cells
from sync.registers.google.transport import Json
from sync.snapshot import Reading
from sync.tabs import find_tab

_TRIES = 4
_Wanted = tuple[list[Json], list[str]]


def ensure(register: Register) -> list[str]:
    """What was added, a line each; nothing where nothing was missing. Raises UsageFault, NoAccess, Unreachable."""
    if not isinstance(register, GoogleRegister):
        raise TypeError("not a Google Sheet")
    with understood():
        done = _until_sent(register, _missing_things)
    try:
        with understood():
            return [*done, *_until_sent(register, _missing_charts)]
    except Unreachable as fault:  # a register works without them
        return [*done, f"{DashboardRow.title}: no charts, run init again for them: {fault}"]


def _until_sent(register: GoogleRegister, missing: Callable[[GoogleRegister, Reading], _Wanted]) -> list[str]:
    """Sends what is missing, looking again where somebody got in first; what was done."""
    for _ in range(_TRIES):
        reading = register.read()
        requests, done = missing(register, reading)
        if not requests or _send(register, reading, requests):
            return done
    raise Changed("The spreadsheet was changed by somebody else at every try.")


def _missing_things(register: GoogleRegister, reading: Reading) -> _Wanted:
    setup = _Setup(register, reading)
    return setup.requests, setup.done


def _missing_charts(register: GoogleRegister, reading: Reading) -> _Wanted:
    """The Dashboard's charts, once its columns are there; what is drawn there already is left alone."""
    place = find_places(reading)[DashboardRow]
    if has_charts(register.transport, place.title):
        return [], []
    requests = add_charts(stamp_of(reading).seen.sheets[place.title].id, place)
    return requests, [f"{place.title}: charts"] if requests else []


def _send(register: GoogleRegister, reading: Reading, requests: list[Json]) -> bool:
    """Whether it was done; not where somebody got in first."""
    stamp = stamp_of(reading)
    commit = Commit(register.transport, stamp.seen, reading, stamp.at, stamp.day)
    try:
        commit.post(requests, {})
        return True
    except (Lost, Rejected) as problem:
        owner = commit.owner(problem)
        if owner is None and isinstance(problem, Rejected):
            raise Unreachable(f"{problem} Nothing was written.") from problem
        if owner is None and not commit.patience.again():
            raise Unreachable(f"Google Sheets gives no reply ({problem}). Nothing was written.") from problem
        return commit.is_ours(owner)


class _Setup:
    """The requests for everything that is missing, and a line for each thing."""

    def __init__(self, register: GoogleRegister, reading: Reading) -> None:
        self.requests: list[Json] = []
        self.done: list[str] = []
        self._reading = reading
        self._places = find_places(reading)
        self._dressed = dressed_tabs(register.transport, stamp_of(reading).seen, self._places)
        ids = {sheet.id for sheet in stamp_of(reading).seen.sheets.values()}
        self._free_ids = (number for number in range(1001, 2**31 - 1) if number not in ids)
        form_tab = form_title(self._places, reading)
        for kind in TABS:
            if kind is InvoiceRow:
                self._form(form_tab)
            self._tab(kind)
        for place in self._places.values():
            self._headers(place)
        self._settings(self._places[SettingRow])
        for place in self._places.values():
            self._columns(place)

    def _tab(self, kind: type[Row]) -> None:
        place = self._places.get(kind)
        if place is not None:
            self._existing(place)
            return
        place = self._places[kind] = Place(kind, kind.title, {}, 0, 0, new_tab=True)
        width = len(kind.columns)
        sheet_id = self._new_tab(kind.title, width, hidden=kind is SystemRow)
        self._dressed[kind.title] = Dressed(sheet_id, width, frozen=True, hidden=True)

    def _form(self, title: str) -> None:
        """The form's own tab; in one that is there the form is at home, and nothing is added."""
        if find_tab(self._reading, title) is None:
            self.requests += looks.form(self._new_tab(title, len(list(form_columns()))))

    def _new_tab(self, title: str, width: int, hidden: bool = False) -> int:
        """Its number."""
        sheet_id = next(self._free_ids)
        grid = {"rowCount": 1000, "columnCount": width, "frozenRowCount": 1}
        properties = {"sheetId": sheet_id, "title": title, "gridProperties": grid, "hidden": hidden}
        self.requests.append({"addSheet": {"properties": properties}})
        self.done.append(f"{title}: new tab")
        return sheet_id

    def _existing(self, place: Place) -> None:
        dressed = self._dressed[place.title]
        if dressed.rows == 1:  # below the header there must be something to dress
            self.requests.append(append(dressed.id, "ROWS", 1))
            dressed.rows = 2
        if not dressed.frozen:
            self._property(dressed, {"gridProperties": {"frozenRowCount": 1}}, "gridProperties.frozenRowCount")
            self.done.append(f"{place.title}: the header stays in view")
        if place.kind is SystemRow and not dressed.hidden:
            self._property(dressed, {"hidden": True}, "hidden")
            self.done.append(f"{place.title}: hidden")

    def _property(self, dressed: Dressed, properties: Json, fields: str) -> None:
        given = {"properties": {"sheetId": dressed.id, **properties}, "fields": fields}
        self.requests.append({"updateSheetProperties": given})

    def _headers(self, place: Place) -> None:
        """Missing headers, right of everything: a column without a header may be somebody's."""
        dressed, first, missing = self._dressed[place.title], place.last_col + 1, place.missing
        self.requests += update_cells(dressed.id, {(1, col): column.header for column, col in place.unnamed.items()})
        if not missing or (place.kind in FREE_TABS and not place.blank):
            self.done += place.told
            return
        self.requests += new_columns(dressed.id, dressed.columns, place.last_col, len(missing))
        for col, column in enumerate(missing, first):
            place.columns[column] = col
            place.new_columns.append(column)
        self.requests += looks.headers(dressed.id, dict(enumerate(missing, first)))
        for col, column in enumerate(missing, first):
            self.requests += looks.dress(dressed.id, place.kind, col, column)
            dressed.has["note"].add(col)
            dressed.has["ground"].add(col)
        place.last_row, place.last_col = max(place.last_row, 1), place.last_col + len(missing)
        if not place.new_tab:
            self.done += place.told
            self._filter(place)

    def _filter(self, place: Place) -> None:
        """A filter sorts the columns that it reaches over and no others: let it take the new ones along."""
        found = self._dressed[place.title].filter
        reach: Json = found.get("range") or {}
        if "tableId" not in found and 0 < int(reach.get("endColumnIndex") or 0) < place.last_col:
            wider = {**found, "range": {**reach, "endColumnIndex": place.last_col}}
            self.requests.append({"setBasicFilter": {"filter": wider}})
            self.done.append(f"{place.title}: the filter reaches over the new columns")

    def _settings(self, place: Place) -> None:
        """Missing settings with their default and meaning, below the last row."""
        cols = [place.columns[column] for column in SettingRow.columns]
        grid = self._reading.grids.get(place.title)
        rows = grid.rows[1:] if grid else ()
        there = {squash(str(line[cols[0] - 1] or "")) for line in rows if len(line) >= cols[0]}
        missing = [one for one in Settings.model_fields.values() if squash(one.title or "") not in there]
        lines: list[list[Raw]] = [[one.title, _shown(one.default), one.description] for one in missing]
        self._rows(place, cols, lines)
        texts = [row for row, one in enumerate(missing, place.last_row + 1) if one.annotation is str]
        self.requests += looks.as_text(self._dressed[place.title].id, cols[1], texts)
        if missing and not place.new_tab:
            self.done.append(f"{place.title}: new settings: {', '.join(one.title or '' for one in missing)}")

    def _rows(self, place: Place, cols: list[int], lines: list[list[Raw]]) -> None:
        sheet_id, top = self._dressed[place.title].id, place.last_row
        if lines and not place.new_tab:
            self.requests += [append(sheet_id, "ROWS", 1), insert_rows(sheet_id, top, len(lines))]
        cells = {
            (row, col): value
            for row, line in enumerate(lines, top + 1)
            for col, value in zip(cols, line, strict=True)
            if value not in (None, "")
        }
        self.requests += update_cells(sheet_id, cells)

    def _columns(self, place: Place) -> None:
        """Notes, formats, drop-downs, warnings and colours for columns that have none of any kind."""
        dressed, added = self._dressed[place.title], dict[str, int]()
        names = {
            other.kind.title: f"{quoted(other.title)}!${letters(col)}$2:${letters(col)}"
            for other in self._places.values() if (col := other.columns.get(other.kind.columns[0]))
        }  # fmt: skip
        for column, col in place.columns.items():
            used = 1 if column in place.new_columns else max(place.last_row, 1)
            for thing, requests in _missing(dressed, col, column, names, used):
                self.requests += requests
                added[thing] = added.get(thing, 0) + 1
        job = {col for column, col in place.columns.items() if by_job(column)} - dressed.protected
        self.requests += looks.protect(dressed.id, job)
        if job:
            added["warnings"] = len(job)
        if added and not place.new_tab:
            what = ", ".join(f"{thing} for {count} columns" for thing, count in added.items())
            self.done.append(f"{place.title}: {what}")


def _missing(
    dressed: Dressed, col: int, column: AnyColumn, names: Mapping[str, str], used: int
) -> Iterator[tuple[str, list[Json]]]:
    """What a column lacks. Formats and grounds come below the rows in use, and leave the look of what stands there."""
    if col not in dressed.has["note"] and note(column):
        yield "notes", [looks.add_note(dressed.id, col, column)]
    room = used < (dressed.rows or used + 1)
    things = (
        ("formats", dressed.has["format"], looks.formatted(dressed.id, col, column.kind, used) if room else ()),
        ("grounds", dressed.has["ground"], looks.ground(dressed.id, col, column, used) if room else ()),
        ("drop-downs and checks", dressed.has["rule"], looks.guard(dressed.id, col, column, names)),
        ("colours", dressed.coloured, looks.colours(dressed.id, col, column)),
    )
    for thing, there, requests in things:
        found = list(requests)
        if found and col not in there:
            yield thing, found


def _shown(default: Any) -> Raw:
    """A default as people would type it."""
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, Decimal):
        return float(default)
    return default if default is None or isinstance(default, int) else str(default)
