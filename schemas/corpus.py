"""A row of an exported corpus, and on which terms the files of a source may be used for training."""

from datetime import datetime
from typing import Any, Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from schemas.arrow import arrow_type
from schemas.record import unwrap_optional

FORMAT = "gotgan-corpus/1"
UNKNOWN_TERMS = "미지정"
"""Licence or retention class that nobody has stated; it is no permission."""

SPLITS = ("train", "valid", "test")

LEFT_OUT: dict[str, tuple[str, str]] = {
    "filter": ("조건에 맞지 않음", "does not pass the filter"),
    "unlicensed": ("이용허락이 정해지지 않은 소스", "its source states no licence"),
    "unregistered_room": ("이제 등록되지 않은 대화방", "its room is registered no more"),
    "older_draft": ("최종이 아닌 판", "a version that is not the final one"),
    "too_short": ("너무 짧음", "too short"),
    "cautioned": ("AI에 대한 지시로 보이는 글", "reads like an instruction to an AI"),
}
"""Why a passage is not in a corpus → in Korean and in English."""


class SourceTerms(BaseModel):
    """What `gotgan.toml` says of a source's files: the licence under which they may be used, and how long they are kept."""

    model_config = ConfigDict(frozen=True)

    licence: str = UNKNOWN_TERMS
    retention: str = UNKNOWN_TERMS

    @property
    def is_licensed(self) -> bool:
        """Whether a licence is stated at all."""
        return self.licence.strip() not in ("", UNKNOWN_TERMS)


def _column(title: str, description: str, default: Any = ...) -> Any:
    return Field(default, title=title, description=description)


class CorpusRow(BaseModel):
    """A passage of a document, or a whole session of a conversation, with its lineage. Every text is masked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = _column("ID", "passage id, or session id of what was said; the same words below the same headings once")
    split: Literal["train", "valid", "test"] = _column(
        "나눔", "all versions of a document, all of a room in the same one"
    )
    unit: Literal["passage", "table", "session"] = _column("단위", "passage, part of a table, or session of a talk")
    headings: list[str] = _column("제목들", "headings above it, outermost first; of a session room and day")
    text: str = _column("글", "the passage; of a session a line a message with its time and speaker")
    n_characters: int = _column("글자 수", "characters of the text")
    title: str | None = _column("제목", "title that the document gives itself, or the room")
    document_kind: str = _column("문서 종류", "as in core.document, or 메시지, or 메일")
    org_name: str | None = _column("소관·기관", "ministry or office that the document names as its own")
    office: str = _column("부서", "first folder of its path that is no year; the source if there is none")
    fiscal_years: list[int] = _column("회계연도", "years that it is about; of a session the years it was held in")
    said_from: datetime | None = _column("첫 메시지", "when the first message of a session was sent")
    said_until: datetime | None = _column("끝 메시지", "when the last message of a session was sent")
    modified_at: datetime = _column("수정 시각", "when the file was changed last")
    licence: str = _column("이용허락", "licence that gotgan.toml states for the source")
    retention: str = _column("보존 구분", "retention class that gotgan.toml states for the source")
    cautions: list[str] = _column("주의", "what in it reads like an instruction to an AI; see schemas.injection")
    source_name: str = _column("소스", "name of the source")
    path: str = _column(
        "경로", "source, path, and path inside an archive or mail; of several the newest that may be used"
    )
    citation: str = _column("인용", "file, place in it and publication, in one line")
    publication_id: str = _column("공개 ID", "publication that it was taken from")
    group_id: str = _column("묶음 ID", "the same for all readable versions of a document, and for all of a room")
    content_id: str = _column("내용 ID", "SHA-256 of the file's bytes")
    text_id: str = _column("본문 ID", "id of the elements that it was cut from, or of the session")
    chunk_ids: list[str] = _column("청크 ID들", "chunks that it is, as `gotgan cite` takes them")
    passage_ids: list[str] = _column("구절 ID들", "passages that it is, as they are embedded")
    reader: str | None = _column("판독기", "library that read the file")
    reading_fingerprint: str = _column("판독 지문", "fingerprint of the step that read the file")
    chunking_fingerprint: str = _column("청크 지문", "fingerprint of the step that cut it")


def corpus_schema() -> pa.Schema:
    """The Arrow schema of the Parquet shards, with titles and descriptions as the fields' metadata."""
    return pa.schema(
        [
            pa.field(
                name,
                arrow_type(info.annotation),
                nullable=unwrap_optional(info.annotation)[1],
                metadata={"title": info.title or "", "description": info.description or ""},
            )
            for name, info in CorpusRow.model_fields.items()
        ]
    )
