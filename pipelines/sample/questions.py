"""What people ask of the sample share. Which files answer is worked out from what they say, and not written down twice."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.sample.item import Item
from pipelines.sample.projects import BUDGET_OFFICE, COMMON_FOLDER, WELFARE_OFFICE
from pipelines.sample.truth import QuestionTruth, SourceTruth
from schemas.access import Principal

SOURCES: tuple[SourceTruth, ...] = (
    SourceTruth(name=BUDGET_OFFICE, folder=BUDGET_OFFICE, access=(f"group:{BUDGET_OFFICE}",)),
    SourceTruth(name=WELFARE_OFFICE, folder=WELFARE_OFFICE, access=(f"group:{WELFARE_OFFICE}",)),
    SourceTruth(name=COMMON_FOLDER, folder=COMMON_FOLDER, access=("group:all",)),
)

PRINCIPALS: tuple[Principal, ...] = (
    Principal(name="총괄담당", groups=(BUDGET_OFFICE,)),
    Principal(name="복지담당", groups=(WELFARE_OFFICE,)),
    Principal(name="예산실장", groups=(BUDGET_OFFICE, WELFARE_OFFICE), clearance="간부"),
    Principal(name="타부서담당"),
)


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    must_contain: tuple[str, ...]


_QUESTIONS = (
    _Question("농촌에 돌봄 나눔터가 드문 이유가 무엇이고 언제부터 기준이 바뀌나요?", ("기준 인원", "12명", "내년 3월")),
    _Question("산간 지역 어르신 도시락이 매일 배달되지 않는 원인은?", ("배달 인력", "이틀에 한 번")),
    _Question("2025년에 청년 적금 예산이 얼마나 쓰이지 않고 남았나?", ("불용액", "14,494")),
    _Question("재량지출은 몇 퍼센트를 줄이는 것에서 출발하나요?", ("재량지출", "10퍼센트", "출발점")),
    _Question("보조금이 얼마를 넘으면 회계법인의 검증을 받아야 합니까?", ("3억원", "회계법인")),
    _Question("예산협의회에서 나눔터 최소 인원을 어떻게 하기로 결정했나요?", ("최소 인원 12명", "한 해 뒤 평가")),
    _Question("전산장비에 장애가 나면 두 번째 센터가 넘겨받는 데 얼마나 걸리나?", ("4시간", "40분")),
    _Question("통합관제센터 설계가 늦어진 까닭을 알려 줘", ("지하수", "설계가 석 달")),
    _Question("도로 공사비를 배정할 때 보는 보상률 기준은?", ("보상률", "60퍼센트", "배정")),
    _Question("마을에 냉장 보관함을 놓으니 배달 시간이 얼마나 줄었나요?", ("냉장 보관함", "1시간 20분")),
    _Question("차등 보조율을 정할 때 재정자립도보다 나은 기준이 있나?", ("차등", "노인 인구")),
    _Question("충전소가 없어서 쓰지 못한 전기 농기계가 몇 대였습니까?", ("600대", "74대")),
    _Question("복지 분야 의무지출의 예산현액은 모두 얼마인가?", ("의무지출", "8,503,151,203,000원")),
    _Question("2027년에 친환경 농기계 보급 사업은 얼마를 요구했나?", ("친환경 농기계", "83,600")),
    _Question("아이키움 바우처가 국회에서 정부안보다 줄어든 이유는?", ("발달 지원 바우처", "시범 지역 11곳을 평가")),
)


def questions_over(items: Sequence[Item]) -> tuple[QuestionTruth, ...]:
    """The questions with the files that answer them.

    Raises:
        ValueError: no file answers a question any more.
    """
    found: list[QuestionTruth] = []
    for number, question in enumerate(_QUESTIONS, start=1):
        paths = tuple(item.truth.path for item in items if _answers(item, question.must_contain))
        if not paths:
            raise ValueError(f"nothing in the share answers {question.text!r}")
        found.append(
            QuestionTruth(
                question_id=f"q{number:02d}",
                text=question.text,
                must_contain=question.must_contain,
                paths=paths,
                readers=_readers(paths),
            )
        )
    return tuple(found)


def _answers(item: Item, words: Sequence[str]) -> bool:
    return any(all(word in passage for word in words) for passage in item.passages)


def _readers(paths: Sequence[str]) -> tuple[str, ...]:
    tokens = {token for source in SOURCES for token in source.access if _holds(source, paths)}
    return tuple(sorted(tokens))


def _holds(source: SourceTruth, paths: Sequence[str]) -> bool:
    return any(path.startswith(f"{source.folder}/") for path in paths)
