"""What the script of the intake form knows of our rules: its pages, questions and checks, put into the script.

`python -m sync.form_script` brings the marked part of `templates/intake_form.gs` up to date.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from rules import cells
from rules.cells import Kind
from rules.columns import FORM_TIMESTAMP, SITE_COLUMNS, Column
from rules.columns import OrderRow as Order
from rules.settings import Settings
from rules.words import Language, Level
from sync.commands.layout import FORM_QUESTIONS, form_columns
from sync.form_checks import CHECKS, blanks

SCRIPT = Path(__file__).resolve().parent.parent / "templates" / "intake_form.gs"
BEGIN, END = "// <made by sync.form_script>", "// </made by sync.form_script>"

Fact = dict[str, Any]
AnyColumn = Column[Any]


_CHECKED_KINDS: dict[Kind[Any], str] = {
    cells.PHONE: "phone", cells.EMAIL: "email", cells.NUMBER: "hours", cells.WHOLE: "whole", cells.ZONE: "zone",
}  # fmt: skip
_CHECKED: dict[AnyColumn, str] = {Order.map_link: "map", Order.pm_chat: "chat", Order.site_chat: "chat"}
_CHOICES: dict[Kind[Any], tuple[str, list[str]]] = {
    cells.LANGUAGES: ("boxes", [language.value for language in Language]),
    cells.LEVEL: ("choice", [level.value for level in Level]),
    cells.YESNO: ("choice", ["Yes", "No"]),
}
_LONG = frozenset(
    {
        Order.work_description, Order.target_hardware, Order.work_sequence, Order.confirmations, Order.items_to_bring,
        Order.paperwork, Order.instruction_documents, Order.entry_instructions, Order.notes,
    }
)  # fmt: skip
REQUIRED = frozenset(
    {
        Order.client, Order.order_email, Order.planned_start, Order.language, Order.work_description,
        Order.site_address, Order.site_contact, Order.site_phone,
    }
)  # fmt: skip
"""Without these no order becomes Ready, whatever else it says."""

_PHONE_HELP = "With + and country code: +81 3 1234 5678 / 「+」と国番号から: +81 3 1234 5678"
_CHAT_HELP = "LINE: id, Skype: id or WhatsApp: id / 「LINE: ID」「Skype: ID」「WhatsApp: ID」のいずれか"
HELP: dict[AnyColumn, str] = {
    Order.client: "The company that orders, as in your agreement with us / ご発注元の会社名(ご契約のとおり)",
    Order.client_reference: "Your ticket number; shown on every document / 貴社の管理番号(すべての書類に記載します)",
    Order.billing_reference: "Purchase order to bill, if you have one / ご請求先の発注番号(あれば)",
    Order.ordered_by: "Who orders / ご発注者のお名前",
    Order.order_email: "Every answer goes there / ご連絡はすべてこちらへお送りします",
    Order.order_phone: _PHONE_HELP,
    Order.planned_start: "Date and time at the place of the visit; leave enough time for everybody to confirm. "
    "Less than {Urgent below (h)} hours from now: also call us / 訪問先の現地日時。関係者全員の確認に必要な時間を"
    "見込んでください。{Urgent below (h)}時間以内の場合はお電話もお願いします",
    Order.time_zone: "Only where it is not {Time zone}: Europe/London / {Time zone}以外の場合のみ: Europe/London",
    Order.urgent_call_at: "If urgent: when you called us / お急ぎの場合: お電話くださった日時",
    Order.reserved_hours: "Hours on site; charged in full, at least {Minimum hours}. Blank: {Default hours}, and "
    "{Grace hours} of grace / 現地での予約時間数(全時間分のご請求、最低{Minimum hours}時間)。"
    "空欄の場合は{Default hours}時間+猶予{Grace hours}時間",
    Order.language: "English: 英語, Japanese: 日本語; one or both / 片方または両方",
    Order.skill_level: "Blank: Entry. Entry class needs your engineer's assistance, or well written instructions / "
    "空欄の場合はEntry。Entryには貴社技術者の支援または十分な手順書が必要です",
    Order.engineers_needed: "Blank: 1 / 空欄の場合は1名",
    Order.work_description: "What is to be done, in detail / 作業内容を詳しく",
    Order.target_hardware: "Make, model, how many / メーカー、型番、台数",
    Order.work_sequence: "Must anything be done in a certain order? / 作業順序の指定",
    Order.confirmations: "What must be confirmed before or after, by whom? / 作業前後に必要な確認と確認者",
    Order.instruction_documents: "Links or file names / リンクまたはファイル名",
    Order.items_to_bring: "Beyond standard equipment, with commas between / 標準機材以外の持参品(カンマ区切り)",
    Order.paperwork: "Documents to send before the work: NDA, serial numbers … / 事前に提出する書類(NDA、製造番号など)",
    Order.photo_id_needed: "Must we send a scanned photo ID before? / 写真付き身分証の事前送付が必要ですか",
    Order.travel_needed: "Shall we book travel or a hotel? / 交通・宿泊の手配が必要ですか",
    Order.notes: "Anything else; further places too / その他(4か所目以降の訪問先も)",
    Order.pm_contact: "Your engineer whom ours can ask during the work / 作業中に連絡できる貴社技術者のお名前",
    Order.pm_phone: _PHONE_HELP,
    Order.pm_email: "Your engineer's e-mail / 貴社技術者のメールアドレス",
    Order.pm_chat: _CHAT_HELP,
    Order.site_address: "Please make sure on Google Maps that it is right / Googleマップで正しいことをご確認ください",
    Order.map_link: "Google Maps: Share, Copy link / Googleマップの「共有」→「リンクをコピー」",
    Order.floor: "What floor? / 階",
    Order.entry_instructions: "How to enter the building and the room / 入館・入室の方法",
    Order.site_contact: "The end customer there / 現地のご担当者のお名前",
    Order.site_phone: _PHONE_HELP,
    Order.site_email: "E-mail or chat, as a second way to reach them / 電話以外の連絡手段(メールまたはチャット)",
    Order.site_chat: _CHAT_HELP,
}

_PAGES: tuple[tuple[str, tuple[AnyColumn, ...]], ...] = (
    ("Your order / ご発注", (
        Order.client, Order.client_reference, Order.billing_reference, Order.ordered_by, Order.order_email,
        Order.order_phone, Order.planned_start, Order.time_zone, Order.urgent_call_at,
    )),
    ("The work / 作業", (
        Order.reserved_hours, Order.language, Order.skill_level, Order.engineers_needed, Order.work_description,
        Order.target_hardware, Order.work_sequence, Order.confirmations, Order.instruction_documents,
    )),
    ("Preparations / 準備", (
        Order.items_to_bring, Order.paperwork, Order.photo_id_needed, Order.travel_needed, Order.notes,
    )),
    ("Your engineer / 貴社技術者", (Order.pm_contact, Order.pm_phone, Order.pm_email, Order.pm_chat)),
    ("Site / 訪問先", SITE_COLUMNS),
)  # fmt: skip


def question(title: str, column: AnyColumn) -> Fact:
    """A question as the script knows it."""
    kind, choices = _CHOICES.get(column.kind, ("long" if column in _LONG else "text", []))
    fact: Fact = {"title": title, "kind": kind, "required": column in REQUIRED, "help": HELP[column]}
    if choices:
        return fact | {"choices": choices}
    if column.kind in (cells.START, cells.MOMENT):
        return fact | {"kind": "moment"}
    return fact | {"check": _CHECKED.get(column) or _CHECKED_KINDS.get(column.kind, "words")}


def pages() -> list[Fact]:
    """Every page with its questions; `more` asks whether there is a further site, which is the next page."""
    found: list[Fact] = [{"title": title, "questions": [question(c.header, c) for c in own]} for title, own in _PAGES]
    titles = [title for title, _ in form_columns() if title != FORM_TIMESTAMP][len(FORM_QUESTIONS) :]
    step = len(SITE_COLUMNS)
    for number, start in enumerate(range(0, len(titles), step), 2):
        found[-1]["more"] = {
            "title": f"Another site (site {number})? / 訪問先{number}はありますか",
            "help": "Where our engineers also go for this order / この作業で他にも訪問する場所があるか",
        }
        own = zip(titles[start : start + step], SITE_COLUMNS, strict=True)
        found.append({"title": f"Site {number} / 訪問先{number}", "questions": [question(t, c) for t, c in own]})
    return found


def _defaults() -> dict[str, str]:
    used = {"Form tab", *re.findall(r"\{([^}]+)\}", "".join(HELP.values()))}
    fields = Settings.model_fields.values()
    return {str(field.title): str(field.default) for field in fields if field.title in used}


def _js(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def facts() -> str:
    """The marked part of the script."""
    lines = [f"const BLANKS = {_js(blanks())};", f"const SETTINGS = {_js(_defaults())};"]
    lines += ["/** @type {Record<string, Check>} */", "const CHECKS = {"]
    lines += [f"  {name}: {_js(vars(check))}," for name, check in CHECKS.items()]
    lines += ["};", "/** @type {Page[]} */", "const PAGES = ["]
    for page in pages():
        lines += ["  {", f"    title: {_js(page['title'])},", "    questions: ["]
        lines += [f"      {_js(one)}," for one in page["questions"]]
        lines += ["    ],", f"    more: {_js(page.get('more'))},", "  },"]
    return "\n".join([*lines, "];"])


def updated(script: str) -> str:
    """The script with its marked part made anew. Raises ValueError where the marks are missing."""
    before, begin, rest = script.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the script has no part between {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{facts()}\n{END}{after}"


if __name__ == "__main__":
    SCRIPT.write_text(updated(SCRIPT.read_text(encoding="utf-8")), encoding="utf-8")
