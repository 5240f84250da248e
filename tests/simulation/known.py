"""What searches remember: states that were followed to their end, and worlds to begin again with."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.world import World

ROOM = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())


@dataclass(frozen=True)
class Known:
    """States by name, shared by all processes: whoever makes the file of a state follows it, the others need not."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="onsite-known-", dir=ROOM)))

    def first(self, state: str) -> bool:
        """Whether nobody came to this state before; it is known from now on. `state` must do as the name of a file."""
        try:
            os.close(os.open(self.folder / state, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            return False
        return True

    def forget(self) -> None:
        shutil.rmtree(self.folder)


class Saved:
    """A world as it is now, to begin with again and again in the same process. It is closed by this."""

    def __init__(self, world: World, room: Path) -> None:
        self.folder, self._world = world.folder, pickle.dumps(world)
        self._files = Path(tempfile.mkdtemp(prefix="saved-", dir=room)) / "files"
        shutil.copytree(self.folder, self._files)
        world.close()

    def world(self) -> World:
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self._files, self.folder)
        found: World = pickle.loads(self._world)
        return found

    def forget(self) -> None:
        shutil.rmtree(self._files.parent)
