"""A small invented home whose rights are as tangled as a ministry's: for the access oracle.

The same passage lies in places that one may read and in places that one may not, with other years, offices and sources;
files lie in archives in archives and in mails; one person is denied what his group may read, one source is closed to
everybody, one asks for two groups at once; rooms ask for a group of their own; a draft may be read and its final may not; a
content was replaced, another moved to where fewer may read it.

Every file's text and name hold a marker of their own (`표식017`), so that whatever is shown says by itself where it came from.
"""

import dataclasses
import io
import itertools
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectors.sources.folder import FolderSource
from pipelines.ports import Forms
from pipelines.sample.manuscript import Heading, Manuscript, Paragraph, grid_of
from pipelines.sample.writers.docx import write_docx
from pipelines.sample.writers.mail import Mail, write_eml
from schemas.access import Access, Principal, may_read

MARKER = re.compile(r"표식\d{3}")

PEOPLE = (
    Principal(name="가온", groups=("갑과",)),
    Principal(name="나래", groups=("을과",)),
    Principal(name="다솜", groups=("갑과", "을과")),
    Principal(name="라온", groups=("갑과", "을과")),
    Principal(name="마루", groups=()),
    Principal(name="바다", groups=("병과",), clearance="간부"),
    Principal(name="사랑", groups=("S-1-5-21-7",)),
)
"""`라온` is denied in one source and lacks nothing else that `다솜` has; `마루` is listed and in no group."""

SOURCES = {
    "열린곳": Access(allow=("group:all",)),
    "갑과함": Access(allow=("group:갑과",)),
    "을과함": Access(allow=("group:을과",)),
    "막은곳": Access(allow=("group:갑과", "group:을과"), deny=("user:라온",)),
    "닫힌곳": Access(),
    "두문곳": Access(allow=("group:all",), within=(("group:갑과",), ("group:을과", "clearance:간부"))),
    "간부함": Access(allow=("clearance:간부", "S-1-5-21-7")),
    "개인함": Access(allow=("user:마루",)),
}

ROOMS = {
    "공동예산방": (),
    "갑과협의방": ("group:갑과",),
    "간부조율방": ("clearance:간부", "user:라온"),
    "갑과협업": ("group:갑과",),
}

SHARED = "지방 이양 사업의 정산 잔액은 다음 회계연도 사월 말까지 반납 절차를 마쳐야 한다는 원칙을 함께 확인하였다."
"""A paragraph that stands in many documents."""


FIRST_HALF = (
    "수문 여섯 곳의 녹을 벗기고 칠을 다시 하며 닳은 고무판을 새것으로 갈아 끼운다.",
    "물막이 둑의 갈라진 틈에는 팽창 모르타르를 채우고 틈마다 눈금자를 붙여 달마다 읽는다.",
    "발전기실 바닥의 물기를 빼는 펌프는 두 대를 번갈아 돌리고 예비로 한 대를 더 둔다.",
    "정비하는 동안 고깃배가 드나들 길을 어촌계와 의논하여 물때마다 알린다.",
)
SECOND_HALF = (
    "변압기의 절연유는 해마다 한 번 뽑아 시험하고 기준에 못 미치면 통째로 바꾼다.",
    "제어반의 낡은 계전기를 디지털 방식으로 바꾸어 고장 기록이 중앙으로 오게 한다.",
    "송전 철탑의 볼트는 태풍 철에 앞서 모두 조이고 조인 사람의 이름을 적어 둔다.",
    "교육은 운전원 열두 명에게 사흘씩 두 차례 하고 마친 사람만 야간 근무에 넣는다.",
)
"""Of two documents that have nothing else in common."""


Doors = tuple[str, tuple[str, ...]]
"""A source, and the rooms that something in it came through: all of them must be open."""


class Marks:
    """Hands out markers, each once, and keeps where each was put: who may see it follows from that alone."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._pending: list[str] = []
        self.doors: dict[str, set[Doors]] = {}

    def __call__(self) -> str:
        marker = f"표식{next(self._numbers):03}"
        self._pending.append(marker)
        return marker

    def put(self, source: str, *markers: str, rooms: tuple[str, ...] = ()) -> None:
        """What was handed out since the last time, and these, stand in that source."""
        for marker in (*self._pending, *markers):
            self.doors.setdefault(marker, set()).add((source, rooms))
        self._pending.clear()

    def readers(self) -> dict[str, set[str]]:
        """Marker → names of those who may see it."""
        return {
            marker: {
                person.name
                for person in PEOPLE
                if any(
                    may_read(SOURCES[source], person.tokens)
                    # What came through two different rooms is nobody's.
                    and len(rooms) < 2
                    and all(not ROOMS[room] or person.tokens & set(ROOMS[room]) for room in rooms)
                    for source, rooms in doors
                )
            }
            for marker, doors in self.doors.items()
        }


def fill(root: Path) -> Marks:
    """Write the first night's shares, one folder a source; returns where each marker stands."""
    for name in SOURCES:
        (root / name).mkdir(parents=True)
    mark = Marks()

    def put(path: str, content: bytes) -> None:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        # Of what was made for several places every one counts.
        mark.put(path.split("/")[0], *MARKER.findall(content.decode("utf-8", "ignore")))

    def named(path: str) -> str:
        """The path with a marker in the file's name."""
        stem, _, extension = path.rpartition(".")
        return f"{stem}_{mark()}.{extension}"

    # The same paragraph everywhere, each time with another year, office and source.
    for number, (source, year, office) in enumerate(
        (
            ("열린곳", 2024, "온누리복지부"),
            ("갑과함", 2025, "맑은물부"),
            ("을과함", 2026, "온누리복지부"),
            ("막은곳", 2025, "한빛외교부"),
            ("닫힌곳", 2026, "맑은물부"),
            ("두문곳", 2027, "한빛외교부"),
            ("간부함", 2025, "온누리복지부"),
            ("개인함", 2026, "맑은물부"),
        )
    ):
        put(named(f"{source}/요구서/{year}년 요구.docx"), request(mark(), year, office, 3100 + number))
    # One content at three places under different names; only one of them is open to all.
    same = plain(mark(), "낙동 수계 관측망 교체 주기는 여섯 해로 정하고 예비품은 한 벌을 둔다.")
    for source, name in (("열린곳", "공개본.txt"), ("갑과함", "협상 전략 별첨.txt"), ("닫힌곳", "내사 대상 목록.txt")):
        put(named(f"{source}/{name}"), same)
    # The same text as one file that may be read and as one that may not, in other bytes.
    put(named("을과함/메모.txt"), plain(mark(), SHARED, "을과만 아는 단서: 증액 협상은 삼백억에서 멈춘다."))
    put(named("갑과함/메모.txt"), plain(mark(), SHARED, "갑과만 아는 단서: 감액 하한은 일곱 푼이다."))
    # Archives in archives: the innermost file also lies free where others may read it.
    inner = plain(mark(), "빗물 저류조 준설 시기를 장마 앞 두 주로 당긴다는 합의 문안이다.")
    beside = plain(mark(), "저류조 예비비 배분 초안을 적었다.")
    nested = packed({named("안/속 문서.txt"): inner, named("안/곁 문서.txt"): beside})
    listed = plain(mark(), "묶음의 차례를 적은 쪽지이다.")
    put(named("갑과함/묶음.zip"), packed({named("겉/다시 묶음.zip"): nested, "겉/차례.txt": listed}))
    put(named("을과함/속 문서 사본.txt"), inner)
    # A mail with an attachment that others hold as a file, and one that nobody else holds.
    attached = plain(mark(), "해안 초소 관사 보수 단가표의 산출 근거를 붙인다.")
    put(
        named("막은곳/보고 메일.eml"),
        write_eml(
            Mail(
                sender=("총괄담당", "budget@example.com"),
                recipient=("복지담당", "welfare@example.com"),
                sent_at="Tue, 10 Mar 2026 14:05:00 +0900",
                subject=f"관사 보수 단가 보고 {mark()}",
                body=f"붙임을 보시고 관사 보수 단가를 조정해 주십시오. {mark()}",
                attachments={
                    named("단가 근거.txt"): attached,
                    named("협상선.txt"): plain(mark(), "관사 단가 협상선은 팔 할이다."),
                },
            ),
            "one",
        ),
    )
    put(named("개인함/단가 근거 사본.txt"), attached)
    # Versions of one document: the first open to all, the last to few.
    for source, label, extra in (
        ("열린곳", "v1", "첫 판에서는 갯벌 체험관을 두 동 짓는다."),
        ("갑과함", "v2", "둘째 판에서는 갯벌 체험관을 한 동 짓는다."),
        ("간부함", "최종", "마지막 판에서는 갯벌 체험관을 짓지 않는다."),
    ):
        # A number of their own in their names would make them a series.
        put(f"{source}/갯벌 체험관 계획_{label}.docx", plan(mark(), label, extra))
    # Two documents of which the second half and the first are those of a third, which few may read: only that one joins them.
    for source, folder, halves in (
        ("열린곳", "봄", FIRST_HALF),
        ("간부함", "여름", FIRST_HALF + SECOND_HALF),
        ("열린곳", "가을", SECOND_HALF),
    ):
        put(f"{source}/{folder}/조력 발전 설비 정비 계획.docx", half(mark(), folder, halves))
    put(named("열린곳/바뀔 문서.txt"), plain(mark(), "등대 무인화 계획의 옛 문안: 열두 곳을 한꺼번에 바꾼다."))
    put("열린곳/옮길 문서.txt", plain(mark(), "염전 복구 지원금 배분 기준을 적은 쪽지이다."))
    put("갑과함/풀릴 문서.txt", plain(mark(), "양묘장 임차료 인상안을 적은 쪽지이다."))
    return mark


def change(root: Path, marks: Marks) -> None:
    """What the second night finds: a replaced content, one moved to fewer readers, one moved to more."""
    old = next((root / "열린곳").glob("바뀔 문서*"))
    # What stood there is nowhere any more.
    marks.doors[MARKER.findall(old.read_text(encoding="utf-8"))[0]] = set()
    marks.put("열린곳", "표식901")
    old.write_bytes(plain("표식901", "등대 무인화 계획의 새 문안: 다섯 곳을 먼저 바꾼다."))
    for source, name, target, new in (("열린곳", "옮길", "갑과함", "옮긴"), ("갑과함", "풀릴", "열린곳", "풀린")):
        file = (root / source / f"{name} 문서.txt").rename(root / target / f"{new} 문서.txt")
        marks.doors[MARKER.findall(file.read_text(encoding="utf-8"))[0]] = {(target, ())}


def talk(root: Path, talking: Any, marks: Marks) -> None:
    """Write the exports of messengers: rooms with doors of their own, in places with doors of their own.

    Args:
        root: the shares' folder.
        talking: the writers of exports, `tests/warehouse/talks.py`.
        marks: where each marker stands.
    """
    rooms = (
        ("열린곳", "공동예산방", "표식501", "철도 건널목 개량비를 올해 안에 마저 집행하기로 했습니다"),
        ("갑과함", "갑과협의방", "표식502", "수문 자동화 예산은 양보할 수 있다고 전했습니다"),
        ("열린곳", "갑과협의방", "표식503", "수문 자동화 설계비는 따로 적어 달라고 했습니다"),
        ("열린곳", "간부조율방", "표식504", "청사 이전 시기를 내후년으로 미루기로 했습니다"),
        ("닫힌곳", "공동예산방", "표식505", "건널목 개량비의 뒷이야기는 여기만 적어 둡니다"),
        ("을과함", "공동예산방", "표식506", "건널목 보상 단가는 을과가 다시 봅니다"),
    )
    for number, (source, room, marker, said) in enumerate(rooms):
        lines = [(f"{9 + number}:{minute:02}", who, text) for minute, who, text in _lines(marker, said)]
        # An export's name is its place's, what was said in it the room's too; so the two have markers of their own.
        (root / source / f"대화{number}_표식{600 + number}.txt").write_text(
            talking.kakao(room, lines), encoding="utf-8"
        )
        marks.put(source, f"표식{600 + number}")
        marks.put(source, marker, rooms=(room,))
    # In an open place the archive of a closed room: with it came a file, and the export of a room that is open to all.
    lines = [
        (f"16:{minute:02}", who, text)
        for minute, who, text in _lines("표식507", "승강장 안전문 보수비를 나누어 댑니다")
    ]
    files = {
        "F01PLAN000": ("부두 증설안_표식508.txt", plain("표식509", "부두 증설은 두 해로 나누어 짓는다.")),
        "F02TALK000": ("전달받은 대화_표식510.txt", talking.kakao("공동예산방", lines).encode()),
    }
    attached = [{"id": key, "name": name, "mimetype": "text/plain", "size": 9} for key, (name, _) in files.items()]
    members = {f"갑과협업/attachments/{key}-{name}": content for key, (name, content) in files.items()}
    said = [
        talking.said(0, "표식511 부두 증설안을 붙입니다. 갑과 안에서만 보아 주십시오", files=attached),
        talking.said(60, "표식511 받았습니다. 증설 시기를 다시 따져 보겠습니다", user="U02WELF000"),
    ]
    (root / "열린곳/협업 내보내기_표식512.zip").write_bytes(talking.slack(members, 갑과협업=said))
    marks.put("열린곳", "표식512")
    marks.put("열린곳", "표식508", "표식509", "표식510", "표식511", rooms=("갑과협업",))
    marks.put("열린곳", "표식507", rooms=("갑과협업", "공동예산방"))


def _lines(marker: str, said: str) -> list[tuple[int, str, str]]:
    return [
        (1, "총괄담당", f"{said} {marker}"),
        (2, "복지담당", f"{marker} 말씀대로 정리해서 오후에 다시 올리겠습니다"),
        (3, "국토담당", f"{marker} 관련 근거 자료도 함께 찾아 두겠습니다"),
    ]


def leave_only(root: Path, marks: Marks, person: Principal) -> None:
    """Take away every file that a person may not read, be it for its place or for the room that it is of."""
    readers = marks.readers()
    for source, access in SOURCES.items():
        for file in sorted(path for path in (root / source).rglob("*") if path.is_file()):
            told = MARKER.findall(file.read_bytes().decode("utf-8", "ignore")) if file.suffix == ".txt" else []
            is_closed = file.name.startswith("대화") and any(person.name not in readers[marker] for marker in told)
            is_closed |= file.name.startswith("협업") and person.name not in readers["표식511"]
            if is_closed or not may_read(access, person.tokens):
                file.unlink()


def request(marker: str, year: int, office: str, number: int) -> bytes:
    """A request for a year of an office, with one project's amounts and the shared paragraph."""
    code, amount = f"{number}-301", f"{number * 7:,}"
    rows = [
        ["세부사업", f"{year}년 예산액"],
        [f"갯길 정비 {marker}({code})", amount],
        ["합계", amount],
    ]
    blocks = (
        Heading(f"{year}년 예산요구서({office})", 1),
        Paragraph(f"{marker} 이 요구서는 갯길 정비 사업의 물량과 단가를 적는다."),
        Paragraph("(단위: 백만원)"),
        grid_of(rows, "백만원"),
        # A section of its own at the top, so that the passage is the same in every request, headings and all.
        Heading("공통 원칙", 1),
        Paragraph(SHARED),
    )
    return write_docx(Manuscript(f"{year}년 예산요구서({office})", blocks))


def plan(marker: str, label: str, extra: str) -> bytes:
    """A version of the plan: nearly all of it the same in each."""
    common = (
        "갯벌 체험관은 해안 습지의 생태를 알리고 마을의 소득을 돕기 위한 시설이다.",
        "부지는 군이 가진 땅을 쓰고 건축비는 국비와 지방비를 절반씩 나누어 댄다.",
        "운영은 마을 조합이 맡되 첫 두 해는 군의 담당이 회계를 함께 본다.",
        "관람료는 어른 삼천 원을 넘지 않게 하고 마을 사람에게는 받지 않는다.",
        "해마다 이용자 수와 정비 비용을 적어 다음 해 예산 요구에 붙인다.",
    )
    paragraphs = [Paragraph(text) for text in (*common, f"{label}: {extra} {marker}")]
    return write_docx(Manuscript("갯벌 체험관 건립 계획", (Heading("갯벌 체험관 건립 계획", 1), *paragraphs)))


def half(marker: str, season: str, paragraphs: tuple[str, ...]) -> bytes:
    """A plan of several paragraphs, with a section by itself that says nearly the same in each of them."""
    title = "조력 발전 설비 정비 계획"
    blocks = (
        Heading(title, 1),
        *(Paragraph(text) for text in paragraphs),
        Heading("안전 수칙", 1),
        Paragraph(f"조류 속도가 빠른 날에는 잠수 작업을 하지 않는다({season}). {marker}"),
    )
    return write_docx(Manuscript(title, blocks))


def plain(marker: str, *paragraphs: str) -> bytes:
    """A text file."""
    return "\n\n".join([f"{marker} {paragraphs[0]}", *paragraphs[1:]]).encode()


def packed(members: Mapping[str, bytes]) -> bytes:
    """A ZIP file whose names are UTF-8."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def sources(root: Path) -> list[FolderSource]:
    """The sources, bound."""
    return [FolderSource(name, root / name, access) for name, access in SOURCES.items()]


def run(talks: Any, *, is_last: bool = True) -> None:
    """A night with its budget records and versions of documents; only the last one is published.

    Reconciliation and marts are left out: nothing of them is searched.
    """
    night = talks.converse()
    night.ports = dataclasses.replace(night.ports, forms=Forms())
    for name in ("extract_amounts", "settle_dimensions", "link_figures", "find_drafts", "settle_drafts"):
        if hasattr(night, name):
            getattr(night, name)()
    night.chunk()
    night.embed()
    if is_last:
        night.publish()
