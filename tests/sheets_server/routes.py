"""From method and address to what the API does: checks the call and carries it out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.sheets_server import masks
from tests.sheets_server.errors import ApiError, Obj, invalid
from tests.sheets_server.schema import PROTO, checked, discovery, snake

MAX_ADDRESS = 8_000
"""Characters of an address, roughly where Google's front ends refuse."""


@dataclass(frozen=True, slots=True)
class Route:
    kind: str
    method: str
    pattern: re.Pattern[str]
    request: str | None
    response: str
    parameters: tuple[tuple[str, Any], ...]

    def parameter(self, name: str) -> Obj | None:
        return dict(self.parameters).get(name)


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", path)
    text = "".join(f"(?P<{p[1:-1]}>[^/]+?)" if p.startswith("{") else re.escape(p) for p in parts)
    return re.compile("/" + text)


@cache
def routes() -> tuple[Route, ...]:
    """Every method of the discovery file."""
    found: list[Route] = []

    def collect(resource: Obj, prefix: str) -> None:
        for name, method in resource.get("methods", {}).items():
            kind = f"{prefix}{name}".removeprefix("spreadsheets.")
            request = method.get("request", {}).get("$ref")
            query = tuple(sorted(method["parameters"].items())) if method["parameters"] else ()
            pattern = _pattern(method["flatPath"])
            found.append(
                Route(kind, method["httpMethod"], pattern, request, method["response"]["$ref"], query)
            )
        for name, inner in resource.get("resources", {}).items():
            collect(inner, f"{prefix}{name}.")

    collect(discovery(), "")
    return tuple(found)


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route and the decoded parts of the path."""
    for route in routes():
        hit = route.pattern.fullmatch(path) if route.method == method else None
        if hit:
            return route, {name: unquote(value) for name, value in hit.groupdict().items()}
    return None


def query_of(route: Route, text: str) -> Obj:
    """The query's parameters by name, typed; repeated ones as lists. Raises ApiError 400."""
    query: Obj = {}
    known = discovery()["parameters"]
    for name, value in parse_qsl(text, keep_blank_values=True):
        spec = route.parameter(name) or known.get(name)
        if spec is None or spec.get("location") == "path":
            said = f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
            said += f"Field '{name}' could not be found in request message."
            raise ApiError(400, said, [("", said)])
        if spec.get("repeated"):
            query.setdefault(name, []).append(value)
        else:
            query[name] = _typed(name, spec, value)
    return query


def _typed(name: str, spec: Obj, value: str) -> Any:
    if spec["type"] == "boolean" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if spec["type"] == "string" and (name == "alt" or value in spec.get("enum", [value])):
        return value
    said = f"Invalid value at '{snake(name)}' ({PROTO[spec['type']]}), {json.dumps(value)}"
    raise ApiError(400, said, [(snake(name), said)])


def body_of(route: Route, raw: bytes) -> Obj:
    """The body as the API reads it. Raises ApiError 400 where it is no JSON or not of the call's form."""
    if not raw.strip():
        return {}
    try:
        given = json.loads(raw)
    except ValueError as error:
        said = f"Invalid JSON payload received. {error}"
        raise ApiError(400, said, [("", said)]) from error
    if route.request is None:
        return {}
    return checked(route.request, given, "data" if route.request == "ValueRange" else "")


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that has been checked."""

    route: Route
    path: dict[str, str]
    query: Obj
    body: Obj
    mask: masks.Mask | None


def asked(method: str, address: str, raw: bytes) -> Asked:
    parts = urlsplit(address)
    hit = find(method, parts.path)
    if hit is None or len(address) > MAX_ADDRESS:
        raise ApiError(404, "Requested entity was not found.") if hit is None else invalid("URI too long")
    route, path = hit
    query = query_of(route, parts.query)
    mask = masks.for_reply(query.get("fields"), route.response)
    return Asked(route, path, query, body_of(route, raw), mask)
