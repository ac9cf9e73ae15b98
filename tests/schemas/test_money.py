"""A printed amount is read exactly or not at all; a unit is announced or there is none."""

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.fiscal import ValueState
from schemas.money import (
    AMOUNT_LIMIT,
    Printed,
    Unit,
    format_amount,
    in_words,
    looks_like_amount,
    parse_amount,
    parse_unit,
    units_in,
)

WON = Unit("원", 1)
THOUSAND = Unit("천원", 1000)
MILLION = Unit("백만원", 10**6)
EOK = Unit("억원", 10**8)
JO = Unit("조원", 10**12)
DOLLAR = Unit("달러", 100, "USD")
EURO_MILLION = Unit("€ million", 10**8, "EUR")
AUD_THOUSAND = Unit("A$'000", 10**5, "AUD")
UNITS = [
    WON,
    THOUSAND,
    Unit("만원", 10**4),
    MILLION,
    Unit("십억원", 10**9),
    EOK,
    JO,
    DOLLAR,
    Unit("천달러", 10**5, "USD"),
    EURO_MILLION,
]

# text, unit of the column, minor units, half of the least step
IN_UNIT_OF_COLUMN = [
    ("1,234", MILLION, 1_234_000_000, 500_000),
    ("1234", MILLION, 1_234_000_000, 500_000),
    ("1,234", WON, 1234, 0),
    ("1,234", THOUSAND, 1_234_000, 500),
    ("12,345,678", THOUSAND, 12_345_678_000, 500),
    ("2024", THOUSAND, 2_024_000, 500),
    ("656.6", JO, 656_600_000_000_000, 50_000_000_000),
    ("656.0", JO, 656_000_000_000_000, 50_000_000_000),
    ("12.5", EOK, 1_250_000_000, 5_000_000),
    ("0.5", EOK, 50_000_000, 5_000_000),
    (".5", EOK, 50_000_000, 5_000_000),
    ("１，２３４", MILLION, 1_234_000_000, 500_000),
    ("１２．５", EOK, 1_250_000_000, 5_000_000),
    ("△1,234", MILLION, -1_234_000_000, 500_000),
    ("△ 1,234", MILLION, -1_234_000_000, 500_000),
    ("△\n1,234", MILLION, -1_234_000_000, 500_000),
    ("▲1,234", MILLION, -1_234_000_000, 500_000),
    ("▽1,234", MILLION, -1_234_000_000, 500_000),
    ("Δ1,234", MILLION, -1_234_000_000, 500_000),
    ("−1,234", MILLION, -1_234_000_000, 500_000),
    ("–1,234", MILLION, -1_234_000_000, 500_000),
    ("－1,234", MILLION, -1_234_000_000, 500_000),
    ("-1,234", MILLION, -1_234_000_000, 500_000),
    ("- 1,234", MILLION, -1_234_000_000, 500_000),
    ("(1,234)", MILLION, -1_234_000_000, 500_000),
    ("( 1,234 )", MILLION, -1_234_000_000, 500_000),
    ("（1,234）", MILLION, -1_234_000_000, 500_000),
    ("(△1,234)", MILLION, -1_234_000_000, 500_000),
    ("△(1,234)", MILLION, -1_234_000_000, 500_000),
    ("△0.3", JO, -300_000_000_000, 50_000_000_000),
    ("+930", MILLION, 930_000_000, 500_000),
    ("+17.8", JO, 17_800_000_000_000, 50_000_000_000),
    ("1,234*", MILLION, 1_234_000_000, 500_000),
    ("1,234**", MILLION, 1_234_000_000, 500_000),
    ("1,234 *", MILLION, 1_234_000_000, 500_000),
    ("*1,234", MILLION, 1_234_000_000, 500_000),
    ("1,234†", MILLION, 1_234_000_000, 500_000),
    ("1,234 1)", MILLION, 1_234_000_000, 500_000),
    ("△1,234 12)", MILLION, -1_234_000_000, 500_000),
    ("※1,234", MILLION, 1_234_000_000, 500_000),
    ("※ 1,234", MILLION, 1_234_000_000, 500_000),
    ("1,234주)", MILLION, 1_234_000_000, 500_000),
    ("1,234 주1)", MILLION, 1_234_000_000, 500_000),
    ("1,234¹", MILLION, 1_234_000_000, 500_000),
    ("1,234²⁾", MILLION, 1_234_000_000, 500_000),
    ("1,234 ³⁾", MILLION, 1_234_000_000, 500_000),
    ("1\u00a0234", MILLION, 1_234_000_000, 500_000),
    ("1\u202f234\u202f567", WON, 1_234_567, 0),
    ("1 234 567", Unit("EUR", 100, "EUR"), 123_456_700, 50),
    ("1\u200b,234", MILLION, 1_234_000_000, 500_000),
    ("1234.0", MILLION, 1_234_000_000, 500_000),
    ("12.0", THOUSAND, 12_000, 500),
    ("1234.0", EOK, 123_400_000_000, 50_000_000),
    ("12.0", EOK, 1_200_000_000, 5_000_000),
    ("1,234.0", MILLION, 1_234_000_000, 50_000),
    ("54508464000000.0", WON, 54_508_464_000_000, 0),
    ("12.00", WON, 12, 0),
    ("1.23E+12", WON, 1_230_000_000_000, 5_000_000_000),
    ("1.23e+12", WON, 1_230_000_000_000, 5_000_000_000),
    ("-1.5E7", WON, -15_000_000, 500_000),
    ("1e+16", WON, 10**16, 5 * 10**15),
    ("5.4508464E13", WON, 54_508_464_000_000, 500_000),
    ("5.0E-1", EOK, 50_000_000, 500_000),
    ("4백", MILLION, 4_000_000, 500_000),
    ("5만", WON, 50_000, 5_000),
    ("7천만", WON, 70_000_000, 5_000_000),
    ("1.2 million", DOLLAR, 120_000_000, 5_000_000),
    ("3억", DOLLAR, 30_000_000_000, 5_000_000_000),
    ("₩1,234", THOUSAND, 1_234_000, 500),
    ("$1,234", Unit("천달러", 10**5, "USD"), 123_400_000, 50_000),
    ("$1,234", AUD_THOUSAND, 123_400_000, 50_000),
    ("€ 5.5", EURO_MILLION, 550_000_000, 5_000_000),
    ("5.5 €", EURO_MILLION, 550_000_000, 5_000_000),
    ("-$1,234.56", DOLLAR, -123_456, 0),
    ("$(1,234.56)", DOLLAR, -123_456, 0),
    ("약 5", JO, 5_000_000_000_000, 500_000_000_000),
]

# text, minor units, half of the least step, multiplier and currency of the unit in it
WITH_UNIT = [
    ("39백만원", 39_000_000, 500_000, 10**6, "KRW"),
    ("5.0백만원", 5_000_000, 50_000, 10**6, "KRW"),
    ("1,234천원", 1_234_000, 500, 1000, "KRW"),
    ("1,234 천원", 1_234_000, 500, 1000, "KRW"),
    ("1,234\n천 원", 1_234_000, 500, 1000, "KRW"),
    ("5,000 원", 5000, 0, 1, "KRW"),
    ("1,234,567원", 1_234_567, 0, 1, "KRW"),
    ("△1,234,567원", -1_234_567, 0, 1, "KRW"),
    ("(1,234)천원", -1_234_000, 500, 1000, "KRW"),
    ("(1,234천원)", -1_234_000, 500, 1000, "KRW"),
    ("656.6조원", 656_600_000_000_000, 50_000_000_000, 10**12, "KRW"),
    ("656.6조", 656_600_000_000_000, 50_000_000_000, 10**12, "KRW"),
    ("△5억", -500_000_000, 50_000_000, 10**8, "KRW"),
    ("3조 2,100억원", 3_210_000_000_000, 50_000_000, 10**8, "KRW"),
    ("3조 2,100억", 3_210_000_000_000, 50_000_000, 10**8, "KRW"),
    ("3조2100억원", 3_210_000_000_000, 50_000_000, 10**8, "KRW"),
    ("3조 2,100.5억원", 3_210_050_000_000, 5_000_000, 10**8, "KRW"),
    ("4조8천216억원", 4_821_600_000_000, 50_000_000, 10**8, "KRW"),
    ("4조 8천 216억 원", 4_821_600_000_000, 50_000_000, 10**8, "KRW"),
    ("4조8천216억3백만원", 4_821_603_000_000, 500_000, 10**6, "KRW"),
    ("7천만원", 70_000_000, 5_000_000, 10**7, "KRW"),
    ("1억5천만원", 150_000_000, 5_000_000, 10**7, "KRW"),
    ("1억5천만", 150_000_000, 5_000_000, 10**7, "KRW"),
    ("3천5백만원", 35_000_000, 500_000, 10**6, "KRW"),
    ("3억 500원", 300_000_500, 0, 1, "KRW"),
    ("2.5천원", 2500, 50, 1000, "KRW"),
    ("약 3조원", 3_000_000_000_000, 500_000_000_000, 10**12, "KRW"),
    ("약3조원", 3_000_000_000_000, 500_000_000_000, 10**12, "KRW"),
    ("1,234천원1)", 1_234_000, 500, 1000, "KRW"),
    ("1,234천원*", 1_234_000, 500, 1000, "KRW"),
    ("$1.2 million", 120_000_000, 5_000_000, 10**8, "USD"),
    ("US$ 1.2 million", 120_000_000, 5_000_000, 10**8, "USD"),
    ("$1.2m", 120_000_000, 5_000_000, 10**8, "USD"),
    ("-$1.2 million", -120_000_000, 5_000_000, 10**8, "USD"),
    ("1.2 million USD", 120_000_000, 5_000_000, 10**8, "USD"),
    ("EUR 5 billion", 500_000_000_000, 50_000_000_000, 10**11, "EUR"),
    ("€5bn", 500_000_000_000, 50_000_000_000, 10**11, "EUR"),
    ("US$ 3억", 30_000_000_000, 5_000_000_000, 10**10, "USD"),
    ("3천달러", 300_000, 50_000, 10**5, "USD"),
    ("100만불", 100_000_000, 500_000, 10**6, "USD"),
    ("1,234달러", 123_400, 50, 100, "USD"),
    ("1.2백만유로", 120_000_000, 5_000_000, 10**8, "EUR"),
    ("500엔", 500, 0, 1, "JPY"),
]

STATES = [
    *((text, ValueState.BLANK) for text in ("", " ", "\n", "\u00a0", "\u3000 \t", "\u200b")),
    *((text, ValueState.DASH) for text in ("-", "–", "—", "−", "‐", "‑", "ㅡ", "－", "―", "─", " - ", "(-)")),
    *(
        (text, ValueState.ZERO_PRINTED)
        for text in ("0", "0.0", "0.00", "△0", "-0", "０", "(0)", "0*", "△0.0", "0.0E+00")
    ),
    *(
        (text, ValueState.MASKED)
        for text in ("***", "*****", "XXX", "xxx", "●●●", "○○", "*,***", "비공개", "비 공개", "(비공개)")
    ),
    *((text, ValueState.NOT_DECIDED) for text in ("미정", "미확정", "추후확정", "추후 확정", "TBD", "tbd", "(미정)")),
    *(
        (text, ValueState.NOT_APPLICABLE)
        for text in ("순증", "순감", "N/A", "n/a", "해당없음", "해당 없음", "해당사항 없음", "x", "X", "×")
    ),
]

FAILURES = [
    "12.3%",
    "12.3 %",
    "3.5%p",
    "△3.5%",
    "2024년",
    "'24",
    "‘25년",
    "25.2.3.",
    "2024-01-02",
    "2024.1.2",
    "210-14",
    "12명",
    "3회",
    "5개소",
    "30㎡",
    "1/2",
    "½",
    "①",
    "1,234①",
    "٣",
    "१२",
    "𝟏𝟐",
    "三",
    "1,234,56",
    "1,23",
    "12,34",
    "1234,567",
    ",123",
    "1,234.",
    "1.234.567",
    "12.",
    "007",
    "00",
    "0101",
    "1 2",
    "12 34",
    "1 234",
    "376 147 147",
    "250\n300",
    "1,234 5,678",
    "1,234 / 5,678",
    "5~6",
    "5-6",
    "5~6억원",
    "100→200",
    "1, 234",
    "(1,234",
    "1,234)",
    "((1))",
    "(+5)",
    "+△5",
    "△+5",
    "--5",
    "-△5",
    "1,234△",
    "1,234-",
    "±5",
    "5,000원×300부",
    "5,000원×300부=1,500천원",
    "1,234원/명",
    "100억원 이상",
    "100억원 증액",
    "3조여원",
    "수천만원",
    "천만원",
    "원",
    "백만원",
    "3억 5천",
    "3억 5,000",
    "2,100억 3조원",
    "1조 20,000억원",
    "1.5조 200억원",
    "12***",
    "1,***",
    "(1) 234",
    "1)1,234",
    "1,234(1)",
    "12341)",
    "5천",
    "5m",
    "1e5",
    "1.2.3",
    "0x10",
    "1_000",
    "NaN",
    "Infinity",
    "합계",
    "신규",
    "*",
    "·",
    "--",
    "…",
    "¥500",
    "$5원",
    "€5 USD",
    "3불",
    "사업 1",
    "No. 3",
    "제3조",
    "1" * 65,
    "9,223,372,036,854,775,808",
    "1.23E+99",
    "12.345E",
]


@pytest.mark.parametrize(("text", "unit", "minor", "precision"), IN_UNIT_OF_COLUMN)
def test_an_amount_in_the_unit_of_its_column(text: str, unit: Unit, minor: int, precision: int) -> None:
    assert parse_amount(text, unit) == Printed(ValueState.VALUE, minor, precision, unit, False)
    assert looks_like_amount(text)


@pytest.mark.parametrize(("text", "minor", "precision", "multiplier", "currency"), WITH_UNIT)
@pytest.mark.parametrize("column", [None, MILLION, WON, JO], ids=str)
def test_the_unit_in_the_text_wins(
    text: str, minor: int, precision: int, multiplier: int, currency: str, column: Unit | None
) -> None:
    printed = parse_amount(text, column)
    assert (printed.state, printed.amount_minor, printed.precision_minor) == (ValueState.VALUE, minor, precision)
    assert printed.unit is not None and printed.is_unit_in_text
    assert (printed.unit.multiplier, printed.unit.currency) == (multiplier, currency)
    assert looks_like_amount(text)
    assert parse_amount(text, printed.unit) == printed
    if printed.unit.raw not in ("조", "억", "천만"):
        named = parse_unit(printed.unit.raw)
        assert named is not None and (named.multiplier, named.currency) == (multiplier, currency)


@pytest.mark.parametrize(("text", "state"), STATES)
@pytest.mark.parametrize("unit", [None, MILLION], ids=str)
def test_what_is_no_value(text: str, state: ValueState, unit: Unit | None) -> None:
    printed = parse_amount(text, unit)
    assert printed.state is state
    assert printed.amount_minor == (0 if state is ValueState.ZERO_PRINTED else None)
    assert printed.unit == unit
    assert looks_like_amount(text) == (state is ValueState.ZERO_PRINTED)


@pytest.mark.parametrize("text", FAILURES)
def test_what_is_refused(text: str) -> None:
    assert parse_amount(text, MILLION) == Printed(ValueState.PARSE_FAILED, None, 0, MILLION, False)
    assert parse_amount(text) == Printed(ValueState.PARSE_FAILED, None, 0, None, False)


@pytest.mark.parametrize(
    "text", ["12.3%", "12명", "2024년", "210-14", "5~6", "25.2.3.", "사업 1", "1,23", "합계", "", "-", "1" * 65]
)
def test_what_does_not_look_like_an_amount(text: str) -> None:
    assert not looks_like_amount(text)


@pytest.mark.parametrize("text", ["1,234", "△5.5", "4백", "5만", "1.2 million"])
def test_an_amount_without_any_unit_is_none(text: str) -> None:
    assert parse_amount(text) == Printed(ValueState.PARSE_FAILED, None, 0, None, False)
    assert looks_like_amount(text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("12.5", WON),
        ("0.0001", THOUSAND),
        ("1.005", DOLLAR),
        ("1.5원", None),
        ("4백", THOUSAND),
        ("4백", EOK),
        ("4백", WON),
        ("5만", THOUSAND),
        ("3억", EURO_MILLION),
        ("$5", MILLION),
        ("€5", DOLLAR),
        ("₩5", DOLLAR),
        ("1.2 million", MILLION),
    ],
)
def test_no_part_of_a_minor_unit_and_no_guess_at_the_unit(text: str, unit: Unit | None) -> None:
    assert parse_amount(text, unit).state is ValueState.PARSE_FAILED


def test_a_currency_sign_alone_is_the_unit_where_the_column_has_none() -> None:
    assert parse_amount("$1,234.56") == Printed(ValueState.VALUE, 123_456, 0, Unit("$", 100, "USD"), True)
    assert parse_amount("KRW 5,000") == Printed(ValueState.VALUE, 5000, 0, Unit("KRW", 1), True)


@pytest.mark.parametrize(
    ("text", "multiplier", "currency"),
    [
        ("원", 1, "KRW"),
        ("천원", 1000, "KRW"),
        ("만원", 10**4, "KRW"),
        ("백만원", 10**6, "KRW"),
        (" 백만 원", 10**6, "KRW"),
        ("백 만 원", 10**6, "KRW"),
        ("천만원", 10**7, "KRW"),
        ("억 원", 10**8, "KRW"),
        ("십억원", 10**9, "KRW"),
        ("조원", 10**12, "KRW"),
        ("1,000원", 1000, "KRW"),
        ("100만원", 10**6, "KRW"),
        ("KRW", 1, "KRW"),
        ("KRW million", 10**6, "KRW"),
        ("won", 1, "KRW"),
        ("₩", 1, "KRW"),
        ("￦", 1, "KRW"),
        ("달러", 100, "USD"),
        ("천달러", 10**5, "USD"),
        ("백만달러", 10**8, "USD"),
        ("만불", 10**6, "USD"),
        ("천USD", 10**5, "USD"),
        ("천US$", 10**5, "USD"),
        ("US$ 백만", 10**8, "USD"),
        ("US$ million", 10**8, "USD"),
        ("$m", 10**8, "USD"),
        ("thousand USD", 10**5, "USD"),
        ("USD thousands", 10**5, "USD"),
        ("$'000", 10**5, "USD"),
        ("$’000", 10**5, "USD"),
        ("$", 100, "USD"),
        ("€ million", 10**8, "EUR"),
        ("EUR", 100, "EUR"),
        ("€", 100, "EUR"),
        ("€bn", 10**11, "EUR"),
        ("in millions of euros", 10**8, "EUR"),
        ("백만유로", 10**8, "EUR"),
        ("억엔", 10**8, "JPY"),
        ("JPY", 1, "JPY"),
        ("A$ million", 10**8, "AUD"),
        ("AUD", 100, "AUD"),
        ("ＵＳＤ", 100, "USD"),
    ],
)
def test_units(text: str, multiplier: int, currency: str) -> None:
    assert parse_unit(text) == Unit(text.strip(), multiplier, currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "명",
        "%",
        "%p",
        "개소",
        "㎡",
        "건",
        "조",
        "억",
        "백만",
        "불",
        "million",
        "지원",
        "위원",
        "인원",
        "천원/명",
        "원/kg",
        "3원",
        "1,00원",
        "10000,000원",
        "백천원",
        "만억원",
        "EUR USD",
        "us",
        "x" * 50,
        "원" * 41,
    ],
)
def test_what_is_no_unit(text: str) -> None:
    assert parse_unit(text) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("(단위: 조원, %)", ["조원"]),
        ("(단위 : 백만원)", ["백만원"]),
        ("단위 : 백만원, 명", ["백만원"]),
        ("[단위:천원]", ["천원"]),
        ("〔단위 : 명, 천원〕", ["천원"]),
        ("<단위: 억원>", ["억원"]),
        ("（단위：백만원）", ["백만원"]),
        ("단위:백만원", ["백만원"]),
        ("단위 천원", ["천원"]),
        ("(단 위 : 천 원)", ["천 원"]),
        ("(단위:\n백만원)", ["백만원"]),
        ("단위: 1,000원, 명", ["1,000원"]),
        ("(단위: 백만원/%)", ["백만원"]),
        ("(단위: 백만원 %)", ["백만원"]),
        ("(단위: 개·백만원)", ["백만원"]),
        ("(단위: 백만원, 천달러)", ["백만원", "천달러"]),
        ("(Unit: KRW million)", ["KRW million"]),
        ("금액(백만원)", ["백만원"]),
        ("예산액(천원)", ["천원"]),
        ("총사업비 (억원)", ["억원"]),
        ("금액(단위:천원)", ["천원"]),
        ("금액(원)", ["원"]),
        ("예산액(A, 백만원)", ["백만원"]),
        ("예산[백만원]\n(B)", ["백만원"]),
        ("국고보조(천원) 지원", ["천원"]),
        ("단위사업(천원)", ["천원"]),
        ("Cohesion Fund (€)", ["€"]),
        ("Budget (€ million)", ["€ million"]),
        ("(백만원 단위)", ["백만원"]),
        ("예산액\n천원", ["천원"]),
        ("예산액 백만 원", ["백만 원"]),
        ("예산액 백만원 (A)", ["백만원"]),
        ("백만원", ["백만원"]),
        ("2025-26\n$'000", ["$'000"]),
        ("Estimate EUR million", ["EUR million"]),
        ("금액(백만원) (단위: 백만원)", ["백만원"]),
    ],
)
def test_a_heading_announces_units(text: str, names: list[str]) -> None:
    assert [unit.raw for unit in units_in(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "",
        "지원",
        "위원회",
        "인원",
        "재원",
        "공무원",
        "직원",
        "법원",
        "국회의원",
        "병원(의원)",
        "지원(인원)",
        "재원별 지원",
        "소속 기관(위원회)",
        "감사원",
        "복원",
        "단위사업",
        "단위사업 지원",
        "단위: 명",
        "(단위: %)",
        "(단위: 원/명)",
        "단가(원/톤)",
        "총 3,000억원",
        "총 3,000 억원",
        "예산 100억원",
        "사업비(100억원)",
        "(조)",
        "근거(제3조)",
        "The team won",
        "Design with CAD",
        "(CAD)",
        "예산액",
        "집행률(%)",
        "정원(명)",
        "사업비 3억원을 지원",
    ],
)
def test_words_that_announce_nothing(text: str) -> None:
    assert units_in(text) == []


@pytest.mark.parametrize(
    ("minor", "words"),
    [
        (54_508_464_000_000, "54.5조원"),
        (1_234_000, "123만원"),
        (9_999, "9,999원"),
        (0, "0원"),
        (10_000, "1만원"),
        (99_994_999, "9,999만원"),
        (99_995_000, "1억원"),
        (320_000_000, "3.2억원"),
        (9_950_000_000, "99.5억원"),
        (9_996_000_000, "100억원"),
        (508_500_000_000, "5,085억원"),
        (999_949_999_999, "9,999억원"),
        (999_950_000_000, "1조원"),
        (3_000_000_000_000, "3조원"),
        (1_234_000_000_000_000, "1,234조원"),
        (-320_000_000, "△3.2억원"),
        (-1, "△1원"),
        (3_250_000_000_000, "3.3조원"),
    ],
)
def test_amounts_in_words(minor: int, words: str) -> None:
    assert in_words(minor) == words


def test_other_currencies_in_words() -> None:
    assert in_words(1_250, "USD") == "12.50달러"
    assert in_words(123_456_789_012, "USD") == "12.3억달러"
    assert in_words(-500, "JPY") == "△500엔"
    assert in_words(1_205, "CHF") == "12.05CHF"


def test_amounts_are_printed_exactly() -> None:
    assert format_amount(1_234_500_000, MILLION) == "1,234.5"
    assert format_amount(-1_234_000_000, MILLION) == "△1,234"
    assert format_amount(-5, WON, negative="-") == "-5"
    assert format_amount(1, JO) == "0.000000000001"
    with pytest.raises(ValueError, match="세제곱원"):
        format_amount(1, Unit("세제곱원", 3))


AMOUNTS = st.integers(-(10**17), 10**17)
FULL_WIDTH = str.maketrans("0123456789,.", "０１２３４５６７８９，．")
NOTATIONS = {
    "commas": lambda text: text,
    "none": lambda text: text.replace(",", ""),
    "full width": lambda text: text.translate(FULL_WIDTH),
    "spaces that keep together": lambda text: text.replace(",", "\u00a0"),
}
NEGATIVES = [("△", ""), ("△ ", ""), ("▲", ""), ("-", ""), ("−", ""), ("－", ""), ("(", ")"), ("（", "）")]


@given(AMOUNTS, st.sampled_from(UNITS), st.sampled_from(list(NOTATIONS)), st.sampled_from(NEGATIVES))
def test_a_printed_amount_is_read_back(amount: int, unit: Unit, notation: str, negative: tuple[str, str]) -> None:
    text = NOTATIONS[notation](format_amount(abs(amount), unit))
    printed = parse_amount(negative[0] + text + negative[1] if amount < 0 else text, unit)
    assert printed.amount_minor == amount
    assert printed.state is (ValueState.VALUE if amount else ValueState.ZERO_PRINTED)
    assert 0 <= printed.precision_minor <= unit.multiplier // 2


@given(
    st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999), st.booleans(), st.booleans()
)
def test_a_compound_is_read_back(jo: int, eok: int, man: int, rest: int, has_spaces: bool, has_thousands: bool) -> None:
    def group(number: int) -> str:
        if has_thousands and number >= 1000:
            return f"{number // 1000}천{number % 1000 or ''}"
        return f"{number:,}"

    groups = [(jo, "조"), (eok, "억"), (man, "만"), (rest, "")]
    text = (" " if has_spaces else "").join(group(number) + scale for number, scale in groups if number) + "원"
    total = jo * 10**12 + eok * 10**8 + man * 10**4 + rest
    expected = total if total else None
    assert parse_amount(text, JO).amount_minor == expected
    assert parse_amount("△" + text).amount_minor == (-total if total else None)


WORDS = [
    *"0123456789,.()+-△▲ \n*주원천백만억조$€%eEmbn１，²①xX약년\u00a0\u200b",
    "USD",
    "million",
    "000",
    "12",
    "1,234",
]
SOUP = st.lists(st.sampled_from(WORDS), max_size=16).map("".join)


@given(st.one_of(st.text(max_size=80), SOUP), st.sampled_from([None, *UNITS]))
@example("\u3164", None)
@example("¹", MILLION)
@example("İ1", MILLION)
@example("1.0e-99", WON)
def test_any_text_is_read_or_refused(text: str, unit: Unit | None) -> None:
    printed = parse_amount(text, unit)
    has_amount = printed.state in (ValueState.VALUE, ValueState.ZERO_PRINTED)
    assert has_amount == (printed.amount_minor is not None)
    if printed.amount_minor is None:
        assert (printed.precision_minor, printed.unit, printed.is_unit_in_text) == (0, unit, False)
    else:
        assert looks_like_amount(text)
        assert (printed.amount_minor == 0) == (printed.state is ValueState.ZERO_PRINTED)
        assert abs(printed.amount_minor) < AMOUNT_LIMIT
        again = parse_amount(text, printed.unit)
        assert (again.state, again.amount_minor, again.precision_minor) == (
            printed.state,
            printed.amount_minor,
            printed.precision_minor,
        )
    looks_like_amount(text)
    in_words(printed.amount_minor or 0)


@given(st.text(max_size=60))
def test_units_are_sought_in_any_text(text: str) -> None:
    for unit in units_in(text):
        assert unit.raw in unicodedata.normalize("NFKC", text) or parse_unit(unit.raw) == unit
    parse_unit(text)


@given(SOUP, st.sampled_from(UNITS))
def test_white_space_around_is_of_no_account(text: str, unit: Unit) -> None:
    printed = parse_amount(text, unit)
    for before, after in ((" ", ""), ("", "\n"), ("\t\r\n", "\u00a0\u3000"), ("\u2003", " " * 80)):
        assert parse_amount(before + text + after, unit) == printed
        assert looks_like_amount(before + text + after) == looks_like_amount(text)


@given(st.text(st.sampled_from("0123456789,.천백만억조원 "), min_size=1, max_size=16), st.sampled_from([None, *UNITS]))
def test_signs_are_symmetric(text: str, unit: Unit | None) -> None:
    plus = parse_amount(text, unit)
    if plus.amount_minor is None:
        return
    for negative in ("△{}", "-{}", "▲ {}", "({})"):
        minus = parse_amount(negative.format(text.strip()), unit)
        assert minus.amount_minor == -plus.amount_minor
        assert (minus.precision_minor, minus.unit) == (plus.precision_minor, plus.unit)


@given(st.sampled_from([*"٠١٢٣٤٥٦٧٨٩०१२②⑤½𝟏𝟐〇三"]), st.sampled_from(["{}", "1{}", "1,23{}", "{}5", "{}조원", "△{}"]))
def test_only_ascii_and_full_width_digits_count(digit: str, shape: str) -> None:
    assert parse_amount(shape.format(digit), WON).state is ValueState.PARSE_FAILED


@pytest.mark.parametrize(
    "text",
    ["1" * 10**6, "(" * 10**6, "1," * 10**6, " " * 10**6 + "1", "△ " * 10**5, "1조" * 32, "9 999" * 12, "단위" * 10**4],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    for _ in range(3):
        parse_amount(text, MILLION)
        looks_like_amount(text)
    units_in(text)
    units_in("단위: " + "원,(" * 10**4)
    # what looks at a text more than once would take minutes; a busy machine takes a second
    assert time.perf_counter() - began < 20
