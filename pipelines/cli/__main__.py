"""`python -m pipelines.cli`, for where the installed command is not on the path."""

from pipelines.cli import main

main()
