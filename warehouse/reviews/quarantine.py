"""Files in quarantine that a person may release: a secrecy mark that is none, a document that deserves another try."""

from collections.abc import Iterator
from typing import Any

from schemas.outcome import QUARANTINE_REASONS, reason_of
from warehouse.lake import CATALOG, Lake
from warehouse.ledger import RELEASE
from warehouse.reviews import Circumstances, Found, ReviewKind

_STAY = "격리에 그대로 두고 다시 묻지 않습니다."
_SHOWN_PLACES = 3


def _find(lake: Lake, _: Circumstances) -> Iterator[Found]:
    yield from _in_quarantine(lake)
    yield from _released(lake)


def _in_quarantine(lake: Lake) -> Iterator[Found]:
    releasable = [code for code, reason in QUARANTINE_REASONS.items() if reason.release]
    rows = lake.rows(
        f"""SELECT q.content_id, q.reason, any_value(q.detail) AS detail, any_value(q.format) AS format,
                   max(q.size_bytes) AS size_bytes,
                   list(q.source_name || '/' || q.path ORDER BY q.source_name, q.path) AS places,
                   any_value(d.decision_id) AS released_by
            FROM {CATALOG}.ops.quarantine q LEFT JOIN ({RELEASE}) d ON d.content_id = q.content_id
            WHERE q.member_path IS NULL AND q.content_id IS NOT NULL AND list_contains($codes, q.reason)
            GROUP BY q.content_id, q.reason ORDER BY q.content_id, q.reason""",
        {"codes": releasable},
    )
    for row in rows:
        reason = reason_of(row["reason"])
        evidence = [f"사유: {reason.korean} ({reason.code})" + (f" — {row['detail']}" if row["detail"] else "")]
        if row["released_by"]:
            evidence.append("한 번 풀어 주었으나 다시 격리되었습니다.")
        yield Found(
            subject=row["content_id"],
            # A release that did not help is another question than the first one.
            finding=f"{reason.code}/{row['released_by'] or ''}",
            title=row["places"][0],
            reason=reason.code,
            evidence=(*evidence, *_evidence(row)),
            effects={"release": reason.release, "accept": _STAY},
        )


def _released(lake: Lake) -> Iterator[Found]:
    """What is held because somebody released it; the question stays, so that the answer can be changed."""
    rows = lake.rows(
        f"""SELECT d.content_id, any_value(d.review_id) AS review_id, any_value(d.asked_at) AS asked_at,
                   any_value(d.decided_by) AS decided_by,
                   any_value(r.format) AS format, max(p.size_bytes) AS size_bytes,
                   list(p.source_name || '/' || p.path ORDER BY p.source_name, p.path) AS places
            FROM ({RELEASE}) d JOIN {CATALOG}.raw.placement p ON p.content_id = d.content_id
            JOIN {CATALOG}.core.reading r ON r.content_id = d.content_id AND r.outcome = 'kept'
            GROUP BY d.content_id ORDER BY d.content_id"""
    )
    for row in rows:
        yield Found(
            subject=row["content_id"],
            finding="released",
            title=row["places"][0],
            reason="풀어 준 파일",
            evidence=(f"{row['decided_by']}의 결정으로 보관하고 있습니다.", *_evidence(row)),
            effects={"release": "지금처럼 보관합니다.", "accept": "다음 실행에서 다시 격리하고 보관한 것을 지웁니다."},
            answered=(row["review_id"], row["asked_at"]),
        )


def _evidence(row: dict[str, Any]) -> list[str]:
    lines = [f"자리: {place}" for place in row["places"][:_SHOWN_PLACES]]
    if len(row["places"]) > _SHOWN_PLACES:
        lines.append(f"그 밖의 자리 {len(row['places']) - _SHOWN_PLACES}곳")
    return [*lines, f"형식 {row['format'] or '알 수 없음'}, {row['size_bytes']:,} bytes"]


REVIEW = ReviewKind(
    name="quarantine",
    label="격리 해제",
    question="이 파일을 격리에서 풀어 줍니까?",
    find=_find,
)
