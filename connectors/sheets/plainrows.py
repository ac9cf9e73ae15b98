"""Rows and shared strings in the one plain form in which spreadsheet programs write them, read without a tree.

A tree costs more than the cells that are taken from it. What is accepted here is so little of XML that it is well-formed
by itself and means the same to a parser: no comments, sections, instructions or declared entities, elements and
attributes of a fixed order, each once. Everything else is `None`, and the caller parses the part as it would any other.
"""

import re
from collections.abc import Iterator

_MAX_BYTES = 64 << 20
_DECLARATION = re.compile(
    rb'<\?xml version="1\.0"(?: encoding="(?:UTF-8|utf-8)")?(?: standalone="(?:yes|no)")?\s*\?>\s*'
)
_ROOT = re.compile(rb"(?:<\?[^>]*\?>)?\s*<[^?!>][^>]*>")
_PREFIX = re.compile(rb"\sxmlns:([A-Za-z][A-Za-z0-9]*)=")
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\ufffe\uffff]|]]>|&(?!(?:amp|lt|gt|quot|apos|#(?:9|10|13|3[2-9]|[4-9][0-9]|[1-9][0-9]{2,3}));)"
)
_ENTITY = re.compile("&([a-z]+|#[0-9]+);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ROW = re.compile(r'<row(?: r="([1-9][0-9]{0,6})")?((?: [A-Za-z][A-Za-z0-9]*(?::[A-Za-z]+)?="[^"<>&\t\n]*")*)(/?)>')
_ATTRIBUTE = re.compile(r' ([^=]+)="([^"]*)"')
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="(0|[1-9][0-9]{0,8})")?(?: t="(s|n|str|b|e|inlineStr)")?'
    r'(?:/>|>(?:(<f(?: [a-zA-Z0-9]+="[^"<>&\t\n]*")*(?:/|>[^<>]{0,100000}</f)>))?'
    r'(?:<v(?:/>|(?: xml:space="preserve")?>([^<>]{0,100000})</v>)'
    r'|<is><t(?: xml:space="preserve")?>([^<>]{0,100000})</t></is>)?</c>)'
    r"|(.)",
    re.DOTALL,
)
_TEXT = r'<t(?: xml:space="preserve")?>[^<>]{0,100000}</t>'
_LOOK = r'<rPr>(?:<[A-Za-z]+(?: (?!xmlns)[A-Za-z]+="[^"<>&\t\n]*"| theme="[0-9]+" tint="[-.0-9Ee]+")?/>)*</rPr>'
_STRING = re.compile(
    r'<si>(?:<t/>|<t(?: xml:space="preserve")?>([^<>]{0,100000})</t>|'
    rf"((?:<r>(?:{_LOOK})?{_TEXT}</r>)+))"
    r'(?:<phoneticPr fontId="[0-9]+"(?: type="[A-Za-z]+")?(?: alignment="[A-Za-z]+")?/>)?</si>'
    r"|(.)",
    re.DOTALL,
)
_RUN_TEXT = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")
PlainCell = tuple[str, str, str, str, str, str, str, str]
"""Letters and digits of the reference, style, type, formula element, value, inline string, and nothing at the end."""


class NotPlain(Exception):
    """A part is not in the plain form, and says nothing of whether it is broken."""


def split_part(content: bytes, tag: str) -> tuple[bytes, str] | None:
    """A part without the content of its one element of that name, which is still to be parsed, and that content.

    Args:
        content: bytes of the part.
        tag: the element's name, which has neither prefix nor attributes.

    Returns:
        None if the part is not in the plain form, as far as that can be seen without reading the content.
    """
    opening, closing = f"<{tag}".encode(), f"</{tag}>".encode()
    declaration = _DECLARATION.match(content)
    if len(content) > _MAX_BYTES or content.count(closing) != 1 or content.count(opening) != 1:
        return None
    if b"<!" in content or content.count(b"<?") != (1 if declaration else 0):
        return None
    start = content.find(b">", content.index(opening)) + 1
    end = content.index(closing)
    if not 0 < start <= end or content[start - 2] == ord("/"):
        return None
    try:
        inside = content[start:end].decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    return None if _UNFIT.search(inside) else (content[:start] + content[end:], inside)


def plain_prefixes(content: bytes) -> frozenset[str]:
    """Prefixes of the namespaces that the root of a part in UTF-8 declares, `xml` aside."""
    root = _ROOT.match(content)
    return frozenset(name.decode() for name in _PREFIX.findall(root[0])) if root else frozenset()


def plain_rows(text: str, prefixes: frozenset[str]) -> Iterator[tuple[str, str, list[PlainCell]]]:
    """Number, state (`hidden="1"` gives `1`) and cells of each row of `split_part`'s content.

    Args:
        text: the content.
        prefixes: those that a row's attributes may have.

    Raises:
        NotPlain: if a row is written otherwise. What came before it counts for nothing then.
    """
    position, end = 0, len(text)
    cells_in, row_at = _CELL.findall, _ROW.match
    states: dict[str, str] = {}
    while position < end:
        row = row_at(text, position)
        if row is None:
            raise NotPlain
        number, rest, is_empty = row.groups("")
        state = states.get(rest)
        if state is None:
            state = states[rest] = _row_state(rest, prefixes)
        position = row.end()
        if is_empty:
            yield number, state, []
            continue
        stop = text.find("</row>", position)
        if stop < 0:
            raise NotPlain
        yield number, state, cells_in(text, position, stop)
        position = stop + 6


def _row_state(rest: str, prefixes: frozenset[str]) -> str:
    pairs = _ATTRIBUTE.findall(rest)
    attributes = dict(pairs)
    used = [name.partition(":")[0] for name in attributes if ":" in name]
    # Two prefixes could stand for one namespace, and their names for one attribute.
    is_doubtful = len(attributes) != len(pairs) or len(used) > 1 or not prefixes.issuperset(used)
    if is_doubtful or attributes.keys() & {"r", "xmlns"}:
        raise NotPlain
    return attributes.get("hidden", "")


def plain_strings(text: str) -> list[str] | None:
    """The shared strings in `split_part`'s content, or None if one of them is more than a text or its runs."""
    found = _STRING.findall(text)
    if any(rest for _, _, rest in found):
        return None
    strings = ["".join(_RUN_TEXT.findall(runs)) if runs else string for string, runs, _ in found]
    return [resolved(string) for string in strings] if "&" in text else strings


def formula_text(element: str) -> str:
    """Text of a plain cell's formula.

    Raises:
        NotPlain: if it names an attribute twice, or a namespace.
    """
    opening, _, rest = element.partition(">")
    names = [name for name, _ in _ATTRIBUTE.findall(opening)]
    if len(names) != len(set(names)) or "xmlns" in names:
        raise NotPlain
    return resolved(rest.removesuffix("</f>"))


def resolved(text: str) -> str:
    """Text with the entities that every XML knows replaced."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    name = match[1]
    return chr(int(name[1:])) if name[0] == "#" else _ENTITIES[name]
