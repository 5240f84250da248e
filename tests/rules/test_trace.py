"""What `explain` says of every rule: its verdict, and all that it looked at (contract, section 7)."""

from __future__ import annotations

from rules.assess import survey
from rules.catalogue import CATALOGUE
from rules.trace import Trace, trace
from tests.rules.build import Cells, office, order
from tests.rules.test_terms import RETAINER, URGENT


def traces(
    changes: Cells | None = None, client: Cells | None = None, settings: Cells | None = None
) -> dict[str, Trace]:
    """Every rule's trace for one order alone in its register."""
    place = office(client=client, settings=settings)
    (course,), crashes = survey([order(changes, beside=place)], place)
    assert not crashes
    return {entry.rule.code: entry for entry in trace(course)}


def test_every_rule_of_the_catalogue_is_told_in_its_order() -> None:
    assert list(traces()) == list(CATALOGUE)


def test_a_rule_shows_the_cells_of_order_and_client_and_the_settings_that_it_looked_at() -> None:
    found = traces(URGENT, client={"Terms agreed on": "2026-12-02", **RETAINER}, settings={"Urgent below (h)": 36})
    urgent = {
        "Time zone": "blank", "Planned start": "2026-12-02 08:59", "Received at": "2026-12-01 09:00",
        "Urgent below (h) (Settings)": "36",
    }  # fmt: skip
    assert dict(found["lead-time-short"].inputs) == urgent
    terms = dict(found["terms-not-agreed"].inputs)
    assert found["terms-not-agreed"].verdict == "raised"
    assert terms.items() >= {**urgent, "Client": "Acme Ltd", "Terms agreed on (Clients)": "2026-12-02"}.items()
    retained = dict(found["sla-not-assured"].inputs)
    assert found["sla-not-assured"].verdict == "in order"
    assert retained.items() >= {
        **urgent, "Retainer from (Clients)": "2026-11-01", "Retainer until (Clients)": "blank",
        "SLA response (h) (Clients)": "4",
    }.items()  # fmt: skip


def test_a_rule_shows_the_engineers_that_it_looked_at() -> None:
    found = traces({"Assigned engineers": "eve ENTRY", "Skill level": "Senior"})["engineer-underqualified"]
    assert found.verdict == "raised"
    assert dict(found.inputs) == {
        "Assigned engineers": "eve ENTRY", "Skill level": "Senior", "Active (eve ENTRY)": "blank",
        "Skill level (eve ENTRY)": "Entry",
    }  # fmt: skip


def test_a_rule_that_looks_at_nothing_of_the_client_shows_nothing_of_it() -> None:
    assert dict(traces()["floor-missing"].inputs) == {"Floor": "5F"}
    assert dict(traces()["seller-missing"].inputs).keys() == {"Company name (Settings)", "Company address (Settings)"}
