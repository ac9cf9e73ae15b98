"""Projects and offices that may go on under another name: only what a person confirms joins their series."""

from collections.abc import Iterator
from typing import Any

from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.lake import CATALOG, Lake
from warehouse.ledger import IN_FORCE
from warehouse.reviews import Circumstances, Found, ReviewKind
from warehouse.succession import KIND

MOST_QUESTIONS = 200
"""Questions at a time; the rest stay candidates in `core.succession` and move up as these are answered."""

_KINDS = {"RENAME": "이름이 바뀐 것", "SPLIT": "나뉜 것", "MERGE": "합쳐진 것", "TRANSFER": "옮겨진 것"}
_EFFECTS = {
    "accept": "비교 시계열에서 두 이름의 금액을 한 줄로 잇습니다. 적힌 그대로의 시계열은 바뀌지 않습니다.",
    "reject": "서로 다른 것으로 둡니다.",
}

# The money at stake is the greatest amount of either end in a year: of an office, that of all its projects.
_ASKED = f"""
    WITH amounts AS (
        SELECT target_id AS id, fiscal_year, max(amount_won) AS won FROM ({CURRENT_AMOUNTS})
        WHERE target_kind = 'PROJECT' AND NOT is_revenue AND amount_won IS NOT NULL GROUP BY ALL),
    projects AS (SELECT id, max(won) AS won FROM amounts GROUP BY id),
    answered AS (SELECT * FROM ({IN_FORCE}) WHERE kind = $kind),
    asked AS (
        SELECT s.*, greatest(coalesce(f.won, 0), coalesce(t.won, 0)) AS won, d.review_id, d.asked_at,
               d.subject IS NOT NULL AS is_answered
        FROM {CATALOG}.core.succession s LEFT JOIN projects f ON f.id = s.from_id LEFT JOIN projects t ON t.id = s.to_id
        LEFT JOIN answered d ON d.subject = s.succession_id)
    SELECT * FROM asked
    QUALIFY is_answered OR row_number() OVER (
        PARTITION BY is_answered ORDER BY what <> 'org', score * greatest(won, 1) DESC, succession_id) <= $most
    ORDER BY succession_id"""


def _find(lake: Lake, _: Circumstances) -> Iterator[Found]:
    for row in lake.rows(_ASKED, {"kind": KIND, "most": MOST_QUESTIONS}):
        yield Found(
            subject=row["succession_id"],
            finding="candidate",
            title=f"{row['fiscal_year']}년 {_named(row, 'from')} → {_named(row, 'to')}",
            reason=f"{'기관' if row['what'] == 'org' else '세부사업'}: {_KINDS[row['kind']]}으로 보임 (점수 {row['score']:.2f})",
            evidence=tuple(row["evidence"]),
            effects=_EFFECTS,
            answered=(row["review_id"], row["asked_at"]) if row["is_answered"] else None,
        )


def _named(row: dict[str, Any], end: str) -> str:
    name, code = row[f"{end}_name"], row[f"{end}_code"]
    return f"{name}({code})" if code else name


REVIEW = ReviewKind(
    name=KIND,
    label="승계",
    question="앞의 것을 뒤의 것이 잇습니까?",
    find=_find,
)
