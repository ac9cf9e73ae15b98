"""What the summary of an OLE document says: title, author, dates, program; in whatever encoding it was written."""

import struct
from datetime import UTC, datetime, timedelta

import olefile

from connectors import ole
from schemas.elements import Property
from schemas.outcome import Failed

# olefile's own reader of summaries counts through whatever size a hostile one states, for minutes.
_MAX_PROPERTIES = 200
_MAX_VALUE_BYTES = 2_000
_MAX_VALUE_CHARACTERS = 500
_STREAMS = (
    (
        "\x05SummaryInformation",
        {
            2: "title", 3: "subject", 4: "author", 5: "keywords", 8: "last_modified_by", 12: "created_at",
            13: "modified_at", 14: "pages", 18: "application",
        },
    ),
    (
        "\x05HwpSummaryInformation",
        {
            3: "subject", 4: "author", 5: "keywords", 8: "last_modified_by", 12: "created_at", 13: "modified_at",
            14: "pages", 18: "application",
        },
    ),
    ("\x05DocumentSummaryInformation", {2: "category", 7: "pages", 15: "organization"}),
)  # fmt: skip
_SHORT, _LONG, _TEXT, _WIDE_TEXT, _TIME = 2, 3, 30, 31, 64
_CODE_PAGE = 1
_CODECS = {65001: ("utf-8",), 1200: ("utf-16-le",)}
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _MOST_SECONDS = 1980, 20_000_000_000


def read_summary(compound: olefile.OleFileIO) -> tuple[list[Property], str | None]:
    """The document's properties and its title; a broken summary costs no more than what would be in it."""
    found: dict[str, str] = {}
    for stream, names in _STREAMS:
        try:
            raw = ole.read_stream(compound, stream) or b""
            for name, value in _values(raw, names).items():
                found.setdefault(name, value)
        except (Failed, struct.error):
            continue
    title = found.pop("title", None)
    return [Property(name=name, value=value) for name, value in found.items()], title


def _values(raw: bytes, names: dict[int, str]) -> dict[str, str]:
    if len(raw) < 56:
        return {}
    (section,) = struct.unpack_from("<I", raw, 44)
    _, count = struct.unpack_from("<II", raw, section)
    places = dict(
        struct.unpack_from("<II", raw, section + 8 + index * 8) for index in range(min(count, _MAX_PROPERTIES))
    )
    page = struct.unpack_from("<IH", raw, section + places[_CODE_PAGE])[1] if _CODE_PAGE in places else 0
    values: dict[str, str] = {}
    for number, name in names.items():
        if number in places:
            value = _value(raw, section + places[number], page)
            if value:
                values[name] = value
    return values


def _value(raw: bytes, at: int, page: int) -> str:
    if at + 8 > len(raw):
        return ""
    kind, size = struct.unpack_from("<II", raw, at)
    if kind in (_SHORT, _LONG):
        number = size & 0xFFFF if kind == _SHORT else size
        return str(number) if 0 < number < 1_000_000 else ""
    if kind == _TIME and at + 12 <= len(raw):
        seconds = struct.unpack_from("<Q", raw, at + 4)[0] // 10_000_000
        moment = _EPOCH + timedelta(seconds=min(seconds, _MOST_SECONDS))
        # Dates from before any computer stand for none.
        return moment.isoformat() if moment.year > _FIRST_YEAR else ""
    if kind not in (_TEXT, _WIDE_TEXT):
        return ""
    length = min(size * 2 if kind == _WIDE_TEXT else size, _MAX_VALUE_BYTES)
    text = _decoded(raw[at + 8 : at + 8 + length], 1200 if kind == _WIDE_TEXT else page)
    return " ".join(text.split("\x00", 1)[0].split())[:_MAX_VALUE_CHARACTERS]


def _decoded(raw: bytes, page: int) -> str:
    raw = raw[: len(raw) & ~1] if page == 1200 else raw.split(b"\x00", 1)[0]
    for codec in _CODECS.get(page, ("utf-8", "cp949", "cp1252")):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
