"""Item 1.5: where to go."""

from __future__ import annotations

import pytest

from rules.addresses import is_map_link
from rules.cells import Raw
from rules.words import Severity, Status
from tests.rules.build import codes, flag, flags, judge, places

BLANK = [None, "", "-", "N/A", "なし", "#REF!"]
WARNED = [
    ("Map link", "map-link-missing"),
    ("Floor", "floor-missing"),
    ("Entry instructions", "entry-instructions-missing"),
]


@pytest.mark.parametrize("blank", BLANK)
def test_an_address_is_needed(blank: Raw) -> None:
    verdict = judge({"Site address": blank}, sites=[{}, {"Site address": blank}])
    assert places(verdict, "address-missing") == [(1, "Site address"), (3, "Site address")]
    assert (set(codes(verdict)), verdict.status) == ({"address-missing"}, Status.NEEDS_INFO)


@pytest.mark.parametrize(("header", "code"), WARNED)
@pytest.mark.parametrize("blank", BLANK)
def test_the_rest_is_asked_for(header: str, code: str, blank: Raw) -> None:
    verdict = judge({header: blank}, sites=[{header: blank}, {}])
    assert places(verdict, code) == [(1, header), (2, header)]
    assert {found.severity for found in flags(verdict, code)} == {Severity.WARN}
    assert verdict.status is Status.READY


@pytest.mark.parametrize("floor", [0, 51, "5-1", "地下1階", False])
def test_any_floor_will_do(floor: Raw) -> None:
    assert codes(judge({"Floor": floor})) == []


GOOD = [
    "https://maps.app.goo.gl/abc", "https://maps.app.goo.gl/", "HTTPS://MAPS.APP.GOO.GL/abc", " https://maps.app.goo.gl/abc\n",
    "https://goo.gl/maps/abc", "https://goo.gl/maps", "https://g.co/kgs/abc",
    "https://maps.google.com/?q=1,2", "https://maps.google.com", "https://maps.google.de/x", "https://maps.google.co.jp/maps?q=x",
    "https://maps.google.com.sg/x", "https://google.com/maps/place/x", "https://google.jp/maps", "https://google.co.uk/maps/@1,2,3z",
    "https://www.google.com/maps/search/?api=1&query=Mori+Tower", "https://www.google.com/maps?q=x", "https://www.google.co.jp/maps/x",
    "https://www.google.com:443/maps/x", "ｈｔｔｐｓ：／／ｍａｐｓ．ａｐｐ．ｇｏｏ．ｇｌ／ａｂｃ", "https://www.google.com/maps/place/東京タワー",
]  # fmt: skip
BAD: list[Raw] = [
    "http://maps.app.goo.gl/abc", "maps.app.goo.gl/abc", "ftp://maps.google.com/x", "javascript:alert(1)", "5F",
    "https://goo.gl/abc", "https://goo.gl/mapsx/abc", "https://g.co/abc", "https://www.google.com/search?q=maps", "https://google.com",
    "https://google.com/mapsx", "https://www.google.com/MAPS/x", "https://maps.google.com.evil.example/x", "https://maps.google.evil/x",
    "https://maps.google.info/x", "https://maps.google.co.com/x", "https://evil.example/maps.google.com", "https://notgoogle.com/maps",
    "https://www.google.com@evil.example/maps", "https://user:pw@maps.google.com/x", "https://maps.google.com:8080/x",
    "https://maps.google.com\\@evil.example/", "https://www.www.google.com/maps",
    "https://mapsXgoogle.com/x", "https://maps.app.goo.gl.example.com/abc",
    "https://map.yahoo.example.jp/?lat=35.7", "https://maps.app.goo.gl/a https://maps.app.goo.gl/b",
    "https://[::1/maps", "https://",
    "https://mаps.google.com/x", "https://maps.apple.com/?q=x", "https://earth.google.com/maps", 5,
]  # fmt: skip


@pytest.mark.parametrize("link", GOOD)
def test_links_to_google_maps(link: str) -> None:
    assert codes(judge({"Map link": link})) == []


@pytest.mark.parametrize("link", BAD)
def test_other_links(link: Raw) -> None:
    verdict = judge({"Map link": link}, sites=[{"Map link": link}])
    assert places(verdict, "map-link-invalid") == [(1, "Map link"), (2, "Map link")]
    assert (set(codes(verdict)), verdict.status) == ({"map-link-invalid"}, Status.READY)


def test_a_bad_link_is_quoted_as_typed() -> None:
    found = flag(judge({"Map link": " http://x.example/ "}), "map-link-invalid")
    assert (found.value, found.severity) == ("http://x.example/", Severity.WARN)


@pytest.mark.parametrize("sign", [" ", "\n", "<", '"', "\\", "\x00"])
def test_a_link_is_one_word(sign: str) -> None:
    assert not is_map_link(f"https://maps.app.goo.gl/a{sign}b")
