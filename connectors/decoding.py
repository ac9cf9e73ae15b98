"""Bytes to text, strictly: UTF-8, CP949, UTF-16 or UTF-32, never with replacement characters.

`euc_kr` is never used: what is labelled so in Korea is CP949, and Python's `euc_kr` (also under the name
`ks_c_5601-1987`) loses every syllable outside KS X 1001.
"""

import codecs
import re

from schemas.outcome import Failed

_CP949_LABELS = re.compile(
    r"(?:euc[-_]?kr|ks[-_]?c[-_]?5601(?:[-_]?(?:1987|1989|1992))?|ksc5601|korean|cp949|ms949|x?[-_]?windows[-_]?949|uhc)"
)
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BINARY_HEADS = (
    b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"%!PS", b"\x89PNG", b"\xff\xd8\xff",
    b"GIF8", b"\x7fELF", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"SQLite format 3", b"HWP Document File",
    b"ALZ\x01", b"II*\x00", b"MM\x00*", b"!BDN",
)  # fmt: skip
_UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF16_SAMPLE_BYTES = 4_096
_MIN_UTF16_BYTES = 16
_MIN_HANGUL_LETTERS = 0.8
_WESTERN = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252"})
_MIN_ZERO_SHARE, _MIN_HANGUL_SHARE = 0.3, 0.5
# What a Korean or Latin text is made of; bytes that are something else make Hanja and private characters as well.
_LIKELY = re.compile(r"[\t\r\n -~\xa0-\u024f\u2000-\u2bff\u3000-\u33ff가-힣\uff00-\uffef\ufeff]")
_MIN_LIKELY_SHARE = 0.95
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")
_MAX_CONTROL_SHARE = 0.001
_HEAD_BYTES = 65_536


def decode_text(content: bytes) -> str:
    """Decode a text file.

    Raises:
        schemas.outcome.Failed: `undecodable_text`, if it is in none of the three or full of control characters.
    """
    return decode_with_encoding(content)[0]


def decode_with_encoding(content: bytes) -> tuple[str, str]:
    """Decode a text file and say by which codec (`utf-8-sig`, `cp949`, `utf-16`, `utf-32`).

    Raises:
        schemas.outcome.Failed: `undecodable_text`.
    """
    candidates = encoding_candidates(content)
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not is_binary(text):
            return text, encoding
    raise Failed("undecodable_text", f"{', '.join(candidates)}(으)로 읽을 수 없음")


def decode_declared(content: bytes, charset: str | None) -> str:
    """Decode bytes that come with a declared character set, as in HTML and mail; the declaration is tried, not trusted.

    Raises:
        schemas.outcome.Failed: `undecodable_text`, if neither the declared nor a usual encoding fits.
    """
    codec = codec_of(charset)
    if codec and not content.startswith((codecs.BOM_UTF8, *_UTF16_MARKS)) and utf16_codec(content) is None:
        is_wide = codec.startswith(("utf-16", "utf-32")) and 0 not in content[:_HEAD_BYTES]
        if is_wide or codec in _WESTERN:
            # Pages and mails in Korean are often labelled so, and in these codecs any bytes are letters.
            korean = decode_korean(content)
            if korean is not None:
                return korean
        try:
            return decode_text(content) if is_wide else content.decode(codec)
        except (UnicodeDecodeError, LookupError):
            # a wrong label is common; the strict trial below settles it or refuses
            return decode_text(content)
    return decode_text(content)


def decode_korean(content: bytes) -> str | None:
    """The text if it is UTF-8, or Hangul in CP949; None if it may as well be something else."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp949")
    except UnicodeDecodeError:
        return None
    beyond_ascii = [character for character in text if character > "\x7f"]
    n_hangul = sum("가" <= character <= "힣" for character in beyond_ascii)
    return text if n_hangul > 1 and n_hangul >= _MIN_HANGUL_LETTERS * len(beyond_ascii) else None


def encoding_candidates(content: bytes) -> tuple[str, ...]:
    """The codecs that a text with this beginning may be in, the likelier first."""
    if content.startswith(_UTF32_MARKS):
        # The mark of UTF-32 begins like that of UTF-16, which an empty first line would follow.
        return ("utf-32", "utf-16")
    wide = utf16_codec(content)
    return (wide,) if wide else ("utf-8-sig", "cp949")


def utf16_codec(content: bytes) -> str | None:
    """`utf-16` by its mark, or the codec of UTF-16 without one where it is unmistakable; None for anything else.

    Text in Latin letters has a zero in every other byte, and Hangul the same few high bytes.
    """
    if content.startswith(_UTF16_MARKS):
        return "utf-16"
    sample = content[:_UTF16_SAMPLE_BYTES]
    sample = sample[: len(sample) // 2 * 2]
    if len(sample) < _MIN_UTF16_BYTES or content.startswith(_BINARY_HEADS):
        return None
    # Neither UTF-8 nor CP949 ever has a zero byte.
    if 0 not in sample:
        return None
    for codec, low, high in (("utf-16-le", sample[::2], sample[1::2]), ("utf-16-be", sample[1::2], sample[::2])):
        n_units, n_zeros = len(high), high.count(0)
        n_hangul = sum(0xAC <= byte <= 0xD7 for byte in high)
        is_latin = n_zeros >= _MIN_ZERO_SHARE * n_units
        # In Korean text of two bytes a character, blanks and line ends still have a zero.
        is_korean = n_hangul >= _MIN_HANGUL_SHARE * n_units and n_zeros >= max(2, n_units // 50)
        if low.count(0) > n_units // 50 or not (is_latin or is_korean):
            continue
        # A character can be cut in two at the end of the sample.
        text = codecs.getincrementaldecoder(codec)("replace").decode(sample)
        if len(_LIKELY.findall(text)) >= _MIN_LIKELY_SHARE * len(text) and not is_binary(text):
            return codec
    return None


def codec_of(charset: str | None) -> str | None:
    """Python codec for a declared character set, with every Korean KS X 1001 label mapped to CP949."""
    if not charset:
        return None
    label = charset.strip().strip("\"'").lower()
    if _CP949_LABELS.fullmatch(label):
        return "cp949"
    try:
        codec = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    return codec.name if _decodes_text(codec.name) else None


def text_head(content: bytes) -> str | None:
    """The beginning of a text file, decoded for sniffing, or None if it is no text in a known encoding."""
    if content.startswith(_BINARY_HEADS):
        return None
    head = content[:_HEAD_BYTES]
    codecs_to_try = encoding_candidates(head)
    is_whole = len(content) <= _HEAD_BYTES
    for encoding in codecs_to_try:
        try:
            # a head can end inside a character, which an incremental decoder leaves out
            text = codecs.getincrementaldecoder(encoding)().decode(head, final=is_whole)
        except UnicodeDecodeError:
            continue
        return None if is_binary(text) else text
    return None


def has_binary_head(content: bytes) -> bool:
    """Whether the file begins like a well-known binary format, whatever its name says."""
    return content.startswith(_BINARY_HEADS)


def is_binary(text: str) -> bool:
    """Whether decoded text holds more control characters than text does."""
    # The cheap question first: megabytes of NULs would all be collected by the other one.
    return "\x00" in text or len(_CONTROLS.findall(text)) > max(2, len(text) * _MAX_CONTROL_SHARE)


def _decodes_text(codec_name: str) -> bool:
    # base64, rot13 and their like are codecs too, but not of text
    try:
        b"\0\0\0\0".decode(codec_name)
    except LookupError:
        return False
    except UnicodeError:
        return True
    return True
