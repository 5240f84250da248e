"""What `test_undo` asks of a workbook, asked of a Google Sheet."""

import pytest

from tests.acceptance.test_undo import *  # noqa: F403

pytestmark = pytest.mark.slow
