"""One line to the mail server: what it took, what it refused, and what nobody can know."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from email.generator import BytesGenerator
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from io import BytesIO

from sync.config import Mail

PASSWORD = "ONSITE_MAIL_PASSWORD"  # noqa: S105  # the variable's name  # nosec B105
_TIMEOUT_S = 30.0
_LOG_IN_FIRST = 530
_NO_RELAY = re.compile(r"relay(ing)? (access )?(is )?(denied|not (allowed|permitted))|(unable|not permitted) to relay")
_WHO = re.compile(r"\d{3} 5\.[14]\.")
"""Enhanced codes by which the address is wrong, or where it leads, whatever the words are (RFC 3463)."""
_ADDRESS = re.compile(r"\S*@\S*")


class Down(Exception):
    """The server can't be reached, or doesn't let us in: nothing was sent, the next run tries again."""


class Unrelayed(Exception):
    """The server passes nothing on to this recipient: for us to nobody, or to nobody there. Nothing was sent."""


class Refused(Exception):
    """The server will never take this message for this recipient. Nothing was sent."""


class Later(Exception):
    """The server said that it doesn't take this message now. Nothing was sent, the next run tries again."""


class Lost(Exception):
    """The connection broke while the message was on its way, or what the server said of it is no answer: nobody knows
    whether it was taken.
    """


class Line:
    """A connection that is made when it is needed first. Use it in a `with` block."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()
        self._smtp = None

    def try_out(self) -> None:
        """Connects and logs in, sends nothing. Raises Down."""
        self._connected()

    def send(self, message: EmailMessage, to: str, before_data: Callable[[], None]) -> None:
        """Hands one message over for one recipient. `before_data` is called before it may be taken.

        Raises Down, Unrelayed, Refused, Later, Lost.
        """
        data, abroad = written(message, to)
        smtp = self._connected()
        try:
            smtp.rset()
            if abroad and not smtp.has_extn("smtputf8"):
                raise Refused("the mail server takes no addresses in other than Latin letters")
            options = ["SMTPUTF8", "BODY=8BITMIME"] if abroad else []
            self._check_sender(*smtp.mail(parseaddr(str(message["From"]))[1], options))
            self._check_recipient(*smtp.rcpt(to))
        except (smtplib.SMTPException, OSError) as fault:
            self._hang_up()
            raise Down(f"the mail server broke off: {fault}") from fault
        before_data()
        self._hand_over(smtp, data)

    def _hand_over(self, smtp: smtplib.SMTP, data: bytes) -> None:
        """Once the text went over, only a whole reply that says no means that it was not taken: half of one may be left
        of a yes, and what is no reply says nothing.
        """
        try:
            code, reply = smtp.data(data)
        except smtplib.SMTPDataError as fault:  # said before the text went over
            _check(fault.smtp_code, fault.smtp_error)
            raise Later(str(fault)) from fault
        except (smtplib.SMTPException, OSError) as fault:
            self._hang_up()
            raise Lost(f"the connection broke while it was being sent: {fault}") from fault
        if not (200 <= code < 300 or 400 <= code < 600):
            self._hang_up()
            raise Lost(f"the mail server gave no answer that can be understood: {code}")
        _check(code, reply)

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except (smtplib.SMTPException, OSError, ValueError) as fault:
                raise Down(f"mail server {self.mail.host}:{self.mail.port}: {_said(fault)}") from fault
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        mail = self.mail
        if mail.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                mail.host, mail.port, timeout=_TIMEOUT_S, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(mail.host, mail.port, timeout=_TIMEOUT_S)
        try:
            smtp.ehlo()
            if mail.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if mail.user:
                smtp.login(mail.user, os.environ.get(PASSWORD, ""))
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _check_sender(self, code: int, reply: bytes | str) -> None:
        """That the server takes nothing from us at all is no recipient's fault: settings have to be put right."""
        try:
            _check(code, reply)
        except (Refused, Later) as fault:
            raise Down(f"mail server {self.mail.host} takes nothing from us ({fault})") from fault

    def _check_recipient(self, code: int, reply: bytes | str) -> None:
        """That the server passes nothing on for us may be no recipient's fault either."""
        try:
            _check(code, reply)
        except Refused as fault:
            said = _ADDRESS.sub("", str(fault)).casefold()
            if code == _LOG_IN_FIRST:
                raise Down(self.passes_nothing_on(str(fault))) from fault
            if _NO_RELAY.search(said) and not _WHO.match(said):
                raise Unrelayed(str(fault)) from fault
            raise

    def passes_nothing_on(self, why: str) -> str:
        """A sentence for the person who can put that right."""
        return f"mail server {self.mail.host} passes nothing on for us ({why}): check `user` and `host` under [mail]"

    def _hang_up(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _check(code: int, reply: bytes | str) -> None:
    """Raises Refused or Later unless the server agreed."""
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    said = " ".join(said.split())
    if 500 <= code < 600:
        raise Refused(f"{code} {said}")
    if not 200 <= code < 300:
        raise Later(f"{code} {said}")


def written(message: EmailMessage, to: str) -> tuple[bytes, bool]:
    """The message as it goes over the line or into a file, and whether it needs a server that knows other letters in
    addresses: those are never encoded as words are, or nobody could send to them.
    """
    abroad = not f"{to}{parseaddr(str(message['From']))[1]}".isascii()
    made = BytesIO()
    BytesGenerator(made, policy=SMTP.clone(utf8=True) if abroad else SMTP).flatten(message)
    return made.getvalue(), abroad


def _said(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return f"it doesn't let us in ({fault.smtp_code}): check `user` under [mail], and the password in {PASSWORD}"
    return str(fault) or type(fault).__name__
