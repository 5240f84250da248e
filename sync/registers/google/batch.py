"""Which groups go into one batch, and the batch's requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from sync.registers.google.model import Model, Row, Value
from sync.registers.google.placing import Placed
from sync.registers.google.requests import cell_data, size
from sync.registers.google.transport import Json
from sync.registers.google.units import Group

MOST_BYTES = 2 * 1024 * 1024
"""Google advises 2 MB a request."""
_UNIT_BYTES, _CELL_BYTES = 110, 12


def build(models: Mapping[str, Model], placed: Mapping[str, Placed], groups: Sequence[Group]) -> list[Json]:
    """The requests that write these groups; the models are then as after them."""
    chosen = {id(unit) for group in groups for unit in group.units}
    requests: list[Json] = []
    for title, model in models.items():
        edits: dict[Row, dict[int, Value]] = {}
        for unit, row, cells in placed[title].edits:
            if id(unit) in chosen and cells:
                edits[row] = cells
        news = sorted((unit.row, n) for n, (unit, _) in enumerate(placed[title].news) if id(unit) in chosen)
        if edits or news:
            requests += model.put(edits, [placed[title].news[n][1] for _, n in news])
    return requests


def weight(group: Group) -> int:
    """About how many bytes a group takes."""
    cells = sum(size(cell_data(value)) + _CELL_BYTES for unit in group.units for value in unit.cells.values())
    return cells + _UNIT_BYTES * len(group.units)


class Packer:
    """Fills batches. It learns how many bytes a group really takes from the batches that it tries."""

    def __init__(self) -> None:
        self._ratio = 1.0

    def fill(self, models: Mapping[str, Model], placed: Mapping[str, Placed], groups: Sequence[Group]) -> int:
        """How many of the groups, from the first on, fit into one batch; at least one."""
        totals = list(accumulate(weight(group) for group in groups))
        if totals[-1] <= MOST_BYTES * 0.9:
            return len(groups)
        low, high = 1, len(groups)
        for _ in range(6):
            fitting = sum(total * self._ratio <= MOST_BYTES * 0.997 for total in totals)
            count = min(max(fitting, low), high)
            taken = size(build({title: model.copy() for title, model in models.items()}, placed, groups[:count]))
            self._ratio = taken / totals[count - 1]
            if taken > MOST_BYTES:
                high = max(count - 1, 1)
            elif count == high or taken > MOST_BYTES * 0.99:
                return count
            else:
                low = count
        return low
