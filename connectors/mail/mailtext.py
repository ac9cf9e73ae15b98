"""What mails of all formats have in common: the lines of their head, and bodies in text and HTML as elements."""

import re
from collections.abc import Iterable, Mapping

from connectors.contract import MemberFile
from connectors.markup import read_markup
from connectors.paragraphs import read_paragraphs
from schemas.elements import Element, ElementKind
from schemas.provenance import Locator

SHOWN = ("From", "To", "Cc", "Date", "Subject")
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_FLOWED_SIGNATURE = "-- "
_SIGNATURES = (".p7s", "signature.asc", ".sig")
_PGP_HEAD = b"-----BEGIN PGP MESSAGE-----"
# The object identifiers of enveloped and of signed data, as they stand at the beginning of what S/MIME attaches.
_ENVELOPED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
_HEAD_BYTES = 64


def attached_member(name: str, content: bytes) -> MemberFile:
    """What hangs on a mail as a member: what is encrypted with its reason, a signature as nobody's trouble."""
    if content.lstrip().startswith(_PGP_HEAD):
        return MemberFile(name, content, "unsupported_format", "암호화된 메일(PGP)")
    if name.lower().endswith((".p7m", ".p7")) and _ENVELOPED in content[:_HEAD_BYTES]:
        return MemberFile(name, content, "unsupported_format", "암호화된 메일(S/MIME)")
    if name.lower().endswith(_SIGNATURES):
        return MemberFile(name, content, is_embedded=True)
    return MemberFile(name, content)


def head_element(values: Mapping[str, str]) -> list[Element]:
    """The element that the lines of a mail's head make up; none if it has no line."""
    lines = [f"{name}: {values[name]}" for name in SHOWN if values.get(name)]
    return [Element(kind=ElementKind.EMAIL_HEADER, text="\n".join(lines))] if lines else []


def text_elements(text: str, first_ordinal: int) -> list[Element]:
    """A body in plain text; the lines of a body are not the lines of the file."""
    return [
        element.model_copy(update={"locator": Locator(paragraph=number)})
        for number, element in enumerate(read_paragraphs(text), first_ordinal)
    ]


def html_elements(text: str, first_ordinal: int) -> list[Element]:
    """A body in HTML."""
    return read_markup(text, first_ordinal=first_ordinal).elements


def has_tables(text: str) -> bool:
    """Whether a body in HTML has a table of numbers or words, which the same body in plain text would have lost."""
    if not _TABLE.search(text):
        return False
    grids = (element.table for element in read_markup(text).elements if element.table is not None)
    return any(
        grid.n_rows > 1 and grid.n_cols > 1 and sum(bool(cell.text.strip()) for cell in grid.cells) > 3
        for grid in grids
    )


def unflow(text: str, *, delete_space: bool) -> str:
    """Lines that the sender's program broke joined again, as `format=flowed` says (RFC 3676).

    Args:
        text: body as it came.
        delete_space: whether the blank before the break is the break's own, as in languages without blanks.
    """
    joined: list[list[str]] = []
    is_open = False
    depth_before = 0
    for raw in text.replace("\r\n", "\n").split("\n"):
        line = raw.lstrip(">")
        depth = len(raw) - len(line)
        line = line.removeprefix(" ")
        is_soft = line.endswith(" ") and line != _FLOWED_SIGNATURE
        content = line[:-1] if is_soft and delete_space else line
        if is_open and depth == depth_before and line != _FLOWED_SIGNATURE:
            joined[-1].append(content)
        else:
            joined.append([">" * depth + (" " if depth else "") + content])
        is_open, depth_before = is_soft, depth
    return "\n".join(map("".join, joined))


def body_text(elements: Iterable[Element]) -> str:
    """What a mail says below its header, a line a paragraph."""
    return "\n".join(element.text for element in elements if element.kind is not ElementKind.EMAIL_HEADER)
