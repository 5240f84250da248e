"""Papers that worlds make again and again, made once: the program itself is not changed by this."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pytest import MonkeyPatch

from rules.invoice import Invoice
from sync import enclosures, issuing, papers
from sync.documents import letter
from sync.documents.guard import guard
from sync.documents.invoice import render as paper_of


@lru_cache(maxsize=4096)
def _rendered(text: str, template: bytes) -> bytes:
    return paper_of(Invoice.model_validate_json(text), template)


@lru_cache(maxsize=4096)
def _guard(data: bytes, name: str, addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(guard(data, name, addresses))


def _guarded(data: bytes, name: str, addresses: Sequence[str]) -> list[str]:
    return list(_guard(data, name, tuple(addresses)))


def remember_papers(patch: MonkeyPatch) -> None:
    """The same invoice has the same bytes (tests/sync/test_invoice.py), so a simulation makes each of them once; and
    the same bytes hold the same addresses.
    """

    def render(invoice: Invoice, template: bytes) -> bytes:
        return _rendered(invoice.model_dump_json(), template)

    for module in (issuing, papers):
        patch.setattr(module, "render", render)
    for module in (issuing, papers, letter, enclosures):
        patch.setattr(module, "guard", _guarded)
