"""What people do in the middle of a run: one act of each kind, always the same, to be tried at every call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.simulation import register
from tests.simulation.world import World


def _rows(world: World) -> list[int]:
    """Rows of orders, as people see them."""
    rows = world.desk.rows("Orders")
    at = rows[0].index(register.TAG)
    return [n for n, row in enumerate(rows[1:], 2) if at < len(row) and row[at]]


def _newest(world: World) -> int:
    """The last row that has a reference, of an answer that was just taken in too."""
    rows = world.desk.rows("Orders")
    at = rows[0].index("Client reference")
    return max(n for n, row in enumerate(rows[1:], 2) if at < len(row) and row[at])


def moved(world: World) -> None:
    rows = _rows(world)
    world.desk.move_row("Orders", rows[-1], rows[0])


def sorted_down(world: World) -> None:
    world.desk.sort("Orders", "Client reference", True)


def made_room(world: World) -> None:
    """And nothing is typed there yet."""
    world.desk.insert_row("Orders", _rows(world)[0])


def typed(world: World) -> None:
    """A whole new order, in the row below the last."""
    reference = f"R-{500 + world.acts}"
    cells = register.complete(reference, world.local + timedelta(days=2)) | {register.TAG: reference}
    line = register.line(world.desk.rows("Orders")[0], cells)
    world.desk.fill_row("Orders", len(world.desk.rows("Orders")) + 1, line)


def copied(world: World) -> Callable[[], object]:
    """Room is made above, then a row is pasted there, and told apart."""
    row, reference = _rows(world)[0], f"R-{500 + world.acts}"
    world.desk.insert_row("Orders", row)

    def paste() -> None:
        world.desk.paste_row("Orders", row + 1, row)
        cells = {register.TAG: reference, "Client reference": reference, "Coordinator": register.coordinator(reference)}
        for header, value in {**cells, "Order ID": None, "Invoice no.": None}.items():
            world.desk.edit("Orders", row, header, value)

    return paste


def deleted(world: World) -> None:
    world.desk.delete_row("Orders", _rows(world)[0])


def corrected(world: World) -> None:
    """Something in the newest row, which may have been taken in just now."""
    world.desk.edit("Orders", _newest(world), "Site contact", "Hopper")


def over_ours(world: World) -> None:
    world.desk.edit("Orders", _newest(world), "Status", "Paid")


def answered(world: World) -> None:
    world.desk.answer(register.answer(f"F-{500 + world.acts}", world.local - timedelta(seconds=world.acts)))


ACTS: dict[str, Callable[[World], Callable[[], object] | None]] = {
    act.__name__: act
    for act in (moved, sorted_down, made_room, typed, copied, deleted, corrected, over_ours, answered)
}  # fmt: skip
