"""Rooms of two exports that may be the same one: titles change, and two rooms can bear one title."""

from collections.abc import Iterator

from schemas.records.merging import RoomDoubt
from warehouse.conversations import SAME_ROOM, subject_of
from warehouse.lake import CATALOG, Lake
from warehouse.ledger import IN_FORCE
from warehouse.reviews import Circumstances, Found, ReviewKind

_EFFECTS = {
    "accept": "두 내보내기의 메시지를 한 대화로 합칩니다.",
    "reject": "서로 다른 대화로 둡니다.",
}


def _find(lake: Lake, _: Circumstances) -> Iterator[Found]:
    places = {
        row["content_id"]: row["path"]
        for row in lake.rows(
            f"""SELECT content_id, min(source_name || '/' || path) AS path FROM {CATALOG}.raw.placement
                WHERE content_id IN (SELECT content_id FROM {CATALOG}.core.export_conversation) GROUP BY 1"""
        )
    }
    decided = {row["subject"]: row for row in lake.rows(f"SELECT * FROM ({IN_FORCE}) WHERE kind = '{SAME_ROOM}'")}
    asked: set[str] = set()
    for row in lake.rows(f"SELECT scope, unnest(doubts) AS doubt FROM {CATALOG}.core.merging ORDER BY merging_id"):
        doubt = RoomDoubt.model_validate(row["doubt"])
        subject = subject_of(doubt)
        asked.add(subject)
        ends = (doubt.first_content_id, doubt.second_content_id)
        yield Found(
            subject=subject,
            finding="doubt",
            title=f"대화 {row['scope']}의 내보내기 둘",
            reason="같은 방인지 내보내기만으로는 알 수 없음",
            evidence=(*(f"내보내기: {places.get(end, end[:12])}" for end in ends), *doubt.evidence),
            effects=_EFFECTS,
        )
    for subject, answer in decided.items():
        if subject not in asked and all(part.split("/")[0] in places for part in subject.split()):
            yield Found(
                subject=subject,
                finding="doubt",
                title="대화의 내보내기 둘",
                reason="사람이 정한 대로 두었음",
                evidence=tuple(f"내보내기: {places[part.split('/')[0]]}" for part in subject.split()),
                effects=_EFFECTS,
                answered=(answer["review_id"], answer["asked_at"]),
            )


REVIEW = ReviewKind(
    name=SAME_ROOM,
    label="같은 대화방",
    question="두 내보내기는 같은 대화방의 것입니까?",
    find=_find,
)
