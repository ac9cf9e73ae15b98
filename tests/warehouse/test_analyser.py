"""Korean text as the words it is found by, with the real Kiwi."""

import unicodedata

import pytest

from warehouse.analyser import MAX_TOKEN, Analyser, fold


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


def tokens(analyser: Analyser, text: str) -> set[str]:
    return set(analyser.analyse([text])[0].split())


def shared(analyser: Analyser, document: str, query: str) -> set[str]:
    return tokens(analyser, document) & set(analyser.analyse_query(query).split())


def test_particles_and_endings_do_not_hide_a_word(analyser: Analyser) -> None:
    assert {"보조금", "집행"} <= shared(analyser, "국고보조금을 집행하였으나 이월되었다", "보조금의 집행률은 얼마인가?")


def test_a_compound_is_found_whole_and_by_its_parts(analyser: Analyser) -> None:
    found = tokens(analyser, "국고보조금교부결정통지서를 송부한다")
    assert {"국고", "보조금", "교부", "결정", "통지서", "국고보조금교부결정통지서"} <= found


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("총 1,234,567천원", "1234567"),
        ("1234567원", "1,234,567"),
        ("코드 1131-301 사업", "1131-301"),
        ("2026년 1월 5일 기준", "2026.1.5."),
        ("2026. 01. 05. 기준", "2026-01-05"),
        ("집행률 95.3%", "95.3"),
        ("사업비 100.0억원", "100"),
        ("R&D 예산", "r&d"),
        ("ＡＩ 기반", "AI"),
        ("COVID-19 대응", "covid"),
        ("budget@example.go.kr", "BUDGET@example.go.kr"),
    ],
)
def test_numbers_dates_and_codes_are_found_in_every_usual_spelling(
    analyser: Analyser, written: str, asked: str
) -> None:
    assert shared(analyser, written, asked)


def test_a_code_before_a_name_does_not_hide_the_name(analyser: Analyser) -> None:
    assert {"201", "일반운영비"} <= tokens(analyser, "201 일반운영비")
    assert "일반운영비" in tokens(analyser, "일반운영비")


@pytest.mark.parametrize("dot", "ㆍ・･‧·")
def test_every_middle_dot_separates_alike(analyser: Analyser, dot: str) -> None:
    assert analyser.analyse([f"시{dot}도 보조금"]) == analyser.analyse(["시·도 보조금"])
    assert {"시", "도"} <= tokens(analyser, f"시{dot}도 보조금")


def test_decomposed_and_composed_text_are_analysed_alike(analyser: Analyser) -> None:
    text = "지방자치단체의 국고보조금 예산"
    assert analyser.analyse([unicodedata.normalize("NFD", text)]) == analyser.analyse([text])
    assert fold("㎡ ㈜ ①") == "m2 (주) 1"


def test_a_batch_gives_what_single_texts_give_and_does_so_again(analyser: Analyser) -> None:
    texts = [f"{n}번째 사업의 예산을 {n * 1_111:,}천원 편성하였다" for n in range(50)] + ["", "  ", "\n"]
    batch = analyser.analyse(texts)
    assert batch == [analyser.analyse([text])[0] for text in texts]
    assert batch == Analyser().analyse(texts)
    assert analyser.analyse([]) == []


def test_a_query_has_each_token_once(analyser: Analyser) -> None:
    assert analyser.analyse_query("예산 예산 예산의") == "예산"
    assert analyser.analyse_query("") == ""


def test_tokens_hold_no_space_and_are_of_bounded_length(analyser: Analyser) -> None:
    for text in ("a" * 500, "7" * 500, "가" * 500, "x-" * 300, "\x00 \u200b가\u3000나", "👩‍👩‍👧 예산"):
        assert all(0 < len(token) <= MAX_TOKEN for token in tokens(analyser, text))


def test_a_word_of_the_house_is_found_whole_and_by_its_parts(analyser: Analyser) -> None:
    text = "서울 지역활력타운에서 개최"
    housed = Analyser(["지역활력타운"])
    assert {"지역활력타운", "지역", "활력", "타운"} <= tokens(housed, text)
    assert tokens(analyser, "지역 활력 타운") <= tokens(housed, text)


def test_the_fingerprint_changes_with_the_words_of_the_house_and_not_with_their_order() -> None:
    assert Analyser().fingerprint == Analyser([]).fingerprint
    assert Analyser(["가나", "다라"]).fingerprint == Analyser(["다라", "가나", "가나"]).fingerprint
    assert len({Analyser(words).fingerprint for words in ((), ("가나",), ("가나", "다라"), ("가나다라",))}) == 4
