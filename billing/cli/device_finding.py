"""``billing device detect`` and ``billing device record``: what a technician does on site."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from billing.cli.mishaps import give_up
from billing.cli.store_option import Json
from billing.cli.text_input import write_json
from billing.clock import SYSTEM_CLOCK
from billing.devices.address import Address
from billing.devices.registry import dialect_class
from billing.devices.transport import SerialTransport
from billing.errors import BillingError, UsageError
from billing.jobs.acquaintance import examine
from billing.jobs.detecting import Place, places
from billing.jobs.detecting import detect as detect_places
from billing.jobs.recording import recorded


class RecordUnwritable(UsageError):
    """The file for the record cannot be written."""

    code = "file"

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be written: {why}")


def detect(
    port: Annotated[
        list[str] | None, typer.Option("--port", help="Only this serial port; may be repeated.")
    ] = None,
    host: Annotated[
        list[str] | None, typer.Option("--host", help="HOST or HOST:PORT on the network; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask every serial port, and the hosts given, which fiscal device answers; disturbs nothing that is open.

    Exits with 4 when nothing was found, after telling what was tried.

    Example: billing device detect --host 10.0.0.7
    """
    urls = places(port or [], host or [])
    sys.stderr.write(f"asking {len(urls)} places: {', '.join(urls) or 'there is no serial port'}\n")
    found: list[Place] = []
    for place in detect_places(urls):
        found.append(place)
        sys.stderr.write(f"[{len(found)}/{len(urls)}] {_progress(place)}\n")
    if as_json:
        write_json({"places": [_place_json(place) for place in found]})
    else:
        for place in found:
            if place.found is not None:
                who = place.found.identity
                sys.stdout.write(f"{place.found.address}  {who.device_number}  {who.model} {who.firmware}\n")
    if not any(place.found for place in found):
        raise typer.Exit(4)


def record(
    address: Annotated[str, typer.Argument(help="DRIVER:PORT?option=value, as datecs-p:/dev/ttyUSB0.")],
    file: Annotated[Path, typer.Argument(help="Where the bytes go, as a file of vectors.")],
) -> None:
    """Ask a device who it is and where it stands, and write every byte of it to a file, passwords masked.

    Example: billing device record datecs-p:/dev/ttyUSB0 fp800.toml
    """
    where = Address.parse(address)
    kind = dialect_class(where.driver)
    line = SerialTransport(where.url, where.number("baudrate", kind.baudrate))
    printer, recorder = recorded(where, line)
    try:
        seen = examine(printer)
        source = (
            f"recorded on {SYSTEM_CLOCK.now():%Y-%m-%d} from {seen.identity.model}, {seen.identity.firmware}"
        )
    except BillingError as error:
        source = f"recorded on {SYSTEM_CLOCK.now():%Y-%m-%d}; it ended with: {error}"
        _write(file, recorder.toml(where.driver, source))
        give_up(error, as_json=False)
    finally:
        printer.close()
    _write(file, recorder.toml(where.driver, source))
    sys.stdout.write(f"{len(recorder.passed)} pieces of {seen.identity.model} written to {file}\n")


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RecordUnwritable(file, error.strerror or str(error)) from None


def _progress(place: Place) -> str:
    if place.found is not None:
        return f"{place.url}: {place.found.identity.device_number} answers as {place.found.address}"
    return f"{place.url}: nobody answers" + "".join(f"\n    {line}" for line in place.tried[-4:])


def _place_json(place: Place) -> dict[str, object]:
    found = place.found
    return {
        "place": place.url,
        "address": found.address if found else None,
        "device_number": found.identity.device_number if found else None,
        "model": found.identity.model if found else None,
        "firmware": found.identity.firmware if found else None,
        "tried": list(place.tried),
    }
