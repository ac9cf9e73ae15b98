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
# Places in exports that the audience may read, through the export's place and the registered conversation.
_READABLE_SOURCE = f"""
    CREATE OR REPLACE TEMP TABLE readable_source AS
    SELECT DISTINCT s.message_id, s.content_id, s.conversation_no, s.ordinal
    FROM {CATALOG}.core.message_source s
    JOIN {CATALOG}.core.export_conversation e USING (content_id, conversation_no)
    JOIN ({locations()}) l ON l.content_id = s.content_id AND (l.scope IS NULL OR l.scope = e.scope)
    JOIN {CATALOG}.raw.placement p ON p.placement_id = l.placement_id
    JOIN {CATALOG}.core.scope_access x ON x.scope = e.scope AND x.access_id = p.access_id
    JOIN readable ON readable.access_id = x.combined_id WHERE s.is_whole"""

# Messages with the sender's name as a readable export prints it, and whether all that show the message may be read.
_READABLE_MESSAGE = f"""
    CREATE OR REPLACE TEMP TABLE readable_message AS
    SELECT m.message_id, m.conversation_id, m.participant_no, m.thread_id, m.sent_at,
           coalesce(max(e.sender) FILTER (e.sender = m.sender), min(e.sender)) AS shown_sender,
           count(*) = any_value(m.n_sources) AS is_open
    FROM readable_source s JOIN {CATALOG}.core.message m USING (message_id)
    JOIN {CATALOG}.core.export_message e ON e.content_id = s.content_id
        AND e.conversation_no = s.conversation_no AND e.ordinal = s.ordinal
    GROUP BY ALL"""

HIDDEN_COLUMNS: dict[type[Record], set[str]] = {
    ConversationRecord: {"titles", "n_exports"},
    ParticipantRecord: {"aliases", "native_id", "owner_of"},
    MessageRecord: {"n_sources"},
}


def said_tables(lake: Lake) -> dict[type[Record], str]:
    """SELECT of the rows that the audience may read, by table; `readable` and `readable_content` must be there already.

    Names and titles are those that readable exports print; what other exports add to a message (attachments, reactions,
    events) is served only where all that show the message may be read.
    """
    connection = lake.connection
    connection.execute(_READABLE_SOURCE)
    connection.execute(_READABLE_MESSAGE)
    whole_of_message = (
        "SELECT t.* FROM {table} t SEMI JOIN readable_message m ON m.message_id = t.message_id AND m.is_open"
    )
    selects: dict[type[Record], str] = {
        record: whole_of_message.format(table=f"{CATALOG}.{record.qualified_name()}")
        for record in (AttachmentRecord, ReactionRecord, MessageEvent)
    }
    selects[MessageRecord] = (
        f"SELECT t.* REPLACE (m.shown_sender AS sender) FROM {CATALOG}.core.message t "
        "JOIN readable_message m ON m.message_id = t.message_id"
    )
    selects[MessageSource] = (
        f"SELECT s.* FROM {CATALOG}.core.message_source s "
        "SEMI JOIN readable_source USING (message_id, content_id, conversation_no, ordinal)"
    )
    selects[AttachmentLink] = (
        f"SELECT k.* FROM {CATALOG}.core.attachment_link k JOIN ({selects[AttachmentRecord]}) a USING (attachment_id) "
        "SEMI JOIN readable_content USING (content_id)"
    )
    selects[ConversationRecord] = f"""
        SELECT c.* REPLACE (CASE WHEN c.is_title_shared THEN c.title ELSE c.scope END AS title, r.n AS n_messages,
                            r.first_at AS first_at, r.last_at AS last_at)
        FROM {CATALOG}.core.conversation c
        JOIN (SELECT conversation_id, count(*) AS n, min(sent_at) AS first_at, max(sent_at) AS last_at
              FROM readable_message GROUP BY 1) r ON r.conversation_id = c.conversation_id"""
    selects[ParticipantRecord] = f"""
        SELECT p.* REPLACE (r.shown_name AS name) FROM {CATALOG}.core.participant p
        JOIN (SELECT conversation_id, participant_no, min(shown_sender) AS shown_name FROM readable_message
              WHERE participant_no IS NOT NULL GROUP BY 1, 2) r
        ON r.conversation_id = p.conversation_id AND r.participant_no = p.number"""
    selects[Thread] = f"""
        SELECT t.* REPLACE (r.n AS n_messages, r.first_at AS first_at, r.last_at AS last_at) FROM {CATALOG}.core.thread t
        JOIN (SELECT thread_id, count(*) AS n, min(sent_at) AS first_at, max(sent_at) AS last_at
              FROM readable_message WHERE thread_id IS NOT NULL GROUP BY 1) r ON r.thread_id = t.thread_id"""
    return {record: selects[record] for record in SAID_RECORDS}
