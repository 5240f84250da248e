"""What an invoice says in words of ours, in English and Japanese. Labels that never change stand in the template."""

from __future__ import annotations

from collections.abc import Mapping

from rules.words import Language, TaxClass

_EN, _JA = Language.ENGLISH, Language.JAPANESE
Words = Mapping[Language, str]

INVOICE: Mapping[str, Words] = {
    "title": {_EN: "INVOICE", _JA: "請求書"},
    "qualified": {_EN: "Qualified invoice{japanese}", _JA: "適格請求書"},
    "number": {_EN: "Invoice no.", _JA: "請求書番号"},
    "intro": {_EN: "We charge for our services as follows.", _JA: "下記のとおりご請求申し上げます。"},
    "total": {_EN: "Total due", _JA: "ご請求金額"},
}
CREDIT: Mapping[str, Words] = {
    "title": {_EN: "CREDIT NOTE", _JA: "返還請求書"},
    "qualified": {_EN: "Qualified return invoice{japanese}", _JA: "適格返還請求書"},
    "number": {_EN: "Credit note no.", _JA: "返還請求書番号"},
    "intro": {_EN: "We take back what we charged, as follows.", _JA: "下記のとおり、ご請求額を返還いたします。"},
    "total": {_EN: "Total credited", _JA: "返還金額"},
}
WITH_TAX: Words = {_EN: "{text} incl. tax", _JA: "{text}(税込)"}
TAX_CLASS: Mapping[TaxClass, Words] = {
    TaxClass.STANDARD: {_EN: "Taxable at {rate}%", _JA: "{rate}%対象"},
    TaxClass.EXPORT_EXEMPT: {_EN: "Export-exempt", _JA: "輸出免税"},
    TaxClass.OUT_OF_SCOPE: {_EN: "Out of scope", _JA: "不課税(対象外)"},
}
TAX_LABEL: Mapping[TaxClass, Words] = {
    TaxClass.STANDARD: {_EN: "Consumption tax ({rate}%)", _JA: "消費税({rate}%)"},
    TaxClass.EXPORT_EXEMPT: {_EN: "Consumption tax", _JA: "消費税"},
    TaxClass.OUT_OF_SCOPE: {_EN: "Consumption tax", _JA: "消費税"},
}
TAX_NOTE: Mapping[TaxClass, Words] = {
    TaxClass.STANDARD: {},
    TaxClass.EXPORT_EXEMPT: {
        _EN: "No consumption tax is charged: the service is export-exempt{japanese}.",
        _JA: "輸出免税取引のため、消費税は課税しておりません。",
    },
    TaxClass.OUT_OF_SCOPE: {
        _EN: "No consumption tax is charged: the service is out of its scope{japanese}.",
        _JA: "不課税(対象外)取引のため、消費税は課税しておりません。",
    },
}
EXCHANGE_RATE: Words = {_EN: "Exchange rate ({home} for 1 {currency})", _JA: "換算レート(1 {currency}あたり{home})"}
HOME_TAX: Words = {_EN: "Consumption tax in {home}", _JA: "消費税額({home}換算)"}
PHONE: Words = {_EN: "Tel. {text}", _JA: "TEL {text}"}
IN_JAPANESE: Mapping[TaxClass, str] = {
    TaxClass.STANDARD: "",
    TaxClass.EXPORT_EXEMPT: "輸出免税",
    TaxClass.OUT_OF_SCOPE: "不課税",
}
"""What Japan's law calls them: named in English-only documents too, which Japan's tax office may want to read."""
FIRM, PERSON = "御中", "様"


def said(words: Words, languages: tuple[Language, ...], between: str = " / ", **values: str) -> str:
    """The words in every language asked for, Japanese first; blank where there are none."""
    texts = (words[language].format_map(values) for language in (_JA, _EN) if language in languages and words)
    return between.join(dict.fromkeys(texts))
