"""A file system that fails: between the program and the real files in one folder, at any call.

Patched are the functions of `os` and `io` by which the program (and what it uses) opens, writes, syncs, renames, links
and deletes. What was written and not synced is lost where the power goes; so is a new name whose folder was not synced.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sync import exchange
from tests.simulation.wire import Machine

NAMES = ("open", "fsync", "replace", "rename", "link", "unlink", "mkdir", "chmod", "chown", "stat", "listxattr")
Fault = Callable[["Disk"], None]
"""What happens at a call, before it is carried out: raises OSError or Died, or does something in between."""


class Disk:
    """Counts the calls on files of a folder while a run is at work, and lets faults happen at some of them."""

    def __init__(self, folder: Path, machine: Machine) -> None:
        self.folder, self.machine = str(folder.resolve()), machine
        self.faults: dict[int, Fault] = {}
        self.calls: list[str] = []
        self._real = {name: getattr(os, name) for name in NAMES}
        self._io_open, self._fdopen, self._os_close = io.open, os.fdopen, os.close
        self._exchanged = exchange.exchanged
        self._busy = 0
        self._handles: set[int] = set()
        self._unsynced: dict[tuple[int, int], int] = {}
        """Files that were written since they were synced, and how long they were then."""
        self._renamed: list[tuple[str, str, bytes | None]] = []

    @contextlib.contextmanager
    def at_work(self, faults: dict[int, Fault]) -> Iterator[None]:
        """While a run is at work. `faults` by number of the call, from 1."""
        self.faults, self.calls = faults, []
        self._unsynced.clear()
        self._renamed.clear()
        self._patch()
        try:
            yield
        finally:
            self._restore()
            self._close_all()
            self.faults = {}

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """While people, or another job, are at work in between: their calls are not counted."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1

    def power(self, lose_names: bool) -> None:
        """The power goes: half of what was not synced is gone, and new names may be."""
        with self.aside():
            for source, target, old in reversed(self._renamed if lose_names else []):
                self._take_back(source, target, old)
            for folder, _, names in os.walk(self.folder):
                for name in names:
                    path = os.path.join(folder, name)
                    status = self._real["stat"](path)
                    synced = self._unsynced.get((status.st_dev, status.st_ino))
                    if synced is not None:
                        os.truncate(path, (synced + status.st_size) // 2)
        self.machine.die()

    def _take_back(self, source: str, target: str, old: bytes | None) -> None:
        with contextlib.suppress(OSError):
            self._real["replace"](target, source)
        if old is not None:
            with self._io_open(target, "wb") as file:
                file.write(old)

    def _step(self, name: str, path: object) -> None:
        if self._busy:
            return
        self.machine.alive()
        if isinstance(path, int):
            pass
        elif not os.path.abspath(os.fspath(path)).startswith(self.folder):  # type: ignore[call-overload]
            return
        self.calls.append(name)
        fault = self.faults.get(len(self.calls))
        if fault is not None:
            with self.aside():
                fault(self)

    def _patch(self) -> None:
        for name in NAMES:
            setattr(os, name, self._wrapped(name))
        io.open = self._opened  # type: ignore[assignment]
        os.fdopen = self._wrapped_fdopen  # type: ignore[assignment]
        os.close = self._closed  # type: ignore[assignment]
        exchange.exchanged = self._exchange

    def _restore(self) -> None:
        for name, real in self._real.items():
            setattr(os, name, real)
        io.open, os.fdopen, os.close = self._io_open, self._fdopen, self._os_close  # type: ignore[assignment]
        exchange.exchanged = self._exchanged

    def _wrapped(self, name: str) -> Callable[..., Any]:
        real, special = self._real[name], getattr(self, f"_{name}", None)

        def call(path: Any, *args: Any, **options: Any) -> Any:
            self._step(name, path)
            if special and not self._busy:
                return special(real, path, *args, **options)
            return real(path, *args, **options)

        return call

    def _fsync(self, real: Callable[..., Any], handle: int) -> None:
        """Syncing for real would only take time."""
        status = os.fstat(handle)
        self._unsynced.pop((status.st_dev, status.st_ino), None)
        if os.path.isdir(f"/proc/self/fd/{handle}"):
            self._renamed.clear()

    def _open(self, real: Callable[..., Any], path: Any, flags: int, *args: Any, **options: Any) -> int:
        handle: int = real(path, flags, *args, **options)
        self._handles.add(handle)
        if flags & (os.O_WRONLY | os.O_RDWR) and not str(path).endswith("lock"):
            self._dirty(handle)
        return handle

    def _replace(self, real: Callable[..., Any], source: Any, target: Any, **options: Any) -> None:
        old = None
        with contextlib.suppress(OSError), self._io_open(target, "rb") as file:
            old = file.read()
        real(source, target, **options)
        self._renamed.append((os.fspath(source), os.fspath(target), old))

    _rename = _replace

    def _exchange(self, one: Path, other: Path) -> bool:
        self._step("exchange", one)
        done = self._exchanged(one, other)
        if done and not self._busy:
            with self._io_open(one, "rb") as file:
                self._renamed.append((os.fspath(one), os.fspath(other), file.read()))
        return done

    def _dirty(self, handle: int) -> None:
        """Just opened for writing: what stands there now lasts."""
        status = os.fstat(handle)
        self._unsynced.setdefault((status.st_dev, status.st_ino), status.st_size)

    def _opened(self, path: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        if isinstance(path, int):
            return self._io_open(path, mode, *args, **options)
        self._step("open", path)
        file = self._io_open(path, mode, *args, **options)
        if self._busy or "b" not in mode or "r" in mode:
            return file
        self._dirty(file.fileno())
        return _Writing(self, file)

    def _wrapped_fdopen(self, handle: int, mode: str = "r", *args: Any, **options: Any) -> Any:
        file = self._fdopen(handle, mode, *args, **options)
        self._handles.discard(handle)
        return _Writing(self, file) if "w" in mode and not self._busy else file

    def _closed(self, handle: int) -> None:
        self._handles.discard(handle)
        self._os_close(handle)

    def _close_all(self) -> None:
        """A process that died leaves nothing open, so no lock is held."""
        for handle in list(self._handles):
            with contextlib.suppress(OSError):
                self._os_close(handle)
        self._handles.clear()


class _Writing:
    """A file being written: writing it is a call, too; where that fails, half of it was written."""

    def __init__(self, disk: Disk, file: Any) -> None:
        self._disk, self._file = disk, file

    def __enter__(self) -> _Writing:
        return self

    def __exit__(self, *problem: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> int:
        try:
            self._disk._step("write", 0)
        except BaseException:
            self._file.write(data[: len(data) // 2])
            self._file.flush()
            raise
        return int(self._file.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def refused(number: int) -> Fault:
    """The call fails with this errno."""

    def fault(disk: Disk) -> None:
        raise OSError(number, os.strerror(number))

    return fault


FAULTS: dict[str, Fault] = {
    "EIO": refused(errno.EIO),
    "ENOSPC": refused(errno.ENOSPC),
    "EACCES": refused(errno.EACCES),
    "killed": lambda disk: disk.machine.die(),
    "power": lambda disk: disk.power(lose_names=False),
    "power, names lost": lambda disk: disk.power(lose_names=True),
}
