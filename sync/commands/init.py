"""`onsite init`: makes or completes a register, whichever it is."""

from __future__ import annotations

from pathlib import Path

from sync.config import load
from sync.opening import is_google, open_register


def initialise(target: str, config_file: Path | None) -> list[str]:
    """What was made or added, a line each; nothing where nothing was missing."""
    config = load(config_file)
    if is_google(target):
        from sync.registers.google.setup import ensure

        return ensure(open_register(target, config))
    from sync.commands.setup import init_workbook

    return init_workbook(Path(target))
