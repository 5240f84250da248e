"""What `test_form` asks of a workbook, asked of a Google Sheet."""

from tests.acceptance.test_form import *  # noqa: F403

del test_new_rows_go_over_nothing  # noqa: F821
del test_what_an_earlier_version_took_in_is_known_and_goes_back  # noqa: F821
