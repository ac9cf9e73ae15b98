"""What the office that reviews the welfare budget writes itself, beyond what `meetings` has of it."""

from pipelines.sample.manuscript import Manuscript, compose
from pipelines.sample.project import BUDGET_YEAR, REQUEST_YEAR

_VISIT = """
1. 점검 개요

○ {year}년 3월 17일과 18일에 새길시와 솔고개면의 나눔터 네 곳을 둘러보았다.

2. 살펴본 것

가. 새길시 나눔터

○ 저녁 7시 뒤에도 남는 아동이 하루 여섯 명이며, 당번 교사의 시간외 수당이 두 달째 밀려 있었다.
○ 소방 점검에서 지적된 비상구 앞 신발장은 치워져 있었다.

나. 솔고개면 나눔터

○ 등록 아동이 14명이라 기준 인원에 못 미치지만 이동 돌봄 차량으로 세 마을을 이어 문을 닫지 않고 있었다.
○ 차량 운전원이 한 사람뿐이라 병가를 내면 그날은 쉬는 수밖에 없다고 하였다.

3. 할 일

- 밀린 시간외 수당: 4월 안에 시비로 먼저 내고 2분기 교부 때 메운다
- 운전원 대체 인력: 이웃 면 세 곳이 한 사람을 함께 쓰는 안을 검토한다
"""


def village_care_visit() -> Manuscript:
    """Minutes of a visit to day-care centres (나눔터 현장점검)."""
    return compose(_VISIT, {"year": str(BUDGET_YEAR)}, title="나눔터 현장점검 결과")


_VOUCHER = """
1. 회의 개요

○ 일시: {year}년 5월 7일 오후 4시, 영상회의
○ 참석: 복지예산과장, 온누리복지부 바우처 담당, 전산 운영기관

2. 논의

○ 전산 운영기관은 결제 취소가 하루 1,300건인데 그 가운데 절반이 단말기 시각이 틀려 생긴다고 보고하였다.
○ 복지예산과는 발달 지원 바우처의 이용률이 41퍼센트에 머문 까닭으로 심리사 수급을 들었다.
○ 온누리복지부는 심리사 한 사람이 맡는 아동을 20명에서 25명으로 늘리는 안을 냈으나 학부모 단체가 반대한다고 하였다.

3. 결정 사항

○ 단말기 시각은 결제 서버에서 맞추고, 6월부터 취소 건수를 주마다 보고한다.
○ 심리사 기준은 바꾸지 않고, 대신 원격 상담을 군 지역에 한해 허용한다.
"""


def voucher_minutes() -> Manuscript:
    """Minutes of the meeting on vouchers (바우처 운영 점검회의)."""
    return compose(_VOUCHER, {"year": str(BUDGET_YEAR)}, title="바우처 운영 점검회의 회의록")


_RATES = """
1. 기준보조율의 적용

○ {year}년 복지 분야 보조사업의 기준보조율은 나눔터 50퍼센트, 안심식사 60퍼센트, 이동나래 55퍼센트이다.
○ 재정자립도가 15퍼센트에 못 미치는 군은 10퍼센트포인트까지 더할 수 있다.

2. 단가 기준

○ 안심식사 한 끼의 단가는 5,000원이며, 도서 지역은 배 삯을 따로 인정한다.
○ 이동나래 운전원 인건비는 한 사람에 한 달 298만원을 넘겨 잡을 수 없다.

3. 산출 근거의 제출

○ 이용 인원은 지난 12개월의 실적을 달마다 적고, 추계를 쓰면 셈한 식을 함께 낸다.
"""


def welfare_rates() -> Manuscript:
    """The guideline on rates and unit costs (보조율과 단가 기준)."""
    return compose(_RATES, {"year": str(REQUEST_YEAR)}, title=f"{REQUEST_YEAR}년도 복지 보조율과 단가 기준")


TAXI_LETTER = """온누리복지부 재정담당께

이동나래 운전원 추가 요구와 관련하여 다시 확인을 부탁드립니다.

보내 주신 자료에는 운전원이 차량 한 대에 1.6명으로 되어 있으나, 산출기초의 인원을 차량 수로 나누면 1.48명입니다.
심야 지정 택시 비용이 운전원 인건비에 섞여 들어간 것으로 보입니다. 둘을 나누어 다시 적어 주시기 바랍니다.

5월 20일까지 고친 표를 보내 주시면 협의회 자료에 반영하겠습니다.

복지예산과 담당 사무관 드림
"""
