"""How people's cells become values; `rules.cells` is the door to use from outside."""
