"""`core.reaction`: reactions to messages."""

from schemas.record import Record, field

_SEEN = "core.export_message.reactions"


class ReactionRecord(Record):
    """A reaction to a message with those who gave it, united over all exports."""

    layer = "core"
    key = ("message_id", "emoji")
    label = "반응"

    message_id: str = field("메시지 ID", "the message", origin=("core.message.message_id",))
    merging_id: str = field("병합 ID", "merging that it came of", origin=("core.merging.merging_id",))
    emoji: str = field("반응", "name or sign of the reaction", origin=(_SEEN,))
    n_users: int = field("수", "how many gave it, as far as exports say", origin=(_SEEN,))
    users: list[str] = field("누가", "names of those who gave it, masked", origin=(_SEEN,))
