"""What was said, for the analysts' files: messages of which the audience may read an export that shows them whole.

What only other people's exports tell (their names for people, other titles of a room) stays out.
"""

from schemas.record import Record
from schemas.records.attachment import AttachmentRecord
from schemas.records.attachment_link import AttachmentLink
from schemas.records.conversation import ConversationRecord
from schemas.records.message import MessageRecord
from schemas.records.message_event import MessageEvent
from schemas.records.message_source import MessageSource
from schemas.records.participant import ParticipantRecord
from schemas.records.reaction import ReactionRecord
from schemas.records.thread import Thread
from warehouse.lake import CATALOG, Lake
from warehouse.outcomes import locations

SAID_RECORDS: list[type[Record]] = [
    ConversationRecord,
    ParticipantRecord,
    MessageRecord,
    MessageSource,
    AttachmentRecord,
    AttachmentLink,
    ReactionRecord,
    MessageEvent,
    Thread,
]
HIDDEN_COLUMNS: dict[type[Record], set[str]] = {
    ConversationRecord: {"titles", "n_exports"},
    ParticipantRecord: {"aliases", "native_id", "owner_of"},
    MessageRecord: {"n_sources"},
}


def said_tables(lake: Lake) -> dict[type[Record], str]:
    """SELECT of the rows that the audience may read, by table; `readable` and `readable_content` must be there already."""
    lake.connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE readable_source AS
            SELECT DISTINCT s.message_id, s.content_id, s.conversation_no, s.ordinal
            FROM {CATALOG}.core.message_source s
            JOIN {CATALOG}.core.export_conversation e USING (content_id, conversation_no)
            JOIN ({locations()}) l ON l.content_id = s.content_id
            JOIN {CATALOG}.raw.placement p ON p.placement_id = l.placement_id
            JOIN {CATALOG}.core.scope_access x ON x.scope = e.scope AND x.access_id = p.access_id
            JOIN readable ON readable.access_id = x.combined_id WHERE s.is_whole"""
    )
    lake.connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE readable_message AS
            SELECT message_id, conversation_id, participant_no, thread_id FROM {CATALOG}.core.message
            SEMI JOIN readable_source USING (message_id)"""
    )
    of_message = "SELECT t.* FROM {table} t SEMI JOIN readable_message USING (message_id)"
    selects: dict[type[Record], str] = {
        record: of_message.format(table=f"{CATALOG}.{record.qualified_name()}")
        for record in (MessageRecord, AttachmentRecord, ReactionRecord, MessageEvent)
    }
    selects[MessageSource] = (
        f"SELECT s.* FROM {CATALOG}.core.message_source s "
        "SEMI JOIN readable_source USING (message_id, content_id, conversation_no, ordinal)"
    )
    selects[AttachmentLink] = (
        f"SELECT k.* FROM {CATALOG}.core.attachment_link k JOIN ({selects[AttachmentRecord]}) a USING (attachment_id) "
        "SEMI JOIN readable_content USING (content_id)"
    )
    selects[ConversationRecord] = (
        f"SELECT c.* FROM {CATALOG}.core.conversation c SEMI JOIN readable_message USING (conversation_id)"
    )
    selects[ParticipantRecord] = (
        f"SELECT p.* FROM {CATALOG}.core.participant p SEMI JOIN readable_message m "
        "ON m.conversation_id = p.conversation_id AND m.participant_no = p.number"
    )
    selects[Thread] = (
        f"SELECT t.* FROM {CATALOG}.core.thread t SEMI JOIN readable_message m ON m.message_id = t.thread_id"
    )
    return {record: selects[record] for record in SAID_RECORDS}
