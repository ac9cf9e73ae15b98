"""OLE compound files (version 3, 512-byte sectors), the container of HWP5 and of encrypted Office documents.

Only writing is here: the readers under test must not share a line with what made their input. Time stamps are left at
zero, so that the same streams always give the same bytes.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")

_SECTOR = 512
_MINI_SECTOR = 64
_MINI_CUTOFF = 4096
_DIRECTORY_ENTRY = 128
_FREE = 0xFFFFFFFF
_END_OF_CHAIN = 0xFFFFFFFE
_FAT_SECTOR = 0xFFFFFFFD
_NO_ENTRY = 0xFFFFFFFF
_FAT_SLOTS_IN_HEADER = 109
_SLOTS_PER_FAT_SECTOR = _SECTOR // 4
_UNUSED, _STORAGE, _STREAM, _ROOT = 0, 1, 2, 5
_RED, _BLACK = 0, 1


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    children: dict[str, "_Entry"] = field(default_factory=dict)
    index: int = 0
    left: int = _NO_ENTRY
    right: int = _NO_ENTRY
    child: int = _NO_ENTRY
    color: int = _BLACK
    start: int = _END_OF_CHAIN


def write_compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Pack streams into a compound file.

    Args:
        streams: path inside the file (`BodyText/Section0`) → content; folders on the way become storages.

    Raises:
        ValueError: a name is longer than the 31 characters that the format has room for, or the file would need a FAT
            beyond the 109 sectors that its header can list (about 6.8 MiB).
    """
    root, entries = _build_tree(streams)
    sectors: list[bytes] = []
    chains: list[int] = []
    mini_chains: list[int] = []
    mini_stream = bytearray()
    for entry in entries:
        if entry.kind != _STREAM or not entry.content:
            continue
        if len(entry.content) < _MINI_CUTOFF:
            entry.start = _append_chain(mini_chains, _count(entry.content, _MINI_SECTOR))
            mini_stream += _padded(entry.content, _MINI_SECTOR)
        else:
            entry.start = _append_sectors(sectors, chains, entry.content)
    if mini_stream:
        root.start = _append_sectors(sectors, chains, bytes(mini_stream))
    mini_fat = struct.pack(f"<{len(mini_chains)}I", *mini_chains)
    mini_fat_start = _append_sectors(sectors, chains, mini_fat, b"\xff") if mini_chains else _END_OF_CHAIN
    unused = [_Entry("", _UNUSED)] * (-len(entries) % (_SECTOR // _DIRECTORY_ENTRY))
    directory = b"".join(_directory_entry(entry, len(mini_stream)) for entry in [*entries, *unused])
    directory_start = _append_sectors(sectors, chains, directory)
    fat_sectors = _append_fat(sectors, chains)
    header = _header(directory_start, mini_fat_start, _count(mini_fat, _SECTOR), fat_sectors)
    return header + b"".join(sectors)


def _build_tree(streams: Mapping[str, bytes]) -> tuple[_Entry, list[_Entry]]:
    root = _Entry("Root Entry", _ROOT)
    for path in sorted(streams):
        *folders, name = path.split("/")
        place = root
        for folder in folders:
            place = place.children.setdefault(folder, _Entry(folder, _STORAGE))
        place.children[name] = _Entry(name, _STREAM, streams[path])
    entries: list[_Entry] = []
    _number(root, entries)
    for entry in entries:
        ordered = sorted(entry.children.values(), key=lambda child: (len(child.name), child.name.upper()))
        entry.child = _link(ordered, max(1, len(ordered).bit_length() - 1))
    return root, entries


def _number(entry: _Entry, entries: list[_Entry]) -> None:
    if len(entry.name) > 31:
        raise ValueError(f"a compound file has no room for the name {entry.name!r}")
    entry.index = len(entries)
    entries.append(entry)
    for name in sorted(entry.children):
        _number(entry.children[name], entries)


def _link(ordered: Sequence[_Entry], depth_left: int) -> int:
    """Siblings form a red-black tree: halving leaves every level full but the last, whose nodes are the red ones."""
    if not ordered:
        return _NO_ENTRY
    middle = len(ordered) // 2
    entry = ordered[middle]
    entry.left = _link(ordered[:middle], depth_left - 1)
    entry.right = _link(ordered[middle + 1 :], depth_left - 1)
    entry.color = _RED if depth_left == 0 else _BLACK
    return entry.index


def _count(content: bytes, size: int) -> int:
    return -(-len(content) // size)


def _padded(content: bytes, size: int, filler: bytes = b"\0") -> bytes:
    return content + filler * (_count(content, size) * size - len(content))


def _append_chain(chains: list[int], count: int) -> int:
    start = len(chains)
    chains.extend(range(start + 1, start + count))
    chains.append(_END_OF_CHAIN)
    return start


def _append_sectors(sectors: list[bytes], chains: list[int], content: bytes, filler: bytes = b"\0") -> int:
    padded = _padded(content, _SECTOR, filler)
    sectors.extend(padded[at : at + _SECTOR] for at in range(0, len(padded), _SECTOR))
    return _append_chain(chains, len(padded) // _SECTOR)


def _append_fat(sectors: list[bytes], chains: list[int]) -> list[int]:
    """The FAT lists its own sectors too, so that its length is the smallest that holds itself."""
    count = 0
    while (len(chains) + count) > count * _SLOTS_PER_FAT_SECTOR:
        count += 1
    if count > _FAT_SLOTS_IN_HEADER:
        raise ValueError(f"{len(chains)} sectors are more than a compound file without a DIFAT chain holds")
    numbers = list(range(len(sectors), len(sectors) + count))
    slots = [*chains, *([_FAT_SECTOR] * count)]
    slots += [_FREE] * (count * _SLOTS_PER_FAT_SECTOR - len(slots))
    table = struct.pack(f"<{len(slots)}I", *slots)
    sectors.extend(table[at : at + _SECTOR] for at in range(0, len(table), _SECTOR))
    return numbers


def _directory_entry(entry: _Entry, mini_stream_size: int) -> bytes:
    name = (entry.name + "\0").encode("utf-16-le") if entry.name else b""
    size = mini_stream_size if entry.kind == _ROOT else len(entry.content)
    start = 0 if entry.kind in (_UNUSED, _STORAGE) else entry.start
    packed = struct.pack(
        "<64sHBBIII16sIQQIQ",
        name,
        len(name),
        entry.kind,
        entry.color,
        entry.left,
        entry.right,
        entry.child,
        b"",
        0,
        0,
        0,
        start,
        size,
    )
    assert len(packed) == _DIRECTORY_ENTRY
    return packed


def _header(directory_start: int, mini_fat_start: int, n_mini_fat: int, fat_sectors: Sequence[int]) -> bytes:
    listed = [*fat_sectors, *([_FREE] * (_FAT_SLOTS_IN_HEADER - len(fat_sectors)))]
    return struct.pack(
        "<8s16sHHHHH6s9I109I",
        SIGNATURE,
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,
        len(fat_sectors),
        directory_start,
        0,
        _MINI_CUTOFF,
        mini_fat_start,
        n_mini_fat,
        _END_OF_CHAIN,
        0,
        *listed,
    )
