"""The words of a message: subject, text and HTML from templates that the firm may restyle."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules.words import Language
from sync.documents.blocks import Block, blocks
from sync.errors import Undelivered

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = "messages"
_CODES = {Language.ENGLISH: "en", Language.JAPANESE: "ja"}
_SUBJECT = "Subject:"
_BETWEEN = "\n\n" + "-" * 40 + "\n\n"
_MAX_SUBJECT = 200


class WordingFault(Undelivered):
    """A template that can't be used: names it, and says what is wrong."""


@dataclass(frozen=True)
class Words:
    """A message as people read it."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class _Part:
    language: str
    blocks: list[Block]


def words(kind: str, languages: tuple[Language, ...], facts: Callable[[Language], Mapping[str, Any]],
          folder: Path | None = None) -> Words:  # fmt: skip
    """The message in these languages, one below the other. `folder` holds the firm's own templates.

    Raises WordingFault.
    """
    plain, framing = _environments(folder)
    subjects: list[str] = []
    texts: list[str] = []
    links: set[str] = set()
    for language in languages:
        name, found = f"{kind}.{_CODES[language]}.j2", facts(language)
        subject, text = _split(_rendered(plain, name, found), name)
        subjects.append(subject)
        texts.append(text)
        links |= {place["map"] for place in found.get("places", ()) if place["map"]}
    subject = " / ".join(dict.fromkeys(subjects))
    parts = [_Part(_CODES[one], list(blocks(text))) for one, text in zip(languages, texts, strict=True)]
    about = {"subject": subject, "parts": parts, "links": links, "language": _CODES[languages[0]]}
    return Words(subject, _BETWEEN.join(texts) + "\n", _rendered(framing, "frame.html.j2", about))


def _rendered(environment: Environment, name: str, facts: Mapping[str, Any]) -> str:
    from jinja2 import TemplateError  # needed by runs that have something to say: it takes long to load

    try:
        return environment.get_template(name).render(facts)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as fault:
        raise WordingFault(f"the message template {name} can't be used: {fault}") from fault


def _split(text: str, name: str) -> tuple[str, str]:
    head, _, body = text.strip().partition("\n")
    if not head.startswith(_SUBJECT):
        raise WordingFault(f"the message template {name} must begin with a line `Subject: ...`")
    subject = " ".join(_visible(head.removeprefix(_SUBJECT)).split())[:_MAX_SUBJECT]
    lines = (_visible(line).rstrip() for line in body.split("\n"))
    return subject, re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _visible(line: str) -> str:
    return "".join(sign for sign in line if unicodedata.category(sign) not in ("Cc", "Cs"))


@lru_cache(maxsize=4)
def _environments(folder: Path | None) -> tuple[Environment, Environment]:
    """One for text, one for HTML that escapes everything. Templates are run in a sandbox, and values are only shown."""
    from jinja2 import BaseLoader, FunctionLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    loader: BaseLoader = FunctionLoader(lambda name: _watched(name, folder))
    options: dict[str, Any] = {"loader": loader, "undefined": StrictUndefined, "trim_blocks": True}
    options |= {"lstrip_blocks": True}
    return SandboxedEnvironment(autoescape=False, **options), SandboxedEnvironment(autoescape=True, **options)


def _watched(name: str, folder: Path | None) -> tuple[str, None, Callable[[], bool]] | None:
    """A template, and whether it is still that: a firm mends its templates while a schedule runs."""
    source = _source(name, folder)
    return None if source is None else (source, None, lambda: _source(name, folder) == source)


def _source(name: str, folder: Path | None) -> str | None:
    """The firm's own template, where it has one, else the one that comes along."""
    if folder is not None and (folder / FOLDER / name).is_file():
        return (folder / FOLDER / name).read_text(encoding="utf-8")
    found = resources.files("templates").joinpath(FOLDER, name)
    return found.read_text(encoding="utf-8") if found.is_file() else None
