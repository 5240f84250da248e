"""A new file beside the one whose place it will take.

Once it is whole its name says what it holds, and what it is to replace: what lies under it after a run that was killed
in the moment of the exchange, and is neither, somebody saved in that moment.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path

from sync.backups import keep_saved

_MARK = 16
"""Signs of a hash that stand in a name."""


def written_beside(target: Path, data: bytes, replaced: str) -> Path:
    """A temporary file in the same folder, safely on disk, with the rights of the file it will replace.

    `replaced` is the SHA-256 of that file.
    """
    handle, name = tempfile.mkstemp(prefix=_prefix(target), suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            _copy_rights(target, temporary)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        marks = f"{hashlib.sha256(data).hexdigest()[:_MARK]}-{replaced[:_MARK]}"
        whole = temporary.with_name(f"{_prefix(target)}{marks}-{temporary.name.rpartition('-')[2]}")
        os.replace(temporary, whole)
    except BaseException:
        discard(temporary)
        raise
    return whole


def _copy_rights(source: Path, target: Path) -> None:
    status = source.stat()
    if hasattr(os, "chown"):
        for user, group in ((-1, status.st_gid), (status.st_uid, -1)):
            with contextlib.suppress(OSError):  # only root gives files away
                os.chown(target, user, group)
    os.chmod(target, stat.S_IMODE(status.st_mode))
    if hasattr(os, "listxattr"):  # access lists are kept there
        with contextlib.suppress(OSError):
            for name in os.listxattr(source):
                os.setxattr(target, name, os.getxattr(source, name))


def sweep(target: Path, backups: Path) -> None:
    """Clears away what runs that were killed left. Call it while no other is at work."""
    for left in left_by_runs(target):
        clear(left, target, backups)


def clear(left: Path, target: Path, backups: Path) -> Path | None:
    """Takes away what nobody would miss. What somebody saved goes into `backups`: where it is then.

    Where it can't be told or done, it stays for the next run.
    """
    with contextlib.suppress(OSError):
        if not is_ours(left):
            return keep_saved(left, target, backups)
        left.unlink(missing_ok=True)
    return None


def is_ours(left: Path) -> bool:
    """Whether it is half made, what a run wrote, or what that run had read and meant to replace. Raises OSError."""
    marks = left.name.split("-")[2:-1]
    if not marks:
        return True
    with left.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:_MARK] in marks


def left_by_runs(target: Path) -> list[Path]:
    """What was written beside this file and didn't get to its place, or was there before."""
    return list(target.parent.glob(f"{_prefix(target)}*.tmp"))


def _prefix(target: Path) -> str:
    return f".onsite-{hashlib.sha256(target.name.encode()).hexdigest()[:12]}-"


def discard(path: Path) -> None:
    """What nobody needs any more goes, if it can; the next run takes away what was left."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
