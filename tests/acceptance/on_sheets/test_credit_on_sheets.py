"""What `test_credit` asks of a workbook, asked of a Google Sheet."""

import pytest

from tests.acceptance.test_credit import *  # noqa: F403

del test_every_document_is_made_again_with_the_same_bytes  # noqa: F821

pytestmark = pytest.mark.slow
