"""PDFs of finished workbooks, made by LibreOffice where it is installed.

Their bytes are never the same twice: whoever keeps one makes it once.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess  # the one program it starts is LibreOffice  # nosec B404
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

PROGRAMS = ("soffice", "libreoffice")
_START_S, _EACH_S = 60, 10
"""Time that LibreOffice has to start, and for every file."""


class NotPrinted(ValueError):
    """LibreOffice made nothing of it; the message says why."""


def program() -> str | None:
    """Where LibreOffice is; None where it isn't installed."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def pdf_of(workbook: Path) -> Path:
    """Where the PDF of a workbook stands: beside it."""
    return workbook.with_suffix(".pdf")


def printed(books: Mapping[str, bytes], office: str) -> dict[str, bytes]:
    """The PDFs of these workbooks by their keys; those that came to nothing are left out. One call for all.

    LibreOffice gets a profile of its own, so that it neither touches a person's nor waits for their windows.
    Raises NotPrinted where it can't be run or doesn't come to an end, OSError.
    """
    with tempfile.TemporaryDirectory(prefix="onsite-pdf-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        sources = {key: folder / f"{number}.xlsx" for number, key in enumerate(books)}
        for key, source in sources.items():
            source.write_bytes(books[key])
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        options = ["--headless", "--norestore", "--convert-to", "pdf", "--outdir", str(folder)]
        _call([office, profile, *options, *map(str, sources.values())], _START_S + _EACH_S * len(books))
        made = {key: source.with_suffix(".pdf") for key, source in sources.items()}
        return {key: data for key, path in made.items() if path.is_file() and _whole(data := path.read_bytes())}


def _whole(data: bytes) -> bool:
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-64:]


def _call(command: Sequence[str], timeout_s: float) -> None:
    """Runs a program to its end; one that hangs is ended with all that it started."""
    try:
        running = subprocess.Popen(  # noqa: S603  # nosec B603
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    except OSError as fault:
        raise NotPrinted(f"LibreOffice can't be started: {fault.strerror}") from fault
    try:
        running.wait(timeout_s)
    except subprocess.TimeoutExpired as fault:
        raise NotPrinted(f"LibreOffice didn't come to an end within {timeout_s:.0f} s") from fault
    finally:
        if running.poll() is None:
            _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(running.pid, signal.SIGKILL)
        else:
            running.kill()
    running.wait()
