"""Money: Decimal amounts, rounded once and to the currency's own minor unit (ISO 4217)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from rules.settings import Rounding

_DIGITS = {
    **dict.fromkeys(["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"], 0),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
_MODES = {Rounding.DOWN: ROUND_DOWN, Rounding.UP: ROUND_UP, Rounding.HALF: ROUND_HALF_UP}


def minor_digits(currency: str) -> int:
    """How many decimals an amount in this currency has: JPY none, USD two, KWD three."""
    return _DIGITS.get(currency, 2)


def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-minor_digits(currency))


def round_line(amount: Decimal, currency: str) -> Decimal:
    """A line's amount, half up to the minor unit (contract, 5.6)."""
    return amount.quantize(_unit(currency), ROUND_HALF_UP)


def round_tax(amount: Decimal, currency: str, rounding: Rounding) -> Decimal:
    """A tax amount by the setting Tax rounding (contract, 5.6)."""
    return amount.quantize(_unit(currency), _MODES[rounding])


def money_text(amount: Decimal, currency: str) -> str:
    """An amount for people: `JPY 18,000`."""
    return f"{currency} {amount.quantize(_unit(currency), ROUND_HALF_UP):,f}"


def round_up_to(amount: Decimal, step: Decimal) -> Decimal:
    """The next multiple of `step` at or above `amount`."""
    return (amount / step).to_integral_value(ROUND_CEILING) * step


def plain(number: Decimal) -> str:
    """A number without exponent or needless zeros: `2.5`, `18000`."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
