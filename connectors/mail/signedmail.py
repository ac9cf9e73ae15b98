"""Mails that are signed and not encrypted, as S/MIME packs them up: the mail inside, without looking at the signature."""

_SIGNED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_DATA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
_OCTETS, _CONSTRUCTED_OCTETS = 0x04, 0x24
_MAX_DEPTH = 12


def signed_content(content: bytes) -> bytes:
    """The mail that was signed; empty if it is encrypted, or nothing of the kind.

    Args:
        content: what the mail carries as `smime.p7m`, in DER or BER.
    """
    if _SIGNED not in content[:64]:
        return b""
    start = content.find(_DATA)
    if start < 0:
        return b""
    try:
        return _octets(content, start + len(_DATA), len(content), 0)
    except (IndexError, ValueError):
        return b""


def _octets(content: bytes, position: int, end: int, depth: int) -> bytes:
    """The octets of the first value that holds any, inside whatever it is wrapped in."""
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deep")
    tag, start, length = _header(content, position)
    inner_end = end if length is None else min(start + length, end)
    if tag == _OCTETS:
        return content[start:inner_end]
    if tag == _CONSTRUCTED_OCTETS:
        parts: list[bytes] = []
        at = start
        while at < inner_end and content[at] == _OCTETS:
            _, part_start, part_length = _header(content, at)
            at = part_start + (part_length or 0)
            parts.append(content[part_start:at])
        return b"".join(parts)
    return _octets(content, start, inner_end, depth + 1)


def _header(content: bytes, position: int) -> tuple[int, int, int | None]:
    """Tag, where its value starts, and its length, None if it lasts until it is ended."""
    tag, length = content[position], content[position + 1]
    if length == 0x80:
        return tag, position + 2, None
    if length < 0x80:
        return tag, position + 2, length
    n_bytes = length & 0x7F
    if n_bytes > 8:
        raise ValueError("length")
    return tag, position + 2 + n_bytes, int.from_bytes(content[position + 2 : position + 2 + n_bytes], "big")
