import pytest

from connectors.composition import Composer
from connectors.contract import MemberFile
from connectors.expectation import Expected
from connectors.gate import Attempt, choose, to_document
from connectors.tools import NeedsTool
from schemas.elements import Completeness, Flag, Property
from schemas.outcome import Failed


def attempt(reader, *texts, errors=()):
    composer = Composer()
    for text in texts:
        composer.add_paragraph(text)
    return lambda: Attempt(reader, composer, list(errors))


def raising(error):
    def read():
        raise error

    return read


def walk(*paragraphs, n_tables=0):
    return Expected(paragraphs, n_tables, 0, 0, 0)


def test_a_clean_and_complete_first_reader_is_believed_and_no_other_asked():
    chosen = choose([attempt("first", "예산안"), raising(AssertionError())], walk("예산안"))
    assert (chosen.reader, chosen.completeness.share) == ("first", 1.0)


def test_the_most_complete_reader_is_kept_and_the_earlier_one_if_equal():
    paragraphs = ("가나다라", "마바사아", "자차카타")
    readers = [attempt("first", *paragraphs[:1]), attempt("second", *paragraphs[:2]), attempt("third", *paragraphs)]
    assert choose(readers, walk(*paragraphs)).reader == "third"
    assert choose(readers[:2], walk(*paragraphs)).reader == "second"
    assert choose([attempt("first", "가나다라"), attempt("second", "마바사아")], walk(*paragraphs)).reader == "first"


def test_tables_count_like_text():
    chosen = choose([attempt("first", "가나다라")], walk("가나다라", n_tables=1))
    assert chosen.completeness.share == 0.0


def test_a_reader_that_raises_decides_nothing():
    class PanicException(BaseException):
        pass

    PanicException.__module__ = "pyo3_runtime"
    for error in (ValueError("record"), Failed("corrupt", "section"), PanicException("unwrap")):
        assert choose([raising(error), attempt("second", "예산안")], walk("예산안")).reader == "second"
        with pytest.raises(Failed) as failure:
            choose([raising(error)], walk("예산안"))
        assert failure.value.reason == "corrupt"


@pytest.mark.parametrize(
    "error", [Failed("too_many_elements"), Failed("archive_bomb"), MemoryError(), NeedsTool("OCR"), KeyboardInterrupt()]
)
def test_limits_and_needs_are_no_readers_failure(error):
    with pytest.raises(type(error)):
        choose([raising(error), attempt("second", "예산안")], walk("예산안"))


def test_a_result_with_errors_counts_if_another_reader_got_through():
    readers = [attempt("first", "예산안", errors=["ERR: 섹션"]), attempt("second", "예산")]
    assert choose(readers, walk("예산안")).reader == "first"
    with pytest.raises(Failed) as failure:
        choose([readers[0], raising(ValueError("x"))], walk("예산안"))
    assert (failure.value.reason, failure.value.detail) == ("corrupt", "ERR: 섹션; ValueError: x")


def test_without_a_walk_the_first_reader_that_got_through_is_taken():
    readers = [attempt("first", "예산안", errors=["ERR"]), attempt("second"), attempt("third", "예산안")]
    assert choose(readers, None).reader == "third"
    with pytest.raises(Failed) as failure:
        choose(readers[:1], None)
    assert failure.value.reason == "corrupt"


def test_text_that_no_reader_finds_is_not_taken_for_none():
    with pytest.raises(Failed) as failure:
        choose([attempt("first"), attempt("second")], walk("예산안"))
    assert failure.value.reason == "reader_failed"


@pytest.mark.parametrize("expected", [walk(), walk(" ")])
def test_where_there_is_no_text_only_the_first_reader_is_asked(expected):
    chosen = choose([attempt("first"), attempt("second", "그림")], expected)
    assert (chosen.reader, chosen.composer.elements) == ("first", [])


def test_a_document_without_text_is_its_pictures_or_nothing():
    empty = choose([attempt("first")], walk())
    assert to_document(empty, members=[MemberFile("1.png", b"x")]).members
    for are_left_out, reason in ((True, "ocr_unavailable"), (False, "no_text")):
        with pytest.raises(Failed) as failure:
            to_document(empty, are_pictures_left_out=are_left_out)
        assert failure.value.reason == reason
    with_text = to_document(choose([attempt("first", "글")], walk("글")), are_pictures_left_out=True)
    assert with_text.flags == [Flag.PICTURES_NOT_READ]


def test_a_document_says_how_complete_it_is():
    chosen = attempt("gotgan", "2025년도 예산안 개요")()
    chosen.completeness = Completeness(text=0.97, tables=(1, 1), cells=(4, 4), merged=(0, 0), notes=(0, 0))
    document = to_document(chosen, properties=[Property(name="author", value="재정과")], flags=[Flag.TRACKED_CHANGE])
    assert (document.coverage, document.completeness) == (0.97, chosen.completeness)
    assert document.flags == [Flag.TRACKED_CHANGE, Flag.LOW_COVERAGE]
    assert document.properties[0].name == "author"
    chosen.completeness = None
    unmeasured = to_document(chosen, title="개요")
    assert (unmeasured.coverage, unmeasured.flags, unmeasured.title) == (None, [], "개요")
