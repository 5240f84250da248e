"""Which answers of the form are new: by Timestamp, of several in one second as many as there are more than before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules.answers import Answer, new_answers
from tests.rules.build import TOKYO

A, B, C = ({"client_reference": name} for name in "abc")
EARLY, LATE = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 10, tzinfo=UTC)


def given(at: datetime, *orders: dict[str, str]) -> list[Answer]:
    return [Answer(at, dict(order)) for order in orders]


def taken(*answers: Answer) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for answer in answers:
        found.setdefault(answer.stamp, []).append(answer.fingerprint(TOKYO))
    return found


@pytest.mark.parametrize(
    ("known", "tab", "csv", "new"),
    [
        ([], [A], [], [A]),
        ([A], [A], [A], []),
        ([A], [B, A], [], [B]),
        ([A], [B], [], []),  # an answer that was edited in the tab
        ([A], [B, C], [], [B]),
        ([A, B], [A], [C], []),
        ([], [A], [A, A], [A, A]),
        ([A], [], [A, B, C], [B, C]),
    ],
)
def test_of_one_second(known: list[dict], tab: list[dict], csv: list[dict], new: list[dict]) -> None:
    found = new_answers([given(LATE, *tab), given(LATE, *csv)], taken(*given(LATE, *known)), TOKYO)
    assert [answer.order for answer in found] == new


def test_in_the_order_of_their_timestamps() -> None:
    assert new_answers([given(LATE, A), given(EARLY, B)], {}, TOKYO) == [*given(EARLY, B), *given(LATE, A)]
