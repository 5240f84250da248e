"""What is in the way of a Google Sheet, as people meet it: exit code and a sentence that names the thing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.desk import NOW, Done, onsite
from tests.sheets_server import Formula, faults
from tests.sync.google_desk import GoogleDesk, copied


@pytest.fixture
def desk(fresh: GoogleDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleDesk]:
    monkeypatch.setenv("SHEETS_EMULATOR_HOST", fresh.server.host)
    yield copied(fresh, tmp_path)
    fresh.server.faults.clear()


def called(command: str, desk: GoogleDesk, *options: object) -> Done:
    return onsite(command, desk.key, "--now", NOW, "--out", desk.folder, *options)


def grades(done: Done) -> dict[str, str]:
    return {one["what"]: one["grade"] for one in json.loads(done.out)["findings"]}


def test_all_is_well(desk: GoogleDesk) -> None:
    before = desk.server.export(desk.key), list(desk.server.book(desk.key).metadata)
    done = called("doctor", desk, "--json")
    assert done.code == 0
    assert {"access", "rights", "headers", "settings", "memory", "clock"} <= grades(done).keys()
    assert "bad" not in grades(done).values()
    assert (desk.server.export(desk.key), list(desk.server.book(desk.key).metadata)) == before


def test_a_viewer_may_look_but_no_run_would_go_through(desk: GoogleDesk) -> None:
    desk.server.read_only.add(desk.key)
    done = called("doctor", desk, "--json")
    assert (done.code, grades(done)["access"], grades(done)["rights"]) == (3, "ok", "bad")
    before = desk.server.export(desk.key)
    for command in ("sync", "init"):
        assert called(command, desk).code == (3 if command == "sync" else 0)  # nothing is missing
    assert called("check", desk).code == 1
    assert desk.server.export(desk.key) == before


REFUSED: dict[str, Callable[[GoogleDesk], object]] = {
    "not shared": lambda desk: desk.server.closed.add(desk.key),
    "gone": lambda desk: desk.server.faults.when(lambda call: True, faults.missing(), None),
    "revoked": lambda desk: desk.server.faults.when(lambda call: True, faults.unauthenticated(), None),
}


@pytest.mark.parametrize("refuse", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("command", ["init", "sync", "check", "doctor"])
def test_no_way_in(desk: GoogleDesk, refuse: Callable[[GoogleDesk], object], command: str) -> None:
    refuse(desk)
    done = called(command, desk)
    assert done.code == 3
    assert "Traceback" not in done.err and "bug of ours" not in done.err


@pytest.mark.parametrize(
    "address",
    [
        "https://docs.google.com/document/d/1AbCdEfGhIjKlMnOpQrStUvWxYz/edit",
        "https://docs.google.com/spreadsheets/d/e/2PACX-1vAbCdEfGhIjKl/pubhtml",
        "https://example.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz",
        "https://docs.google.com/spreadsheets/",
    ],
)
@pytest.mark.parametrize("command", ["init", "sync", "doctor"])
def test_a_wrong_address(address: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert onsite(command, address).code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tail", ["/edit", "/edit?gid=7#gid=7", "", "/", "/edit?usp=sharing"])
@pytest.mark.parametrize("part", ["", "u/1/"])
def test_addresses_as_browsers_show_them(desk: GoogleDesk, tail: str, part: str) -> None:
    address = f"https://docs.google.com/spreadsheets/{part}d/{desk.key}{tail}"
    assert onsite("check", address, "--now", NOW, "--out", desk.folder).code == 1


def test_a_short_key_of_another_server(desk: GoogleDesk) -> None:
    desk.server.books["sheet-1"] = desk.server.book(desk.key).clone()
    desk.server.books["sheet-1"].id = "sheet-1"
    assert onsite("check", "sheet-1", "--now", NOW, "--out", desk.folder).code == 1


def test_another_zone_is_told_and_stops_nothing(desk: GoogleDesk) -> None:
    desk.server.book(desk.key).properties["timeZone"] = "America/New_York"
    done = called("doctor", desk, "--json")
    assert (done.code, grades(done)["time zone"]) == (0, "look")
    desk.server.book(desk.key).properties["timeZone"] = "Asia/Seoul"  # at the same time all year
    assert "time zone" not in grades(called("doctor", desk, "--json"))


def test_a_renamed_header_is_named(desk: GoogleDesk) -> None:
    desk.people.edit("Orders", 1, "Site phone", "Site phone no")
    done = called("sync", desk)
    assert done.code == 2
    assert '"Site phone"' in done.err and '"Site phone no"' in done.err
    assert called("doctor", desk).code == 2


def test_errors_in_cells_are_blank_and_numbers_are_no_phones(desk: GoogleDesk) -> None:
    people = desk.people
    row = desk.row("S-11")
    people.edit("Orders", row, "Floor", Formula("=A1000000", "#REF!"))
    people.edit("Orders", row, "Site phone", 312345678)
    found = json.loads(called("sync", desk, "--json").out)
    codes = {flag["code"]: flag for order in found["orders"] if order["row"] == row for flag in order["flags"]}
    assert codes["phone-country-code"]["column"] == "Site phone"
    assert "floor-missing" in codes
    assert desk.server.grid("Orders", desk.key, "FORMULA")[row - 1][people.column("Orders", "Floor") - 1] == "=A1000000"


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SHEETS_EMULATOR_HOST", raising=False)
    path = tmp_path / "key.json"
    path.write_text('{"type": "service_account", "private_key": "SECRET"}')
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    return path


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o600])
def test_a_key_that_others_can_read_or_that_is_none(keys: Path, mode: int) -> None:
    keys.chmod(mode)
    done = onsite("doctor", "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789")
    assert done.code == 3
    assert ("chmod 600" in done.out) == (mode != 0o600)
    assert "SECRET" not in done.out + done.err


def test_a_key_below_the_home_folder(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
    monkeypatch.setenv("HOME", str(keys.parent))
    keys.chmod(0o644)
    config = keys.with_name("onsite.toml")
    config.write_text('[credentials]\nfile = "~/key.json"')
    assert "chmod 600" in onsite("doctor", "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789", "--config", config).out


def test_a_key_that_is_not_there(keys: Path) -> None:
    keys.unlink()
    assert onsite("sync", "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789").code == 3
