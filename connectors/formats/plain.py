"""Plain text: paragraphs with their lines, headings by Korean numbering."""

from dataclasses import dataclass

from connectors.contract import Blob, Document
from connectors.decoding import decode_with_encoding, has_binary_head, text_head
from connectors.paragraphs import read_paragraphs

_EXTENSIONS = ("txt", "text", "log", "md", "markdown", "csv", "tsv", "tab", "html", "htm", "ini", "sql", "srt")
_DATA_EXTENSIONS = ("json", "jsonl", "ndjson", "geojson", "ipynb")
_MARKUP_HEADS = ("{\\rtf", "<?xml", "%!PS", "<svg", "BEGIN:VCARD")
_SURE, _LIKELY, _UNDECODABLE = 0.5, 0.2, 0.15


@dataclass(frozen=True, slots=True)
class _Plain:
    name: str = "plain"
    label: str = "텍스트"
    distributions: tuple[str, ...] = ()
    version: int = 2
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ("글 전체", "UTF-8·CP949·UTF-16·UTF-32")
    loses: tuple[str, ...] = ("다른 인코딩의 글",)

    def sniff(self, blob: Blob) -> float:
        """Any text in a known encoding; surer with an extension of text, and last behind every markup."""
        head = text_head(blob.content)
        if head is None:
            # a text file in an unknown encoding should say so, not that its format is unknown
            is_named_text = blob.extension in _EXTENSIONS and not has_binary_head(blob.content)
            return _UNDECODABLE if is_named_text else 0.0
        start = head.lstrip("\ufeff \t\r\n")
        # data for programs is no document, and millions of its numbers would drown the documents in a search
        is_data = blob.extension in _DATA_EXTENSIONS and start[:1] in ("{", "[")
        if is_data or start.startswith(_MARKUP_HEADS):
            return 0.0
        return _SURE if blob.extension in ("txt", "text", "log") else _LIKELY

    def read(self, blob: Blob) -> Document:
        """Read the paragraphs.

        Raises:
            schemas.outcome.Failed: `undecodable_text`.
        """
        text, encoding = decode_with_encoding(blob.content)
        return Document(reader=f"plain ({encoding})", elements=read_paragraphs(text), coverage=1.0)


FORMAT = _Plain()
