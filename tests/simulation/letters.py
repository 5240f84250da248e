"""Mail of a simulated world: a real SMTP server on this machine, and what goes wrong on the way to it.

Looked at: no message is taken twice, no invoice sent twice, every invoice sent or lying there as a draft, and no
engineer's e-mail address in anything that goes with an invoice.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import re
import smtplib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from email.message import EmailMessage
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from sync.config import Mail
from tests.simulation.issued import Violation
from tests.simulation.wire import Machine
from tests.sync.mail_server import MailServer, serving

CLOSED_PORT = 1
_OPEN = contextlib.ExitStack()
Real = Callable[..., tuple[int, bytes]]


def _killed_before(letters: Letters, real: Real, smtp: smtplib.SMTP, data: bytes) -> tuple[int, bytes]:
    letters.machine.die()


def _killed_after(letters: Letters, real: Real, smtp: smtplib.SMTP, data: bytes) -> tuple[int, bytes]:
    real(smtp, data)
    letters.machine.die()


def _dropped_before(letters: Letters, real: Real, smtp: smtplib.SMTP, data: bytes) -> tuple[int, bytes]:
    smtp.close()
    return real(smtp, data)


def _dropped_after(letters: Letters, real: Real, smtp: smtplib.SMTP, data: bytes) -> tuple[int, bytes]:
    letters.server.hang_up = True
    try:
        return real(smtp, data)
    finally:
        letters.server.hang_up = False


FAULTS: dict[str, Callable[[Letters, Real, smtplib.SMTP, bytes], tuple[int, bytes]]] = {
    "killed before": _killed_before,
    "killed after": _killed_after,
    "dropped before": _dropped_before,
    "dropped after": _dropped_after,
    "not now": lambda *_: (451, b"4.3.0 try again later"),
    "never": lambda *_: (554, b"5.7.1 not wanted"),
}
"""What happens to a message as it is handed over."""
DOWN = "down"
"""The server breaks off before it has heard of the message; before the first one, nobody answers at all."""


class Letters:
    """What one world's mail server took."""

    def __init__(self) -> None:
        self.server, self.machine = _server(), Machine()
        self.server.taken.clear()
        self._down = False
        self.count = 0
        """Messages that the last run handed over, or tried to."""

    def __getstate__(self) -> dict[str, Any]:
        return {"taken": list(self.server.taken)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__()  # type: ignore[misc]
        self.server.taken.extend(state["taken"])

    @property
    def mail(self) -> Mail:
        """The settings by which a run sends."""
        port = CLOSED_PORT if self._down else self.server.port
        return Mail(send=True, host="127.0.0.1", port=port, security="none")

    @contextlib.contextmanager
    def at_work(self, met: Mapping[int, str]) -> Iterator[None]:
        """While a run is at work. `met`: what happens to its messages, by their number from 1."""
        self.count, begin, hand_over = 0, smtplib.SMTP.mail, smtplib.SMTP.data

        def mail(smtp: smtplib.SMTP, *sender: Any) -> tuple[int, bytes]:
            self.count += 1
            if met.get(self.count) == DOWN:
                smtp.close()
            return begin(smtp, *sender)

        def data(smtp: smtplib.SMTP, message: Any) -> tuple[int, bytes]:
            happens = FAULTS.get(met.get(self.count, ""))
            return happens(self, hand_over, smtp, message) if happens else hand_over(smtp, message)

        self._down = met.get(1) == DOWN
        smtplib.SMTP.mail, smtplib.SMTP.data = mail, data  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            smtplib.SMTP.mail, smtplib.SMTP.data = begin, hand_over  # type: ignore[method-assign]
            self._down = False

    @property
    def taken(self) -> list[tuple[str, str]]:
        """Who was sent what, as the server has it."""
        return sorted((to, str(mail["Message-ID"])) for to, mail in self.server.taken)

    def check(self, engineers: Sequence[str]) -> None:
        """After a run. `engineers`: the addresses that no invoice may go out with. Raises Violation."""
        sent = [mail for _, mail in self.server.taken]
        for what in (Counter(str(mail["Message-ID"]) for mail in sent), Counter(_invoices(sent))):
            if twice := [name for name, count in what.items() if count > 1]:
                raise Violation("mail twice", str(twice))
        for mail in sent:
            if any(_holds(mail.as_bytes(), address) for address in engineers if list(_invoices([mail]))):
                raise Violation("engineer's address", str(mail["Subject"]))

    def missing(self, out: Path, ledger: Iterable[str]) -> list[str]:
        """Invoices that are neither sent nor lie there as a draft."""
        drafts = (_opened(path.read_bytes()) for path in (out / "outbox").rglob("*.eml"))
        told = {*_invoices(mail for _, mail in self.server.taken), *_invoices(drafts)}
        return sorted(set(ledger) - told)


@lru_cache(maxsize=1)
def _server() -> MailServer:
    """One for all worlds of a process, which ends with it."""
    return _OPEN.enter_context(serving())


@lru_cache(maxsize=4096)
def _opened(data: bytes) -> EmailMessage:
    found = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def _invoices(mails: Iterable[EmailMessage]) -> Iterator[str]:
    """Numbers of the invoices that go with these, from the names of the files."""
    for mail in mails:
        for part in mail.iter_attachments():
            if found := re.search(r"INV-\d{4}-\d{4}", part.get_filename() or ""):
                yield found[0]


@lru_cache(maxsize=4096)
def _holds(data: bytes, address: str) -> bool:
    """Whether a message holds the address: in a header, a text, or a part of a workbook that goes with it."""
    found = _opened(data)
    wanted, texts = address.encode(), [data]
    for part in found.walk():
        content = b"" if part.is_multipart() else part.get_payload(decode=True)
        assert isinstance(content, bytes)
        texts.append(content)
        if (part.get_filename() or "").endswith(".xlsx"):
            with ZipFile(BytesIO(content)) as parts:
                texts += [parts.read(name) for name in parts.namelist()]
    return any(wanted in text for text in texts)
