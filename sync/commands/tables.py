"""`onsite rules`: the catalogue as a table."""

from __future__ import annotations

from typing import Any

from rules.catalogue import CATALOGUE
from rules.words import Severity

_BY_STEP = {"step-skipped": "BLOCK the step skipped", "evidence-removed": "BLOCK the next status"}


def rules_as_json() -> dict[str, Any]:
    """Every rule: code, severity, what it holds back, item, cause, when it speaks, whether it may be waived."""
    return {
        "rules": [
            {
                "code": rule.code, "severity": str(rule.severity), "holds": str(rule.holds) if rule.holds else None,
                "item": rule.item, "when": rule.when, "speaks": rule.window.value, "waivable": rule.waivable,
            }
            for rule in CATALOGUE.values()
        ]
    }  # fmt: skip


def rows() -> list[tuple[str, str, str, str]]:
    """Code, severity and what it holds back, item of the instructions, cause."""
    return [(r.code, _BY_STEP.get(r.code, r.weight), r.item, r.when) for r in CATALOGUE.values()]


def rules_as_text() -> list[str]:
    """The table in columns, with a closing line that counts."""
    table = [("code", "severity, holds back", "item", "raised when"), *rows()]
    widths = [max(len(line[place]) for line in table) for place in range(3)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[3]]) for line in table
    ]
    counts = ", ".join(f"{sum(r.severity is s for r in CATALOGUE.values())} {s}" for s in Severity)
    return [*lines, f"{len(CATALOGUE)} rules: {counts}"]


def rules_as_markdown() -> list[str]:
    """The table for the reference."""
    head = ["| code | severity, holds back | item | raised when |", "|---|---|---|---|"]
    return head + [f"| `{code}` | {weight} | {item} | {when} |" for code, weight, item, when in rows()]
