"""The tables of README.md and docs/reference.md are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sync.docs import DOCUMENTS, TABLES, filled

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {name: (ROOT / name).read_text("utf-8") for name in DOCUMENTS}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_up_to_date(name: str) -> None:
    assert filled(TEXTS[name]) == TEXTS[name]


def test_every_table_stands_in_one_document() -> None:
    found = [name for text in TEXTS.values() for name in re.findall(r"<!-- (\w+): ", text)]
    assert sorted(found) == sorted(TABLES)


def test_a_stale_table_is_made_anew() -> None:
    text = re.sub(r"`onsite doctor[^\n]*\n", "", TEXTS["README.md"])
    assert text != TEXTS["README.md"] == filled(text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]*)(?:#([\w-]+))?\)|(?:src)=\"([^\"]+)\"", TEXTS[name])
    for path, heading, picture in links:
        target = (ROOT / name).parent / (path or picture) if path or picture else ROOT / name
        assert path.startswith("http") or target.exists(), path
        if heading:
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            assert heading in [re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings]
