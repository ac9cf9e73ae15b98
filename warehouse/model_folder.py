"""The identity of a model folder: a digest of its weights and settings, so that another model never passes for it."""

import functools
import hashlib
import os
from pathlib import Path

from schemas.identity import digest_parts

# What a person may write beside a model without changing a vector.
_REMARKS = {"README.md", "LICENSE", "gotgan-model.json", ".gitattributes", ".gitignore"}


def set_environment() -> None:
    """Keep model libraries off the network and their idle threads quiet; to be called before torch is first imported."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    # Threads that spin while they wait made embedding four to seven times slower on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def digest_files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file that shapes the vectors of the model in `folder`, by path below it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in _REMARKS)
    return {path.relative_to(folder).as_posix(): _digest(path) for path in files}


def digest_folder(folder: Path) -> str:
    """One SHA-256 over all files of `digest_files`.

    Raises:
        FileNotFoundError: there is no such folder, or nothing in it.
    """
    files = digest_files(folder)
    if not files:
        raise FileNotFoundError(f"모형 폴더가 없거나 비어 있습니다: {folder}")
    return digest_parts(part for item in files.items() for part in item)


def _digest(path: Path) -> str:
    stat = path.stat()
    return _digest_once(path, stat.st_size, stat.st_mtime_ns)


@functools.lru_cache(maxsize=1_024)
def _digest_once(path: Path, size: int, modified_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
