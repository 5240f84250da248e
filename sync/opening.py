"""Which register is meant: a workbook's path, or a Google Sheet's URL or key."""

from __future__ import annotations

import os
from pathlib import Path

from sync.config import EMULATOR, Config
from sync.errors import UsageFault
from sync.registers.address import key_in
from sync.registers.base import Register
from sync.registers.workbook import WorkbookRegister

_LONG = 20
"""Characters from which on a word is a key of Google's; other servers may have shorter ones."""


def is_google(target: str) -> bool:
    """Whether this names a Google Sheet: by an address, or a key that is no file and no workbook's name."""
    key = key_in(target)
    if key != target.strip():
        return key is not None
    if os.path.exists(target):
        return False
    return len(key) >= _LONG or bool(os.environ.get(EMULATOR))


def workbook_path(target: str) -> Path | None:
    """The path of the workbook that is meant; None for a Google Sheet."""
    return None if is_google(target) else Path(target)


def same_register(target: str) -> str:
    """Equal for what names the same register in another way."""
    return f"sheet {key_in(target)}" if is_google(target) else str(Path(target).resolve())


def open_register(target: str, config: Config) -> Register:
    """The register. Raises UsageFault for what is neither."""
    if is_google(target):
        from sync.registers.google import open_google

        return open_google(target, config)
    if not target.lower().endswith(".xlsx") and not os.path.exists(target):
        raise UsageFault(
            f"{target} is neither an .xlsx file nor a Google Sheet's address: give a path such as orders.xlsx, "
            "or the address from the browser."
        )
    return WorkbookRegister(Path(target))


def out_folder(target: str, out: Path | None, config: Config) -> Path:
    """Where invoices and messages go: `--out`, the config's, else beside the workbook, else `./onsite-out`."""
    if out or config.out:
        return out or config.out or Path()
    return Path("onsite-out") if is_google(target) else Path(target).resolve().parent
