"""Requests about named ranges, conditional formats and the basic filter."""

from __future__ import annotations

import re

from tests.sheets_server.batch import handles
from tests.sheets_server.book import Book
from tests.sheets_server.conditions import check_condition
from tests.sheets_server.defaults import coloured
from tests.sheets_server.errors import Obj, Refused
from tests.sheets_server.masks import for_update, updated
from tests.sheets_server.on_objects import settled
from tests.sheets_server.reads import public


def _check_name(book: Book, name: str, besides: Obj | None = None) -> None:
    if not re.fullmatch(r"[^\W\d]\w{0,249}", name) or re.fullmatch(r"[A-Za-z]{1,3}\d+|[Rr]\d+[Cc]\d+", name):
        raise Refused(f"Invalid name for a named range: {name}")
    taken = book.lost_names + [one["name"] for one in book.named_ranges if one is not besides]
    if name.casefold() in (one.casefold() for one in taken):
        raise Refused(f"A named range with the name {name} already exists.")


@handles("addNamedRange")
def add_named_range(book: Book, body: Obj) -> Obj:
    given = dict(body.get("namedRange", {}))
    _check_name(book, given.get("name", ""))
    number = given.get("namedRangeId") or str(book.ids.fresh())
    if any(one["namedRangeId"] == number for one in book.named_ranges):
        raise Refused(f"A named range with ID {number} already exists.")
    place = settled(book, given.get("range", {}))
    fresh = {"namedRangeId": number, "name": given["name"], "range": place}
    book.named_ranges.append(fresh)
    return {"namedRange": public(fresh)}


def _named(book: Book, number: str | None) -> Obj:
    for one in book.named_ranges:
        if one["namedRangeId"] == number:
            return one
    raise Refused(f"No named range with ID: {number}")


@handles("updateNamedRange")
def update_named_range(book: Book, body: Obj) -> None:
    mask = for_update(body.get("fields"), "NamedRange")
    given = body.get("namedRange", {})
    old = _named(book, given.get("namedRangeId"))
    if "name" in mask:
        _check_name(book, given.get("name", ""), old)
    fresh = updated(old, given, {k: v for k, v in mask.items() if k != "namedRangeId"})
    fresh["range"] = settled(book, fresh["range"])
    book.named_ranges[book.named_ranges.index(old)] = fresh


@handles("deleteNamedRange")
def delete_named_range(book: Book, body: Obj) -> None:
    book.named_ranges.remove(_named(book, body.get("namedRangeId")))


def _rule(book: Book, given: Obj) -> Obj:
    rule: Obj = coloured(given)
    if not rule.get("ranges"):
        raise Refused("ConditionalFormatRule.ranges must not be empty.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise Refused("ConditionalFormatRule must have either a booleanRule or a gradientRule.")
    if "booleanRule" in rule:
        check_condition(book, rule["booleanRule"].get("condition"), "conditional formatting")
    rule["ranges"] = [settled(book, one) for one in rule["ranges"]]
    if len({one["sheetId"] for one in rule["ranges"]}) > 1:
        raise Refused("The ranges of a ConditionalFormatRule must be on one sheet.")
    return rule


@handles("addConditionalFormatRule")
def add_conditional_format_rule(book: Book, body: Obj) -> None:
    rule = _rule(book, body.get("rule", {}))
    rules = book.sheet(rule["ranges"][0]["sheetId"]).objects["conditionalFormats"]
    index = body.get("index", 0)
    if not 0 <= index <= len(rules):
        raise Refused(f"index {index} is not within the {len(rules)} rules of the sheet.")
    rules.insert(index, rule)


def _at(rules: list[Obj], index: int) -> Obj:
    if not 0 <= index < len(rules):
        raise Refused(f"No conditional format on sheet at index: {index}")
    return rules[index]


@handles("updateConditionalFormatRule")
def update_conditional_format_rule(book: Book, body: Obj) -> Obj:
    index = body.get("index", 0)
    if "rule" in body:
        fresh = _rule(book, body["rule"])
        rules = book.sheet(fresh["ranges"][0]["sheetId"]).objects["conditionalFormats"]
        old, rules[index] = _at(rules, index), fresh
        return {"newRule": public(fresh), "newIndex": index, "oldRule": public(old)}
    rules = book.sheet(body.get("sheetId", 0)).objects["conditionalFormats"]
    moved = _at(rules, index)
    rules.remove(moved)
    rules.insert(body.get("newIndex", 0), moved)
    return {"newRule": public(moved), "newIndex": body.get("newIndex", 0), "oldIndex": index}


@handles("deleteConditionalFormatRule")
def delete_conditional_format_rule(book: Book, body: Obj) -> Obj:
    rules = book.sheet(body.get("sheetId", 0)).objects["conditionalFormats"]
    gone = _at(rules, body.get("index", 0))
    del rules[body.get("index", 0)]
    return {"rule": public(gone)}


@handles("setBasicFilter")
def set_basic_filter(book: Book, body: Obj) -> None:
    given = dict(body.get("filter", {}))
    box = book.box(given.get("range", {}))
    given["range"] = box.grid_range()
    book.sheet(box.sheet_id).basic_filter = given


@handles("clearBasicFilter")
def clear_basic_filter(book: Book, body: Obj) -> None:
    book.sheet(body.get("sheetId", 0)).basic_filter = None
