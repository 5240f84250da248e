"""A new file beside the one whose place it will take."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path


def written_beside(target: Path, data: bytes) -> Path:
    """A temporary file in the same folder, safely on disk, with the rights of the file it will replace."""
    sweep(target)
    handle, name = tempfile.mkstemp(prefix=_prefix(target), suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            _copy_rights(target, temporary)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        discard(temporary)
        raise
    return temporary


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


def sweep(target: Path) -> None:
    """Takes away what a run that was killed left. Call it while no other is at work."""
    for left in left_by_runs(target):
        discard(left)


def left_by_runs(target: Path) -> list[Path]:
    """What was written beside this file and didn't get to its place, or was there before."""
    return list(target.parent.glob(f"{_prefix(target)}*.tmp"))


def _prefix(target: Path) -> str:
    return f".onsite-{hashlib.sha256(target.name.encode()).hexdigest()[:12]}-"


def discard(path: Path) -> None:
    """What nobody needs any more goes, if it can; the next run takes away what was left."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
