"""How facts are kept, found, proved and forgotten: the only package that opens DuckDB, DuckLake or LanceDB."""
