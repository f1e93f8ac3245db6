"""Procrastinate's migration files, run by name inside one of our migrations.

Its files are never changed once released; a new release adds files, and a migration of ours runs them.
"""

from importlib.resources import files

from alembic import op


def file_names() -> list[str]:
    """Return the names of the installed package's files without ``.sql``, oldest first."""
    folder = files("procrastinate") / "sql" / "migrations"
    return sorted(each.name.removesuffix(".sql") for each in folder.iterdir() if each.name.endswith(".sql"))


def run_files(after: str, last: str) -> None:
    """Run the files after ``after`` (empty: from the first) up to ``last``, in this transaction.

    Raises:
        ValueError: the installed Procrastinate has no such file.
    """
    names = file_names()
    if last not in names:
        raise ValueError(f"the installed procrastinate has no migration {last!r}; install a newer one")
    folder = files("procrastinate") / "sql" / "migrations"
    for name in names:
        if after < name <= last:
            run((folder / f"{name}.sql").read_text(encoding="utf-8"))


def run(statements: str) -> None:
    """Run statements as they stand, whatever percent signs and colons they have."""
    op.get_bind().connection.cursor().execute(statements)
