"""The register as the rules see it: orders with their sites, clients, people, rates, at one time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rules.cells import fold, fold_client, squash
from rules.columns import ClientRow, EngineerRow, ExchangeRow, ItemRow, OrderRow, RateRow, SiteRow
from rules.disguise import addresses_in
from rules.invoice import Invoice
from rules.memory import Memory
from rules.message import digest
from rules.once import once
from rules.settings import Settings
from rules.words import Language, Level

Place = OrderRow | SiteRow


@dataclass(frozen=True, slots=True)
class Site:
    """A place to visit: 1 is the order's own, the others stand in Other sites."""

    number: int
    row: Place

    @property
    def mark(self) -> str:
        """What a letter to it goes by, wherever its row stands: whom to write to, and the address."""
        return digest(f"{self.row.site_email.text.casefold()} {squash(self.row.site_address.text)}")[:8]

    @property
    def whom(self) -> str:
        """A mark of whom to write to."""
        return digest(self.row.site_email.text.casefold())[:8]

    @property
    def name(self) -> str:
        """Tells it from others with its mark."""
        return f"{self.mark}.{digest(squash(self.row.floor.text))[:4]}"


def named(sites: Iterable[Site]) -> dict[str, Site]:
    """Places by what they are known by, wherever their rows stand: name, and a number for further ones that share it.

    The confirmed ones come first, so that however people sort the rows, what is missing is the last one's.
    """
    found, alike = dict[str, Site](), Counter[str]()
    for site in sorted(sites, key=lambda site: site.row.site_confirmed_at.blank):
        name = site.name
        alike[name] += 1
        found[name if alike[name] == 1 else f"{name}.{alike[name]}"] = site
    return found


def same_places(old: Collection[str], now: Collection[str]) -> dict[str, str]:
    """Which of today's places the remembered ones are.

    One that is new stands for one that is gone, since people edit address, floor and e-mail; what is gone without
    another in its place is left out.
    """
    gone, new = [name for name in old if name not in now], [name for name in now if name not in old]
    return {name: name for name in old if name in now} | dict(zip(gone, new, strict=False))


@dataclass(frozen=True, slots=True)
class Engineer:
    """An engineer of the register; `rank` is where the row stands."""

    name: str
    row: EngineerRow

    @property
    def active(self) -> bool:
        """Blank means yes; a cell that can't be read counts as blank."""
        return self.row.active.value is not False

    @property
    def level(self) -> Level | None:
        return self.row.skill_level.value

    @property
    def languages(self) -> frozenset[Language]:
        return self.row.languages.value or frozenset()


@dataclass(frozen=True)
class Order:
    """One order: its row, the ID it has or gets in this run, its sites and what the job remembers."""

    row: OrderRow
    order_id: str
    sites: tuple[Site, ...]
    received: datetime | None
    memory: Memory | None = None
    id_twice: tuple[int, ...] = ()
    """The other rows in which the Order ID stands too."""

    @property
    def new(self) -> bool:
        return self.memory is None

    @once
    def further(self) -> dict[str, Site]:
        """The places of Other sites by what they are known by."""
        return named(self.sites[1:])

    @once
    def client_key(self) -> str:
        return fold_client(self.row.client.value or "")


@dataclass(frozen=True)
class Office:
    """All that an order is judged beside. `now` is aware; `zone` is the register's."""

    now: datetime
    settings: Settings
    clients: Sequence[ClientRow] = ()
    engineers: Sequence[EngineerRow] = ()
    rates: Sequence[RateRow] = ()
    exchange_rates: Sequence[ExchangeRow] = ()
    standard_items: Sequence[ItemRow] = ()
    issued: Mapping[str, Invoice] = field(default_factory=dict)
    """Every invoice and credit note that was issued, by number, as it was frozen."""
    first_run: bool = False
    ledger_damage: str = ""
    """What people changed in the ledger, and how to put it right; blank where it is sound."""

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.time_zone

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @once
    def client_by_key(self) -> dict[str, ClientRow]:
        """Clients by folded name; of two alike, the upper."""
        rows = [row for row in self.clients if row.client.value]
        return {fold_client(row.client.value or ""): row for row in reversed(rows)}

    @once
    def invoice_by_order(self) -> dict[str, Invoice]:
        """The invoice that stands, by Order ID, as the run found them: what was credited stands no more."""
        credited = {document.corrects for document in self.issued.values() if document.kind == "credit"}
        standing = (one for one in self.issued.values() if one.kind == "invoice" and one.number not in credited)
        return {invoice.order_id: invoice for invoice in standing}

    def invoice_of(self, order: Order) -> Invoice | None:
        """The invoice that stands of an order, even where its memory is older than that."""
        found = self.invoice_by_order.get(order.order_id)
        return None if found and order.memory and order.memory.credited == found.number else found

    @once
    def engineer_by_key(self) -> dict[str, Engineer]:
        """Engineers by folded name, active or not; of two alike, the upper."""
        rows = [Engineer(row.engineer.value, row) for row in self.engineers if row.engineer.value]
        return {fold(engineer.name): engineer for engineer in reversed(rows)}

    @once
    def rates_by_key(self) -> dict[tuple[str, Level, str], list[RateRow]]:
        """Usable rates by folded client ("" for every client), level and currency."""
        found: dict[tuple[str, Level, str], list[RateRow]] = {}
        for row in self.rates:
            level, currency = row.skill_level.value, row.currency.value
            if level and currency and row.hourly_rate.value is not None and row.overtime_rate.value is not None:
                found.setdefault((fold_client(row.client.value or ""), level, currency), []).append(row)
        return found

    @once
    def item_keys(self) -> frozenset[str]:
        return frozenset(fold(row.item.value) for row in self.standard_items if row.item.value)

    @once
    def engineer_emails(self) -> tuple[str, ...]:
        """Every engineer's address as typed, active or not: none may stand on an invoice."""
        return tuple(address for row in self.engineers for address in addresses_in(row.email.value or "") if address)


def id_order(order_id: str) -> tuple[int, ...]:
    """Order IDs in the order in which they were given: by year, then number."""
    return tuple(int(digits) for digits in re.findall(r"\d+", order_id))
