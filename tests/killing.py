"""Processes that are killed (SIGKILL): at the n-th change of the disk, or from outside.

The kernel stops the process at every system call (ptrace); nothing of the program is replaced or told of it. The
function may become another program (exec).
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ONSITE = Path(sys.executable).with_name("onsite")
_CALLS = {
    "x86_64": {
        "write": 1, "pwrite64": 18, "writev": 20, "fsync": 74, "fdatasync": 75, "truncate": 76, "ftruncate": 77,
        "rename": 82, "mkdir": 83, "link": 86, "unlink": 87, "mkdirat": 258, "unlinkat": 263, "renameat": 264,
        "linkat": 265, "renameat2": 316,
    },
    "aarch64": {
        "write": 64, "pwrite64": 68, "writev": 66, "fsync": 82, "fdatasync": 83, "truncate": 45, "ftruncate": 46,
        "mkdirat": 34, "unlinkat": 35, "linkat": 37, "renameat": 38, "renameat2": 276,
    },
}  # fmt: skip
NAMES = {number: name for name, number in _CALLS.get(platform.machine(), {}).items()}
POSSIBLE = sys.platform == "linux" and bool(NAMES)
_TRACEME, _SYSCALL, _SETOPTIONS, _SYSCALL_INFO = 0, 24, 0x4200, 0x420E
_MARK_STOPS, _TELL_OF_EXEC, _KILL_WITH_US = 1, 0x10, 0x100000
_ENTRY = 1
_ON_HANDLE = ("write", "pwrite64", "writev")
_SPOKEN = 2
"""Handles up to this one are what the program says, not the disk."""


def killed(run: Callable[[], object], moment: int) -> str | None:
    """The name of the call before which the process died; None where it came to its end before."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
    libc.ptrace.restype = ctypes.c_long
    child = os.fork()
    if child == 0:
        code = 70
        try:
            libc.ptrace(_TRACEME, 0, None, None)
            os.kill(os.getpid(), signal.SIGSTOP)
            run()
            code = 0
        finally:
            os._exit(code)
    os.waitpid(child, 0)
    if libc.ptrace(_SETOPTIONS, child, None, _MARK_STOPS | _TELL_OF_EXEC | _KILL_WITH_US):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise OSError(ctypes.get_errno(), "this system doesn't let a process be watched")
    return _watched(libc, child, moment)


def _watched(libc: ctypes.CDLL, child: int, moment: int) -> str | None:
    info, count, handed_on = ctypes.create_string_buffer(88), 0, 0
    while True:
        libc.ptrace(_SYSCALL, child, None, handed_on)
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            assert os.waitstatus_to_exitcode(status) == 0, status
            return None
        at_call = os.WSTOPSIG(status) == signal.SIGTRAP | 0x80
        handed_on = 0 if at_call or os.WSTOPSIG(status) == signal.SIGTRAP else os.WSTOPSIG(status)
        name = _entered(libc, child, info) if at_call else None
        count += name is not None
        if name is not None and count == moment:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return name


def _entered(libc: ctypes.CDLL, child: int, info: ctypes.Array[ctypes.c_char]) -> str | None:
    """The name of the call that the process is about to make, where it changes the disk."""
    libc.ptrace(_SYSCALL_INFO, child, len(info), ctypes.addressof(info))
    operation, number, first = info.raw[0], *struct.unpack_from("QQ", info.raw, 24)
    name = NAMES.get(number) if operation == _ENTRY else None
    return None if name in _ON_HANDLE and first <= _SPOKEN else name


class Process:
    """The installed program, one call of it at a time, that can be killed from outside while it talks to a server."""

    def __init__(self, host: str = "") -> None:
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT)} | ({"SHEETS_EMULATOR_HOST": host} if host else {})
        self._started = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: object) -> int:
        """The exit code."""
        self._started.clear()
        self._process = subprocess.Popen(
            [ONSITE, *map(str, arguments)], env=self._environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._started.set()
        return self._process.wait(120)

    def kill(self) -> None:
        self._started.wait(60)
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(60)
