"""Which BLOCK flags of an incomplete order the client can do something about: what they are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from rules.addresses import phone_fault
from rules.columns import OrderRow
from rules.flags import Flag
from rules.message import Asked
from rules.sentences import quotable
from rules.words import Severity

_OF_CLIENT = frozenset({
    "client-missing", "client-unknown", "terms-not-agreed", "order-contact-missing", "planned-start-missing",
    "planned-start-unreadable", "planned-start-past", "urgent-call-missing", "hours-invalid", "site-contact-missing",
    "phone-country-code", "phone-invalid", "email-invalid", "assistance-missing", "language-missing",
    "language-unsupported", "address-missing", "work-description-missing", "skill-unknown", "engineers-invalid",
})  # fmt: skip
_TYPED_BY_CLIENT = {c.header for c in OrderRow.columns if c.group in ("work", "contacts", "site")} | {
    OrderRow.photo_id_needed.header,
    OrderRow.travel_needed.header,
}


def asked_of(flags: Sequence[Flag], zone: str) -> tuple[Asked, ...]:
    """What to ask the client for, in the order of the flags. `zone`: the site's IANA name, for proposing phones."""
    return tuple(
        Asked(
            code=flag.code, column=flag.column or "", site=flag.site, value=quotable(flag.value or ""),
            hint=_hint(flag, zone),
        )
        for flag in flags
        if flag.severity is Severity.BLOCK and _theirs(flag)
    )  # fmt: skip


def _theirs(flag: Flag) -> bool:
    return flag.code in _OF_CLIENT or (flag.code == "cell-unreadable" and flag.column in _TYPED_BY_CLIENT)


def _hint(flag: Flag, zone: str) -> str:
    fault = phone_fault(flag.value, flag.value, zone) if flag.value and flag.code.startswith("phone-") else None
    return fault.hint if fault else ""
