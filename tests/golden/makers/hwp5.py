"""Makes `hwp5_rich.hwp` and `hwp5_distribution.hwp`: a document with everything that the format has, written record by record.

Run once by hand from the project's root: `.venv/bin/python -m tests.golden.makers.hwp5`. The tests of the reader build
their own documents with the same functions.
"""

import struct
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from pipelines.sample.writers.compound_file import write_compound_file
from pipelines.sample.writers.deflate import store
from pipelines.sample.writers.summary import summary_information

SOURCES = Path(__file__).resolve().parents[1] / "sources"

COMPRESSED, PASSWORD, DISTRIBUTION, DRM, TRACKED = 1 << 0, 1 << 1, 1 << 2, 1 << 4, 1 << 14
LAST = 0x80000000
BODY, OUTLINE_1, OUTLINE_2, BULLET, OUTLINE_5 = range(5)
PLAIN_STYLE, OUTLINE_STYLE, TITLE_STYLE = range(3)
SMALL, NORMAL, LARGE = range(3)
LEFT, RIGHT, TOP, BOTTOM = range(4)


def record(tag, level, payload=b""):
    head = tag | level << 10
    if len(payload) < 0xFFF:
        return struct.pack("<I", head | len(payload) << 20) + payload
    return struct.pack("<II", head | 0xFFF << 20, len(payload)) + payload


def counted(text):
    encoded = text.encode("utf-16-le")
    return struct.pack("<H", len(encoded) // 2) + encoded


def control_id(name):
    return name.encode("ascii")[::-1]


def mark(code, name="\0\0\0\0"):
    """The eight units that stand in a paragraph's text where a control is anchored."""
    return struct.pack("<H4s8sH", code, control_id(name), b"", code).decode("utf-16-le", "surrogatepass")


TAB = mark(9)
FIELD_END = mark(4)
BREAK, HYPHEN, NO_BREAK_SPACE, FIXED_SPACE = "\n", "\x18", "\x1e", "\x1f"


def paragraph(text, level=0, *, shape=BODY, style=PLAIN_STYLE, size=NORMAL, controls=b"", ranges=b"", is_last=False):
    """A paragraph with the records of its controls, which the caller has made for the level below."""
    units = (text + "\r").encode("utf-16-le", "surrogatepass")
    head = struct.pack(
        "<IIHBBHHHIH", len(units) // 2 | (LAST if is_last else 0), 0, shape, style, 0, 1, len(ranges) // 12, 1, 0, 0
    )
    return (
        record(66, level, head)
        + (record(67, level + 1, units) if text else b"")
        + record(68, level + 1, struct.pack("<II", 0, size))
        + record(69, level + 1, bytes(36))
        + (record(70, level + 1, ranges) if ranges else b"")
        + controls
    )


def text_list(paragraphs, level, tail=bytes(18)):
    """A list's head and its paragraphs, which stand on the same level."""
    return record(72, level, struct.pack("<II", len(paragraphs), 0) + tail) + b"".join(paragraphs)


def cell(row, col, paragraphs, level, *, row_span=1, col_span=1):
    place = struct.pack("<4H", col, row, col_span, row_span) + struct.pack(
        "<II4HH13x", 3000, 1700, 510, 510, 141, 141, 1
    )
    return text_list(paragraphs, level, place)


def lines(texts, level):
    return [paragraph(text, level) for text in texts.split("\n")]


def table(n_rows, n_cols, cells, level, *, caption=None, side=TOP):
    """A table's control. A cell is (row, col, text or list of paragraphs[, row span, column span])."""
    head = struct.pack(f"<IHH5H{n_rows}HHH", 6, n_rows, n_cols, 0, 510, 510, 141, 141, *([n_cols] * n_rows), 1, 0)
    body = b"".join(
        cell(row, col, lines(text, level + 1) if isinstance(text, str) else text, level + 1,
             row_span=spans[0] if spans else 1, col_span=spans[1] if spans else 1)
        for row, col, text, *spans in cells
    )  # fmt: skip
    return control("tbl ", level, object_head()) + captioned(caption, side, level) + record(77, level + 1, head) + body


def captioned(caption, side, level):
    if caption is None:
        return b""
    return text_list([paragraph(caption, level + 1)], level + 1, struct.pack("<I18x", side))


def control(name, level, payload=b""):
    return record(71, level, control_id(name) + payload)


def object_head():
    return struct.pack("<IiiIIi4HIiH", 0x082A2311, 0, 0, 30000, 5000, 0, 283, 283, 283, 283, 0, 0, 0)


def note(name, texts, level):
    return control(name, level, bytes(8)) + text_list(lines(texts, level + 1), level + 1)


def running(name, paragraphs, level):
    return control(name, level, struct.pack("<II", 0, 1)) + text_list(paragraphs, level + 1)


def equation(script, level):
    return control("eqed", level, object_head()) + record(88, level + 1, struct.pack("<I", 0) + counted(script))


def text_box(paragraphs, level, *, caption=None, side=BOTTOM):
    """A rectangle with text, whose paragraphs the caller has made for two levels below."""
    return (
        control("gso ", level, object_head())
        + captioned(caption, side, level)
        + record(76, level + 1, b"cer$cer$" + bytes(40))
        + text_list(paragraphs, level + 2, bytes(26))
        + record(79, level + 2, bytes(33))
    )


def group(first, second, level):
    """Two text boxes in a group, whose paragraphs the caller has made for three levels below."""
    boxes = b"".join(
        record(76, level + 2, b"cer$" + bytes(40))
        + text_list(paragraphs, level + 3, bytes(26))
        + record(79, level + 3, bytes(33))
        for paragraphs in (first, second)
    )
    return (
        control("gso ", level, object_head())
        + record(76, level + 1, b"noc$noc$" + bytes(40))
        + record(86, level + 2, bytes(8))
        + boxes
    )


def word_art(text, level):
    body = bytes(32) + counted(text) + counted("함초롬돋움") + counted("") + bytes(36)
    return (
        control("gso ", level, object_head())
        + record(76, level + 1, b"tat$tat$" + bytes(40))
        + record(90, level + 2, body)
    )


def ole_object(slot, level):
    body = struct.pack("<IiiHHIHI", 0, 30000, 20000, slot, 0, 0, 0, 0)
    return (
        control("gso ", level, object_head())
        + record(76, level + 1, b"elo$elo$" + bytes(40))
        + record(84, level + 2, body)
    )


def field_control(name, command, level):
    return control(name, level, struct.pack("<IB", 0, 0) + counted(command) + struct.pack("<I", 7))


def composed(text, border, level):
    return control("tcps", level, counted(text) + struct.pack("<BbBB", border, 0, 0, 0))


def ruby(main, above, level):
    return control("tdut", level, counted(main) + counted(above) + bytes(20))


def form(kind, parameters, level):
    body = control_id(kind) * 2 + struct.pack("<I", len(parameters)) + counted(parameters)
    return control("form", level, object_head()) + record(91, level + 1, body)


def memo_list(paragraphs, level):
    return record(93, level, struct.pack("<I", 1)) + text_list(paragraphs, level, bytes(8))


def section_head(level, *, master_page=None):
    master = b"" if master_page is None else text_list([paragraph(master_page, level + 1)], level + 1, bytes(26))
    return (
        control("secd", level, bytes(30))
        + record(73, level + 1, bytes(40))
        + record(74, level + 1, bytes(28)) * 2
        + master
    )


def para_shape(head=0, depth=0):
    return struct.pack("<I", head << 23 | depth << 25) + bytes(50)


def style(name, english, shape):
    return counted(name) + counted(english) + struct.pack("<BBHHH", 0, 0, 1042, shape, NORMAL)


def char_shape(size):
    return bytes(42) + struct.pack("<i", size) + bytes(28)


def doc_info(*, n_sections=1, parts=(), changes=()):
    """A DocInfo stream: three sizes of type, five shapes of paragraphs, three styles."""
    return b"".join(
        [
            record(16, 0, struct.pack("<7H3I", n_sections, 1, 1, 1, 1, 1, 1, 0, 0, 0)),
            record(17, 0, bytes(72)),
            *(
                record(18, 1, struct.pack("<HH", kind, number) + (counted(ext) if kind & 15 == 1 else b""))
                for kind, number, ext in parts
            ),
            *(record(21, 1, char_shape(size)) for size in (900, 1000, 1600)),
            *(record(25, 1, para_shape(head, depth)) for head, depth in ((0, 0), (1, 0), (1, 1), (3, 0), (1, 4))),
            record(26, 1, style("바탕글", "Normal", BODY)),
            record(26, 1, style("개요 1", "Outline 1", OUTLINE_1)),
            record(26, 1, style("큰 제목", "", BODY)),
            *(record(96, 0, struct.pack("<I6H6xI", kind, 2025, 8, 20, 10, 30, 1, 0)) for kind in changes),
        ]
    )


def file_header(flags=COMPRESSED):
    return struct.pack("<32s4BII212s", b"HWP Document File", 0, 0, 1, 5, flags, 0, b"")


def document(*sections, flags=COMPRESSED, info=None, embedded=None, title="예산안"):
    """The streams of a document, packed."""
    streams = {
        "FileHeader": file_header(flags),
        "DocInfo": packed(info or doc_info(n_sections=len(sections)), flags),
        "\x05HwpSummaryInformation": summary_information(title, "김예산"),
    }
    for number, section in enumerate(sections):
        if flags & DISTRIBUTION:
            streams[f"ViewText/Section{number}"] = scrambled(packed(section, flags))
            section = paragraph("이 문서는 상위 버전의 배포용 문서입니다.", is_last=True)
        streams[f"BodyText/Section{number}"] = packed(section, flags)
    for name, content in (embedded or {}).items():
        streams[f"BinData/{name}"] = packed(content, flags)
    return write_compound_file(streams)


def packed(content, flags):
    return store(content) if flags & COMPRESSED else content


def scrambled(section, seed=0x1234ABCD, key=b"0123456789abcdef"):
    """A section as distribution documents keep it, its key hidden in 256 bytes of noise."""
    state, noise = seed, bytearray()
    while len(noise) < 256:
        state = (state * 214013 + 2531011) & 0xFFFFFFFF
        value = state >> 16 & 0xFF
        state = (state * 214013 + 2531011) & 0xFFFFFFFF
        noise += bytes([value]) * ((state >> 16 & 0xF) + 1)
    plain = bytearray(256)
    at = 4 + (seed & 0xF)
    plain[at : at + 16] = key
    hidden = bytes(left ^ right for left, right in zip(plain, noise[:256], strict=True))
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    section += bytes(-len(section) % 16)
    return record(28, 0, struct.pack("<I", seed) + hidden[4:]) + encryptor.update(section) + encryptor.finalize()


def chart_object():
    """A chart as Hancom embeds it: its length, and a compound file with the chart in DrawingML."""
    points = "".join(f'<c:pt idx="{n}"><c:v>{year}년</c:v></c:pt>' for n, year in enumerate((2024, 2025, 2026)))
    values = "".join(f'<c:pt idx="{n}"><c:v>{value}</c:v></c:pt>' for n, value in enumerate((612.2, 642.4, 682.9)))
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?><c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart><c:title><c:tx><c:rich><a:p><a:r>'
        "<a:t>총수입 추이(조원)</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart><c:ser>"
        '<c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>총수입</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f"<c:cat><c:strRef><c:strCache>{points}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:numCache>{values}</c:numCache></c:numRef></c:val>"
        "</c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )
    inner = write_compound_file({"OOXMLChartContents": xml.encode()})
    return struct.pack("<I", len(inner)) + inner


def rich_section():
    """A budget proposal in small, with one of everything."""
    nested = [
        paragraph("정보화 사업" + mark(11, "tbl "), 2, controls=table(
            2, 2, [(0, 0, "장비"), (0, 1, "1,200"), (1, 0, "용역"), (1, 1, "△340")], 3)),
    ]  # fmt: skip
    budget = table(
        4, 4,
        [
            (0, 0, "세부사업", 2, 1), (0, 1, "2025년 예산", 2, 1), (0, 2, "2026년 요구", 1, 2),
            (1, 2, "요구액"), (1, 3, "증감"),
            (2, 0, nested), (2, 1, "4,150"), (2, 2, "4,780"), (2, 3, "630\n(15.2%)"),
            (3, 0, "합계"), (3, 1, "4,150"), (3, 2, "4,780"), (3, 3, ""),
        ],
        1, caption="<표 1> 세부사업별 요구 현황", side=TOP,
    )  # fmt: skip
    funds = table(2, 2, [(0, 0, "기금"), (0, 1, "운용 규모"), (1, 0, "국민체육기금"), (1, 1, "812")], 1,
                  caption="자료: 재정정보원 (단위: 억원)", side=BOTTOM)  # fmt: skip
    head = (
        section_head(1, master_page="내부 검토용")
        + control("cold", 1, bytes(12))
        + running("head", [paragraph("2026년도 예산요구서", 2)], 1)
        + running("foot", [paragraph("재정기획과" + mark(18, "atno"), 2, controls=control("atno", 3, bytes(12)))], 1)
    )
    return b"".join(
        [
            paragraph(
                mark(2, "secd") + mark(2, "cold") + mark(16, "head") + mark(16, "foot") + "2026년도 세입세출예산 요구서",
                style=TITLE_STYLE, size=LARGE, controls=head,
            ),
            paragraph("총괄", shape=OUTLINE_1, style=OUTLINE_STYLE, size=LARGE),
            paragraph(
                f"내년{NO_BREAK_SPACE}요구액은{FIXED_SPACE}4,780백만원으로{mark(17, 'fn  ')} 올해보다 15.2% 늘었다."
                f"{BREAK}구분{TAB}금액{TAB}2025{HYPHEN}2026",
                controls=note("fn  ", "추가경정예산을 뺀 본예산 기준이다.", 1),
            ),
            paragraph("(단위: 백만원)", size=SMALL),
            paragraph(mark(11, "tbl "), controls=budget),
            paragraph("세부 내역", shape=OUTLINE_2),
            paragraph("노후 서버를 바꾼다.", shape=BULLET),
            paragraph("다섯째 수준의 개요는 글의 항목으로 쓰이는 일이 많아서 이만큼 길면 제목으로 보지 않는다", shape=OUTLINE_5),
            paragraph(
                f"증가율은 {mark(11, 'eqed')} 로 셈하고 {mark(23, 'tcps')}번 서식을 쓴다{mark(17, 'en  ')}.",
                controls=equation("{4780 - 4150} over 4150 times 100", 1)
                + composed("①", 1, 1)
                + note("en  ", "국가재정법 제29조.\n예산안 편성지침 붙임 3.", 1),
            ),
            paragraph(
                f"{mark(3, '%hlk')}열린재정{FIELD_END}에서 {mark(23, 'tdut')}을 본다. 담당: {mark(3, '%clk')}이하늘{FIELD_END}",
                controls=field_control("%hlk", "https\\://www.openfiscaldata.go.kr/op?id\\=1;1;0;0;", 1)
                + ruby("歲出", "세출", 1)
                + field_control("%clk", "Clickhere:set:0:", 1),
            ),
            paragraph(mark(11, "gso "), controls=text_box(
                [paragraph("제출 기한은 5월 31일이다.", 3), paragraph(mark(11, "tbl "), 3, controls=table(
                    1, 2, [(0, 0, "담당"), (0, 1, "재정기획과")], 4))], 1, caption="[그림 1] 제출 안내")),
            paragraph(mark(11, "gso "), controls=group([paragraph("요구", 4)], [paragraph("심사", 4)], 1)),
            paragraph(mark(11, "gso "), controls=word_art("예산은 국민의 것", 1)),
            paragraph(f"검토 의견{mark(15, 'tcmt')}은 따로 붙인다.", controls=note("tcmt", "과장 보고 뒤에 고칠 것", 1)),
            paragraph(f"{mark(3, '%%me')}요구액{FIELD_END}을 다시 확인한다.", controls=field_control("%%me", "", 1)),
            paragraph(f"동의함 {mark(11, 'form')}", controls=form(
                "+cbt", "ButtonSet:set:40:Caption:wstring:2:확인 Value:int:1 ", 1)),
            paragraph(mark(11, "tbl "), controls=funds),
            paragraph(mark(11, "gso "), controls=ole_object(1, 1)),
            paragraph("끝.", is_last=True, controls=memo_list([paragraph("4,780은 가내시액이다.", 1)], 1)),
        ]
    )  # fmt: skip


def rich():
    """The bytes of `hwp5_rich.hwp`."""
    return document(
        rich_section(),
        info=doc_info(parts=[(2, 1, "")]),
        embedded={"BIN0001.OLE": chart_object()},
        title="2026년도 세입세출예산 요구서",
    )


def distribution():
    """The bytes of `hwp5_distribution.hwp`, with a tracked change in its text."""
    text = "총지출은 656.9조원677.4조원으로 늘린다."
    deleted = text.index("656.9조원"), text.index("677.4조원")
    inserted = deleted[1], deleted[1] + len("677.4조원")
    ranges = struct.pack("<III", *deleted, 0x11 << 24 | 1) + struct.pack("<III", *inserted, 0x10 << 24 | 2)
    section = b"".join(
        [
            paragraph(mark(2, "secd") + "배포용 재정운용계획", style=TITLE_STYLE, controls=section_head(1)),
            paragraph("Ⅰ. 재정 여건", size=LARGE),
            paragraph(text, ranges=ranges),
            paragraph("(단위: 조원)"),
            paragraph(mark(11, "tbl "), is_last=True, controls=table(
                2, 3, [(0, 0, "구분", 1, 1), (0, 1, "총지출", 1, 2), (1, 0, "2026년"), (1, 1, "본예산"), (1, 2, "677.4")], 1)),
        ]
    )  # fmt: skip
    return document(section, flags=COMPRESSED | DISTRIBUTION, info=doc_info(changes=[0x11, 0x10]))


if __name__ == "__main__":
    for name, content in (("hwp5_rich.hwp", rich()), ("hwp5_distribution.hwp", distribution())):
        (SOURCES / name).write_bytes(content)
