"""Money: Decimal amounts, rounded once and to the currency's own minor unit (ISO 4217)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal

from rules.settings import Rounding

_DIGITS = {
    **dict.fromkeys(["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"], 0),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
_WIDE = Context(prec=200)  # a slip of the pen in a cell must end in a flag, not in an arithmetic error
_MODES = {Rounding.DOWN: ROUND_DOWN, Rounding.UP: ROUND_UP, Rounding.HALF: ROUND_HALF_UP}


def minor_digits(currency: str) -> int:
    """How many decimals an amount in this currency has: JPY none, USD two, KWD three."""
    return _DIGITS.get(currency, 2)


def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-minor_digits(currency))


def round_line(amount: Decimal, currency: str) -> Decimal:
    """A line's amount, half up to the minor unit (contract, 5.6)."""
    return amount.quantize(_unit(currency), ROUND_HALF_UP, _WIDE)


def round_tax(amount: Decimal, currency: str, rounding: Rounding) -> Decimal:
    """A tax amount by the setting Tax rounding (contract, 5.6)."""
    return amount.quantize(_unit(currency), _MODES[rounding], _WIDE)


def money_text(amount: Decimal, currency: str) -> str:
    """An amount for people: `JPY 18,000`."""
    return f"{currency} {round_line(amount, currency):,f}"


def round_up_to(amount: Decimal, step: Decimal) -> Decimal:
    """The next multiple of `step` at or above `amount`."""
    return (amount / step).to_integral_value(ROUND_CEILING) * step


def in_hours(minutes: Decimal) -> Decimal:
    """Minutes as hours, to the sixth decimal where they don't come out even: for showing, never for amounts."""
    hours = minutes / 60
    short = hours.quantize(Decimal("0.000001"), ROUND_HALF_UP, _WIDE)
    return hours if hours == short else short


def plain(number: Decimal) -> str:
    """A number without exponent or needless zeros: `2.5`, `18000`."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
