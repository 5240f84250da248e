"""The house rules that a machine can check: rules/ decides and never acts, and everything stays small."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What rules/ may import. Nothing here reads a file, a clock, the network or the environment
# (zoneinfo and phonenumbers read the tables that they come with).
OURS = frozenset({"rules", "pydantic", "phonenumbers", "stdnum", "zoneinfo"})
PURE_STDLIB = frozenset(
    {
        "__future__", "abc", "bisect", "calendar", "collections", "contextlib", "copy", "dataclasses",
        "datetime", "decimal", "difflib", "enum", "fractions", "functools", "graphlib", "hashlib", "heapq",
        "itertools", "json", "math", "numbers", "operator", "re", "string", "textwrap", "types", "typing",
        "unicodedata", "zlib",
    }
)
PURE_MODULES = frozenset({"html", "urllib.parse"})
ALLOWED = OURS | PURE_STDLIB
ACTING = frozenset({"open", "print", "input", "exec", "eval", "compile", "__import__", "breakpoint"})
CLOCKS = frozenset({"now", "today", "utcnow"})
# Read the machine's own time zone when called with no more than so many arguments.
LOCAL_ZONE = {"astimezone": 0, "fromtimestamp": 1}
# Nothing of these is in memory after all of rules/ was imported.
ADAPTERS = frozenset(
    {"sync", "templates", "click", "google", "gspread", "openpyxl", "pandas", "requests", "schedule"}
)

MAX_MODULE = 250
MAX_FUNCTION = 40
# What may be longer, up to how many lines, and above each line the reason that a reader would accept.
# Keys: "sync/thing.py" for a module, "sync/thing.py::function" for a function.
EXCEPTIONS: dict[str, int] = {}


def modules(*folders: str) -> list[Path]:
    """Every module under these folders of the repository; fails where a folder has none."""
    found = {folder: sorted((ROOT / folder).rglob("*.py")) for folder in folders}
    assert all(found.values()), f"no module in {[folder for folder, paths in found.items() if not paths]}"
    return [path for paths in found.values() for path in paths]


def name_of(path: Path) -> str:
    """The name that a module is imported by."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def package_of(path: Path) -> str:
    """The package that relative imports in this module start from."""
    return ".".join(path.relative_to(ROOT).parent.parts)


def imported(node: ast.AST, package: str) -> Iterator[str]:
    """Full names of the modules that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        try:
            yield resolve_name("." * node.level + (node.module or ""), package)
        except ImportError:  # more dots than packages
            yield f"(outside).{node.module}"


def acts(node: ast.AST) -> Iterator[str]:
    """What a node does, or could do, that a pure function doesn't."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in ACTING:
        yield node.id
    if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
        of_a_class = ast.unparse(node.value).rpartition(".")[2] in {"datetime", "date"}
        if of_a_class:  # also without a call, as in default_factory=datetime.now
            yield ast.unparse(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        given = len(node.args) + len(node.keywords)
        if node.func.attr in CLOCKS or given <= LOCAL_ZONE.get(node.func.attr, -1):
            yield ast.unparse(node.func)


def impurities(source: str, package: str) -> list[str]:
    """Everything in a module of rules/ that it must not import or do, as `line: what`."""
    found: dict[str, None] = {}
    for node in ast.walk(ast.parse(source)):
        names = (name for name in imported(node, package) if name not in PURE_MODULES)
        strangers = (name for name in names if name.split(".")[0] not in ALLOWED)
        for what in (*strangers, *acts(node)):
            found[f"{getattr(node, 'lineno', 0)}: {what}"] = None
    return list(found)


def sizes(source: str, name: str) -> dict[str, tuple[int, int]]:
    """Lines and allowed lines of a module and of each of its functions."""
    found = {name: (source.count("\n"), MAX_MODULE)}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            key, lines = f"{name}::{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1
            found[key] = (max(lines, found.get(key, (0, 0))[0]), MAX_FUNCTION)
    return found


def house() -> dict[str, tuple[int, int]]:
    """The sizes of everything we ship."""
    paths = [*modules("rules", "sync"), *sorted((ROOT / "templates").rglob("*.py"))]
    measured: dict[str, tuple[int, int]] = {}
    for path in paths:
        measured |= sizes(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    return measured


def test_rules_do_not_act() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{what}"
        for path in modules("rules")
        for what in impurities(path.read_text(encoding="utf-8"), package_of(path))
    ]
    assert found == []


def test_importing_rules_brings_in_no_adapter() -> None:
    names = [name_of(path) for path in modules("rules")]
    code = f"import importlib, sys; [importlib.import_module(n) for n in {names!r}]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert ADAPTERS & {name.split(".")[0] for name in done.stdout.split()} == set()


def needs(source: str, package: str) -> set[str]:
    """Full names of what a module imports to run: what stands below `if TYPE_CHECKING` is left out."""
    tree = ast.parse(source)
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if node not in for_types:
            things = [f".{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else [""]
            found |= {name + thing for name in imported(node, package) for thing in things}
    return found


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Modules that need each other; nothing where each can be read before those that need it."""
    def module(name: str) -> str:
        return name if name in graph else name.rpartition(".")[0]

    try:
        TopologicalSorter({name: set(map(module, needed)) for name, needed in graph.items()}).prepare()
    except CycleError as found:
        return [str(name) for name in found.args[1]]
    return []


def test_no_two_modules_need_each_other() -> None:
    graph = {
        name_of(path): needs(path.read_text(encoding="utf-8"), package_of(path)) for path in modules("rules", "sync")
    }
    assert circle(graph) == []


def test_a_circle_is_found() -> None:
    late = "def f():\n    from rules.b import g"
    other_way = "from rules import a"
    for_types = "if TYPE_CHECKING:\n    from rules.a import f"
    assert circle({"rules.a": needs(late, "rules"), "rules.b": needs("import rules.a", "rules")}) != []
    assert circle({"rules.a": needs(late, "rules"), "rules.b": needs(for_types, "rules")}) == []
    assert circle({"rules.a": needs(late, "rules"), "rules.b": needs(other_way, "rules")}) != []


def test_modules_and_functions_stay_small() -> None:
    long = {key: lines for key, (lines, limit) in house().items() if lines > EXCEPTIONS.get(key, limit)}
    assert long == {}


def test_every_exception_is_needed() -> None:
    measured = house()
    idle = [key for key in EXCEPTIONS if key not in measured or measured[key][0] <= measured[key][1]]
    assert idle == []


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import sync.plan",
        "import time",
        "import pydantic_settings",
        "import datetime, pathlib",
        "from sync import plan",
        "from ...sync import plan",
        "def f():\n    from gspread import Client",
        "if TYPE_CHECKING:\n    from openpyxl import Workbook",
        "f = open('x')",
        "read = open",
        "print(1)",
        "eval('1')",
        "__import__('os')",
        "datetime.now()",
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "dt.now()",
        "Field(default_factory=datetime.now)",
        "moment.astimezone()",
        "datetime.fromtimestamp(0)",
    ],
)
def test_what_acts_is_found(source: str) -> None:
    assert len(impurities(source, "rules.checks")) == 1


@pytest.mark.parametrize(
    "source",
    [
        "import re, datetime\nfrom collections.abc import Mapping\nfrom stdnum.jp import cn",
        "from rules.cells import fold\nfrom ..cells import fold\nfrom . import start",
        "re.compile('x')\ncase.now\nlater = now + span",
        "moment.astimezone(zone)\ndatetime.fromtimestamp(0, tz=UTC)",
    ],
)
def test_what_is_pure_passes(source: str) -> None:
    assert impurities(source, "rules.checks") == []


def test_what_is_too_long_is_found() -> None:
    function = "class A:\n    async def f(self):\n" + "        pass\n" * MAX_FUNCTION
    assert sizes(function, "x.py") == {"x.py": (42, MAX_MODULE), "x.py::f": (41, MAX_FUNCTION)}
    assert sizes("pass\n" * 251, "x.py") == {"x.py": (251, MAX_MODULE)}
