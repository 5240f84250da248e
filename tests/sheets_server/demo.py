"""`python -m tests.sheets_server.demo [DIR]`: the demo in a spreadsheet of the server for tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from sync.commands.demo import play
from sync.commands.init import initialise
from sync.config import EMULATOR
from tests.sheets_server.server import SheetsServer

NOBODYS = Path(os.devnull)


def demo(folder: Path) -> Iterator[str]:
    """What happens, a line each; then what stands in the sheet, and what it took."""
    folder.mkdir(parents=True, exist_ok=True)
    with SheetsServer() as server:
        os.environ[EMULATOR] = server.host
        key = server.create("Register", time_zone="Asia/Tokyo")
        yield from initialise(key, NOBODYS)
        server.log.clear()
        yield from play(key, folder)
        yield "What stands in the sheet:"
        for row in server.grid("Orders", key)[1:]:
            yield f"  {row[0]} {row[1]}: {row[2]}"
        yield f"Calls made after init: {server.log.reads} reads, {server.log.writes} writes"
        yield f"The invoices and drafts: {folder.resolve()}"


if __name__ == "__main__":
    for line in demo(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-sheets")):
        print(line)
