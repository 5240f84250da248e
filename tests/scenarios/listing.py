"""The 25 bad days, and which tests hold what comes of each: the table of README.md, made from the tests' markers.

`python -m tests.scenarios.listing` writes it.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

SCENARIOS: Mapping[int, tuple[str, str]] = {
    1: ("killed before any call", "the next run completes"),
    2: ("killed after the change was applied, before the reply", "one ledger row"),
    3: ("applied, then no reply in time", "looks, and doesn't repeat"),
    4: ("503 after the change was applied", "looks, and doesn't repeat"),
    5: ("429 for 90 seconds", "waits, and completes"),
    6: ("429 for ten minutes", "exit 3, and nothing says success"),
    7: ("502 as HTML, JSON cut short", "so many tries and no more, a clear error"),
    8: ("403", "one try; names the address to share with"),
    9: ("two jobs at once", "one commits, the other plans anew"),
    10: ("a job that was paused for an hour wakes up", "writes nothing stale"),
    11: ("people sort between read and write", "every status beside its order"),
    12: ("a row inserted or deleted meanwhile", "the same; the deletion logged, the number kept"),
    13: ("a person edits the cell that is being written", "kept where it is theirs, put back where it is ours, logged"),
    14: ("a copied row", "both flagged, none invoiced"),
    15: ("the status dragged back after invoicing", "no second invoice"),
    16: ("answers of the form arrive meanwhile", "taken in by the next run, no ID overwritten"),
    17: ("a column renamed or doubled", "exit 2, nothing written"),
    18: ("a ledger row edited or removed", "no number is given, with an alarm"),
    19: ("killed between ledger and file or mail", "the same file later; the mail marked unknown"),
    20: ("the text of a formula, full-width signs, a line break and `=`", "stays text"),
    21: ("a bomb, an entity, no zip, encrypted", "refused within a second, below 150 MB"),
    22: ("the workbook open elsewhere", "untouched, exit 3, says by whom"),
    23: ("the disk full, killed while saving", "the old file whole"),
    24: ("CR and LF, `../`, `{{…}}`", "refused, or literal"),
    25: ("clock jumps, daylight saving, month and year end, five missed runs", "one catch-up, with the right dates"),
}
README = Path(__file__).with_name("README.md")
TESTS = Path(__file__).resolve().parents[1]
_TABLE = re.compile(r"(<!-- scenarios: [^>]*-->\n).*?(<!-- /scenarios -->)", re.DOTALL)


def marked() -> Mapping[int, list[tuple[Path, str]]]:
    """Module and name of every test that bears a scenario's number."""
    found = defaultdict[int, list[tuple[Path, str]]](list)
    for path in sorted(TESTS.rglob("test_*.py"), key=lambda path: (path.parent != README.parent, path)):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in _numbers(node):
                    found[number].append((path.relative_to(TESTS), node.name))
    return found


def _numbers(test: ast.FunctionDef) -> Iterator[int]:
    for decorator in test.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.scenario":
            yield from (ast.literal_eval(argument) for argument in decorator.args)


def table() -> Iterator[str]:
    """What happens, what comes of it, and the tests, by module."""
    yield "| | what happens | what comes of it | tests |"
    yield "|---|---|---|---|"
    tests = marked()
    for number, (happens, outcome) in SCENARIOS.items():
        names = defaultdict[Path, list[str]](list)
        for path, name in tests.get(number, ()):
            names[path].append(f"`{name.removeprefix('test_')}`")
        modules = (f"`{path.as_posix()}`: {', '.join(found)}" for path, found in names.items())
        yield f"| {number} | {happens} | {outcome} | {'; '.join(modules)} |"


def filled(text: str) -> str:
    """The document with its table made anew."""
    body = "\n".join(table())
    return _TABLE.sub(lambda found: f"{found[1]}{body}\n{found[2]}", text)


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
