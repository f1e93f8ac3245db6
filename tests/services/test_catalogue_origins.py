"""Origins in the catalogue file: out and in again, all or nothing, every mistake with its line."""

from collections.abc import Callable

import pytest

from billing.services.catalogue_export import export_catalogue
from billing.services.catalogue_files import Said, read_csv, read_toml, write_csv, write_toml
from billing.services.catalogue_import import CatalogueMistakes, import_catalogue
from billing.services.devices import add_device
from billing.services.origins import origin_rows, set_origin
from billing.store.engine import Store

BAR = """default_origin = "Бар 1"

[origins."Бар 1"]
device = "printer"
time_zone = "Europe/Athens"
header = ["Бар Лозенец", "ул. Шипка 1"]
footer = ["Thank you"]
"""


def export(store: Store, form: str) -> str:
    defaults, items = export_catalogue(store)
    return write_toml(defaults, items) if form == "toml" else write_csv(items)


def take(store: Store, text: str) -> tuple[int, int, int]:
    done = import_catalogue(store, read_toml(text), "Maria")
    return done.added, done.changed, done.unchanged


def test_an_origin_is_made_by_a_file_that_names_it_as_the_default(shop: Store) -> None:
    assert take(shop, BAR) == (1, 0, 0)
    bar = {row.name: row for row in origin_rows(shop)}["Бар 1"]
    assert (bar.device, bar.time_zone, bar.header, bar.footer, bar.default) == (
        "printer",
        "Europe/Athens",
        ("Бар Лозенец", "ул. Шипка 1"),
        ("Thank you",),
        True,
    )


def test_the_same_file_again_changes_nothing(shop: Store) -> None:
    take(shop, BAR)
    version = import_catalogue(shop, Said([]), "Maria").version
    assert take(shop, BAR) == (0, 0, 1)
    assert import_catalogue(shop, Said([]), "Maria").version == version


@pytest.mark.parametrize(("form", "read"), [("toml", read_toml), ("csv", read_csv)])
def test_what_was_exported_is_imported_without_a_change(
    shop: Store, form: str, read: Callable[[str], Said]
) -> None:
    take(shop, BAR)
    add_device(shop, "slips", "escpos:socket://127.0.0.1:9")
    set_origin(shop, "shop", print_device="slips", live=True, payment_model="bank", footer=['a;b, "c"'])
    before = origin_rows(shop)
    done = import_catalogue(shop, read(export(shop, form)), "Maria")
    assert (done.added, done.changed) == (0, 0)
    assert origin_rows(shop) == before


@pytest.mark.parametrize(("form", "read"), [("toml", read_toml), ("csv", read_csv)])
def test_an_export_brings_an_origin_back(shop: Store, form: str, read: Callable[[str], Said]) -> None:
    take(shop, BAR)
    before, text = origin_rows(shop), export(shop, form)
    set_origin(shop, "Бар 1", device="", time_zone="UTC", header=[], footer=["x"])
    assert import_catalogue(shop, read(text), "Maria").changed == 1
    assert origin_rows(shop) == before


def test_what_a_file_does_not_say_of_an_origin_stays(shop: Store) -> None:
    take(shop, BAR)
    assert take(shop, '[origins."Бар 1"]\ntime_zone = "UTC"\n') == (0, 1, 0)
    assert {row.name: row.footer for row in origin_rows(shop)}["Бар 1"] == ("Thank you",)


def test_a_device_that_is_still_to_be_added_is_left_out_and_told(shop: Store) -> None:
    text = BAR.replace('"printer"', '"kitchen"')
    done = import_catalogue(shop, read_toml(text), "Maria")
    assert (done.added, len(done.notes)) == (1, 1)
    assert "'kitchen'" in done.notes[0]
    assert take(shop, text) == (0, 0, 1)
    add_device(shop, "kitchen", "escpos:socket://127.0.0.1:9")
    assert take(shop, text) == (0, 1, 0)
    assert {row.name: row.device for row in origin_rows(shop)}["Бар 1"] == "kitchen"


WRONG = """[origins.bar]
time_zone = 5
[plus.901]
name = "Tea"
[origins.shop]
colour = "red"
[origins."%s"]
time_zone = "Nowhere"
[origins.kiosk]
header = 5
""" % ("x" * 41)


def test_every_mistake_has_its_line_and_nothing_is_changed(shop: Store) -> None:
    before = origin_rows(shop)
    with pytest.raises(CatalogueMistakes) as caught:
        take(shop, WRONG)
    assert [line for line, _ in caught.value.mistakes] == [1, 5, 7, 9]
    assert origin_rows(shop) == before
    assert all(number != 901 for item, number, _ in export_catalogue(shop)[1] if item == "plu")
