"""What `onsite doctor` looks at in a Google Sheet besides what it finds in every register."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync.errors import Unreachable
from sync.registers.google.faults import Lost, NoAccess, Rejected
from sync.registers.google.register import GoogleRegister
from sync.registers.google.requests import forget_tokens, token

CLOCK_MAY_DIFFER = timedelta(minutes=1)


def try_rights(register: GoogleRegister) -> None:
    """Makes a mark that nobody sees and takes it away in the same step. Raises NoAccess, Unreachable."""
    number = random.randrange(1, 1_000_000)  # noqa: S311  # below the numbers that runs take  # nosec B311
    body = {"requests": [token(number, "rights"), *forget_tokens([number])]}
    try:
        register.transport.write({"fields": "spreadsheetId"}, body, register.transport.patience())
    except NoAccess:
        raise
    except (Lost, Rejected) as fault:
        raise Unreachable(f"Whether the spreadsheet can be changed couldn't be found out: {fault}") from fault


def clock_says(register: GoogleRegister) -> str | None:
    """What to do where this machine's clock differs from Google's."""
    ahead = register.transport.ahead
    if ahead is None or abs(ahead) < CLOCK_MAY_DIFFER:
        return None
    way = "ahead of" if ahead > timedelta() else "behind"
    return f"this machine's is {abs(ahead).total_seconds():.0f} seconds {way} Google's: set it"


def zone_says(register: GoogleRegister, zone: ZoneInfo) -> str | None:
    """What to do where the spreadsheet's own zone, in which the form stamps its answers, is another one."""
    own = register.time_zone
    if own is None or own == zone.key:
        return None
    try:
        if list(_offsets(ZoneInfo(own))) == list(_offsets(zone)):
            return None
    except (ZoneInfoNotFoundError, ValueError):
        pass
    return (
        f"the spreadsheet's is {own}, the setting Time zone says {zone.key}: in File, Settings choose {zone.key}, or "
        "answers of the form and today's date in formulas are of another zone"
    )


def _offsets(zone: ZoneInfo) -> Iterator[timedelta | None]:
    year = datetime.now(UTC).year
    return (datetime(year, month, 1, tzinfo=zone).utcoffset() for month in range(1, 13))
