"""The guard finds an engineer's address in every part of a finished file, however it got in and is written."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from rules.invoice import engineer_email_in
from sync.documents.invoice import file_name, guard
from tests.sync.invoice_samples import SETS, finished, invoice, made

TARO = "taro.yamada@ecorpone.example"
OTHERS = ("hanako@ecorpone.example", "", "no address", "@")


def guarded(data: bytes, name: str = "x.xlsx") -> list[str]:
    return guard(data, name, [*OTHERS, TARO])


def planted(part: str, content: bytes) -> bytes:
    """A sound invoice with one more part, or with one replaced."""
    parts = finished(invoice()).parts() | {part: content}
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for each, data in parts.items():
            archive.writestr(each, data)
    return out.getvalue()


@pytest.mark.parametrize("languages", SETS.values(), ids=SETS.keys())
def test_a_clean_invoice_passes(languages: tuple) -> None:
    assert guarded(made(invoice(languages))) == []


def test_a_clean_register_sized_list_of_addresses_passes() -> None:
    assert guard(made(invoice(lines=14)), "x.xlsx", [f"engineer{n}@ecorpone.example" for n in range(200)]) == []


WRITTEN = {
    "plain": TARO,
    "capitals": TARO.upper(),
    "full-width": "ｔａｒｏ．ｙａｍａｄａ＠ｅｃｏｒｐｏｎｅ．ｅｘａｍｐｌｅ",
    "full-width at": TARO.replace("@", "＠"),
    "small at": TARO.replace("@", "﹫"),
    "mathematical letters": TARO.replace("taro", "𝐭𝐚𝐫𝐨"),
    "zero-width": "\u200b".join(TARO),
    "word joiners": "\u2060".join(TARO),
    "soft hyphens": "\u00ad".join(TARO),
    "bidi signs": TARO.replace("@", "\u202a@\u202c"),
    "variation selectors": TARO.replace("@", "@\ufe0f"),
    "hangul filler": TARO.replace("@", "\u3164@"),
    "accents": TARO.replace("a", "a\u0301"),
    "blanks": " ".join(TARO),
    "line breaks": TARO.replace("@", "\n@\n"),
    "in a sentence": f"連絡先は{TARO}まで。",
    "in brackets": f"Taro <{TARO}>",
    "as a link": f"mailto:{TARO}?subject=x",
    "percent": TARO.replace("@", "%40").replace(".", "%2E"),
    "entities": TARO.replace("@", "&#64;").replace("t", "&#x74;"),
    "entities twice": TARO.replace("@", "&amp;#64;"),
    "named entities": TARO.replace("@", "&commat;"),
    "spreadsheet escapes": TARO.replace("@", "_x0040_"),
    "end of a sentence": f"{TARO}.",
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN.keys())
def test_every_way_of_writing_it_in_a_cell(text: str) -> None:
    for where in ("subject", "bank_details", "billing_address"):
        assert guarded(made(invoice().model_copy(update={where: text}))), where


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN.keys())
def test_what_the_guard_refuses_is_found_before_a_number_is_given(text: str) -> None:
    for where in ("subject", "client", "bank_details", "billing_address"):
        draft = invoice().model_copy(update={where: text})
        assert [address for _, address in engineer_email_in(draft, (*OTHERS, TARO))] == [TARO], where


def test_what_a_file_name_leaves_out_hides_no_address() -> None:
    draft = invoice().model_copy(update={"client": TARO.replace("@", "/@")})
    assert list(engineer_email_in(draft, (TARO,))) == [("client", TARO)]
    assert guarded(made(draft), file_name(draft))


PARTS = {
    "docProps/custom.xml": f"<Properties><p>{TARO}</p></Properties>".encode(),
    "docProps/core.xml": f"<cp><dc:creator>{TARO}</dc:creator></cp>".encode(),
    "xl/comments1.xml": f"<comments><authors><author>{TARO}</author></authors></comments>".encode(),
    "xl/threadedComments/threadedComment1.xml": f"<T><text>{TARO}</text></T>".encode(),
    "xl/persons/person.xml": f'<personList><person displayName="{TARO}"/></personList>'.encode(),
    "xl/printerSettings/printerSettings1.bin": b"\x01" + TARO.encode("utf-16-le"),
    "xl/utf16.xml": f'<?xml version="1.0" encoding="UTF-16"?><a>{TARO}</a>'.encode("utf-16"),
    "xl/utf16be.xml": f"<a>{TARO}</a>".encode("utf-16-be"),
    "xl/japanese.xml": f'<?xml version="1.0" encoding="Shift_JIS"?><a>連絡先 {TARO}</a>'.encode("cp932"),
    "xl/full.xml": f'<?xml version="1.0" encoding="EUC-JP"?><a>{TARO.replace("@", "＠")}</a>'.encode("euc_jp"),
    "xl/runs.xml": b"<si><r><rPr><b/></rPr><t>taro.yam</t></r><r><t>ada@ecorp</t></r><r><t>one.example</t></r></si>",
    "xl/cdata.xml": f"<a><![CDATA[{TARO}]]></a>".encode(),
    "xl/comment.xml": f"<a/><!-- {TARO} -->".encode(),
    "xl/rels.rels": f'<R><Relationship Target="mailto:{TARO.replace("@", "%40")}"/></R>'.encode(),
    "xl/media/image1.png": b"\x89PNG\r\n\x1a\n\0\0\0\x20tEXtAuthor\0" + TARO.encode() + b"\0\0",
    f"xl/{TARO}.xml": b"<a/>",
}


@pytest.mark.parametrize("part", PARTS)
def test_every_kind_of_part(part: str) -> None:
    found = guarded(planted(part, PARTS[part]))
    assert found
    assert any(part in place for place in found)


def test_parts_in_a_file_within_the_file() -> None:
    inner = BytesIO()
    with ZipFile(inner, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w>{TARO}</w>")
    assert guarded(planted("xl/embeddings/oleObject1.docx", inner.getvalue()))


def test_the_zip_file_itself() -> None:
    out = BytesIO(made(invoice()))
    with ZipFile(out, "a") as archive:
        archive.comment = TARO.encode()
    assert guarded(out.getvalue())
    assert guarded(TARO.encode() + b"\n" + made(invoice()))


def test_what_other_programs_write() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = "x"
    clean = BytesIO()
    book.save(clean)
    assert guarded(clean.getvalue()) == []
    sheet["A1"].comment = Comment(f"ask {TARO}", "somebody")
    commented = BytesIO()
    book.save(commented)
    assert guarded(commented.getvalue())
    sheet["A1"].comment = None
    book.defined_names["Contact"] = DefinedName("Contact", attr_text=f'"{TARO}"')
    named = BytesIO()
    book.save(named)
    assert guarded(named.getvalue())


@pytest.mark.parametrize(
    "name",
    [f"20261201_INV-2026-0001_{TARO}_19800.xlsx", TARO.replace("@", "＠") + ".xlsx", f"a {TARO.upper()}.xlsx"],
)
def test_file_names(name: str) -> None:
    (found,) = guarded(made(invoice()), name)
    assert found.startswith("file name")


@pytest.mark.parametrize(
    "other",
    ["ken" + TARO, "ken-" + TARO, "ken." + TARO, TARO + "s", TARO + "-sales.example", TARO.replace("taro", "tarou")],
)
def test_addresses_of_others_pass(other: str) -> None:
    assert guarded(made(invoice(seller_email=other, subject=f"{other} 様"))) == []


def test_places_and_addresses_are_named_once() -> None:
    found = guard(made(invoice(subject=f"{TARO} {TARO} hanako@ecorpone.example")), "x.xlsx", [*OTHERS, TARO, TARO])
    assert len(found) == len(set(found))
    assert {place.rpartition(": ")[2] for place in found} == {TARO, "hanako@ecorpone.example"}
    assert any("sheet1.xml" in place for place in found)
