"""Reading and replacing a file that people also open, so that nothing of theirs is lost whatever happens.

The new content is written beside the file and takes its place in one step; the version that it replaces is kept
as a backup. A lock on a side file keeps runs apart; the file itself is never locked.
"""

import contextlib
import errno
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from sync import opened
from sync.errors import Changed, Contended, InUse, OnsiteError, Unreachable

BACKUPS = ".onsite-backups"
KEPT = 10
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file was when it was read: equal stamps mean the same content."""

    size: int
    mtime_ns: int
    sha256: str


def read(path: Path) -> tuple[bytes, Stamp]:
    """A file's content, whole, and its stamp. Raises Unreachable; Changed while it is being saved."""
    for _ in range(_ATTEMPTS):
        try:
            with path.open("rb") as file:
                before = os.fstat(file.fileno())
                data = file.read()
                after = os.fstat(file.fileno())
            now = path.stat()
        except OSError as fault:
            raise _unreadable(path, fault) from fault
        if _moment(before) == _moment(after) == _moment(now) and len(data) == now.st_size:
            return data, Stamp(len(data), now.st_mtime_ns, hashlib.sha256(data).hexdigest())
    raise Changed(f"{path.name} is being saved at this moment: run again when that is done")


def check_free(path: Path) -> None:
    """Raises InUse, naming who, while a spreadsheet program has the file open; Unreachable if that can't be seen."""
    try:
        user = opened.of(path)
    except OSError as fault:
        raise unwritable(path, fault) from fault
    if user is not None:
        who = f", by {user.name}" if user.name else ""
        since = f", since {user.since.astimezone():%Y-%m-%d %H:%M}" if user.since else ""
        raise InUse(
            f"{path.name} is open in {user.program}{who}{since}: nothing was written. Close it there and run again; "
            f"if nobody has it open, delete {user.lock.name}",
            user.name,
        )


def check_unchanged(path: Path, stamp: Stamp) -> None:
    """Raises Changed unless the file is still what was read, Unreachable where it is gone."""
    if read(path)[1] != stamp:
        raise Changed(f"{path.name} was saved by somebody else meanwhile: nothing was written; run again")


@contextlib.contextmanager
def locked(path: Path, timeout: float = 10.0) -> Iterator[None]:
    """Keeps other runs from this file. Raises Contended after `timeout` seconds of waiting, Unreachable."""
    side = path.resolve().with_name(f".{path.resolve().name}.onsite-lock")
    lock = FileLock(side)
    try:
        lock.acquire(timeout=timeout)
    except Timeout as fault:
        raise Contended(f"another run is at work on {path.name}: run again when it is done") from fault
    except OSError as fault:
        raise unwritable(path, fault) from fault
    try:
        yield
    finally:
        lock.release()


def check_writable(path: Path) -> None:
    """Raises Unreachable where a run could not write: the file is read-only, or its folder closed to this user."""
    target = path.resolve()
    _check_writable(target)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise unwritable(target, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def replace(path: Path, data: bytes, stamp: Stamp, backups: Path | None = None, keep: int = KEPT) -> Path:
    """Puts `data` in the place of what was read as `stamp`, and returns the backup of what stood there.

    Backups are in `backups`, by default BACKUPS beside the file, the last `keep` of them. Raises InUse, Changed
    and Unreachable; the file is then whole and as it was. Call it within `locked`.
    """
    target, kept = path.resolve(), list[Path]()
    folder = backups or target.parent / BACKUPS
    try:
        _swap(path, data, stamp, lambda: kept.append(_backed_up(target, folder)))
    except BaseException:
        for backup in kept:
            backup.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    _prune(folder, target, keep)
    return kept[0]


def replace_quietly(path: Path, data: bytes, stamp: Stamp) -> None:
    """As `replace`, without a backup: for what nobody would want back."""
    _swap(path, data, stamp, lambda: None)
    _sync_folder(path.resolve().parent)


def _swap(path: Path, data: bytes, stamp: Stamp, keep: Callable[[], None]) -> None:
    """`data` in the place of the file; `keep` is called when nothing but that is left to do."""
    target = path.resolve()
    check_free(path)
    try:
        _check_writable(target)
        temporary = _written_beside(target, data)
    except OSError as fault:
        raise unwritable(path, fault) from fault
    try:
        check_free(path)
        check_unchanged(path, stamp)
        keep()
        os.replace(temporary, target)
    except BaseException as fault:
        temporary.unlink(missing_ok=True)
        if isinstance(fault, OSError) and not isinstance(fault, OnsiteError):
            raise unwritable(path, fault) from fault
        raise


def _moment(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _check_writable(target: Path) -> None:
    """A file marked read-only could be replaced all the same: its mark is a person's wish."""
    if not target.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
        raise Unreachable(f"{target.name} is read-only: nothing was written. Allow writing to it and run again")


def _written_beside(target: Path, data: bytes) -> Path:
    """A temporary file in the same folder, safely on disk, with the rights of the file it will replace."""
    prefix = f".onsite-{hashlib.sha256(target.name.encode()).hexdigest()[:12]}-"
    for left in target.parent.glob(f"{prefix}*.tmp"):  # by a run that was killed: no other is at work
        left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            _copy_rights(target, temporary)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
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


def _backed_up(target: Path, folder: Path) -> Path:
    """Keeps what is about to be replaced. A link costs no room, and has what was saved until this moment."""
    if not folder.is_dir():
        folder.mkdir(parents=True, mode=stat.S_IMODE(target.parent.stat().st_mode))
    numbers = [number for number, _ in _backups(folder, target)]
    number = max(numbers, default=0) + 1
    kept = folder / f"{target.stem}.{number:06d}{target.suffix}"
    try:
        os.link(target, kept)
    except OSError:
        try:
            shutil.copy2(target, kept)
        except BaseException:
            kept.unlink(missing_ok=True)
            raise
    return kept


def _backups(folder: Path, target: Path) -> list[tuple[int, Path]]:
    """Backups of this file with their numbers, oldest first."""
    name = re.compile(re.escape(target.stem) + r"\.(\d{6,})" + re.escape(target.suffix))
    found = ((name.fullmatch(path.name), path) for path in folder.iterdir())
    return sorted((int(match[1]), path) for match, path in found if match)


def _prune(folder: Path, target: Path, keep: int) -> None:
    with contextlib.suppress(OSError):  # an old backup too many does no harm
        for _, path in _backups(folder, target)[: -keep or None]:
            path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Makes the new name last through a power cut, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unreadable(path: Path, fault: OSError) -> Unreachable:
    if isinstance(fault, FileNotFoundError):
        return Unreachable(f"there is no file {path}: check the path, or make a register with `onsite init`")
    if os.path.isdir(path):  # path.is_dir() fails where the folder around it is closed to us
        return Unreachable(f"{path} is a folder: give the workbook's own path")
    if isinstance(fault, PermissionError):
        return Unreachable(f"{path} can't be read: allow this user to read it")
    return Unreachable(f"{path} can't be read: {fault.strerror or fault}")


def unwritable(path: Path, fault: OSError) -> Unreachable:
    """What to say where a file can't be written."""
    if isinstance(fault, FileNotFoundError):
        return Unreachable(f"there is no folder {path.parent}: make it, or check the path")
    if fault.errno in _NO_ROOM:
        return Unreachable(f"no room on the disk for {path.name}: nothing was written. Make room and run again")
    if isinstance(fault, PermissionError):
        return Unreachable(f"{path.parent} can't be written to: allow this user to write there. Nothing was written")
    return Unreachable(f"{path.name} can't be written: {fault.strerror or fault}. It is as it was")
