"""Item 1.3: contacts of every site and of the ordering company, with country code and a second channel."""

from __future__ import annotations

import pytest

from rules.addresses import chat_channels, is_email, phone_fault
from rules.cells import Raw
from rules.words import Severity, Status
from tests.rules.build import Cells, codes, flag, flags, judge, places

VALID = [
    "+81 3-1234-5678", "＋８１　３−１２３４−５６７８", "(+81) 3-1234-5678", "tel:+81-3-1234-5678", "+81 (0)3 1234 5678",
    "+81ー90ー1234ー5678", "+81 50-1234-5678", "+819012345678", "+81 120-123-456", "+81 3-1234-5678 内線 45",
    "+44 20 7946 0123", "+44 (0)20 7946 0123", "+44 20 7946 0123 ext. 45", "+1 212-555-0123", "+1 (212) 555-0123 x5",
    "+65 6123 4567", "+49 30 123456", "\n+81 3-1234-5601 ",
]  # fmt: skip
NATIONAL: list[tuple[Raw, str, str]] = [
    ("03-1234-5678", "Asia/Tokyo", "+81 3 1234 5678"),
    ("０３－１２３４－５６７８", "Asia/Tokyo", "+81 3 1234 5678"),
    ("090 1234 5678", "Asia/Tokyo", "+81 90 1234 5678"),
    (9012345678, "Asia/Tokyo", "+81 90 1234 5678"),
    (81312345678, "Asia/Tokyo", "+81 3 1234 5678"),
    (81312345678.0, "Asia/Tokyo", "+81 3 1234 5678"),
    ("81 3-1234-5678", "Asia/Tokyo", "+81 3 1234 5678"),
    ("0081 3 1234 5678", "Asia/Tokyo", "+81 3 1234 5678"),
    ("010-44-20-7946-0123", "Asia/Tokyo", "+44 20 7946 0123"),
    ("020 7946 0018", "Europe/London", "+44 20 7946 0018"),
    ("212-555-0123", "America/New_York", "+1 212 555 0123"),
    (12125550123, "America/New_York", "+1 212 555 0123"),
    ("6123 4567", "Asia/Singapore", "+65 6123 4567"),
    (6561234567, "Asia/Tokyo", "+65 6123 4567"),
    ("ask Ken", "Asia/Tokyo", ""),
    ("1", "Asia/Tokyo", ""),
    (True, "Asia/Tokyo", ""),
]
INVALID = [
    "+81 3-123-4567",
    "+000000000000000000000",
    "+999 12 345 678",
    "+",
    "+81",
    "+1 555",
    "+81 3-1234-5678 / +81 90-1234-5678",
]
PHONES = [("Order phone", None), ("PM phone", None), ("Site phone", 1)]


@pytest.mark.parametrize("phone", VALID)
@pytest.mark.parametrize(("header", "site"), PHONES)
def test_numbers_that_can_be_dialled_from_anywhere(header: str, site: int | None, phone: str) -> None:
    assert codes(judge({header: phone})) == []


@pytest.mark.parametrize(("phone", "zone", "proposed"), NATIONAL)
def test_numbers_without_country_code(phone: Raw, zone: str, proposed: str) -> None:
    verdict = judge({"Site phone": phone, "Time zone": zone})
    assert (codes(verdict), verdict.status) == (["phone-country-code"], Status.NEEDS_INFO)
    assert f"write {proposed}" in flag(verdict, "phone-country-code").message


@pytest.mark.parametrize("phone", INVALID)
def test_numbers_with_country_code_that_do_not_exist(phone: str) -> None:
    verdict = judge({"Site phone": phone})
    assert (codes(verdict), verdict.status) == (["phone-invalid"], Status.NEEDS_INFO)


@pytest.mark.parametrize(("header", "site"), PHONES)
@pytest.mark.parametrize(
    ("phone", "code"), [("03-1234-5678", "phone-country-code"), ("+81 3-123-4567", "phone-invalid")]
)
def test_the_subject_of_a_phone_flag(header: str, site: int | None, phone: str, code: str) -> None:
    found = flag(judge({header: phone}), code)
    assert (found.column, found.site, found.value, found.holds) == (header, site, phone, Status.READY)
    assert found.severity is Severity.BLOCK


def test_the_message_is_as_the_contract_writes_it() -> None:
    found = flag(judge({"Site phone": "03-1234-5678"}), "phone-country-code")
    assert (
        found.line == 'BLOCK phone-country-code: Site phone "03-1234-5678" has no country code; write +81 3 1234 5678'
    )


def test_two_bad_phones_are_two_flags() -> None:
    verdict = judge(
        {"Order phone": "1", "PM phone": "2", "Site phone": "3"}, sites=[{"Site phone": "4"}, {}, {"Site phone": "+4"}]
    )
    assert places(verdict, "phone-country-code") == [
        (None, "Order phone"), (None, "PM phone"), (1, "Site phone"), (2, "Site phone"),
    ]  # fmt: skip
    assert places(verdict, "phone-invalid") == [(4, "Site phone")]


def test_a_blank_phone_is_not_a_bad_one() -> None:
    assert codes(judge({"Order phone": "N/A"})) == []


def test_a_proposal_is_never_made_up() -> None:
    assert phone_fault("212-555-0123", "212-555-0123", "Asia/Tokyo") is not None
    assert all(
        (fault := phone_fault(digits, digits, "Asia/Tokyo")) and (not fault.hint or fault.hint.startswith("+"))
        for digits in map(str, range(0, 10**10, 123456789))
    )


@pytest.mark.parametrize(
    "email",
    [
        "ken@example.com", "o'brien+x@sub.example.co.jp", "aya＠tsukimiso.example.jp",
        " ken@example.jp\n", "ken@日本語.jp",
        "用户@例子.jp", "ken@xn--wgv71a119e.jp", '"ken x"@example.com', "KEN@EXAMPLE.COM", "a_b-c@x-y.example.museum",
        "k@a.co", "\tx@example.com",
    ],
)  # fmt: skip
def test_addresses(email: str) -> None:
    assert codes(judge({"Order email": email, "PM email": email, "Site email": email})) == []


@pytest.mark.parametrize(
    "email",
    [
        "ken", "ken@", "@example.com", "ken@example", "ken at example.com", "ken@example.com; mika@example.com",
        "ken@example.com, mika@example.com", "ken@example.com mika@example.com", "ken@example.com\nmika@example.com",
        "ken@@example.com", "a@b@example.com", "Ken <ken@example.com>", "<ken@example.com>", "mailto:ken@example.com",
        "ken@example..com",
        ".ken@example.com", "ken.@example.com", "ke..n@example.com", "ken@-example.com",
        "ken@example.com.", "ken@1.2.3.4", "ken@exa mple.com", "ken@example.c", "ken\x00@example.com",
        "ken@example.com\r\nBcc: x@y.com",
        "k" * 65 + "@example.com", 5,
    ],
)  # fmt: skip
@pytest.mark.parametrize(("header", "site"), [("Order email", None), ("PM email", None), ("Site email", 1)])
def test_what_is_no_address(header: str, site: int | None, email: Raw) -> None:
    verdict = judge({header: email})
    assert (codes(verdict), verdict.status) == (["email-invalid"], Status.NEEDS_INFO)
    assert places(verdict, "email-invalid") == [(site, header)]


def test_a_long_address_is_judged_quickly() -> None:
    assert not is_email("a." * 100_000 + "@example.com")
    assert not is_email("a@" + "b." * 120 + "!")


@pytest.mark.parametrize(
    ("chat", "channels"),
    [
        ("LINE: ken", [("LINE", "ken")]),
        ("line:ken", [("line", "ken")]),
        ("ＬＩＮＥ：ｋｅｎ", [("LINE", "ken")]),
        ("Skype: live:.cid.5", [("Skype", "live:.cid.5")]),
        ("WhatsApp: +44 20 7946 0123", [("WhatsApp", "+44 20 7946 0123")]),
        (" whatsapp : +1 ", [("whatsapp", "+1")]),
        ("LINE: ken\nSkype: ken.x", [("LINE", "ken"), ("Skype", "ken.x")]),
        ("LINE: ken, Skype: ken.x", [("LINE", "ken"), ("Skype", "ken.x")]),
        ("Teams: ken", []),
        ("LINE", []),
        ("LINE:", []),
        ("LINE: ", []),
        ("ken", []),
        ("LINE ken", []),
        ("my LINE: ken", []),
        ("LINE: ken\nTeams: ken", []),
        ("@ken", []),
    ],
)
def test_chats(chat: str, channels: list[tuple[str, str]]) -> None:
    assert chat_channels(chat) == channels
    verdict = judge({"PM chat": chat, "Site chat": chat}, sites=[{"Site chat": chat}])
    expected = [] if channels else [(None, "PM chat"), (1, "Site chat"), (2, "Site chat")]
    assert places(verdict, "chat-unreadable") == expected
    assert verdict.status is Status.READY


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Site contact": None}, "Site contact"),
        ({"Site phone": None}, "Site phone"),
        ({"Site contact": "-", "Site phone": "N/A"}, "Site contact"),
        ({"Site contact": "", "Site phone": "03-1234-5678"}, "Site contact"),
        ({"Site phone": "#N/A"}, "Site phone"),
    ],
)
def test_a_site_without_contact(cells: Cells, column: str) -> None:
    verdict = judge(cells)
    assert places(verdict, "site-contact-missing") == [(1, column)]
    assert verdict.status is Status.NEEDS_INFO
    assert places(judge({}, sites=[{}, cells]), "site-contact-missing") == [(3, column)]


def test_one_flag_per_site_without_contact() -> None:
    nobody: Cells = {"Site contact": None, "Site phone": None, "Site email": None}
    verdict = judge(nobody, sites=[nobody, {}])
    assert [found.site for found in flags(verdict, "site-contact-missing")] == [1, 2]
    assert "second-channel-missing" not in codes(verdict)


@pytest.mark.parametrize(
    ("cells", "raised"),
    [
        ({}, False),
        ({"Site email": None}, True),
        ({"Site email": None, "Site chat": "LINE: x"}, False),
        ({"Site email": "no address"}, False),
        ({"Site email": "-", "Site chat": "n/a"}, True),
        ({"Site email": None, "Site contact": None}, True),
        ({"Site email": None, "Site phone": None}, True),
        ({"Site email": None, "Site contact": None, "Site phone": None}, False),
    ],
)
def test_a_second_channel(cells: Cells, raised: bool) -> None:
    assert [f.site for f in flags(judge(cells), "second-channel-missing")] == ([1] if raised else [])
    assert [f.site for f in flags(judge({}, sites=[cells]), "second-channel-missing")] == ([2] if raised else [])


@pytest.mark.parametrize("level", ["Entry", "junior", "ジュニア", None])
@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({}, []),
        ({"PM contact": None}, ["assistance-missing"]),
        ({"PM phone": None}, ["assistance-missing"]),
        ({"PM contact": None, "PM phone": None}, ["assistance-missing"]),
        ({"PM contact": None, "Instruction documents": "runbook.pdf"}, ["pm-contact-missing"]),
        ({"PM phone": "-", "Instruction documents": "runbook.pdf"}, ["pm-contact-missing"]),
        ({"Instruction documents": "runbook.pdf"}, []),
        ({"PM contact": None, "Instruction documents": "なし"}, ["assistance-missing"]),
    ],
)
def test_an_entry_engineer_needs_assistance(level: Raw, cells: Cells, found: list[str]) -> None:
    verdict = judge({"Skill level": level, **cells})
    assert [code for code in codes(verdict) if code != "skill-defaulted"] == found
    assert (verdict.status is Status.NEEDS_INFO) is ("assistance-missing" in found)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"PM contact": None}, "PM contact"),
        ({"PM phone": None}, "PM phone"),
        ({"PM contact": None, "PM phone": "-"}, "PM contact"),
    ],
)
@pytest.mark.parametrize("level", ["Senior", "Specialist", "guru"])
def test_others_only_want_to_know_whom_to_ask(level: str, cells: Cells, column: str) -> None:
    verdict = judge({"Skill level": level, **cells})
    assert places(verdict, "pm-contact-missing") == [(None, column)]
    assert flag(verdict, "pm-contact-missing").severity is Severity.WARN
    assert "assistance-missing" not in codes(verdict)


def test_waived_assistance_does_not_turn_into_another_flag() -> None:
    verdict = judge({"PM phone": None, "Waived flags": "assistance-missing: Ken helps"})
    assert (codes(verdict), verdict.status) == (["assistance-missing"], Status.READY)
