"""HTML pages, and what calls itself a workbook but is one: headings, paragraphs, lists, tables with exact spans."""

import re
from dataclasses import dataclass
from importlib.metadata import version

from connectors.contract import Blob, Document
from connectors.decoding import decode_declared, has_binary_head
from connectors.markup import read_markup

_HEAD_BYTES = 4_096
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|frameset)[\s>]", re.IGNORECASE)
_XHTML = re.compile(rb"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_ANY_TAG = re.compile(rb"<[a-z][a-z0-9]*[\s>/]", re.IGNORECASE)
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding=["']([\w.-]+)""", re.I
)
_EXTENSIONS = ("html", "htm", "xhtml")
_PAGE_BID, _NAMED_BID = 0.7, 0.6


@dataclass(frozen=True, slots=True)
class _Html:
    name: str = "html"
    label: str = "웹 문서"
    distributions: tuple[str, ...] = ("lxml",)
    version: int = 3
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ("제목·문단·목록", "표(병합·중첩)", "링크")
    loses: tuple[str, ...] = ("숨긴 부분·스크립트", "그림(대체 글만)", "배치·글꼴")

    def sniff(self, blob: Blob) -> float:
        """By a tag of a page near the beginning; with the extension, by any tag."""
        if has_binary_head(blob.content):
            return 0.0
        # UTF-16 shows the same tags once its zero bytes are gone
        head = blob.content[:_HEAD_BYTES].replace(b"\x00", b"")
        start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        # XML of another kind has heads and bodies as well
        page = _XHTML if start.startswith(b"<?xml") else _PAGE
        if start.startswith(b"<") and page.search(head):
            return _PAGE_BID
        if start.startswith(b"<?xml"):
            return 0.0
        return _NAMED_BID if blob.extension in _EXTENSIONS and _ANY_TAG.search(head) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the page.

        Raises:
            schemas.outcome.Failed: `undecodable_text`.
        """
        declared = _CHARSET.search(blob.content[:_HEAD_BYTES])
        charset = next((group.decode("ascii") for group in declared.groups() if group), None) if declared else None
        page = read_markup(decode_declared(blob.content, charset))
        return Document(reader=f"lxml {version('lxml')}", elements=page.elements, title=page.title)


FORMAT = _Html()
