"""Makes `hml_rich.hml`: a budget note in HWPML, in the encoding that old programs write it in. Run by hand.

From the project's root: `.venv/bin/python -m tests.golden.makers.hml`.
"""

import base64
import zlib
from pathlib import Path

TARGET = Path(__file__).parents[1] / "sources" / "hml_rich.hml"


def paragraph(*pieces, shape=0, style=0):
    return f'<P ParaShape="{shape}" Style="{style}"><TEXT CharShape="0">{"".join(pieces)}</TEXT></P>'


def text(characters):
    return f"<CHAR>{characters}</CHAR>"


def flow(*paragraphs):
    return f"<PARALIST>{''.join(paragraphs)}</PARALIST>"


def cell(row, col, *paragraphs, row_span=1, col_span=1):
    return (
        f'<CELL RowAddr="{row}" ColAddr="{col}" RowSpan="{row_span}" ColSpan="{col_span}">'
        f"<CELLMARGIN/>{flow(*paragraphs)}</CELL>"
    )


def table(n_rows, n_cols, *rows, caption=""):
    lines = "".join(f"<ROW>{''.join(cells)}</ROW>" for cells in rows)
    return f'<TABLE RowCount="{n_rows}" ColCount="{n_cols}"><SHAPEOBJECT>{caption}</SHAPEOBJECT>{lines}</TABLE>'


def body():
    inner = table(1, 2, [cell(0, 0, paragraph(text("국비"))), cell(0, 1, paragraph(text("1,200")))])
    caption = f'<CAPTION Side="Top">{flow(paragraph(text("표 1. 세출 (단위: 천원)")))}</CAPTION>'
    outer = table(
        2,
        2,
        [cell(0, 0, paragraph(text("사업")), row_span=2), cell(0, 1, paragraph(text("금액")))],
        [cell(1, 1, paragraph(text("1,500"), inner))],
        caption=caption,
    )
    boxed = f"<DRAWTEXT>{flow(paragraph(text('글상자 글')))}</DRAWTEXT>"
    box = f"<RECTANGLE><SHAPEOBJECT/><DRAWINGOBJECT>{boxed}</DRAWINGOBJECT></RECTANGLE>"
    link = '<FIELDBEGIN Type="Hyperlink" Command="https\\://www.example.go.kr;1;0;0;"/>'
    return [
        paragraph(
            "<SECDEF><STARTNUMBER/></SECDEF>",
            f"<HEADER>{flow(paragraph(text('세출 예산 설명')))}</HEADER>",
            f"<FOOTER>{flow(paragraph(text('기획과')))}</FOOTER>",
            text("세출 예산 설명자료"),
        ),
        paragraph(text("사업 개요"), shape=1),
        paragraph(
            text("도로 정비에 쓴다."),
            f"<FOOTNOTE>{flow(paragraph(text('지방도 포함')))}</FOOTNOTE>",
            text(" 결산은 따로 낸다."),
            f"<ENDNOTE>{flow(paragraph(text('전년도 결산')))}</ENDNOTE>",
        ),
        paragraph(outer),
        paragraph(box),
        paragraph("<EQUATION><SHAPEOBJECT/><SCRIPT>a over b</SCRIPT></EQUATION>"),
        paragraph(text("항목<TAB/>금액<LINEBREAK/>합계<FWSPACE/>1,500<NBSPACE/>천원")),
        paragraph(link, text("누리집"), '<FIELDEND Type="Hyperlink"/>'),
        paragraph(text("숨은 것"), f"<HIDDENCOMMENT>{flow(paragraph(text('숨은 설명 글')))}</HIDDENCOMMENT>"),
        paragraph(
            '<CHECKBUTTON><SHAPEOBJECT/><FORMOBJECT><BUTTONSET Caption="집행" Value="1"/></FORMOBJECT></CHECKBUTTON>'
        ),
        paragraph('<TEXTART Text="글맵시 제목"><SHAPEOBJECT/></TEXTART>'),
        paragraph(text("둘째 제목"), style=1),
    ]


def main():
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    attached = deflater.compress("첨부된 글이다.\n두 번째 줄이다.\n".encode()) + deflater.flush()
    markup = (
        '<?xml version="1.0" encoding="euc-kr" standalone="no" ?><HWPML Version="2.91" Style="embed"><HEAD SecCnt="1">'
        "<DOCSUMMARY><TITLE>세출 예산</TITLE><AUTHOR>기획과 주무관</AUTHOR><SUBJECT>예산</SUBJECT>"
        "<DATE>2026년 3월 2일 월요일</DATE><KEYWORDS>도로, 세출</KEYWORDS></DOCSUMMARY><MAPPINGTABLE>"
        '<BINDATALIST Count="1"><BINITEM BinData="1" Format="txt" Type="Embedding"/></BINDATALIST>'
        '<CHARSHAPELIST Count="1"><CHARSHAPE Id="0" Height="1000"/></CHARSHAPELIST><PARASHAPELIST Count="2">'
        '<PARASHAPE Id="0" HeadingType="None" Level="0"/><PARASHAPE Id="1" HeadingType="Outline" Level="0"/>'
        '</PARASHAPELIST><STYLELIST Count="2"><STYLE Id="0" Name="바탕글" ParaShape="0"/>'
        '<STYLE Id="1" Name="개요 2" ParaShape="0"/></STYLELIST></MAPPINGTABLE></HEAD>'
        f'<BODY><SECTION Id="0">{"".join(body())}</SECTION></BODY><TAIL><BINDATASTORAGE>'
        f'<BINDATA Compress="true" Encoding="Base64" Id="1" Size="{len(attached)}">'
        f"{base64.b64encode(attached).decode()}</BINDATA></BINDATASTORAGE></TAIL></HWPML>"
    )
    TARGET.write_bytes(markup.encode("cp949"))


if __name__ == "__main__":
    main()
