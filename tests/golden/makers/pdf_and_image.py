# ruff: noqa: E501 - markup is not broken
"""Makes `pdf_report.pdf` and `pdf_scan.pdf` with LibreOffice and Pillow, and `image_notice.png`; run once by hand.

The text is invented. The report has running heads, headings, a table with merged cells and its unit, two columns, a
footnote and a link; the scan is a picture of the notice.
"""

import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SOURCES = Path(__file__).resolve().parents[1] / "sources"
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
KOREAN_FACE = 1
NOTICE = [
    "2026년도 재정사업 점검 안내",
    "1. 점검 대상",
    "○ 총사업비 500억원 이상인 사업 12건을 점검한다.",
    "○ 점검 기간은 2026년 3월 2일부터 4월 30일까지로 한다.",
    "2. 제출 자료",
    "○ 집행 실적과 이월 사유를 5월 8일까지 제출한다.",
    "※ 서식은 재정관리과 누리집에서 받을 수 있다.",
]
COLUMN = (
    "세입 여건은 완만하게 나아지고 있으나 지방의 자체 수입은 지역마다 크게 다르다. "
    "교부세를 나누는 방식을 바꾸면 작은 군의 재정이 가장 먼저 달라진다. "
    "이 글은 세 가지 방식을 견주어 보고 해마다 얼마가 옮겨 가는지를 셈한다. "
)


def cell(text: str, attributes: str = "") -> str:
    """A table cell of flat ODF."""
    return f'<table:table-cell table:style-name="C" office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'


def flat_report() -> str:
    """The report as flat ODF."""
    covered = "<table:covered-table-cell/>"
    rows = [
        cell("구분", 'table:number-rows-spanned="2"')
        + cell("2025년", 'table:number-columns-spanned="2"')
        + covered
        + cell("2026년", 'table:number-rows-spanned="2"'),
        covered + cell("당초") + cell("수정") + covered,
        cell("교통 기반") + cell("12,400") + cell("12,950") + cell("13,720"),
        cell("물 관리") + cell("8,310") + cell("8,310") + cell("△7,905"),
        cell("합계") + cell("20,710") + cell("21,260") + cell("21,625"),
    ]
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    columns = "".join(f"<text:p>{COLUMN * 3}</text:p>" for _ in range(4))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>기반시설 재정 보고</dc:title><meta:initial-creator>재정관리과</meta:initial-creator></office:meta>
<office:styles><style:default-style style:family="paragraph"><style:text-properties style:font-name-asian="Noto Sans CJK KR"
 fo:font-family="Noto Sans CJK KR" style:font-family-asian="Noto Sans CJK KR" fo:font-size="10pt" style:font-size-asian="10pt"/>
</style:default-style>
<style:style style:name="H" style:family="paragraph"><style:text-properties fo:font-size="16pt" style:font-size-asian="16pt"/></style:style>
<style:style style:name="N" style:family="paragraph"><style:text-properties fo:font-size="8pt" style:font-size-asian="8pt"/></style:style>
<style:style style:name="R" style:family="paragraph"><style:paragraph-properties fo:text-align="end"/></style:style></office:styles>
<office:automatic-styles>
<style:page-layout style:name="L"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/>
<style:header-style/><style:footer-style/></style:page-layout>
<style:style style:name="C" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="0.1cm"/></style:style>
<style:style style:name="S" style:family="section"><style:section-properties><style:columns fo:column-count="2" fo:column-gap="0.9cm"/>
</style:section-properties></style:style>
<style:style style:name="B" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="L">
<style:header><text:p>기반시설 재정 보고 2026</text:p></style:header>
<style:footer><text:p>- <text:page-number/> -</text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:text>
<text:p text:style-name="H">기반시설 재정 보고</text:p>
<text:p>1. 예산 총괄</text:p>
<text:p>○ 2026년 기반시설 예산은 216억 2,500만원이다.<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>
<text:note-body><text:p text:style-name="N">추가경정예산을 더한 금액이다.</text:p></text:note-body></text:note></text:p>
<text:p>○ 자세한 것은 <text:a xlink:href="https://budget.example.kr/report">보고서 전문</text:a>을 보라.</text:p>
<text:p text:style-name="R">(단위: 백만원)</text:p>
<table:table><table:table-column table:number-columns-repeated="4"/>{table}</table:table>
<text:p text:style-name="B">2. 지방 재정의 여건</text:p>
<text:section text:style-name="S" text:name="columns">{columns}</text:section>
<text:p text:style-name="B">3. 맺음말</text:p>
<text:p>점검 결과는 이듬해 예산에 반영한다.</text:p>
</office:text></office:body></office:document>"""


def draw_notice() -> Image.Image:
    """The notice as a scanner would leave it."""
    picture = Image.new("L", (1654, 1100), 255)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(NOTICE):
        font = ImageFont.truetype(FONT, 52 if number == 0 else 38, index=KOREAN_FACE)
        pen.text((140, 120 + 110 * number), line, font=font, fill=0)
    return picture


def main() -> None:
    """Make the three files."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "pdf_report.fodt"
        source.write_text(flat_report(), "utf-8")
        subprocess.run(
            ["soffice", f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless", "--convert-to",
             "pdf:writer_pdf_Export", "--outdir", folder, str(source)],
            check=True,
        )  # fmt: skip
        (SOURCES / "pdf_report.pdf").write_bytes(source.with_suffix(".pdf").read_bytes())
    notice = draw_notice()
    notice.convert("1").save(SOURCES / "image_notice.png", dpi=(200, 200), optimize=True)
    notice.convert("1").save(SOURCES / "pdf_scan.pdf", resolution=200, title="점검 안내")


if __name__ == "__main__":
    main()
