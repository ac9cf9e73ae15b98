"""Mails as conversations: one mail as a message, and mails that answer one another as one thread."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message as ParsedMail
from email.policy import compat32

from connectors.mail.mailparts import decode_words
from connectors.messengers.mail_body import MailBody, body_of
from connectors.messengers.mail_headers import (
    MailIds,
    SentAt,
    ids_of,
    people_of,
    plain_subject,
    raw_headers,
    sent_at_of,
)
from schemas.conversations import (
    SEOUL,
    Attachment,
    Conversation,
    ConversationKind,
    Message,
    Participant,
    Precision,
    Source,
    Transcript,
)

APPLICATION = "mail"
_MAX_SUBJECT = 1_000
_NO_ID = "none:"
_IDENTIFYING = ("From", "To", "Cc", "Date", "Subject", "Message-ID")


def transcript_of_mail(mail: ParsedMail, text: str | None = None, attachments: tuple[str, ...] = ()) -> Transcript:
    """One mail as a conversation of its own with one message.

    Args:
        mail: parsed under `email.policy.compat32`.
        text: its body; read from the mail where it is not given, with what hangs on it.
        attachments: names of what hangs on it, where the body is given.
    """
    body = body_of(mail) if text is None else MailBody([text], [Attachment(name) for name in attachments])
    message = message_of(mail, body)
    return Transcript(conversation_of(mail, thread_key(mail)), [message])


def transcript_of_headers(headers: Mapping[str, str], text: str, attachments: tuple[str, ...] = ()) -> Transcript:
    """One mail whose headers are known by name, as those of an MSG file are, as a conversation with one message.

    Args:
        headers: `From`, `To`, `Cc`, `Date`, `Subject`, `Message-ID`, …, decoded or not.
        text: its body.
        attachments: names of what hangs on it.
    """
    mail = ParsedMail(policy=compat32)
    for name, value in headers.items():
        if value:
            mail[name] = " ".join(value.split())
    body = MailBody([text], [Attachment(name) for name in attachments])
    return Transcript(conversation_of(mail, thread_key(mail)), [message_of(mail, body)])


def message_of(
    mail: ParsedMail,
    body: MailBody,
    *,
    thread_id: str | None = None,
    before: datetime | None = None,
    source: Source | None = None,
) -> Message:
    """A mail as a message.

    Args:
        mail: parsed under `email.policy.compat32`.
        body: its body.
        thread_id: id of its thread's first mail where more is known than its own headers say.
        before: time of the mail before it, for one that bears no time that there can be.
        source: where it stands.
    """
    ids = ids_of(mail)
    senders = people_of(mail, "From") or people_of(mail, "Sender") or people_of(mail, "Return-Path")
    found = sent_at_of(mail)
    sent = found or SentAt(before or datetime(1970, 1, 1, tzinfo=SEOUL), Precision.MINUTE, True)
    return Message(
        sent_at=sent.at,
        sender=senders[0].name if senders else "",
        text=body.text,
        source=source or Source(),
        precision=sent.precision,
        is_offset_assumed=sent.is_offset_assumed,
        is_time_assumed=found is None,
        native_id=ids.own,
        sender_id=senders[0].native_id if senders else None,
        reply_to=ids.reply_to,
        thread_id=thread_id or first_of_thread(ids),
        attachments=body.attachments,
    )


def conversation_of(mail: ParsedMail, key: str) -> Conversation:
    """The thread that a mail belongs to, with those whom this mail names."""
    return Conversation(
        key=key,
        application=APPLICATION,
        title=subject_of(mail),
        kind=ConversationKind.MAIL,
        native_id=first_of_thread(ids_of(mail)),
        participants=people_of(mail, "From", "To", "Cc"),
    )


def subject_of(mail: ParsedMail) -> str:
    """A mail's subject without `Re:` and `회신:`."""
    values = raw_headers(mail, "Subject")
    return plain_subject(decode_words(values[0]))[:_MAX_SUBJECT] if values else ""


def first_of_thread(ids: MailIds) -> str | None:
    """Id of the first mail of a thread as one mail knows it."""
    return ids.references[0] if ids.references else ids.reply_to or ids.own


def thread_key(mail: ParsedMail) -> str:
    """Key of the thread as one mail knows it; a mail that says nothing is a thread of its own, the same each time."""
    return first_of_thread(ids_of(mail)) or own_key(mail)


def own_key(mail: ParsedMail) -> str:
    """What tells a mail without an id from others: the same for the same headers."""
    said = "\n".join(value for name in _IDENTIFYING for value in raw_headers(mail, name))
    return _NO_ID + hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()[:32]


@dataclass(slots=True)
class Thread:
    """A thread of a mailbox: its first mail as far as the mails know it, title of the mail found first, everybody in it."""

    key: str
    title: str
    people: dict[tuple[str, str | None], Participant] = field(default_factory=dict)

    @property
    def native_id(self) -> str | None:
        """Id of its first mail, None where its only mail has none."""
        return None if self.key.startswith(_NO_ID) else self.key

    def conversation(self) -> Conversation:
        """The thread as a conversation."""
        people = list(self.people.values())
        return Conversation(
            self.key, APPLICATION, self.title, ConversationKind.MAIL, self.native_id, participants=people
        )


@dataclass(slots=True)
class Threads:
    """Mails that answer one another put together, whatever order they are met in; only ids, subjects and names are held."""

    _parents: dict[str, str] = field(default_factory=dict)
    _starts: list[str] = field(default_factory=list)
    _subjects: list[str] = field(default_factory=list)
    _people: list[list[Participant]] = field(default_factory=list)
    _later: set[str] = field(default_factory=set)
    _met: dict[tuple[str, str | None], Participant] = field(default_factory=dict)

    def add(self, mail: ParsedMail) -> None:
        """Take the headers of the next mail in."""
        ids = ids_of(mail)
        chain = list(dict.fromkeys(found for found in (*ids.references, ids.reply_to, ids.own) if found))
        if not chain:
            chain = [own_key(mail)]
        for found in chain[1:]:
            self._join(chain[0], found)
            self._later.add(found)
        if ids.index:
            self._join(chain[0], f"index:{ids.index}")
        self._starts.append(chain[0])
        self._subjects.append(subject_of(mail))
        people = people_of(mail, "From", "To", "Cc")
        self._people.append([self._met.setdefault((person.name, person.native_id), person) for person in people])

    def settle(self) -> list[Thread]:
        """The thread of every mail, in the order in which they were taken in."""
        roots: dict[str, Thread] = {}
        for place, start in enumerate(self._starts):
            group = self._find(start)
            thread = roots.get(group)
            if thread is None:
                thread = roots[group] = Thread(start, self._subjects[place])
            elif thread.key in self._later and start not in self._later:
                thread.key = start
            thread.people.update({(person.name, person.native_id): person for person in self._people[place]})
        return [roots[self._find(start)] for start in self._starts]

    def _find(self, found: str) -> str:
        parents = self._parents
        root = found
        while (above := parents.get(root, root)) != root:
            root = above
        while (above := parents.get(found, found)) != root:
            parents[found] = root
            found = above
        return root

    def _join(self, first: str, second: str) -> None:
        first_root, second_root = self._find(first), self._find(second)
        if first_root != second_root:
            self._parents[second_root] = first_root
