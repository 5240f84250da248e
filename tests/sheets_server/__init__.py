"""A Google Sheets for tests: the v4 REST API over HTTP, with spreadsheets in memory.

`SheetsServer` is the server, `faults` has what can go wrong, `Formula` a person's formula with its value.
See README.md beside this file.
"""

from tests.sheets_server import faults
from tests.sheets_server.faults import Call, Fault
from tests.sheets_server.grids import Formula
from tests.sheets_server.people import People
from tests.sheets_server.server import SheetsServer

__all__ = ["Call", "Fault", "Formula", "People", "SheetsServer", "faults"]
