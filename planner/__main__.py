"""`python -m planner` does what `planner` does."""

from planner.cli import main

main()
