"""Conditional formats of a sheet: cells coloured by a formula."""

from sync.xlsx import xml
from sync.xlsx.sheet import ORDER


def added(frame: bytes, part: str, area: str, formula: str, dxf: int) -> bytes:
    """The sheet's XML around its rows with one format more, behind the people's own: theirs go first."""
    p = xml.prefix(frame)
    taken = (rule.get("priority", "") for rule in xml.elements(frame, "cfRule"))
    priority = max((int(number) for number in taken if number.isdigit()), default=0) + 1
    new = (
        b'<%bconditionalFormatting sqref="%b"><%bcfRule type="expression" dxfId="%d" priority="%d">'
        b"<%bformula>%b</%bformula></%bcfRule></%bconditionalFormatting>"
    ) % (p, xml.escaped(area), p, dxf, priority, p, xml.escaped(formula), p, p, p)
    return xml.insert(frame, part, "conditionalFormatting", ORDER, new)
