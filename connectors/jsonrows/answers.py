"""Answers of services that hand out public data: what is data in them, what says that there is none, and what is an error."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.jsonrows.flattening import is_records
from connectors.jsonrows.parsing import is_scalar, text_of
from schemas.outcome import Failed

_NO_DATA = ("INFO-200", "03")
_FINE = ("INFO-000", "INFO-0", "00", "0", "0000", "000")


@dataclass(slots=True)
class Answer:
    """A service's answer: its name, how many rows it says there are, what it says of the request, and the rows."""

    service: str
    total: str | None = None
    code: str | None = None
    message: str = ""
    rows: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it says itself that there is no data."""
        return self.code in _NO_DATA


def answers_in(node: Any) -> list[Answer]:
    """The answers of 열린재정's services that a value consists of: one, or a list of pages; none if it is anything else.

    Raises:
        schemas.outcome.Failed: `service_error` for an answer that is an error, whatever its HTTP status was.
    """
    if isinstance(node, list):
        pages = [answers_in(item) for item in node] if node and all(map(_may_answer, node)) else []
        return [answer for page in pages for answer in page] if pages and all(pages) else []
    if not isinstance(node, dict):
        return []
    if set(node) == {"RESULT"}:
        answer = Answer("", **_result(node["RESULT"]))
        _refuse_error(answer)
        return [answer] if answer.is_empty else []
    answers = [_answer(service, parts) for service, parts in node.items() if _is_parts(parts)]
    if not answers or len(answers) < len(node):
        _refuse_portal_error(node)
        return []
    for answer in answers:
        _refuse_error(answer)
    return answers


def _may_answer(node: Any) -> bool:
    return isinstance(node, dict) and all(key == "RESULT" or _is_parts(value) for key, value in node.items())


def _is_parts(node: Any) -> bool:
    return (
        is_records(node) and any("head" in part for part in node) and all(set(part) <= {"head", "row"} for part in node)
    )


def _answer(service: str, parts: list[Mapping[str, Any]]) -> Answer:
    answer = Answer(text_of(service))
    for part in parts:
        for head in _objects(part.get("head")):
            if "list_total_count" in head:
                answer.total = text_of(head["list_total_count"])
            if "RESULT" in head:
                result = _result(head["RESULT"])
                answer.code, answer.message = result["code"], result["message"]
        answer.rows.extend(_objects(part.get("row")))
    return answer


def _objects(node: Any) -> list[Mapping[str, Any]]:
    """The objects of a list, or the one that stands where a list of one should."""
    items = [node] if isinstance(node, dict) else node if isinstance(node, list) else []
    return [item for item in items if isinstance(item, dict)]


def _result(node: Any) -> dict[str, Any]:
    found = node if isinstance(node, dict) else {}
    return {"code": text_of(found.get("CODE")) or None, "message": text_of(found.get("MESSAGE"))}


def _refuse_error(answer: Answer) -> None:
    if answer.code is not None and answer.code not in (*_FINE, *_NO_DATA) and not answer.rows:
        raise Failed("service_error", f"{answer.code} {answer.message}".strip())


def _refuse_portal_error(node: Mapping[str, Any]) -> None:
    """The portal's own shape: a response with a header, and a code in it that is not zero."""
    response = node.get("response")
    header = response.get("header") if isinstance(response, dict) else None
    code = header.get("resultCode") if isinstance(header, dict) else None
    if is_scalar(code) and code is not None and text_of(code) not in (*_FINE, *_NO_DATA):
        message = (
            text_of(header.get("resultMsg")) if isinstance(header, dict) and is_scalar(header.get("resultMsg")) else ""
        )
        raise Failed("service_error", f"{text_of(code)} {message}".strip())
