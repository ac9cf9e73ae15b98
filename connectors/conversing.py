"""What stands between an export of a messenger and everything after it: its verdict, secrecy marks, clean and masked text."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from connectors.contract import Document, MemberFile
from connectors.inflation import MAX_INFLATED_BYTES, inflate, member_name, new_member
from connectors.messengers.contract import Export, ExportFile
from connectors.messengers.exports import Gathered, gather
from connectors.messengers.roomnames import UNREGISTERED, is_media_name, names_a_talk
from connectors.screening import clean, mask_elements, secrecy_mark
from schemas.conversations import (
    LEAST_UNDERSTOOD,
    Attachment,
    Conversation,
    Event,
    Message,
    Participant,
    Reaction,
    Transcript,
)
from schemas.elements import Element, ElementKind, ExportAccount, Reading
from schemas.identity import digest_bytes
from schemas.masking import mask_identifiers
from schemas.outcome import Failed, Outcome
from schemas.scope import Register

_MAX_SAMPLE = 80


@dataclass(slots=True)
class Conversing:
    """An export after screening: what is kept of it, or the reason for which nothing is.

    The names of attachments never leave the sandbox: they tell which of the files around an export belong to whom.
    """

    account: ExportAccount
    reason: str | None = None
    detail: str = ""
    title: str | None = None
    transcripts: list[Transcript] = field(default_factory=list)
    members: list[MemberFile] = field(default_factory=list)
    kept_part: bytes | None = None
    n_masked: int = 0
    coverage: float = 1.0
    kept_names: dict[str, str | None] = field(default_factory=dict)
    left_out_names: frozenset[str] = frozenset()


@dataclass(slots=True)
class Attached:
    """Which members of a container were attached to a conversation, by the last part of their names."""

    _kept: dict[str, dict[str, str | None]] = field(default_factory=dict)
    _left_out: dict[str, set[str]] = field(default_factory=dict)
    _scopes: dict[str, set[str | None]] = field(default_factory=dict)

    def keep(self, container_id: str, names: Mapping[str, str | None], scopes: Iterable[str | None] = ()) -> None:
        """Files of these names belong to a registered conversation: name → scope; `scopes` are all that were found there."""
        self._kept.setdefault(container_id, {}).update(names)
        self._scopes.setdefault(container_id, set()).update(scopes)

    def leave_out(self, container_id: str | None, names: Iterable[str]) -> None:
        """Files of these names belong to a conversation that is not registered."""
        if container_id is not None:
            self._left_out.setdefault(container_id, set()).update(names)

    def settle(self, own: Reading, members: list[Reading]) -> list[Reading]:
        """The members of a container: those of nobody's business left out, those of a registered conversation marked so.

        Beside a talk, what bears a name that applications give to pictures and files is its media, though no message names
        it (KakaoTalk prints a word in its place); in an archive that bears the name of a talk everything is. Where some talks
        are registered and others are not, such media are of those that are not.
        """
        kept = dict(self._kept.get(own.content_id, {}))
        left_out = set(self._left_out.get(own.content_id, ()))
        direct = [_last_part(member.name) for member in members if member.container_id == own.content_id]
        media = {name for name in direct if names_a_talk(own.name) or is_media_name(name)} - kept.keys()
        scopes = self._scopes.get(own.content_id, set())
        if own.content_id in self._left_out:
            left_out |= media
        elif len(scopes) == 1:
            kept |= dict.fromkeys(media, next(iter(scopes)))
        return [self._settled(member, kept, left_out) for member in members] if kept or left_out else members

    @staticmethod
    def _settled(member: Reading, kept: Mapping[str, str | None], left_out: set[str]) -> Reading:
        name = _last_part(member.name)
        if name in kept and member.reason is None:
            return member.model_copy(update={"scope": kept[name]})
        if member.account is not None:
            # an export has been judged by itself, whatever its name is like
            return member
        if name not in left_out or member.reason == "unregistered_conversation":
            return member
        told = member.model_dump(include={"content_id", "size_bytes", "container_id", "format"})
        # its name is part of what was said
        path = f"{UNREGISTERED}-{member.content_id[:8]}"
        told |= {"name": path, "member_path": path, "is_scoped": True}
        return Reading(outcome=Outcome.SKIPPED, reason="unregistered_conversation", **told)


def read_export(
    export: Export, file: ExportFile, register: Register | None, *, is_released: bool = False
) -> Conversing:
    """Read an export, keep what is registered, and screen it.

    Args:
        export: its application.
        file: the export.
        register: what is registered; None keeps everything.
        is_released: a person has said that its secrecy marks are none.

    Raises:
        schemas.outcome.Failed: `export_not_understood` for one of which too much was not understood, or whose times run
            back; otherwise the application's own reasons.
    """
    gathered = gather(export, file, register)
    heard = Conversing(_account(gathered), left_out_names=frozenset(map(_last_part, gathered.left_out_names)))
    if not gathered.transcripts and not gathered.n_conversations_left_out:
        # a list of people, a mailbox without mail
        heard.reason, heard.detail = "no_text", "대화 없음"
        return heard
    if not gathered.transcripts:
        # Nobody's business: not even what was not understood of it is told.
        direct = f", 단둘의 대화라 direct = true가 있어야 함 {gathered.n_direct:,}개" if gathered.n_direct else ""
        heard.reason = "unregistered_conversation"
        heard.detail = f"대화 {gathered.n_conversations_left_out:,}개{direct}"
        return heard
    for transcript in gathered.transcripts:
        mark, screened, n_masked = _screened(transcript, is_released=is_released)
        if mark:
            return Conversing(heard.account, "secrecy_mark", mark, left_out_names=heard.left_out_names)
        heard.transcripts.append(screened)
        heard.n_masked += n_masked
        shown = (found for message in transcript.messages for found in message.attachments)
        names = (name for found in shown for name in (found.name, found.path) if name)
        heard.kept_names.update({_last_part(name): transcript.scope for name in names})
    # after the marks, since what was not understood is shown
    _refuse_unread(gathered, register, is_released=is_released)
    titles = {found.conversation.title for found in heard.transcripts if found.conversation.title}
    heard.title = titles.pop() if len(titles) == 1 else None
    heard.kept_part = gathered.excerpt
    heard.coverage = round(gathered.understood.share, 6)
    heard.members = list(_members(file, gathered)) if file.is_zip else []
    return heard


def screened_mail(document: Document, is_released: bool) -> list[Transcript]:
    """What a mail says as a conversation, screened; nothing for any other document."""
    if document.converse is None:
        return []
    mark, transcript, _ = _screened(document.converse(), is_released=is_released)
    return [] if mark else [transcript]


def _members(file: ExportFile, gathered: Gathered) -> Iterator[MemberFile]:
    """The attachments that lie in the export itself, each once."""
    messages = (message for transcript in gathered.transcripts for message in transcript.messages)
    wanted = {found.path for message in messages for found in message.attachments if found.path}
    if not wanted:
        return
    archive = file.archive()
    room = MAX_INFLATED_BYTES
    for info in archive.infolist():
        path = member_name(info)
        if path not in wanted or info.is_dir():
            continue
        wanted.discard(path)
        try:
            content = inflate(archive, info, room)
        except Failed as failure:
            yield MemberFile(path, b"", failure.reason, failure.detail)
            continue
        room -= len(content)
        yield MemberFile(path, content)


def with_kept_part(own: Reading, members: Sequence[MemberFile], inner: Sequence[Reading]) -> Reading:
    """A container's reading with what may be kept of its bytes, if something in it belongs to nobody's business.

    Of a ZIP it is the same archive without those members, of any other container nothing.
    """
    if not any(reading.is_scoped or _is_nobodys(reading) for reading in inner):
        return own
    parts: dict[str, bytes] = {}
    for reading in inner:
        if reading.container_id != own.content_id:
            continue
        if _is_nobodys(reading):
            parts[reading.content_id] = b""
        elif reading.kept_part is not None:
            parts[reading.content_id] = reading.kept_part
    decided: dict[str, object] = {"is_scoped": True}
    if parts:
        decided["kept_part"] = _zip_of(members, parts) if own.format == "zip" else b""
    return own.model_copy(update=decided)


def _is_nobodys(reading: Reading) -> bool:
    """Whether it is a talk that is not registered, or one of which nobody can tell."""
    if reading.reason in ("messenger_not_yet", "export_not_understood"):
        return True
    return reading.is_scoped and reading.outcome is not Outcome.KEPT


def _zip_of(members: Sequence[MemberFile], parts: Mapping[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            content = parts.get(digest_bytes(member.content), member.content)
            if content:
                # the same bytes for the same members, so that reading once more keeps nothing twice
                archive.writestr(new_member(member.path), content)
    return kept.getvalue()


def _last_part(name: str) -> str:
    return clean(name).replace("\\", "/").rsplit("/", 1)[-1]


def _account(gathered: Gathered) -> ExportAccount:
    return ExportAccount(
        application=gathered.application,
        n_conversations=len(gathered.transcripts),
        n_messages=gathered.n_messages,
        n_conversations_left_out=gathered.n_conversations_left_out,
        n_messages_left_out=gathered.n_messages_left_out,
        n_bytes=gathered.understood.n_bytes,
        n_understood=gathered.understood.n_understood,
    )


def _refuse_unread(gathered: Gathered, register: Register | None, *, is_released: bool) -> None:
    understood = gathered.understood
    if understood.is_backwards:
        raise Failed("export_not_understood", "시각이 거꾸로 감")
    if understood.share >= LEAST_UNDERSTOOD:
        return
    lines = [Element(kind=ElementKind.NARRATIVE_TEXT, text=clean(line)) for line in understood.unread]
    if not is_released and (mark := secrecy_mark(lines, [])):
        raise Failed("secrecy_mark", mark)
    # What was not understood may be somebody's who is not registered, or from before the notice.
    is_limited = register is not None and any(scope.since for scope in register.scopes)
    sample = "" if is_limited or gathered.n_conversations_left_out else _sample(understood.unread)
    raise Failed("export_not_understood", f"{understood.share:.1%}만 알아들음{sample}")


def _sample(unread: Sequence[str]) -> str:
    lines = [" ".join(line.split())[:_MAX_SAMPLE] for line in unread if line.strip()]
    return f": {' / '.join(lines[:3])}" if lines else ""


def _screened(transcript: Transcript, *, is_released: bool) -> tuple[str | None, Transcript, int]:
    texts = [Element(kind=ElementKind.NARRATIVE_TEXT, text=clean(message.text)) for message in transcript.messages]
    mark = None
    if not is_released:
        room = transcript.conversation
        names = {room.title, *(person.name for person in room.participants)}
        names |= {found.name for message in transcript.messages for found in message.attachments}
        mark = secrecy_mark(texts, map(clean, sorted(names)))
    if mark:
        return mark, transcript, 0
    masked, n_masked = mask_elements(texts)
    messages = [
        _masked_message(message, element.text) for message, element in zip(transcript.messages, masked, strict=True)
    ]
    return None, Transcript(_masked_room(transcript.conversation), messages, transcript.scope), n_masked


def _masked_room(room: Conversation) -> Conversation:
    people = [
        replace(
            person,
            name=_masked(person.name),
            native_id=_masked_or_none(person.native_id),
            aliases=[_masked(alias) for alias in person.aliases],
        )
        for person in room.participants
    ]
    return replace(
        room,
        title=_masked(room.title),
        participants=list(_each_once(people)),
    )


def _each_once(people: Sequence[Participant]) -> list[Participant]:
    return list({(person.native_id, person.name): person for person in people}.values())


def _masked_message(message: Message, text: str) -> Message:
    changes: dict[str, object] = {
        "text": text,
        "sender": _masked(message.sender),
        "sender_id": _masked_or_none(message.sender_id),
        "forwarded_from": _masked_or_none(message.forwarded_from),
    }
    if message.source.record:
        changes["source"] = replace(message.source, record=_masked(message.source.record))
    if message.attachments:
        changes["attachments"] = [_masked_attachment(found) for found in message.attachments]
    if message.reactions:
        changes["reactions"] = [
            Reaction(_masked(found.emoji), found.count, [_masked(user) for user in found.users])
            for found in message.reactions
        ]
    if message.events:
        changes["events"] = [
            Event(found.kind, found.at, _masked_or_none(found.actor), _masked_or_none(found.detail))
            for found in message.events
        ]
    return replace(message, **changes)


def _masked_attachment(found: Attachment) -> Attachment:
    return replace(
        found,
        name=_masked(found.name),
        mime=_masked_or_none(found.mime),
        path=_masked_or_none(found.path),
        url=_masked_or_none(found.url),
    )


@lru_cache(maxsize=8_192)
def _masked(text: str) -> str:
    return mask_identifiers(clean(text))[0] if text else text


def _masked_or_none(text: str | None) -> str | None:
    return None if text is None else _masked(text)
