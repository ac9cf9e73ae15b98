"""Readings of Chinese characters: by the table and the law of initial sounds."""

import pytest

from warehouse import hanja


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("國庫補助金", "국고보조금"),
        ("豫算", "예산"),
        ("老人", "노인"),
        ("女性", "여성"),
        ("料金", "요금"),
        ("比率", "비율"),
        ("前年", "전년"),
        ("執行率", "집행률"),
        ("法律", "법률"),
        ("金九", "김구"),
        ("會計年度", "회계연도"),
        ("會計年度", "회계년도"),
        ("自動車", "자동차"),
    ],
)
def test_the_usual_reading_is_among_the_candidates(written: str, read: str) -> None:
    assert read in hanja.candidates(written)


def test_a_word_begins_softly_and_goes_on_as_it_is() -> None:
    assert [hanja.soften(syllable) for syllable in "례로녀리류념각"] == list("예노여이유염각")
    assert not any(
        read.startswith(("례", "료", "녀")) for word in ("例外", "料金", "女人") for read in hanja.candidates(word)
    )


def test_every_reading_is_one_syllable_and_every_character_one_character() -> None:
    table = hanja.table()
    assert len(table) > 8_000
    for character, readings in table.items():
        assert hanja.RUN.fullmatch(character)
        assert len(set(readings)) == len(readings) > 0
        assert all(len(reading) == 1 and "가" <= reading <= "힣" for reading in readings)


def test_the_table_knows_every_character_of_the_korean_standard() -> None:
    standard = {bytes([row, cell]).decode("euc_kr") for row in range(0xCA, 0xFE) for cell in range(0xA1, 0xFF)}
    unified = {character for character in standard if not "\uf900" <= character <= "\ufaff"}
    assert unified <= set(hanja.table())


def test_candidates_are_few_and_without_a_doubled_one_however_long_the_run() -> None:
    for run in ("率", "金車率樂不", "金" * hanja.MOST_READ, "金" * 500, "更" * 8):
        found = hanja.candidates(run)
        assert 0 < len(found) <= hanja.MOST_CANDIDATES
        assert len(set(found)) == len(found)
        assert all(len(read) == len(run) for read in found)


def test_a_run_with_a_character_that_koreans_do_not_read_has_no_reading() -> None:
    assert hanja.candidates("々") == []
    assert hanja.candidates("预算") == []
    assert not hanja.RUN.search("가나다 々 abc ·")
