"""The form takes and refuses the same answers as the rules, whichever kind of regular expression it uses."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import available_timezones

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat

from rules import cells
from rules.addresses import chat_channels, is_email, is_map_link, phone_fault
from rules.cells import Kind, squash
from rules.columns import OrderRow
from rules.reading import text as reading
from sync.form_checks import CHECKS, blanks, either_case
from sync.form_script import pages
from tests.conftest import Samples
from tests.form.conftest import Story, Tried
from tests.rules.build import TOKYO

pytestmark = pytest.mark.node

# what the form says to each: same as the rules
EXAMPLES: dict[str, list[str]] = {
    "phone": [
        "+81 3-1234-5678", "+81312345678", "＋８１ ３－１２３４－５６７８", "+81 (0)3 1234 5678",
        "  +81 90-1234-5678  ", "+44 20 7946 0123 ext. 45", "+44 20 7946 0123 x45", "+1 (212) 555-0123",
        "+1.212.555.0123", "+65 6123 4567", "+49 30 901820", "+965 2222 3333", "+ 81 3 1234 5678",
        "(+81) 3 1234 5678", "tel:+81-3-1234-5678", "+81 3-1234-5678 内線 4", "03-1234-5678",
        "０９０１２３４５６７８", "81 3 1234 5678", "0081 3 1234 5678", "00 +81 3 1234 5678",
        "+000000000000000000000", "+03 1234 5678", "+", "+81", "+81 3", "call me", "Skype: someone",
        "+81 3-1234-5678 or +81 90-1234-5678", "N/A", "-", "なし", "none", "－",
    ],
    "email": [
        "ann@acme.example.com", "a.b+c_d-e@sub.acme.co.jp", "o'neil@example.org", "佐藤@例え.jp",
        "ａｎｎ＠ａｃｍｅ．ｊｐ", " ann@acme.example.com ", "x@y.museum", "a@b-c.de", "1@2.jp", "ann", "ann@acme",
        "@acme.com", "ann@.com", "ann@acme..com", "ann..b@acme.com", ".ann@acme.com", "ann.@acme.com", "ann@acme.c",
        "ann@-acme.com", "ann@acme-.com", "ann@acme.123", "Ann <ann@acme.com>", "ann@acme.com, bob@acme.com",
        "ann@acme.com;bob@acme.com", "ann bob@acme.com", "ann@ac me.com", "ann@@acme.com", "ann@acme_x.",
        "ann@acme.com。", "mailto:ann@acme.com", "ann＠acme", "n/a", "—",
    ],
    "chat": [
        "LINE: otani.it", "line:otani", "Skype: live:.cid.1a2b", "WhatsApp: +81 90-1234-5678", "LINE： 大谷",
        "LINE: a, Skype: b", "LINE: a; WhatsApp: +1 212 555 0123", "LINE: a、Skype: b", "otani.it", "Teams: otani",
        "LINE otani", "LINE:", "LINE: a, b", "https://line.me/ti/p/x", "N/A", "n/a",
    ],
    "map": [
        "https://maps.app.goo.gl/SampleMaru01Zz9", "https://goo.gl/maps/abc", "https://maps.google.com/?q=1",
        "https://maps.google.co.jp/maps?q=1", "https://www.google.com/maps/search/?api=1&query=Roppongi+Hills",
        "https://google.co.uk/maps", "https://www.google.de/maps#x", "https://g.co/kgs/abc",
        "HTTPS://Maps.App.Goo.GL/x", "https://maps.google.com", "https://maps.google.com:443/x",
        " https://goo.gl/maps/abc ", "https://www.google.com/maps/place/東京都庁/", "http://maps.app.goo.gl/x",
        "maps.app.goo.gl/x", "https://goo.gl/abc", "https://goo.gl/mapsx", "https://google.com/",
        "https://maps.app.goo.gl.evil.example/x", "https://evil.example/maps.app.goo.gl",
        "https://maps.google.evil/x", "https://user@maps.google.com/x", "https://maps.google.com@evil.example/",
        "https://maps.google.com:8443/x", "https://g.co/other", "https://bing.com/maps",
        "https://maps.app.goo.gl/a https://maps.app.goo.gl/b", "see https://maps.app.goo.gl/x",
        "https://maps.app.goo.gl/<x>", 'https://maps.app.goo.gl/"x"', "javascript:alert(1)",
        "https://maps.app.goo.gl\\@evil.example", "https://www.google.comevil/maps", "none",
    ],
    "hours": [
        "2", "2.5", "0.5", ".5", "2h", "3 hours", "1 hour", "2 hrs", "２時間", "２．５", "8 時間", "02", "1.50",
        "0", "0.0", "-1", "two", "2-3", "1e9", "2:30", "2h30", "", "about 3", "0 h", "∞", "N/A", "1,5", "=2",
    ],
    "whole": [
        "1", "2", "99", "２", "２名", "3人", "2.0", "01", "1 名", "0", "-3", "1.5", "two", "1e3", "0.5", "2.01",
        "-", "=1", "1 2",
    ],
    "zone": [
        "Asia/Tokyo", "asia/tokyo", "America/New York", "America/New_York", "America/Argentina/Buenos_Aires",
        "Etc/GMT+9", "UTC", "Japan", "Singapore", "Europe / London", "JST", "Tokyo", "GMT+9", "+09:00", "9",
        "London/UK", "../../../../etc/passwd", "Asia", "東京", "n/a",
    ],
    "words": [
        "Replace a router", "東京", "a = b", "-1", "@home", "N/A", "none", "なし", "-", "—", "", "  ", "　",
    ],
}  # fmt: skip
# right by their looks: only the rules know better
LEFT_TO_THE_RULES: dict[str, list[str]] = {
    "phone": ["+81 3-1234-567", "+999 1234 5678", "+81 3 1234 5678 9999"],
    "email": [f"{'a' * 65}@acme.com", f"a@{'b.' * 130}com"],
    "zone": ["Asia/Tokio", "Europe/Paris/Nord"],
    "chat": [],
}
# looks right to the rules, which don't have to fear spreadsheets
FEARED = ["=1+1", "=+81312345678", " =IMPORTXML(1)", "＝A1", "　=A1", "=cmd@acme.com", "=a\nb"]


def _readable(kind: Kind[Any]) -> Callable[[str], bool]:
    return lambda text: not kind.read(text, TOKYO).unreadable


RULES: dict[str, tuple[Kind[Any], Callable[[str], bool]]] = {
    "phone": (cells.PHONE, lambda text: not phone_fault(cells.PHONE.read(text, TOKYO).value or "", text, TOKYO.key)),
    "email": (cells.EMAIL, lambda text: is_email(cells.EMAIL.read(text, TOKYO).value or "")),
    "chat": (cells.TEXT, lambda text: bool(chat_channels(text))),
    "map": (cells.TEXT, lambda text: is_map_link(text.strip())),
    "hours": (cells.NUMBER, lambda text: (cells.NUMBER.read(text, TOKYO).value or 0) > 0),
    "whole": (cells.WHOLE, _readable(cells.WHOLE)),
    "zone": (cells.ZONE, _readable(cells.ZONE)),
    "words": (cells.TEXT, lambda text: True),
}


def by_rules(check: str, text: str, required: bool) -> bool:
    """Whether the rules are content with an answer; text of nothing but blanks is no answer, and no form checks it."""
    kind, fine = RULES[check]
    return not required if kind.read(text, TOKYO).blank else fine(text)


@pytest.fixture(scope="session")
def by_form(story: Story, tried: Tried) -> Callable[[list[tuple[str, str, bool]]], list[bool]]:
    """Whether the form is content with (check, answer, required), by the patterns that the script gives Google."""
    made = {item["title"]: item["validation"] for item in story("run()")["forms"][0]["items"] if "validation" in item}
    asked = [one for page in pages() for one in page["questions"] if "check" in one]
    found = {(one["check"], one["required"]): made[one["title"]] for one in asked if one["kind"] == "text"}
    for check, other in [(check, not required) for check, required in found]:
        # what no question of the form needs: put together as the script does it
        if (check, other) not in found and check != "words":
            end = "" if other else f"|{blanks()}"
            pattern = rf"^[\s　]*(?:{CHECKS[check].pattern}{end})[\s　]*$"
            found[check, other] = {"pattern": pattern, "matches": True}

    def judged(answers: list[tuple[str, str, bool]]) -> list[bool]:
        rules = [found[check, required] for check, _, required in answers]
        results = tried([(rule["pattern"], text) for rule, (_, text, _) in zip(rules, answers, strict=True)])
        split = [answer for answer, result in zip(answers, results, strict=True) if len(set(result)) > 1]
        assert split == [], "RegExp and RE2 differ"
        return [result[0] == rule["matches"] for rule, result in zip(rules, results, strict=True)]

    return judged


Judged = Callable[[list[tuple[str, str, bool]]], list[bool]]


def differing(by_form: Judged, answers: list[tuple[str, str, bool]]) -> list[tuple[str, str, bool]]:
    return [a for a, form in zip(answers, by_form(answers), strict=True) if form != by_rules(*a)]


@pytest.mark.parametrize("required", [False, True], ids=["optional", "required"])
@pytest.mark.parametrize("check", EXAMPLES)
def test_form_and_rules_agree(by_form: Judged, check: str, required: bool) -> None:
    # an empty answer reaches no check: it is what "required" is for
    answers = [(check, text, required) for text in EXAMPLES[check] if text]
    assert {by_rules(*answer) for answer in answers} == {True, False} or (check == "words" and not required)
    assert differing(by_form, answers) == []


def test_what_only_the_rules_can_tell_is_taken(by_form: Judged) -> None:
    answers = [(check, text, False) for check, texts in LEFT_TO_THE_RULES.items() for text in texts]
    assert [by_rules(*answer) for answer in answers] == [False] * len(answers)
    assert by_form(answers) == [True] * len(answers)


def test_no_answer_begins_like_a_formula(by_form: Judged) -> None:
    answers = [(check, text, required) for check in CHECKS for text in FEARED for required in (False, True)]
    assert by_form(answers) == [False] * len(answers)


def test_every_country_can_be_called(by_form: Judged) -> None:
    formats = (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164)
    kinds = [value for name, value in vars(phonenumbers.PhoneNumberType).items() if name.isupper() and value < 20]
    found = set()
    for region in phonenumbers.SUPPORTED_REGIONS:
        numbers = (phonenumbers.example_number_for_type(region, kind) for kind in kinds)
        found |= {phonenumbers.format_number(number, how) for number in numbers if number for how in formats}
    answers = [("phone", text, True) for text in sorted(found)]
    answers = [answer for answer in answers if by_rules(*answer)]
    assert len(answers) > 1000
    assert [a for a, taken in zip(answers, by_form(answers), strict=True) if not taken] == []


def test_every_place_has_a_time_zone(by_form: Judged) -> None:
    names = sorted(name for name in available_timezones() if "/" in name)
    answers = [("zone", name, False) for name in names]
    assert [a for a, taken in zip(answers, by_form(answers), strict=True) if not taken] == []


def test_the_sample_answers_are_judged_alike(by_form: Judged, samples: Samples) -> None:
    """Odd ones among them: a full-width number, hours of 0 and 1e9, a path for a time zone, N/A."""
    checks = {squash(one["title"]): one for page in pages() for one in page["questions"] if one.get("check") != "words"}

    def answers() -> Iterator[tuple[str, str, bool]]:
        with samples.form.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for title, text in row.items():
                    one = checks.get(squash(title or ""))
                    if one and "check" in one and isinstance(text, str) and text.strip():
                        yield one["check"], text, one["required"]

    found = list(answers())
    assert len(found) > 80
    assert differing(by_form, found) == []


def test_blank_words_are_those_of_the_rules(tried: Tried) -> None:
    words = sorted(reading._BLANK_WORDS - {""})
    assert all(result[0] for result in tried([(f"^(?:{blanks()})$", form) for w in words for form in (w, w.upper())]))
    assert OrderRow.client.kind.read("N/A", TOKYO).blank


def test_either_case_leaves_escapes_alone() -> None:
    assert either_case(r"co\.[a-z]{2}(?:x|\sy)") == r"[Cc][Oo]\.[A-Za-z]{2}(?:[Xx]|\s[Yy])"
