"""Receipts for files that were handed over: each person is told once what became of each file.

A line is due for every place of an inbox whose end has not been told yet. The receipt is written first and its rows
are committed after it: a run that is killed in between writes the same receipt, under the same name, again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from schemas.arrow import to_table
from schemas.identity import digest_parts, make_id
from schemas.outcome import reason_of
from schemas.ports import Acknowledging, Progress
from schemas.records.receipt import Receipt
from warehouse.blobs import Sealer
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.outcomes import placement_outcomes
from warehouse.steps import LakeSink, Produced, Step, StepCount, run_step

_SEOUL = ZoneInfo("Asia/Seoul")
_SAME = (
    "r.placement_id = o.placement_id AND r.outcome = o.outcome "
    "AND (r.content_id, r.reason) IS NOT DISTINCT FROM (o.content_id, o.reason)"
)


@dataclass(frozen=True)
class ReceiptClerk:
    """Issues the receipts of one run."""

    lake: Lake
    clock: Clock
    sealer: Sealer
    inboxes: Mapping[str, Acknowledging]
    """Source name → the inbox, for those that could be listed in this run."""

    def issue(self, run_id: str, progress: Progress) -> tuple[StepCount, dict[str, int]]:
        """Tell what has not been told.

        Returns:
            What was done, and by source how many drop folders could not be written to; they are tried again next time.
        """
        refused: dict[str, int] = {}
        step = Step(
            name="raw/receipt",
            missing=self._missing,
            surplus=self._surplus,
            work=lambda keys: self._work(keys, refused),
            sink=LakeSink(self.lake, self.clock, {Receipt: ("receipt_id",)}),
        )
        return run_step(step, run_id, progress), refused

    def _missing(self) -> pa.Table:
        names = pa.table({"source_name": pa.array(sorted(self.inboxes), pa.string())})
        with self.lake.registered(inboxes=names):
            return self.lake.query(
                f"""SELECT o.placement_id, o.source_name, o.path, o.content_id, o.size_bytes, o.outcome, o.reason,
                           p.sealed_path
                    FROM ({placement_outcomes()}) o JOIN {CATALOG}.raw.placement p USING (placement_id)
                    SEMI JOIN inboxes ON inboxes.source_name = o.source_name
                    ANTI JOIN {CATALOG}.raw.receipt r ON {_SAME}
                    WHERE o.outcome IN ('kept', 'quarantined') AND o.missing_since_at IS NULL
                      AND o.reason IS DISTINCT FROM 'no_recipient'
                    ORDER BY o.source_name, o.path"""
            )

    def _surplus(self) -> pa.Table:
        return self.lake.query(
            f"SELECT receipt_id FROM {CATALOG}.raw.receipt ANTI JOIN {CATALOG}.raw.placement USING (placement_id) ORDER BY 1"
        )

    def _work(self, keys: pa.Table, refused: dict[str, int]) -> Iterator[Produced]:
        drops: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in keys.to_pylist():
            folder = self.sealer.open(row["sealed_path"]).split("/", 1)[0]
            drops.setdefault((row["source_name"], folder), []).append(row)
        for (source, folder), rows in drops.items():
            now = self.clock.now()
            number = digest_parts(
                f"{row['placement_id']}{row['content_id']}{row['outcome']}{row['reason']}" for row in rows
            )
            file_name = f"접수증-{number[:10]}.txt"
            text = _receipt_text(source, rows, number[:10], now.astimezone(_SEOUL).strftime("%Y-%m-%d %H:%M"))
            try:
                # With a mark and Windows line ends: it is read in Notepad.
                self.inboxes[source].acknowledge(folder, file_name, text.replace("\n", "\r\n").encode("utf-8-sig"))
            except OSError:
                refused[source] = refused.get(source, 0) + 1
                continue
            receipts = [
                Receipt(
                    receipt_id=make_id(
                        "receipt", row["placement_id"], row["content_id"], row["outcome"], row["reason"]
                    ),
                    placement_id=row["placement_id"],
                    source_name=source,
                    content_id=row["content_id"],
                    outcome=row["outcome"],
                    reason=row["reason"],
                    file_name=file_name,
                    issued_at=now,
                )
                for row in rows
            ]
            yield Produced(n_inputs=len(receipts), rows={Receipt: to_table(Receipt, receipts)})


def _receipt_text(source: str, rows: Iterable[dict[str, Any]], number: str, issued: str) -> str:
    lines = [
        "곳간 접수증",
        f"접수함 {source}, 접수 번호 {number}, {issued} (서울) 발급",
        "",
        "보관한 파일은 이 폴더에서 지워도 곳간에 남습니다. 보관하지 못한 파일은 까닭을 보고 고쳐서 다시 놓아 주십시오.",
    ]
    for row in rows:
        _, _, name = row["path"].partition("/")
        lines += ["", f"■ {name}", f"  크기 {row['size_bytes']:,} bytes"]
        if row["content_id"]:
            lines.append(f"  SHA-256 {row['content_id']}")
        if row["outcome"] == "kept":
            lines.append("  결과 보관하였습니다.")
        else:
            reason = reason_of(row["reason"])
            lines += [f"  결과 보관하지 못하였습니다: {reason.korean} ({reason.code})", f"  할 일 {reason.advice}"]
    return "\n".join(lines) + "\n"
