"""Notes in files: durable, private, one for each device and key."""

import fcntl
import stat
from pathlib import Path

import pytest

from billing.documents import Answer, Printed, read_document
from billing.jobs.file_notebook import FileNotebook, NotesUnreadable, lease
from billing.jobs.notebook import Notes, Stage, key_of

KEYED = read_document({"kind": "x-report", "key": "x1"})
UNKEYED = read_document({"kind": "x-report"})
DONE = Notes(stage=Stage.DONE, answer=Answer(printed=Printed.YES))


def test_notes_are_read_by_the_next_program(tmp_path: Path) -> None:
    FileNotebook("datecs-p:/dev/a", KEYED, tmp_path).write(DONE)
    assert FileNotebook("datecs-p:/dev/a", KEYED, tmp_path).read() == DONE


def test_another_device_or_key_has_other_notes(tmp_path: Path) -> None:
    FileNotebook("datecs-p:/dev/a", KEYED, tmp_path).write(DONE)
    assert FileNotebook("datecs-p:/dev/b", KEYED, tmp_path).read() == Notes()
    assert FileNotebook("datecs-p:/dev/a", UNKEYED, tmp_path).read() == Notes()


def test_a_document_without_a_key_keeps_no_answer_but_a_broken_attempt(tmp_path: Path) -> None:
    notebook = FileNotebook("datecs-p:/dev/a", UNKEYED, tmp_path)
    notebook.write(Notes(stage=Stage.ACTING))
    assert notebook.read().stage is Stage.ACTING
    notebook.write(DONE)
    assert notebook.read() == Notes()


def test_a_damaged_file_is_told_and_not_guessed(tmp_path: Path) -> None:
    notebook = FileNotebook("datecs-p:/dev/a", KEYED, tmp_path)
    notebook.path.write_text("{")
    with pytest.raises(NotesUnreadable, match="look at the paper"):
        notebook.read()


def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    with lease("datecs-p:/dev/a", tmp_path / "state" / "printing"):
        pass
    assert stat.S_IMODE((tmp_path / "state" / "printing").stat().st_mode) == 0o700


def test_two_partial_reversals_of_one_sale_have_two_keys() -> None:
    def reversal(price: str) -> str:
        original = {
            "document_number": "1",
            "date_time": "2026-11-24T10:00:00",
            "fiscal_memory_number": "02000600",
        }
        return key_of(
            read_document(
                {
                    "kind": "reversal",
                    "unique_sale_number": "DT000600-0001-0001000",
                    "lines": [{"price": price}],
                    "reason": "refund",
                    "original": original,
                }
            )
        )

    assert reversal("1") != reversal("2")
    assert reversal("1") == reversal("1")


def test_the_port_is_given_back_before_another_program_may_take_the_device(tmp_path: Path) -> None:
    """Closing a network line takes a while; a program that has the lock must find the port free."""
    free: list[bool] = []

    def let_go() -> None:
        [lock] = tmp_path.glob("*.lock")
        with lock.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                free.append(False)
            else:
                free.append(True)

    with FileNotebook("datecs-p:/dev/a", KEYED, tmp_path, let_go).held():
        assert free == []
    assert free == [False]
