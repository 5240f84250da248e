"""Google's own description of the Sheets API (its discovery file), used to check what a client sends.

The file comes with the package google-api-python-client; nothing is downloaded. It knows names,
types and enums, but neither required fields nor which fields exclude each other.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from tests.sheets_server.errors import ApiError, Obj

ONE_OF = {
    "Request": "kind",
    "ExtendedValue": "value",
    "DataFilter": "filter",
    "ColorStyle": "kind",
    "DeveloperMetadataLocation": "location",
}
OUTSIDE_ONE_OF = {"locationType"}
PROTO = {"string": "TYPE_STRING", "boolean": "TYPE_BOOL", "number": "TYPE_DOUBLE", "integer": "TYPE_INT32"}
LIST_VALUE = "type.googleapis.com/google.protobuf.ListValue"


@cache
def discovery() -> Obj:
    folder = files("googleapiclient.discovery_cache.documents")
    loaded: Obj = json.loads(folder.joinpath("sheets.v4.json").read_text(encoding="utf-8"))
    return loaded


@cache
def properties(message: str) -> Obj:
    found: Obj = discovery()["schemas"][message].get("properties", {})
    return found


@cache
def snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda hit: "_" + hit.group(1).lower(), name)


class _Check:
    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []

    def bad(self, where: str, kind: str, value: Any) -> None:
        quoted = json.dumps(value, ensure_ascii=False)
        self.faults.append((where, f"Invalid value at '{where}' ({kind}), {quoted}"))

    def message(self, name: str, value: Any, where: str) -> Obj:
        if not isinstance(value, dict):
            self.bad(where, f"type.googleapis.com/google.apps.sheets.v4.{name}", value)
            return {}
        known = properties(name)
        clean: Obj = {}
        for key, inner in value.items():
            if key not in known:
                at = f" at '{where}'" if where else ""
                text = f'Invalid JSON payload received. Unknown name "{key}"{at}: Cannot find field.'
                self.faults.append((where, text))
            elif inner is not None:
                clean[key] = self.field(known[key], inner, f"{where}.{snake(key)}".lstrip("."))
        self.one_of(name, clean, where)
        return clean

    def one_of(self, name: str, clean: Obj, where: str) -> None:
        chosen = [key for key in clean if key not in OUTSIDE_ONE_OF]
        if name in ONE_OF and len(chosen) > 1:
            text = f"oneof field '{ONE_OF[name]}' is already set. Cannot set '{chosen[1]}'"
            self.faults.append((where, f"Invalid value at '{where}' (oneof), {text}"))

    def field(self, spec: Obj, value: Any, where: str) -> Any:
        if "$ref" in spec:
            return self.message(spec["$ref"], value, where)
        kind = spec.get("type")
        if kind == "array":
            return self.items(spec["items"], value, where)
        if kind == "object":
            return self.mapping(spec, value, where)
        if kind == "any":
            return value
        return self.scalar(spec, value, where)

    def items(self, spec: Obj, value: Any, where: str) -> list[Any]:
        if spec.get("type") == "array":
            return self.lists(value, where)
        if not isinstance(value, list):
            return [self.field(spec, value, where)]
        return [self.field(spec, one, f"{where}[{n}]") for n, one in enumerate(value)]

    def lists(self, value: Any, where: str) -> list[Any]:
        if not isinstance(value, list):
            self.bad(where, LIST_VALUE, value)
            return []
        for n, row in enumerate(value):
            if not isinstance(row, list):
                self.bad(f"{where}[{n}]", LIST_VALUE, row)
        return [row if isinstance(row, list) else [] for row in value]

    def mapping(self, spec: Obj, value: Any, where: str) -> Obj:
        if not isinstance(value, dict):
            self.bad(where, "map", value)
            return {}
        inner = spec.get("additionalProperties", {"type": "any"})
        return {key: self.field(inner, one, f"{where}[{key}]") for key, one in value.items()}

    def scalar(self, spec: Obj, value: Any, where: str) -> Any:
        kind = spec["type"]
        if kind == "boolean" and isinstance(value, bool):
            return value
        if kind == "string" and isinstance(value, str) and value in spec.get("enum", [value]):
            return value
        number = _number(value) if kind in ("integer", "number") or spec.get("format") == "int64" else None
        if kind == "number" and number is not None:
            return number
        if number is not None and number == int(number) and _fits(spec, int(number)):
            return str(int(number)) if kind == "string" else int(number)
        shown = (
            f"type.googleapis.com/google.apps.sheets.v4.{where.rpartition('.')[2]}"
            if "enum" in spec
            else PROTO[kind]
        )
        self.bad(where, shown, value)
        return value


def _fits(spec: Obj, number: int) -> bool:
    return spec.get("format") != "int32" or -(2**31) <= number < 2**31


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value):
        return float(value) if re.search(r"[.eE]", value) else int(value)
    return None


def checked(message: str, body: Any, where: str = "") -> Obj:
    """The body without its nulls, numbers as numbers. `where`: what Google calls the body ("data").

    Raises ApiError 400 naming every field that is unknown or of a wrong type.
    """
    check = _Check()
    clean = check.message(message, body, where)
    if check.faults:
        raise ApiError(400, "\n".join(text for _, text in check.faults), check.faults)
    return clean
