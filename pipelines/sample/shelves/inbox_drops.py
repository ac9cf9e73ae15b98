"""What people drop into the inbox (접수함): a folder a person, whose files only that person may read.

A name that is nobody's in the list of principals stands for somebody who has left; what lies there is gathered, and no one
may read it.
"""

from pipelines.sample import projects
from pipelines.sample.item import Item, kept, refused, text_of
from pipelines.sample.manuscript import Manuscript, compose
from pipelines.sample.rights import INBOX, inbox_access
from pipelines.sample.world import World
from pipelines.sample.writers.docx import write_docx
from pipelines.sample.writers.hwpx import write_hwpx
from pipelines.sample.writers.text import CP949, write_markdown, write_txt

PEOPLE = ("총괄담당", "복지담당", "퇴직자")
"""The folders; the last is nobody's any more."""

_YEAR = projects.BUDGET_YEAR

_CALL = """
○ 오전에 다온행정부 담당자와 전화로 이야기한 내용을 잊기 전에 적어 둔다.
○ 장비 교체를 두 해로 나누되 첫해에 서버를 먼저 바꾸고 단말은 이듬해로 미루자는 제안이었다.
○ 다음 주 화요일까지 나눈 금액을 문서로 받기로 하였으며, 그 전에는 다른 과에 알리지 않는다.
"""
_REPLY = """
1. 질의의 요지

○ 보좌진이 나눔터의 최소 인원을 낮추면 교사 한 사람이 맡는 아이가 줄어드는지 물었다.

2. 답변의 방향

○ 최소 인원은 문을 열 수 있는 기준일 뿐이고 교사를 두는 기준은 그대로라고 답한다.
○ 시범 지역의 실제 배치를 표로 붙이되 지역 이름은 가리고 번호로만 적는다.
"""
_VISIT = """
○ 푸른들군 경로식당의 조리 기구가 오래되어 국을 끓이는 데 두 시간이 걸린다고 하였다.
○ 기구를 바꾸는 비용은 영양 관리 인력 예산으로 쓸 수 없으니 환경개선 사업을 안내하였다.
"""
_HANDOVER = """
○ 맡았던 일 가운데 끝나지 않은 것은 성과지표 개편과 보조율 연구용역 두 가지이다.
○ 성과지표는 만기 유지율의 분모를 가입 계좌로 할지 해지 계좌로 할지 정하지 못하였다.
○ 연구용역은 중간보고까지 받았고 최종보고는 후임자가 받아야 한다.
"""
_LATE = """
○ 협의회에서 미루어 둔 안건을 {number}번째로 다시 올리며, 지난번과 달라진 점만 적는다.
○ 달라진 점은 시범 지역이 한 곳 늘어난 것과 평가를 한 해 뒤로 미룬 것 두 가지이다.
"""


def inbox_items(world: World) -> list[Item]:
    """What lies there in the first night. The sample has one inbox, however many replicas lie beside it."""
    if world.replica:
        return []
    call, reply, visit, handover = (
        compose(text, title=title)
        for text, title in (
            (_CALL, "전화 협의 메모"),
            (_REPLY, "보좌진 질의 답변 방향"),
            (_VISIT, "경로식당 방문 기록"),
            (_HANDOVER, "미결 업무 인계"),
        )
    )
    cut = write_docx(reply)
    overseer, welfare, gone = PEOPLE
    return [
        _text(overseer, call, CP949),
        _kept(overseer, f"{reply.title}.hwpx", write_hwpx(reply), "hwpx", reply),
        _refused(overseer, "답변 방향(전송 중 끊김).docx", cut[: len(cut) // 2], "corrupt"),
        _text(welfare, visit),
        _kept(welfare, "전화 협의 메모(복사).md", write_markdown(call), "markdown", call),
        _refused(welfare, "빈 메모.txt", b"", "empty_file"),
        _text(gone, handover),
        _kept(gone, "미결 업무 인계(다듬은 것).docx", write_docx(handover), "docx", handover),
    ]


def late_drop(number: int) -> Item:
    """What the overseer drops on a later day, for the `number`-th time, from 0."""
    return _text(PEOPLE[0], compose(_LATE, {"number": str(number + 2)}, title=f"다시 올리는 안건 {number + 2}차"))


def _text(person: str, note: Manuscript, encoding: str = "utf-8") -> Item:
    return _kept(person, f"{note.title}.txt", write_txt(note, encoding), "plain", note, has_tables=False)


def _kept(
    person: str, name: str, content: bytes, file_format: str, note: Manuscript, *, has_tables: bool = True
) -> Item:
    path = f"{INBOX}/{person}/{name}"
    item = kept(path, content, file_format, text_of(note), _YEAR, has_tables=has_tables, kind="메모")
    return item.with_truth(access=inbox_access(path))


def _refused(person: str, name: str, content: bytes, code: str) -> Item:
    path = f"{INBOX}/{person}/{name}"
    item = refused(path, content, code, fiscal_year=_YEAR)
    return item.with_truth(access=inbox_access(path))
