"""Files of the four commonest families, damaged in thousands of ways from fixed seeds: none brings the run down, hangs it,
or comes out as an empty success, and the healthy files between them are read as ever."""

import copy
import io
import random
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import lxml.etree as etree
import olefile
import pytest

from connectors.isolation import Limits, SandboxedReader
from connectors.isolation.frames import encode_readings
from connectors.reading import read_blob
from pipelines.sample.manuscript import LEFT, UP, Manuscript, compose, grid_of
from pipelines.sample.writers.compound_file import write_compound_file
from pipelines.sample.writers.hwp5 import write_hwp5
from pipelines.sample.writers.hwpx import write_hwpx
from pipelines.sample.writers.pdf import write_pdf
from pipelines.sample.writers.xlsx import Sheet, write_xlsx
from schemas.elements import Reading
from schemas.identity import digest_bytes
from schemas.outcome import Outcome
from schemas.ports import ReadRequest

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "sources"
FAMILIES = ("hwp", "hwpx", "xlsx", "pdf")
# Processor time tells a hang; the wall clock runs on while a busy machine does other things.
LIMITS = Limits(wall_seconds=200, cpu_seconds=40)
NEIGHBOUR_EVERY = 10
FEW, MANY = 20, 500

_COMPRESSED_FLAG = 1
_LONG_RECORD = 0xFFF
_TABLE_CELL = 72
_WILD_NUMBERS = (b"0", b"-1", b"65535", b"99999999", b"4294967296", b"1e308", b"999999999999999999999")
_STREAM = re.compile(rb"(<<[^>]*/FlateDecode[^>]*>>\s*stream\r?\n)(.*?)(\r?\nendstream)", re.DOTALL)

Mutation = Callable[[bytes, random.Random], bytes]


# --- the healthy files --------------------------------------------------------------------------------------------


def _manuscript(number: int) -> Manuscript:
    table = grid_of(
        [
            ["세부사업", "2025년", LEFT, "증감"],
            [UP, "예산", "결산", UP],
            [f"청년 일자리 {number}", "1,200", "1,150", "△50"],
            ["지역 문화시설", "3,400", "3,390", "△10"],
        ],
        unit="백만원",
    )
    lines = [
        f"{n}. 사업 {number}-{n}의 집행률은 9{n % 10}.{n % 7}%이며 이월액은 {n * 37}백만원이다." for n in range(1, 9)
    ]
    prose = "\n\n".join(["제1장 개요", *lines[:4], "[표 집행]", "제2장 세부 내역", *lines[4:], "[표 집행]"])
    return compose(prose, tables={"집행": table}, title=f"2025년 집행 점검 {number}", header="재정집행점검")


@cache
def healthy(family: str) -> tuple[tuple[str, bytes], ...]:
    """Names and contents: what the sample's writers give, and what the golden set has of the family."""
    made = [(f"점검 {n}.{family}", _write(family, _manuscript(n))) for n in (1, 2)]
    golden = [(path.name, path.read_bytes()) for path in sorted(GOLDEN.glob(f"*.{family}"))]
    # HWP 3 has the same extension and is of another family; a scan is told by its first look, whatever the damage.
    fit = [
        one for one in golden if one[1][:4] == made[0][1][:4] and read_blob(one[1], one[0])[0].outcome is Outcome.KEPT
    ]
    return (*made, *fit)


def _write(family: str, manuscript: Manuscript) -> bytes:
    if family == "xlsx":
        sheets = [
            Sheet(f"표{n}", manuscript.title, table, (2, 3)) for n, table in enumerate(manuscript.tables(), start=1)
        ]
        return write_xlsx(manuscript.title, sheets)
    return {"hwp": write_hwp5, "hwpx": write_hwpx, "pdf": write_pdf}[family](manuscript)


# --- the damage ---------------------------------------------------------------------------------------------------


def truncate(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(1, max(2, len(content)))]


def flip(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.choice((1, 3, 20, 100)) if damaged else 0):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def mix(content: bytes, chance: random.Random) -> bytes:
    """Blocks of another file, whatever its family, over or between one's own."""
    stranger = chance.choice(healthy(chance.choice(FAMILIES)))[1]
    damaged = bytearray(content)
    for _ in range(chance.randrange(1, 4)):
        size = chance.choice((16, 512, 4096))
        start = chance.randrange(len(stranger))
        at = chance.randrange(len(damaged) + 1)
        damaged[at : at + chance.choice((0, size))] = stranger[start : start + size]
    return bytes(damaged)


def repeat(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    piece = content[start : start + chance.choice((8, 200, 3000))]
    return content[:start] + piece * chance.choice((2, 5, 50)) + content[start:]


def cut_out(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start + chance.choice((1, 20, 600)) :]


def wild_numbers(content: bytes, chance: random.Random) -> bytes:
    places = list(re.finditer(rb"(?<![\w.])\d{1,9}(?![\w.])", content))
    for place in sorted(chance.sample(places, min(len(places), 5)), key=lambda match: -match.start()):
        content = content[: place.start()] + chance.choice(_WILD_NUMBERS) + content[place.end() :]
    return content


def swap_tags(content: bytes, chance: random.Random) -> bytes:
    names = list({match[1] for match in re.finditer(rb"<([A-Za-z][\w:]*)", content)})
    if len(names) < 2:
        return flip(content, chance)
    one, other = chance.sample(sorted(names), 2)
    return re.sub(rb"(</?)" + re.escape(one) + rb"\b", rb"\1" + other, content, count=chance.choice((0, 1, 2, 7)))


def deepen(content: bytes, chance: random.Random) -> bytes:
    """One element inside itself, again and again."""
    places = list(re.finditer(rb"<([A-Za-z][\w:]*)(?:\s[^<>]*)?>", content))
    if not places:
        return truncate(content, chance)
    place = chance.choice(places)
    times = chance.choice((10, 150, 3000))
    return content[: place.start()] + place[0] * times + b"</" + place[1] + b">" * times + content[place.end() :]


def shake(content: bytes, chance: random.Random) -> bytes:
    """Well-formed XML that says something else: elements gone, twice, elsewhere or empty, attributes gone wild."""
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError:
        return flip(content, chance)
    for _ in range(chance.choice((1, 4, 25))):
        elements = [one for one in root.iter() if one is not root and isinstance(one.tag, str)]
        if not elements:
            break
        one = chance.choice(elements)
        parent = one.getparent()
        assert parent is not None
        match chance.randrange(6):
            case 0:
                parent.remove(one)
            case 1:
                place = parent.index(one)
                for _ in range(chance.choice((1, 10, 200))):
                    parent.insert(place, copy.deepcopy(one))
            case 2:
                chance.choice([other for other in root.iter() if isinstance(other.tag, str)]).append(copy.deepcopy(one))
            case 3:
                one.text = None
                del one[:]
            case 4 if one.attrib:
                one.set(chance.choice(list(one.attrib)), chance.choice(_WILD_NUMBERS).decode())
            case _:
                one.tag = chance.choice(elements).tag
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


OUTER: tuple[Mutation, ...] = (truncate, flip, mix, repeat, cut_out)
TEXTUAL: tuple[Mutation, ...] = (*OUTER, wild_numbers, swap_tags, deepen)


def inside_zip(content: bytes, chance: random.Random) -> bytes:
    """Damage to one or two members, compressed anew with a checksum that fits."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        members = {info.filename: source.read(info) for info in source.infolist()}
    bodies = [name for name in members if re.search(r"section\d|sheet\d|sharedStrings|styles|header", name)]
    for name in chance.sample(sorted(bodies or members), min(len(bodies or members), chance.randrange(1, 3))):
        members[name] = (shake if chance.random() < 0.6 else chance.choice(TEXTUAL))(members[name], chance)
    if chance.random() < 0.1:
        del members[chance.choice(sorted(members))]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, member in members.items():
            package.writestr(name, member)
    return target.getvalue()


def inside_hwp(content: bytes, chance: random.Random) -> bytes:
    """Damage to the records of a stream, compressed anew in a compound file that is whole."""
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        streams = {"/".join(entry): compound.openstream(entry).read() for entry in compound.listdir()}
    is_compressed = bool(streams["FileHeader"][36] & _COMPRESSED_FLAG)
    sections = sorted(name for name in streams if name.startswith("BodyText/"))
    if any(name.startswith("ViewText/") for name in streams):
        # A distribution document's body is enciphered: what is damaged there comes out as noise.
        name = next(name for name in sorted(streams) if name.startswith("ViewText/"))
        return write_compound_file(streams | {name: chance.choice(OUTER)(streams[name], chance)})
    name = "DocInfo" if chance.random() < 0.15 else chance.choice(sections)
    plain = zlib.decompress(streams[name], -zlib.MAX_WBITS) if is_compressed else streams[name]
    damaged = _damaged_records(plain, chance)
    if is_compressed:
        squeezer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        damaged = squeezer.compress(damaged) + squeezer.flush()
    return write_compound_file(streams | {name: damaged})


def _damaged_records(plain: bytes, chance: random.Random) -> bytes:
    records = list(_records(plain))
    for _ in range(chance.choice((1, 1, 2, 6))):
        at = chance.randrange(len(records))
        tag, level, payload = records[at]
        match chance.randrange(9):
            case 0:
                records[at] = (tag, level, chance.choice(OUTER)(payload, chance))
            case 1:
                records[at] = (chance.choice((0, 66, 67, 71, 72, 77, 1023)), level, payload)
            case 2:
                records[at] = (tag, chance.choice((0, 1, level + 1, 500, 1023)), payload)
            case 3:
                records[at : at + 1] = [records[at]] * chance.choice((2, 30, 400))
            case 4 if len(records) > 1:
                del records[at]
            case 5:
                other = chance.randrange(len(records))
                records[at], records[other] = records[other], records[at]
            case 6:
                cells = [n for n, record in enumerate(records) if record[0] == _TABLE_CELL and len(record[2]) >= 16]
                for n in cells[: chance.randrange(1, 4)]:
                    wild = struct.pack("<4H", *(chance.choice((0, 1, 2, 400, 65535)) for _ in range(4)))
                    records[n] = (*records[n][:2], records[n][2][:8] + wild + records[n][2][16:])
            case 7:
                records[at] = (tag, level, chance.randbytes(len(payload)))
            case _:
                records[at] = (tag, level, b"")
    written = b"".join(_record(*record) for record in records)
    return chance.choice((written, written, written, truncate(written, chance), flip(written, chance)))


def _records(plain: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(plain):
        (head,) = struct.unpack_from("<I", plain, at)
        size = head >> 20
        at += 4
        if size == _LONG_RECORD:
            (size,) = struct.unpack_from("<I", plain, at)
            at += 4
        yield head & 0x3FF, head >> 10 & 0x3FF, plain[at : at + size]
        at += size


def _record(tag: int, level: int, payload: bytes) -> bytes:
    head = tag | min(level, 1023) << 10
    if len(payload) < _LONG_RECORD:
        return struct.pack("<I", head | len(payload) << 20) + payload
    return struct.pack("<II", head | _LONG_RECORD << 20, len(payload)) + payload


def inside_pdf(content: bytes, chance: random.Random) -> bytes:
    """Damage to objects and, where they are compressed, to what the streams hold; a reader must rebuild the directory."""
    streams = list(_STREAM.finditer(content))
    if not streams or chance.random() < 0.4:
        return chance.choice((wild_numbers, cut_out, repeat, wild_numbers))(content, chance)
    one = chance.choice(streams)
    try:
        plain = zlib.decompress(one[2])
    except zlib.error:
        return flip(content, chance)
    packed = zlib.compress(chance.choice((*OUTER, wild_numbers))(plain, chance))
    return content[: one.start(2)] + packed + content[one.end(2) :]


INNER: dict[str, Mutation] = {"hwp": inside_hwp, "hwpx": inside_zip, "xlsx": inside_zip, "pdf": inside_pdf}


def mutants(family: str, n: int) -> Iterator[tuple[str, bytes]]:
    """The family's damaged files; the same number gives the same file every time."""
    for number in range(n):
        chance = random.Random(f"{family} {number}")
        name, content = healthy(family)[number % len(healthy(family))]
        mutation = INNER[family] if number % 2 else chance.choice(OUTER)
        yield f"{number:03} {mutation.__name__} {name}", mutation(content, chance)


# --- the runs -----------------------------------------------------------------------------------------------------


def read_all(n: int) -> dict[str, Counter[str]]:
    """Read the mutants of every family with healthy files between them, and hold each reading to what is promised."""
    ends: dict[str, Counter[str]] = {}
    neighbours = [one for family in FAMILIES for one in healthy(family)]
    with SandboxedReader(2, LIMITS) as reader:
        unharmed = _read(reader, {digest_bytes(content): (name, content) for name, content in neighbours})
        troubled = [(one.name, one.reason, one.detail) for one, *_ in unharmed.values() if one.reason]
        assert not troubled, troubled
        for family in FAMILIES:
            files: dict[str, tuple[str, bytes]] = {}
            crowd: list[str] = []
            for number, (name, content) in enumerate(mutants(family, n)):
                key = digest_bytes(content)
                if key not in unharmed:
                    files[key] = (name, content)
                    crowd.append(key)
                if number % NEIGHBOUR_EVERY == 0:
                    crowd.append(digest_bytes(neighbours[number // NEIGHBOUR_EVERY % len(neighbours)][1]))
            everything = files | {digest_bytes(content): (name, content) for name, content in neighbours}
            ends[family] = Counter()
            for key, readings in _ordered(reader, crowd, everything):
                if key in unharmed:
                    assert encode_readings(readings) == encode_readings(unharmed[key]), "a neighbour came out otherwise"
                else:
                    _check(files[key][0], readings, ends[family])
    return ends


def _read(reader: SandboxedReader, files: dict[str, tuple[str, bytes]]) -> dict[str, list[Reading]]:
    return dict(_ordered(reader, list(files), files))


def _ordered(
    reader: SandboxedReader, keys: list[str], files: dict[str, tuple[str, bytes]]
) -> Iterator[tuple[str, list[Reading]]]:
    requests = [ReadRequest(content_id=key, name=files[key][0], load=lambda key=key: files[key][1]) for key in keys]
    answered = Counter[str]()
    for key, readings in reader.read(requests):
        answered[key] += 1
        yield key, readings
    assert answered == Counter(keys), "a file got no answer or two"


def _check(name: str, readings: list[Reading], ends: Counter[str]) -> None:
    own = readings[0]
    ends[own.reason or own.outcome.value] += 1
    if own.reason in ("timeout", "out_of_memory", "reader_crashed"):
        print(f"    {own.reason}: {name} {own.detail or ''}")
    if own.outcome is Outcome.KEPT:
        has_text = any(element.text.strip() for element in own.elements)
        assert has_text or len(readings) > 1, f"{name}: an empty success"


def test_a_few_mutated_files_of_each_family_cost_nothing_but_themselves():
    ends = read_all(FEW)
    assert all(sum(counted.values()) for counted in ends.values())


@pytest.mark.long
def test_mutated_files_cost_nothing_but_themselves():
    for family, counted in read_all(MANY).items():
        print(family, dict(counted.most_common()))
        assert sum(counted.values()) > MANY * 0.9, "too many mutants are alike"
        assert counted["kept"] > MANY * 0.1, "the damage never reaches the reader's depth"
        assert counted["timeout"] == 0, "a damaged file hangs its reader"
