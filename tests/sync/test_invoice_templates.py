"""A firm restyles its templates in a spreadsheet program: what it may do, and what it is told when it can't be used."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from sync.documents.fields import FOR_MACHINES, NEEDED, SPARE, fields, line_fields
from sync.documents.invoice import render, template_for
from sync.errors import NotAWorkbook, UsageFault
from templates.make_templates import PAPERS
from templates.make_templates import made as made_template
from tests.sync.invoice_samples import EN, JA, SETS, Finished, credit, invoice

BOTH = (EN, JA)


def changed(change: Callable[[Workbook], None], languages: tuple = BOTH) -> bytes:
    """The template after a person worked on it."""
    book = load_workbook(BytesIO(template_for(languages)))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = f"""<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:oneCellAnchor><xdr:from><xdr:col>0</xdr:col>
<xdr:colOff>0</xdr:colOff><xdr:row>35</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="9" cy="9"/><xdr:pic>
<xdr:nvPicPr><xdr:cNvPr id="1" name="logo" descr="C:\\Users\\hanako\\logo.png"/><xdr:cNvPicPr/></xdr:nvPicPr>
<xdr:blipFill><a:blip xmlns:r="{_KIND}" r:embed="rId1"/></xdr:blipFill><xdr:spPr/></xdr:pic><xdr:clientData/>
</xdr:oneCellAnchor></xdr:wsDr>"""


def with_picture(template: bytes) -> bytes:
    """The template with a logo in row 36, as a spreadsheet program puts it there."""
    def links(kind: str, target: str) -> str:
        return (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{_KIND}/{kind}" Target="{target}"/></Relationships>'
        )

    out = BytesIO()
    with ZipFile(BytesIO(template)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in set(old.namelist()) - {"xl/worksheets/_rels/sheet1.xml.rels"}:
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                drawing = f'<drawing xmlns:r="{_KIND}" r:id="rId1"/>'.encode()
                content = content.replace(b"</headerFooter>", b"</headerFooter>" + drawing)
            if name == "[Content_Types].xml":
                kinds = b'<Default Extension="png" ContentType="image/png"/>'
                content = content.replace(b"<Default", kinds + b"<Default", 1)
            new.writestr(name, content)
        new.writestr("xl/worksheets/_rels/sheet1.xml.rels", links("drawing", "../drawings/drawing9.xml"))
        new.writestr("xl/drawings/drawing9.xml", _DRAWING)
        new.writestr("xl/drawings/_rels/drawing9.xml.rels", links("image", "../media/logo.png"))
        new.writestr("xl/media/logo.png", PNG)
    return out.getvalue()


@pytest.mark.parametrize("language", SETS)
def test_templates_are_those_that_the_script_makes(language: str) -> None:
    fresh = made_template(PAPERS["invoice"], language)
    with ZipFile(BytesIO(fresh)) as new, ZipFile(BytesIO(template_for(SETS[language]))) as kept:
        assert new.namelist() == kept.namelist()
        assert all(new.read(name) == kept.read(name) for name in new.namelist())


@pytest.mark.parametrize("languages", SETS.values(), ids=SETS.keys())
def test_templates_name_nobody(languages: tuple) -> None:
    book = load_workbook(BytesIO(template_for(languages)))
    with ZipFile(BytesIO(template_for(languages))) as archive:
        assert b"creator" not in archive.read("docProps/core.xml")
        assert b"odified" not in archive.read("docProps/core.xml")
    honorific = {"Honorific"} if languages == (EN,) else set()
    assert set(book.defined_names) == {*NEEDED, *SPARE, "Logo"} - honorific


def test_every_field_has_a_name_that_templates_may_use() -> None:
    document = invoice(BOTH, lines=1)
    assert {*fields(document), *line_fields(document.lines[0], "JPY")} == {*NEEDED, *SPARE}


def test_the_order_of_languages_does_not_matter() -> None:
    assert template_for((EN, JA)) == template_for((JA, EN))
    assert len({template_for(languages) for languages in SETS.values()}) == 3


def test_a_folder_of_the_firm_comes_first(tmp_path: Path) -> None:
    (tmp_path / "invoice-ja.xlsx").write_bytes(b"ours")
    assert template_for((JA,), tmp_path) == b"ours"
    assert template_for((EN,), tmp_path) == template_for((EN,))


@pytest.mark.parametrize("name", [*NEEDED, "Honorific"])
def test_a_missing_name_is_named(name: str) -> None:
    def drop(book: Workbook) -> None:
        del book.defined_names[name]

    with pytest.raises(UsageFault) as fault:
        render(invoice(BOTH), changed(drop))
    assert name in str(fault.value)
    assert fault.value.exit_code == 2


def test_every_missing_name_is_named_at_once() -> None:
    def drop(book: Workbook) -> None:
        for name in ("Total", "DueDate"):
            del book.defined_names[name]
        book.defined_names["BillTo"].attr_text = "#REF!"

    with pytest.raises(UsageFault) as fault:
        render(invoice(BOTH), changed(drop))
    assert all(name in str(fault.value) for name in ("Total", "DueDate", "BillTo"))


def test_names_that_can_be_missed_are() -> None:
    book = load_workbook(BytesIO(template_for((EN,))))
    spare = set(book.defined_names) - set(NEEDED)

    def drop(book: Workbook) -> None:
        for name in spare:
            del book.defined_names[name]

    file = Finished(render(invoice((EN,), lines=12), changed(drop, (EN,))))
    assert file.value("Total") == file.cells("Total")[0].value
    assert len(file.cells("LineAmount")) == 12


def formula(book: Workbook) -> None:
    book.worksheets[0]["B4"] = "=1+1"


def second_tab(book: Workbook) -> None:
    book.create_sheet("Our margins")


def hidden_tab(book: Workbook) -> None:
    book.create_sheet("Our margins").sheet_state = "veryHidden"


def lines_apart(book: Workbook) -> None:
    book.defined_names["LineDate"].attr_text = f"'{book.worksheets[0].title}'!$B$2"


def name_elsewhere(book: Workbook) -> None:
    book.create_sheet("Elsewhere")
    book.defined_names["Total"].attr_text = "Elsewhere!$B$2"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (formula, "B4"), (second_tab, "Our margins"), (hidden_tab, "Our margins"), (lines_apart, "Line"),
        (name_elsewhere, "Total"),
    ],
)  # fmt: skip
def test_what_must_not_go_out_is_named(change: Callable[[Workbook], None], said: str) -> None:
    with pytest.raises(UsageFault) as fault:
        render(invoice(BOTH), changed(change))
    assert said in str(fault.value)


@pytest.mark.parametrize("data", [b"", b"x", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(NotAWorkbook):
        render(invoice(BOTH), data)


def restyled(book: Workbook) -> None:
    """What a person does to a template: fonts, a logo, a column and a row more, sample values, a comment."""
    sheet = book.worksheets[0]
    book.properties.creator = book.properties.lastModifiedBy = "Hanako Suzuki"
    sheet["A1"].font = Font(name="MS PGothic", size=26)
    sheet["A4"] = "a slogan"
    sheet["A4"].comment = Comment("ask Hanako", "Hanako Suzuki")
    sheet["G5"] = "INV-SAMPLE"
    sheet["H40"] = "footnote"
    sheet.column_dimensions["C"].width = 40
    book.defined_names["FirmsOwn"] = DefinedName("FirmsOwn", attr_text=f"'{sheet.title}'!$H$40")


@pytest.mark.parametrize("kind", ["invoice", "credit"])
def test_what_a_person_changed_stays(kind: str) -> None:
    document = invoice(BOTH, lines=5)
    template = with_picture(changed(restyled))
    file = Finished(render(credit(document) if kind == "credit" else document, template))
    assert file.sheet["A1"].font.name == "MS PGothic"
    assert file.sheet["A4"].value == "a slogan"
    assert file.sheet["H44"].value == "footnote"
    assert file.value("FirmsOwn") == "footnote"
    assert file.sheet.column_dimensions["C"].width == 40
    parts = file.parts()
    assert parts["xl/media/logo.png"] == PNG
    # four lines more: what stood in row 36 of the template stands in row 40; drawings count from 0
    assert b"<xdr:row>39</xdr:row>" in parts["xl/drawings/drawing9.xml"]
    assert b"hanako" not in parts["xl/drawings/drawing9.xml"]
    assert b'<drawing ' in parts["xl/worksheets/sheet1.xml"]


def test_nothing_personal_of_the_template_goes_out() -> None:
    file = Finished(render(invoice(BOTH), with_picture(changed(restyled))))
    everything = b"".join(file.parts().values()) + " ".join(file.parts()).encode()
    for word in (b"Hanako", b"INV-SAMPLE", b"comment", b"vmlDrawing", b"openpyxl"):
        assert word not in everything, word


def test_traces_of_excel_do_not_go_out() -> None:
    traces = (
        b'<fileSharing userName="hanako"/><mc:AlternateContent xmlns:mc="m" xmlns:x15ac="x"><mc:Choice>'
        b'<x15ac:absPath url="C:\\Users\\hanako\\"/></mc:Choice></mc:AlternateContent>'
    )
    out = BytesIO()
    with ZipFile(BytesIO(template_for(BOTH))) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/workbook.xml":
                content = content.replace(b"<workbookPr", traces + b"<workbookPr", 1)
            new.writestr(name, content)
        new.writestr("xl/printerSettings/printerSettings1.bin", "\\\\server\\hanako".encode("utf-16-le"))
        new.writestr("docProps/custom.xml", "<Properties>hanako</Properties>")
    parts = Finished(render(invoice(BOTH), out.getvalue())).parts()
    assert all(b"hanako" not in part and "hanako".encode("utf-16-le") not in part for part in parts.values())
    assert not any("printer" in name or "custom" in name for name in parts)


def test_sample_values_are_gone_where_there_is_nothing_to_say() -> None:
    def samples(book: Workbook) -> None:
        sheet = book.worksheets[0]
        for name in NEEDED:
            sheet[book.defined_names[name].attr_text.rpartition("!")[2].replace("$", "")] = "SAMPLE"

    file = Finished(render(credit(invoice(BOTH, client_reference="")), changed(samples)))
    assert "SAMPLE" not in file.text()
    assert file.value("DueDate") is None


def test_a_name_for_all_merged_cells_stands_for_one_in_the_invoice() -> None:
    def wide(book: Workbook) -> None:
        book.defined_names["BillTo"].attr_text = f"'{book.worksheets[0].title}'!$A$8:$C$8"

    assert Finished(render(invoice(BOTH), changed(wide))).value("BillTo") == "株式会社丸の内システムズ"


@pytest.mark.libreoffice
@pytest.mark.parametrize("languages", SETS.values(), ids=SETS.keys())
def test_a_template_saved_by_another_program(languages: tuple, convert: Callable, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(template_for(languages))
    document = invoice(languages, lines=12)
    data = render(document, convert(path, "xlsx").read_bytes())
    file = Finished(data)
    assert [file.value(name) for name in FOR_MACHINES] == [
        Finished(render(document, template_for(languages))).value(name) for name in FOR_MACHINES
    ]
    assert [cell.value for cell in file.cells("LineAmount")] == [int(each.amount) for each in document.lines]
    assert file.sheet.print_title_rows
