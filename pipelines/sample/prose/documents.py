"""Documents about single projects: descriptions, requests, performance plans, answers to parliament."""

from collections.abc import Sequence

from pipelines.sample import tables, tables_office
from pipelines.sample.figures import amount, in_words, rate
from pipelines.sample.manuscript import Manuscript, compose
from pipelines.sample.offices import office_in
from pipelines.sample.project import BUDGET_YEAR, CLOSED_YEARS, Project
from pipelines.sample.prose.projects_welfare import sentences_on

_BRIEFING = """
1. 사업 개요

가. 사업 코드와 소관

[표 코드]

나. 사업 목적

○ {purpose}

다. 추진 배경

○ {background}
○ {record}

2. 사업 내용

□ 지원 대상

○ {target}

□ 지원 방법

○ {method}
- 지원 형태는 {support}이며, 프로그램은 {program}, 단위사업은 {activity}에 속한다.

□ {year}년 추진 계획

○ {plan}
○ {year}년 {stage}은 {after}백만원으로, {comparison}

[표 증감]

3. 그동안의 문제점과 개선

○ {problem}
○ {remedy}
※ 개선 사항은 집행지침에 반영하여 분기마다 이행 여부를 점검한다.

4. 최근 집행 현황

[표 집행]

○ 이월액은 사유가 풀리는 대로 다음 해 상반기 안에 집행하고, 불용액은 다음 해 요구 때 근거로 밝힌다.

5. 기대 효과

○ {effect}
"""


_EARLIER_BRIEFING = """
1. 사업 개요

[표 코드]

○ {purpose}
○ 지원 대상: {target}

2. {year}년 예산

○ {year}년 예산은 {in_words}이며, {comparison}

[표 증감]

3. 집행 점검

○ {problem}
○ {record}

[표 집행]

※ 작성: {office} 담당 사무관
"""
_ASKED_BRIEFING = """
1. 요구 개요

○ {method}
○ {year}년에 {in_words}을 요구하며, {comparison}

[표 기능]

2. 요구의 근거

○ {record}
○ {remedy}

3. 달라지는 점

○ {effect}
"""


def project_briefing(project: Project, fiscal_year: int) -> Manuscript:
    """A project description (사업설명자료), shorter for a closed year and for one that is still asked for."""
    named = project.called_in(fiscal_year)
    grids = {
        "코드": tables.code_table(named),
        "증감": tables.change_table(named, fiscal_year),
        "기능": tables.function_table(named, fiscal_year),
        "집행": tables.history_table(named, [year for year in CLOSED_YEARS if year < fiscal_year]),
    }
    template = _BRIEFING
    if fiscal_year != BUDGET_YEAR:
        template = _EARLIER_BRIEFING if fiscal_year < BUDGET_YEAR else _ASKED_BRIEFING
    title = f"{fiscal_year}년도 사업설명자료 - {named.name}({named.code})"
    return compose(template, _project_words(named, fiscal_year), grids, title=title)


def _record(project: Project, last: int) -> str:
    """What became of the budget of the last closed year."""
    if not project.has_year(last):
        return f"사업을 새로 나누었으므로 {project.name}의 {last}년 집행 실적은 따로 없고 앞선 사업의 결산에 들어 있다."
    year = project.year(last)
    return (
        f"{last}년 예산현액은 {amount(year.current)}백만원이었고 이 가운데 {amount(year.spent)}백만원을 집행하여 "
        f"집행률은 {rate(year.spent or 0, year.current)}퍼센트였다."
    )


def _balance(project: Project, last: int) -> str:
    if not project.has_year(last):
        return f"{last}년에는 이 사업이 없었다."
    year = project.year(last)
    return (
        f"{last}년 예산현액 {amount(year.current)}백만원 가운데 {amount(year.spent)}백만원을 집행하여 집행률은 "
        f"{rate(year.spent or 0, year.current)}퍼센트이며, 이월액은 {amount(year.carried_over)}백만원, 불용액은 "
        f"{amount(year.lapsed)}백만원이다."
    )


def _comparison(before: int | None, after: int, fiscal_year: int) -> str:
    if before is None:
        return f"{fiscal_year - 1}년에는 없던 사업이라 모두 순증이다."
    change = f"{amount(after - before)}백만원({rate(after - before, before)}%)"
    return f"{fiscal_year - 1}년 예산 {amount(before)}백만원과 견주어 {change} 달라졌다."


def _project_words(project: Project, fiscal_year: int) -> dict[str, str]:
    last = max(year for year in CLOSED_YEARS if year < fiscal_year)
    before, after = tables.decided(project, fiscal_year - 1), tables.decided(project, fiscal_year) or 0
    return {
        "name": project.name,
        "code": project.code,
        "ministry": project.ministry.name,
        "program": project.program.name,
        "activity": project.activity.name,
        "support": project.support,
        "year": str(fiscal_year),
        "before_year": str(fiscal_year - 1),
        "stage": tables.decided_label(project, fiscal_year),
        "office": office_in(project.office, fiscal_year),
        "before": amount(before),
        "after": amount(after),
        "in_words": in_words(after),
        "delta": amount(after - (before or 0)),
        "delta_rate": rate(after - (before or 0), before or 0),
        "comparison": _comparison(before, after, fiscal_year),
        "last": str(last),
        "record": _record(project, last),
        "balance": _balance(project, last),
        **sentences_on(project),
    }


_REQUEST_HEAD = """
제1장 요구 총괄

1. 요구 기본방향

○ {ministry}는 {year}년도 예산을 요구하면서 새로운 사업을 더하기보다 이미 하고 있는 일의 빈틈을 메우는 데 무게를 두었다.
○ 집행이 더딘 사업은 스스로 줄이고, 그 재원을 수요가 쌓인 사업으로 돌리는 지출 재구조화를 함께 담았다.
○ 요구액은 {before_year}년 {before}백만원에서 {after}백만원으로 {delta}백만원({delta_rate}%) 늘었다.

2. 세부사업별 요구액

[표 총괄]

※ 요구액은 {before_year}년 3월 말까지의 집행 추이와 수요조사 결과를 바탕으로 하며, 심의 과정에서 바뀔 수 있다.

제2장 세부사업별 요구 내용
"""
_REQUEST_ITEM = """
{number}. {name}({code})

□ 요구 사유

○ {background}
○ {problem}

□ 요구 내용

○ {plan}
- 요구액: {after}백만원({before_year}년 {before}백만원, 증감 {delta}백만원)

□ 스스로 고친 점

○ {remedy}
"""
_REQUEST_FOOT = """
제3장 재원과 중기 전망

1. 재원

○ 모든 사업의 재원은 일반회계이며, 지방이 나누어 부담하는 몫은 보조사업 기준보조율에 따른다.
○ 국고보조율을 올려 달라는 시·도의 건의가 있었으나 이번 요구에는 담지 않았다.

2. 중기 전망

○ 인구 구조의 변화에 따라 {field} 분야의 의무지출이 해마다 늘어나므로, 재량지출의 우선순위를 해마다 다시 매긴다.
○ 이번에 요구한 사업 가운데 두 해 이상 집행률이 85퍼센트에 못 미치는 사업은 다음 요구 때 규모를 다시 정한다.
"""


def budget_request(projects: Sequence[Project], fiscal_year: int) -> Manuscript:
    """A ministry's budget request (예산요구서) for some of its projects."""
    before = sum(tables.decided(project, fiscal_year - 1) or 0 for project in projects)
    after = sum(project.year(fiscal_year).requested for project in projects)
    overall = {
        "ministry": projects[0].ministry.name,
        "field": projects[0].field.name,
        "year": str(fiscal_year),
        "before_year": str(fiscal_year - 1),
        "before": amount(before),
        "after": amount(after),
        "delta": amount(after - before),
        "delta_rate": rate(after - before, before),
    }
    items = "".join(
        _REQUEST_ITEM.format_map(_request_words(project, fiscal_year) | {"number": str(number)})
        for number, project in enumerate(projects, start=1)
    )
    template = _REQUEST_HEAD.format_map(overall) + items + _REQUEST_FOOT.format_map(overall)
    grids = {"총괄": tables_office.request_table(projects, fiscal_year)}
    return compose(template, {}, grids, title=f"{fiscal_year}년도 예산요구서({projects[0].ministry.name})")


_EARLIER_REQUEST = """
1. 요구 총괄

○ {ministry}가 {office}에 낸 {year}년도 요구액은 모두 {in_words}이다.
○ {before_year}년 {before}백만원과 견주어 {delta}백만원({delta_rate}%) 달라졌으며, 괄호 안의 금액은 줄었다는 뜻이다.

[표 총괄]

2. 사업별 요지
{items}
"""


def short_request(projects: Sequence[Project], fiscal_year: int) -> Manuscript:
    """A budget request as earlier years had it: totals, and one sentence for each project."""
    before = sum(tables.decided(project, fiscal_year - 1) or 0 for project in projects)
    after = sum(project.year(fiscal_year).requested for project in projects)
    words = {
        "ministry": projects[0].ministry.name,
        "office": office_in(projects[0].office, fiscal_year),
        "year": str(fiscal_year),
        "before_year": str(fiscal_year - 1),
        "in_words": in_words(after),
        "before": amount(before),
        "delta": amount(after - before),
        "delta_rate": rate(after - before, before),
        "items": "".join(f"\n○ {project.name}: {sentences_on(project)['plan']}" for project in projects),
    }
    grids = {"총괄": tables_office.request_table(projects, fiscal_year, negative="(")}
    return compose(_EARLIER_REQUEST, words, grids, title=f"{fiscal_year}년도 예산요구서({words['ministry']})")


def _request_words(project: Project, fiscal_year: int) -> dict[str, str]:
    before, after = tables.decided(project, fiscal_year - 1), project.year(fiscal_year).requested
    changed = {"after": amount(after), "delta": amount(after - (before or 0))}
    return _project_words(project, fiscal_year) | changed


_PLAN_HEAD = """
Ⅰ. 기관의 임무와 전략목표

○ {ministry}는 국민의 일상에 닿는 서비스를 제때 고르게 전하는 것을 임무로 삼는다.
○ 전략목표는 세 해 단위로 정하며, 프로그램마다 성과목표를 두고 단위사업의 지표로 이룬 정도를 잰다.
○ 지표는 결과를 재는 것을 먼저 쓰고, 투입이나 횟수를 세는 지표는 결과를 잴 수 없을 때에만 쓴다.

Ⅱ. 프로그램별 성과계획
"""
_PLAN_ITEM = """
{number}. {program} - {name}

□ 성과목표

○ {purpose}
○ {effect}

[표 지표{number}]

□ 목표치를 정한 근거

○ {plan}
○ {record} 그때 드러난 문제는 다음과 같다. {problem}

□ 외부 요인과 대응

○ {remedy}
"""
_PLAN_FOOT = """
Ⅲ. 점검과 환류

○ 분기마다 지표의 실적을 모으고, 목표의 80퍼센트에 못 미치면 원인을 적어 다음 분기 계획에 반영한다.
○ 실적 자료는 담당 사무관이 증빙과 함께 올리고, 평가 담당이 표본을 뽑아 맞추어 본다.
○ 성과보고서는 다음 해 5월까지 국회에 제출하는 결산 서류에 붙인다.
"""


def performance_plan(projects: Sequence[Project], fiscal_year: int) -> Manuscript:
    """A ministry's performance plan (성과계획서)."""
    items = "".join(
        _PLAN_ITEM.format_map(_project_words(project, fiscal_year) | {"number": str(number)})
        for number, project in enumerate(projects, start=1)
    )
    ministry = projects[0].ministry.name
    grids = {f"지표{number}": tables.indicator_table(project) for number, project in enumerate(projects, start=1)}
    template = _PLAN_HEAD.format(ministry=ministry) + items + _PLAN_FOOT
    return compose(template, {}, grids, title=f"{fiscal_year}년도 성과계획서({ministry})")


_ANSWERS_HEAD = """
Ⅰ. 답변 자료 안내

○ 이 자료는 {committee}의 {year}년도 예산안 심사에서 나올 것으로 보이는 질의와 그 답변을 정리한 것이다.
○ 수치는 {last}년 결산과 {year}년 예산을 기준으로 하며, 단위는 따로 적지 않으면 백만원이다.

Ⅱ. 질의와 답변
"""
_ANSWERS_ITEM = """
{number}. {name}

□ 질의

○ {question}

□ 답변

○ {answer}
- {balance}
- {year}년 예산은 {after}백만원이다.

□ 보충 설명

○ {remedy}
"""
_ANSWERS_FOOT = """
Ⅲ. 참고 자료

[표 단계]

※ 국회 증감은 정부안과 국회확정의 차이이며, △는 줄었다는 뜻이다.
"""


def assembly_answers(committee: str, projects: Sequence[Project], fiscal_year: int) -> Manuscript:
    """Questions expected in parliament, with answers (국회 질의답변)."""
    last = max(year for year in CLOSED_YEARS if year < fiscal_year)
    head = {"committee": committee, "year": str(fiscal_year), "last": str(last)}
    items = "".join(
        _ANSWERS_ITEM.format_map(_project_words(project, fiscal_year) | {"number": str(number)})
        for number, project in enumerate(projects, start=1)
    )
    grids = {"단계": tables_office.stage_table(projects, fiscal_year)}
    template = _ANSWERS_HEAD.format_map(head) + items + _ANSWERS_FOOT
    return compose(template, {}, grids, title=f"{fiscal_year}년도 예산안 {committee} 질의답변 자료")
