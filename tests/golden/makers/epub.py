"""Makes epub_guide.epub of the golden set: an invented guide in two chapters with a table, a list and a nested table.

Run by hand: `.venv/bin/python tests/golden/makers/epub.py`.
"""

import zipfile
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "sources" / "epub_guide.epub"
PAGE = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml"'
    ' xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{title}</title></head><body>{body}</body></html>'
)
FIRST = """<h1>재정 읽기</h1><p>나라 살림은 세입과 세출로 나뉜다.</p><h2>용어</h2>
<ul><li>총지출: 예산과 기금을 더한 것</li><li>추가경정예산</li></ul>"""
SECOND = """<h1>표로 보는 재정</h1><p>(단위: 조원)</p><table><tr><th rowspan="2">구분</th><th colspan="2">규모</th></tr>
<tr><th>2025년</th><th>2026년</th></tr><tr><td>총수입</td><td>651.6</td><td>674.2</td></tr>
<tr><td>총지출</td><td>673.3</td><td><table><tr><td>예산</td><td>470.1</td></tr><tr><td>기금</td><td>257.8</td></tr></table></td></tr>
</table><p>자세한 것은 <a href="https://www.example.go.kr/">누리집</a>에 있다.</p>"""
CONTENTS = (
    '<nav epub:type="toc"><ol><li><a href="first.xhtml">재정 읽기</a></li>'
    '<li><a href="second.xhtml">표로 보는 재정</a></li></ol></nav>'
)
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">guide-2026</dc:identifier>
<dc:title>나라 살림 길라잡이</dc:title><dc:creator>예산총괄과</dc:creator><dc:language>ko</dc:language>
<meta property="dcterms:modified">2026-03-05T18:30:00Z</meta></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="first" href="first.xhtml" media-type="application/xhtml+xml"/>
<item id="second" href="second.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="first"/><itemref idref="second"/></spine></package>"""
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def main() -> None:
    """Write the book, always the same bytes."""
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": PACKAGE,
        "OEBPS/nav.xhtml": PAGE.format(title="차례", body=CONTENTS),
        "OEBPS/first.xhtml": PAGE.format(title="재정 읽기", body=FIRST),
        "OEBPS/second.xhtml": PAGE.format(title="표로 보는 재정", body=SECOND),
    }
    with zipfile.ZipFile(TARGET, "w") as file:
        for name, content in parts.items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            file.writestr(zipfile.ZipInfo(name), content, method)


if __name__ == "__main__":
    main()
