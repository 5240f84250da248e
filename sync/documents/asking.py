"""What a client is asked for, item by item, in English and Japanese: a sentence for every code that they can mend."""

from __future__ import annotations

from collections.abc import Mapping

from rules.message import Asked
from rules.words import Language

_EN, _JA = Language.ENGLISH, Language.JAPANESE
Words = Mapping[Language, str]

COLUMNS: Mapping[str, str] = {
    "Ordered by": "ご依頼者", "Order email": "ご依頼者のメールアドレス", "Order phone": "ご依頼者の電話番号",
    "Planned start": "訪問日時", "Time zone": "タイムゾーン", "Reserved hours": "予約時間", "Language": "使用言語",
    "Skill level": "スキルレベル", "Engineers needed": "必要人数", "Work description": "作業内容",
    "PM contact": "貴社ご担当エンジニア", "PM phone": "貴社ご担当エンジニアの電話番号",
    "PM email": "貴社ご担当エンジニアのメールアドレス", "Site address": "訪問先住所",
    "Site contact": "訪問先のご担当者", "Site phone": "訪問先の電話番号",
    "Site email": "訪問先のメールアドレス", "Assigned engineers": "担当エンジニア",
    "Photo ID needed": "写真付き身分証明書の要否", "Travel needed": "出張手配の要否",
}  # fmt: skip
"""What columns are called in Japanese, where a message names them."""

ITEMS: Mapping[str, Words] = {
    "client-missing": {_EN: "The name of your company", _JA: "貴社名"},
    "client-unknown": {
        _EN: 'The name of your company as you agreed our terms: we do not find "{value}"',
        _JA: "ご契約時の貴社名(「{value}」は見つかりませんでした)",
    },
    "terms-not-agreed": {
        _EN: "Urgent service needs agreed terms: please contact us before anything else",
        _JA: "緊急対応には事前の契約が必要です。まずはご連絡ください",
    },
    "order-contact-missing": {_EN: "Your e-mail address", _JA: "ご依頼者のメールアドレス"},
    "planned-start-missing": {
        _EN: "Date and time of the visit, local time at the site (such as 2026-12-01 09:00)",
        _JA: "訪問日時(現地時間。例:2026-12-01 09:00)",
    },
    "planned-start-unreadable": {
        _EN: 'Date and time of the visit: "{value}" is not clear; please write it as 2026-12-01 09:00',
        _JA: "訪問日時:「{value}」が読み取れません。2026-12-01 09:00の形でお知らせください",
    },
    "planned-start-past": {
        _EN: 'Date and time of the visit: "{value}" was over when the order came in',
        _JA: "訪問日時:「{value}」はご依頼の時点で過ぎています",
    },
    "urgent-call-missing": {
        _EN: "The visit is urgent: please also call us by phone",
        _JA: "お急ぎのご依頼です。お電話でもご連絡ください",
    },
    "hours-invalid": {
        _EN: 'How many hours to reserve: "{value}" is not a number above 0',
        _JA: "予約時間:「{value}」は時間数として読み取れません",
    },
    "site-contact-missing": {
        _EN: "Name and phone number (with country code) of the person to meet{site}",
        _JA: "訪問先{site}のご担当者のお名前と電話番号(国番号付き)",
    },
    "phone-country-code": {
        _EN: '{column}{site} with + and country code: "{value}"{hint}',
        _JA: "{column}{site}(+と国番号を付けて):「{value}」{hint}",
    },
    "phone-invalid": {
        _EN: '{column}{site}: "{value}" is not a valid number{hint}',
        _JA: "{column}{site}:「{value}」は有効な番号ではありません{hint}",
    },
    "email-invalid": {
        _EN: '{column}{site}: "{value}" is not an e-mail address',
        _JA: "{column}{site}:「{value}」はメールアドレスとして読み取れません",
    },
    "assistance-missing": {
        _EN: "Name and phone number of your engineer who can assist ours, or written instructions",
        _JA: "弊社エンジニアを支援してくださる貴社ご担当エンジニアのお名前と電話番号、または作業手順書",
    },
    "language-missing": {
        _EN: "Language to speak: English, Japanese, or both",
        _JA: "使用言語(英語、日本語、または両方)",
    },
    "language-unsupported": {
        _EN: 'Language to speak: we work in English and Japanese, not in "{value}"',
        _JA: "使用言語:「{value}」には対応しておりません(英語または日本語)",
    },
    "address-missing": {
        _EN: "Address{site}, and a link to it on Google Maps",
        _JA: "訪問先{site}の住所とGoogleマップのリンク",
    },
    "work-description-missing": {_EN: "What is to be done, step by step", _JA: "作業内容(手順を含む)"},
    "skill-unknown": {
        _EN: 'Skill level of the engineer: "{value}" is none of Entry, Senior, Specialist',
        _JA: "スキルレベル:「{value}」はEntry、Senior、Specialistのいずれでもありません",
    },
    "engineers-invalid": {
        _EN: 'How many engineers: "{value}" is not a whole number of at least 1',
        _JA: "必要人数:「{value}」は1以上の整数ではありません",
    },
    "cell-unreadable": {
        _EN: '{column}{site}: "{value}" is not clear',
        _JA: "{column}{site}:「{value}」が読み取れません",
    },
}
_HINT: Words = {_EN: "; did you mean {hint}?", _JA: "({hint}でしょうか)"}
_SITE: Words = {_EN: " (site {site})", _JA: "(訪問先{site})"}


def label(column: str, language: Language) -> str:
    """What a column is called in a message."""
    return COLUMNS.get(column, column) if language is _JA else column


def said(asked: Asked, language: Language) -> str:
    """One item of the list."""
    site = _SITE[language].format(site=asked.site) if asked.site and asked.site > 1 else ""
    hint = _HINT[language].format(hint=asked.hint) if asked.hint else ""
    words = {"column": label(asked.column, language), "site": site, "hint": hint, "value": asked.value}
    return ITEMS[asked.code][language].format_map(words)
