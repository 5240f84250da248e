"""A message as an e-mail: text, HTML, calendar entry, attachments, and headers that nobody can slip anything into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256

from rules.addresses import is_email
from rules.message import Message
from rules.sentences import quotable
from sync.documents.calendar import method
from sync.documents.guard import guard
from sync.documents.messages import Words

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_KINDS = {
    ".xlsx": XLSX, ".pdf": ("application", "pdf"), ".png": ("image", "png"), ".jpg": ("image", "jpeg"),
    ".jpeg": ("image", "jpeg"),
}  # fmt: skip


@dataclass(frozen=True)
class Attached:
    """A file that goes with a message."""

    name: str
    data: bytes

    @property
    def kind(self) -> tuple[str, str]:
        """Its media type, by its ending."""
        ending = self.name[self.name.rfind(".") :].casefold() if "." in self.name else ""
        return _KINDS.get(ending, ("application", "octet-stream"))


@dataclass(frozen=True)
class Sender:
    """Who we are. `text` is an address, with or without a name; blank where nobody has said."""

    text: str

    @property
    def address(self) -> str:
        """The bare address; blank where there is none that can be used."""
        found = parseaddr(self.text)[1]
        return found if is_email(found) else ""

    def header(self) -> str:
        """For From, with the name made harmless."""
        name = quotable(parseaddr(self.text)[0])
        local, _, domain = self.address.rpartition("@")
        return str(Address(name, local, domain))


def letter(
    message: Message, words: Words, sender: Sender, entry: bytes | None, files: Sequence[Attached]
) -> EmailMessage:
    """The e-mail as a draft: X-Unsent, no Date, no Message-ID."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = words.subject
    if sender.address:
        mail["From"] = sender.header()
    mail["To"] = message.to
    mail["X-Unsent"] = "1"
    mail.set_content(words.text, charset="utf-8")
    mail.add_alternative(words.html, subtype="html", charset="utf-8")
    if entry is not None:
        how = method(sender.address)
        mail.add_alternative(entry, "text", "calendar", params={"charset": "utf-8", "method": how})
        mail.add_attachment(entry, "application", "ics", filename="visit.ics")
    for file in files:
        mail.add_attachment(file.data, *file.kind, filename=file.name)
    _bound(mail)
    return mail


def _bound(mail: EmailMessage) -> None:
    """Boundaries that the content gives, so that the same message has the same bytes whenever it is made. No part can
    hold them: it would have to hold its own hash.
    """
    whole = sha256(b"".join(data for data, _ in _decoded(mail))).hexdigest()
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{whole[:40]}_{number}")


def stamped(draft: EmailMessage, message: Message, host: str) -> EmailMessage:
    """The draft made ready to be sent: with a date, and an ID that is the same whenever it is tried again."""
    del draft["X-Unsent"]
    draft["Date"] = format_datetime(message.at)
    draft["Message-ID"] = f"<{message.key.replace('/', '.')}@{host or 'onsite.invalid'}>"
    return draft


def leaks(mail: EmailMessage, addresses: Sequence[str]) -> list[str]:
    """Where an e-mail holds one of these addresses: in a header, a text, a file or its name; also in the whole."""
    found: dict[str, None] = {}
    for data, name in (*_decoded(mail), (mail.as_bytes(), "message")):
        found |= dict.fromkeys(guard(data, name, addresses))
    return list(found)


def _decoded(mail: EmailMessage) -> Iterator[tuple[bytes, str]]:
    for part in mail.walk():
        for name, value in part.items():
            yield str(value).encode("utf-8", "replace"), f"header {name}"
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            yield payload if isinstance(payload, bytes) else b"", part.get_filename() or "text"
