"""Raw cells of a register as typed values: the kinds that columns have, and keys for comparing names.

`KIND.read(raw, zone)` gives a Cell that is blank, unreadable or holds a value; it never raises.
"""

from __future__ import annotations

from rules.reading.cell import Cell, Kind, Reader, Unreadable
from rules.reading.choices import CURRENCY, DOCLANG, LANGUAGES, LEVEL, TAX, YESNO, ZONE
from rules.reading.codes import CODE, EMAIL, PHONE
from rules.reading.dates import DAY, MOMENT, START, TIMESTAMP, names_zone
from rules.reading.lists import ABSENCES, CHARGES, ITEMS, NAME, NAMES, TEXT, WAIVERS, Absence, Charge
from rules.reading.numbers import NUMBER, WHOLE
from rules.reading.same import number, same
from rules.reading.text import Raw, fold, fold_client, is_blank, shown, squash

__all__ = [
    "ABSENCES",
    "CHARGES",
    "CODE",
    "CURRENCY",
    "DAY",
    "DOCLANG",
    "EMAIL",
    "ITEMS",
    "LANGUAGES",
    "LEVEL",
    "MOMENT",
    "NAME",
    "NAMES",
    "NUMBER",
    "PHONE",
    "START",
    "TAX",
    "TEXT",
    "TIMESTAMP",
    "WAIVERS",
    "WHOLE",
    "YESNO",
    "ZONE",
    "Absence",
    "Cell",
    "Charge",
    "Kind",
    "Raw",
    "Reader",
    "Unreadable",
    "fold",
    "fold_client",
    "is_blank",
    "names_zone",
    "number",
    "same",
    "shown",
    "squash",
]
