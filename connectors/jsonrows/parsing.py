"""JSON text to values, losing nothing: numbers as they are written, every one of several equal keys, bounded nesting.

A value is a text (of a string or a number), a boolean, None for `null`, a list, or a dict in the order of the file.
"""

import json
import re
from typing import Any

from schemas.outcome import Failed

MAX_DEPTH = 64
_MAX_STRINGS_AROUND = 3
_OPENING, _CLOSING = ("{", "["), ("}", "]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DECODER: json.JSONDecoder


def parse_json(text: str) -> Any:
    """The value of a JSON text, or of one that stands inside a JSON string, as some services answer.

    Numbers come as the text that is written, `1.50` and `NaN` too. Of equal keys in an object each value is kept: the later
    ones under `key (2)`, `key (3)`. Text of several values is taken for a value a line (NDJSON) and comes as a list.

    Raises:
        schemas.outcome.Failed: `corrupt` for what is no JSON, `too_many_elements` for nesting deeper than 64.
    """
    node = _parsed(text.strip("\ufeff \t\r\n"))
    for _ in range(_MAX_STRINGS_AROUND):
        inner = _inner_text(node)
        if inner is None:
            break
        try:
            node = _parsed(inner)
        except Failed:
            # a string that only looks like JSON is a string
            break
    _refuse_depth(node)
    return node


def is_scalar(node: object) -> bool:
    """Whether a value holds no other values."""
    return not isinstance(node, dict | list)


def text_of(node: object) -> str:
    """A scalar as it is written, empty for `null`; halves of characters become U+FFFD, which no file may store."""
    if node is None:
        return ""
    if isinstance(node, bool):
        return "true" if node else "false"
    text = str(node)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _SURROGATE.search(text) else text


def _parsed(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise _too_deep() from error
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and "\n" in text:
            return _lines(text)
        raise Failed("corrupt", f"JSON {error.lineno}행 {error.colno}열: {error.msg}") from error


def _lines(text: str) -> list[Any]:
    nodes: list[Any] = []
    # str.splitlines would also cut at separators that may stand inside a JSON string
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            nodes.append(_DECODER.decode(line.strip()))
        except RecursionError as error:
            raise _too_deep() from error
        except json.JSONDecodeError as error:
            raise Failed("corrupt", f"JSON {number}행: {error.msg}") from error
    return nodes


def _inner_text(node: Any) -> str | None:
    """The JSON text that a string consists of, alone or as the only member of the outermost object."""
    is_alone = isinstance(node, str)
    if isinstance(node, dict) and len(node) == 1:
        node = next(iter(node.values()))
    if not isinstance(node, str):
        return None
    text = node.strip()
    if is_alone and len(text) > 1 and text[0] == text[-1] == '"':
        return text
    return text if text[:1] in _OPENING and text[-1:] in _CLOSING else None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    kept: dict[str, Any] = {}
    copies: dict[str, int] = {}
    for key, value in pairs:
        unique, copy = key, copies.get(key, 1)
        while unique in kept:
            copy += 1
            unique = f"{key} ({copy})"
        copies[key] = copy
        kept[unique] = value
    return kept


def _refuse_depth(node: Any) -> None:
    level = [node] if isinstance(node, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise _too_deep()
        level = [inner for outer in level for inner in _members(outer) if isinstance(inner, dict | list)]


def _members(node: Any) -> Any:
    return node.values() if isinstance(node, dict) else node


def _too_deep() -> Failed:
    return Failed("too_many_elements", f"{MAX_DEPTH}겹보다 깊이 겹친 JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=str, strict=False)
