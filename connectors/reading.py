"""Reading a file: formats bid for it by its content, containers are read recursively, everything is screened.

Pure: bytes in, readings out. It runs inside the sandbox (`connectors.isolation`), and in-process in tests.
"""

import gc
import importlib.metadata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import connectors.formats
from connectors import screening, tools
from connectors.contract import Blob, Document, Format, MemberFile
from connectors.conversing import Attached, read_export, screened_mail, with_kept_part
from connectors.failures import reason_for
from connectors.limits import SHAPING_LIMITS, Limits
from connectors.locks import refuse_locked
from connectors.messengers.contract import Export, ExportFile
from connectors.messengers.exports import discover_exports, find_export
from connectors.messengers.recognition import recognise_export
from connectors.messengers.remains import looks_like_talk
from connectors.messengers.roomnames import hide_rooms
from connectors.tools import NeedsTool, Toolbox
from schemas import masking
from schemas.discovery import discover
from schemas.elements import Element, Reading
from schemas.identity import digest_bytes, digest_parts
from schemas.identity import fingerprint as fingerprint_of
from schemas.masking import mask_identifiers
from schemas.outcome import SKIP_RULES, Failed, Outcome
from schemas.scope import Register

__all__ = ["Limits", "discover_formats", "fingerprint", "read_blob", "recognise"]

VERSION = 4
"""Raised whenever this module changes what a reading contains."""

_LEAST_BID = 0.1
_MAX_DETAIL = 200
# What a picture or object in a document comes to if there is no text in it that could be read.
_WITHOUT_TEXT = frozenset({"no_text", "unsupported_format", "ocr_unavailable", "converter_unavailable", "corrupt"})
_SYSTEM_NAMES = ("thumbs.db", "desktop.ini", ".ds_store")


class _BeyondLimits(Exception):
    """A verdict on the outermost file that travels by raising: its members together go beyond the limits."""


@dataclass(slots=True)
class _Session:
    """What one outermost file has cost so far."""

    limits: Limits
    is_released: bool = False
    register: Register | None = None
    grammars: tuple[str, ...] = ()
    attached: Attached = field(default_factory=Attached)
    n_members: int = 0
    inflated: int = 0
    n_elements: int = 0
    text_bytes: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a member lies: the content directly around it and its path there; nothing for the outermost file."""

    container_id: str | None = None
    member_path: str | None = None


@cache
def discover_formats() -> dict[str, Format]:
    """The formats of `connectors.formats`, by name."""
    return discover(connectors.formats, "FORMAT")


def fingerprint(limits: Limits | None = None, toolbox: Toolbox | None = None, grammars: Sequence[str] = ()) -> str:
    """Changes whenever a reading could come out differently: formats, libraries, programs, screening rules, limits.

    The register of conversations is not in it: it decides about exports alone, and has a fingerprint of its own.
    """
    formats, exports = discover_formats(), discover_exports()
    offers = [*formats.values(), *exports.values()]
    libraries = sorted({name for offered in offers for name in offered.distributions})
    return fingerprint_of(
        reading=VERSION,
        formats=",".join(f"{name}:{formats[name].version}" for name in sorted(formats)),
        exports=",".join(f"{name}:{exports[name].version}" for name in sorted(exports)),
        grammars=digest_parts(grammars),
        libraries=",".join(f"{name}:{importlib.metadata.version(name)}" for name in libraries),
        masking=masking.RULES_VERSION,
        screening=screening.RULES_VERSION,
        limits=(limits or Limits()).model_dump_json(include=set(SHAPING_LIMITS)),
        tools=(toolbox or Toolbox()).fingerprint,
    )


def recognise(blob: Blob) -> Format:
    """The format that bids highest for the content; the earlier name wins a tie.

    Raises:
        schemas.outcome.Failed: `unsupported_format`, if no format is sure enough.
    """
    bids = [(offered.sniff(blob), name) for name, offered in sorted(discover_formats().items())]
    best = max(bids, key=lambda bid: bid[0], default=(0.0, ""))
    if best[0] <= _LEAST_BID:
        raise Failed("unsupported_format", f".{blob.extension}" if blob.extension else "")
    return discover_formats()[best[1]]


def read_blob(
    content: bytes,
    name: str,
    limits: Limits | None = None,
    *,
    is_released: bool = False,
    toolbox: Mapping[str, object] | None = None,
    register: Mapping[str, object] | None = None,
    grammars: Sequence[str] = (),
) -> list[Reading]:
    """Read a file and everything inside it.

    Args:
        content: the file's bytes.
        name: its name without folders, a hint for text formats and a place for a secrecy mark.
        limits: how much it may cost.
        is_released: a person has said that its secrecy marks are none; it is masked all the same.
        toolbox: fields of `connectors.tools.Toolbox`; without one, there are no programs.
        register: fields of `schemas.scope.Register`: of messengers' exports only what is registered comes out. Without one
            all of it does, and nothing may be stored.
        grammars: texts of the site's own grammars of exports.

    Returns:
        The file's own reading, then its members' depth first. If any of them bears a secrecy mark, no reading has text.
        Elements carry no member in their locator: a content can lie in many containers, and where is in the reading.
        One reading with the reason `needs_tool` if it must be read again where programs may be started.
    """
    known = None if register is None else Register.model_validate(register)
    session = _Session(limits or Limits(), is_released, known, tuple(grammars))
    try:
        with _seldom_collected(), tools.using(Toolbox.model_validate(toolbox or {})):
            return _read_file(Blob(content, screening.clean(name)), _Place(), 0, session)
    except NeedsTool as need:
        return [_verdict(Blob(content, screening.clean(name)), _Place(), "needs_tool", str(need))]
    except _BeyondLimits as beyond:
        return [_verdict(Blob(content, screening.clean(name)), _Place(), "archive_bomb", str(beyond))]


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Readers make millions of objects and hardly a cycle; to look for cycles as often as usual costs a sixth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _read_file(blob: Blob, place: _Place, depth: int, session: _Session) -> list[Reading]:
    own, members = _read_alone(blob, place, session)
    if own.reason == "secrecy_mark":
        readings = [
            own,
            *(_refused_member(own, member, path) for member, path in _with_paths(members, session.register)),
        ]
    else:
        inner = session.attached.settle(own, list(_read_members(own, members, depth, session)))
        readings = [with_kept_part(own, members, inner), *inner]
    if len(readings) > 1 and any(reading.reason == "secrecy_mark" for reading in readings):
        return [_withheld(reading) for reading in readings]
    return readings


def _read_alone(blob: Blob, place: _Place, session: _Session) -> tuple[Reading, list[MemberFile]]:
    format_name: str | None = None
    export = None
    try:
        mark = None if session.is_released else screening.secrecy_mark_in_name(blob.name)
        if mark:
            raise Failed("secrecy_mark", f"{mark} · 이름")
        file = ExportFile.of(blob.content, blob.name)
        export = find_export(file, session.grammars)
        if export is None or not file.is_zip:
            # the archive of an export may be larger than others, and has bounds of its own
            refuse_locked(blob.content)
        if export is not None:
            format_name = export.name
            return _read_export(export, file, place, session)
        if unread := recognise_export(blob):
            return _verdict(blob, place, "messenger_not_yet", "", unread), []
        if file.head is not None and looks_like_talk(file.head):
            raise Failed("export_not_understood", "대화로 보이지만 어느 메신저의 것인지 알 수 없음")
        best = recognise(blob)
        format_name = best.name
        document = best.read(blob)
        _refuse_excess(document, session)
        screened = screening.screen(document, is_released=session.is_released)
        if screened.mark:
            return _verdict(blob, place, "secrecy_mark", screened.mark, format_name), document.members
        if not document.members and not any(element.text.strip() for element in screened.elements):
            raise Failed("no_text")
    except NeedsTool:
        raise
    except Exception as error:  # a format may raise anything, and each kind becomes a reason
        reason, detail = reason_for(error)
        if export is None:
            return _verdict(blob, place, reason, detail, format_name), []
        # what tripped a reader up may be somebody's words, and whether he is registered is not known
        said = detail if isinstance(error, Failed) else ""
        refused = _verdict(blob, place, reason, said, format_name)
        return refused.model_copy(update={"is_scoped": session.register is not None}), []
    kept = Reading(
        content_id=digest_bytes(blob.content),
        name=mask_identifiers(blob.name)[0],
        size_bytes=len(blob.content),
        container_id=place.container_id,
        member_path=place.member_path,
        outcome=Outcome.KEPT,
        format=format_name,
        reader=document.reader,
        title=screened.title,
        coverage=document.coverage,
        completeness=document.completeness,
        flags=list(dict.fromkeys(document.flags)),
        properties=screened.properties,
        n_masked=screened.n_masked,
        elements=screened.elements,
        # of a mail, for who stores nothing: in the store it is a document, and no conversation that was registered
        transcripts=screened_mail(document, session.is_released) if session.register is None else [],
    )
    return kept, document.members


def _read_export(
    export: Export, file: ExportFile, place: _Place, session: _Session
) -> tuple[Reading, list[MemberFile]]:
    heard = read_export(export, file, session.register, is_released=session.is_released)
    blob = Blob(file.open().read(), file.name)
    decided = {"account": heard.account, "is_scoped": session.register is not None}
    if heard.reason is not None:
        verdict = _verdict(blob, place, heard.reason, heard.detail, export.name)
        if heard.account.n_conversations_left_out:
            session.attached.leave_out(place.container_id, heard.left_out_names)
        return verdict.model_copy(update=decided), []
    own = Reading(
        content_id=digest_bytes(blob.content),
        name=mask_identifiers(file.name)[0],
        size_bytes=file.size,
        container_id=place.container_id,
        member_path=place.member_path,
        outcome=Outcome.KEPT,
        format=export.name,
        reader=f"gotgan {export.name} {export.version}",
        title=heard.title,
        coverage=heard.coverage,
        n_masked=heard.n_masked,
        transcripts=heard.transcripts,
        kept_part=heard.kept_part,
        **decided,
    )
    if heard.account.n_conversations_left_out:
        session.attached.leave_out(place.container_id, heard.left_out_names)
    for container_id in filter(None, (place.container_id, own.content_id)):
        session.attached.keep(container_id, heard.kept_names, {found.scope for found in heard.transcripts})
    return own, heard.members


def _read_members(own: Reading, members: list[MemberFile], depth: int, session: _Session) -> Iterator[Reading]:
    session.n_members += len(members)
    session.inflated += sum(len(member.content) for member in members)
    if session.n_members > session.limits.max_members:
        raise _BeyondLimits(f"구성원 {session.n_members:,}개")
    if session.inflated > session.limits.max_inflated_mb << 20:
        raise _BeyondLimits(f"풀면 {session.inflated >> 20:,}MB")
    for member, path in _with_paths(members, session.register):
        raw_path = screening.clean(member.path)
        mark = None if session.is_released else screening.secrecy_mark_in_name(raw_path)
        reason = "secrecy_mark" if mark else member.reason or _skip_rule(raw_path)
        if reason:
            detail = f"{mark} · 이름" if mark else member.detail
            yield _refused_member(own, member, path, reason, detail)
        elif depth >= session.limits.max_depth:
            yield _refused_member(own, member, path, "archive_bomb", "너무 깊이 들어 있음")
        else:
            blob = Blob(member.content, raw_path.rsplit("/", 1)[-1])
            readings = _read_file(blob, _Place(own.content_id, path), depth + 1, session)
            yield from map(_passed_over, readings) if member.is_embedded else readings


def _with_paths(members: list[MemberFile], register: Register | None = None) -> Iterator[tuple[MemberFile, str]]:
    """Members with their paths as they are kept: clean, masked, without rooms that are not registered, and each once."""
    seen: set[str] = set()
    copies: dict[str, int] = {}
    for member in members:
        path = mask_identifiers(screening.clean(member.path))[0]
        path = path if register is None else hide_rooms(path, register)
        unique, copy = path, copies.get(path, 1)
        while unique in seen:
            copy += 1
            unique = f"{path} ({copy})"
        # where the next one of this name begins to count, or a thousand of them would each count through all before
        copies[path] = copy
        seen.add(unique)
        yield member, unique


def _passed_over(reading: Reading) -> Reading:
    """An embedded picture or object's reading; one without text that could be read is nobody's trouble."""
    if reading.reason not in _WITHOUT_TEXT:
        return reading
    changes = {"outcome": Outcome.SKIPPED, "reason": "embedded_without_text", "detail": reading.reason}
    return reading.model_copy(update=changes)


def _refused_member(
    own: Reading, member: MemberFile, path: str, reason: str = "secret_member", detail: str = ""
) -> Reading:
    blob = Blob(member.content, path.rsplit("/", 1)[-1])
    refused = _verdict(blob, _Place(own.content_id, path), reason, detail)
    if member.content:
        return refused
    # bytes that could not be had have no hash of their own, and must not share that of the empty file
    return refused.model_copy(update={"content_id": digest_parts(("member", own.content_id, path))})


def _withheld(reading: Reading) -> Reading:
    if reading.reason == "secrecy_mark":
        return reading
    kept = reading.model_dump(include={"content_id", "name", "size_bytes", "container_id", "member_path", "format"})
    return Reading(outcome=Outcome.QUARANTINED, reason="secret_member", **kept)


def _verdict(blob: Blob, place: _Place, reason: str, detail: str, format_name: str | None = None) -> Reading:
    line = mask_identifiers(" ".join(screening.clean(detail).split()))[0][:_MAX_DETAIL]
    return Reading(
        content_id=digest_bytes(blob.content),
        name=mask_identifiers(blob.name)[0],
        size_bytes=len(blob.content),
        container_id=place.container_id,
        member_path=place.member_path,
        outcome=Outcome.SKIPPED if reason in SKIP_RULES else Outcome.QUARANTINED,
        reason=reason,
        detail=line or None,
        format=format_name,
    )


def _refuse_excess(document: Document, session: _Session) -> None:
    limits = session.limits
    n_elements = session.n_elements + len(document.elements)
    if n_elements > limits.max_elements:
        raise Failed("too_many_elements", f"요소 {n_elements:,}개")
    text_bytes = session.text_bytes
    for element in document.elements:
        if element.table and element.table.n_rows * element.table.n_cols > limits.max_grid_cells:
            raise Failed("too_many_elements", f"표 {element.table.n_rows:,}행 {element.table.n_cols:,}열")
        text_bytes += _size_of(element)
    if text_bytes > limits.max_text_mb << 20:
        raise Failed("too_many_elements", f"글 {text_bytes >> 20:,}MB")
    session.n_elements, session.text_bytes = n_elements, text_bytes


def _size_of(element: Element) -> int:
    texts = [cell.text for cell in element.table.cells] if element.table else [element.text]
    return sum(len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass")) for text in texts)


def _skip_rule(path: str) -> str | None:
    name = path.rsplit("/", 1)[-1].lower()
    if name.startswith("~$"):
        return "office_owner_file"
    if name in _SYSTEM_NAMES or name.startswith("._") or path.startswith("__MACOSX/"):
        return "system_file"
    return None
