"""Word's binary files (Word 6 to 2003): the head of the file, and the pieces that its text is put together from."""

import struct
from array import array
from dataclasses import dataclass, field

import olefile

from connectors import ole
from schemas.outcome import Failed

PARTS = ("main", "footnotes", "headers", "macros", "annotations", "endnotes", "boxes", "header_boxes")
"""The parts that the text of a document falls into, one after the other."""

MAX_CHARACTERS = 50_000_000

_MAGIC_97, _MAGIC_95 = 0xA5EC, 0xA5DC
_FIRST_97 = 0xC1
_COMPLEX, _ENCRYPTED, _TABLE_ONE = 0x0004, 0x0100, 0x0200
_NARROW = 0x40000000
_COUNTS_97 = (3, 4, 5, 6, 7, 8, 9, 10)
_CLX_97 = 33
_COUNTS_95_AT, _CLX_95_AT = 0x34, 0x160
_CODECS_BY_LANGUAGE = {
    0x12: "cp949", 0x11: "cp932", 0x19: "cp1251", 0x08: "cp1253", 0x1F: "cp1254", 0x0D: "cp1255", 0x01: "cp1256",
    0x1E: "cp874", 0x05: "cp1250", 0x0E: "cp1250", 0x15: "cp1250",
}  # fmt: skip
_WESTERN = "".join(
    bytes((code,)).decode("cp1252") if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(code) for code in range(256)
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters from `start` to `end` of the text, which lie at `offset` of the stream, one or two bytes each."""

    start: int
    end: int
    offset: int
    width: int


@dataclass(slots=True)
class DocFile:
    """A document's streams, its text in code units, and where each part of the text lies.

    `narrow_codec` is set for Word 6 and 95, whose code units are bytes in that encoding.
    """

    stream: bytes
    table: bytes
    text: str
    parts: dict[str, tuple[int, int]]
    pieces: list[Piece] = field(default_factory=list)
    narrow_codec: str = ""
    _pairs_at: int = 0
    _n_pairs: int = 0

    def table_part(self, index: int) -> bytes:
        """A structure of the table stream by its number in the file's head, empty if there is none."""
        if index >= self._n_pairs:
            return b""
        start, size = struct.unpack_from("<II", self.stream, self._pairs_at + index * 8)
        return self.table[start : start + size] if size <= len(self.table) else b""

    def place_of(self, position: int) -> int:
        """Offset in the stream of a character."""
        piece = self.piece_at(position)
        return piece.offset + (position - piece.start) * piece.width

    def piece_at(self, position: int) -> Piece:
        """The piece that a character lies in."""
        low, high = 0, len(self.pieces) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.pieces[middle].start <= position:
                low = middle
            else:
                high = middle - 1
        return self.pieces[low]


def open_doc(compound: olefile.OleFileIO) -> DocFile:
    """Read the head and the text of a document.

    Raises:
        Failed: `password_ooxml` if it is encrypted, `corrupt`, `unsupported_format` for what is older than Word 6.
    """
    stream = ole.read_stream(compound, "WordDocument")
    if stream is None or len(stream) < 0x180:
        raise Failed("corrupt", "DOC: no head")
    magic, version, language, flags = struct.unpack_from("<HH2xH2xH", stream, 0)
    if magic not in (_MAGIC_97, _MAGIC_95):
        raise Failed("corrupt", f"DOC: {magic:#x}")
    if flags & _ENCRYPTED:
        raise Failed("password_ooxml", "DOC")
    if magic == _MAGIC_97 and version >= _FIRST_97:
        table = ole.read_stream(compound, "1Table" if flags & _TABLE_ONE else "0Table") or b""
        return _open_97(stream, table)
    return _open_95(stream, language, is_complex=bool(flags & _COMPLEX))


def _open_97(stream: bytes, table: bytes) -> DocFile:
    try:
        (n_words,) = struct.unpack_from("<H", stream, 0x20)
        longs_at = 0x22 + n_words * 2
        (n_longs,) = struct.unpack_from("<H", stream, longs_at)
        counts = struct.unpack_from(f"<{n_longs}i", stream, longs_at + 2)
        pairs_at = longs_at + 2 + n_longs * 4
        (n_pairs,) = struct.unpack_from("<H", stream, pairs_at)
        lengths = [max(counts[index], 0) for index in _COUNTS_97]
    except (struct.error, IndexError) as error:
        raise Failed("corrupt", f"DOC: {error}") from error
    found = DocFile(stream, table, "", {}, _pairs_at=pairs_at + 2, _n_pairs=min(n_pairs, 1_000))
    try:
        pieces = _pieces(found.table_part(_CLX_97), is_wide=True)
    except struct.error as error:
        raise Failed("corrupt", f"DOC: {error}") from error
    (first,) = struct.unpack_from("<I", stream, 0x18)
    found.pieces = pieces or [Piece(0, sum(lengths), first, 1)]
    found.text = _text(found)
    if any(lengths) and not found.text:
        raise Failed("corrupt", "DOC: the text is not where the file says")
    found.parts = _parts(lengths, len(found.text))
    return found


def _open_95(stream: bytes, language: int, *, is_complex: bool) -> DocFile:
    first, last = struct.unpack_from("<II", stream, 0x18)
    lengths = [max(count, 0) for count in struct.unpack_from("<8i", stream, _COUNTS_95_AT)]
    pieces: list[Piece] = []
    if is_complex:
        start, size = struct.unpack_from("<II", stream, _CLX_95_AT)
        try:
            pieces = _pieces(stream[start : start + size], is_wide=False)
        except struct.error:
            pieces = []
    if not pieces:
        pieces = [Piece(0, max(min(last, len(stream)) - first, 0), first, 1)]
    found = DocFile(stream, b"", "", {}, pieces, narrow_codec=_codec_95(language, stream[first:last]))
    found.text = _text(found)
    found.parts = _parts(lengths, len(found.text))
    return found


def _codec_95(language: int, raw: bytes) -> str:
    codec = _CODECS_BY_LANGUAGE.get(language & 0xFF, "cp1252")
    if language in (0x0404, 0x0C04):
        return "cp950"
    if language in (0x0804, 0x1004):
        return "gbk"
    if codec == "cp1252" and not raw.isascii():
        # A Western installation notes its own language, whatever is written with it.
        try:
            text = raw.decode("cp949")
        except UnicodeDecodeError:
            return codec
        return "cp949" if any("가" <= character <= "힣" for character in text) else codec
    return codec


def _pieces(clx: bytes, *, is_wide: bool) -> list[Piece]:
    """The pieces of a table of pieces, which stands behind any number of property lists."""
    at = 0
    while at + 3 <= len(clx) and clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at + 5 > len(clx) or clx[at] != 2:
        return []
    (size,) = struct.unpack_from("<I", clx, at + 1)
    n_pieces = min(max((min(size, len(clx) - at - 5) - 4) // 12, 0), 1_000_000)
    ends = struct.unpack_from(f"<{n_pieces + 1}I", clx, at + 5)
    pieces: list[Piece] = []
    for index in range(n_pieces):
        start, end = ends[index], ends[index + 1]
        (offset,) = struct.unpack_from("<I", clx, at + 5 + (n_pieces + 1) * 4 + index * 8 + 2)
        if end <= start:
            continue
        is_narrow = not is_wide or bool(offset & _NARROW)
        if is_wide and is_narrow:
            offset = (offset & ~_NARROW) // 2
        pieces.append(Piece(start, end, offset & ~_NARROW, 1 if is_narrow else 2))
    return pieces


def _text(found: DocFile) -> str:
    """All text in code units, so that positions stay what they are."""
    chunks: list[str] = []
    total = 0
    kept: list[Piece] = []
    for piece in found.pieces:
        raw = found.stream[piece.offset : piece.offset + (piece.end - piece.start) * piece.width]
        raw = raw[: len(raw) - len(raw) % piece.width]
        if piece.width == 2:
            units = "".join(map(chr, array("H", raw)))
        else:
            units = raw.decode("latin-1") if found.narrow_codec else raw.decode("latin-1").translate(_WESTERN)
        total += len(units)
        if total > MAX_CHARACTERS:
            raise Failed("too_large", "DOC")
        if not units:
            continue
        # Where a piece is cut short, what follows moves up.
        kept.append(Piece(total - len(units), total, piece.offset, piece.width))
        chunks.append(units)
    found.pieces = kept or [Piece(0, 0, 0, 1)]
    return "".join(chunks)


def _parts(lengths: list[int], total: int) -> dict[str, tuple[int, int]]:
    parts: dict[str, tuple[int, int]] = {}
    at = 0
    for name, length in zip(PARTS, lengths, strict=True):
        end = min(at + length, total)
        parts[name] = (at, end)
        at = end
    if not any(lengths):
        parts["main"] = (0, total)
    return parts
