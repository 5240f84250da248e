"""What goes with a message: the invoice's file, the engineers' work order, photo IDs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from rules.message import BILLS, Message
from rules.models import Office
from rules.state import State
from sync.documents.guard import guard
from sync.documents.letter import Attached
from sync.documents.names import safe
from sync.documents.pdf import pdf_of, program
from sync.documents.work_order import render, template_for
from sync.errors import Undelivered
from sync.papers import Report
from sync.post import Post

PHOTO_IDS = "photo-ids"
PHOTOS, WORK_ORDER = "photos", "work order"
"""What templates may say is enclosed."""
_PHOTO_ENDINGS = (".jpg", ".jpeg", ".png", ".pdf")
_LARGEST_PHOTO = 10_000_000


@dataclass(frozen=True)
class Enclosing:
    """The files of one message, and what is whole among them: `PHOTOS` only with everybody's."""

    files: tuple[Attached, ...] = ()
    what: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Enclosures:
    """Finds the files that belong to messages."""

    state: State
    office: Office
    post: Post

    def of(self, message: Message, report: Report) -> Enclosing:
        """The files of a message. Raises Undelivered, OSError where one that it can't go without is missing."""
        if message.kind in BILLS:
            return Enclosing((self._invoice(message.invoice),))
        if message.photo_ids:
            return self._photos(message, report)
        if message.details is not None:
            return Enclosing((self._work_order(message),), frozenset({WORK_ORDER}))
        return Enclosing()

    def _work_order(self, message: Message) -> Attached:
        languages = message.details.languages if message.details else ()
        data = render(message, self.office.settings, template_for(languages, self.post.config.templates))
        at = message.at.astimezone(self.office.zone)
        return Attached(f"{at:%Y%m%d-%H%M}_work-order_{message.order_id}.xlsx", data)

    def _invoice(self, number: str) -> Attached:
        """The workbook, or the PDF made of it. The workbook is looked through for both: a PDF packs its text, and who
        became an engineer after it was filed counts too.
        """
        invoice = self.state.invoices[number]
        path = self.post.out / invoice.file
        if not path.is_file():
            raise Undelivered(f"{path.name} is not there yet")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != invoice.sha256:
            raise Undelivered(f"{path.name} was changed since it was issued: delete it, the next run makes it again")
        found = guard(data, path.name, self.office.engineer_emails)
        if found:
            raise Undelivered(f"{path.name} holds an engineer's e-mail address ({found[0]}): it is not sent")
        if not self.post.config.pdf or program() is None:
            return Attached(path.name, data)
        if not pdf_of(path).is_file():
            raise Undelivered(f"{pdf_of(path).name} is not there yet")
        return Attached(pdf_of(path).name, pdf_of(path).read_bytes())

    def _photos(self, message: Message, report: Report) -> Enclosing:
        """Photo IDs from their own folder only; what can't be taken from there is said, and a person sends it."""
        files = []
        for name in message.photo_ids:
            try:
                files.append(self._photo(name))
            except (ValueError, OSError) as fault:
                report.notes.append(f"{message.order_id}, photo ID not attached: {safe(name)}: {fault}")
        everybody = len(message.visit.engineers) if message.visit else 0
        return Enclosing(tuple(files), frozenset({PHOTOS} if files and len(files) == everybody else ()))

    def _photo(self, name: str) -> Attached:
        """Names may be those of files in the folder, or begin with it. Links that lead elsewhere count as outside."""
        folder = (self.post.config.photo_ids or self.post.out / PHOTO_IDS).resolve()
        places = [(base / name).resolve() for base in (folder, folder.parent)]
        inside = [path for path in places if path.is_relative_to(folder)]
        if not inside:
            raise ValueError(f"it is outside of {folder.name}, where photo IDs are taken from")
        path = next((path for path in inside if path.is_file()), inside[0])
        if path.suffix.casefold() not in _PHOTO_ENDINGS or not path.is_file():
            raise ValueError(f"there is no such picture or PDF in {folder.name}")
        if path.stat().st_size > _LARGEST_PHOTO:
            raise ValueError("it is larger than 10 MB")
        return Attached(safe(path.name), path.read_bytes())
