"""Nights, switches and ways back over one share with a stand-in for the model, each job in a forked process of its own.

`test_index_kills.py` runs this file as a script. A job is a JSON object a line: `do` is `run`, `switch`, `rechunk`, `back`
or `state`, `home` and `share` are folders, `kill_at` a point, `points` a file for the list of points passed.
"""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

from connectors.sources.folder import FolderSource
from schemas.access import Access, Principal
from schemas.records import discover_records
from warehouse import faults, migration, vector_tables
from warehouse.blobs import make_home_key
from warehouse.clock import Clock
from warehouse.doors.search import search
from warehouse.lake import Lake, digest, local_place
from warehouse.layout import Home
from warehouse.lock import writer_lock
from warehouse.publication import Current, read_current, verify_manifest
from warehouse.reindexing import rechunk_index, roll_back, switch_index

QUESTION = "기초연금 단가"
KIM = Principal(name="kim", groups=("예산실",))


def _loaded(name: str, path: Path) -> Any:
    """A file of the tests, which are no packages."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_HERE = Path(__file__).parent
small_night = _loaded("small_night", _HERE / "small_night.py")
talks = _loaded("talks", _HERE.parent / "warehouse" / "talks.py")


def _models() -> dict[str, Any]:
    return {"words": talks.WordVectors(), "other": talks.WordVectors(fingerprint="other", dimension=32)}


def _chosen(home: Home) -> str:
    """The model that the home's settings name."""
    return home.settings_file.read_text(encoding="utf-8") if home.settings_file.exists() else "words"


def _with_night(home: Home, share: Path, model: str, work: Any) -> Any:
    home.make_folders()
    with writer_lock(home.lock_file):
        make_home_key(home)
        with Lake.open(local_place(home.catalog_file, home.data_folder)) as lake:
            migration.migrate(lake, discover_records().values())
            models = _models()
            own = talks.Talks(
                home, lake, Clock(), [FolderSource("team", share, Access(allow=("group:예산실",)))], model=models[model]
            )
            return work(own)


def do(job: dict[str, Any]) -> Any:
    """Do a job; returns what it answers."""
    home, share = Home(Path(job["home"])), Path(job["share"])
    faults.arm(job.get("kill_at"), Path(job["points"]) if job.get("points") else None)
    if job["do"] == "run":
        return _with_night(home, share, _chosen(home), lambda own: own.run()[1].publication_id)
    if job["do"] == "switch":

        def settle() -> None:
            home.settings_file.write_text("other", encoding="utf-8")

        return _with_night(home, share, "other", lambda own: switch_index(own.night(), settle)[1])
    if job["do"] == "rechunk":
        return _with_night(home, share, _chosen(home), lambda own: rechunk_index(own.night())[1])
    if job["do"] == "back":

        def choose(target: Current) -> None:
            assert target.index is not None
            home.settings_file.write_text(target.index.embedder, encoding="utf-8")

        place = local_place(home.catalog_file, home.data_folder)
        return roll_back(home, place, Clock(), choose, to=job.get("to"), decided_by="운영자")[1].publication_id
    return state(home, share)


def state(home: Home, share: Path) -> dict[str, Any]:
    """What two homes must agree on, and what a consumer sees."""
    current = read_current(home)
    place = local_place(home.catalog_file, home.data_folder)
    with Lake.open(place, read_only=True) as lake:
        tables = {name: list(found) for name, found in digest(lake, discover_records().values()).items()}
        own = talks.Talks(home, lake, Clock(), [], model=_models()["words"], earlier_models=[_models()["other"]])
        session = own.session()
        hits = [hit.text for hit in search(session, KIM, QUESTION)]
        vectors = session.pinned().vectors
        assert vectors is not None
        rows = sorted(str(row) for row in vectors.vectors().to_pylist())
    states = vector_tables.table_states(home.vector_folder)
    return {
        "tables": tables,
        "model": current.index.embedder if current.index else None,
        "chosen": _chosen(home),
        "hits": hits,
        "vectors": rows,
        "vector_tables": [[one.name, one.n_rows, len(one.tags), one.is_building] for one in states],
        "damaged": verify_manifest(home, current.publication_id),
        "link": home.serving_link.readlink() == Path(current.publication_id),
        "publication": current.publication_id,
    }


def main() -> None:
    """Answer jobs on standard input."""
    small_night.use_one_thread()
    for line in sys.stdin:
        job = json.loads(line)
        killed, answer = small_night.in_child(lambda job=job: do(job))
        print(json.dumps({"killed": killed, "answer": answer}), flush=True)


if __name__ == "__main__":
    main()
