"""Invoices and credit notes as workbooks: a template filled with values, and the same bytes whenever made again."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path

from rules.invoice import Invoice
from rules.words import Language
from sync.documents.fields import FOR_MACHINES, NEEDED, SPARE, fields, line_fields
from sync.documents.guard import guard
from sync.documents.layout import Layout
from sync.documents.names import file_name
from sync.documents.page import Page
from sync.documents.parts import finish, moved_names
from sync.documents.reflow import Reflow
from sync.documents.template import Template
from sync.xlsx import Book, clean

__all__ = ["file_name", "guard", "render", "template_for"]

_FILES: dict[tuple[Language, ...], str] = {
    (Language.ENGLISH,): "invoice-en.xlsx",
    (Language.JAPANESE,): "invoice-ja.xlsx",
}
_BOTH = "invoice-both.xlsx"


def template_for(languages: tuple[Language, ...], folder: Path | None = None) -> bytes:
    """The template for these languages: the firm's own in `folder`, where it has one, else the one that comes along."""
    name = _FILES.get(languages, _BOTH)
    if folder is not None and (folder / name).is_file():
        return (folder / name).read_bytes()
    return resources.files("templates").joinpath(name).read_bytes()


def render(invoice: Invoice, template: bytes) -> bytes:
    """The finished .xlsx. The same invoice and template give the same bytes, on every machine.

    Raises UsageFault where the template lacks a name or holds what must not go out, and NotAWorkbook.
    """
    form = _opened(template, Language.JAPANESE in invoice.languages)
    lines = [line_fields(line, invoice.currency) for line in invoice.lines]
    layout = Layout(form, fields(invoice), lines)
    book = Book.open(_prepared(form, layout, Page(layout, invoice.number)))
    for cell in layout.placed:
        book.set(form.title, cell.row, cell.col, cell.field.value)
    return finish(book.to_bytes(stored=True), clean(invoice.number), clean(invoice.seller_name), invoice.issued_on)


@lru_cache(maxsize=8)
def _opened(template: bytes, japanese: bool) -> Template:
    """A template once it was read: a run makes many invoices from the same one. Nothing changes it."""
    return Template(template, (*NEEDED, "Honorific") if japanese else NEEDED, SPARE)


def _prepared(form: Template, layout: Layout, page: Page) -> bytes:
    """The template with rows, styles and names as the invoice needs them, and no values yet."""
    structure = form.book.structure
    part = next(tab.part for tab in structure.tabs if tab.title == form.title)
    changes: dict[str, bytes | None] = {
        part: page.xml(),
        structure.main: moved_names(structure.workbook, form.title, layout.reflow, FOR_MACHINES),
        **_moved_drawings(form, layout.reflow),
    }
    styles = structure.part_of_type("styles")
    if styles is not None:
        changes[styles] = page.table.xml
    return form.book.package.build(changes, stored=True)


def _moved_drawings(form: Template, reflow: Reflow) -> dict[str, bytes]:
    package = form.book.package
    drawings = (name for name in package.parts if name.startswith("xl/drawings/drawing") and name.endswith(".xml"))
    return {name: reflow.anchored(package.xml(name)) for name in drawings}
