"""What people ask of the sample share. Which files answer is worked out from what they say, and not written down twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.sample.item import Item
from pipelines.sample.rooms import text_readers
from pipelines.sample.truth import FileTruth, QuestionTruth
from schemas.access import Principal
from schemas.scope import Scope


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    must_contain: tuple[str, ...]


_QUESTIONS = (
    _Question("농촌에 돌봄 나눔터가 드문 이유가 무엇이고 언제부터 기준이 바뀌나요?", ("기준 인원", "12명", "내년 3월")),
    _Question("산간 지역 어르신 도시락이 매일 배달되지 않는 원인은?", ("배달 인력", "이틀에 한 번")),
    _Question("2025년에 청년 적금 예산이 얼마나 쓰이지 않고 남았나?", ("불용", "14,494")),
    _Question("재량지출은 몇 퍼센트를 줄이는 것에서 출발하나요?", ("재량지출", "10퍼센트", "출발점")),
    _Question("보조금이 얼마를 넘으면 회계법인의 검증을 받아야 합니까?", ("3억원", "회계법인")),
    _Question("예산협의회에서 나눔터 최소 인원을 어떻게 하기로 결정했나요?", ("최소 인원 12명", "한 해 뒤 평가")),
    _Question("전산장비에 장애가 나면 두 번째 센터가 넘겨받는 데 얼마나 걸리나?", ("4시간", "40분")),
    _Question("통합관제센터 부지의 지하수 때문에 설계가 얼마나 늦어졌나?", ("지하수", "설계가 석 달")),
    _Question("도로 공사비를 배정할 때 보는 보상률 기준은?", ("보상률", "60퍼센트", "배정")),
    _Question("마을에 냉장 보관함을 놓으니 배달 시간이 얼마나 줄었나요?", ("냉장 보관함", "1시간 20분")),
    _Question("차등 보조율을 정할 때 재정자립도보다 나은 기준이 있나?", ("차등", "노인 인구")),
    _Question("충전소가 없어서 쓰지 못한 전기 농기계가 몇 대였습니까?", ("600대", "74대")),
    _Question("복지 분야 의무지출의 예산현액은 모두 얼마인가?", ("의무지출", "8,503,151,203,000원")),
    _Question("2027년에 친환경 농기계 보급 사업은 얼마를 요구했나?", ("친환경 농기계", "83,600")),
    _Question("아이키움 바우처가 국회에서 정부안보다 줄어든 이유는?", ("발달 지원 바우처", "시범 지역 11곳을 평가")),
    _Question("흰바위재를 터널로 뚫지 않고 방호 시설로 바꾸자는 까닭은?", ("흰바위재", "900대")),
    _Question(
        "하천 복원에서 하수관 분리율 기준을 낮추지 않은 이유가 뭔가요?", ("오수가 섞인 두 구간", "낮추지 않기로")
    ),
    _Question("돌다리군 상수관 공사가 자꾸 멈춘 원인은?", ("관망도에 없는", "주철관")),
    _Question("임대 온실 난방은 지열과 공기열 가운데 무엇으로 정했나?", ("지하수위 기준", "공기열")),
    _Question("골목상점 단말 보급 계획의 확정본은 어느 판인가요?", ("확정본은 v3",)),
    _Question("구명조끼 가스통 교체비를 모두 국비로 대면 얼마가 드나?", ("4,410만원",)),
    _Question("상수관 사업의 옛 코드와 새 코드를 알려 줘", ("5231-302", "5232-301", "코드를 함께")),
    _Question("경제예산과는 어떤 과들로 나뉘었나요?", ("경제예산과", "국토환경예산과", "농림산업예산과", "나뉜다")),
    _Question("심의가 막히면 전산 장비에서 얼마까지 양보하기로 했나?", ("195억원", "양보")),
    _Question("달맞이재 지반 조사에서 무엇이 새로 나왔나?", ("단층대 140미터",)),
    _Question("협의회에서 산간 배달 다음에 무엇을 말하기로 했지?", ("냉장 보관함", "전기 요금 순")),
    _Question("나눔터 시범사업에서 빠진 군은 어떻게 달래기로 했나?", ("이동 돌봄 차량을 먼저 배정",)),
    _Question("2025년 도심 하천 생태복원 사업의 예산현액과 집행액은 얼마였나?", ("80,150", "70,988")),
    _Question("하루 지급 한도를 넘는 교부는 며칠 전에 알려야 하나?", ("지급 한도", "사흘 전")),
    _Question("나눔터 시범사업 대상 군은 몇 개로 줄었나?", ("31개 군에서 24개 군",)),
    _Question("재외국민을 돕는 협력 의원을 몇 곳까지 늘리나?", ("협력 의원", "190곳")),
    _Question("나눔터 시범 지역이 열한 곳에서 열두 곳으로 늘어난 까닭은?", ("어제 저녁에 한 곳이 더",)),
    _Question(
        "새길 도시락 반송이 64건이라는 숫자와 58건이라는 숫자 가운데 어느 쪽이 맞나?",
        ("64건은 전화로", "장부가 맞습니다"),
    ),
    _Question("교체 목록에서 이름만 바뀌어 겹친 장비를 빼면 몇 대인가요?", ("이름만 바뀐 것", "열일곱 대")),
)


def questions_over(
    items: Sequence[Item], files: Mapping[str, FileTruth], scopes: Sequence[Scope], principals: Sequence[Principal]
) -> tuple[QuestionTruth, ...]:
    """The questions with the files that answer them and those who may read one of these.

    Args:
        items: the share.
        files: path → what is true of the file, its access included.
        scopes: the conversations that are registered.
        principals: the people.

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
                readers=tuple(
                    sorted({name for path in paths for name in text_readers(files[path], scopes, principals)})
                ),
            )
        )
    return tuple(found)


def _answers(item: Item, words: Sequence[str]) -> bool:
    return any(all(word in passage for word in words) for passage in item.passages)
