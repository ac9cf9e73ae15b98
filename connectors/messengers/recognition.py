"""Telling exports that no module reads from ordinary documents, by content alone and conservatively.

Google Chat, Zulip, Matrix, and the HTML of Telegram and Discord are recognised so that they are skipped as what they are: a
chat filed as a document would be searchable as one, whoever is in it.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from connectors.contract import Blob
from connectors.decoding import decode_text, text_head
from connectors.inflation import is_zip, member_name, open_archive
from schemas.outcome import Failed

_MAX_JSON_BYTES = 64 << 20
_SAMPLE = 20
_TAKEOUT = "Takeout/Google Chat/"
_HTML_MARKS = (
    ("telegram", "<title>Exported Data</title>"),
    ("discord", 'class="chatlog__message-group"'),
    ("discord", "class=chatlog__message-group"),
)


def recognise_export(blob: Blob) -> str | None:
    """The application whose export this is, of those that no module reads, or None. Never raises for any bytes."""
    if is_zip(blob.content):
        return _archive(blob.content)
    head = text_head(blob.content)
    if head is None:
        return None
    head = head.removeprefix("\ufeff")
    start = head.lstrip()[:1]
    if start == "{":
        return _json(blob.content, head)
    if start == "<":
        return next((application for application, mark in _HTML_MARKS if mark in head), None)
    return None


def _archive(content: bytes) -> str | None:
    try:
        names = [member_name(info) for info in open_archive(content).infolist()]
    except Failed:
        return None
    return "google_chat" if any(_TAKEOUT in name for name in names) else None


def _json(content: bytes, head: str) -> str | None:
    candidates = [(name, test) for name, keys, test in _JSON_EXPORTS if all(f'"{key}"' in head for key in keys)]
    if not candidates or len(content) > _MAX_JSON_BYTES:
        return None
    try:
        node = json.loads(decode_text(content))
    except (ValueError, RecursionError, Failed):
        return None
    return next((name for name, test in candidates if test(node)), None)


def _messages(node: Any) -> list[dict[str, Any]]:
    """The first objects of the list of messages; empty if anything else stands among them."""
    items = node.get("messages") if isinstance(node, dict) else None
    if not isinstance(items, list):
        return []
    sample = items[:_SAMPLE]
    return sample if all(isinstance(item, dict) for item in sample) else []


def _all_have(items: Sequence[dict[str, Any]], *alternatives: Sequence[str]) -> bool:
    return bool(items) and all(any(key in item for key in keys) for item in items for keys in alternatives)


def _is_google_chat(node: Any) -> bool:
    return _all_have(_messages(node), ("creator",), ("created_date",), ("topic_id", "message_id"))


def _is_zulip(node: Any) -> bool:
    return isinstance(node, dict) and bool({"zerver_message", "zerver_realm"} & node.keys())


def _is_matrix(node: Any) -> bool:
    return _all_have(_messages(node), ("event_id",), ("origin_server_ts",), ("sender",))


_JSON_EXPORTS: tuple[tuple[str, tuple[str, ...], Callable[[Any], bool]], ...] = (
    ("google_chat", ("messages", "creator"), _is_google_chat),
    ("zulip", ("zerver_message",), _is_zulip),
    ("zulip", ("zerver_realm",), _is_zulip),
    ("matrix", ("messages", "origin_server_ts"), _is_matrix),
)
