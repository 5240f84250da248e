"""Invoices and credit notes as workbooks: a template filled with values, and the same bytes whenever made again."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from rules.invoice import Invoice
from rules.words import Language
from sync.documents.fields import FOR_MACHINES, NEEDED, SPARE, fields, line_fields
from sync.documents.form import filled, template_file
from sync.documents.guard import guard
from sync.documents.layout import Layout
from sync.documents.names import file_name
from sync.documents.page import Page
from sync.documents.template import Template

__all__ = ["file_name", "guard", "render", "template_for"]

_FILES: dict[tuple[Language, ...], str] = {
    (Language.ENGLISH,): "invoice-en.xlsx",
    (Language.JAPANESE,): "invoice-ja.xlsx",
}
_BOTH = "invoice-both.xlsx"
_NUMBER = "{InvoiceNumber}"
ONE_PAGE_LINES = 10


def template_for(languages: tuple[Language, ...], folder: Path | None = None) -> bytes:
    """The template for these languages, the firm's own where `folder` has one. Raises UsageFault as `template_file`."""
    return template_file(_FILES.get(languages, _BOTH), folder)


def render(invoice: Invoice, template: bytes) -> bytes:
    """The finished .xlsx. The same invoice and template give the same bytes, on every machine.

    Raises UsageFault where the template lacks a name or holds what must not go out, and NotAWorkbook.
    """
    form = _opened(template, Language.JAPANESE in invoice.languages)
    lines = [line_fields(line, invoice.currency) for line in invoice.lines]
    layout = Layout(form, fields(invoice), {"Line": lines})
    page = Page(layout, (_NUMBER, invoice.number), "Line", ONE_PAGE_LINES)
    return filled(layout, page, FOR_MACHINES, invoice.number, invoice.seller_name, invoice.issued_on)


def check_templates(folder: Path | None) -> None:
    """Raises UsageFault and NotAWorkbook where a template, the firm's own or its logo, can't become an invoice."""
    for languages in (*_FILES, tuple(Language)):
        _opened(template_for(languages, folder), Language.JAPANESE in languages)


@lru_cache(maxsize=8)
def _opened(template: bytes, japanese: bool) -> Template:
    """A template once it was read: a run makes many invoices from the same one. Nothing changes it."""
    return Template(template, (*NEEDED, "Honorific") if japanese else NEEDED, SPARE)
