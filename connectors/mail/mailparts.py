"""Parts of a mail as the standard library parses it: leaves, file names, and texts in the encodings that Korea's mails have.

The newer policies of `email` decode ks_c_5601-1987 with the wrong codec and raise on broken headers, so that all of this
works on messages that were parsed under `compat32`.
"""

import codecs
import email.errors
import email.policy
import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message

from connectors.decoding import codec_of, decode_declared, decode_text, utf16_codec
from connectors.mail.mailtext import has_tables
from schemas.outcome import Failed

TEXT_TYPES = frozenset({"plain", "html", "calendar", "enriched", "rfc822-headers"})
PROGRAM_TYPES = frozenset({"css", "javascript", "x-amp-html"})
TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
SEALED_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_MAX_DECODED_HEADER = 200_000


def mail_bytes(content: bytes) -> bytes:
    """A mail that somebody saved as UTF-16, in bytes as mail has them."""
    codec = utf16_codec(content)
    if codec is None:
        return content
    # A head can be cut off inside a character.
    return codecs.decode(content[: len(content) // 2 * 2], codec, "replace").removeprefix("\ufeff").encode()


def leaves(message: Message) -> Iterator[Message]:
    """The leaves of a mail in order; of alternatives only the one that is read; a forwarded mail as one leaf."""
    stack = [message]
    while stack:
        part = stack.pop()
        children = part.get_payload()
        if not part.is_multipart() or part.get_content_maintype() != "multipart" or not isinstance(children, list):
            yield part
        elif part.get_content_subtype() == "encrypted":
            # The first part only says how the second is encrypted.
            yield from [child for child in children if isinstance(child, Message)][1:]
        elif part.get_content_subtype() == "alternative":
            stack.extend(reversed(_chosen([child for child in children if isinstance(child, Message)])))
        else:
            stack.extend(child for child in reversed(children) if isinstance(child, Message))


def _chosen(alternatives: list[Message]) -> list[Message]:
    """Plain text before HTML, unless the HTML has tables that the text has lost; what is neither is no alternative."""
    plain = [part for part in alternatives if part.get_content_type() == "text/plain" and payload_of(part).strip()]
    others = [part for part in alternatives if part.get_content_maintype() not in ("text", "multipart")]
    calendars = [part for part in alternatives if part.get_content_type() == "text/calendar"]
    if not plain:
        rich = [part for part in alternatives if part not in others and part not in calendars]
        return [*rich[-1:], *calendars, *others]
    for part in alternatives:
        for leaf in part.walk():
            if leaf.get_content_type() == "text/html" and has_tables(decoded_body(leaf, payload_of(leaf))):
                return [part, *calendars, *others]
    return [plain[0], *calendars, *others]


def is_member(part: Message) -> bool:
    """Whether a leaf is a file that hangs on the mail, or a mail inside it, rather than its body."""
    if part.get_content_type() == "message/rfc822" or part.get_content_disposition() == "attachment":
        return True
    if part.get_content_maintype() == "image" and part.get("Content-ID"):
        return False
    if part.get_content_maintype() == "text" and part.get_content_subtype() not in TEXT_TYPES | PROGRAM_TYPES:
        return True
    return bool(file_name(part)) or part.get_content_maintype() not in ("text", "message", "multipart")


def decoded_body(part: Message, content: bytes) -> str:
    """The bytes of a leaf as text, by its declared character set or what they are.

    Raises:
        schemas.outcome.Failed: `undecodable_text`.
    """
    return decode_declared(content, part.get_param("charset", failobj="") and str(part.get_content_charset()))


def payload_of(part: Message) -> bytes:
    """The bytes of a leaf, without their transfer encoding."""
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    children = part.get_payload()
    # a delivery report's fields are parsed into messages of their own
    if isinstance(children, list):
        return b"\n".join(child.as_bytes() for child in children if isinstance(child, Message))
    return b""


def header_text(message: Message, name: str) -> str:
    """A header of a mail as text, the first one of that name; empty if there is none."""
    values = [value for key, value in message.raw_items() if key.lower() == name.lower()]
    return ", ".join(decode_words(str(value)) for value in values[:1]).strip()


def decode_words(value: str) -> str:
    """A header's value with encoded words decoded, Korean ones as CP949, and raw bytes as text where they are text."""
    unfolded = re.sub(r"\r?\n[ \t]?", " ", value) if "=?" not in value else value
    if unfolded.isascii() and "=?" not in unfolded:
        return " ".join(unfolded.split())
    if len(unfolded) > _MAX_DECODED_HEADER:
        # decoding takes time by the square of the length, and no header with words to decode is that long
        return " ".join(decode_chunk(unfolded.encode("utf-8", "surrogateescape"), None).split())
    try:
        chunks = decode_header(unfolded)
    except (ValueError, email.errors.HeaderParseError):
        chunks = [(unfolded, None)]
    parts: list[str] = []
    for chunk, charset in chunks:
        raw = chunk.encode("ascii", "surrogateescape") if isinstance(chunk, str) and _has_raw(chunk) else chunk
        if isinstance(raw, str):
            parts.append(raw)
            continue
        parts.append(decode_chunk(raw, charset))
    return " ".join("".join(parts).split())


def decode_chunk(raw: bytes, charset: str | None) -> str:
    """Bytes of a header as text; those in no known encoding stay visible as escapes."""
    codec = codec_of(charset)
    if codec:
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            codec = None
    try:
        return decode_text(raw)
    except Failed:
        # a header in no known encoding must not cost the mail; its bytes stay visible
        return raw.decode("ascii", "backslashreplace")


def _has_raw(text: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in text)


def file_name(part: Message) -> str:
    """The name that a leaf gives its file, with whatever folders stand in it; empty if it gives none."""
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        # raw bytes in the header are decoded before it is taken apart, since parameters lose them
        raw = next((str(value) for key, value in part.raw_items() if key.lower() == header), "")
        single = Message(policy=email.policy.compat32)
        single[header] = decode_chunk(raw.encode("utf-8", "surrogateescape"), None) if _has_raw(raw) else raw
        value = single.get_param(parameter, header=header)
        if isinstance(value, tuple):
            charset, _, text = value
            return decode_chunk(text.encode("latin-1", "replace"), charset)
        if isinstance(value, str) and value.strip():
            return decode_words(value)
    return ""


def safe_name(name: str) -> str:
    """A file name that names no folder: what stands before the last separator goes, and so does every `..`."""
    last = name.replace("\\", "/").replace("\x00", "").rstrip("/").rsplit("/", 1)[-1].strip()
    return last if last not in ("", ".", "..") else "이름 없음"
