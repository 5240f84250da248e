"""The layout of the work-order templates: one page to print, or to read on a phone, in the order of a visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from templates.invoice_layout import BANNER, CELL, HEAD, LABEL, VALUE, Box, Look, Row, worded

TITLES = {"en": "Work order", "ja": "作業指示書", "both": "作業指示書 Work order"}
LOGO = "A1:B1"
WIDTHS = (5, 15, 21, 21, 15, 16)
"""Of the columns A to F, in characters."""

LABELS: Mapping[str, Mapping[str, str]] = {
    "title": worded("WORK ORDER", "作業指示書", " / "),
    "when": worded("When", "訪問日時"),
    "due": {"en": "Arrive by (SLA)", "ja": "到着期限(SLA)", "both": "到着期限(SLA)\nArrive by"},
    "client": worded("Client", "ご依頼元"),
    "reference": worded("Their reference", "先方管理番号"),
    "team": worded("Engineers", "担当エンジニア"),
    "task": worded("What to do", "作業内容"),
    "hardware": worded("Hardware", "対象機器"),
    "documents": worded("Instructions", "作業手順書"),
    "bring": worded("Bring", "持ち物"),
    "papers": worded("Papers", "必要書類"),
    "no": worded("No.", "No."),
    "place": worded("Where", "訪問先"),
    "entry": worded("How to get in", "入館方法"),
    "arrived": worded("Arrived at", "到着時刻"),
    "left": worded("Left at", "退出時刻"),
    "who": worded("Call in this order", "連絡先(この順に)"),
    "name": worded("Name", "お名前"),
    "phone": worded("Phone", "電話番号"),
    "chat": worded("Chat", "チャット"),
    "done": worded("Done", "済"),
    "step": worded("Steps", "手順"),
    "confirmed": worded("Confirmed by", "確認者"),
    "time": worded("Time", "時刻"),
    "started": worded("Work started at", "作業開始時刻"),
    "completed": worded("Work completed at", "作業完了時刻"),
    "release": worded("Work completed; the team may leave", "作業完了・退出許可", " / "),
    "signer": worded("Name (client)", "お名前(お客様)"),
    "signature": worded("Signature", "ご署名・印"),
    "signed": worded("Date and time", "日時"),
}  # fmt: skip

_TEXT = replace(VALUE, size=10)
_TOP = replace(CELL, down="top", size=9.5)
_CENTRE = replace(CELL, across="center", tone="label")
_BLANK = Look(bottom=False, dotted=True)


def _line(label: str, name: str, look: Look = _TEXT) -> tuple[Box, Box]:
    return Box("A", "B", LABEL, label=label), Box("C", "F", look, name)


def _heading(*boxes: tuple[str, str, str]) -> Row:
    return Row(18, tuple(Box(first, last, HEAD, label=label) for first, last, label in boxes), taller=26)


_SIGN = replace(LABEL, down="top", dotted=True, indent=1)
ROWS: tuple[Row, ...] = (
    Row(34, (
        Box("A", "D", Look(19, True, "strong", "center", shrink=True), label="title"),
        Box("E", "F", Look(13, True, "strong", "right", shrink=True), "OrderID"),
    )),
    Row(15, (Box("A", "F", Look(9, tone="label", across="right", bottom=True), "SellerName"),)),
    Row(6),
    Row(26, (
        Box("A", "B", replace(BANNER, size=10), label="when"),
        Box("C", "F", replace(BANNER, size=12, wrap=True), "When"),
    ), taller=40),
    Row(5),
    Row(17, _line("due", "Due", replace(_TEXT, bold=True)), taller=24),
    Row(17, (
        Box("A", "B", LABEL, label="client"), Box("C", "C", _TEXT, "Client"),
        Box("D", "D", replace(LABEL, across="right", indent=1), label="reference"), Box("E", "F", _TEXT, "Reference"),
    ), taller=24),
    Row(17, _line("team", "Team"), taller=24),
    Row(17, _line("task", "Task"), taller=24),
    Row(17, _line("hardware", "Hardware"), taller=24),
    Row(17, _line("documents", "Documents"), taller=24),
    Row(17, _line("bring", "Bring", replace(_TEXT, bold=True)), taller=24),
    Row(17, _line("papers", "Papers", replace(_TEXT, bold=True)), taller=24),
    Row(8),
    _heading(("A", "A", "no"), ("B", "C", "place"), ("D", "D", "entry"), ("E", "E", "arrived"), ("F", "F", "left")),
    Row(24, (
        Box("A", "A", _CENTRE, "SiteNumber"), Box("B", "C", _TOP, "SitePlace"), Box("D", "D", _TOP, "SiteEntry"),
        Box("E", "E", _BLANK), Box("F", "F", _BLANK),
    )),
    Row(8),
    _heading(("A", "A", "no"), ("B", "B", "who"), ("C", "C", "name"), ("D", "D", "phone"), ("E", "F", "chat")),
    Row(19, (
        Box("A", "A", _CENTRE, "CallNumber"), Box("B", "B", replace(CELL, size=8.5, tone="label"), "CallRole"),
        Box("C", "C", CELL, "CallName"), Box("D", "D", replace(CELL, bold=True), "CallPhone"),
        Box("E", "F", CELL, "CallChat"),
    )),
    Row(8),
    _heading(("A", "A", "done"), ("B", "D", "step"), ("E", "E", "confirmed"), ("F", "F", "time")),
    Row(21, (
        Box("A", "A", replace(CELL, size=13, across="center"), "StepMark"), Box("B", "D", CELL, "StepText"),
        Box("E", "E", _BLANK), Box("F", "F", _BLANK),
    )),
    Row(8),
    Row(26, (
        Box("A", "B", LABEL, label="started"), Box("C", "C", _BLANK),
        Box("D", "D", replace(LABEL, across="right", indent=1), label="completed"), Box("E", "F", _BLANK),
    )),
    Row(8),
    Row(18, (Box("A", "F", replace(BANNER, size=10), label="release"),)),
    Row(52, (
        Box("A", "B", _SIGN, label="signer"), Box("C", "D", _SIGN, label="signature"),
        Box("E", "F", _SIGN, label="signed"),
    )),
    Row(5),
    Row(16, (Box("A", "F", Look(9, tone="label", wrap=True), "Note"),)),
)  # fmt: skip
