"""Slack's texts as people read them: mrkdwn, blocks and the older attachments."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.messengers.json_records import first_text, number_of, record_of, records_of, text_of

_TOKEN = re.compile(r"<([@#!]|[a-zA-Z][a-zA-Z0-9+.-]{0,20}:)([^<>]*)>")
_NO_LETTERS = re.compile(r"[\W_]+")
_MAX_DEPTH = 8


@dataclass(slots=True)
class Names:
    """Names of people, channels and groups of people by their ids."""

    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


def plain(text: str) -> str:
    """A text without Slack's three entities."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") if "&" in text else text


def readable(text: str, names: Names) -> str:
    """Mrkdwn with its references put into words: `@이름`, `#채널`, `이름표 (주소)`. Marks of emphasis stay as typed."""
    return plain(_TOKEN.sub(lambda match: _token(match[1], match[2], names), text))


def message_text(record: Mapping[str, Any], names: Names) -> str:
    """All that a message says: its text, or its blocks where they say more, and what is attached to it."""
    text = readable(text_of(record.get("text")), names)
    text = _with(text, "\n".join(_blocks(record.get("blocks"), names, 0)))
    lines = [
        line for item in records_of(record.get("attachments")) for line in _attachment(item, names) if line.strip()
    ]
    return _with(text, "\n".join(lines)) if lines else text


def _with(text: str, more: str) -> str:
    """The two together, or one of them where it says all that the other does."""
    if not more.strip():
        return text
    said, saying = _NO_LETTERS.sub("", text), _NO_LETTERS.sub("", more)
    if saying in said and (saying or text.strip()):
        return text
    return more if said in saying else f"{text}\n{more}"


def _token(mark: str, body: str, names: Names) -> str:
    target, _, label = body.partition("|")
    if mark == "@":
        return f"@{names.users.get(target) or label or target}"
    if mark == "#":
        return f"#{label or names.channels.get(target) or target}"
    if mark == "!":
        return _special(target, label, names)
    url = mark + target
    shown = url.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in (url, shown) or url.rstrip("/").endswith(f"//{label.rstrip('/')}"):
        return shown
    return f"{label} ({shown})"


def _special(target: str, label: str, names: Names) -> str:
    command, _, argument = target.partition("^")
    if command == "subteam":
        name = label or names.groups.get(argument) or argument
        return name if name.startswith("@") else f"@{name}"
    if command == "date":
        return label or argument
    name = label or command
    return name if name.startswith("@") else f"@{name}"


def _blocks(value: object, names: Names, depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        return
    for block in records_of(value):
        sort = text_of(block.get("type"))
        if sort == "rich_text":
            yield from _rich_text(block, names)
        elif sort == "context":
            parts = [_text_object(item, names) for item in records_of(block.get("elements"))]
            yield " ".join(part for part in parts if part)
        elif sort == "table":
            rows = block.get("rows")
            for row in rows if isinstance(rows, list) else []:
                yield "\t".join(_cell(cell, names) for cell in records_of(row))
        elif sort == "call":
            yield text_of(record_of(record_of(block.get("call")).get("v1")).get("name"))
        else:
            yield from _simple_block(block, names)


def _simple_block(block: dict[str, Any], names: Names) -> Iterator[str]:
    """A section, a header, a picture, a video or one that is not known: whatever text objects it holds."""
    for key in ("title", "text", "description", "alt_text"):
        line = _text_object(block.get(key), names)
        if line:
            yield line
            if key == "title" and block.get("type") == "image":
                break
    for item in records_of(block.get("fields")):
        line = _text_object(item, names)
        if line:
            yield line


def _text_object(value: object, names: Names) -> str:
    if isinstance(value, str):
        return readable(value, names)
    item = record_of(value)
    if item.get("type") == "plain_text":
        return (
            html.unescape(text_of(item.get("text"))) if "&" in text_of(item.get("text")) else text_of(item.get("text"))
        )
    return readable(first_text(item.get("text"), item.get("alt_text")), names)


def _cell(cell: dict[str, Any], names: Names) -> str:
    if cell.get("type") == "rich_text":
        return " ".join(_rich_text(cell, names))
    return readable(text_of(cell.get("text")), names).replace("\n", " ")


def _rich_text(block: dict[str, Any], names: Names) -> Iterator[str]:
    for part in records_of(block.get("elements")):
        sort = text_of(part.get("type"))
        elements = part.get("elements")
        if sort == "rich_text_list":
            indent = "  " * min(number_of(part.get("indent")) or 0, _MAX_DEPTH)
            first = (number_of(part.get("offset")) or 0) + 1
            for number, item in enumerate(records_of(elements), start=first):
                mark = f"{number}." if part.get("style") == "ordered" else "•"
                yield f"{indent}{mark} {_inline(item.get('elements'), names)}"
        elif sort == "rich_text_quote":
            yield "\n".join(f"> {line}" for line in _inline(elements, names).split("\n"))
        elif sort == "rich_text_preformatted":
            yield f"```\n{_inline(elements, names)}\n```"
        else:
            yield _inline(elements, names).removesuffix("\n")


def _inline(value: object, names: Names) -> str:
    return "".join(_inline_element(item, names) for item in records_of(value))


def _inline_element(item: dict[str, Any], names: Names) -> str:
    sort = text_of(item.get("type"))
    if sort == "user":
        return _token("@", text_of(item.get("user_id")), names)
    if sort == "usergroup":
        return _special(f"subteam^{text_of(item.get('usergroup_id'))}", "", names)
    if sort == "channel":
        return _token("#", text_of(item.get("channel_id")), names)
    if sort == "broadcast":
        return f"@{text_of(item.get('range'))}"
    if sort == "emoji":
        return f":{text_of(item.get('name'))}:"
    if sort == "link":
        url, label = text_of(item.get("url")), text_of(item.get("text"))
        mark, colon, rest = url.partition(":")
        return _token(mark + colon, f"{rest}|{label}" if label else rest, names) if colon else label or url
    # what these hold is not escaped
    return (
        first_text(item.get("fallback")) if sort == "date" else text_of(item.get("text")) or text_of(item.get("value"))
    )


def _attachment(item: dict[str, Any], names: Names) -> Iterator[str]:
    """A card, an unfurled link or a shared message."""
    lines = [readable(text_of(item.get(key)), names) for key in ("pretext", "author_name", "title", "text")]
    body = "\n".join(line for line in lines if line.strip())
    blocks = "\n".join(_blocks(item.get("blocks"), names, 1))
    for message in records_of(item.get("message_blocks")):
        blocks = _with(blocks, "\n".join(_blocks(record_of(message.get("message")).get("blocks"), names, 1)))
    body = _with(body, blocks)
    if body.strip():
        yield body
    for entry in records_of(item.get("fields")):
        pair = [readable(text_of(entry.get(key)), names) for key in ("title", "value")]
        yield ": ".join(part for part in pair if part)
    if not body.strip() and not records_of(item.get("fields")):
        yield readable(text_of(item.get("fallback")), names)
    yield readable(text_of(item.get("footer")), names)
