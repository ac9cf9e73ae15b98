"""What every office writes once a year: settlements, performance reports, slides, answers to the auditors' questions."""

from collections.abc import Sequence

from pipelines.sample import tables_office
from pipelines.sample.figures import amount, in_words, rate
from pipelines.sample.manuscript import Manuscript, compose
from pipelines.sample.offices import office_in
from pipelines.sample.project import BUDGET_YEAR, CLOSED_YEARS, REQUEST_YEAR, Project
from pipelines.sample.prose.projects_welfare import sentences_on
from pipelines.sample.tables import decided

_LAST = CLOSED_YEARS[-1]

# Why money of the last closed year was left, by the project's name of today.
_CAUSES = {
    "마을돌봄 나눔터 운영": "나눔터 19곳이 겨울에 문을 열어 열두 달 치 운영비를 다 쓰지 못하였다.",
    "어르신 안심식사 지원": "냉장 보관함 입찰이 한 차례 유찰되어 설치비 일부가 다음 해로 넘어갔다.",
    "아이키움 바우처 지원": "제공기관이 없는 시·군에서 바우처가 쓰이지 못하고 소멸하였다.",
    "장애인 이동나래 지원": "차량 제작사의 출고가 넉 달 밀려 교체비 일부를 이월하였다.",
    "청년 첫걸음 적금 지원": "해지 계좌가 많아 장려금이 나가지 않았고 운영기관 공고가 유찰되었다.",
    "디지털 행정기반 정비": "외국산 저장장치의 통관이 늦어져 연말 검수가 해를 넘겼다.",
    "재난안전 통합관제 구축": "부지의 문화재 시굴 조사가 길어져 네 곳의 착공이 봄으로 미루어졌다.",
    "국가지표 품질관리": "조사 대상 두 지표가 폐지되어 진단 용역비가 남았다.",
    "해외 사건사고 지원": "긴급 송환 건수가 예상보다 적어 항공료가 남았다.",
    "재외국민 안전망 운영": "긴급 송환 건수가 예상보다 적어 항공료가 남았다.",
    "지역상생 교통망 확충": "겨울 한파로 포장 공사가 멈추고 보상 재결이 늦어져 공사비를 넘겼다.",
    "도심 하천 생태복원": "상인들과의 주차장 협의가 길어져 철거가 두 달 늦게 시작되었다.",
    "맑은물 상수관망 현대화": "주철관 값이 올라 다시 설계하느라 여섯 블록의 착공이 미루어졌다.",
    "생활권 대기측정망 확충": "측정기 국산화 시험이 늦게 끝나 여섯 곳의 장비 대금을 이월하였다.",
    "친환경 농기계 보급": "전지 인증 기준이 바뀌어 소형 트랙터 납품이 한 철 늦어졌다.",
    "청년농 스마트온실 임대": "온실 자재 값이 올라 두 군에서 입찰이 세 번 유찰되었다.",
    "소상공인 경영혁신 지원": "하반기 신청이 몰려 심사가 해를 넘긴 건이 있었다.",
    "연안어선 안전장비 보급": "풍랑으로 설치 확인이 늦어져 연말 정산이 다음 해로 넘어갔다.",
}

# What the indicators of the last closed year came to.
_RESULTS = {
    "마을돌봄 나눔터 운영": "30,940",
    "어르신 안심식사 지원": "83.1",
    "아이키움 바우처 지원": "4.0",
    "장애인 이동나래 지원": "41",
    "청년 첫걸음 적금 지원": "54.2",
    "디지털 행정기반 정비": "99.6",
    "재난안전 통합관제 구축": "181",
    "국가지표 품질관리": "46",
    "재외국민 안전망 운영": "18",
    "지역상생 교통망 확충": "39",
    "도심 하천 생태복원": "12",
    "맑은물 상수관망 현대화": "83.8",
    "생활권 대기측정망 확충": "29",
    "친환경 농기계 보급": "2,096",
    "청년농 스마트온실 임대": "61.0",
    "소상공인 경영혁신 지원": "3.4",
    "연안어선 안전장비 보급": "60.5",
}

_SETTLEMENT = """
1. 결산의 개요

○ {year} 회계연도 {office} 소관 가운데 여기에 모은 {count}개 사업의 예산현액은 {current}이고, 이 가운데 {spent}을
집행하였다.
○ 전체 집행률은 {rate}퍼센트이며, 남은 금액은 다음 해로 넘긴 것과 쓰지 않은 것으로 나누어 적었다.

[표 결산]

2. 남은 까닭
{causes}

3. 본예산과 견준 집행

[표 견줌]

※ 괄호 안의 금액은 본예산보다 덜 썼다는 뜻이고, 전년이월이 없으면 비워 두었다.
"""


def office_settlement(projects: Sequence[Project], fiscal_year: int = _LAST) -> Manuscript:
    """An office's settlement (결산 설명자료) of a closed year."""
    currents = [project.year(fiscal_year).current for project in projects]
    spents = [project.year(fiscal_year).spent or 0 for project in projects]
    office = office_in(projects[0].office, fiscal_year)
    words = {
        "year": str(fiscal_year),
        "office": office,
        "count": str(len(projects)),
        "current": in_words(sum(currents)),
        "spent": in_words(sum(spents)),
        "rate": rate(sum(spents), sum(currents)),
        "causes": "".join(f"\n○ {project.name}: {_left(project, fiscal_year)}" for project in projects),
    }
    grids = {
        "결산": tables_office.settlement_table(projects, fiscal_year),
        "견줌": tables_office.balance_table(projects, fiscal_year),
    }
    return compose(_SETTLEMENT, words, grids, title=f"{fiscal_year}년도 {office} 결산 설명자료")


def _left(project: Project, fiscal_year: int) -> str:
    year = project.year(fiscal_year)
    return f"{_CAUSES[project.stem or project.name]} 이월 {amount(year.carried_over)}백만원, 불용 {amount(year.lapsed)}백만원이다."


_REPORT = """
1. 성과의 개요

○ {office}가 살핀 {count}개 사업 가운데 목표를 이룬 것과 이루지 못한 것을 지표별로 적는다.
○ 실적은 부처가 낸 증빙에서 표본을 뽑아 맞추어 보았고, 맞지 않은 값은 고쳐 적었다.

[표 실적]

2. 집행이 계획과 달랐던 까닭
{problems}

3. 다음 해에 고칠 점
{remedies}
"""


def performance_report(projects: Sequence[Project], fiscal_year: int = _LAST) -> Manuscript:
    """A performance report (성과보고서): targets, results, and what to change."""
    office = office_in(projects[0].office, fiscal_year)
    results = [_RESULTS[project.stem or project.name] for project in projects]
    words = {
        "office": office,
        "count": str(len(projects)),
        "problems": "".join(f"\n○ {project.name}: {_CAUSES[project.stem or project.name]}" for project in projects[:2]),
        "remedies": "".join(
            f"\n○ {project.name}의 목표치는 다음 요구 때 실적에 맞추어 다시 정한다." for project in projects[2:4]
        ),
    }
    grids = {"실적": tables_office.result_table(projects, fiscal_year, results)}
    return compose(_REPORT, words, grids, title=f"{fiscal_year}년도 성과보고서({office})")


_SLIDES = """
1. {year}년 {office} 소관 개요

○ {count}개 사업, 요구 총액 {request}
○ {before_year}년 예산 {before}과 견주어 {delta}백만원 달라졌다

2. 사업별 요구

[표 요구]

3. 눈여겨볼 사업

○ 가장 큰 사업은 {largest}이고, 가장 빠르게 느는 사업은 {fastest}이다
○ 정부안과 국회확정은 아직 정해지지 않았다

4. 단계별 금액

[표 단계]
"""


def request_slides(projects: Sequence[Project], fiscal_year: int = REQUEST_YEAR) -> Manuscript:
    """Slides on what an office's ministries ask for (요구 현황 보고)."""
    requests = {project.name: project.year(fiscal_year).requested for project in projects}
    befores = {project.name: decided(project, fiscal_year - 1) or 0 for project in projects}
    growing = [name for name in requests if befores[name]]
    words = {
        "year": str(fiscal_year),
        "before_year": str(fiscal_year - 1),
        "office": office_in(projects[0].office, fiscal_year),
        "count": str(len(projects)),
        "request": in_words(sum(requests.values())),
        "before": in_words(sum(befores.values())),
        "delta": amount(sum(requests.values()) - sum(befores.values())),
        "largest": max(requests, key=lambda name: requests[name]),
        "fastest": max(growing, key=lambda name: requests[name] / befores[name]),
    }
    grids = {
        "요구": tables_office.request_table(projects, fiscal_year),
        "단계": tables_office.stage_table(projects, fiscal_year),
    }
    return compose(_SLIDES, words, grids, title=f"{fiscal_year}년 {words['office']} 요구 현황 보고")


_PRESS = """
□ {ministry}는 {year}년에 {in_words}을 들여 {name} 사업을 편다고 밝혔다.

○ {purpose}
○ {target}

[표 예산]

□ 올해부터 달라지는 점은 다음과 같다.

○ {plan}

※ 문의: {office} 담당 사무관(02-000-0{line})
"""


def project_press(project: Project, line: str, fiscal_year: int = BUDGET_YEAR) -> Manuscript:
    """A press release (보도자료) on one project; `line` is the end of an invented extension."""
    words = {
        "ministry": project.ministry.name,
        "year": str(fiscal_year),
        "in_words": in_words(project.year(fiscal_year).enacted or 0),
        "name": project.name,
        "office": project.office,
        "line": line,
        **sentences_on(project),
    }
    grids = {"예산": tables_office.proposal_table([project], fiscal_year)}
    return compose(_PRESS, words, grids, title=f"{fiscal_year}년 {project.name} 본격 추진")
