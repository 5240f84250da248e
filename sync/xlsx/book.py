"""An .xlsx workbook in memory: cells are changed, and every byte that has nothing to do with them stays."""

from collections.abc import Iterable, Sequence
from typing import Self

from sync.errors import NotAWorkbook
from sync.xlsx import cells, columns, conditional, validation, xml
from sync.xlsx.cells import Value
from sync.xlsx.package import Package
from sync.xlsx.sheet import Sheet, check
from sync.xlsx.structure import Structure, Tab
from sync.xlsx.styles import MINIMAL, Styles
from sync.xlsx.validation import Validation

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BLANK = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<worksheet xmlns="%b"><sheetData></sheetData></worksheet>'
)
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class Book:
    """A workbook and what shall be changed in it. Open it anew for another set of changes."""

    def __init__(self, package: Package) -> None:
        """Raises NotAWorkbook where the package holds no workbook."""
        self.package = package
        self.structure = Structure(package)
        self._changes: dict[str, dict[int, dict[int, Value]]] = {}
        self._bases: dict[str, dict[tuple[int, int], int]] = {}
        self._sheets: dict[str, Sheet] = {}
        self._reframed: set[str] = set()
        self._styles: Styles | None = None

    @classmethod
    def open(cls, data: bytes) -> Self:
        """Raises NotAWorkbook, with what to do, for anything but a sound and honest .xlsx (or .xlsm) file."""
        if data.startswith(_OLE):
            if _ENCRYPTED in data:
                raise NotAWorkbook("the workbook is protected by a password: save it without one")
            raise NotAWorkbook("the file is in the old .xls format: save it as .xlsx in a spreadsheet program")
        if not data.startswith(b"PK"):
            raise NotAWorkbook("the file is no .xlsx workbook: save it as one in a spreadsheet program")
        return cls(Package(data))

    def verify(self) -> None:
        """Makes sure that another reader of cells can be let loose on the same bytes. Raises NotAWorkbook."""
        for title in self.titles:
            self.sheet(title)
        for kind in ("sharedStrings", "styles"):
            part = self.structure.part_of_type(kind)
            if part is not None:
                self.package.xml(part)
        self.package.verify()

    def fresh(self) -> "Book":
        """The same workbook without any changes; what was found out about its parts is not found out again."""
        book = Book(self.package)
        kept = set(book.titles) - self._reframed
        book._sheets = {title: sheet for title, sheet in self._sheets.items() if title in kept}
        return book

    @property
    def titles(self) -> tuple[str, ...]:
        """Tabs with cells, hidden ones too, from left to right."""
        return tuple(tab.title for tab in self.structure.tabs if tab.worksheet)

    def hidden(self, title: str) -> bool:
        """Raises KeyError where there is no such tab."""
        return self._tab(title).hidden

    def part(self, title: str) -> str:
        """The part that a tab is. Raises KeyError where there is no such tab."""
        return self._tab(title).part

    def formulas(self, title: str) -> frozenset[tuple[int, int]]:
        """Cells (row, col) that show a formula's result, as the file has them."""
        return self.sheet(title).formulas.all()

    def without_result(self, title: str) -> list[tuple[int, int]]:
        """Cells (row, col) with a formula whose result the file does not hold: they read as blank."""
        return self.sheet(title).without_result()

    def set(self, title: str, row: int, col: int, value: Value, style: int | None = None) -> None:
        """Puts a value into a cell, which keeps its style; None empties it. Text never becomes a formula.

        Dates and times without a date style get one. Times have no zone: ValueError where one is given, and
        for numbers that aren't finite. Raises Refused outside of the sheet, KeyError where there is no such tab.
        `style`, a number from `styles` or `style_at`, takes the place of the cell's own.
        """
        self._tab(title)
        if style is not None:
            self._bases.setdefault(title, {})[row, col] = style
        self._changes.setdefault(title, {}).setdefault(row, {})[col] = check(title, row, col, value)

    def add_sheet(
        self,
        title: str,
        rows: Iterable[Sequence[Value]] = (),
        *,
        sheet_xml: bytes | None = None,
        hidden: bool = False,
    ) -> None:
        """Adds a tab behind the others, with these rows from A1 on; `sheet_xml` is what it starts from.

        Raises ValueError where the title is taken, too long or has signs that a tab can't have.
        """
        namespace = xml.attributes(xml.root(self.structure.workbook, "workbook")[3])
        blank = _BLANK % next((v for k, v in namespace.items() if v.endswith("/main")), _NAMESPACE).encode()
        self.structure.add_tab(title, sheet_xml or blank, hidden)
        for number, values in enumerate(rows, start=1):
            for col, value in enumerate(values, start=1):
                if value is not None:
                    self.set(title, number, col, value)

    def style_at(self, title: str, row: int, col: int) -> int:
        """The number of the style that a cell has, or would have."""
        return self.sheet(title).style_at(row, col)

    def has_validation(self, title: str, col: int) -> bool:
        """Whether any cell of the column has a data validation."""
        return validation.covers(self.sheet(title).frame, col)

    def add_validation(self, title: str, area: str, rule: Validation) -> None:
        """Adds a drop-down or a warning to cells such as "B2:B1000"; those that are there stay."""
        self.reframe(title, validation.added(self.sheet(title).frame, title, area, rule))

    def add_conditional(self, title: str, area: str, formula: str, fill_rgb: str) -> None:
        """Colours the ground of cells for which the formula (of the area's first cell) is true; RRGGBB."""
        dxf = self.styles.differential(fill_rgb)
        self.reframe(title, conditional.added(self.sheet(title).frame, title, area, formula, dxf))

    def column_style(self, title: str, col: int) -> int:
        """The number of the style of a column's blank cells."""
        return columns.style(self.sheet(title).frame, col)

    def format_column(
        self,
        title: str,
        col: int,
        *,
        code: str | None = None,
        fill_rgb: str | None = None,
        width: float | None = None,
        top: bool = False,
    ) -> None:
        """How blank cells of a column look: number format ("@" keeps what is typed as text), ground, width, top.

        Cells that are in the file already keep their own looks.
        """
        frame = self.sheet(title).frame
        style = self.column_style(title, col)
        style = style if code is None else self.styles.formatted(style, code)
        style = style if fill_rgb is None else self.styles.filled(style, fill_rgb)
        style = self.styles.topped(style) if top else style
        attributes = {} if width is None else {"width": repr(width), "customWidth": "1"}
        self.reframe(title, columns.changed(frame, title, col, style=str(style), **attributes))

    def to_bytes(self, stored: bool = False) -> bytes:
        """The file. Where nothing was changed, the bytes that it was opened from.

        Raises Refused where a change would break a formula that spans several cells. `stored`: see Package.build.
        """
        made = {title: self._written(title) for title in sorted(self._changes.keys() | self._reframed)}
        if self._changes:
            self.structure.calculate_on_load()
            self._drop_calculation_chain()
        if self._styles is not None and self._styles.changed:
            self._store_styles(self._styles)
        changes = dict(self.structure.changed)
        changes |= {self._tab(title).part: content for title, content in made.items()}
        return self.package.build(changes, stored) if changes else self.package.data

    def sheet(self, title: str) -> Sheet:
        """A tab's XML, without the changes. Raises KeyError where there is no such tab."""
        if title not in self._sheets:
            self._sheets[title] = Sheet(self.structure.current(self._tab(title).part), title)
        return self._sheets[title]

    @property
    def styles(self) -> Styles:
        """The table of cell formats, with those added so far."""
        if self._styles is None:
            part = self.structure.part_of_type("styles")
            self._styles = Styles(self.package.xml(part) if part else MINIMAL)
        return self._styles

    def reframe(self, title: str, frame: bytes) -> None:
        """Puts other XML around the rows of a tab."""
        self._sheets[title] = self.sheet(title).reframed(frame)
        self._reframed.add(title)

    def _written(self, title: str) -> bytes:
        changes, bases = self._changes.get(title, {}), self._bases.get(title, {})
        return self.sheet(title).written(changes, bases, self._style_for, self.structure.from_1904)

    def _style_for(self, style: int, value: Value) -> int:
        if isinstance(value, str):
            return self.styles.inert(style) if cells.alive(value) else style
        code = cells.date_format(value)
        if code is not None:
            return self.styles.dated(style, code)
        number = value is not None and not isinstance(value, bool)
        return self.styles.numeric(style) if number else style

    def _store_styles(self, table: Styles) -> None:
        part = self.structure.part_of_type("styles")
        if part:
            self.structure.changed[part] = table.xml
        else:
            self.structure.add(self.structure.free_name("styles.xml"), table.xml, "styles")

    def _drop_calculation_chain(self) -> None:
        """Without it programs make it anew; with cells in it that have no formula, Excel calls for a repair."""
        part = self.structure.part_of_type("calcChain")
        if part is None:
            return
        listed = {cell.get("r", "") for cell in xml.elements(self.package.xml(part), "c")}
        gone = {
            cells.reference(row, col)
            for title, rows in self._changes.items()
            for row, values in rows.items()
            for col in values
            if (row, col) in self.sheet(title).formulas.own
        }
        if listed & gone:
            self.structure.drop(part)

    def _tab(self, title: str) -> Tab:
        for tab in self.structure.tabs:
            if tab.title == title and tab.worksheet:
                return tab
        raise KeyError(title)
