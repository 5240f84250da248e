"""Earlier versions of a workbook, numbered, in a folder beside it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
from pathlib import Path

BACKUPS = ".onsite-backups"
KEPT = 10


def keep_version(target: Path, folder: Path) -> Path:
    """Keeps what is about to be replaced. A link costs no room, and has what was saved until this moment.

    Raises OSError.
    """
    _make(folder, target)
    numbers = [number for number, _ in those_of(folder, target)]
    number = max(numbers, default=0) + 1
    copy = folder / f"{target.stem}.{number:06d}{target.suffix}"
    try:
        os.link(target, copy)
    except OSError:
        try:
            shutil.copy2(target, copy)
        except BaseException:
            with contextlib.suppress(OSError):  # half a copy
                copy.unlink(missing_ok=True)
            raise
    return copy


def keep_saved(found: Path, target: Path, folder: Path) -> Path:
    """Moves here what somebody saved as `target` in the moment of a write, and could not be left in its place.

    It has no number: nothing ever prunes it. Raises OSError.
    """
    _make(folder, target)
    kept = folder / f"{target.stem}.saved-{found.stem.rpartition('-')[2]}{target.suffix}"
    shutil.move(found, kept)
    return kept


def _make(folder: Path, target: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, mode=stat.S_IMODE(target.parent.stat().st_mode))


def those_of(folder: Path, target: Path) -> list[tuple[int, Path]]:
    """Backups of this file with their numbers, oldest first."""
    name = re.compile(re.escape(target.stem) + r"\.(\d{6,})" + re.escape(target.suffix))
    found = ((name.fullmatch(path.name), path) for path in folder.iterdir())
    return sorted((int(match[1]), path) for match, path in found if match)


def prune(folder: Path, target: Path, keep: int) -> None:
    """Leaves the last `keep` of them."""
    with contextlib.suppress(OSError):  # an old backup too many does no harm
        for _, path in those_of(folder, target)[: -keep or None]:
            path.unlink(missing_ok=True)
