"""Telling what is left of a talk from records: somebody, what he said and when, in one object after another.

No messenger's reader takes such a file; filed as a document it would be searchable by everybody who may read the folder.
"""

from collections.abc import Iterator
from typing import Any

_MAX_LOOKED_AT = 2_000
_LEAST_SHARE = 0.5
_WHO = frozenset(
    {
        *(
            "author",
            "author_id",
            "creator",
            "displayname",
            "from",
            "from_id",
            "fromuser",
            "nickname",
            "sender",
            "sender_id",
        ),
        *("sender_name", "senderid", "sendername", "speaker", "user", "user_id", "user_name", "username"),
        *("대화명", "발신자", "발언자", "보낸사람", "보낸이"),
    }
)
_WHAT = frozenset(
    {
        *("body", "content", "contents", "html", "message", "messagetext", "msg", "text"),
        *("대화", "대화내용", "메시지", "발언"),
    }
)
_WHEN = frozenset(
    {
        *(
            "create_at",
            "created",
            "created_at",
            "created_date",
            "createdat",
            "createddatetime",
            "date",
            "date_unixtime",
        ),
        *("datetime", "origin_server_ts", "sent", "sent_at", "sentat", "time", "timestamp", "timestamp_ms", "ts"),
        *("날짜", "보낸시각", "시각", "일시", "전송시각"),
    }
)


def looks_said(node: Any) -> bool:
    """Whether most objects of one of the lists inside are messages of a talk."""
    return any(_are_messages(items) for items in _lists(node))


def _lists(node: Any) -> Iterator[list[Any]]:
    left = [node]
    n_looked_at = 0
    while left and n_looked_at < _MAX_LOOKED_AT:
        item = left.pop()
        n_looked_at += 1
        if isinstance(item, list):
            yield item
            left.extend(inner for inner in item[:_MAX_LOOKED_AT] if isinstance(inner, dict | list))
        elif isinstance(item, dict):
            left.extend(inner for inner in item.values() if isinstance(inner, dict | list))


def _are_messages(items: list[Any]) -> bool:
    objects = [item for item in items[:_MAX_LOOKED_AT] if isinstance(item, dict)]
    n_messages = sum(map(_is_message, objects))
    return n_messages > 0 and n_messages >= _LEAST_SHARE * len(objects)


def _is_message(record: dict[str, Any]) -> bool:
    names = {key.replace(" ", "").lower() for key in record}
    return bool(names & _WHO) and bool(names & _WHAT) and bool(names & _WHEN)
