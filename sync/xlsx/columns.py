"""The columns of a sheet: the style that their blank cells have, how wide they are."""

from sync.xlsx import xml
from sync.xlsx.sheet import ORDER

Attributes = dict[str, str]


def _entries(frame: bytes) -> list[Attributes]:
    found = xml.elements(frame, "col")
    return [entry for entry in found if entry.get("min", "").isdigit() and entry.get("max", "").isdigit()]


def _usual_width(frame: bytes) -> str:
    found = next(iter(xml.elements(frame, "sheetFormatPr")), {})
    return found.get("defaultColWidth", "9.140625")


def style(frame: bytes, col: int) -> int:
    """The style of the column's blank cells."""
    for there in _entries(frame):
        if int(there["min"]) <= col <= int(there["max"]):
            number = there.get("style", "0")
            return int(number) if number.isdigit() else 0
    return 0


def changed(frame: bytes, part: str, col: int, **attributes: str) -> bytes:
    """The sheet's XML around its rows with these attributes of one column; its neighbours stay as they are."""
    made: list[Attributes] = []
    own: Attributes = {}
    for entry in _entries(frame):
        first, last = int(entry["min"]), int(entry["max"])
        if not first <= col <= last:
            made.append(entry)
            continue
        own = entry
        if first < col:
            made.append({**entry, "max": str(col - 1)})
        if col < last:
            made.append({**entry, "min": str(col + 1)})
    own = own or {"width": _usual_width(frame)}  # some programs hide a column without one
    made.append({**own, **attributes, "min": str(col), "max": str(col)})
    made.sort(key=lambda entry: int(entry["min"]))
    p = xml.prefix(frame)
    new = b"".join(
        b"<%bcol%b/>" % (p, b"".join(b' %b="%b"' % (k.encode(), xml.escaped(v)) for k, v in entry.items()))
        for entry in made
    )
    for element in xml.content(frame, part):
        if element.name == "cols":
            return frame[: element.start] + b"<%bcols>%b</%bcols>" % (p, new, p) + frame[element.end :]
    return xml.insert(frame, part, "cols", ORDER, b"<%bcols>%b</%bcols>" % (p, new, p))
