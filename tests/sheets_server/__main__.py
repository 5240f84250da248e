"""`python -m tests.sheets_server [--port N] [--xlsx FILE]`: a spreadsheet to try the program on."""

from __future__ import annotations

import argparse
import contextlib
import threading
from pathlib import Path

from tests.sheets_server.grids import tabs_of_workbook
from tests.sheets_server.server import SheetsServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.sheets_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--xlsx", type=Path, help="a workbook whose values the spreadsheet has")
    parser.add_argument("--title", default="Register")
    parser.add_argument("--locale", default="en_US")
    parser.add_argument("--time-zone", default="Asia/Tokyo")
    given = parser.parse_args()
    tabs = tabs_of_workbook(given.xlsx) if given.xlsx else None
    with SheetsServer(given.port) as server:
        key = server.create(given.title, tabs, locale=given.locale, time_zone=given.time_zone)
        print(f"SHEETS_EMULATOR_HOST={server.host}")
        print(f"SPREADSHEET={key}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
