"""`core.amount`: the view of a serving file over its own amounts: until when each was current, in Korean terms, with its address.

The names in it have no catalogue, since a file is opened under any name.
"""

from collections.abc import Mapping
from typing import Any

from schemas.fiscal import BASIS_LABELS, STAGE_LABELS
from schemas.records.budget_amount import BudgetAmount
from schemas.sql import literal


def _word(column: str, labels: Mapping[Any, str]) -> str:
    cases = " ".join(f"WHEN {literal(str(code))} THEN {literal(label)}" for code, label in labels.items())
    return f"CASE a.{column} {cases} END"


_ADDRESS = """concat_ws(' ', l.place, CASE WHEN a.sheet IS NOT NULL THEN '시트 ' || a.sheet END,
        CASE WHEN a.page IS NOT NULL THEN a.page || '쪽' END,
        -- A long table without a sheet is read in parts: its rows are told by their address in the whole, not in the part.
        CASE WHEN a.cell IS NOT NULL THEN CASE WHEN a.sheet IS NULL THEN format('표 {} ', a.table_no) ELSE '' END || '셀 ' || a.cell
             ELSE format('표 {} {}행 {}열', a.table_no, a.row, a.col) END,
        CASE WHEN a.line IS NOT NULL THEN a.line || '째 값' END)"""

AMOUNT_VIEW = f"""
    CREATE VIEW core.amount AS
    WITH RECURSIVE location(content_id, place, depth) AS (
        SELECT content_id, source_name || '/' || path, 0 FROM raw.placement
        WHERE content_id IS NOT NULL AND skip_rule IS NULL AND reason IS NULL
        UNION ALL
        SELECT m.content_id, l.place || '!/' || m.member_path, l.depth + 1
        FROM location l JOIN core.member m ON m.container_id = l.content_id WHERE l.depth < 8
    ),
    first_location AS (SELECT content_id, min(place) AS place FROM location GROUP BY content_id),
    ended AS (
        SELECT amount_id, min(ended_at) AS ended_at FROM (
            SELECT supersedes_id AS amount_id, recorded_at AS ended_at FROM core.budget_amount WHERE supersedes_id IS NOT NULL
            UNION ALL SELECT amount_id, recorded_at FROM core.withdrawal
        ) GROUP BY amount_id
    ),
    checked AS (
        SELECT amount_id,
               max(CASE status WHEN 'PASSED' THEN 1 WHEN 'ROUNDING' THEN 2 WHEN 'EXPLAINED' THEN 3 WHEN 'BREAK' THEN 4 END) AS worst
        FROM (
            SELECT lhs_amount_id AS amount_id, status FROM core.reconciliation
            UNION ALL SELECT unnest(culprit_ids), status FROM core.reconciliation
        ) GROUP BY amount_id
    )
    SELECT a.*, a.recorded_at AS recorded_from, e.ended_at AS recorded_to, {_word("stage", STAGE_LABELS)} AS stage_label,
           {_word("basis", BASIS_LABELS)} AS basis_label,
           coalesce(['PASSED', 'ROUNDING', 'EXPLAINED', 'BREAK'][c.worst], 'UNCHECKED') AS check_status,
           l.place AS path, {_ADDRESS} AS address
    FROM core.budget_amount a
    LEFT JOIN ended e ON e.amount_id = a.amount_id
    LEFT JOIN checked c ON c.amount_id = a.amount_id
    LEFT JOIN first_location l ON l.content_id = a.content_id"""

AMOUNT_COMMENTS: dict[str, str] = {
    "": "금액(이력과 주소): core.budget_amount의 모든 행에 언제까지 그러했는지, 한국어 용어, 검산, "
    "인용할 주소를 붙인 것. 지금의 금액은 recorded_to IS NULL.",
    **{name: f"{info.title}: {info.description}" for name, info in BudgetAmount.model_fields.items()},
    "recorded_from": "기록 시작: when it was first recorded here",
    "recorded_to": "기록 끝: when another row replaced it or it was withdrawn; empty while it is current",
    "stage_label": "예산 단계 이름: the stage in Korean",
    "basis_label": "기준 이름: the basis in Korean",
    "check_status": "검산: worst of its checks: PASSED, ROUNDING, EXPLAINED, BREAK; UNCHECKED where none names it",
    "path": "파일: source and path of the first place that may be read; empty for a version that was replaced",
    "address": "주소: file, sheet or page, table and cell, to cite it by",
}
"""Comments of the view by column; the empty name is the view itself."""
