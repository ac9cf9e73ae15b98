"""SQL macros of every serving file: Korean units of money, safe ratios, and the questions that are asked most.

They are stored in the file itself and need no extension, so that they work in any DuckDB and under the locks of `gotgan sql`.
"""

from schemas.sql import literal
from warehouse.macro import Macro
from warehouse.question_macros import QUESTION_MACROS

_FOLDED = r"lower(regexp_replace({}, '[\s·ㆍ・･]+', '', 'g'))"


def _two(large: str, small: str, scaled: str) -> str:
    """SQL for an amount in two units that differ by 10,000; `scaled` is the amount in the smaller one."""
    return (
        f"(CASE WHEN {scaled} >= 10000 THEN format('{{:,}}{large}', ({scaled} // 10000)::BIGINT) ELSE '' END"
        f" || CASE WHEN {scaled} >= 10000 AND {scaled} % 10000 > 0 THEN ' ' ELSE '' END"
        f" || CASE WHEN {scaled} % 10000 > 0 THEN format('{{:,}}{small}', ({scaled} % 10000)::BIGINT) ELSE '' END)"
    )


_MAN = "((abs(amount)::HUGEINT + 5000) // 10000)"
_EOK = "((abs(amount)::HUGEINT + 50000000) // 100000000)"
# What rounds up to 1조 is written in 조 too.
_WON = f"""CASE WHEN amount < 0 THEN '△' ELSE '' END || CASE
    WHEN abs(amount) >= 999999995000 THEN {_two("조", "억", _EOK)} || '원'
    WHEN abs(amount) >= 10000 THEN {_two("억", "만", _MAN)} || '원'
    ELSE format('{{:,}}원', abs(amount)::BIGINT) END"""


def _number(name: str, word: str, won: int) -> Macro:
    return Macro(
        name,
        ("amount",),
        f"amount / {won}.0::DOUBLE" if won > 1 else "amount",
        f"원을 {word}으로 바꾼 수 (반올림하지 않는다)",
        f"SELECT {name}(54508464000000)",
    )


MACROS: tuple[Macro, ...] = (
    Macro(
        "won",
        ("amount",),
        _WON,
        "사람이 읽는 금액: 1조원부터는 억원까지, 1만원부터는 만원까지 반올림한 글. 음수는 △로 적는다",
        "SELECT won(54508464000000)",
    ),
    Macro(
        "won_exact",
        ("amount",),
        "(CASE WHEN amount < 0 THEN '△' ELSE '' END) || format('{:,}원', abs(amount)::BIGINT)",
        "원까지 그대로 적은 글",
        "SELECT won_exact(54508464000000)",
    ),
    _number("jo", "조원", 1_000_000_000_000),
    _number("eok", "억원", 100_000_000),
    _number("baekman", "백만원", 1_000_000),
    _number("cheon", "천원", 1_000),
    Macro(
        "pct",
        ("part", "whole"),
        "round(100.0 * part / nullif(whole, 0), 2)",
        "part가 whole의 몇 %인가. whole이 없거나 0이면 빈 값",
        "SELECT pct(1805, 4924)",
    ),
    Macro(
        "growth",
        ("later", "earlier"),
        "round(100.0 * (later - earlier) / nullif(abs(earlier), 0), 2)",
        "earlier에서 later로 늘어난 비율(%). earlier가 없거나 0이면(순증) 빈 값",
        "SELECT growth(2559, 1584)",
    ),
    Macro(
        "yearly_growth",
        ("later", "earlier", "n_years"),
        "CASE WHEN later > 0 AND earlier > 0 AND n_years > 0 "
        "THEN round(100 * (pow(later::DOUBLE / earlier, 1.0 / n_years) - 1), 2) END",
        "n_years 동안의 연평균 증가율(%). 사이의 없는 해는 함께 밝힌다",
        "SELECT yearly_growth(727879135420000, 512250447739000, 6)",
    ),
    Macro(
        "folded",
        ("text",),
        _FOLDED.format("text"),
        "빈칸·가운뎃점·대소문자를 접은 이름. 이름을 견줄 때 쓴다",
        "SELECT folded('국경일 등 정부행사')",
    ),
    Macro(
        "held_years",
        ("project",),
        "(SELECT coalesce(list(DISTINCT s.fiscal_year ORDER BY s.fiscal_year), []) FROM mart.budget_series s "
        f"WHERE {_FOLDED.format('project')} IN ({_FOLDED.format('s.name')}, {_FOLDED.format('s.org_name')}))",
        "그 이름의 사업·소관·분야에 대해 가진 회계연도. 물은 해가 없으면 이것을 답한다",
        "SELECT held_years('구직급여')",
    ),
    Macro(
        "all_years",
        (),
        "(SELECT coalesce(list(DISTINCT s.fiscal_year ORDER BY s.fiscal_year), []) FROM mart.budget_series s)",
        "무엇이든 금액을 가진 회계연도",
        "SELECT all_years()",
    ),
    Macro(
        "figures",
        ("project",),
        "SELECT s.fiscal_year, s.stage, s.stage_label, s.stage_no, s.period, s.basis, a.basis_label, s.level, s.name, s.org_name, "
        "s.amount_won, s.value_state, s.raw_text, s.unit_raw, s.n_contradicting, s.n_homonyms, s.check_status, "
        "s.candidate_succession, s.series_id, s.comparable_id, s.amount_id, "
        "a.address FROM mart.budget_series s JOIN core.amount a USING (amount_id) "
        f"WHERE {_FOLDED.format('s.name')} = {_FOLDED.format('project')} "
        "ORDER BY s.org_name, s.fiscal_year, s.stage, s.stage_no, s.period",
        "그 이름의 모든 금액: 해, 단계, 값의 상태, 적힌 글과 주소",
        "FROM figures('국경일등정부행사')",
        is_table=True,
    ),
    Macro(
        "cited",
        ("id",),
        "SELECT a.amount_id, a.fiscal_year, a.stage_label, a.basis_label, a.subject_name, a.org_name, a.amount_won, a.value_state, "
        "a.raw_text, a.unit_raw, a.unit_from, a.check_status, a.recorded_from, a.recorded_to, a.path, a.address "
        "FROM core.amount a WHERE a.amount_id = id",
        "금액 ID에서 적힌 글과 칸의 주소로",
        "FROM cited('금액 ID')",
        is_table=True,
    ),
    Macro(
        "totals",
        (),
        "SELECT m.fiscal_year, m.stage_label, m.basis_label, m.amount_won, m.n_amounts, m.printed_won, m.difference_won, m.title, "
        "m.content_id, (SELECT min(p.source_name || '/' || p.path) FROM raw.placement p WHERE p.content_id = m.content_id) AS path "
        "FROM mart.macro_view m WHERE m.dimension = 'TOTAL' AND m.is_widest AND NOT m.is_revenue AND m.period IS NULL "
        "ORDER BY m.fiscal_year, m.stage, m.basis",
        "해마다의 총량: 단계와 기준마다 가장 넓은 자료의 합과, 인쇄된 합계와의 차이",
        "FROM totals() WHERE basis_label = '총지출'",
        is_table=True,
    ),
    *QUESTION_MACROS,
)


def macro_statements() -> list[str]:
    """CREATE MACRO and COMMENT ON statements for a serving file that is the connection's own database."""
    statements = []
    for macro in MACROS:
        kind = "TABLE " if macro.is_table else ""
        body = macro.body if macro.is_table else f"({macro.body})"
        statements.append(f"CREATE MACRO {macro.signature} AS {kind}{body}")
        statements.append(f"COMMENT ON MACRO {kind}{macro.name} IS {literal(f'{macro.meaning}. 예: {macro.example}')}")
    return statements


def macros_page() -> str:
    """The documentation's page of the macros."""
    rows = [
        "| " + " | ".join((f"`{macro.signature}`", macro.meaning, f"`{macro.example}`")).replace("||", "\\|\\|") + " |"
        for macro in MACROS
    ]
    return "\n\n".join(
        [
            "# SQL 매크로",
            "분석가용 파일마다 아래의 매크로가 들어 있다. 확장이 필요 없으므로 어느 DuckDB에서나, `gotgan sql`의 잠금 "
            "아래에서도 쓸 수 있다. 금액은 모두 원(`amount_won`)이다.",
            "\n".join(["| 매크로 | 뜻 | 보기 |", "| --- | --- | --- |", *rows]),
        ]
    )
