"""The checks on amounts: each re-parses from its raw text to the same value, and what does not add up is named."""

from schemas.fiscal import ValueState
from schemas.money import Unit, parse_amount
from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.checks import CheckResult
from warehouse.lake import CATALOG, Lake

_SHOWN = 3
_ROWS_A_TIME = 100_000


def check_reparse(lake: Lake) -> CheckResult:
    """Every current amount's raw text says, in its unit, the amount and the state that the row has."""
    reader = lake.connection.execute(
        f"""SELECT raw_text, unit_raw, unit_multiplier, currency, amount_minor, value_state, min(amount_id) AS amount_id,
                   count(*) AS n FROM ({CURRENT_AMOUNTS}) GROUP BY ALL"""
    )
    n_checked = n_wrong = 0
    wrong: list[str] = []
    while rows := reader.fetchmany(_ROWS_A_TIME):
        for raw_text, unit_raw, multiplier, currency, amount_minor, state, amount_id, n in rows:
            n_checked += n
            if not _says(raw_text, unit_raw, multiplier, currency, amount_minor, state):
                n_wrong += n
                wrong.append(amount_id[:12])
    figures: dict[str, int | float | str] = {"금액": n_checked, "다르게 읽히는 금액": n_wrong}
    if not n_wrong:
        return CheckResult(True, f"금액 {n_checked:,}건이 모두 적힌 글에서 같은 값으로 다시 읽힙니다.", figures)
    return CheckResult(
        False,
        f"금액 {n_wrong:,}건이 적힌 글과 다릅니다: {', '.join(wrong[:_SHOWN])}. 금액 ID를 개발자에게 알리십시오.",
        figures,
    )


def _says(
    raw_text: str, unit_raw: str | None, multiplier: int | None, currency: str, amount_minor: int | None, state: str
) -> bool:
    unit = Unit(unit_raw, multiplier, currency) if unit_raw is not None and multiplier is not None else None
    printed = parse_amount(raw_text, unit)
    if (printed.amount_minor, printed.state) == (amount_minor, state):
        return True
    # What a form knows to be undecided although a 0 is printed says no amount.
    return state == ValueState.NOT_DECIDED and amount_minor is None and printed.amount_minor == 0


def check_breaks(lake: Lake) -> CheckResult:
    """How many identities do not hold, and the largest of them."""
    counts = {
        row["status"]: row["n"]
        for row in lake.rows(f"SELECT status, count(*) AS n FROM {CATALOG}.core.reconciliation GROUP BY 1")
    }
    broken = counts.get("BREAK", 0)
    figures: dict[str, int | float | str] = {
        "검산": sum(counts.values()),
        "어긋남": broken,
        "원인을 아는 어긋남": counts.get("EXPLAINED", 0),
        "반올림": counts.get("ROUNDING", 0),
    }
    if not broken:
        return CheckResult(True, f"검산 {sum(counts.values()):,}건이 모두 맞거나 까닭을 압니다.", figures)
    worst = lake.rows(
        f"""SELECT scope FROM {CATALOG}.core.reconciliation WHERE status = 'BREAK'
            ORDER BY abs(difference_minor) DESC, reconciliation_id LIMIT {_SHOWN}"""
    )
    return CheckResult(
        False,
        f"맞지 않는 합이 {broken:,}건 있습니다: {'; '.join(row['scope'] for row in worst)}. "
        "금액은 적힌 그대로 두었습니다. `gotgan sql \"FROM core.reconciliation WHERE status = 'BREAK'\"`로 보십시오.",
        figures,
    )
