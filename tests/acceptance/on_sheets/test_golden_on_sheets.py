"""What `test_golden` asks of a workbook, asked of a Google Sheet."""

from tests.acceptance.test_golden import *  # noqa: F403

del test_as_installed  # noqa: F821
del test_every_process_writes_the_same_bytes  # noqa: F821
