"""The columns of a sheet: the style that their blank cells have, how wide they are."""

from sync.xlsx import xml
from sync.xlsx.sheet import ORDER

Attributes = dict[str, str]


def style(frame: bytes, col: int) -> int:
    """The style of the column's blank cells."""
    for there in xml.elements(frame, "col"):
        if int(there["min"]) <= col <= int(there["max"]):
            return int(there.get("style", "0"))
    return 0


def changed(frame: bytes, part: str, col: int, **attributes: str) -> bytes:
    """The sheet's XML around its rows with these attributes of one column; its neighbours stay as they are."""
    there = list(xml.elements(frame, "col"))
    made: list[Attributes] = []
    own: Attributes = {}
    for entry in there:
        first, last = int(entry["min"]), int(entry["max"])
        if not first <= col <= last:
            made.append(entry)
            continue
        own = entry
        if first < col:
            made.append({**entry, "max": str(col - 1)})
        if col < last:
            made.append({**entry, "min": str(col + 1)})
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
