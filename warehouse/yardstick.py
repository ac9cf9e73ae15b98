"""How far apart a model puts right and wrong passages: its cosines' own unit, measured on a few fixed sentences.

One model gives 0.85 to what answers a question and 0.77 to what does not, another 0.7 and 0.3. The difference is a
property of the model: it is measured once, on invented sentences, and not on what is stored.
"""

import numpy as np

from schemas.ports import Embedder

RULES_VERSION = 1
_LEAST = 1e-3

_PAIRS = (
    ("겨울철 어르신 난방비는 누가 지원받나요?", "저소득 고령 가구에는 동절기 연료 구입 비용을 한 번에 지급한다."),
    ("도로 공사가 왜 늦어졌나", "용지 보상 협의가 길어져 노선 착공이 다음 해로 미뤄졌다."),
    ("쓰지 못하고 남은 돈은 얼마인가", "그 해 집행되지 않은 잔액은 국고로 반납하였다."),
    (
        "학교 급식 재료를 지역에서 사면 좋은 점",
        "인근 농가와 계약해 식재료를 들여오면 운송 거리가 짧아지고 소득이 는다.",
    ),
    ("창업한 청년이 받을 수 있는 돈", "만 39세 이하 신규 사업자에게 첫해 임차료의 절반을 보조한다."),
    ("홍수를 막으려면 무엇을 고쳐야 하나", "하천 제방의 높이를 올리고 배수 펌프장을 늘려 침수를 예방한다."),
    ("공공기관 건물의 전기를 아끼는 방법", "청사 조명을 발광 다이오드로 바꾸고 냉방 온도를 제한한다."),
    ("병원이 먼 마을의 진료는 어떻게 하나요", "의사가 탄 차량이 오지를 돌며 검진하고 약을 처방한다."),
    ("외국에서 온 노동자의 숙소 기준", "이주 근로자에게 제공하는 기숙사는 난방과 환기 시설을 갖추어야 한다."),
    ("박물관 관람객이 줄어든 까닭은?", "전시실 수리로 두 층을 닫은 동안 입장 인원이 감소하였다."),
    ("바다 쓰레기를 치우는 데 드는 비용", "해안과 어장에 쌓인 폐어구를 수거하는 사업비를 편성하였다."),
    ("전산망이 멈추면 어떻게 하나", "주 전산실 장애 시 예비 센터로 업무를 옮겨 처리를 이어 간다."),
)


_spreads: dict[str, float] = {}


def spread_of(embedder: Embedder) -> float:
    """What the embedder puts between a question's own answer and others: the difference of the mean cosines, above 0.

    A model that tells them apart by less than the others differ among themselves is taken at that difference, so that it
    weighs no more than its noise. Measured once for each fingerprint (two dozen short texts).
    """
    if embedder.fingerprint not in _spreads:
        _spreads[embedder.fingerprint] = _measured(embedder)
    return _spreads[embedder.fingerprint]


def _measured(embedder: Embedder) -> float:
    questions = np.asarray(embedder.embed_queries([question for question, _ in _PAIRS]), dtype=np.float64)
    answers = np.asarray(embedder.embed_passages([answer for _, answer in _PAIRS]), dtype=np.float64)
    cosines = questions @ answers.T
    is_own = np.eye(len(_PAIRS), dtype=bool)
    own, others = cosines[is_own], cosines[~is_own]
    return max(_LEAST, float(own.mean() - others.mean()), float(others.std()))
