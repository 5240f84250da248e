"""What stands where after a write, as it is seen then."""

from __future__ import annotations

from sync.registers.google.layout import layout_of
from sync.registers.google.model import model_of
from sync.registers.google.reading import Sheet
from sync.registers.google.settle import settle
from sync.registers.google.sight import whole_sight

SYSTEM = [["Key", "Value"], ["run", "1"], [None, None], ["kept", "y"], [None, None], ["last", "z"]]


def test_a_blank_row_that_was_filled_is_itself() -> None:
    """Found by the worlds: it was taken for the one above it, and cleared."""
    sight = whole_sight(SYSTEM)
    model = model_of(Sheet(1, "System", 30, 2), layout_of("System", SYSTEM[0]), sight)
    model.put({5: {1: "order", 2: "m"}}, [])
    seen = whole_sight([*SYSTEM[:2], [None, None], ["kept", "somebody's"], ["order", "m"], SYSTEM[5]])
    assert settle(model, seen, certain=False) == {}
    assert model.ids[3:] == [4, 5, 6]
