"""How many tokens a passage has, by one tokenizer for all: that of the model which comes with the program.

Chunks must not hang on the model that embeds them, or another model would need other chunks and every citation would
move. The tokenizer of the default model is as fine as those of the other multilingual models of its family; its digest
is in the chunker's fingerprint.
"""

import functools
import hashlib
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from warehouse.layout import default_model_folder

_FILE = "tokenizer.json"


class NoTokenizer(LookupError):
    """The tokenizer that passages are measured by is not there."""


class TokenSizes:
    """Counts tokens; the tokenizer is loaded at first use.

    Args:
        folder: a model folder with a `tokenizer.json`.

    Raises:
        NoTokenizer: there is none.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE
        if not self._file.is_file():
            raise NoTokenizer(f"구절의 길이를 재는 토크나이저가 없습니다: {self._file} (`make setup`이 만듭니다)")

    @functools.cached_property
    def fingerprint(self) -> str:
        """Changes whenever a count could come out differently."""
        with self._file.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @functools.cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer: Any = Tokenizer.from_file(str(self._file))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text with the model's marks around it, without its prompt."""
        # One by one: a batch starts threads, which outlive it in every process that is forked later.
        return [len(self._tokenizer.encode(unicodedata.normalize("NFC", text)).ids) for text in texts]


@functools.cache
def default_sizes() -> TokenSizes:
    """The tokenizer of the model that comes with the program.

    Raises:
        NoTokenizer: `make setup` has not been run.
    """
    return TokenSizes(default_model_folder())
