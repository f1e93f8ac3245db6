"""bench: each kind of work measured against its own floor in the same run (``make bench``).

A module here with ``rows() -> Iterable[Row]`` adds its rows to the one table. An absolute time is never a
test; what counts is the ratio to the floor.
"""
