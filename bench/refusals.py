"""What it costs to refuse a file that means harm: seconds of the processor and memory, the program's start included.

`python -m bench.refusals` makes the files of scenario 21 (tests/scenarios) and lets `onsite sync` look at each.
"""

from __future__ import annotations

import resource
import shutil
import tempfile
from pathlib import Path

from tests.conftest import DATA
from tests.scenarios.test_hostile import HOSTILE, measured

COLUMNS = "{:26} {:>8} {:>7} {:>7}"


def children() -> float:
    """Seconds of the processor that this program's children took so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    print(COLUMNS.format("file", "size", "CPU s", "MB"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        for name, spoil in HOSTILE.items():
            shutil.copyfile(DATA / "register-small.xlsx", path)
            spoil(path)
            began = children()
            found = measured("sync", path)
            size = f"{path.stat().st_size >> 10} KB"
            print(COLUMNS.format(name, size, f"{children() - began:.2f}", found.memory >> 20))


if __name__ == "__main__":
    main()
