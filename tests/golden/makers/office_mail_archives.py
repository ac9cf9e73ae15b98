"""Makes the golden Word, PowerPoint, HTML, Markdown and text files, mails and archives; run by hand from the project's root.

All texts are invented.
"""
# ruff: noqa: E501 - markup is easier to read on one line

import bz2
import gzip
import io
import struct
import tarfile
import zipfile
from email.message import EmailMessage
from pathlib import Path

import docx
import py7zr
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Cm

from pipelines.sample.writers.archive import pack_archive
from pipelines.sample.writers.compound_file import write_compound_file

SOURCES = Path(__file__).resolve().parents[1] / "sources"
W = nsdecls("w")
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
ROWS = [
    ("구분", "2025년", "", "증감률"),
    ("", "본예산", "추경", ""),
    ("보건", "1,250.5", "1,310.0", "4.8%"),
    ("복지", "980", "△12", ""),
]

HTML = """<!doctype html><html lang="ko"><head><meta charset="{charset}"><title>2026년도 재정운용 안내</title>
<style>p {{ color: black }}</style></head><body>
<h1>2026년도 재정운용 안내</h1><p>총지출은 전년보다 <b>3.1%</b> 늘었다. 자세한 내용은 <a href="https://example.go.kr/budget">누리집</a>에 있다.</p>
<p style="display:none">숨긴 문장이다.</p><ul><li>의무지출<ul><li>교부세</li></ul></li><li>재량지출</li></ul>
<p>(단위: 억원)</p>
<table><caption>표 1. 분야별 규모</caption><tr><th rowspan="2">분야</th><th colspan="2">2026년</th></tr><tr><th>예산</th><th>기금</th></tr>
<tr><td rowspan="0">환경</td><td>120</td><td>30</td></tr><tr><td colspan="2">합계 150<table><tr><td>물</td><td>80</td></tr></table></td></tr></table>
</body></html>"""

TEXT = """2026년도 성과계획서(안)

1. 추진배경
재정사업의 성과를 높이기 위하여 지표를 정비한다.
 ㅇ 핵심지표 12개를 새로 둔다.
  - 목표치는 최근 3년 평균으로 정한다.

2. 추진일정
가. 지표 확정: 3월
나. 점검: 9월 (똠방각하, 펲시 등 확장 한글 포함)
"""

MARKDOWN = """# 재정사업 평가 요약

총 **24개** 사업을 평가했다.

## 평가 결과

| 등급 | 사업 수 | 비율 |
|------|--------:|-----:|
| 우수 | 5 | 20.8% |
| 보통 | 15 | 62.5% |

1. 우수 사업은 증액한다.
2. 미흡 사업은 감액한다.

<table><tr><td colspan="2">비고</td></tr><tr><td>가</td><td>나</td></tr></table>

```
예산 = 지출 - 이월
```
"""


def write_docx() -> bytes:
    document = docx.Document()
    properties = document.core_properties
    properties.author, properties.title, properties.subject = "재정성과과", "2026년도 예산안 설명자료", "예산안"
    document.sections[0].header.paragraphs[0].text = "기획재정 모의부처"
    document.sections[0].footer.paragraphs[0].text = "내부 검토용 자료"
    document.add_heading("2026년도 예산안 설명자료", level=1)
    document.add_heading("재정 총량", level=2)
    document.add_paragraph("총지출은 전년보다 3.1% 늘었다.")
    for text in ("의무지출을 먼저 반영한다.", "재량지출은 10% 줄인다."):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("(단위: 백만원)")
    table = document.add_table(rows=4, cols=4)
    for row, texts in enumerate(ROWS):
        for col, text in enumerate(texts):
            table.cell(row, col).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 3).merge(table.cell(1, 3))
    inner = table.cell(3, 3).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "국비", "70%"
    body = document.element.body
    for xml in (
        f'<w:p {W}><w:r><w:t xml:space="preserve">지원단가를 </w:t></w:r><w:ins w:id="1" w:author="심사"><w:r><w:t>50만원</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="심사"><w:r><w:delText>40만원</w:delText></w:r></w:del><w:r><w:t>으로 올린다.</w:t></w:r></w:p>',
        f"<w:p {W}><w:r><w:t>본문 옆에 글상자가 있다.</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r>"
        "<w:t>글상자: 재원은 일반회계이다.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>",
        f"<w:p {W} {MATH}><w:r><w:t>증가율은 다음과 같다.</w:t></w:r><m:oMath><m:r><m:t>r=</m:t></m:r><m:f><m:num><m:r><m:t>a-b</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath></w:p>",
        f'<w:p {W}><w:r><w:t>국세 수입은 추계치이다.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:commentReference w:id="7"/></w:r></w:p>',
    ):
        body.insert(len(body) - 1, parse_xml(xml))
    target = io.BytesIO()
    document.save(target)
    notes = f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>2025년 9월 전망을 기준으로 한다.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    comments = f'<w:comments {W}><w:comment w:id="7" w:author="심사"><w:p><w:r><w:t>출처를 밝힐 것</w:t></w:r></w:p></w:comment></w:comments>'
    return with_parts(target.getvalue(), {"footnotes": notes, "comments": comments})


def with_parts(content: bytes, parts: dict[str, str]) -> bytes:
    """The package with more parts of the document, which it relates to."""
    target = io.BytesIO()
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/_rels/document.xml.rels":
                added = "".join(f'<Relationship Id="g{n}" Type="{kinds}/{n}" Target="{n}.xml"/>' for n in parts)
                part = part.replace(b"</Relationships>", f"{added}</Relationships>".encode())
            if name == "[Content_Types].xml":
                base = "application/vnd.openxmlformats-officedocument.wordprocessingml"
                added = "".join(f'<Override PartName="/word/{n}.xml" ContentType="{base}.{n}+xml"/>' for n in parts)
                part = part.replace(b"</Types>", f"{added}</Types>".encode())
            package.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 4)), part, zipfile.ZIP_DEFLATED)
        for name, text in parts.items():
            package.writestr(
                zipfile.ZipInfo(f"word/{name}.xml", (2026, 1, 2, 3, 4, 4)), text.encode(), zipfile.ZIP_DEFLATED
            )
    return target.getvalue()


def write_pptx() -> bytes:
    presentation = Presentation()
    presentation.core_properties.author = "예산총괄과"
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "2026년도 예산안 보고"
    frame = slide.placeholders[1].text_frame
    frame.text = "총지출 701.2조원"
    item = frame.add_paragraph()
    item.text, item.level = "전년보다 3.1% 늘어남", 1
    link = frame.add_paragraph().add_run()
    link.text, link.hyperlink.address = "설명자료", "https://example.go.kr/report"
    slide.notes_slide.notes_text_frame.text = "발표자는 총량부터 설명한다."
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "분야별 재원배분"
    table = slide.shapes.add_table(3, 3, Cm(1), Cm(4), Cm(15), Cm(5)).table
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    for row, col, text in [
        (0, 0, "분야"),
        (0, 1, "예산"),
        (1, 1, "2025"),
        (1, 2, "2026"),
        (2, 0, "교육"),
        (2, 1, "98.5"),
        (2, 2, "101"),
    ]:
        table.cell(row, col).text = text
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "숨긴 참고 자료"
    slide._element.set("show", "0")
    data = CategoryChartData()
    data.categories = ["2024", "2025"]
    data.add_series("총수입", (612.2, 651.6))
    data.add_series("총지출", (656.6, 677.4))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Cm(1), Cm(4), Cm(15), Cm(8), data)
    target = io.BytesIO()
    presentation.save(target)
    return target.getvalue()


def write_eml() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "예산담당 <budget@example.com>", "심사담당 <review@example.com>"
    mail["Date"], mail["Subject"] = "Tue, 10 Mar 2026 14:05:00 +0900", "2026년 예산안 검토 요청"
    mail["Message-ID"] = "<golden@example.com>"
    mail.set_content("검토를 부탁드립니다.\n\n1. 대상: 신규사업 3건\n2. 기한: 3월 20일", cte="base64")
    mail.add_alternative(
        "<p>검토를 부탁드립니다.</p><p>(단위: 백만원)</p><table><tr><th>사업</th><th>요구액</th></tr><tr><td>가 사업</td><td>1,200</td></tr></table>",
        subtype="html",
        cte="base64",
    )
    mail.add_attachment(TEXT.encode("cp949"), maintype="application", subtype="octet-stream", filename="성과계획서.txt")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "원작성자 <writer@example.com>", "원래 요청"
    inner["Message-ID"] = "<inner@example.com>"
    inner.set_content("원래 보낸 글이다.", cte="base64")
    mail.add_attachment(inner)
    mail.set_boundary("=_outer")
    return mail.as_bytes()


def write_msg() -> bytes:
    """A message whose texts are in CP949, with an attachment named in Unicode."""

    def fixed(header: int, *entries: tuple[int, int, int]) -> bytes:
        return bytes(header) + b"".join(struct.pack("<HHIQ", kind, number, 6, value) for number, kind, value in entries)

    sent_at = 134_176_479_000_000_000  # 2026-03-10 05:05 UTC in ticks of 1601
    texts = {
        "0037": "2026년 예산안 송부",
        "0C1A": "예산담당",
        "5D01": "budget@example.com",
        "0E04": "심사담당",
        "1000": "첨부를 보내 드립니다.\r\n\r\n 1. 사업설명서\r\n",
        "001A": "IPM.Note",
    }
    streams = {f"__substg1.0_{number}001E": text.encode("cp949") for number, text in texts.items()}
    streams["__properties_version1.0"] = fixed(32, (0x3FFD, 3, 949), (0x0039, 0x40, sent_at))
    attachment = "__attach_version1.0_#00000000"
    streams[f"{attachment}/__properties_version1.0"] = fixed(8, (0x3705, 3, 1))
    streams[f"{attachment}/__substg1.0_3707001F"] = "사업설명서.md".encode("utf-16-le")
    streams[f"{attachment}/__substg1.0_37010102"] = MARKDOWN.encode()
    return write_compound_file(streams)


def write_zip() -> bytes:
    return pack_archive({"예산/계획서.txt": TEXT.encode("cp949"), "요약.md": MARKDOWN.encode()}, encoding="cp949")


def write_tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in (("예산/계획서.txt", TEXT.encode()), ("../요약.md", MARKDOWN.encode())):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(content), 1_767_323_044
            archive.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("바로가기")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    return bz2.compress(target.getvalue())


def write_gz() -> bytes:
    # Python leaves a name out that is not Latin, and Korean programs write it as they write all names.
    packed = gzip.compress(TEXT.encode("cp949"), mtime=1_767_323_044)
    return packed[:3] + b"\x08" + packed[4:10] + "계획서.txt".encode("cp949") + b"\0" + packed[10:]


def write_7z() -> bytes:
    target = io.BytesIO()
    with py7zr.SevenZipFile(target, "w") as archive:
        archive.writestr(TEXT.encode(), "예산/계획서.txt")
        archive.writestr(MARKDOWN.encode(), "요약.md")
    return target.getvalue()


FILES = {
    "docx_report.docx": write_docx,
    "pptx_briefing.pptx": write_pptx,
    "html_guide.html": lambda: HTML.format(charset="euc-kr").encode("cp949"),
    "html_workbook.xls": lambda: HTML.format(charset="utf-8").encode(),
    "md_summary.md": MARKDOWN.encode,
    "txt_plan_utf8.txt": TEXT.encode,
    "txt_plan_cp949.txt": lambda: TEXT.replace("\n", "\r\n").encode("cp949"),
    "txt_plan_utf16.txt": lambda: TEXT.encode("utf-16"),
    "eml_request.eml": write_eml,
    "msg_request.msg": write_msg,
    "zip_budget.zip": write_zip,
    "tar_budget.tar.bz2": write_tar,
    "gz_plan.txt.gz": write_gz,
    "7z_budget.7z": write_7z,
}

if __name__ == "__main__":
    SOURCES.mkdir(parents=True, exist_ok=True)
    for name, write in FILES.items():
        (SOURCES / name).write_bytes(write())
