"""Parts of a workbook in XML that are too long for a tree, and the strings that its cells share."""

import re
import zipfile
from collections.abc import Iterator

import lxml.etree as etree

from connectors.opc import forget, parse_xml, read_part, stream_xml
from connectors.sheets.plainrows import plain_strings, split_part
from schemas.outcome import Failed

_STREAMED_FROM_BYTES = 16 << 20
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def stream_elements(content: bytes, *tags: str) -> Iterator[etree._Element]:
    """Yield each element of the given names when it is complete, and forget it afterwards."""
    for _, element in stream_xml(content, [f"{{*}}{tag}" for tag in tags]):
        yield element
        forget(element)


def read_shared_strings(package: zipfile.ZipFile, path: str) -> list[str]:
    """Texts of the shared strings by their index."""
    content = read_part(package, path)
    if not content:
        return []
    parts = split_part(content, "sst")
    if parts is not None and (plain := plain_strings(parts[1])) is not None and parse_rest(parts[0]) is not None:
        return [unescape(text) for text in plain]
    if len(content) > _STREAMED_FROM_BYTES:
        return [rich_text(item) for item in stream_elements(content, "si")]
    return [rich_text(item) for item in parse_xml(content).iterchildren("{*}si")]


def parse_rest(content: bytes) -> etree._Element | None:
    """The rest of a part; None if it is broken or long, and the part is to be read as a whole then."""
    try:
        return parse_xml(content) if len(content) <= _STREAMED_FROM_BYTES else None
    except Failed:
        return None


def rich_text(item: etree._Element) -> str:
    """Text of a string item: its own and its runs', without the phonetic guides."""
    if len(item) == 1 and len(item[0]) == 0:
        return unescape(item[0].text or "")
    texts = [child.text or "" for child in item.iterchildren("{*}t")]
    texts += [text.text or "" for text in item.iterfind("{*}r/{*}t")]
    return unescape("".join(texts))


def unescape(text: str) -> str:
    """Text with its `_x000D_` escapes undone, which stand for what XML cannot hold; half a surrogate pair is nothing."""
    if "_x" in text:
        characters = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
        text = characters.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\r\n", "\n") if "\r" in text else text
