"""Makes `hwpx_rich.hwpx`: a budget note with all that our reader of HWPX brings out.

Run by hand from the project's root: `.venv/bin/python -m tests.golden.makers.hwpx`.
The package is that of the sample's writer; what it does not write is added to its section and its head.
"""

import io
import zipfile
from pathlib import Path

from pipelines.sample.manuscript import Heading, Manuscript, Paragraph, Table
from pipelines.sample.writers.archive import pack_archive
from pipelines.sample.writers.hwpx import write_hwpx
from schemas.elements import Cell, Grid

TARGET = Path(__file__).parents[1] / "sources" / "hwpx_rich.hwpx"
OUTLINE_SHAPE, ITEM_SHAPE = 10, 11


def paragraph(*runs, shape=0, style=0):
    return f'<hp:p id="0" paraPrIDRef="{shape}" styleIDRef="{style}">{"".join(runs)}</hp:p>'


def run(inner):
    return f'<hp:run charPrIDRef="0">{inner}</hp:run>'


def text(characters):
    return run(f"<hp:t>{characters}</hp:t>")


def control(inner):
    return run(f"<hp:ctrl>{inner}</hp:ctrl>")


def flow(*paragraphs):
    return f"<hp:subList>{''.join(paragraphs)}</hp:subList>"


def cell(row, col, *paragraphs, row_span=1, col_span=1):
    return (
        f'<hp:tc borderFillIDRef="2">{flow(*paragraphs)}<hp:cellAddr colAddr="{col}" rowAddr="{row}"/>'
        f'<hp:cellSpan colSpan="{col_span}" rowSpan="{row_span}"/></hp:tc>'
    )


def table(n_rows, n_cols, *rows, caption=""):
    lines = "".join(f"<hp:tr>{''.join(cells)}</hp:tr>" for cells in rows)
    return run(f'<hp:tbl rowCnt="{n_rows}" colCnt="{n_cols}" borderFillIDRef="2">{caption}{lines}</hp:tbl>')


def note(kind, characters):
    return control(f'<hp:{kind} number="1">{flow(paragraph(text(characters)))}</hp:{kind}>')


def nested_table():
    inner = table(
        2,
        2,
        [cell(0, 0, paragraph(text("국비"))), cell(0, 1, paragraph(text("지방비")))],
        [cell(1, 0, paragraph(text("2,400"))), cell(1, 1, paragraph(text("800")))],
    )
    caption = f'<hp:caption side="BOTTOM">{flow(paragraph(text("표 2. 재원별 내역 (단위: 백만원)")))}</hp:caption>'
    return table(
        2,
        2,
        [cell(0, 0, paragraph(text("사업비 내역")), col_span=2)],
        [cell(1, 0, paragraph(text("계 3,200")), paragraph(text("(전년 3,000)"))), cell(1, 1, paragraph(inner))],
        caption=caption,
    )


def additions():
    equation = "<hp:equation><hp:script>증가율 = {B - A} over A times 100</hp:script></hp:equation>"
    box = f"<hp:rect><hp:drawText>{flow(paragraph(text('글상자: 집행률 92.5%')))}</hp:drawText></hp:rect>"
    link = (
        '<hp:fieldBegin id="7" type="HYPERLINK"><hp:parameters cnt="1"><hp:stringParam name="Command">'
        "https\\://www.example.go.kr/budget;1;0;0;</hp:stringParam></hp:parameters></hp:fieldBegin>"
    )
    memo = f'<hp:fieldBegin id="9" type="MEMO">{flow(paragraph(text("메모: 산출 근거를 보완할 것")))}</hp:fieldBegin>'
    hidden = f"<hp:hiddenComment>{flow(paragraph(text('숨은 설명: 실무자용')))}</hp:hiddenComment>"
    changed = (
        '<hp:t>요구액은 <hp:deleteBegin Id="1" TcId="1"/>3,100<hp:deleteEnd Id="1" TcId="1" paraend="0"/>'
        '<hp:insertBegin Id="2" TcId="2"/>3,200<hp:insertEnd Id="2" TcId="2" paraend="0"/>백만원이다.</hp:t>'
    )
    return [
        paragraph(control(f"<hp:footer>{flow(paragraph(text('재정 담당관실')))}</hp:footer>")),
        paragraph(text("재원 구성"), shape=OUTLINE_SHAPE),
        paragraph(
            text("사업비는 국비와 지방비로 나뉜다."),
            note("footNote", "국고보조율 75%"),
            run(equation),
            text(" 자세한 것은 아래와 같다."),
            note("endNote", "2025년 결산 기준"),
        ),
        paragraph(nested_table()),
        paragraph(run(box)),
        paragraph(text("집행 계획"), style=2),
        paragraph(text("글머리표로 찍히는 항목"), shape=ITEM_SHAPE),
        paragraph(control(link), text("예산 누리집"), control('<hp:fieldEnd beginIDRef="7"/>'), text("을 본다.")),
        paragraph(text("항목<hp:tab/>금액<hp:lineBreak/>합계<hp:fwSpace/>3,200<hp:nbSpace/>백만원")),
        paragraph(run(changed)),
        paragraph(text("검토 의견"), control(memo), control(hidden)),
        paragraph(
            text("동의 여부: "),
            run('<hp:checkBtn caption="동의" value="CHECKED"/><hp:checkBtn caption="부동의" value="UNCHECKED"/>'),
        ),
        paragraph(
            run(
                '<hp:compose composeText="㉮"/><hp:dutmal posType="TOP"><hp:mainText>歲入</hp:mainText>'
                "<hp:subText>세입</hp:subText></hp:dutmal>"
            ),
            text(" 추계"),
        ),
    ]


def main():
    grid = Grid(
        n_rows=3,
        n_cols=3,
        unit="백만원",
        cells=[
            Cell(row=1, col=1, row_span=2, text="구분"),
            Cell(row=1, col=2, col_span=2, text="예산"),
            Cell(row=2, col=2, text="2025년"),
            Cell(row=2, col=3, text="2026년"),
            Cell(row=3, col=1, text="지역 도서관 확충"),
            Cell(row=3, col=2, text="3,000"),
            Cell(row=3, col=3, text="3,200\n(증 200)"),
        ],
    )
    manuscript = Manuscript(
        "2026년도 지역 도서관 확충 사업 설명자료",
        (
            Heading("2026년도 지역 도서관 확충 사업 설명자료", 1),
            Heading("1. 사업 개요", 2),
            Paragraph("○ 작은 도서관 40곳을 새로 연다."),
            Table(grid),
        ),
        header="예산안 설명자료",
    )
    with zipfile.ZipFile(io.BytesIO(write_hwpx(manuscript))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    section = parts["Contents/section0.xml"].decode()
    parts["Contents/section0.xml"] = section.replace("</hs:sec>", "".join(additions()) + "</hs:sec>").encode()
    head = parts["Contents/header.xml"].decode()
    shapes = (
        f'<hh:paraPr id="{OUTLINE_SHAPE}"><hh:heading type="OUTLINE" idRef="0" level="1"/></hh:paraPr>'
        f'<hh:paraPr id="{ITEM_SHAPE}"><hh:heading type="BULLET" idRef="1" level="0"/></hh:paraPr>'
    )
    styles = '<hh:style id="2" type="PARA" name="개요 2" engName="Outline 2" paraPrIDRef="0" charPrIDRef="0"/>'
    head = head.replace("</hh:paraProperties>", shapes + "</hh:paraProperties>")
    parts["Contents/header.xml"] = head.replace("</hh:styles>", styles + "</hh:styles>").encode()
    metadata = (
        '<opf:meta name="lastsaveby" content="text">재정 담당관</opf:meta>'
        '<opf:meta name="CreatedDate" content="text">2026-03-02T01:00:00Z</opf:meta>'
        '<opf:meta name="keyword" content="text">도서관, 예산</opf:meta></opf:metadata>'
    )
    listing = parts["Contents/content.hpf"].decode()
    parts["Contents/content.hpf"] = listing.replace("</opf:metadata>", metadata).encode()
    TARGET.write_bytes(pack_archive(parts))


if __name__ == "__main__":
    main()
