"""`onsite doctor`: checks access, headers, settings, rights and clock, and says what to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rules.columns import DashboardRow, EngineerRow, OrderRow, SettingRow, SystemRow
from rules.disguise import addresses_in, key_of
from rules.restored import later
from rules.settings import Settings, unknown_settings
from rules.state import State
from sync import files
from sync.commands.syncing import Done
from sync.config import Config, Mail, load
from sync.dashboard import last_run
from sync.documents import invoice, work_order
from sync.documents.letter import Sender
from sync.documents.pdf import program
from sync.errors import OnsiteError, Undelivered, UsageFault
from sync.filing import numbers_of_others
from sync.gather import Tabs, rows_of, settings_of
from sync.intake import form_fault
from sync.ledger import ledger_damage
from sync.opening import is_google, open_register, out_folder
from sync.registers.base import Register
from sync.registers.workbook import WorkbookRegister
from sync.restored import WAYS_ON, Restored, is_first_run
from sync.run import check_clock, check_shrink, moment
from sync.smtp import Down, Line
from sync.snapshot import Reading
from sync.state import Damaged, read_state
from sync.tabs import find_tab, find_tabs

OK, WARN, BAD = "ok", "look", "bad"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `ok`, `look` (it works, but) or `bad` (a run would stop)."""

    grade: str
    what: str
    say: str
    code: int = 0
    """With which a run would end."""

    @property
    def line(self) -> str:
        return f"{self.grade:4} {self.what}: {self.say}"


def run_doctor(target: str, out: Path | None, now: datetime, config_file: Path | None) -> Done:
    """Exit code 0 where a run would go through, else that of the first thing in its way."""
    config = load(config_file)
    found: list[Finding] = []
    try:
        _examine(target, out, now, config, found)
    except OnsiteError as fault:
        found.append(Finding(BAD, "stopped here", str(fault), fault.exit_code))
        lost = isinstance(fault, Restored | Damaged)
        found += [Finding(WARN, "how to go on", way) for way in (WAYS_ON if lost else ())]
    code = next((finding.code for finding in found if finding.code), 0)
    object_ = {"findings": [{"grade": f.grade, "what": f.what, "say": f.say} for f in found]}
    return Done(lambda: object_, lambda: [finding.line for finding in found], code)


def _examine(target: str, out: Path | None, now: datetime, config: Config, found: list[Finding]) -> None:
    """Adds a finding for each step; what stops a run is raised."""
    register = open_register(target, config)
    reading = register.read()
    found.append(Finding(OK, "access", f"{register.name} can be read, {len(reading.grids)} tabs"))
    if is_google(target):
        found.append(_google_rights(register))
    else:
        path = Path(target)
        found.append(_tried("in use", partial(files.check_free, path), "nobody has the workbook open"))
        well = "the workbook and its folder can be written"
        found.append(_tried("rights", partial(files.check_writable, path), well))
    tabs = find_tabs(reading)
    found.append(Finding(OK, "headers", "every tab and header is there"))
    found += _formulas(register, reading, tabs)
    settings = settings_of(tabs)
    found.append(Finding(OK, "settings", "all can be read"))
    found += _settings(settings, tabs)
    state = read_state(tabs[SystemRow])
    found.append(_memory(tabs, state, settings))
    found.append(_tried("orders", partial(check_shrink, tabs, state, settings), "about as many as the last run saw"))
    if state.held:
        found.append(Finding(WARN, "schedule", f"{state.held}: scheduled runs wait until somebody runs `onsite sync`"))
    found.append(_ledger(tabs, state, settings))
    found += _numbers(out_folder(target, out, config), state, settings)
    found.append(_form(reading, settings))
    check_clock(tabs, state, settings, moment(now, settings))
    beat = last_run(tabs[DashboardRow], settings.time_zone)
    found += _google_clocks(register, settings) if is_google(target) else ()
    found.append(Finding(OK, "clock", f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC; last good run {beat or 'never'}"))
    found.append(_folder(out_folder(target, out, config)))
    found += [_templates(config.templates), _pdf(config.pdf), _mail(config.mail, settings)]


def _formulas(register: Register, reading: Reading, tabs: Tabs) -> Iterator[Finding]:
    if isinstance(register, WorkbookRegister):
        found = register.formulas_without_result(reading, (tab.title for tab in tabs.values()))
        if found:
            say = f"{len(found)} were saved without their results and read as blank, first {found[0]}"
            yield Finding(WARN, "formulas", f"{say}: open the workbook in a spreadsheet program and save it")


def _tried(what: str, attempt: Callable[[], object], well: str) -> Finding:
    """`well` where the attempt goes through, else what stands in its way."""
    try:
        attempt()
    except OnsiteError as fault:
        return Finding(BAD, what, str(fault), fault.exit_code)
    return Finding(OK, what, well)


def _google_rights(register: Register) -> Finding:
    from sync.registers.google import GoogleRegister
    from sync.registers.google.examining import try_rights

    assert isinstance(register, GoogleRegister)  # noqa: S101  # nosec B101
    well = f"{register.transport.who} may change the spreadsheet"
    return _tried("rights", partial(try_rights, register), well)


def _google_clocks(register: Register, settings: Settings) -> Iterator[Finding]:
    from sync.registers.google import GoogleRegister
    from sync.registers.google.examining import clock_says, zone_says

    assert isinstance(register, GoogleRegister)  # noqa: S101  # nosec B101
    for what, say in (
        ("clock", clock_says(register)),
        ("time zone", zone_says(register, settings.time_zone)),
    ):
        if say:
            yield Finding(WARN, what, say)


def _settings(settings: Settings, tabs: Tabs) -> list[Finding]:
    found = []
    checks: tuple[tuple[str, Callable[[], bool], str], ...] = (
        ("Company name", lambda: bool(settings.company_name), "fill it in: no invoice is issued without"),
        ("Company address", lambda: bool(settings.company_address), "fill it in: no invoice is issued without"),
        ("Bank details", lambda: bool(settings.bank_details), "blank: clients won't know where to pay"),
        (
            "Registration number",
            lambda: bool(settings.registration_number),
            "blank: invoices don't call themselves qualified",
        ),
    )
    for name, good, say in checks:
        if not good():
            found.append(Finding(WARN, name, say))
    for name, meant in unknown_settings(rows_of(tabs, SettingRow, settings.time_zone)):
        hint = f"; write {meant} if that is meant" if meant else ""
        found.append(Finding(WARN, name, f"no setting has this name: its value counts for nothing{hint}"))
    for row in rows_of(tabs, EngineerRow, settings.time_zone):
        theirs = map(key_of, addresses_in(row.email.value or ""))
        if settings.company_email and key_of(settings.company_email) in theirs:
            say = f"it is {row.engineer.text}'s address: no invoice may hold an engineer's; use one of the company"
            found.append(Finding(WARN, "Company email", say))
    return found


def _memory(tabs: Tabs, state: State, settings: Settings) -> Finding:
    if is_first_run(tabs, state, settings):
        orders = sum(row.client.filled for row in rows_of(tabs, OrderRow, settings.time_zone))
        return Finding(
            OK, "memory", f"the job never ran here; {orders} orders wait. Look at `onsite sync --dry-run` first"
        )
    return Finding(
        OK, "memory", f"revision {state.revision}, {len(state.orders)} orders, {len(state.invoices)} invoices"
    )


def _ledger(tabs: Tabs, state: State, settings: Settings) -> Finding:
    if damaged := ledger_damage(tabs, state.invoices, settings.time_zone):
        return Finding(BAD, "ledger", f"{damaged}. No invoice is issued before", Undelivered.exit_code)
    return Finding(OK, "ledger", "it shows what was issued")


def _numbers(out: Path, state: State, settings: Settings) -> Iterator[Finding]:
    """A register put back as it was before, whole, shows nothing of what it gave since; its documents do."""
    with suppress(OSError):
        if given := sorted(later(state, numbers_of_others(state, out), settings.invoice_prefix)):
            say = (
                f"{given[-1]} was given here by another register, or by this one before it was put back: it would be "
                "given twice. Set Invoice prefix to one never used, or give each register an --out of its own"
            )
            yield Finding(WARN, "numbers", say)


def _form(reading: Reading, settings: Settings) -> Finding:
    grid = find_tab(reading, settings.form_tab)
    if grid is None:
        return Finding(WARN, "form", f'there is no tab "{settings.form_tab}": no answers are taken in')
    if fault := form_fault(grid):
        return Finding(BAD, "form", fault, UsageFault.exit_code)
    return Finding(OK, "form", f'answers are read from "{settings.form_tab}"')


def _templates(folder: Path | None) -> Finding:
    def check() -> None:
        invoice.check_templates(folder)
        work_order.check_templates(folder)

    return _tried("templates", check, f"those in {folder} can be used" if folder else "those that come along")


def _pdf(wanted: bool) -> Finding:
    if not wanted:
        return Finding(OK, "PDF", "invoices are workbooks alone; `pdf = true` in onsite.toml makes PDFs too")
    if program() is None:
        return Finding(WARN, "PDF", "LibreOffice is not installed here: clients get the workbook instead")
    return Finding(OK, "PDF", "invoices are also made as PDF")


def _mail(mail: Mail, settings: Settings) -> Finding:
    if not mail.send:
        return Finding(OK, "mail", "nothing is sent: messages are left as drafts in the outbox")
    if not Sender(mail.sender or settings.company_email).address:
        return Finding(WARN, "mail", "no sender: write `sender` under [mail], or Company email in Settings")
    try:
        with Line(mail) as line:
            line.try_out()
    except Down as fault:
        return Finding(WARN, "mail", f"{fault}: messages wait until it is reached")
    return Finding(OK, "mail", f"{mail.host}:{mail.port} lets us in: messages are sent")


def _folder(out: Path) -> Finding:
    try:
        there = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
        if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
            return Finding(OK, "documents", str(out))
    except OSError:  # nobody may look there
        there = out
    say = f"{there} can't be written to: allow this user to, or choose another --out"
    return Finding(BAD, "documents", say, Undelivered.exit_code)
