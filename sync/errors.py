"""What can end a run before it is done: each with its exit code and a sentence that says what to do.

A fault in the data is never one of these: it is a flag on its row.
"""


class OnsiteError(Exception):
    """A run that stops. `str()` is a sentence for the person who started it."""

    exit_code = 3


class UsageFault(OnsiteError):
    """Arguments, settings or headers that a person has to put right first. Nothing was written."""

    exit_code = 2


class Unreachable(OnsiteError):
    """The register, or a file, can't be reached, opened or written. Nothing was written."""

    exit_code = 3


class NotAWorkbook(Unreachable):
    """The file is there, but no .xlsx workbook that can be opened safely: another format, encrypted, damaged."""


class InUse(Unreachable):
    """A spreadsheet program has the file open. `who` is the name that it left, or blank."""

    def __init__(self, message: str, who: str = "") -> None:
        super().__init__(message)
        self.who = who


class Refused(Unreachable):
    """A write that would break something of the people's in the workbook, say a part of an array formula."""


class Changed(OnsiteError):
    """The register is no longer what was read. Nothing was written; a new run reads it anew."""

    exit_code = 4


class Contended(OnsiteError):
    """Another run got in first too often, or holds the register. Nothing was written."""

    exit_code = 4


class Undelivered(OnsiteError):
    """The register is written, but some document is not; the next run writes it."""

    exit_code = 5
