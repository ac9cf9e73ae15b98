"""What a PDF carries besides its pages' content: notes, filled-in fields, links, attachments, pictures and properties."""

import ctypes
import io
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from connectors.contract import MemberFile
from connectors.pdf.text import Turn, clean_text
from schemas.elements import Property

MAX_ANNOTATIONS = 5_000
MAX_ATTACHMENTS = 500
MAX_ATTACHMENT_BYTES = 256 << 20
MAX_PICTURE_POINTS = 50_000_000
MAX_PICTURES_LOOKED_AT = 200

Box = tuple[float, float, float, float]

_URI_ACTION = 3
_NAMES = {
    "Author": "author", "Subject": "subject", "Keywords": "keywords", "Creator": "application", "Producer": "producer",
}  # fmt: skip
_DATES = {"CreationDate": "created_at", "ModDate": "modified_at"}
_DATE = re.compile(
    r"(?:D:)?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?\s*(?:([+-])(\d{2})'?(\d{2})?'?|(Z))?", re.ASCII
)


@dataclass(slots=True)
class Annotations:
    """A page's annotations: text that stands on it with its box, notes to it, and addresses with the box that they lie on."""

    texts: list[tuple[Box, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    links: list[tuple[Box, str]] = field(default_factory=list)


def read_annotations(document: Any, page: Any, turn: Turn) -> Annotations:
    """The annotations of a page.

    Args:
        document: pypdfium2's document, whose forms were begun with if it has any.
        page: its page.
        turn: how the page's text is turned.
    """
    import pypdfium2.raw as pdfium

    found = Annotations()
    count = min(pdfium.FPDFPage_GetAnnotCount(page.raw), MAX_ANNOTATIONS)
    for index in range(count):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            _read_annotation(document, annotation, turn, found)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def _read_annotation(document: Any, annotation: Any, turn: Turn, found: Annotations) -> None:
    import pypdfium2.raw as pdfium

    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    if pdfium.FPDFAnnot_GetFlags(annotation) & pdfium.FPDF_ANNOT_FLAG_HIDDEN:
        return
    edges = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, edges):
        return
    low, high = sorted((edges.bottom, edges.top))
    box = turn.box(edges.left, low, edges.right, high)
    if kind == pdfium.FPDF_ANNOT_LINK:
        address = _address(document, annotation)
        if address:
            found.links.append((box, address))
    elif kind == pdfium.FPDF_ANNOT_WIDGET:
        value = _field_value(document, annotation)
        if value:
            found.texts.append((box, value))
    elif kind != pdfium.FPDF_ANNOT_POPUP:
        text = clean_text(_contents(annotation)).strip()
        if text and kind == pdfium.FPDF_ANNOT_FREETEXT:
            found.texts.append((box, text))
        elif text:
            found.notes.append(text)


def _contents(annotation: Any) -> str:
    import pypdfium2.raw as pdfium

    return _wide(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size))


def _field_value(document: Any, annotation: Any) -> str:
    import pypdfium2.raw as pdfium

    form = document.formenv.raw if document.formenv else None
    if form is None:
        return ""
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
        return "☑" if pdfium.FPDFAnnot_IsChecked(form, annotation) else "☐"
    if kind not in (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX):
        return ""
    value = _wide(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))
    return clean_text(value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _wide(ask: Any) -> str:
    """A string that pdfium writes as UTF-16 after it was asked for its size."""
    import pypdfium2.raw as pdfium

    size = ask(None, 0)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ubyte * size)()
    ask(ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _address(document: Any, annotation: Any) -> str:
    import pypdfium2.raw as pdfium

    action = pdfium.FPDFLink_GetAction(pdfium.FPDFAnnot_GetLink(annotation))
    if not action or pdfium.FPDFAction_GetType(action) != _URI_ACTION:
        return ""
    size = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0)
    if size <= 1:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFAction_GetURIPath(document.raw, action, buffer, size)
    return buffer.raw.rstrip(b"\0").decode("utf-8", "replace").strip()


def read_properties(document: Any) -> list[Property]:
    """What the document says of itself, and how many pages it has."""
    metadata = document.get_metadata_dict(skip_empty=True)
    found = [Property(name="pages", value=str(len(document)))]
    for key, name in _NAMES.items():
        value = clean_text(metadata.get(key, "")).strip()
        if value:
            found.append(Property(name=name, value=value))
    for key, name in _DATES.items():
        value = iso_date(metadata.get(key, ""))
        if value:
            found.append(Property(name=name, value=value))
    return found


def iso_date(text: str) -> str | None:
    """A date of PDF, such as `D:20240131093000+09'00'`, in ISO 8601; None if it is none."""
    match = _DATE.match(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, second, sign, hours, minutes, zulu = match.groups()
    zone = UTC if zulu else None
    try:
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
            zone = timezone(offset if sign == "+" else -offset)
        moment = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=zone
        )
    except ValueError:
        return None
    return moment.isoformat()


def read_attachments(document: Any) -> list[MemberFile]:
    """The files that somebody attached to the document."""
    import pypdfium2

    members: list[MemberFile] = []
    for index in range(min(document.count_attachments(), MAX_ATTACHMENTS)):
        attachment = document.get_attachment(index)
        name = clean_text(attachment.get_name()).strip() or f"attachment{index + 1}"
        size = ctypes.c_ulong()
        has_file = pypdfium2.raw.FPDFAttachment_GetFile(attachment.raw, None, 0, size)
        if has_file and size.value > MAX_ATTACHMENT_BYTES:
            members.append(MemberFile(name, b"", "too_large", f"{size.value:,} bytes"))
            continue
        try:
            members.append(MemberFile(name, bytes(attachment.get_data())))
        except pypdfium2.PdfiumError as error:
            members.append(MemberFile(name, b"", "corrupt", str(error)))
    return members


def picture_points(item: Any) -> tuple[int, int]:
    """Width and height of a picture of a page in its own points."""
    import pypdfium2.raw as pdfium

    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium.FPDFImageObj_GetImagePixelSize(item, width, height):
        return 0, 0
    return width.value, height.value


def picture_bytes(item: Any) -> tuple[str, bytes] | None:
    """A picture of a page as a file, with its extension; None if pdfium cannot decode it.

    Args:
        item: the picture's object, as long as its page is open.
    """
    import pypdfium2
    import pypdfium2.raw as pdfium

    width, height = picture_points(item)
    if not 0 < width * height <= MAX_PICTURE_POINTS:
        return None
    if pdfium.FPDFImageObj_GetImageFilterCount(item) == 1:
        name = ctypes.create_string_buffer(32)
        pdfium.FPDFImageObj_GetImageFilter(item, 0, name, 32)
        if name.value == b"DCTDecode":
            size = pdfium.FPDFImageObj_GetImageDataRaw(item, None, 0)
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFImageObj_GetImageDataRaw(item, buffer, size)
            return "jpg", buffer.raw
    raw = pdfium.FPDFImageObj_GetBitmap(item)
    if not raw:
        return None
    bitmap = pypdfium2.PdfBitmap.from_raw(raw)
    try:
        written = io.BytesIO()
        bitmap.to_pil().convert("L").save(written, format="PNG", compress_level=1)
    finally:
        bitmap.close()
    return "png", written.getvalue()
