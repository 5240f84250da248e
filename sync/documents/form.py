"""A template filled in: rows repeated, values in their cells, and nothing about who made the file, where, or how."""

from __future__ import annotations

from datetime import date
from importlib import resources
from pathlib import Path

from sync.documents.layout import Layout
from sync.documents.logo import logo_in, with_logo
from sync.documents.page import Page
from sync.documents.parts import finish, moved_names
from sync.documents.reflow import Reflow
from sync.documents.template import Template
from sync.errors import UsageFault
from sync.xlsx import Book, clean


def template_file(name: str, folder: Path | None) -> bytes:
    """A template: the firm's own in `folder`, where it has one, else the one that comes along; with the firm's logo.

    Raises UsageFault for what can't be read, for a logo that is no picture, or that the template has no place for.
    """
    own = _own(folder / name) if folder is not None else None
    template = resources.files("templates").joinpath(name).read_bytes() if own is None else own
    logo = logo_in(folder)
    return with_logo(template, logo) if logo else template


def _own(path: Path) -> bytes | None:
    """None where there is none."""
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError as fault:
        raise UsageFault(f"the template {path} can't be read: {fault.strerror}") from fault


def filled(layout: Layout, page: Page, single: tuple[str, ...], title: str, creator: str, day: date) -> bytes:
    """The finished .xlsx, the same bytes whenever made again. Names in `single` stand for one cell each.

    `title`, `creator` and `day` are its only properties.
    """
    form = layout.template
    book = Book.open(_prepared(form, layout, page, single))
    for cell in layout.placed:
        book.set(form.title, cell.row, cell.col, cell.field.value)
    return finish(book.to_bytes(stored=True), clean(title), clean(creator), day)


def _prepared(form: Template, layout: Layout, page: Page, single: tuple[str, ...]) -> bytes:
    """The template with rows, styles and names as the document needs them, and no values yet."""
    structure = form.book.structure
    part = next(tab.part for tab in structure.tabs if tab.title == form.title)
    changes: dict[str, bytes | None] = {
        part: page.xml(),
        structure.main: moved_names(structure.workbook, form.title, layout.reflow, single),
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
