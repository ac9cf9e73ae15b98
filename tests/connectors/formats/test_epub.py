import io
import zipfile

import pytest

from connectors.contract import Blob
from connectors.formats.epub import FORMAT
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf"/></rootfiles></container>'
)
PAGE = (
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">'
    "<head><title/><script/></head><body>{}</body></html>"
)
FIRST = (
    "<h1>세입 전망</h1><p>국세수입은&nbsp;늘어난다.</p>"
    "<table><tr><td colspan='2'>합계</td></tr><tr><td>1</td><td>2</td></tr></table>"
)
OPF = """<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>재정 길라잡이</dc:title><dc:creator>예산총괄과</dc:creator><dc:creator>김예산</dc:creator></metadata><manifest>
<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="a" href="text/a%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="b" href="text/b.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="b"/><itemref idref="a"/></spine></package>"""
NAV = '<nav xmlns:e="http://www.idpf.org/2007/ops" e:type="toc"><ol><li><a href="text/b.xhtml#x">머리글</a></li></ol></nav>'


def book(**changes):
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": OPF,
        "OPS/nav.xhtml": PAGE.format(NAV),
        "OPS/text/a b.xhtml": PAGE.format(FIRST),
        "OPS/text/b.xhtml": PAGE.format("<p>펴내며</p>"),
        **{name.replace("__", "/"): content for name, content in changes.items()},
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, content in parts.items():
            if content is not None:
                file.writestr(name, content)
    return Blob(target.getvalue(), "책.epub")


def test_pages_come_in_reading_order_under_their_names_in_the_contents():
    assert FORMAT.sniff(book()) == 1.0
    document = FORMAT.read(book())
    assert [(element.kind, element.text) for element in document.elements] == [
        (ElementKind.NARRATIVE_TEXT, "펴내며"),
        (ElementKind.TITLE, "세입 전망"),
        (ElementKind.NARRATIVE_TEXT, "국세수입은\xa0늘어난다."),
        (ElementKind.TABLE, "합계\n1\t2"),
    ]
    assert document.elements[0].section_path == ["머리글"]
    assert document.elements[2].section_path == ["세입 전망"]
    assert [element.locator.paragraph for element in document.elements[:3]] == [1, 2, 3]
    assert document.title == "재정 길라잡이"
    assert document.properties[0].value == "예산총괄과; 김예산"
    assert document.coverage == 1.0


def test_locked_books_are_refused_but_scrambled_fonts_are_no_lock():
    entry = '<encryption><EncryptedData><EncryptionMethod Algorithm="{}"/><CipherReference URI="{}"/></EncryptedData></encryption>'
    aes = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    with pytest.raises(Failed, match="drm_epub"):
        FORMAT.read(book(**{"META-INF__encryption.xml": entry.format(aes, "OPS/text/b.xhtml")}))
    with pytest.raises(Failed, match="drm_epub"):
        FORMAT.read(book(**{"META-INF__rights.xml": "<rights/>"}))
    fonts = entry.format("http://www.idpf.org/2008/embedding", "OPS/font.otf")
    assert FORMAT.read(book(**{"META-INF__encryption.xml": fonts})).elements


def test_a_missing_or_undecodable_page_is_flagged_and_a_book_without_pages_is_refused():
    document = FORMAT.read(book(**{"OPS__text__b.xhtml": None}))
    assert document.flags == [Flag.LOW_COVERAGE]
    assert document.coverage == 0.5
    assert FORMAT.read(book(**{"OPS__text__b.xhtml": b"<p>\xff\xff\x00\x81</p>"})).flags == [Flag.LOW_COVERAGE]
    with pytest.raises(Failed, match="corrupt"):
        FORMAT.read(book(**{"OPS__book.opf": "<package"}))
    with pytest.raises(Failed, match="corrupt"):
        FORMAT.read(book(**{"OPS__text__b.xhtml": None, "OPS__text__a b.xhtml": None}))
