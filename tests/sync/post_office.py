"""A register whose messages are looked at: orders are typed into it, the program runs, drafts and mail are read."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from icalendar import Calendar
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.acceptance.desk import Desk, columns, onsite
from tests.rules.build import CLEAN, CLIENT, ENGINEER, RATES, SETTINGS, SITE

FIRST = "2026-12-01T09:00+09:00"
NOW = "2026-12-01T10:00+09:00"
LATER = "2026-12-01T10:15+09:00"
TARO = {
    **ENGINEER, "Engineer": "Taro Two", "Phone": "+81 90-1234-5679", "Email": "taro@onsite.example.com",
}  # fmt: skip
WAY = {
    "Offered": {"Assigned engineers": "Eve Entry", "Availability sent at": "2026-11-20 10:00"},
    "Site confirmed": {"Site confirmed at": "2026-11-20 11:00"},
    "Contacts shared": {"Contacts shared at": "2026-11-20 12:00"},
    "Approved": {"Approved at": "2026-11-20 13:00"},
    "On site": {
        "Planned start": "2026-11-30 09:00", "Arrived at": "2026-11-30 09:00",
        "Arrival notified at": "2026-11-30 09:05",
    },
    "Working": {"Work started at": "2026-11-30 09:10"},
    "Completed": {"Completed at": "2026-11-30 12:00", "Release approved by": "Sam Site"},
}  # fmt: skip


def upto(status: str) -> dict[str, Any]:
    """The cells by which a clean order gets to a status."""
    found: dict[str, Any] = {}
    for reached, cells in WAY.items():
        found |= cells
        if reached == status:
            return found
    raise ValueError(status)


class PostOffice(Desk):
    """A register in its folder, with the machine's settings beside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "orders.xlsx")
        self.config = folder / "onsite.toml"

    def order(self, reference: str = "AC-1", /, **_: Any) -> dict[str, Any]:
        return super().order(reference)

    def ordered(self, cells: Mapping[str, Any] | None = None, *, sites: Sequence[Mapping[str, Any]] = ()) -> None:
        """Type a clean order with changes, `AC-1`, and further places."""
        with self.edited() as book:
            order_into(book, cells or {}, sites)

    def send_over(self, port: int, *lines: str) -> None:
        """Switch mail on: from now on runs send over the server at that port."""
        mail = ("send = true", 'host = "127.0.0.1"', f"port = {port}", 'security = "none"', *lines)
        self.config.write_text("\n".join(["[mail]", *mail]))

    def run(self, now: str = NOW, code: int = 0, *options: object) -> dict[str, Any]:
        return self.sync("--config", self.config, *options, now=now, code=code)

    def faulty(self, now: str = NOW) -> str:
        """A run that could not write or send something, and what it says of that, on one line."""
        done = onsite("sync", self.path, "--now", now, "--json", "--config", self.config)
        assert done.code == 5, done
        (line,) = done.err.splitlines()
        return line

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    def drafts(self, kind: str) -> list[EmailMessage]:
        """The drafts of a kind, oldest first."""
        return [opened(path) for path in self._paths() if path.name.split("_")[1] == kind]

    def draft(self, kind: str) -> EmailMessage:
        """The only draft of a kind."""
        (found,) = self.drafts(kind)
        return found

    def told(self) -> list[str]:
        """Kinds and recipients of all drafts."""
        return sorted(f"{path.name.split('_')[1]} {opened(path)['To']}" for path in self._paths())

    def _paths(self) -> list[Path]:
        return sorted(self.outbox.rglob("*.eml"))


def rows_into(sheet: Worksheet, rows: Sequence[Mapping[str, Any]]) -> None:
    """Type rows below those that are there."""
    place = columns(sheet)
    key, at = place[next(iter(rows[0]))], 2
    for cells in rows:
        while any(sheet.cell(at, col).value is not None for col in {key, *(place[h] for h in cells)}):
            at += 1
        for header, value in cells.items():
            sheet.cell(at, place[header]).value = value


def order_into(book: Workbook, changes: Mapping[str, Any], sites: Sequence[Mapping[str, Any]] = ()) -> None:
    """Type a clean order with changes, `AC-1`, and further places."""
    cells = {**CLEAN, **changes}
    rows_into(book["Orders"], [{key: value for key, value in cells.items() if value is not None}])
    for site in sites:
        rows_into(book["Other sites"], [{"Order ID": cells["Client reference"], **SITE, **site}])


@lru_cache(maxsize=1)
def _new_register() -> bytes:
    """What `onsite init` makes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.xlsx"
        assert onsite("init", path).code == 0
        return path.read_bytes()


def furnished(
    folder: Path, *, orders: Sequence[Mapping[str, Any]] = (), settings: Mapping[str, Any] | None = None,
    client: Mapping[str, Any] | None = None, mail: int | None = None,
) -> PostOffice:  # fmt: skip
    """A register after its first run, with Acme Ltd, Eve Entry, Taro Two and `orders` (changes to a clean one).

    `settings` and `client` change cells of the firm and of Acme; `mail` is a server's port.
    """
    post = PostOffice(folder)
    folder.mkdir(exist_ok=True)
    post.config.write_text("")
    post.path.write_bytes(_new_register())
    with post.edited() as book:
        firm = {**SETTINGS, "Company email": "dispatch@ecorpone.example.jp", **(settings or {})}
        for name, value in book["Settings"].iter_rows(min_row=2, max_col=2):
            value.value = firm.get(name.value, value.value)
        rows_into(book["Clients"], [{**CLIENT, **(client or {})}])
        rows_into(book["Engineers"], [ENGINEER, TARO])
        rows_into(book["Rates"], RATES)
        rows_into(book["Standard items"], [{"Item": "Laptop"}])
        for cells in orders:
            order_into(book, cells)
    if mail:
        post.send_over(mail)
    post.run(FIRST)
    return post


def opened(path: Path) -> EmailMessage:
    found = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def calendars(mail: EmailMessage) -> Iterator[tuple[str | None, Any]]:
    """The method of every calendar part, and its entry."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_payload(decode=True))
            assert part.get_param("method") == calendar["METHOD"]
            yield str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


def entry(mail: EmailMessage) -> Any:
    ((_, event),) = calendars(mail)
    return event


def names(mail: EmailMessage) -> list[str]:
    """Names of what is attached."""
    return [part.get_filename() or "" for part in mail.iter_attachments()]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
