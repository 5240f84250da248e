"""Reading and replacing a file that people also open, so that nothing of theirs is lost whatever happens.

The new content is written beside the file and takes its place in one step; the version that it replaces is kept
as a backup. A lock on a side file keeps runs apart; the file itself is never locked.
"""

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from sync import exchange, opened
from sync.backups import BACKUPS, KEPT, keep_version, prune
from sync.beside import clear, discard, is_ours, left_by_runs, sweep, written_beside
from sync.errors import Changed, Contended, InUse, OnsiteError, Unreachable

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


class _NotPutBack(Unreachable):
    """The new file stands in its place, and what somebody saved in that moment elsewhere."""


def replace(path: Path, data: bytes, stamp: Stamp, backups: Path | None = None, keep: int = KEPT) -> Path:
    """Puts `data` in the place of what was read as `stamp`, and returns the backup of what stood there.

    Backups are in `backups`, by default BACKUPS beside the file, the last `keep` of them. Raises InUse, Changed
    and Unreachable; the file is then whole and as it was, or as somebody saved it meanwhile, or the fault says where
    that is. Call it within `locked`.
    """
    target, kept = path.resolve(), list[Path]()
    folder = _folder(target, backups)
    try:
        _swap(path, data, stamp, folder, lambda: kept.append(keep_version(target, folder)))
    except _NotPutBack:
        raise
    except Exception:  # where a person stops the run it may be the only one of that version
        for backup in kept:
            discard(backup)
        raise
    _sync_folder(target.parent)
    prune(folder, target, keep)
    return kept[0]


def replace_quietly(path: Path, data: bytes, stamp: Stamp, backups: Path | None = None) -> None:
    """As `replace`, without a backup: for what nobody would want back."""
    _swap(path, data, stamp, _folder(path.resolve(), backups), lambda: None)
    _sync_folder(path.resolve().parent)


def _folder(target: Path, backups: Path | None) -> Path:
    return backups or target.parent / BACKUPS


def _swap(path: Path, data: bytes, stamp: Stamp, folder: Path, keep: Callable[[], None]) -> None:
    """`data` in the place of the file; `keep` is called when nothing but that is left to do."""
    target = path.resolve()
    check_free(path)
    try:
        _check_writable(target)
        sweep(target, folder)
        temporary = written_beside(target, data, stamp.sha256)
    except OSError as fault:
        raise unwritable(path, fault) from fault
    try:
        check_free(path)
        check_unchanged(path, stamp)
        keep()
        _take_place(temporary, target, stamp, folder)
    except OSError as fault:
        raise unwritable(path, fault) from fault
    finally:
        clear(temporary, target, folder)


def _take_place(temporary: Path, target: Path, stamp: Stamp, folder: Path) -> None:
    """The new file under the old one's name. Where somebody saved since the last look, theirs comes back: Changed."""
    if not exchange.exchanged(temporary, target):
        check_unchanged(target, stamp)
        os.replace(temporary, target)
        return
    try:
        check_unchanged(temporary, stamp)
    except BaseException as fault:
        _put_back(temporary, target, folder)
        if not isinstance(fault, OnsiteError):
            raise
        raise Changed(f"{target.name} was saved by somebody else meanwhile: nothing was written; run again") from fault


def _put_back(temporary: Path, target: Path, folder: Path) -> None:
    """What somebody saved, under its name again. Raises _NotPutBack.

    Who saves once more before that finds the later one there, and the earlier among the backups.
    """
    try:
        if not _exchanged_again(temporary, target):
            os.replace(temporary, target)
    except OSError as fault:
        kept = clear(temporary, target, folder) or temporary
        raise _NotPutBack(
            f"somebody saved {target.name} while this run wrote it, and the disk refused to put that back "
            f"({fault.strerror or fault}). It is {kept}: look what is in there and not in {target.name}"
        ) from fault


def _exchanged_again(temporary: Path, target: Path) -> bool:
    """Whether the two could change names; the later of two saves is in its place then."""
    try:
        if not exchange.exchanged(temporary, target):
            return False
    except OSError:
        return False
    with contextlib.suppress(OSError):  # what came out is ours, as far as can be seen
        if not is_ours(temporary):
            exchange.exchanged(temporary, target)
    return True


def tidy(path: Path, backups: Path | None = None) -> None:
    """Clears away what a run that was killed left beside the file, unless another one is at work."""
    target = path.resolve()
    with contextlib.suppress(OSError, OnsiteError):
        if left_by_runs(target):
            with locked(path, timeout=0):
                sweep(target, _folder(target, backups))


def _moment(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _check_writable(target: Path) -> None:
    """A file marked read-only could be replaced all the same: its mark is a person's wish."""
    if not target.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
        raise Unreachable(f"{target.name} is read-only: nothing was written. Allow writing to it and run again")


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
