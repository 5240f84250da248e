"""Two files change names in one step, so that whoever saved one in that very moment finds it under the other name.

Linux has it since 3.15 (renameat2), macOS since 10.12 (renamex_np); file systems may still lack it (NFS, FAT). Python
knows neither.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

_HERE = -100
"""AT_FDCWD of Linux: paths are as they are."""
_SWAP = 2
"""RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS."""
_UNKNOWN = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}


def exchanged(one: Path, other: Path) -> bool:
    """Whether the two have changed names; False where the system or file system can't do it. Raises OSError."""
    call = _call()
    if call is None:
        return False
    if call(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    fault = ctypes.get_errno()
    if fault in _UNKNOWN:
        return False
    raise OSError(fault, os.strerror(fault), str(other))


@cache
def _call() -> Callable[[bytes, bytes], int] | None:
    if os.name != "posix":
        return None
    system = ctypes.CDLL(None, use_errno=True)
    if hasattr(system, "renameat2"):
        return lambda one, other: int(system.renameat2(_HERE, one, _HERE, other, _SWAP))
    if hasattr(system, "renamex_np"):
        return lambda one, other: int(system.renamex_np(one, other, _SWAP))
    return None
