"""The checks that stand before a publication. One that fails says in words what is wrong and blocks the night."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas import sql
from schemas.masking import contains_identifier
from schemas.records import discover_records
from schemas.records.budget_amount import BudgetAmount
from warehouse.lake import CATALOG, Lake
from warehouse.outcomes import Counts, placement_outcomes
from warehouse.passages import PassageStore, disagreements

# Wide on purpose: a first sieve in SQL over everything, whose catch the masking rules then judge.
_SIEVE = r"[0-9０-９]{2,6}[^0-9０-９가-힣A-Za-z]{0,6}[0-9０-９]{1,7}"
_DIGITS = 13
# As `core.element` and the chunker write a table's cells.
_CELL_BORDER = re.compile(r"\t|\s\|\s")
_OPAQUE = ("_id", "_fingerprint", "_digest")
# An amount of thirteen digits can look like an identifier. It stands in the grid of its table too, which is looked through
# with its headings, and it re-parses as an amount, which another check holds.
_AMOUNTS = frozenset({(BudgetAmount, "raw_text")})


@dataclass(frozen=True)
class CheckResult:
    """Whether a check passed, why, and figures for the page."""

    passed: bool
    description: str
    figures: dict[str, int | float | str] = field(default_factory=dict)


def check_counts(lake: Lake, counts: Counts) -> CheckResult:
    """Every file seen has exactly one end."""
    figures: dict[str, int | float | str] = {
        "본 파일": counts.seen,
        "새로 보관": counts.kept,
        "그대로": counts.unchanged,
    }
    figures |= {"건너뜀": counts.skipped, "격리": counts.quarantined, "결말 없음": counts.lost}
    if counts.add_up:
        return CheckResult(True, "본 파일이 모두 보관·그대로·건너뜀·격리 가운데 하나입니다.", figures)
    lost = lake.rows(f"SELECT path FROM ({placement_outcomes()}) WHERE outcome = 'lost' ORDER BY path LIMIT 5")
    names = ", ".join(row["path"] for row in lost)
    return CheckResult(False, f"결말이 없는 파일이 {counts.lost}개 있습니다: {names}", figures)


def check_unmasked(lake: Lake, store: PassageStore | None) -> CheckResult:
    """No resident or foreigner registration number stands unmasked in any text column, or in the index."""
    found: list[str] = []
    n_columns = n_suspects = 0
    for record in discover_records().values():
        for column, kind in sql.column_types(record).items():
            # Ids and fingerprints are made by us and hold nothing of a document; thirteen digits in a row do occur in them.
            if "VARCHAR" not in kind or column.endswith(_OPAQUE) or (record, column) in _AMOUNTS:
                continue
            n_columns += 1
            # Structs and lists are looked at as their JSON, so that a cell's text inside a grid counts too.
            value = sql.quote(column) if kind == "VARCHAR" else _as_text(column)
            suspects = lake.query(
                f"SELECT {value} AS text FROM {sql.table(record, CATALOG)} WHERE {_is_suspect(value)}"
            )
            n_suspects += suspects.num_rows
            if any(_shows_identifier(text) for text in suspects["text"].to_pylist()):
                found.append(f"{record.qualified_name()}.{column}")
    if store is not None:
        n_columns += 1
        if any(_shows_identifier(text) for text in _index_texts(store)):
            found.append("색인")
    figures: dict[str, int | float | str] = {"살핀 열": n_columns, "의심한 값": n_suspects, "드러난 열": len(found)}
    if found:
        return CheckResult(False, f"가리지 않은 주민·외국인등록번호가 있습니다: {', '.join(found)}", figures)
    return CheckResult(True, "가리지 않은 주민·외국인등록번호가 없습니다.", figures)


def _as_text(column: str) -> str:
    # An id inside a struct is made by us as well, and of many thousands some hold thirteen digits in a row.
    return f"""regexp_replace(to_json({sql.quote(column)})::VARCHAR, '"[0-9a-f]{{32}}([0-9a-f]{{32}})?"', '""', 'g')"""


def _shows_identifier(text: str) -> bool:
    """Cell by cell where a text is a table's: two figures side by side are no number of anybody."""
    return any(contains_identifier(cell) for cell in _CELL_BORDER.split(text))


def _is_suspect(value: str) -> str:
    digits = f"length(regexp_replace({value}, '[^0-9０-９]', '', 'g')) >= {_DIGITS}"
    return f"{value} IS NOT NULL AND {digits} AND regexp_matches({value}, '{_SIEVE}')"


def _index_texts(store: PassageStore) -> Iterator[str]:
    held = store.texts()
    yield from (text for text in held["text"].to_pylist() if text)
    # Word by word: figures that follow each other in the list of words stood in different places.
    for words in held["morphemes"].to_pylist():
        yield from (word for word in (words or "").split() if len(word) >= _DIGITS and word.isdigit())


def check_agreement(lake: Lake, store: PassageStore) -> CheckResult:
    """Lake and vectors hold the same passages with the same access."""
    problems = disagreements(lake, store)
    figures: dict[str, int | float | str] = {"구절": store.ids().num_rows, "다른 구절": len(problems)}
    if problems:
        return CheckResult(
            False, f"레이크와 벡터가 {len(problems)}곳 이상 다릅니다: {'; '.join(problems[:3])}", figures
        )
    return CheckResult(True, "레이크와 벡터가 같은 구절을 같은 권한으로 가지고 있습니다.", figures)
