"""What a fact is: pure types and pure rules, importing pydantic, pyarrow and the standard library alone."""
