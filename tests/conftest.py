"""How hypothesis chooses its examples: always the same ones, so that a run can be repeated anywhere.

`pytest --hypothesis-profile=search` looks for new ones; what it finds is written down as an `@example`.
"""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, database=None)
settings.register_profile("search", derandomize=False)
settings.load_profile("repeatable")
