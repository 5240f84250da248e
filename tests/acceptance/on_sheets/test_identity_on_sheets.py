"""What `test_identity` asks of a workbook, asked of a Google Sheet."""

from tests.acceptance.test_identity import *  # noqa: F403
