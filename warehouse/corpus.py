"""A corpus for training and evaluation: what an audience may read, masked, each passage once, with lineage and licence.

Rows are streamed from the selection into shards; the manifest and the card are written last, and the whole folder appears
at once. Two exports of one publication with the same options are equal byte by byte.
"""

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from schemas.access import Access
from schemas.conversations import SEOUL
from schemas.corpus import SPLITS, CorpusRow, SourceTerms
from schemas.injection import find_cautions
from schemas.masking import contains_identifier, mask_identifiers
from schemas.provenance import Locator
from schemas.records.session import SessionLine
from warehouse.corpus_files import MANIFEST_FILE, Shards, is_corpus, write_card, write_manifest
from warehouse.corpus_selection import Wanted, select
from warehouse.doors.question import Filters
from warehouse.doors.wording import cite_words
from warehouse.durability import sync_file_system
from warehouse.exporting import FolderInUse
from warehouse.lake import LakePlace
from warehouse.layout import Home
from warehouse.publication import read_current
from warehouse.sessions import MAIL, application_label, line_text

Format = Literal["jsonl", "parquet"]
DEFAULT_SHARES = (90, 5, 5)
ROWS_PER_SHARD = 50_000
LEAST_CHARACTERS = 20
_KOREAN_MESSAGE, _KOREAN_MAIL = "메시지", "메일"
_CELL_BORDER = " | "


class UnmaskedIdentifier(RuntimeError):
    """A registration number stood in a row although all were masked; nothing is exported."""


@dataclass(frozen=True)
class CorpusOptions:
    """What is exported, and how.

    Args:
        formats: which shards are written.
        filters: where to look, as a search takes it.
        least_characters: shorter texts are left out.
        with_cautioned: whether passages that read like an instruction to an AI are exported too.
        all_drafts: whether versions that are not the final one are exported too.
        unlicensed: whether sources that state no licence are exported too.
        shares: percent of the groups that go into train, valid and test.
        seed: shuffles the rows; None leaves them in the order of their ids.
        rows_per_shard: rows of one file at most.
    """

    formats: tuple[Format, ...] = ("jsonl",)
    filters: Filters = field(default_factory=Filters)
    least_characters: int = LEAST_CHARACTERS
    with_cautioned: bool = False
    all_drafts: bool = False
    unlicensed: bool = False
    shares: tuple[int, int, int] = DEFAULT_SHARES
    seed: int | None = None
    rows_per_shard: int = ROWS_PER_SHARD

    def __post_init__(self) -> None:
        if sum(self.shares) != 100 or min(self.shares) < 0:
            raise ValueError(f"나눔의 합은 100이어야 합니다: {'/'.join(map(str, self.shares))}")


@dataclass(frozen=True)
class Corpus:
    """What was written."""

    folder: Path
    publication_id: str
    n_readable: int
    n_rows: int
    left_out: dict[str, int]
    splits: dict[str, int]
    files: tuple[str, ...]
    n_masked: int


def export_corpus(
    home: Home,
    place: LakePlace,
    folder: Path,
    *,
    may_read: Callable[[Access], bool],
    audience: str,
    terms: Mapping[str, SourceTerms],
    rooms: Collection[str],
    options: CorpusOptions,
) -> Corpus:
    """Write a corpus of the current publication into a folder, which appears whole or not at all.

    Args:
        home: the home.
        place: its lake.
        folder: where to write; a corpus from before is replaced.
        may_read: which accesses the audience may read.
        audience: who that is, for the manifest.
        terms: source → licence and retention class.
        rooms: names of the conversations that are registered now.
        options: what is exported, and how.

    Raises:
        NothingPublished: there is no publication.
        FolderInUse: there is something in the folder that is no corpus.
        UnmaskedIdentifier: a row could not be masked.
    """
    current = read_current(home)
    _refuse_foreign(folder)
    making = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True, mode=0o700)
    try:
        work = making / ".work"
        work.mkdir()
        wanted = Wanted(
            may_read=may_read,
            terms=terms,
            rooms=rooms,
            filters=options.filters,
            all_drafts=options.all_drafts,
            unlicensed=options.unlicensed,
            seed=options.seed,
        )
        selection = select(home, place, current, wanted, work)
        left_out, counts, n_masked = Counter(selection.left_out), _Counts(), 0
        with Shards(making, options.formats, options.rows_per_shard) as shards:
            for found in selection.rows():
                row, masked = masked_row(corpus_row(found, current.publication_id, options.shares))
                reason = _refusal(row, options)
                if reason:
                    left_out[reason] += 1
                    continue
                n_masked += masked
                counts.add(row)
                shards.add(row)
        shutil.rmtree(work)
        told = {
            "publication": current.publication_id,
            "audience": audience,
            "options": _told(options),
            "counts": {
                "readable": selection.n_readable,
                "rows": counts.n_rows,
                "left_out": dict(sorted(left_out.items())),
                **counts.by_property(),
            },
            "masked_at_exit": n_masked,
        }
        write_manifest(making, told, shards.written)
        write_card(making, told, shards.written)
        sync_file_system(making)
        _put_in_place(making, folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return Corpus(
        folder=folder,
        publication_id=current.publication_id,
        n_readable=selection.n_readable,
        n_rows=counts.n_rows,
        left_out=dict(sorted(left_out.items())),
        splits={name: counts.properties["split"][name] for name in SPLITS},
        files=tuple(shard.path for shard in shards.written),
        n_masked=n_masked,
    )


def corpus_row(found: Mapping[str, Any], publication_id: str, shares: tuple[int, int, int]) -> CorpusRow:
    """A selected row as it is exported, not yet masked."""
    lines = [SessionLine.model_validate(line) for line in found["lines"] or ()]
    is_said = found["lines"] is not None
    text = "\n".join(map(line_text, lines)) if is_said else found["text"]
    locator = Locator(**found["locator"]) if found["locator"] else Locator()
    member = f"!/{found['member_path']}" if found["member_path"] else ""
    path = f"{found['source_name']}/{found['path']}{member}"
    is_mail = is_said and found["title"].startswith(application_label(MAIL))
    kind = (_KOREAN_MAIL if is_mail else _KOREAN_MESSAGE) if is_said else found["document_kind"]
    years = _years(found["first_at"], found["last_at"]) if is_said else found["fiscal_years"]
    span = Locator(line_start=found["line_start"], line_end=found["line_end"])
    where = " · ".join(filter(None, (found["headings"][-1], str(span)))) if is_said else str(locator)
    return CorpusRow(
        id=found["id"],
        split=split_of(found["group_id"], shares),
        unit="session" if is_said else "table" if locator.table or locator.cells else "passage",
        headings=found["headings"],
        text=text,
        n_characters=len(text),
        title=found["title"],
        document_kind=kind,
        org_name=found["org_name"],
        office=found["office"],
        fiscal_years=years,
        said_from=_instant(found["first_at"]),
        said_until=_instant(found["last_at"]),
        modified_at=found["modified_at"].astimezone(UTC),
        licence=found["licence"] or SourceTerms().licence,
        retention=found["retention"] or SourceTerms().retention,
        cautions=find_cautions("\n".join([*found["headings"], text])),
        source_name=found["source_name"],
        path=path,
        citation=cite_words(path, where, publication_id),
        publication_id=publication_id,
        group_id=found["group_id"],
        content_id=found["content_id"],
        text_id=found["text_id"],
        chunk_ids=found["chunk_ids"],
        passage_ids=found["passage_ids"],
        reader=found["reader"],
        reading_fingerprint=found["reading_fingerprint"],
        chunking_fingerprint=found["chunking_fingerprint"],
    )


def split_of(group_id: str, shares: tuple[int, int, int]) -> Literal["train", "valid", "test"]:
    """Which part a group belongs to, by its id alone: what is exported beside it moves nothing."""
    place = int(hashlib.sha256(f"split:{group_id}".encode()).hexdigest()[:8], 16) % 100
    if place < shares[0]:
        return "train"
    return "valid" if place < shares[0] + shares[1] else "test"


def masked_row(row: CorpusRow) -> tuple[CorpusRow, int]:
    """The row with every text in it masked once more, and how many numbers that took: none, or the store is at fault.

    Raises:
        UnmaskedIdentifier: a number still stands in it afterwards.
    """
    changed: dict[str, Any] = {}
    total = 0
    for name in ("text", "title", "path", "citation", "org_name", "office"):
        value = getattr(row, name)
        if value:
            changed[name], n = _mask(value)
            total += n
    masked = [_mask(heading) for heading in row.headings]
    changed["headings"] = [heading for heading, _ in masked]
    total += sum(n for _, n in masked)
    return (row.model_copy(update=changed) if total else row), total


def _mask(text: str) -> tuple[str, int]:
    """Masked line by line and cell by cell: two amounts in neighbouring cells are no number."""
    lines, total = [], 0
    for line in text.split("\n"):
        cells = []
        for cell in line.split(_CELL_BORDER):
            masked, n = mask_identifiers(cell)
            if n and contains_identifier(masked):
                raise UnmaskedIdentifier("가리지 못한 식별번호가 있어 내보내지 않았습니다.")
            cells.append(masked)
            total += n
        lines.append(_CELL_BORDER.join(cells))
    return "\n".join(lines), total


def _refusal(row: CorpusRow, options: CorpusOptions) -> str | None:
    if row.n_characters < options.least_characters:
        return "too_short"
    return "cautioned" if row.cautions and not options.with_cautioned else None


class _Counts:
    """Rows by what they are."""

    _PROPERTIES = ("split", "unit", "document_kind", "licence", "retention", "source_name")

    def __init__(self) -> None:
        self.n_rows = 0
        self.n_characters = 0
        self.properties: dict[str, Counter[str]] = {name: Counter() for name in self._PROPERTIES}

    def add(self, row: CorpusRow) -> None:
        self.n_rows += 1
        self.n_characters += row.n_characters
        for name, counter in self.properties.items():
            counter[getattr(row, name)] += 1

    def by_property(self) -> dict[str, Any]:
        told = {f"by_{name}": dict(sorted(counter.items())) for name, counter in self.properties.items()}
        return {"characters": self.n_characters, **told}


def _years(*instants: datetime) -> list[int]:
    return sorted({instant.astimezone(SEOUL).year for instant in instants})


def _instant(value: datetime | None) -> datetime | None:
    return value.astimezone(UTC) if value is not None else None


def _told(options: CorpusOptions) -> dict[str, Any]:
    filters = options.filters.model_dump(mode="json", exclude_defaults=True)
    return {
        "formats": list(options.formats),
        "filters": filters,
        "min_chars": options.least_characters,
        "with_cautioned": options.with_cautioned,
        "all_drafts": options.all_drafts,
        "include_unlicensed": options.unlicensed,
        "shares": list(options.shares),
        "seed": options.seed,
    }


def _refuse_foreign(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise FolderInUse(f"{folder}: 폴더가 아닙니다.")
    if folder.exists() and any(folder.iterdir()) and not is_corpus(folder):
        raise FolderInUse(f"{folder}에 다른 것이 있습니다. 비어 있는 폴더를 지정하십시오.")


def _put_in_place(making: Path, folder: Path) -> None:
    """Rename the finished folder to its name; one from before goes only when the new one can take its place."""
    if not (making / MANIFEST_FILE).is_file():
        raise AssertionError("a corpus without a manifest")
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    making.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
