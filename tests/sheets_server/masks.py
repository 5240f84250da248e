"""Field masks: `a,b.c,d(e,f/g)`; which fields a reply shows, and which an update touches."""

from __future__ import annotations

import re
from typing import Any

from tests.sheets_server.errors import ApiError, Obj, Refused
from tests.sheets_server.schema import properties

Mask = dict[str, Any]
"""Name → mask of what lies below it; an empty one stands for everything below. `*` is a name too."""

TOKEN = re.compile(r"[A-Za-z_*][A-Za-z0-9_]*|[,()./]")


def parse(text: str) -> Mask:
    """Raises ValueError where the text is no mask."""
    tokens = TOKEN.findall(text)
    if not tokens or "".join(tokens) != re.sub(r"\s", "", text):
        raise ValueError(text)
    mask, rest = _group(tokens)
    if rest:
        raise ValueError(text)
    return mask


def _group(tokens: list[str]) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        path: list[str] = []
        while tokens and re.match(r"[A-Za-z_*]", tokens[0]):
            path.append(tokens[0])
            tokens = tokens[1:]
            if not (tokens and tokens[0] in "./"):
                break
            tokens = tokens[1:]
        if not path:
            raise ValueError(tokens)
        inner: Mask = {}
        if tokens and tokens[0] == "(":
            inner, tokens = _group(tokens[1:])
            if not tokens or tokens[0] != ")":
                raise ValueError(tokens)
            tokens = tokens[1:]
        _add(mask, path, inner)
        if not (tokens and tokens[0] == ","):
            return mask, tokens
        tokens = tokens[1:]


def _add(mask: Mask, path: list[str], inner: Mask) -> None:
    here = mask
    for n, name in enumerate(path):
        last = n == len(path) - 1
        if name in here and not here[name]:
            return
        if last and not inner:
            here[name] = {}
            return
        here = here.setdefault(name, {})
    for name, below in inner.items():
        _add(here, [name], below)


def unknown(mask: Mask, message: str) -> str | None:
    """The first name in the mask that the message does not have."""
    known = properties(message)
    for name, below in mask.items():
        if name == "*":
            continue
        if name not in known:
            return name
        spec = known[name].get("items", known[name])
        if below and "$ref" in spec:
            deeper = unknown(below, spec["$ref"])
            if deeper:
                return f"{name}.{deeper}"
        elif below and spec.get("type") != "object":
            return f"{name}.{next(iter(below))}"
    return None


def for_reply(text: str | None, message: str) -> Mask | None:
    """The mask of the query parameter `fields`; None where everything is to be shown."""
    if not text:
        return None
    try:
        mask = parse(text)
    except ValueError:
        mask = {text: {}}
    wrong = unknown(mask, message)
    if wrong:
        said = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{wrong}'."
        raise ApiError(400, "Request contains an invalid argument.", [(wrong, said)])
    return mask


def for_update(text: str | None, message: str) -> Mask:
    """The mask of an update. Raises Refused where it is missing or names what the message does not have."""
    if not text:
        raise Refused("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    try:
        mask = parse(text)
    except ValueError as error:
        raise Refused(f"Invalid field mask: {text}") from error
    wrong = unknown(mask, message)
    if wrong:
        raise Refused(f"Invalid field: {wrong}")
    return {name: {} for name in properties(message)} if "*" in mask else _with_twins(mask)


def _with_twins(mask: Mask) -> Mask:
    """A colour is kept twice, as `fooColor` and as `fooColorStyle`: who sets one sets both."""
    twins: Mask = {}
    for name, below in mask.items():
        twins[name] = _with_twins(below)
        if name.endswith("Color"):
            twins[name + "Style"] = {}
        elif name.endswith("ColorStyle"):
            twins[name.removesuffix("Style")] = {}
    return twins


def wants(mask: Mask | None, *path: str) -> bool:
    """Whether the mask shows (part of) what lies at the path."""
    here = mask
    for name in path:
        if not here or ("*" in here and not here["*"]):
            return True
        if name not in here and "*" not in here:
            return False
        here = here.get(name, here.get("*"))
    return True


def shown(value: Any, mask: Mask | None) -> Any:
    """What the mask lets through. Objects and lists that it names stay, empty if need be."""
    if not mask:
        return value
    if isinstance(value, list):
        return [shown(one, mask) for one in value]
    if not isinstance(value, dict):
        return value
    if "*" in mask:
        return {key: shown(one, mask["*"]) for key, one in value.items()}
    return {key: shown(one, mask[key]) for key, one in value.items() if key in mask}


def updated(old: Obj, new: Obj, mask: Mask) -> Obj:
    """`old` with the fields of the mask taken from `new`; what `new` does not have is removed."""
    result = dict(old)
    for name, below in mask.items():
        if below and isinstance(result.get(name, {}), dict):
            inner = updated(result.get(name) or {}, new.get(name) or {}, below)
            result[name] = inner
            if not inner:
                del result[name]
        elif name in new:
            result[name] = new[name]
        else:
            result.pop(name, None)
    return result
