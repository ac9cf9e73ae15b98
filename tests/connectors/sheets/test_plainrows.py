"""What is read without a tree is what the tree says: the same cells, and the same verdict on what is broken."""

import io
import random
import zipfile

import pytest

from connectors.sheets import partstreams, plainrows, spreadsheetml
from schemas.outcome import Failed

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
STYLES = f"""{HEAD}<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="#,##0&quot;원&quot;"/></numFmts>
<borders><border/><border><left style="thin"/><top style="thin"/></border></borders><cellXfs><xf numFmtId="0"/>
<xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="0" borderId="1"/></cellXfs></styleSheet>"""
STRINGS = (
    f'{HEAD}<sst xmlns="{MAIN}" count="5"><si><t>사업</t><phoneticPr fontId="1" type="noConversion"/></si>'
    '<si><t xml:space="preserve"> 도로 &amp; 하천&#10;정비 </t></si><si><t/></si>'
    '<si><r><rPr><b/><sz val="9"/><rFont val="굴림"/></rPr><t>굵게</t></r><r><t>_x000D_보통</t></r></si></sst>'
)
SHEET = (
    f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:x14ac="urn:x"><cols><col min="2" max="2" hidden="1"/></cols><sheetData>'
    '<row r="1" spans="1:4" x14ac:dyDescent="0.25"><c r="A1" s="0" t="s"><v>0</v></c><c r="B1" s="3"/><c r="D1" s="1">'
    '<v>45000</v></c></row><row r="2" hidden="1"><c r="A2" t="s"><v>1</v></c><c r="B2" s="2"><f t="shared" ref="B2:B3"'
    ' si="0">A1&amp;"원"</f><v>1200.50</v></c><c r="C2" t="str"><f>X</f><v xml:space="preserve"> 가 </v></c></row>'
    '<row r="3"/><row r="5"><c r="A5" t="inlineStr"><is><t>직접 &lt;쓴&gt;</t></is></c><c r="B5"><f>1+1</f></c>'
    '<c r="C5" t="b"><v>1</v></c><c r="D5" t="e"><v>#N/A</v></c><c r="E5" t="s"><v>3</v></c><c r="F5" t="s"><v>9</v></c>'
    '<c r="G5"><f>HYPERLINK("https://example.org","x")</f><v>7</v></c></row></sheetData>'
    '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells><headerFooter><oddHeader>&amp;C예산</oddHeader>'
    "</headerFooter></worksheet>"
)


def package(sheet=SHEET, strings=STRINGS):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        target.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="가" r:id="a"/></sheets></workbook>',
        )
        related = "".join(
            f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{part}"/>'
            for key, kind, part in (
                ("a", "worksheet", "s.xml"), ("b", "styles", "y.xml"), ("c", "sharedStrings", "t.xml"),
            )
        )  # fmt: skip
        target.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>')
        target.writestr("xl/s.xml", sheet)
        target.writestr("xl/y.xml", STYLES)
        target.writestr("xl/t.xml", strings)
    return zipfile.ZipFile(written)


def outcome(source):
    try:
        return list(spreadsheetml.read_sheets(source))
    except Failed as failure:
        return failure.reason, failure.detail


def both(monkeypatch, *parts):
    quick = outcome(package(*parts))
    with monkeypatch.context() as patch:
        for module in (spreadsheetml, partstreams):
            patch.setattr(module, "split_part", lambda content, tag: None)
        return quick, outcome(package(*parts))


def test_a_plain_sheet_needs_no_tree_and_comes_out_alike(monkeypatch):
    rest, inside = plainrows.split_part(SHEET.encode(), "sheetData")
    assert inside.startswith("<row") and b"<row" not in rest
    assert not any(cell[-1] for _, _, cells in plainrows.plain_rows(inside, frozenset({"x14ac"})) for cell in cells)
    strings = plainrows.plain_strings(plainrows.split_part(STRINGS.encode(), "sst")[1])
    assert strings == ["사업", " 도로 & 하천\n정비 ", "", "굵게_x000D_보통"]
    quick, slow = both(monkeypatch)
    assert quick == slow
    assert quick[0].rows[2] == {1: " 도로 & 하천\n정비 ", 2: "1200.5", 3: " 가 "}
    assert quick[0].rows[1][4] == "2023-03-15"
    assert (quick[0].hidden_rows, quick[0].is_uncomputed) == ({2}, True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<row r="3"/>', '<row r="3" x14ac:a="1" y:b="2"/>'), ('<row r="3"/>', '<row r="3" ht="1" ht="2"/>'),
        ('<row r="3"/>', '<row xmlns="urn:other" r="3"/>'), ('<row r="3"/>', "<!-- 주석 --><row/>"),
        ('<row r="3"/>', '<row r="1"/>'), ("1200.50", "1200.50&bad;"), ("1200.50", "]]>"), ("1200.50", "1\x01"),
        (' si="0"', ' si="0" si="1"'), ("</sheetData>", "</sheetData></row>"), ("</worksheet>", ""),
        ('r="B5"', 'r="B4"'), ('r="C5"', ""), ("<v>9</v>", "<v>\r\n9 </v>"), ('<row r="3"/>', '\n<row r="3"/>'),
        ("<v>7</v>", "<v>7</v><v>8</v>"), ('r="D1"', 'r="ZZZ1"'), ("<cols>", "<mergeCells/><cols>"), ("&lt;", "&#x3c;"),
        ("&lt;", "&#13;\n"), ('s="1"', 's="01"'), ('encoding="UTF-8"', 'encoding="euc-kr"'),
    ],
)  # fmt: skip
def test_any_other_sheet_is_left_to_the_tree(monkeypatch, old, new):
    assert old in SHEET
    quick, slow = both(monkeypatch, SHEET.replace(old, new))
    assert quick == slow


def test_mutants_end_alike(monkeypatch):
    chance = random.Random(7)
    pieces = [
        "<",
        ">",
        "/",
        '"',
        "&",
        "row",
        "</row>",
        "<c",
        "<v>",
        "</v>",
        "&#10;",
        "\r\n",
        " ",
        "\t",
        'r="A1"',
        "xmlns",
        ":",
    ]
    for _ in range(600):
        parts = [SHEET, STRINGS]
        index = chance.randrange(2)
        place, width = chance.randrange(len(HEAD), len(parts[index])), chance.choice((0, 0, 1, 3, 9))
        parts[index] = parts[index][:place] + chance.choice(pieces) + parts[index][place + width :]
        quick, slow = both(monkeypatch, *parts)
        assert quick == slow, parts[index][max(0, place - 40) : place + 40]
