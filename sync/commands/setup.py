"""`onsite init` for a workbook: makes a register, or adds to one what is missing."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from rules.settings import Settings
from sync import files
from sync.commands.completing import complete
from sync.commands.new_workbook import skeleton, skeleton_reading
from sync.errors import Changed, UsageFault
from sync.registers.workbook import WorkbookRegister
from sync.xlsx import Book


def init_workbook(path: Path, backups: Path | None = None) -> list[str]:
    """Makes a register at `path`, or adds what is missing to the one that is there; a line for each thing done.

    Nothing that people have is changed, and where nothing is missing the file keeps its bytes; else the version
    before is kept in `backups`, by default beside the workbook. Raises UsageFault for what a person has to decide,
    InUse, Changed, Contended and Unreachable; the file is then as it was.
    """
    if not _is_there(path):
        return _make(path)
    with files.locked(path):
        data, stamp = files.read(path)
        reading = WorkbookRegister(path).read()
        book = Book.open(data)
        done = complete(book, reading)
        if done:
            files.replace(path, book.to_bytes(), stamp, backups)
    return done


def _is_there(path: Path) -> bool:
    """Raises UsageFault for a link to what is away, say a share: its owner has a register there. Unreachable."""
    try:
        if path.exists():
            return True
        if path.is_symlink():
            gone = path.readlink()
            raise UsageFault(f"{path} is a link to {gone}, where nothing is: bring that back, or delete the link")
    except OSError as fault:
        raise files.unwritable(path, fault) from fault
    return False


def _make(path: Path) -> list[str]:
    if path.suffix.casefold() != ".xlsx":
        raise UsageFault(f"{path.name} is no name for a new register: let it end in .xlsx")
    form_tab = str(Settings.model_fields["form_tab"].default)
    book = Book.open(skeleton(form_tab))
    complete(book, skeleton_reading(form_tab))
    create(path, book.to_bytes())
    return [f"{path.name}: a new register with {len(book.titles)} tabs"]


def create(path: Path, data: bytes) -> None:
    """Makes a file, whole or not at all. Raises Changed where there is one already, Unreachable."""
    try:
        handle, name = tempfile.mkstemp(prefix=".onsite-", suffix=".tmp", dir=path.parent)
    except OSError as fault:
        raise files.unwritable(path, fault) from fault
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        _move(temporary, path)
    except FileExistsError as fault:
        raise Changed(f"{path.name} was made by somebody else meanwhile: nothing was written; run again") from fault
    except OSError as fault:
        raise files.unwritable(path, fault) from fault
    finally:
        temporary.unlink(missing_ok=True)


def _move(temporary: Path, path: Path) -> None:
    """A link never takes another file's place; renaming, where there are no links, would."""
    with contextlib.suppress(OSError):
        os.link(temporary, path)
        return
    if os.path.lexists(path):
        raise FileExistsError(path)
    os.replace(temporary, path)


def _umask() -> int:
    """What this process takes off the rights of new files; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
