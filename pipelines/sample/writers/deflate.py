"""Raw deflate data whose bytes do not depend on the version or the make of the zlib at hand.

Two libraries may compress the same text differently and both be right; a sample that is the same to the byte on every
machine therefore stores, which every inflater reads just the same.
"""

_LARGEST_BLOCK = 0xFFFF

ZERO_SEGMENT_BYTES = 65536
"""How many zero bytes `zeros` makes from each of its segments."""

# A run of 65536 zero bytes up to a byte boundary, made once with zlib at level 9 and a full flush.
_ZERO_SEGMENT = bytes.fromhex("ecc101010000008090feafee080a") + bytes(63) + bytes.fromhex("6a000000ffff")


def store(content: bytes) -> bytes:
    """The content as stored deflate blocks."""
    blocks = [content[at : at + _LARGEST_BLOCK] for at in range(0, len(content), _LARGEST_BLOCK)] or [b""]
    parts: list[bytes] = []
    for number, block in enumerate(blocks):
        is_last = number == len(blocks) - 1
        size = len(block)
        parts.append(bytes([is_last]) + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + block)
    return b"".join(parts)


def zeros(n_segments: int) -> bytes:
    """Deflate data that inflates to `n_segments` times `ZERO_SEGMENT_BYTES` zero bytes."""
    return _ZERO_SEGMENT * n_segments + store(b"")
