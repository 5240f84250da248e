"""Writes the messages of a run as drafts, or sends them: after the commit, each once, whatever breaks in between."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from email.message import EmailMessage

from filelock import Timeout

from rules.message import BILLS, Message, about
from rules.models import Office
from rules.settling import GONE, WITH_PHOTOS, Stage
from rules.state import State
from sync.documents.calendar import entry
from sync.documents.letter import Sender, leaks, letter, stamped
from sync.documents.messages import words
from sync.documents.telling import facts_of
from sync.enclosures import PHOTOS, WORK_ORDER, Enclosing, Enclosures
from sync.errors import Undelivered, Unreachable
from sync.outbox import OUTBOX, Outbox
from sync.papers import Report, write_file
from sync.post import Post
from sync.runlog import told
from sync.smtp import Down, Later, Line, Lost, Refused, Unrelayed, written

ELSEWHERE = timedelta(hours=1)
"""How long a message that was decided on at another desk is left to it."""
_LOST = "nobody knows whether it was sent; ask them, and send the draft if not"


def announce(state: State, said: Iterable[str], post: Post, report: Report) -> None:
    """Notes which messages this run decided on, before the register is written: this machine looks after them."""
    outbox = Outbox(post.out)
    try:
        for key in sorted(said):
            if outbox.note_of(key) is None:
                outbox.note(key, Stage.DECIDED, state.messages[key].at)
    except OSError as fault:
        report.unwritten.append(f"messages: {fault}")


def deliver_messages(state: State, office: Office, post: Post, report: Report) -> bool:
    """Writes or sends what is due. What fails is noted in `report`, and tried again by the next run.

    Returns whether anything was sent, or tried: the register should then be told at once.
    """
    outbox = Outbox(post.out)
    try:
        notes = outbox.notes(state.messages)
        if all(key in notes and notes[key].stage in (*GONE, Stage.DRAFTED) for key in state.messages):
            return False
        with outbox.alone(), Line(post.config.mail) as line:
            return _Delivery(state, office, post, report, outbox, line).run()
    except (OSError, Timeout, Unreachable) as fault:  # the register is written: this run can't end as one that is not
        report.unwritten.append(f"messages: {fault}")
        return False


class _Delivery:
    def __init__(
        self, state: State, office: Office, post: Post, report: Report, outbox: Outbox, line: Line
    ) -> None:
        self.state, self.office, self.post, self.report = state, office, post, report
        self.outbox, self.line = outbox, line
        self.sender = Sender(post.config.mail.sender or office.settings.company_email)
        self.enclosures = Enclosures(state, office, post)
        self.down, self.desk, self.server = report.server.stalled, post.desk, report.server
        self.waiting = self.tried = False
        self.unrelayed: list[tuple[str, Message, str]] = []

    def run(self) -> bool:
        for key, message in self.state.messages.items():
            try:
                note = self.outbox.note_of(key)
                if note is None and message.desk != self.desk and self.office.now - message.at < ELSEWHERE:
                    continue
                if note is None or note.stage in (Stage.DECIDED, Stage.SENDING):
                    self._one(key, message, note.stage if note else None)
            except Exception as fault:  # one message must not keep the others from going out
                self.report.unwritten.append(f"{message.order_id}, {about(message)}: {told(fault)}")
        for key, message, why in self.unrelayed:
            try:
                self._not_relayed(key, message, why)
            except Exception as fault:
                self.report.unwritten.append(f"{message.order_id}, {about(message)}: {told(fault)}")
        if self.waiting:
            self.report.unwritten.append(f"{self.down}: messages wait")
        return self.tried

    def _not_relayed(self, key: str, message: Message, why: str) -> None:
        """A server that passed on to others will not to this one; else settings have to be put right. Post for its own
        domain, which may be the sender's or this one, every server takes.
        """
        if self.server.reached - {_domain(message.to), _domain(self.sender.address)}:
            self._set_aside(key, message, Stage.REFUSED, f"{why}; its draft is in the outbox")
        else:
            self.down, self.waiting = self.line.passes_nothing_on(why), True

    def _one(self, key: str, message: Message, stage: Stage | None) -> None:
        sending = self.post.config.mail.send and not message.draft
        if sending and self.down:
            self.waiting = True
            return
        mail, enclosed = self._letter(message)
        if WORK_ORDER in enclosed.what:
            self._keep(message, enclosed)
        if stage is Stage.SENDING or (sending and stage is None):
            self._draft(key, message, mail)
            self._note(key, message, Stage.UNKNOWN, _LOST)
        elif sending:
            self._send(key, message, mail, enclosed)
        else:
            self._draft(key, message, mail)
            elsewhere = stage is None and message.desk != self.desk
            self.outbox.note(key, Stage.ANEW if elsewhere else Stage.DRAFTED, self.office.now)
            self.tried |= elsewhere

    def _letter(self, message: Message) -> tuple[EmailMessage, Enclosing]:
        settings = self.office.settings
        invoice = self.state.invoices.get(message.invoice)
        enclosed = self.enclosures.of(message, self.report)
        text = words(
            str(message.kind), message.languages,
            lambda language: facts_of(message, settings, invoice, language, enclosed.what), self.post.config.templates,
        )  # fmt: skip
        visit = entry(message, self.state.register, self.sender.address, settings.company_name)
        mail = letter(message, text, self.sender, visit, enclosed.files)
        found = leaks(mail, self.office.engineer_emails) if message.kind in BILLS else []
        if found:
            raise Undelivered(f"it would hold an engineer's e-mail address ({found[0]}): nothing was written")
        return mail, enclosed

    def _draft(self, key: str, message: Message, mail: EmailMessage) -> None:
        path = self.post.out / OUTBOX / message.order_id / self._name(key, message)
        write_file(path, written(mail, message.to)[0])
        self.report.files.append(path)
        self.report.told.append(f"{message.order_id}, {about(message)}: draft {path}")

    def _keep(self, message: Message, enclosed: Enclosing) -> None:
        """The work order lies beside the drafts, where the coordinators find it for the engineers."""
        for file in enclosed.files:
            path = self.post.out / OUTBOX / message.order_id / file.name
            if not path.exists():
                write_file(path, file.data)
                self.report.files.append(path)

    def _name(self, key: str, message: Message) -> str:
        at = message.at.astimezone(self.office.zone)
        site = f"_site-{message.site}" if message.site else ""
        return f"{at:%Y%m%d-%H%M}_{message.kind}{site}_{key.rpartition('-')[2]}.eml"

    def _send(self, key: str, message: Message, mail: EmailMessage, enclosed: Enclosing) -> None:
        if not self.sender.address:
            raise Undelivered("nobody to send it from: write `sender` under [mail], or Company email in Settings")
        ready = stamped(mail, message, self.sender.address.rpartition("@")[2])
        now = self.office.now
        try:
            self.line.send(ready, message.to, lambda: self.outbox.note(key, Stage.SENDING, now))
        except Down as fault:
            self.down, self.waiting = str(fault), True
        except Unrelayed as fault:
            self.unrelayed.append((key, message, str(fault)))
        except Later as fault:
            self.outbox.note(key, Stage.DECIDED, now, str(fault))
            self.report.unwritten.append(f"{message.order_id}, {about(message)}: not now ({fault})")
        except Refused as fault:
            self._set_aside(key, message, Stage.REFUSED, f"{fault}; its draft is in the outbox")
        except Lost as fault:  # each of the others might be lost as well, after half a minute of waiting
            self.down = self.server.stalled = str(fault)
            self._set_aside(key, message, Stage.UNKNOWN, _LOST)
        else:
            self.tried = True
            self.server.reached.add(_domain(message.to))
            self.report.told.append(f"{message.order_id}, {about(message)}: sent")
            self.outbox.note(key, Stage.SENT, now, WITH_PHOTOS if PHOTOS in enclosed.what else "")

    def _set_aside(self, key: str, message: Message, stage: Stage, why: str) -> None:
        """A person has to see to it: they find the message among the drafts."""
        self._draft(key, message, self._letter(message)[0])
        self._note(key, message, stage, why)

    def _note(self, key: str, message: Message, stage: Stage, why: str) -> None:
        self.outbox.note(key, stage, self.office.now, why)
        self.tried = True
        self.report.notes.append(f"{message.order_id}, {about(message)} {stage}: {why}")


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()
