"""Which conversations may be kept: those that somebody has registered as business scope, and nothing beside them.

Pure: what an export shows is compared with what `gotgan.toml` registers. Direct talks need a word of their own, some rooms
are nobody's business whatever is registered, and what was said before the notice stays out.
"""

import fnmatch
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.conversations import SEOUL, Conversation, ConversationKind, Message
from schemas.identity import digest_parts

RULES_VERSION = 1

# Rooms of unions, of complaints, of health and of personnel matters are kept out whatever is registered.
_DENIED = re.compile(
    r"노동조합|노조|직장협의회|고충|상담실|심리상담|건강상담|의무실|인사상담|징계|성희롱|성폭력|직장내괴롭힘|"
    r"공익신고|내부고발|부패신고|청렴신고|감찰",
)
# Of words on their own only: 과제보고, 국제보건 and 질병가구 are everyday business.
_DENIED_WORDS = re.compile(r"(?<![가-힣])(?:제보|병가)|(?:제보|병가)(?:자|방|센터|창구|함|접수|신청|[^가-힣]|$)")

Refusal = Literal["not_registered", "direct", "denied"]


class Scope(BaseModel):
    """A conversation registered as business scope: one `[[conversation]]` table of `gotgan.toml`.

    A conversation of an export is this one if its application fits (where one is given) and its native id is among `ids`,
    its title among `titles`, or the export's file name fits one of the patterns of `files` (for exports that name no room).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^\S(.{0,58}\S)?$")
    application: str | None = None
    titles: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    """Tokens of which one is needed besides what the export's file asks for; none means the file decides alone."""
    direct: bool = False
    """Whether talks of two are meant; all who take part must have agreed."""
    since: date | None = None
    """First day that may be kept: the day of the notice."""

    @model_validator(mode="after")
    def _refuse_nonsense(self) -> "Scope":
        if not (self.titles or self.ids or self.files):
            raise ValueError("titles, ids, files 가운데 하나는 있어야 합니다")
        denied = [title for title in (self.name, *self.titles) if is_denied(title)]
        if denied:
            raise ValueError(f"노조·고충·건강·인사·제보 대화는 등록할 수 없습니다: {denied[0]}")
        return self

    def exactness(self, conversation: Conversation) -> int:
        """How exactly the scope names a conversation that it is for: 0 by id, 1 by title, 2 by the file's name."""
        if conversation.native_id is not None and conversation.native_id in self.ids:
            return 0
        told = _comparable(conversation.title)
        return 1 if told and told in map(_comparable, self.titles) else 2

    def is_for(self, conversation: Conversation, file_name: str) -> bool:
        """Whether the conversation, found in an export of that file name, is the one that is registered here."""
        if self.application is not None and conversation.application != self.application:
            return False
        if conversation.native_id is not None and conversation.native_id in self.ids:
            return True
        if conversation.title and _comparable(conversation.title) in map(_comparable, self.titles):
            return True
        name = unicodedata.normalize("NFC", file_name)
        return any(fnmatch.fnmatchcase(name, unicodedata.normalize("NFC", pattern)) for pattern in self.files)


class Register(BaseModel):
    """Everything that is registered. Nothing registered means that no conversation is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scopes: tuple[Scope, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Changes whenever another conversation, or another part of one, would be kept. Access is no part of it."""
        told = (scope.model_dump_json(exclude={"access"}) for scope in self.scopes)
        return digest_parts((str(RULES_VERSION), *told))[:16]

    def find(self, conversation: Conversation, file_name: str) -> Scope | None:
        """The scope that the conversation is registered under, whatever its kind; None if there is none.

        A scope that names the room by its id goes before one that names its title, and that before one that only names files.
        """
        fitting = [scope for scope in self.scopes if scope.is_for(conversation, file_name)]
        return min(fitting, key=lambda scope: scope.exactness(conversation), default=None)

    def named(self, name: str) -> Scope | None:
        """The scope of that name."""
        return next((scope for scope in self.scopes if scope.name == name), None)

    def knows_title(self, title: str) -> bool:
        """Whether a room of that title is registered for some application."""
        told = _comparable(title)
        return any(told in map(_comparable, scope.titles) for scope in self.scopes)


def refusal(scope: Scope | None, conversation: Conversation) -> Refusal | None:
    """Why a conversation may not be kept, or None if it may; asked when all of it has been seen, since its kind may show late."""
    if is_denied(conversation.title):
        return "denied"
    if scope is None:
        return "not_registered"
    if conversation.kind is ConversationKind.DIRECT and not scope.direct:
        return "direct"
    return None


def is_in_time(scope: Scope, message: Message) -> bool:
    """Whether the message was sent on or after the first day that may be kept."""
    return scope.since is None or message.sent_at.astimezone(SEOUL).date() >= scope.since


def is_denied(title: str) -> bool:
    """Whether a room of that title is nobody's business, whatever is registered."""
    told = unicodedata.normalize("NFC", title)
    # what cannot be seen, or only parts the letters, hides nothing
    bare = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", title))
    return bool(_DENIED.search(bare) or _DENIED_WORDS.search(told))


def duplicate_names(scopes: Iterable[Scope]) -> list[str]:
    """Names that two scopes have."""
    names = [scope.name for scope in scopes]
    return sorted({name for name in names if names.count(name) > 1})


def _comparable(title: str) -> str:
    return " ".join(unicodedata.normalize("NFC", title).split())
