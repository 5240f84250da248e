"""A mail server for tests: real SMTP on this machine, which keeps what it takes and refuses what it is told to."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session


@dataclass
class MailServer:
    """`replies` to RCPT and DATA by address, `mail_reply` to MAIL. `hang_up` takes a message and says nothing more but
    `last_words`.
    """

    port: int
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    data_replies: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    last_words: bytes = b""
    mail_reply: str = ""
    logins: list[tuple[str, str]] = field(default_factory=list)

    async def handle_MAIL(self, _s: Any, _session: Session, envelope: Envelope, sender: str, _options: Any) -> str:
        envelope.mail_from = sender
        return self.mail_reply or "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Session, envelope: Envelope, to: str, _options: Any) -> str:
        if to in self.replies:
            return self.replies[to]
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Session, envelope: Envelope) -> str:
        (to,) = envelope.rcpt_tos
        if to in self.data_replies:
            return self.data_replies[to]
        content = envelope.content
        found = email.message_from_bytes(content if isinstance(content, bytes) else b"", policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        self.taken.append((to, found))
        if self.hang_up:
            server.transport.write(self.last_words)
            server.transport.abort()
        return "250 OK"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"open sesame", handled=False)

    def told(self) -> list[str]:
        """To whom, in the order in which it came."""
        return [to for to, _ in self.taken]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(port: int | None = None, *, every_letter: bool = True) -> Iterator[MailServer]:
    """A server that runs in a thread of its own. `every_letter`: it knows addresses in other than Latin letters."""
    handler = MailServer(port or free_port())
    controller = Controller(
        handler, hostname="127.0.0.1", port=handler.port, authenticator=handler.authenticate, auth_require_tls=False,
        enable_SMTPUTF8=every_letter,
    )  # fmt: skip
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()
