"""Korean text as the words it is found by, with the real Kiwi."""

import unicodedata

import pytest

from warehouse.analyser import MAX_TOKEN, Analyser, Options, fold, terms, terms_version


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
        ("제3조의2 제1항에 따라", "제 3 조의 2"),
        ("’26년 예산", "2026년"),
        ("2026년 본예산", "‘26년"),
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


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("國庫補助金을 교부한다", "국고보조금"),
        ("國庫補助金을 교부한다", "보조금"),
        ("국고보조금을 교부한다", "國庫補助金"),
        ("國庫補助金을 교부한다", "國庫補助金"),
        ("會計年度 독립의 원칙", "회계연도"),
        ("會計年度 독립의 원칙", "회계년도"),
        ("更新", "갱신"),
        ("更新", "경신"),
        ("執行率이 낮다", "집행률"),
        ("金九 선생", "김구"),
        ("自動車 구입비", "자동차"),
    ],
)
def test_chinese_characters_and_their_reading_find_each_other(analyser: Analyser, written: str, asked: str) -> None:
    assert shared(analyser, written, asked)


def test_an_unlikely_reading_is_no_word(analyser: Analyser) -> None:
    found = tokens(analyser, "豫算을 編成")
    assert {"예산", "편성", "豫算"} <= found
    assert "서산" not in found


def test_a_reading_beside_its_characters_counts_once(analyser: Analyser) -> None:
    assert analyser.analyse(["국고보조금(國庫補助金)을 교부"])[0].split().count("보조금") == 1
    assert "國庫補助金" in tokens(analyser, "국고보조금(國庫補助金)을 교부")
    assert {"국가채무", "국가", "채무"} <= tokens(analyser, "나랏빚(國家債務)이 늘었다")


def test_terms_of_the_budget_are_found_whole_and_by_their_parts(analyser: Analyser) -> None:
    assert {"예비타당성조사", "예비", "타당성", "조사"} <= tokens(analyser, "예비타당성조사를 면제")
    assert {"불용액", "불용"} <= tokens(analyser, "불용액이 발생")
    assert shared(analyser, "불용액이 크다", "불용 사유") == {"불용"}


def test_the_dictionary_is_clean_and_says_its_version() -> None:
    words = list(terms())
    assert len(words) > 200
    assert words == sorted(words)
    assert all("가" <= character <= "힣" for word in words for character in word)
    assert terms_version().startswith("1 (")


@pytest.mark.long
def test_each_option_can_be_switched_off_and_shows_in_the_fingerprint() -> None:
    text = "國庫補助金 예비타당성조사 2026년 1월 5일 1,234천원 지방재정"
    whole = Analyser()
    plain = {name: Analyser(options=Options(**{name: False})) for name in Options._fields}
    assert len({whole.fingerprint, *(one.fingerprint for one in plain.values())}) == 5
    assert {"지방재정", "보조금", "2026-01-05", "1234"} <= tokens(whole, text)
    assert "지방재정" not in tokens(plain["compounds"], text)
    assert "보조금" not in tokens(plain["readings"], text)
    assert "1234" not in tokens(plain["codes"], text)
    assert "예비타당성조사" not in tokens(Analyser(options=Options(terms=False, compounds=False)), text)
