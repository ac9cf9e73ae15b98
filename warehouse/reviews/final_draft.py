"""Drafts of one document of which it is doubtful which is the final one: asked with the versions as answers."""

from collections.abc import Iterator
from typing import Any

from schemas.identity import digest_parts
from warehouse.drafts import ANSWER_CHARACTERS, KIND, NONE_YET
from warehouse.lake import CATALOG, Lake
from warehouse.ledger import IN_FORCE
from warehouse.reviews import Circumstances, Found, ReviewKind

MOST_QUESTIONS = 100
"""Questions at a time; the rest follow as these are answered."""
_MOST_ANSWERS = 12

_ROWS = f"""
    WITH place AS (
        SELECT content_id, min(source_name || '/' || path) AS path FROM {CATALOG}.raw.placement
        WHERE skip_rule IS NULL AND reason IS NULL GROUP BY 1)
    SELECT d.*, p.path FROM {CATALOG}.core.draft d LEFT JOIN place p USING (content_id)
    WHERE d.family_id IN (SELECT family_id FROM {CATALOG}.core.draft WHERE doubt IS NOT NULL OR is_confirmed)
    ORDER BY d.family_id, d.ordinal, d.content_id"""


def _find(lake: Lake, _: Circumstances) -> Iterator[Found]:
    families: dict[str, list[dict[str, Any]]] = {}
    for row in lake.rows(_ROWS):
        families.setdefault(row["family_id"], []).append(row)
    answers = lake.rows(f"SELECT * FROM ({IN_FORCE}) WHERE kind = '{KIND}' ORDER BY decision_id DESC")
    n_open = 0
    for family_id, rows in families.items():
        doubt = next((row["doubt"] for row in rows if row["doubt"]), None)
        ids = {row["content_id"][:ANSWER_CHARACTERS] for row in rows}
        given = next((one for one in answers if one["answer"] in ids or one["subject"] == family_id), None)
        if doubt is not None:
            n_open += 1
            if n_open <= MOST_QUESTIONS:
                yield _found(family_id, rows, doubt, None)
        elif given is not None:
            yield _found(
                given["subject"], rows, "사람이 정한 판을 최종으로 보고 있음", (given["review_id"], given["asked_at"])
            )


def _found(subject: str, rows: list[dict[str, Any]], reason: str, answered: tuple[str, Any] | None) -> Found:
    last = {row["ordinal"]: row for row in reversed(rows)}
    shown = [last[ordinal] for ordinal in sorted(last, reverse=True)][:_MOST_ANSWERS]
    named = next((row["path"] for row in shown if row["path"]), None)
    return Found(
        subject=subject,
        finding=digest_parts(sorted(row["content_id"] for row in rows))[:16],
        title=f"{named or '압축·메일 안의 문서'} 등 판 {len(last)}개",
        reason=reason,
        evidence=tuple(
            f"{row['content_id'][:ANSWER_CHARACTERS]} · {row['ordinal']}번째 판 · {row['path'] or '압축·메일 안'} · "
            + "; ".join(row["evidence"])
            for row in shown
        ),
        effects={
            **{row["content_id"][:ANSWER_CHARACTERS]: f"{row['ordinal']}번째 판을 최종으로 봅니다." for row in shown},
            NONE_YET: "아직 최종이 없는 것으로 봅니다.",
        },
        answered=answered,
    )


REVIEW = ReviewKind(
    name=KIND,
    label="최종 판",
    question="어느 판이 최종입니까?",
    find=_find,
)
