"""Where a run's documents and messages go, and how."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from pathlib import Path

from rules.message import digest
from sync.config import Config


@dataclass(frozen=True)
class Post:
    """The folder that documents and messages go to, and what the machine's settings say of them."""

    out: Path
    config: Config = field(default_factory=Config)

    @property
    def desk(self) -> str:
        """A mark of this machine and folder."""
        return digest(f"{socket.gethostname()} {self.out.absolute()}")
