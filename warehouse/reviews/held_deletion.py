"""Deletions that the brake holds: more files vanished from a source at once than anybody deletes on purpose."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from schemas.identity import digest_parts
from warehouse.lake import CATALOG, Lake
from warehouse.ledger import IN_FORCE
from warehouse.placements import deletion_answers
from warehouse.reviews import Circumstances, Found, ReviewKind

_SHOWN = 5
_EFFECTS = {
    "accept": "다음 온전한 순회에서도 보이지 않으면 지웁니다.",
    "reject": "지우지 않고 그대로 둡니다. 파일이 더 사라지면 다시 묻습니다.",
}


def _find(lake: Lake, circumstances: Circumstances) -> Iterator[Found]:
    answers = deletion_answers(lake)
    decided = {
        row["subject"]: (row["review_id"], row["asked_at"])
        for row in lake.rows(f"SELECT subject, review_id, asked_at FROM ({IN_FORCE}) WHERE kind = 'held_deletion'")
    }
    for source, rows in _missing_by_source(lake).items():
        if source in circumstances.keeping:
            continue
        n_known = rows[0]["n_known"]
        brake = circumstances.deletion.brake(n_known)
        answered = [row for row in rows if answers.answer(source, row["missing_since_at"])]
        asked = [row for row in rows if row not in answered]
        if len(asked) > brake:
            yield _found(source, asked, n_known, brake)
        elif answered:
            yield _found(source, answered, n_known, brake, answered=decided[source])


def _missing_by_source(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    rows = lake.rows(
        f"""SELECT * FROM (SELECT source_name, placement_id, path, missing_since_at,
                                  count(*) OVER (PARTITION BY source_name) AS n_known FROM {CATALOG}.raw.placement)
            WHERE missing_since_at IS NOT NULL ORDER BY source_name, path, placement_id"""
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["source_name"], []).append(row)
    return found


def _found(
    source: str, rows: list[dict[str, Any]], n_known: int, brake: int, answered: tuple[str, datetime] | None = None
) -> Found:
    return Found(
        subject=source,
        finding=digest_parts(row["placement_id"] for row in rows),
        title=f"소스 {source}에서 사라진 파일 {len(rows):,}개",
        reason=f"한꺼번에 사라진 파일이 한도({brake:,}개)를 넘음",
        evidence=(
            f"알던 파일 {n_known:,}개 가운데 {len(rows):,}개({len(rows) / n_known:.0%})가 보이지 않습니다.",
            *(f"예: {row['path']}" for row in rows[:_SHOWN]),
        ),
        effects=_EFFECTS,
        answered=answered,
    )


REVIEW = ReviewKind(
    name="held_deletion",
    label="보류된 삭제",
    question="이 파일들이 정말 지워진 것입니까?",
    find=_find,
)
