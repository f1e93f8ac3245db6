"""What can be wrong with a store itself, each as one sentence that says what to do."""

from sqlalchemy.exc import DBAPIError

from billing.errors import StoreError


class StoreMissing(StoreError):
    """There is no store where one was looked for."""

    code = "store_missing"

    def __init__(self, where: str) -> None:
        super().__init__(f"there is no store at {where}: run 'billing init' to create it")


class StoreOld(StoreError):
    """The store's schema is not the one this program was written for."""

    code = "store_version"

    def __init__(self, where: str, found: str, expected: str) -> None:
        advice = (
            "run 'billing init' to migrate it" if found < expected else "this program is older than the store"
        )
        super().__init__(f"the store at {where} has schema {found}, {expected} is expected: {advice}")
        self.found = found
        self.expected = expected


class StoreUnmarked(StoreError):
    """A database holds our tables and does not say which schema they have."""

    code = "store_unmarked"

    def __init__(self, where: str, table: str) -> None:
        super().__init__(
            f"the database at {where} has a table {table!r} and says nowhere of which schema it is "
            "(alembic_version is empty), so it is left as it is: put a backup back in its place "
            "(a file of 'billing backup'), or name an empty database with --db"
        )


class StoreUrlWrong(StoreError):
    """The address of the store cannot be read, or names a database we do not know."""

    code = "store_url"
    exit_code = 2

    def __init__(self, url: str) -> None:
        super().__init__(
            f"{url!r} is not a store: expected sqlite:///FILE, postgresql://USER@HOST/NAME or a file's path"
        )


class StoreFolder(StoreError):
    """The folder of the store cannot be made."""

    code = "store_folder"

    def __init__(self, where: str, error: OSError) -> None:
        super().__init__(
            f"the store at {where} cannot be created: {error.strerror}; choose another with --db"
        )


class StoreTrouble(StoreError):
    """The database could not do its work: locked for too long, full, unreachable. Nothing was changed."""

    code = "store_trouble"

    def __init__(self, where: str, error: DBAPIError) -> None:
        reason = " ".join(str(error.orig).split())
        super().__init__(f"the store at {where} failed and nothing was changed: {reason}")


class Missing(StoreError):
    """What was asked for by name or number is not in the store."""

    code = "missing"

    def __init__(self, what: str, name: object, known: str = "") -> None:
        hint = f"; there is {known}" if known else ""
        super().__init__(f"there is no {what} {name}{hint}")
        self.what = what
        self.name = name
