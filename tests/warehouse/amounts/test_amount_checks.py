"""The checks on amounts: a row that says what its cell does not blocks the night; a long figure does not."""

import pyarrow as pa
import pytest

from schemas.arrow import arrow_schema
from schemas.records.budget_amount import BudgetAmount
from schemas.records.reconciliation import Reconciliation
from warehouse.amount_checks import check_breaks, check_reparse
from warehouse.checks import check_unmasked
from warehouse.lake import CATALOG


@pytest.fixture
def tamper(tables):
    """Change columns of every amount of a subject, as no step would."""

    def do(subject: str, **columns) -> None:
        rows = tables.rows("core.budget_amount", f"WHERE subject_name = '{subject}'")
        assert rows
        changed = pa.Table.from_pylist([{**row, **columns} for row in rows], schema=arrow_schema(BudgetAmount))

        def work(_) -> None:
            tables.lake.delete(BudgetAmount, changed.select(["amount_id"]))
            tables.lake.insert(BudgetAmount, changed)

        tables.lake.commit(work)

    return do


def test_what_the_forms_find_re_parses(tables, made, put):
    put("예산.csv", made.csv(마을길=("1,500", "△600"), 하천=("0", "미정"), 쉼터=("-", "")))
    put("달러.csv", "세부사업,2026년 예산(천달러)\n나루,1.5\n")
    tables.run()
    result = check_reparse(tables.lake)
    assert result.passed, result.description
    assert result.figures["금액"] == len(tables.current()) >= 6


@pytest.mark.parametrize(
    "columns",
    [
        {"amount_minor": 600_000_001, "amount_won": 600_000_001},
        {"raw_text": "601"},
        {"unit_multiplier": 1000},
        {"value_state": "ZERO_PRINTED"},
        {"amount_minor": None, "amount_won": None},
        {"raw_text": "미정"},
        {"raw_text": "-", "amount_minor": None, "amount_won": None, "value_state": "NOT_DECIDED"},
        {"raw_text": "-", "amount_minor": None, "amount_won": None, "value_state": "BLANK"},
    ],
    ids=lambda columns: "-".join(columns),
)
def test_a_row_that_says_another_amount_blocks(tables, made, put, tamper, columns):
    put("예산.csv", made.csv(마을길=(600, 600), 하천=(70, 80)))
    night = tables.night()
    night.extract_amounts()
    tamper("마을길", **columns)
    result = night.check_reparse()
    assert not result.passed
    assert result.figures["다르게 읽히는 금액"] == 2
    (wrong, _) = tables.rows("core.budget_amount", "WHERE subject_name = '마을길' ORDER BY amount_id")
    assert wrong["amount_id"][:12] in result.description
    with pytest.raises(RuntimeError, match="공개하지 않습니다"):
        night.publish()


def test_a_row_that_is_not_current_is_not_looked_at(tables, made, put, tamper):
    put("예산.csv", made.csv(마을길=(500, 600)))
    tables.run()
    put("예산.csv", made.csv(하천=(70, 80)))
    tables.run()
    tamper("마을길", amount_minor=1)
    assert check_reparse(tables.lake).passed


def test_a_zero_that_a_form_knows_to_be_undecided_passes_and_nothing_else_does(tables, made, put, tamper):
    put("예산.csv", made.csv(마을길=("0", "0"), 하천=(70, 80)))
    tables.run()
    tamper("마을길", value_state="NOT_DECIDED", amount_minor=None, amount_won=None)
    assert check_reparse(tables.lake).passed
    tamper("하천", value_state="NOT_DECIDED", amount_minor=None, amount_won=None)
    assert not check_reparse(tables.lake).passed


@pytest.mark.parametrize("figure", ["8506141234567", "9001011234568", "8,506,141,234,567"])
def test_amounts_of_thirteen_digits_are_no_numbers_of_people(tables, made, put, figure):
    put("예산.csv", f'세부사업,2025년 예산(원),2026년 예산(원)\n마을길,"{figure}",1\n')
    put("모름.csv", f'세부사업,2026년 예산액\n하천,"{figure}"\n')
    put("전용.csv", f'구분,~에서(목-세목),금액(원),~으로(목-세목),사유\n전용(2026.3.4),210-14,"{figure}",260-01,용역\n')
    tables.run()
    assert int(figure.replace(",", "")) in [row["amount_won"] for row in tables.amounts()]
    result = check_unmasked(tables.lake, None)
    assert result.passed, result.description


def test_breaks_are_named_and_counted(tables):
    def row(number: int, status: str, difference: int) -> dict:
        known = dict.fromkeys(Reconciliation.columns())
        kinds = arrow_schema(Reconciliation)
        for name in known:
            field = kinds.field(name).type
            if pa.types.is_list(field):
                known[name] = []
            elif pa.types.is_string(field):
                known[name] = "-"
            elif pa.types.is_integer(field):
                known[name] = 0
        return {
            **known,
            "reconciliation_id": f"r{number}",
            "status": status,
            "difference_minor": difference,
            "scope": f"식 {number}",
        }

    assert check_breaks(tables.lake).passed
    rows = [
        row(1, "PASSED", 0),
        row(2, "BREAK", 5),
        row(3, "BREAK", -900),
        row(4, "EXPLAINED", 7),
        row(5, "ROUNDING", 1),
    ]
    table = pa.Table.from_pylist(rows, schema=arrow_schema(Reconciliation))
    tables.lake.commit(lambda _: tables.lake.insert(Reconciliation, table))
    result = check_breaks(tables.lake)
    assert not result.passed
    assert "식 3; 식 2" in result.description
    assert result.figures == {"검산": 5, "어긋남": 2, "원인을 아는 어긋남": 1, "반올림": 1}
    assert tables.lake.value(f"SELECT count(*) FROM {CATALOG}.core.reconciliation") == 5
