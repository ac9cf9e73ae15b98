"""The checks on conversations: nothing that is not registered, nothing half understood, and a merge that adds nothing twice."""

from dataclasses import replace
from typing import Any

from schemas.conversations import LEAST_UNDERSTOOD
from schemas.scope import Register
from warehouse.checks import CheckResult
from warehouse.conversations import room_answers, sighted_of
from warehouse.lake import CATALOG, Lake
from warehouse.merging import Merged, merge
from warehouse.merging_keys import Sighted

_MAX_MESSAGES_MERGED_AGAIN = 20_000
_SCOPED_TABLES = ("core.export_conversation", "core.conversation", "core.merging", "index.session")


def check_registered(lake: Lake, register: Register) -> CheckResult:
    """No table holds a conversation that is not registered, and every export was read by the register of today."""
    names = {scope.name for scope in register.scopes}
    strangers = {
        table: n
        for table in _SCOPED_TABLES
        if (
            n := sum(
                row["n"]
                for row in lake.rows(f"SELECT scope, count(*) AS n FROM {CATALOG}.{table} GROUP BY scope")
                if row["scope"] not in names
            )
        )
    }
    outdated = int(
        lake.value(
            f"""SELECT count(*) FROM {CATALOG}.core.reading WHERE scope_fingerprint IS NOT NULL
                AND scope_fingerprint <> $register AND outcome = 'kept' AND step_fingerprint <> 'retry'""",
            {"register": register.fingerprint},
        )
    )
    unclaimed = int(
        lake.value(
            f"""SELECT count(*) FROM {CATALOG}.core.export_message ANTI JOIN {CATALOG}.core.export_conversation
                USING (content_id, conversation_no)"""
        )
    )
    counts = lake.rows(
        f"""SELECT coalesce(sum(n_conversations), 0)::BIGINT AS kept,
                   coalesce(sum(n_conversations_left_out), 0)::BIGINT AS left_out FROM {CATALOG}.raw.export"""
    )[0]
    figures: dict[str, int | float | str] = {
        "등록한 대화": len(names),
        "보관한 대화(내보내기마다)": counts["kept"],
        "보관하지 않은 대화": counts["left_out"],
    }
    if not (strangers or outdated or unclaimed):
        return CheckResult(True, "보관한 대화는 모두 업무용으로 등록된 것입니다.", figures)
    where = ", ".join(f"{table} {n}건" for table, n in strangers.items()) or f"읽은 결과 {outdated + unclaimed}건"
    return CheckResult(False, f"등록되지 않은 대화가 보관되어 있습니다: {where}", figures)


def check_accounted(lake: Lake) -> CheckResult:
    """Of every export that is kept nearly all bytes are a message, a system line or a separator."""
    rows = lake.rows(
        f"""SELECT e.application, e.n_understood, e.n_bytes, p.path FROM {CATALOG}.raw.export e
            JOIN {CATALOG}.core.reading r USING (content_id)
            LEFT JOIN (SELECT content_id, min(path) AS path FROM {CATALOG}.raw.placement GROUP BY 1) p USING (content_id)
            WHERE r.outcome = 'kept' ORDER BY e.n_understood / greatest(e.n_bytes, 1)"""
    )
    shares = [row["n_understood"] / row["n_bytes"] if row["n_bytes"] else 1.0 for row in rows]
    figures: dict[str, int | float | str] = {
        "내보내기": len(rows),
        "가장 낮은 비율": round(min(shares, default=1.0), 4),
    }
    poor = [
        row["path"] or row["application"] for row, share in zip(rows, shares, strict=True) if share < LEAST_UNDERSTOOD
    ]
    if poor:
        return CheckResult(False, f"다 알아듣지 못한 내보내기가 있습니다: {', '.join(poor[:3])}", figures)
    return CheckResult(True, "보관한 내보내기는 모두 바이트의 98% 이상을 알아들었습니다.", figures)


def check_merge_stable(lake: Lake) -> CheckResult:
    """Merging again, with an export once more under another id, gives the messages that are there and not one more."""
    answers = room_answers(lake)
    n_again = n_rooms = 0
    for room in _rooms(lake):
        n_again += room["n_messages"]
        if n_rooms and n_again > _MAX_MESSAGES_MERGED_AGAIN:
            break
        n_rooms += 1
        members = [(found["content_id"], found["conversation_no"]) for found in room["members"]]
        seen = sighted_of(lake, members)
        copy = replace(seen[0], content_id=f"{seen[0].content_id}-again")
        again = {message.message_id for message in _merged(seen, copy, str(room["conversation_id"])).messages}
        held = {
            row["message_id"]
            for row in lake.rows(
                f"SELECT message_id FROM {CATALOG}.core.message WHERE conversation_id = $conversation",
                {"conversation": room["conversation_id"]},
            )
        }
        if again != held:
            return CheckResult(
                False,
                f"대화 {room['scope']}을(를) 다시 합치면 메시지가 {len(again - held)}건 늘고 {len(held - again)}건 줄어듭니다.",
                {"다시 합친 대화": n_rooms},
            )
    figures: dict[str, int | float | str] = {"다시 합친 대화": n_rooms, "사람이 정한 방": len(answers)}
    return CheckResult(True, "같은 내보내기를 한 번 더 합쳐도 메시지가 늘지 않습니다.", figures)


def _merged(seen: list[Sighted], copy: Sighted, conversation_id: str) -> Merged:
    return merge([*seen, copy], conversation_id=conversation_id)


def _rooms(lake: Lake) -> list[dict[str, Any]]:
    """Conversations with the exports that show them, the smaller first, so that many are tried."""
    return lake.rows(
        f"""SELECT c.conversation_id, c.scope, c.n_messages,
                   list(DISTINCT {{'content_id': s.content_id, 'conversation_no': s.conversation_no}}) AS members
            FROM {CATALOG}.core.conversation c JOIN {CATALOG}.core.message m USING (conversation_id)
            JOIN {CATALOG}.core.message_source s USING (message_id) GROUP BY ALL ORDER BY c.n_messages, c.conversation_id"""
    )
