"""A register on a server that says no more than Google's reference promises, and says it in other words than ours."""

from __future__ import annotations

import base64
import copy
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sync.errors import OnsiteError
from sync.opening import is_google
from sync.plan import Write
from sync.registers.address import key_in
from sync.registers.google import NoAccess, open_google
from sync.registers.google.pace import Limiter, Patience
from tests.acceptance.desk import onsite
from tests.sync.google_bench import Clock
from tests.sync.sparse_desk import KEY, SparseDesk, fill_in, neighbours
from tests.sync.sparse_sheets import Answer, Book, Page, SparseSheets

EMULATOR = "SHEETS_EMULATOR_HOST"


@pytest.fixture(scope="module")
def running() -> Iterator[SparseSheets]:
    with SparseSheets().running() as server:
        yield server


@pytest.fixture(scope="module")
def made(running: SparseSheets, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A register before its first run; only copies of it are used."""
    desk = SparseDesk(running, tmp_path_factory.mktemp("out"))
    running.books[KEY] = Book(neighbours())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(EMULATOR, running.host)
        desk.call("init")
    fill_in(desk)
    return desk.book


@pytest.fixture
def desk(running: SparseSheets, made: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SparseDesk]:
    monkeypatch.setenv(EMULATOR, running.host)
    running.books[KEY] = copy.deepcopy(made)
    running.seen.clear()
    yield SparseDesk(running, tmp_path)
    running.before, running.unsaid = lambda method, path: None, ""


def blank(desk: SparseDesk, *pages: Page) -> Book:
    """A spreadsheet that `init` has not seen."""
    desk.server.books[KEY] = Book(list(pages) or [Page(0, "Sheet1")])
    return desk.book


# whole lives --------------------------------------------------------------------------------------------------------


def test_an_order_is_invoiced_and_credited_and_a_second_run_is_quiet(desk: SparseDesk) -> None:
    first = desk.sync()
    assert [one["total"] for one in first["invoices"]] == ["35750"]
    assert first["requests"] == {"reads": 3, "writes": 1}
    assert [one["order_id"] for one in first["orders"]] == [f"ORD-2026-000{n}" for n in (1, 2, 3)]
    codes = {flag["code"] for flag in first["orders"][1]["flags"]}
    assert {"engineers-invalid", "floor-missing"} <= codes
    second = desk.sync()
    assert (second["changes"], second["requests"]) == ([], {"reads": 2, "writes": 0})
    desk.call("check", code=1)
    desk.call("explain", "ORD-2026-0001")
    desk.call("doctor")
    desk.call("credit", "INV-2026-0001", "--reason", "the wrong rate")
    assert desk.column("Invoices", "Invoice no.") == ["INV-2026-0001", "INV-2026-0002"]
    assert desk.column("Orders", "Notes")[1] == "=NA()"


def test_what_undo_clears_and_the_next_run_adds_goes_in_one_write(desk: SparseDesk) -> None:
    run = desk.sync()["run"]
    desk.call("undo", run)
    before = desk.writes()
    assert desk.sync()["requests"] == {"reads": 3, "writes": 1}
    assert desk.writes() == before + 1
    assert desk.column("System", "Key").count("held") == 0
    assert desk.sync()["changes"] == []


@pytest.mark.parametrize("unsaid", ["updatedSpreadsheet", "sheets", "data", "rowData"])
def test_a_reply_that_shows_nothing_of_what_was_written_is_made_up_for(desk: SparseDesk, unsaid: str) -> None:
    desk.server.unsaid = unsaid
    assert desk.sync()["requests"] == {"reads": 4, "writes": 1}
    assert desk.sync()["changes"] == []


def test_init_once_more_finds_nothing_missing_and_neighbours_stay(desk: SparseDesk) -> None:
    desk.call("init")
    assert desk.writes() == 0
    desk.sync()
    titles = [page.title for page in neighbours()]
    assert [page for page in desk.book.pages if page.title in titles] == neighbours()


def test_a_whole_number_is_one_however_it_is_written_down(desk: SparseDesk) -> None:
    line = open_google(KEY).read().grids["Orders"].rows[3]
    assert [(cell, type(cell)) for cell in line if isinstance(cell, int | float)] == [(4711, int), (1.5, float)]


def test_the_time_zone_of_a_new_register_is_the_default_whatever_the_spreadsheets_is(desk: SparseDesk) -> None:
    blank(desk).zone = "Etc/GMT"
    desk.call("init")
    settings = dict(zip(desk.column("Settings", "Setting"), desk.column("Settings", "Value"), strict=False))
    assert settings["Time zone"] == "Asia/Tokyo"


def test_no_credentials_are_looked_for_and_none_are_sent(desk: SparseDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    desk.call("check", code=1)
    assert all("authorization" not in headers for _, _, headers in desk.server.seen)


def test_a_key_signs_in_for_spreadsheets_alone_and_no_netrc_takes_its_place(
    desk: SparseDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def token(method: str, path: str) -> Answer | None:
        if path != "/token":
            return None
        claims = parse_qs(desk.server.body.decode())["assertion"][0].split(".")[1]
        asked.append(json.loads(base64.urlsafe_b64decode(claims + "==")))
        return answered(200, {"access_token": "a-token", "token_type": "Bearer", "expires_in": 3600})

    desk.server.before = token
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    account = {"type": "service_account", "client_email": "a@b.iam.gserviceaccount.com", "private_key": key.decode()}
    path, netrc = tmp_path / "key.json", tmp_path / "netrc"
    path.write_text(json.dumps({**account, "token_uri": f"http://{desk.server.host}/token"}))
    netrc.write_text("default login anonymous password guest\n")
    for file in (path, netrc):
        file.chmod(0o600)
    monkeypatch.delenv(EMULATOR)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    monkeypatch.setattr("sync.registers.google.transport.ADDRESS", f"http://{desk.server.host}/v4/spreadsheets/")
    assert "Orders" in open_google(KEY).read().grids
    assert [claims["scope"] for claims in asked] == ["https://www.googleapis.com/auth/spreadsheets"]
    assert [headers.get("authorization") for _, _, headers in desk.server.seen] == [None, *["Bearer a-token"] * 2]


# what stands in the spreadsheet already -----------------------------------------------------------------------------


def test_metadata_of_other_programs_is_left_alone_and_never_in_the_way(desk: SparseDesk) -> None:
    """Google gives numbers at random, in the range of the tokens too."""
    numbers = [1_400_000_001, *range(1_900_000_000, 1_900_000_050)]
    theirs = {number: {"metadataId": number, "metadataKey": "theirs"} for number in numbers}
    desk.book.metadata |= theirs
    assert desk.sync()["requests"]["writes"] == 1
    assert desk.sync()["changes"] == []
    assert theirs.items() <= desk.book.metadata.items()


def test_tabs_without_a_row_or_column_to_spare_grow(desk: SparseDesk) -> None:
    for page in desk.book.pages:
        used = [at for at, cell in page.cells.items() if "userEnteredValue" in cell]
        page.rows, page.cols = (
            max((row for row, _ in used), default=0) + 1,
            max((col for _, col in used), default=0) + 1,
        )
    assert desk.sync()["requests"] == {"reads": 3, "writes": 1}
    assert desk.column("Invoices", "Invoice no.") == ["INV-2026-0001"]
    assert desk.sync()["changes"] == []


def test_answers_are_taken_in_from_a_tab_of_any_name(desk: SparseDesk) -> None:
    desk.book.page("It's ours").cells.clear()
    desk.book.page("It's ours").put([["Timestamp", "Client"], [46350.25, "Acme"], [46350.3, "Acme"]])
    desk.set("Form tab", "It's ours")
    desk.sync()
    assert desk.column("Orders", "Order ID") == [f"ORD-2026-000{n}" for n in range(1, 6)]
    assert desk.column("Orders", "Received at")[3:] == [46350.25, 46350.3]
    assert desk.sync()["changes"] == []


def test_what_people_did_to_the_header_alone_stands_for_no_column(desk: SparseDesk) -> None:
    page = Page(5, "Orders")
    header = {"sheetId": 5, "startRowIndex": 0, "endRowIndex": 1}
    page.lists = {
        "protectedRanges": [{"range": header, "protectedRangeId": 1}],
        "conditionalFormats": [{"ranges": [header], "booleanRule": {}}],
    }
    page.put([["Status", "Client"]])
    blank(desk, page)
    desk.call("init")
    assert len(page_of(desk).lists["protectedRanges"]) > 1
    assert len(page_of(desk).lists["conditionalFormats"]) > 1


def test_the_filter_of_a_table_is_the_tables(desk: SparseDesk) -> None:
    page = Page(5, "Orders")
    page.put([["Status", "Client"]])
    page.filter = {"tableId": "t1", "range": {"sheetId": 5, "endRowIndex": 9, "endColumnIndex": 2}}
    blank(desk, page)
    desk.call("init")
    assert page_of(desk).filter == page.filter


def page_of(desk: SparseDesk) -> Page:
    return desk.book.page("Orders")


# what goes wrong ----------------------------------------------------------------------------------------------------


def answered(status: int, body: object, **headers: str) -> Answer:
    return status, headers, body.encode() if isinstance(body, str) else json.dumps(body).encode()


def of_google(code: int, message: str, **more: Any) -> Answer:
    return answered(code, {"error": {"code": code, "message": message, **more}})


def once(answer: Answer) -> Callable[[str, str], Answer | None]:
    left = [answer]
    return lambda method, path: left.pop() if left else None


QUOTA_PROJECT = of_google(
    403, "The sheets.googleapis.com API requires a quota project, which is not set by default.",
    status="PERMISSION_DENIED", details=[{"reason": "SERVICE_DISABLED", "domain": "googleapis.com"}],
)  # fmt: skip
FINAL: dict[str, Answer] = {
    "no quota project": QUOTA_PROJECT,
    "bad request": of_google(400, "Request contains an invalid argument."),
    "not implemented": of_google(501, "Method is not implemented.", status="UNIMPLEMENTED"),
    "method not allowed": answered(405, "<h1>Not allowed</h1>"),
    "gone": answered(410, ""),
}


@pytest.mark.parametrize("answer", FINAL.values(), ids=FINAL)
@pytest.mark.parametrize("command", ["init", "sync", "check", "doctor"])
def test_what_no_second_try_would_mend_is_told_at_once(desk: SparseDesk, command: str, answer: Answer) -> None:
    before = copy.deepcopy(desk.book)
    desk.server.before = lambda method, path: answer
    desk.call(command, code=3)
    assert len(desk.server.seen) == 1
    assert desk.book == before


@pytest.mark.parametrize("answer", [FINAL["bad request"], FINAL["not implemented"]])
def test_a_write_that_is_refused_leaves_everything_as_it_was(desk: SparseDesk, answer: Answer) -> None:
    before = copy.deepcopy(desk.book)
    desk.server.before = lambda method, path: answer if method == "POST" else None
    desk.call("sync", code=3)
    assert desk.book == before


PASSING: dict[str, Answer] = {
    "a word": answered(503, {"error": "unavailable"}),
    "no code": answered(500, {"error": {"message": "Internal error"}}),
    "a list": answered(503, [{"error": {"code": 503, "message": "The service is unavailable."}}]),
    "nothing": answered(504, ""),
    "a page": answered(502, "<html><title>502</title></html>", **{"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
    "a number": answered(429, "17", **{"Retry-After": "3"}),
    "rate limit": of_google(403, "x", status="PERMISSION_DENIED", errors=[{"reason": "rateLimitExceeded"}]),
    "quota": of_google(403, "Quota exceeded for quota metric 'Read requests'", status="PERMISSION_DENIED"),
    "a reply that is no object": answered(200, "[]"),
}


@pytest.mark.parametrize("answer", PASSING.values(), ids=PASSING)
def test_an_error_of_any_shape_is_waited_out(desk: SparseDesk, answer: Answer) -> None:
    clock = Clock()
    desk.server.before = once(answer)
    found = open_google(KEY, pace=clock.pace(), limiter=Limiter(clock.pace(), 10_000)).read()
    assert "Orders" in found.grids
    assert len(clock.slept) == 1


REASONS: dict[str, Answer] = {
    "api-disabled": of_google(
        403, "Caller does not have required permission.", details=[{"reason": "USER_PROJECT_DENIED"}]
    ),
    "scope": of_google(403, "Insufficient.", details=[{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]),
    "not-shared": of_google(403, "The caller does not have permission", status="PERMISSION_DENIED"),
    "not-found": answered(404, "<html><title>Error 404</title></html>"),
    "credentials": of_google(401, "Request had invalid authentication credentials.", status="UNAUTHENTICATED"),
    "not-a-sheet": of_google(400, "This operation is not supported for this document", status="FAILED_PRECONDITION"),
}


@pytest.mark.parametrize("reason", REASONS)
def test_why_there_is_no_way_in_is_known(desk: SparseDesk, reason: str) -> None:
    desk.server.before = lambda method, path: REASONS[reason]
    with pytest.raises(NoAccess) as stopped:
        open_google(KEY).read()
    assert (stopped.value.reason, len(desk.server.seen)) == (reason, 1)


@pytest.mark.parametrize("status", [400, 403])
def test_a_protected_cell_is_named_as_one(desk: SparseDesk, status: int) -> None:
    refusal = of_google(status, "You are trying to edit a protected cell or object. Please contact the owner.")
    desk.server.before = lambda method, path: refusal if method == "POST" else None
    register = open_google(KEY)
    reading = register.read()
    with pytest.raises(NoAccess) as stopped:
        register.commit(reading, [Write("Dashboard", 2, 2, "x")])
    assert stopped.value.reason == "protected"


def test_where_nobody_listens_a_run_ends_within_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv(EMULATOR, f"127.0.0.1:{taken.getsockname()[1]}")
        clock = Clock()
        with pytest.raises(OnsiteError) as stopped:
            open_google(KEY, pace=clock.pace(), limiter=Limiter(clock.pace(), 10_000)).read()
    assert stopped.value.exit_code == 3
    assert 10 < clock.time <= 30


def test_a_server_that_restarts_after_a_minute_of_trouble_gets_its_half_minute() -> None:
    clock = Clock()
    patience = Patience(clock.pace())
    while clock.time < 60:
        assert patience.again()
    began = clock.time
    while patience.again(brief=True):
        pass
    assert clock.time - began == 30
    assert patience.again()  # it answers again, if only with an error


def test_init_ends_with_a_sentence_where_a_reply_is_of_another_shape(desk: SparseDesk) -> None:
    desk.server.before = lambda method, path: answered(200, {"sheets": [7]}) if "protectedRanges" in path else None
    desk.call("init", code=3)


# names of servers and spreadsheets ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["{}", "http://{}", "HTTP://{}/", " {} ", "https://{}/"])
def test_the_server_may_be_named_as_people_name_servers(
    desk: SparseDesk, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(EMULATOR, form.format(desk.server.host))
    desk.call("check", code=1)


@pytest.mark.parametrize("name", ["localhost:http", "http://", "::1", ":9010", "localhost:99999"])
def test_what_names_no_server_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EMULATOR, name)
    assert onsite("check", KEY).code == 2


@pytest.mark.parametrize(
    "address",
    [
        "docs.google.com/spreadsheets/d/1aB-c_D/edit#gid=0",
        "https://docs.google.com/spreadsheets/u/0/d/1aB-c_D/edit?gid=0#gid=0",
        "HTTPS://Docs.Google.com/spreadsheets/d/1aB-c_D",
        "https://docs.google.com/spreadsheets/d/1aB-c_D/edit?usp=sharing&resourcekey=" + 300 * "x",
        "https://docs.google.com/spreadsheets/d/1aB-c_D/edit?title=orders.xlsx",
        " https://docs.google.com/a/example.com/spreadsheets/d/1aB-c_D/edit ",
    ],
)
def test_addresses_as_people_hand_them_on(address: str) -> None:
    assert is_google(address)
    assert key_in(address) == "1aB-c_D"
