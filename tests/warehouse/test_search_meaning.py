"""A few passages and the model that the project brings: what is asked in other words is found first."""

import pyarrow as pa
import pytest

from schemas.identity import make_id
from schemas.ports import Embedder
from warehouse.analyser import Analyser
from warehouse.default_model import LANE, prepare
from warehouse.embedders import load_model, prepare_lane
from warehouse.hybrid import find
from warehouse.layout import default_model_folder
from warehouse.vector_search import PinnedTable
from warehouse.vectors import VectorTable, table_name
from warehouse.yardstick import spread_of

SEEN = make_id("access", "seen")
PASSAGES = {
    "loans": "이자가 밀린 가게 주인이 늘어 경영안정자금의 상환 기간을 세 해에서 다섯 해로 늘린다.",
    "buses": "산간 마을을 도는 소형 버스를 하루 네 차례로 늘리고, 예약한 사람이 없으면 운행하지 않는다.",
    "trees": "가로수의 뿌리가 보도블록을 들어 올린 구간 열두 곳에서 뿌리 둘레의 흙을 넓힌다.",
    "lunch": "방학 동안 끼니를 거르는 어린이에게 도시락을 집으로 가져다준다.",
    "water": "가뭄이 길어져 저수지의 물이 절반 아래로 줄면 논에 대는 물을 사흘에 한 번으로 줄인다.",
    "books": "대출이 적은 자료를 골라 이웃 도서관과 바꾸고, 빈 서가에는 열람석을 둔다.",
    "salary": "신규 임용된 공무원의 초임 호봉을 군 복무 기간만큼 높여 산정한다.",
    "vaccine": "예순다섯을 넘긴 주민은 보건소에서 돈을 내지 않고 독감 주사를 맞는다.",
}
ASKED = {
    "학교가 쉬는 때 굶는 아이들을 어떻게 돕나": "lunch",
    "비가 오랫동안 오지 않을 때 농사에 쓰는 용수": "water",
    "소상공인이 빌린 돈을 갚을 시간을 더 주는 방안": "loans",
    "어르신 무료 예방접종": "vaccine",
    "대중교통이 없는 시골에서 부르면 오는 차": "buses",
}


@pytest.fixture(scope="module")
def model() -> Embedder:
    """The default model in its own lane, as a home of default settings loads it."""
    folder = prepare(default_model_folder())
    prepare_lane(folder, LANE)
    return load_model(folder)


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """One for all, since it loads its own model."""
    return Analyser()


@pytest.fixture(scope="module")
def spread(model: Embedder) -> float:
    """What a search measures of a model, once."""
    return spread_of(model)


@pytest.fixture(scope="module")
def pinned(model: Embedder, analyser: Analyser, tmp_path_factory: pytest.TempPathFactory) -> PinnedTable:
    """The passages as a night writes them: words and vectors."""
    table = VectorTable(
        tmp_path_factory.mktemp("meaning"),
        table_name(model.fingerprint, analyser.fingerprint),
        model.dimension,
        embedder=model.fingerprint,
        analyser=analyser.fingerprint,
    )
    texts = list(PASSAGES.values())
    table.add(
        pa.table(
            {
                "passage_id": [make_id("passage", name) for name in PASSAGES],
                "text": texts,
                "morphemes": analyser.analyse(texts),
                "vector": pa.array(
                    [list(map(float, vector)) for vector in model.embed_passages(texts)], pa.list_(pa.float32())
                ),
                "access": [[SEEN]] * len(texts),
            }
        )
    )
    table.index()
    return table.at(table.version)


@pytest.mark.parametrize(("question", "name"), ASKED.items())
def test_what_is_asked_in_other_words_is_found_first(
    pinned: PinnedTable, model: Embedder, analyser: Analyser, spread: float, question: str, name: str
) -> None:
    words, vector = analyser.analyse_query(question), model.embed_queries([question])[0]
    hits = find(pinned, words, vector, [SEEN], len(PASSAGES), embedder=model.fingerprint, spread=spread)
    assert hits[0].passage_id == make_id("passage", name)
