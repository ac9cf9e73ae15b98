"""Search on a small ministry: filters before ranking, drafts made one, figures from the records, and nothing of others."""

from dataclasses import replace

import pytest

from schemas.access import Principal
from warehouse.doors.question import Filters, QuestionRefused
from warehouse.doors.search import answer, search
from warehouse.vector_search import WrongTable

KIM, LEE = Principal(name="kim", groups=("예산실",)), Principal(name="lee")
PLAN = "저수지 둘레길 조성에 드는 돈"


def paths(hits):
    return [hit.path for hit in hits]


def told(found):
    """Everything that is shown, as one text."""
    return found.model_dump_json()


def test_drafts_are_shown_as_their_final_version_with_the_others_beside_it(office):
    hits = [hit for hit in search(office.ask, KIM, f"{PLAN} -상태:메시지") if "둘레길" in hit.path]
    first = hits[0]
    assert first.path == "inner/둘레길_최종.txt"
    assert (first.status, first.also_in) == ("final", 2)
    assert first.also == ["open/둘레길_v2.txt", "open/둘레길_v1.txt"]
    assert "판 3/3 최종 확정" in first.version
    assert first.version in first.citation
    assert [hit.path for hit in hits if "v1" in hit.path or "v2" in hit.path] == []


def test_a_hidden_final_version_shows_in_nothing(office):
    """Lee sees two versions, the newer of which is final as far as he can know; no count and no status tells of a third."""
    found = answer(office.ask, LEE, PLAN)
    (hit,) = [hit for hit in found.hits if "둘레길" in hit.path]
    assert (hit.path, hit.status, hit.also) == ("open/둘레길_v2.txt", "final", ["open/둘레길_v1.txt"])
    assert "판 2/2 최종" in hit.version
    assert "확정" not in hit.version
    for secret in ("최종.txt", "비밀나루", "85,000", "판 3", "/3"):
        assert secret not in told(found)


def test_a_figure_that_only_a_draft_holds_stays_the_drafts(office):
    (hit,) = [hit for hit in search(office.ask, KIM, "둘레길 조성 83,600백만원 -상태:메시지") if "83,600" in hit.text][
        :1
    ]
    assert hit.path == "open/둘레길_v1.txt"
    assert hit.status == "draft"


def test_status_is_filtered_as_the_asker_sees_it(office):
    drafts = {path for path in paths(search(office.ask, KIM, f"{PLAN} 상태:초안")) if "둘레길" in path}
    assert drafts == {"open/둘레길_v2.txt"}
    assert {path for path in paths(search(office.ask, LEE, f"{PLAN} 상태:초안"))} == {"open/둘레길_v1.txt"}
    assert all(hit.status == "message" for hit in search(office.ask, KIM, f"{PLAN} 상태:메시지"))
    assert search(office.ask, LEE, f"{PLAN} 상태:메시지") == []


def test_one_place_must_match_every_filter_and_places_are_never_mixed(office):
    """The notice lies open since January and inside since May: nothing of it lies open since May."""
    assert "inner/공고 사본.txt" in paths(search(office.ask, KIM, "달빛 축제 안내문 부터:2026-05"))
    assert not [p for p in paths(search(office.ask, KIM, "달빛 축제 안내문 출처:open 부터:2026-05")) if "공고" in p]
    (hit,) = [hit for hit in search(office.ask, KIM, "달빛 축제 안내문 출처:open") if "공고" in hit.path]
    assert (hit.path, hit.also) == ("open/공고.txt", [])
    assert not [p for p in paths(search(office.ask, LEE, "달빛 축제 안내문 부터:2026-05")) if "공고" in p]


def test_offices_years_and_projects_filter_by_what_the_content_itself_says(office):
    assert paths(search(office.ask, KIM, "예산 사업:마을길정비")) == ["open/예산 2026.csv"]
    assert paths(search(office.ask, KIM, "예산 사업:2031-301")) == ["open/문화 예산.csv"]
    assert search(office.ask, LEE, "예산 사업:그림자") == []
    assert set(paths(search(office.ask, KIM, "예산 사업:그림자"))) == {"inner/비밀 예산.csv"}
    assert search(office.ask, KIM, "예산 사업:마을길정비 연도:1999") == []
    assert "open/예산 2026.csv" not in paths(search(office.ask, KIM, "예산 -사업:마을길정비"))
    kinds = {hit.status for hit in search(office.ask, KIM, "둘레길 종류:메시지")}
    assert kinds == {"message"}


def test_filters_of_the_caller_confine_what_the_question_may_ask(office):
    only_open = Filters(source=("open",))
    assert all(path.startswith("open/") for path in paths(search(office.ask, KIM, PLAN, filters=only_open)))
    assert search(office.ask, KIM, f"{PLAN} 출처:inner", filters=only_open) == []


@pytest.mark.parametrize(
    "raw",
    ["출처:x'OR'1'='1", '소관:"); DROP TABLE x; --"', "사업:%", "종류:$value_0", "예산 출처:\\", "office:'", "-출처:'"],
)
def test_what_people_write_is_never_sql(office, raw):
    hits = search(office.ask, LEE, f"예산 {raw}")
    assert all(path.startswith("open/") for path in paths(hits))
    assert hits == [] or raw.startswith("-")


def test_more_passages_than_are_told_to_the_store_are_found_all_the_same(office, monkeypatch):
    asked = f"{PLAN} 출처:open"
    expected = search(office.ask, KIM, asked)
    monkeypatch.setattr("warehouse.doors.eligible.MOST_PREFILTERED", 1)
    assert search(office.ask, KIM, asked) == expected
    monkeypatch.setattr("warehouse.doors.search._CANDIDATES", 1)
    monkeypatch.setattr("warehouse.doors.search._DEEPEST", 10)
    monkeypatch.setattr("warehouse.doors.search.MOST_PREFILTERED", 2)
    assert set(paths(search(office.ask, KIM, asked))) == set(paths(expected))


def test_a_figure_is_asked_of_the_records_too(office):
    found = answer(office.ask, LEE, "마을길 정비 2026년 요구액은 얼마입니까")
    (figure,) = found.figures
    assert (figure.subject, figure.fiscal_year, figure.amount_won) == ("마을길 정비", 2026, 6_002_000_000)
    assert figure.path == "open/예산 2026.csv"
    assert {"name", "year", "stage"} <= set(figure.matched)
    assert figure.amount_id in found.hits[0].amounts
    by_code = answer(office.ask, LEE, "1031-302").figures
    assert {one.amount_won for one in by_code} == {6_003_000_000, 79_500_000_000}
    by_amount = answer(office.ask, LEE, "하천 정비 795억원이 맞나").figures
    assert [one.amount_won for one in by_amount] == [79_500_000_000]
    printed = answer(office.ask, LEE, "79,500").figures
    assert [one.amount_won for one in printed] == [79_500_000_000]
    assert answer(office.ask, LEE, "도로 포장 공법").figures == []


def test_an_office_that_is_named_counts_for_its_figures(office):
    found = answer(office.ask, LEE, "국토부 마을길 정비 2026년 요구").figures
    assert [one.amount_won for one in found] == [6_002_000_000]
    assert "office" in found[0].matched
    assert "office" not in answer(office.ask, LEE, "마을길 정비 2026년 요구").figures[0].matched


def test_figures_of_others_are_not_even_named(office):
    for asked in ("그림자 작전 2026년 요구액은 얼마입니까", "9031-301", "8,002"):
        found = answer(office.ask, LEE, asked)
        assert found.figures == []
        assert "첩보처" not in told(found)
        assert answer(office.ask, KIM, asked).figures


def test_a_hit_says_where_it_stands_and_what_stands_around_it(office):
    hit = search(office.ask, LEE, "소관 회계 세부사업 마을길 정비 국토부", n_neighbours=1)[0]
    assert hit.path == "open/예산 2026.csv"
    assert hit.how_to_open.startswith("소스 open의 예산 2026.csv")
    assert hit.locator in hit.citation
    assert hit.version.startswith(hit.document_id[:8])
    assert "2026-03-01" in hit.version
    assert hit.text.splitlines()[-1] in hit.section


def test_what_was_said_comes_after_documents_that_fit_as_well(office):
    hits = search(office.ask, KIM, PLAN)
    assert {hit.status for hit in hits} >= {"final", "message"}
    near = [hit for hit in hits if hit.score > hits[0].score - 0.2]
    assert near == sorted(near, key=lambda hit: hit.status == "message")
    assert [hit.chunk_id for hit in search(office.ask, KIM, PLAN)] == [hit.chunk_id for hit in hits]


def test_what_cannot_be_asked_is_refused_and_nobody_is_shown_nothing(office):
    assert search(office.ask, LEE, "   ") == []
    assert search(office.ask, LEE, "연도:2026") == []
    for wrong in (0, 101):
        with pytest.raises(ValueError, match="100"):
            search(office.ask, LEE, "예산", wrong)
    with pytest.raises(QuestionRefused):
        search(office.ask, LEE, "가" * 2_001)
    nobody = Principal(name="-", groups=())
    assert all(path.startswith("open/") for path in paths(search(office.ask, nobody, "예산")))


def test_a_cross_encoder_orders_the_first_hits(office):
    class Backwards:
        fingerprint = "backwards"

        def scores(self, question, texts):
            return [float(number) for number, _ in enumerate(texts)]

    plain = search(office.ask, KIM, PLAN, 100)
    found = answer(office.ask, KIM, PLAN, 100, reranker=Backwards())
    assert found.reranker == "backwards"
    assert [hit.chunk_id for hit in found.hits] == [hit.chunk_id for hit in plain[::-1]]
    assert found.hits[0].rerank_score == len(plain) - 1


def test_words_of_a_name_find_the_figure_and_its_cell(office):
    found = answer(office.ask, LEE, "도서관 '26년 요구액")
    (figure,) = found.figures
    assert (figure.subject, figure.fiscal_year, figure.amount_won) == ("작은 도서관 조성", 2026, 7_002_000_000)
    assert "part_of_name" in figure.matched
    assert "name" not in figure.matched
    assert figure.amount_id in found.hits[0].amounts
    assert (found.not_held, found.candidates) == ([], [])


def test_what_is_not_held_is_said_and_no_other_year_or_stage_stands_for_it(office):
    for asked in ("마을길 정비 2026년 결산은 얼마인가", "마을길 결산 2026"):
        found = answer(office.ask, LEE, asked)
        assert found.figures == []
        (missing,) = found.not_held
        assert (missing.about, missing.years, missing.stages) == ("마을길 정비", (2026,), ("결산",))
        assert (missing.held_years, missing.held_stages) == ((), ("요구안",))
    (missing,) = answer(office.ask, LEE, "1031-301 2019년 예산은 얼마인가").not_held
    assert (missing.about, missing.years, missing.held_years) == ("1031-301", (2019,), (2025,))
    both = answer(office.ask, LEE, "마을길 정비의 2024년부터 2025년까지 예산")
    assert [figure.fiscal_year for figure in both.figures] == [2025]
    assert [missing.years for missing in both.not_held] == [(2024,)]
    assert answer(office.ask, LEE, "마을길 정비 2026년 결산을 늦게 낸 사유").not_held == []


def test_an_amount_that_was_rounded_finds_its_cell_and_a_bound_none(office):
    assert [one.amount_won for one in answer(office.ask, LEE, "하천 정비 61억원이 맞나").figures] == []
    assert [one.amount_won for one in answer(office.ask, LEE, "하천 정비 60.0억원이 맞나").figures] == [6_003_000_000]
    assert [one.amount_won for one in answer(office.ask, LEE, "79500백만원은 어느 사업인가").figures] == [
        79_500_000_000
    ]
    assert answer(office.ask, LEE, "79500백만원 이상인 사업은 몇 개인가").figures == []


def test_the_amount_of_a_project_is_none_of_what_it_pays_for(office):
    assert answer(office.ask, LEE, "마을길 정비 인건비 2026년 요구액은 얼마인가").figures == []


def test_a_short_name_a_missing_year_or_a_code_tells_nothing_of_others(office):
    (figure,) = answer(office.ask, KIM, "그림자 2026년 요구액").figures
    assert figure.subject == "그림자 작전"
    assert [one.about for one in answer(office.ask, KIM, "그림자 2019년 요구액").not_held] == ["그림자 작전"]
    for asked in ("그림자 2026년 요구액", "그림자 2019년 요구액", "그림자 작전 2019년 예산은 얼마인가"):
        for found in (answer(office.ask, LEE, asked), answer(office.ask, KIM, f"{asked} 출처:open")):
            assert (found.figures, found.not_held, found.candidates, found.n_candidates) == ([], [], [], 0)
    hidden, unknown = (answer(office.ask, LEE, f"{code} 2026년 예산은 얼마인가") for code in ("9031-301", "9999-301"))
    assert [one.model_dump(exclude={"about"}) for one in hidden.not_held] == [
        one.model_dump(exclude={"about"}) for one in unknown.not_held
    ]
    assert hidden.figures == []
    # Written without a hyphen it is a code for who may read it, and a number for everybody else.
    assert answer(office.ask, KIM, "9031301 2026년 요구").figures != []
    assert (answer(office.ask, LEE, "9031301 2026년 요구").figures, answer(office.ask, LEE, "9031301").not_held) == (
        [],
        [],
    )


def test_a_question_of_another_model_than_made_the_index_is_refused(office):
    """Its vector has the right length, and every answer to it would be chance."""
    session = office.talks.session()
    session._embedder = lambda current: replace(office.talks.model, fingerprint="another model")
    with pytest.raises(WrongTable, match="another model"):
        search(session, KIM, PLAN)
    session._embedder = lambda current: office.talks.model
    assert search(session, KIM, PLAN)
