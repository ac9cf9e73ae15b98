"""The files of a corpus: shards in JSON lines and Parquet, the manifest with what is and what is not in it, and its card."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas import injection, masking
from schemas.corpus import FORMAT, LEFT_OUT, SPLITS, CorpusRow, corpus_schema

MANIFEST_FILE, CARD_FILE = "manifest.json", "README.md"
_ROWS_A_GROUP = 2_000


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of rows."""

    path: str
    split: str
    format: str
    rows: int
    bytes: int
    sha256: str


@dataclass
class _Open:
    """A shard that is being written."""

    path: Path
    stream: IO[bytes]
    parquet: pq.ParquetWriter | None
    n_rows: int = 0
    waiting: list[CorpusRow] = field(default_factory=list)


class Shards:
    """Writes rows into shards of their split, in the order in which they come; used as a context manager."""

    def __init__(self, folder: Path, formats: Sequence[str], rows_per_shard: int) -> None:
        self.written: list[Shard] = []
        self._folder = folder
        self._formats = tuple(formats)
        self._limit = rows_per_shard
        self._open: dict[tuple[str, str], _Open] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._schema = corpus_schema()

    def __enter__(self) -> "Shards":
        return self

    def __exit__(self, kind: object, failure: object, trace: object) -> None:
        for key in sorted(self._open):
            self._close(key, is_whole=failure is None)

    def add(self, row: CorpusRow) -> None:
        """Write a row in every format."""
        for name in self._formats:
            key = (row.split, name)
            if key not in self._open:
                self._open[key] = self._start(*key)
            shard = self._open[key]
            shard.waiting.append(row)
            shard.n_rows += 1
            if len(shard.waiting) >= _ROWS_A_GROUP:
                self._flush(shard)
            if shard.n_rows >= self._limit:
                self._close(key)

    def _start(self, split: str, name: str) -> _Open:
        number = self._numbers.get((split, name), 0)
        self._numbers[split, name] = number + 1
        path = self._folder / f"{split}-{number:05}.{name}"
        stream = path.open("wb")
        writer = pq.ParquetWriter(stream, self._schema, compression="zstd") if name == "parquet" else None
        return _Open(path, stream, writer)

    def _flush(self, shard: _Open) -> None:
        if shard.parquet is not None:
            rows = [row.model_dump(mode="python") for row in shard.waiting]
            shard.parquet.write_table(pa.Table.from_pylist(rows, schema=self._schema))
        else:
            shard.stream.writelines(row.model_dump_json().encode() + b"\n" for row in shard.waiting)
        shard.waiting.clear()

    def _close(self, key: tuple[str, str], *, is_whole: bool = True) -> None:
        shard = self._open.pop(key)
        if is_whole and shard.waiting:
            self._flush(shard)
        if shard.parquet is not None:
            shard.parquet.close()
        shard.stream.close()
        if is_whole:
            with shard.path.open("rb") as written:
                digest = hashlib.file_digest(written, "sha256").hexdigest()
            size = shard.path.stat().st_size
            self.written.append(Shard(shard.path.name, key[0], key[1], shard.n_rows, size, digest))
            self.written.sort(key=lambda one: one.path)


def is_corpus(folder: Path) -> bool:
    """Whether a folder is a corpus that was exported here."""
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return False
    own = {MANIFEST_FILE, CARD_FILE, *(shard["path"] for shard in manifest["shards"])}
    return {entry.name for entry in folder.iterdir()} <= own


def write_manifest(folder: Path, told: Mapping[str, Any], shards: Sequence[Shard]) -> None:
    """Write what the corpus is, what it holds, what was left out and why, and the SHA-256 of every shard."""
    manifest = {
        "format": FORMAT,
        **told,
        "left_out_labels": {reason: LEFT_OUT[reason][0] for reason in told["counts"]["left_out"]},
        "rules": {"masking": masking.RULES_VERSION, "cautions": injection.RULES_VERSION},
        "columns": [
            {
                "name": column.name,
                "type": str(column.type),
                "title": CorpusRow.model_fields[column.name].title,
                "description": CorpusRow.model_fields[column.name].description,
            }
            for column in corpus_schema()
        ],
        "shards": [asdict(shard) for shard in shards],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST_FILE).write_text(text, encoding="utf-8")


def write_card(folder: Path, told: Mapping[str, Any], shards: Sequence[Shard]) -> None:
    """Write the card: what is in the corpus and on which terms, in Korean, with the head that dataset tools read."""
    counts, options = told["counts"], told["options"]
    name = "parquet" if any(shard.format == "parquet" for shard in shards) else "jsonl"
    splits = [split for split in SPLITS if counts["by_split"].get(split)]
    files = [
        f'      - split: {"validation" if split == "valid" else split}\n        path: "{split}-*.{name}"'
        for split in splits
    ]
    head = ["---", "language:", "  - ko", "pretty_name: 곳간 말뭉치"]
    if files:
        head += ["configs:", "  - config_name: default", "    data_files:", *files]
    left_out = [f"| {LEFT_OUT[reason][0]} | {n:,} |" for reason, n in counts["left_out"].items()]
    body = [
        "# 곳간 말뭉치",
        "",
        f"공개 `{told['publication']}`에서 **{told['audience']}**의 권한으로 내보낸 것이다.",
        f"{counts['rows']:,}행, {counts['characters']:,}자.",
        "",
        "## 담긴 것",
        "",
        "문서의 구절과 표의 부분, 등록된 대화방의 대화 토막이 한 행에 하나씩 있다. 글은 가려진 것(주민등록번호 등)이고,",
        "같은 제목 아래 같은 구절은 한 번만 있다. 문서의 여러 판은 "
        + ("모두 있다." if options["all_drafts"] else "최종판만 있다."),
        "같은 문서의 여러 판과 한 대화방의 대화는 언제나 같은 나눔(train/valid/test)에 든다.",
        "",
        *_table("나눔", counts["by_split"]),
        *_table("문서 종류", counts["by_document_kind"]),
        *_table("이용허락", counts["by_licence"]),
        *_table("보존 구분", counts["by_retention"]),
        *_table("소스", counts["by_source_name"]),
        "## 뺀 것",
        "",
        f"볼 수 있는 구절 {counts['readable']:,}개 가운데 뺀 것과 그 까닭이다. 볼 수 없는 것은 여기에 세지 않는다.",
        "",
        "| 까닭 | 구절 |",
        "|---|---:|",
        *(left_out or ["| 없음 | 0 |"]),
        "",
        "## 쓸 때",
        "",
        "- 이용허락(`licence`)과 보존 구분(`retention`)은 행마다 적혀 있다. 보존 기간이 끝나거나 원본을 지우라는 요청이 있으면",
        "  `content_id`로 찾아 지운다.",
        "- 문서의 글은 자료이지 지시가 아니다. `cautions`가 비어 있지 않은 행은 AI에 대한 지시로 보이는 글이며, 비어 있다고",
        "  안전하다는 뜻은 아니다.",
        "- 메신저와 메일의 숫자는 누구의 공식 숫자도 아니다.",
        "- 원본의 그 자리는 `citation`에 있고, `gotgan cite CHUNK_ID`로 다시 확인할 수 있다.",
        "- 이 폴더는 볼 권한을 따른다. 위에 적힌 사람이 볼 수 있는 것만 들어 있으므로 그 밖의 사람에게 주지 않는다.",
        "",
        "열의 뜻은 `manifest.json`의 `columns`에, 파일마다의 SHA-256은 `shards`에 있다.",
        "",
    ]
    (folder / CARD_FILE).write_text("\n".join([*head, "---", "", *body]), encoding="utf-8")


def _table(title: str, counts: Mapping[str, int]) -> list[str]:
    rows = [f"| {str(name).replace('|', '/')} | {n:,} |" for name, n in counts.items()]
    return [f"| {title} | 행 |", "|---|---:|", *rows, ""] if rows else []
