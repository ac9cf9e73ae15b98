"""Nobody is shown what he may not read, and nobody misses what he may: search against an oracle that knows nothing of it.

The small home is invented and its rights are tangled; all people ask everything of it that there is to ask. The sample ministry is
asked in `test_access_ministry.py`.
"""

import importlib.util
import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from schemas.access import Principal
from schemas.records import discover_records
from warehouse import migration
from warehouse.blobs import make_home_key
from warehouse.clock import Clock
from warehouse.doors.cite import NotHeld, cite
from warehouse.doors.history import history
from warehouse.doors.question import QuestionRefused
from warehouse.doors.search import answer
from warehouse.doors.session import Session
from warehouse.doors.versions import find_versions
from warehouse.lake import Lake, local_place
from warehouse.layout import Home

spec = importlib.util.spec_from_file_location("asking", Path(__file__).with_name("asking.py"))
assert spec is not None
assert spec.loader is not None
asking = importlib.util.module_from_spec(spec)
spec.loader.exec_module(asking)
oracles, MOST, problems = asking.oracles, asking.MOST, asking.problems
Wanted = oracles.tables.Wanted
tangled_home = asking.load(asking.TESTS / "e2e" / "tangled_home.py")
talking = asking.load(asking.TESTS / "warehouse" / "talks.py")
PEOPLE: tuple[Principal, ...] = tangled_home.PEOPLE
HOSTILE = asking.HOSTILE


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """See `asking.one_thread`."""
    with asking.one_thread():
        yield


@dataclass(frozen=True, repr=False)
class Tangle:
    """The small home after two nights, what may be asked of it, and what is true of it."""

    talks: Any
    session: Session
    oracle: Any
    readers: dict[str, set[str]]
    """Marker → who may see it, by how the home was made."""
    answers: dict[tuple[str, str, int], dict[str, Any]] = field(default_factory=dict)

    def __call__(self, person: Principal, text: str, limit: int = MOST) -> dict[str, Any]:
        """What a question brings, as the command prints it; asked once."""
        key = person.name, text, limit
        if key not in self.answers:
            self.answers[key] = answer(self.session, person, text, limit, n_neighbours=2).model_dump(mode="json")
        return self.answers[key]

    def shown(self, person: Principal, text: str, limit: int = MOST) -> list[dict[str, Any]]:
        """The hits of a question."""
        return self(person, text, limit)["hits"]

    def told(self, person: Principal, text: str) -> str:
        """All that an answer says but the question itself."""
        found = self(person, text)
        return json.dumps(
            [part for name, part in found.items() if name not in ("question", "filters")], ensure_ascii=False
        )

    @property
    def passages(self) -> list[dict[str, Any]]:
        """A chunk of every passage, whoever may read it."""
        return list({row["passage_id"]: row for row in self.oracle.chunks}.values())


def make_home(root: Path, only: Principal | None = None) -> Tangle:
    """Make the small home below a folder, in two nights of which the second finds changes.

    Args:
        root: the folder.
        only: somebody; in one night, with nothing in the shares but what he may read.
    """
    share, home = root / "share", Home(root / "home")
    home.make_folders()
    make_home_key(home)
    place = local_place(home.catalog_file, home.data_folder)
    with Lake.open(place) as lake:
        migration.migrate(lake, discover_records().values())
        marks = tangled_home.fill(share)
        tangled_home.talk(share, talking, marks)
        register = talking.register_of(**tangled_home.ROOMS)
        talks = talking.Talks(home, lake, Clock(), tangled_home.sources(share), register, principals=list(PEOPLE))
        if only is None:
            tangled_home.run(talks, is_last=False)
        tangled_home.change(share, marks)
        if only is not None:
            tangled_home.leave_only(share, marks, only)
        tangled_home.run(talks)
    session = talks.session()
    oracle = oracles.Oracle(session, tangled_home.ROOMS)
    return Tangle(talks, session, oracle, marks.readers())


@pytest.fixture(scope="module")
def tangled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tangle]:
    """The small home, made once."""
    yield make_home(tmp_path_factory.mktemp("tangled"))


def questions(tangle: Tangle) -> list[str]:
    """A question for every passage, and the names of every file."""
    of_passages = [asking.words.rare_words(tangle.oracle, row) for row in tangle.passages]
    of_names = [row["name"] for row in tangle.oracle.placements]
    return list(dict.fromkeys([*of_passages, *of_names, tangled_home.SHARED]))


def test_the_home_is_as_tangled_as_it_says(tangled):
    shared = [row for row in tangled.passages if tangled_home.SHARED in row["text"]]
    holders = {row["passage_id"]: tangled.oracle.texts[row["text_id"]] for row in shared}
    readers = {person.name: set(tangled.oracle.view(person).passages) for person in PEOPLE}
    chunks = [row for row in tangled.oracle.chunks if row["passage_id"] in holders]
    assert len({row["text_id"] for row in chunks}) >= 8, "one passage, in the requests of eight sources"
    assert (
        len(
            {
                tuple(sorted(name for name, own in readers.items() if row["passage_id"] in own))
                for row in tangled.passages
            }
        )
        > 8
    )
    assert readers["라온"] != readers["다솜"]
    assert all(readers.values())
    assert not any({row["passage_id"] for row in tangled.passages} <= own for own in readers.values())


EVERY = pytest.mark.parametrize("step", [pytest.param(5, id="some"), pytest.param(1, id="all", marks=pytest.mark.long)])


@EVERY
def test_nothing_is_shown_that_may_not_be_read(tangled, step):
    wrong = [
        problem
        for person in PEOPLE
        for text in questions(tangled)[::step]
        for problem in problems(tangled.oracle.view(person), tangled(person, text), text)
    ]
    assert wrong == []


@EVERY
def test_no_marker_goes_beyond_its_readers(tangled, step):
    """By how the home was made, whatever its tables say."""
    wrong = set()
    for person in PEOPLE:
        for text in questions(tangled)[::step]:
            for marker in tangled_home.MARKER.findall(tangled.told(person, text)):
                if person.name not in tangled.readers[marker]:
                    wrong.add((person.name, marker, text))
    assert sorted(wrong)[:20] == []


def test_names_and_years_of_records_that_may_not_be_read_are_not_told(tangled):
    """Figures, what is not held and the names that words could mean: of each project to whoever may read it, and to nobody else."""
    names = sorted({row["subject_name"] for row in tangled.oracle.rows("core.budget_amount")})
    marked = [name for name in names if tangled_home.MARKER.search(name)]
    assert len(marked) >= 8
    asked = [
        "갯길 정비 예산은 얼마",
        "갯길 정비 2019년 결산은 얼마",
        *(f"{name} 2019년 결산은 얼마" for name in marked),
    ]
    seen = {"figures": 0, "not_held": 0, "candidates": 0}
    for person in PEOPLE:
        for text in asked:
            found = tangled(person, text)
            told = json.dumps([found[part] for part in seen], ensure_ascii=False)
            beyond = {mark for mark in tangled_home.MARKER.findall(told) if person.name not in tangled.readers[mark]}
            assert beyond == set(), (person.name, text)
            for part in seen:
                seen[part] += bool(found[part])
        own = [name for name in marked if person.name in tangled.readers[tangled_home.MARKER.findall(name)[0]]]
        assert tangled(person, asked[0])["n_candidates"] in (0, len(own)), person.name
    assert seen["not_held"]
    assert seen["candidates"]


def test_every_marker_of_a_text_is_found_by_whoever_may_see_it(tangled):
    """By how the home was made: the words of the marker's own passage bring it, or the version that stands for it."""
    in_texts = {marker: row for row in tangled.oracle.chunks for marker in tangled_home.MARKER.findall(row["text"])}
    assert len(in_texts) > 30
    missing = []
    for marker, row in in_texts.items():
        text = asking.words.rare_words(tangled.oracle, row)
        for person in (person for person in PEOPLE if person.name in tangled.readers[marker]):
            is_shown = tangled.oracle.view(person).is_shown(row["passage_id"], tangled.shown(person, text))
            if marker not in tangled.told(person, text) and not is_shown:
                missing.append((person.name, marker))
    assert missing == []


def test_the_oracle_sees_a_leak(tangled):
    """What one is rightly shown is wrong for another: in each field that names it."""
    mine, other = tangled.oracle.view(PEOPLE[2]), tangled.oracle.view(PEOPLE[4])
    hits = [hit for text in questions(tangled)[::5] for hit in tangled.shown(PEOPLE[2], text)]
    foreign = [hit for hit in hits if hit["document_id"] not in other.spots]
    assert foreign
    assert all(other.wrong_in(hit) for hit in foreign)
    own = next(hit for hit in hits if not mine.wrong_in(hit) and not other.wrong_in(hit))
    for name in ("path", "title", "text", "citation", "version", "how_to_open", "section"):
        told = f"{own[name]}\n{foreign[0]['path']}\n{foreign[0]['text']}"
        assert other.wrong_in(own | {name: told}), name
    assert other.wrong_in(own | {"also": [foreign[0]["path"]]})
    assert other.wrong_in(own | {"also_in": 40})
    assert other.wrong_in(own | {"chunk_id": foreign[0]["chunk_id"]})


@EVERY
def test_whoever_may_read_a_passage_finds_it_by_its_own_words(tangled, step):
    missing = []
    for row in tangled.passages[::step]:
        text = asking.words.rare_words(tangled.oracle, row)
        for person in PEOPLE:
            view = tangled.oracle.view(person)
            if row["passage_id"] in view.passages and not view.is_shown(row["passage_id"], tangled.shown(person, text)):
                missing.append((person.name, text, row["text"][:80]))
    assert missing == []


def test_words_and_vectors_find_exactly_what_may_be_read(tangled):
    """The two engines below, against a plain look at every row."""
    pinned = tangled.session.pinned()
    everything = len(tangled.oracle.indexed)
    for person in PEOPLE:
        readable = pinned.readable_access(person)
        rows = tangled.oracle.view(person).indexed()
        for text in questions(tangled)[::6]:
            tokens = tangled.session.analyse_query(text)
            words = {key for key, row in rows.items() if not set(tokens.split()).isdisjoint(row["morphemes"].split())}
            assert {hit.passage_id for hit in pinned.vectors.search_lexical(tokens, readable, everything)} == words
            model = tangled.session.embedder()
            vector = model.embed_queries([text])[0]
            near = {
                hit.passage_id
                for hit in pinned.vectors.search_dense(vector, readable, everything, embedder=model.fingerprint)
            }
            assert near == {key for key, row in rows.items() if row["is_embedded"]}


def test_every_row_of_the_index_is_open_to_exactly_those_who_may_read_one_of_its_places(tangled):
    for person in PEOPLE:
        view = tangled.oracle.view(person)
        by_index = {
            key
            for key, row in tangled.oracle.indexed.items()
            if any(view.is_open(tangled.oracle.accesses[access_id]) for access_id in row["access"])
        }
        assert by_index == set(view.passages)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_questions_get_nothing_more(tangled, text):
    before = len(tangled.oracle.rows("raw.placement"))
    for person in (*PEOPLE, Principal(name="'; --", groups=("' OR 1=1 --", '"', "갑과' OR '1'='1"))):
        try:
            found = tangled(person, text)
        except QuestionRefused:
            continue
        assert problems(tangled.oracle.view(person), found, text) == []
    assert len(tangled.oracle.rows("raw.placement")) == before


def combinations(sources: Iterable[str]) -> list[Any]:
    """Filters of every kind, alone, two by two and three together."""
    single = [
        *({"source": (source,)} for source in sources),
        *({"year": (year,)} for year in (2024, 2025, 2026, 2027)),
        *({"office": (office,)} for office in ("온누리복지부", "맑은물", "한빛외교부", "없는부")),
        *({"kind": (kind,)} for kind in ("예산요구서", "기타", "메시지", "메일")),
        *({"status": (status,)} for status in ("final", "draft", "message")),
        *({"project": (project,)} for project in ("갯길 정비", "3103-301", "없는 사업")),
        {"since": date(2026, 3, 1)},
        {"until": date(2026, 3, 31)},
        {"year": (2025, 2026)},
        {"source": ("열린곳", "갑과함")},
        {"no": {"source": ("열린곳",)}},
        {"no": {"year": (2026,), "kind": ("메시지",)}},
        {"no": {"office": ("온누리복지부",)}},
        {"no": {"status": ("message",)}},
        {"no": {"project": ("갯길",)}},
    ]
    pairs = [
        one | other
        for one, other in itertools.combinations(single, 2)
        if not set(one) & set(other) and (len(set(one) | set(other)) == 2)
    ]
    more = [{"source": ("갑과함",), "year": (2025,), "office": ("맑은물부",)}, {"source": ("을과함",), "year": (2025,)}]
    chosen = [*single, *pairs[::7], *more, more[0] | {"kind": ("예산요구서",), "status": ("final",)}]
    return [Wanted(**parts) for parts in chosen]


@EVERY
def test_filters_hold_of_one_readable_place_and_nothing_that_they_let_through_is_missing(tangled, step):
    wrong: list[str] = []
    # A word of every request, one of every room, and one of the versions.
    words = "공통 원칙 갯길 정비 예산 표식 갯벌 체험관 말씀 문서 메모 차례 단가"
    tokens = set(tangled.session.analyse_query(words).split())
    for wanted in combinations(tangled_home.SOURCES)[::step]:
        asked = f"{words} {wanted.typed()}"
        for person in PEOPLE:
            view = tangled.oracle.view(person)
            found = tangled(person, asked)
            wrong += problems(view, found, asked)
            wrong += [
                f"{person.name}: {wanted.typed()}: {hit['path']} ({hit['version']}) does not match"
                for hit in found["hits"]
                if not view.hit_matches(hit, wanted)
            ]
            wrong += [
                f"{person.name}: {wanted.typed()}: {view.passages[key][0]['text'][:60]!r} is missing"
                for key in view.matching(wanted)
                if tokens & set(tangled.oracle.indexed[key]["morphemes"].split())
                and not view.is_shown(key, found["hits"], wanted)
            ]
    assert wrong[:20] == []


SHOWN = ("path", "title", "text", "locator", "section", "before", "after", "also_in", "also", "status", "how_to_open")


@pytest.mark.long
@pytest.mark.parametrize("person", [PEOPLE[0], PEOPLE[4]], ids=lambda person: person.name)
def test_what_somebody_may_not_read_changes_nothing_that_he_is_shown(tangled, person, tmp_path):
    """The same questions in a home that holds nothing else: in another order perhaps, since words are rarer there."""
    alone = make_home(tmp_path, only=person)
    assert set(alone.oracle.view(person).passages) == set(tangled.oracle.view(person).passages)
    assert len(alone.oracle.placements) < len(tangled.oracle.placements)
    for text in questions(tangled)[::4]:
        here, there = (
            sorted(
                json.dumps({name: hit[name] for name in SHOWN}, ensure_ascii=False) for hit in home.shown(person, text)
            )
            for home in (tangled, alone)
        )
        assert here == there, text


def test_search_and_history_tell_everybody_the_same_versions_and_none_that_a_hidden_one_joins(tangled):
    pinned = tangled.session.pinned()
    joined = {person.name: set() for person in PEOPLE}
    for person in PEOPLE:
        view = tangled.oracle.view(person)
        told = find_versions(pinned, person, list(tangled.oracle.readings)).by_content
        assert set(told) <= set(view.spots)
        for content_id in tangled.oracle.drafts:
            if content_id not in view.spots:
                with pytest.raises(NotHeld):
                    history(tangled.session, person, content_id)
                continue
            shown = history(tangled.session, person, content_id)
            assert view.wrong_strings(shown.model_dump(mode="json")) == []
            ids = {one for version in shown.versions for one in version.document_ids}
            own = told[content_id].family_id if content_id in told else None
            assert ids == {key for key, one in told.items() if one.family_id == own} | {content_id}
            final = {one for version in shown.versions if version.status == "final" for one in version.document_ids}
            assert own is None or {key for key in ids if told[key].status == "final"} <= final
            joined[person.name].add(len(ids))
    # Of the plan in two halves those see three versions who see the one that holds both.
    assert {name for name, sizes in joined.items() if 1 in sizes} == {"가온", "나래", "다솜", "라온", "마루"}
    assert all(3 in joined[name] for name in ("바다", "사랑"))


@EVERY
def test_only_who_may_read_a_passage_may_cite_it(tangled, step):
    for row in tangled.oracle.chunks[::step]:
        for person in PEOPLE:
            view = tangled.oracle.view(person)
            if row["text_id"] not in view.holders:
                with pytest.raises(NotHeld):
                    cite(tangled.session, tangled.talks.reader, person, row["chunk_id"])
                continue
            cited = cite(tangled.session, tangled.talks.reader, person, row["chunk_id"]).model_dump(mode="json")
            assert cited["path"] in view.paths
            assert view.wrong_strings(cited) == []
