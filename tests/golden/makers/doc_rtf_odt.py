"""Makes doc_report.doc, rtf_report.rtf and odt_report.odt of the golden set: one invented report, through LibreOffice.

Run by hand: `.venv/bin/python tests/golden/makers/doc_rtf_odt.py`.
"""

import subprocess
import tempfile
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "sources"
TARGETS = {
    "doc_report.doc": "doc:MS Word 97",
    "rtf_report.rtf": "rtf:Rich Text Format",
    "odt_report.odt": "odt:writer8",
}

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing", "meta": "meta",
        "svg": "svg-compatible", "fo": "xsl-fo-compatible",
    }.items()
)  # fmt: skip

REPORT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {NAMESPACES} xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>2026년 재정사업 점검 보고</dc:title><meta:initial-creator>예산총괄과</meta:initial-creator>
<meta:creation-date>2026-03-02T09:00:00</meta:creation-date><dc:creator>김예산</dc:creator>
<dc:date>2026-03-05T18:30:00</dc:date><dc:subject>재정사업</dc:subject><meta:keyword>예산</meta:keyword></office:meta>
<office:styles>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph"
 style:default-outline-level="1"/>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"
 style:default-outline-level="2"/>
<style:style style:name="Frame" style:family="graphic">
<style:graphic-properties text:anchor-type="paragraph" style:wrap="none"/></style:style>
</office:styles>
<office:automatic-styles>
<style:page-layout style:name="Mpm1"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm"
 fo:margin-top="2cm" fo:margin-bottom="2cm" fo:margin-left="2cm" fo:margin-right="2cm"/>
<style:header-style/><style:footer-style/></style:page-layout>
<style:style style:name="T1" style:family="table"><style:table-properties style:width="16cm" table:align="left"/></style:style>
<style:style style:name="C4" style:family="table-column"><style:table-column-properties style:column-width="4cm"/></style:style>
<style:style style:name="C2" style:family="table-column"><style:table-column-properties style:column-width="2cm"/></style:style>
<style:style style:name="B" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000"/></style:style>
<text:list-style style:name="L1">
<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix=")" />
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix="." /></text:list-style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Mpm1">
<style:header><text:p>재정사업 점검</text:p></style:header><style:footer><text:p>예산총괄과</text:p></style:footer>
</style:master-page></office:master-styles>
<office:body><office:text>
<text:tracked-changes><text:changed-region text:id="ct1"><text:deletion><office:change-info><dc:creator>김예산</dc:creator>
<dc:date>2026-03-04T10:00:00</dc:date></office:change-info><text:p>지워진 문장이다.</text:p></text:deletion></text:changed-region>
</text:tracked-changes>
<text:h text:style-name="Heading_20_1" text:outline-level="1">점검 개요</text:h>
<text:p>재정사업 128개를 점검하였다<text:note text:note-class="footnote" text:id="n1"><text:note-citation>1</text:note-citation>
<text:note-body><text:p>2025년 결산을 기준으로 한다.</text:p></text:note-body></text:note>. 자세한 것은
 <text:a xlink:type="simple" xlink:href="https://www.example.go.kr/budget">누리집</text:a>에 있다.</text:p>
<text:h text:style-name="Heading_20_2" text:outline-level="2">점검 방법</text:h>
<text:list text:style-name="L1">
<text:list-item><text:p>부처 자료를 모은다.</text:p></text:list-item>
<text:list-item><text:p>현장을 확인한다.</text:p>
<text:list><text:list-item><text:p>표본 12곳</text:p></text:list-item></text:list></text:list-item>
</text:list>
<text:p>의견을 반영하였다.<office:annotation><dc:creator>김예산</dc:creator><dc:date>2026-03-04T10:00:00</dc:date>
<text:p>근거 자료를 붙일 것</text:p></office:annotation> 반영 결과는<text:change text:change-id="ct1"/> 다음과 같다.</text:p>
<text:h text:style-name="Heading_20_1" text:outline-level="1">점검 결과</text:h>
<text:p>(단위: 백만원)</text:p>
<table:table table:name="T1" table:style-name="T1">
<table:table-column table:style-name="C4" table:number-columns-repeated="4"/>
<table:table-header-rows><table:table-row>
<table:table-cell table:style-name="B" table:number-rows-spanned="2"><text:p>사업</text:p></table:table-cell>
<table:table-cell table:style-name="B" table:number-columns-spanned="2"><text:p>예산</text:p></table:table-cell>
<table:covered-table-cell/>
<table:table-cell table:style-name="B" table:number-rows-spanned="2"><text:p>비고</text:p></table:table-cell></table:table-row>
<table:table-row><table:covered-table-cell/><table:table-cell table:style-name="B"><text:p>2025년</text:p></table:table-cell>
<table:table-cell table:style-name="B"><text:p>2026년</text:p></table:table-cell>
<table:covered-table-cell/></table:table-row>
</table:table-header-rows>
<table:table-row><table:table-cell table:style-name="B"><text:p>청년 일자리</text:p></table:table-cell>
<table:table-cell table:style-name="B"><text:p>12,345</text:p></table:table-cell>
<table:table-cell table:style-name="B"><text:p>13,579</text:p></table:table-cell>
<table:table-cell table:style-name="B"><text:p>세부 내역</text:p>
<table:table table:name="T2"><table:table-column table:style-name="C2" table:number-columns-repeated="2"/>
<table:table-row><table:table-cell table:style-name="B"><text:p>상반기</text:p></table:table-cell>
<table:table-cell table:style-name="B"><text:p>6,000</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell table:style-name="B"><text:p>하반기</text:p></table:table-cell>
<table:table-cell table:style-name="B"><text:p>7,579</text:p></table:table-cell></table:table-row></table:table>
<text:p/></table:table-cell></table:table-row>
<table:table-row><table:table-cell table:style-name="B"><text:p>디지털 전환</text:p></table:table-cell>
<table:table-cell table:style-name="B"><text:p>8,800</text:p></table:table-cell>
<table:table-cell table:style-name="B"><text:p/></table:table-cell>
<table:table-cell table:style-name="B"><text:p>종료</text:p></table:table-cell></table:table-row>
</table:table>
<text:p>위 표는 잠정치이다<text:note text:note-class="endnote" text:id="n2"><text:note-citation>i</text:note-citation>
<text:note-body><text:p>확정치는 5월에 공표한다.</text:p></text:note-body></text:note>.</text:p>
<text:p><draw:frame draw:style-name="Frame" draw:name="상자" text:anchor-type="paragraph" svg:width="6cm" svg:height="2cm">
<draw:text-box><text:p>참고: 글상자에 적은 내용</text:p></draw:text-box></draw:frame>끝 문단이다.</text:p>
</office:text></office:body></office:document>
"""


def main() -> None:
    """Write the three files."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.fodt"
        source.write_text(REPORT, "utf-8")
        for name, target in TARGETS.items():
            command = [
                "soffice", f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless",
                "--convert-to", target, "--outdir", folder, str(source),
            ]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            (SOURCES / name).write_bytes((Path(folder) / f"report.{target.split(':')[0]}").read_bytes())


if __name__ == "__main__":
    main()
