"""The command line: arguments, exit codes, wiring; it decides nothing (contract, section 7)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from sync.errors import OnsiteError
from sync.telling import returned, say_anything, tell, tell_done

F = TypeVar("F", bound=Callable[..., Any])


class _Group(click.Group):
    """Turns a refused operation into its exit code and one clear line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OnsiteError as fault:
            click.echo(f"onsite: {fault}", err=True)
            ctx.exit(fault.exit_code)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:  # click would end with 1, which is that `check` found something
            ctx.exit(128 + signal.SIGINT)
        except Exception as bug:
            if os.environ.get("ONSITE_DEBUG"):
                raise
            click.echo(
                f"onsite: a bug of ours, please report it: {type(bug).__name__}: {bug} (ONSITE_DEBUG=1 shows more)",
                err=True,
            )
            ctx.exit(3)


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime:
    return _told_moment(ctx, param, value) or datetime.now(UTC)


def _told_moment(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError as fault:
        raise click.BadParameter(f'"{value}" is no time: write 2026-12-01T09:00 or 2026-12-01T09:00+09:00') from fault
    if not 1970 <= moment.year < 3000:  # invoices fall due later, and calendars end in 9999
        raise click.BadParameter(f'"{value}" is no time of ours: write one from 1970 to 2999')
    return moment


def _named(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("name the path of an .xlsx workbook, or a Google Sheet's address or key")
    return value


_PATH = click.Path(path_type=Path)
_REGISTER = click.argument("register", callback=_named)
_OUT = click.option("--out", type=_PATH, help="Where invoices and messages go.")
_NOW = click.option("--now", callback=_moment, metavar="ISO-TIME", help="Run as of then.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_CONFIG = click.option(
    "--config", "config_file", type=_PATH, help="Machine settings (default: ONSITE_CONFIG, else onsite.toml here)."
)
_SHARED = (_OUT, _NOW, _JSON, _CONFIG)


def shared(command: F) -> F:
    """The options that every command on a register has."""
    for option in reversed(_SHARED):
        command = option(command)
    return command


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="onsite")
def main() -> None:
    """Order register, dispatcher's assistant and invoice clerk for on-site IT work, in the sheet people already use.

    REGISTER is the path of an .xlsx workbook, or a Google Sheet's address or key.
    """
    say_anything()


@main.command()
@click.argument("folder", metavar="[DIR]", type=_PATH, default=Path("onsite-demo"))
@_OUT
@_NOW
@_JSON
def demo(folder: Path, out: Path | None, now: datetime, as_json: bool) -> None:
    """Make a register with orders in every state, run the job on it, show what it did."""
    from sync.commands.demo import run_demo

    lines = run_demo(folder, out, now)
    tell(as_json, returned(lines) if as_json else None, lines)


@main.command()
@_REGISTER
@shared
def init(register: str, out: Path | None, now: datetime, as_json: bool, config_file: Path | None) -> None:
    """Make a new register, or add what is missing to one. Never overwrites."""
    from sync.commands.init import initialise

    done = initialise(register, config_file)
    tell(as_json, {"register": register, "done": done}, done or ["Nothing is missing."])


@main.command(name="sync")
@_REGISTER
@click.option("--form-csv", type=_PATH, help="Also take in a download of the form's answers.")
@click.option("--dry-run", is_flag=True, help="Show every cell that would change; write nothing.")
@click.option("--force", is_flag=True, help="Run though orders vanished, or the clock went back.")
@shared
def sync_command(
    register: str, form_csv: Path | None, dry_run: bool, force: bool,
    out: Path | None, now: datetime, as_json: bool, config_file: Path | None,
) -> None:  # fmt: skip
    """One run: take in form rows, check, advance, invoice, write."""
    from sync.commands.syncing import run_once

    live = click.get_current_context().get_parameter_source("now") is click.core.ParameterSource.DEFAULT
    done = run_once(
        register, out, now, config_file, form_csv=form_csv, dry_run=dry_run, force=force,
        tell=partial(click.echo, err=True), live=live,
    )  # fmt: skip
    tell_done(as_json, done)
    sys.exit(done.exit_code)


def _interval(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    from sync.config import seconds

    try:
        return None if value is None else int(str(seconds(value)))
    except ValueError as fault:
        raise click.BadParameter(str(fault)) from fault


@main.command(name="run")
@click.argument("registers", nargs=-1)
@click.option("--every", callback=_interval, metavar="5m", help="How often, such as 30s, 5m or 1h.")
@click.option("--once", is_flag=True, help="One run of each, then stop.")
@click.option("--log-json", "--json", "log_json", is_flag=True, help="A JSON object a line, for machines.")
@_OUT
@click.option("--now", callback=_told_moment, metavar="ISO-TIME", help="As if it were then at the start.")
@_CONFIG
def run_command(
    registers: tuple[str, ...], every: int | None, once: bool, log_json: bool,
    out: Path | None, now: datetime | None, config_file: Path | None,
) -> None:  # fmt: skip
    """Sync on a schedule until stopped; one register's failure does not stop the others."""
    from sync.commands.schedule import Order, run_schedule

    sys.exit(run_schedule(Order(registers, every, out, config_file, once, log_json, now), click.echo))


@main.command()
@_REGISTER
@click.option("--form-csv", type=_PATH, help="Also look at a download of the form's answers.")
@shared
def check(
    register: str, form_csv: Path | None, out: Path | None, now: datetime, as_json: bool, config_file: Path | None
) -> None:
    """Flags only; writes nothing. Exit 1 where there is a BLOCK."""
    from sync.commands.syncing import run_check

    done = run_check(register, out, now, config_file, form_csv)
    tell_done(as_json, done)
    sys.exit(done.exit_code)


@main.command()
@_REGISTER
@click.argument("run")
@click.option("--order", help="Only this order of the run.")
@shared
def undo(
    register: str, run: str, order: str | None, out: Path | None, now: datetime, as_json: bool, config_file: Path | None
) -> None:
    """Put back what a run wrote, except cells changed since. Issued invoices stay."""
    from sync.commands.undo import run_undo

    done = run_undo(register, run, order, now, config_file)
    tell_done(as_json, done)


@main.command()
@_REGISTER
@click.argument("invoice")
@click.option("--reason", required=True, help="Stands on the credit note and in the Log.")
@shared
def credit(
    register: str, invoice: str, reason: str, out: Path | None, now: datetime, as_json: bool, config_file: Path | None
) -> None:
    """Issue a credit note for an invoice; its order goes back to where it was before."""
    from sync.commands.credit import run_credit

    done = run_credit(register, invoice, reason, out, now, config_file)
    tell_done(as_json, done)
    sys.exit(done.exit_code)


@main.command()
@_REGISTER
@click.argument("order")
@shared
def explain(
    register: str, order: str, out: Path | None, now: datetime, as_json: bool, config_file: Path | None
) -> None:
    """Everything about one order: each rule's verdict, how its status came about, its charges line by line."""
    from sync.commands.explain import run_explain

    done = run_explain(register, order, out, now, config_file)
    tell_done(as_json, done)


@main.command()
@_JSON
def rules(as_json: bool) -> None:
    """The table of rules, from the code."""
    from sync.commands.tables import rules_as_json, rules_as_text

    tell(as_json, rules_as_json(), rules_as_text())


@main.command()
@_REGISTER
@shared
def doctor(register: str, out: Path | None, now: datetime, as_json: bool, config_file: Path | None) -> None:
    """Check access, headers, settings, rights and clock, and say what to do."""
    from sync.commands.doctor import run_doctor

    done = run_doctor(register, out, now, config_file)
    tell_done(as_json, done)
    sys.exit(done.exit_code)


if __name__ == "__main__":
    main(prog_name="onsite")
