"""Questions of the golden set beyond those that the sample's truth holds: by kind, each with words that its answer holds.

`document` asks in the document's own words, `paraphrase` in other ones, `table` for a cell or a row, `message` for what was said,
`final` for what the final version of a document says where drafts say otherwise or nothing.
"""

from typing import Literal, NamedTuple

GoldenKind = Literal["document", "paraphrase", "table", "message", "final", "figure", "code"]


class Asked(NamedTuple):
    """A question, and words that stand together in the passage that answers it."""

    kind: GoldenKind
    text: str
    must_contain: tuple[str, ...]


KINDS_OF_KNOWN: dict[str, GoldenKind] = {
    "q01": "paraphrase",
    "q02": "paraphrase",
    "q03": "table",
    "q06": "message",
    "q14": "table",
    "q20": "final",
    "q26": "paraphrase",
    "q27": "paraphrase",
    "q28": "table",
    "q30": "final",
    "q32": "message",
    "q33": "message",
    "q34": "message",
}
"""Kinds of the questions that the truth of the sample holds; those that are not here are `document`."""

ASKED: tuple[Asked, ...] = (
    Asked("document", "두 번째 전산센터로 넘겨받는 시간을 얼마로 줄이나요?", ("두 번째 전산센터", "40분")),
    Asked("document", "통합관제센터를 몇 곳 새로 열고 마을 경보 단말을 몇 대 보급하나?", ("14곳을 새로", "9,300대")),
    Asked("document", "아이키움 바우처는 가구마다 한 해 몇 시간까지 주나요?", ("480시간", "바우처")),
    Asked(
        "document",
        "이동나래 사업에서 노후 차량 몇 대를 바꾸고 광역 배차를 몇 개 시도로 넓히나?",
        ("180대", "9개 시·도"),
    ),
    Asked("document", "청년 적금은 달마다 얼마를 부으면 장려금을 쌓아 주나요?", ("10만원에서 40만원", "장려금")),
    Asked("document", "가입 계좌 가운데 열두 달 안에 해지된 비율은?", ("31퍼센트", "해지")),
    Asked("document", "도로 사업에서 터널로 바꾸는 낙석 위험 고갯길은 몇 곳인가?", ("고갯길 8곳", "터널")),
    Asked("document", "하천 철거 구간은 하수관 분리율이 얼마를 넘어야 들어가나?", ("분리율이 90퍼센트", "철거")),
    Asked("document", "누수 감지기는 몇 개를 다는가?", ("누수 감지기 4,700개",)),
    Asked("document", "대기 측정소를 몇 곳 새로 세우고 이동 측정차를 몇 대 더하나?", ("측정소 38곳", "9대")),
    Asked("document", "전기 경운기와 소형 트랙터를 몇 대 보급하나?", ("2,400대", "310곳")),
    Asked("document", "스마트온실 임대는 누가 신청할 수 있나?", ("5년 이하", "160시간")),
    Asked("document", "폐업 정리와 재창업 보증은 얼마나 지원하나?", ("7,000건", "1,850억원")),
    Asked("document", "어선에 팽창식 구명조끼를 몇 벌 보급하나요?", ("1만 1,000벌",)),
    Asked(
        "document", "두 해 이어 집행률이 85퍼센트에 못 미친 사업은 어떻게 되나?", ("85퍼센트", "늘려 요구할 수 없다")
    ),
    Asked("document", "국외 출장은 한 사람이 한 해에 몇 번까지 갈 수 있나?", ("국외 출장", "두 차례")),
    Asked("document", "지출원인행위는 언제까지 마쳐야 하나?", ("지출원인행위", "12월 31일")),
    Asked("document", "사고이월 사유서는 언제까지 내나?", ("사고이월", "12월 10일")),
    Asked("document", "보조금 신청서는 분기가 시작되기 며칠 전까지 내나?", ("20일 전까지",)),
    Asked("document", "거짓으로 받은 보조금에는 제재부가금을 몇 배까지 물리나?", ("다섯 배까지", "제재부가금")),
    Asked("document", "이동나래 운전원 인건비는 한 달에 얼마를 넘을 수 없나?", ("298만원",)),
    Asked("document", "자재 값이 계약 때보다 얼마나 오르면 국비로 메울 수 있나?", ("15퍼센트 넘게", "절반까지")),
    Asked("document", "임대 온실의 임대료는 감정가의 몇 퍼센트인가?", ("감정가의 1퍼센트",)),
    Asked("document", "재창업 보증의 한도는 얼마인가?", ("보증 한도는 5,000만원", "7,000만원")),
    Asked(
        "document",
        "소상공인 경영혁신 지원은 어떤 사업들로 나뉘었나?",
        ("골목상점 디지털 전환", "소상공인 재도약 지원", "잇는다"),
    ),
    Asked("document", "업무망 비밀번호는 몇 달마다 바꾸어야 하나?", ("비밀번호를 석 달마다",)),
    Asked("document", "예산 업무 시스템 점검은 언제 하나요?", ("셋째 주 토요일",)),
    Asked("document", "대외비용에는 무엇이 들어가나?", ("국외 출장비와 통역비",)),
    Asked("paraphrase", "갑자기 야근하게 된 부모가 잠깐 아이를 맡길 때 받는 도움", ("갑작스러운 야근", "돌봄 바우처")),
    Asked(
        "paraphrase",
        "몸이 불편한 사람이 이웃 고장으로 갈 때 차를 바꿔 타야 하는 불편",
        ("시·군 경계", "두 번 갈아타야"),
    ),
    Asked("paraphrase", "늦은 시각에 휠체어 탈 수 있는 차를 부르지 못하는 이유", ("심야 운전원이 부족",)),
    Asked(
        "paraphrase",
        "젊은이 목돈 마련 저금에서 돈이 해마다 남은 까닭",
        ("중도에 해지하는 계좌", "예산이 해마다 남았다"),
    ),
    Asked(
        "paraphrase",
        "외국에서 한밤중에 도움을 청하면 답이 늦는 문제를 어떻게 풀기로 했나",
        ("세 권역", "20분 안에 통역"),
    ),
    Asked("paraphrase", "같은 이름인데 기관마다 숫자가 다른 통계를 바로잡을 방법", ("표준안", "공표를 미루겠습니다")),
    Asked("paraphrase", "새 수도관으로 바꿨는데도 물이 계속 새는 이유", ("급수관이 낡은 채",)),
    Asked(
        "paraphrase", "공기 재는 기계가 건물 꼭대기에 있으면 실제와 얼마나 다른가", ("옥상과 지상의 차이", "12퍼센트")
    ),
    Asked("paraphrase", "빌린 비닐하우스 기간이 끝난 젊은 농부들이 떠나는 이유", ("옮겨 갈 땅을 찾지 못해",)),
    Asked("paraphrase", "가게에 나눠 준 기계가 켜지지 않고 있는 비율", ("꺼져 있", "29퍼센트")),
    Asked("paraphrase", "고기잡이배가 자리를 숨기려고 장치를 끄는 것을 막은 결과", ("31척에서 6척",)),
    Asked("paraphrase", "나이 든 분들께 밥을 가져다드리는 사람이 하루에 다니는 거리", ("94킬로미터",)),
    Asked("paraphrase", "냉장고를 둔 마을회관의 전기값은 누가 내야 하나", ("전기 요금은 시·군이 부담",)),
    Asked("paraphrase", "중앙 정부가 대는 몫을 십 분의 일 올리면 돈이 얼마나 더 드나", ("1,900억원",)),
    Asked("paraphrase", "땅 주인과 합의가 되지 않으면 언제 강제 절차로 넘어가나", ("석 달 동안 세 번", "재결을 신청")),
    Asked("paraphrase", "운동장으로 내려오는 측정소 담장 때문에 더 드는 돈", ("380만원",)),
    Asked("paraphrase", "불이 난 것을 알리는 장치가 제대로 울리게 하려면", ("기름때", "한 달에 한 번")),
    Asked("paraphrase", "단말기 결제가 취소되는 일이 많은 까닭", ("단말기 시각이 틀려", "1,300건")),
    Asked("paraphrase", "마음을 살피는 전문가가 모자라서 생긴 일", ("심리사 수급", "41퍼센트")),
    Asked("message", "푸른들 경로식당 영양사 인건비는 실제로 어디에 쓰였나?", ("조리원 초과근무",)),
    Asked("message", "윗샘골 나눔터에는 아이가 몇 명 있나?", ("아이가 열셋", "12명 기준")),
    Asked("message", "전기 농기계 보조율은 협의회에서 어떻게 하기로 했어?", ("절반 그대로", "한 농가에 한 대")),
    Asked("message", "협의회 자료는 어느 파일로 보면 되나?", ("수정2인 것을",)),
    Asked("message", "충전 거점이 없는 면은 몇 곳이 남았나?", ("스물세 곳",)),
    Asked("message", "농기계 안전교육비 지침이 둘인데 어느 것이 맞나?", ("4월에 올린 것이 맞습니다",)),
    Asked("message", "집행 현황의 209대와 실제가 다른 이유", ("세 대는 검수가 끝나지",)),
    Asked("message", "집행률은 무엇으로 나누기로 했나?", ("예산현액으로 나누어",)),
    Asked("message", "두 해 연속 부진 기준에 걸리는 사업은?", ("청년 첫걸음 적금 지원", "해당합니다")),
    Asked("message", "의무지출 합계는 어디 숫자와 맞추었나?", ("결산팀 숫자",)),
    Asked("message", "노후 장비 몇 대 가운데 몇 대를 먼저 바꾸나?", ("서른한 대", "열여덟 대")),
    Asked("message", "전환 시험 결과서는 언제 나오나?", ("결과서는 토요일",)),
    Asked("message", "첫 번째 마을 충전기가 꺼지는 원인은?", ("누전 차단기",)),
    Asked("message", "설계서에는 차단기가 몇 암페어로 되어 있나?", ("50암페어",)),
    Asked("message", "준공으로 잡혔는데 충전기가 없는 마을은 어디에 넘기기로 했나?", ("감사에 넘기겠습니다",)),
    Asked("message", "복지 현장점검은 무슨 요일에 어디를 가나?", ("월 푸른들", "금 윗샘골")),
    Asked("final", "나눔터 시범사업은 몇 개 군에서 하기로 확정했나?", ("24개 군", "12명으로 낮추어")),
    Asked("final", "나눔터 시범사업 인건비를 도가 얼마나 부담하나?", ("3분의 1을 도가 부담",)),
    Asked("final", "골목상점 단말은 한 해에 몇 대를 보급하기로 했나?", ("1만 2,400대를 보급", "예비품")),
    Asked("final", "2027년도 예산 편성 기본틀은 누구의 보고를 거쳐 확정되었나?", ("실장 보고를 거쳐 확정",)),
    Asked(
        "final",
        "상수관망 투자 계획에서 군 지역 국비 비율을 어디에 적용하나?",
        ("70퍼센트로 올리되", "관망도를 고친 군"),
    ),
    Asked("final", "국회 예산안 설명에서 무엇을 앞세우기로 했나?", ("이월을 줄였다는 점을 앞세운다",)),
    Asked("final", "연안어선 사고 가운데 홀로 조업하던 배의 것은 몇 건인가?", ("412건", "171건")),
    Asked("final", "하천 복원 순위에서 안전 등급과 분리율의 무게는?", ("4 대 4 대 2",)),
)
