"""A register that is a local .xlsx workbook."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from rules.cells import Raw
from sync import clock, files
from sync.errors import NotAWorkbook, UsageFault
from sync.plan import Write
from sync.snapshot import Grid, Reading
from sync.xlsx import MAX_TEXT, Book
from sync.xlsx.cells import reference
from sync.xlsx.mending import mended

_LAST = datetime.max.replace(microsecond=0)
MOST_CELLS = 40_000_000  # of the smallest rectangle that holds all values of a tab, blanks included


@dataclass(frozen=True, slots=True)
class _Stamp:
    file: files.Stamp
    book: Book
    at: datetime


class WorkbookRegister:
    """Reads a workbook, and changes cells in it while nobody has it open; versions before are kept as backups."""

    max_text = MAX_TEXT

    def __init__(self, path: Path, backups: Path | None = None, wait: float = 10.0) -> None:
        """`backups` is the folder for them, by default beside the workbook; `wait` is for another run, in seconds."""
        self.path = path
        self.name = path.name
        self._backups = backups
        self._wait = wait

    def read(self) -> Reading:
        """All tabs with cells, hidden ones too, whoever has the file open. Raises Unreachable and Changed.

        Numbers without a fraction arrive as int, times rounded to the second, cells with an error as None.
        """
        at = clock.utc_now()
        data, stamp = files.read(self.path)
        try:
            book = Book.open(data)
            grids = self._grids(book)
        except NotAWorkbook:  # or half of one: some programs save in place
            files.check_free(self.path)
            files.check_unchanged(self.path, stamp)
            raise
        return Reading(grids, _Stamp(stamp, book, at))

    def _grids(self, book: Book) -> dict[str, Grid]:
        book.verify()
        for title in book.titles:
            self._check_extent(book, title)
        rows = _values(book)
        return {title: Grid(title, rows[title], book.formulas(title)) for title in book.titles}

    def commit(self, reading: Reading, writes: Sequence[Write], quiet: bool = False) -> Collection[Write]:
        """Writes these cells, all or none; `quiet` without a backup. Nothing is ever left out.

        Raises Changed, InUse, Contended, Refused, Unreachable.
        """
        if not writes:
            files.tidy(self.path, self._backups)
            return ()
        stamp = reading.stamp
        if not isinstance(stamp, _Stamp):
            raise TypeError("this reading is of another register")
        with files.locked(self.path, self._wait):
            files.check_free(self.path)
            files.check_unchanged(self.path, stamp.file)
            book = stamp.book.fresh()
            for write in writes:
                book.set(write.tab, write.row, write.col, write.value)
            clock.check_fresh(stamp.at)
            if quiet:
                files.replace_quietly(self.path, book.to_bytes(), stamp.file, self._backups)
            else:
                files.replace(self.path, book.to_bytes(), stamp.file, self._backups)
        return ()

    @staticmethod
    def formulas_without_result(reading: Reading, titles: Iterable[str]) -> list[str]:
        """Where these tabs have them, such as "Orders!F2". They read as blank until a spreadsheet program saves it."""
        stamp = reading.stamp
        assert isinstance(stamp, _Stamp)  # noqa: S101  # nosec B101
        places = ((title, cell) for title in titles for cell in stamp.book.without_result(title))
        return [f"{title}!{reference(*cell)}" for title, cell in places]

    def _check_extent(self, book: Book, title: str) -> None:
        rows, cols = book.sheet(title).extent(MOST_CELLS)
        if rows * cols > MOST_CELLS:
            raise UsageFault(
                f"the tab {title} of {self.name} has values as far as {reference(rows, cols)}: "
                f"delete the rows or columns out there that nobody needs"
            )


def _values(book: Book) -> dict[str, list[list[Raw]]]:
    try:
        return _read(book.package.data, book.titles)
    except (NotAWorkbook, OverflowError):  # it may be one cell alone
        return _read(mended(book), book.titles)


def _read(data: bytes, titles: Sequence[str]) -> dict[str, list[list[Raw]]]:
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as workbook:
            return {title: _cleaned(workbook.get_sheet_by_name(title)) for title in titles}
    except CalamineError as fault:
        raise NotAWorkbook(f"the workbook is damaged ({fault}): restore an earlier version of it") from fault
    except Exception:
        raise
    except BaseException as fault:
        if type(fault).__name__ == "PanicException":  # a fault of the reader that Python can't name otherwise
            raise NotAWorkbook("the workbook is damaged: restore an earlier version of it") from fault
        raise


def _cleaned(sheet: Any) -> list[list[Raw]]:
    clean = _CLEAN
    return [
        [value if value.__class__ is str and value else clean[value.__class__](value) for value in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]


def _text(value: str) -> Raw:
    return value or None


def _number(value: float) -> Raw:
    if value.is_integer():
        return int(value)
    return value if value - value == 0 else None  # infinite, or no number


def _moment(value: datetime) -> Raw:
    """To the second: a day's fraction has no room for exact ones."""
    if value.microsecond:
        second = value.replace(microsecond=0)
        return second + timedelta(seconds=value.microsecond >= 500_000 and second < _LAST)
    return value


def _time(value: time) -> Raw:
    if value.microsecond < 500_000:
        return value.replace(microsecond=0)
    later = datetime.combine(date(2000, 1, 1), value.replace(microsecond=0)) + timedelta(seconds=1)
    return later.time() if later.day == 1 else value.replace(microsecond=0)


def _same(value: Any) -> Any:
    return value


_CLEAN: dict[type, Callable[[Any], Raw]] = {
    str: _text, float: _number, int: _same, bool: _same, datetime: _moment, date: _same, time: _time,
    timedelta: lambda value: timedelta(seconds=round(value.total_seconds())), type(None): _same,
}  # fmt: skip
