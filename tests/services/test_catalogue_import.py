"""The nomenclature from a file: all or nothing, every mistake named, the same file changes nothing."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from billing import models
from billing.clock import SetClock
from billing.pricing.refusals import Banned
from billing.services.catalogue_export import export_catalogue, history, plu_of_barcode
from billing.services.catalogue_files import ITEMS, FileWrong, read_csv, read_toml, write_csv, write_toml
from billing.services.catalogue_import import (
    CatalogueMistakes,
    change_item,
    import_catalogue,
)
from billing.services.devices import add_device
from billing.services.register import open_register
from billing.store.engine import Store

FRESH = """
currency = "EUR"
default_tax_group = 2

[tax_groups.2]
name = "Б"
rates = {"2000-01-01" = "20", "2027-01-01" = 21}

[departments.1]
name = "Напитки"
tax_group = 2

[plus.23]
name = "Ябълки \\"бели\\""
price = 1.60
department = 1
barcode = "3800000000017"

[payment_types.1]
name = "В брой"
cash = true

[operators.7]
name = "Мария"
"""


def count(store: Store, table: type[models.Base]) -> int:
    with store.read() as work:
        found: int = work.connection.execute(select(func.count()).select_from(table)).scalar_one()
    return found


def test_a_toml_file_fills_an_empty_store(store: Store) -> None:
    done = import_catalogue(store, read_toml(FRESH), "мария")
    assert (done.added, done.changed, done.version) == (5, 0, 1)
    defaults, items = export_catalogue(store)
    assert defaults["currency"] == "EUR"
    assert {item: values for item, _, values in items}["plu"] == {
        "name": 'Ябълки "бели"',
        "price": Decimal("1.6"),
        "tax_group": None,
        "department": 1,
        "unit": "",
        "barcode": "3800000000017",
        "banned": False,
        "deleted": False,
    }


@pytest.mark.parametrize("form", ["toml", "csv"])
def test_what_was_exported_changes_nothing_when_it_is_imported(shop: Store, form: str) -> None:
    change_item(shop, "plu", 23, {"deleted": True, "barcode": "17"}, "test")
    before = count(shop, models.NomenclatureChange)
    defaults, items = export_catalogue(shop)
    said = read_toml(write_toml(defaults, items)) if form == "toml" else read_csv(write_csv(items))
    done = import_catalogue(shop, said, "test")
    assert (done.added, done.changed, done.unchanged, done.version) == (0, 0, 56, 2)
    assert count(shop, models.NomenclatureChange) == before


def test_an_export_fills_another_store_with_the_same(shop: Store, store: Store) -> None:
    defaults, items = export_catalogue(shop)
    other = Store(store.engine, 7, store.clock)
    add_device(other, "printer", "datecs-p:/dev/ttyUSB9")
    import_catalogue(other, read_toml(write_toml(defaults, items)), "test")
    assert export_catalogue(other)[1] == items


def test_every_bad_row_is_named_with_its_line_and_nothing_is_written(shop: Store) -> None:
    text = (
        "item,number,name,price,tax_group,barcode,valid_from,rate\n"
        "plu,901,Добър,1.20,2,111,,\n"
        "plu,902,Лош,1.20001,,,,\n"
        'plu,903,"две\nреда",x,8,,,\n'
        "plu,23,Пак,1,,111,,\n"
        "plu,23,Пак,1,,,,\n"
        "plu,-1,Лош,1,,,,\n"
        "tax_group,4,Г,,,,2026-11-24,10\n"
        "tax_group,9,Й,,,,,5\n"
        "tax_group,5,Д,,,,,\n"
        "cake,1,x,,,,,\n"
        "plu,904,x,1\n"
        "operator,1,x,1,,,,\n"
    )
    with pytest.raises(CatalogueMistakes) as caught:
        import_catalogue(shop, read_csv(text), "test")
    assert [(line, said.split(":")[0]) for line, said in caught.value.mistakes] == [
        (3, "plu 902"),
        (4, "plu 903"),
        (4, "plu 903"),
        (4, "plu 903"),
        (6, "plu 23"),
        (7, "plu 23 is there twice; first in line 6"),
        (8, "plu"),
        (9, "tax_group 4"),
        (10, "tax_group 9"),
        (11, "tax_group 5"),
        (
            12,
            f"there is no item 'cake'; there are {', '.join(ITEMS)}",
        ),
        (13, "plu 904"),
        (14, "operator 1"),
    ]
    assert count(shop, models.NomenclatureChange) == 0
    assert count(shop, models.Plu) == 34


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[plus.1]\nx = \ny = 1", "line 2"),
        ("colour = 1", "no 'colour' in a catalogue"),
        ("plus = 1", "plus is no table"),
        ("[plus]\n1 = 2", "plus.1 is no table"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(text: str, says: str) -> None:
    with pytest.raises(FileWrong, match=says):
        read_toml(text)


def test_a_csv_file_names_its_columns() -> None:
    for text, says in (("", "number"), ("name;price\n", "number"), ("number,colour\n", "'colour'")):
        with pytest.raises(FileWrong, match=says):
            read_csv(text)


def test_a_column_that_is_not_there_is_left_as_it_is_and_an_empty_cell_clears(shop: Store) -> None:
    import_catalogue(shop, read_csv("number;price\n23;1,75\n24;\n"), "test")
    items = {number: values for item, number, values in export_catalogue(shop)[1] if item == "plu"}
    assert (items[23]["name"], items[23]["price"]) == ("Ябълки", Decimal("1.75"))
    assert items[24]["price"] is None


def test_a_mistake_in_toml_has_the_line_of_its_table(shop: Store) -> None:
    with pytest.raises(CatalogueMistakes, match=r"line 4: plu 24: price: found 'много'"):
        import_catalogue(shop, read_toml('[plus.23]\nprice = 2\n\n[plus.24]\nprice = "много"\n'), "test")


def test_defaults_are_judged_and_the_currency_stays(shop: Store) -> None:
    text = 'currency = "BGN"\ndefault_operator = 99\ndefault_origin = "никъде"\ndefault_tax_group = "x"\n'
    with pytest.raises(CatalogueMistakes) as caught:
        import_catalogue(shop, read_toml(text), "test")
    assert [line for line, _ in caught.value.mistakes] == [1, 2, 3, 4]
    assert import_catalogue(shop, read_toml("default_operator = 2\n"), "test").version == 2


def test_a_first_import_says_its_currency(store: Store) -> None:
    with pytest.raises(CatalogueMistakes, match="must say its currency"):
        import_catalogue(store, read_csv("number,name\n1,x\n"), "test")


def test_two_plus_do_not_share_a_barcode_nor_two_operators_a_code(shop: Store) -> None:
    change_item(shop, "plu", 23, {"barcode": "17"}, "test")
    with pytest.raises(CatalogueMistakes, match="barcode '17' is that of plu 23"):
        change_item(shop, "plu", 24, {"barcode": "17"}, "test")
    with pytest.raises(CatalogueMistakes, match="code '0001' is that of operator 1"):
        change_item(shop, "operator", 9, {"code": "0001"}, "test")
    change_item(shop, "plu", 23, {"deleted": True}, "test")
    assert change_item(shop, "plu", 24, {"barcode": "17"}, "test").changed == 1


def test_a_scanned_barcode_finds_a_plu_that_may_be_sold(shop: Store) -> None:
    change_item(shop, "plu", 23, {"barcode": "3800000000017"}, "test")
    assert (plu_of_barcode(shop, "3800000000017"), plu_of_barcode(shop, "1")) == (23, None)
    assert plu_of_barcode(Store(shop.engine, 7, shop.clock), "3800000000017") is None
    change_item(shop, "plu", 23, {"banned": True}, "test")
    assert plu_of_barcode(shop, "3800000000017") is None


def test_every_change_leaves_a_version_with_who_and_when(shop: Store, clock: SetClock) -> None:
    change_item(shop, "plu", 23, {"price": "1.75"}, "мария")
    clock.move(60)
    change_item(shop, "plu", 23, {"deleted": True}, "иван")
    versions = history(shop, "plu", 23)
    assert [(v["made_by"], v["version"], v["before"]["price"], v["after"]["price"]) for v in versions] == [
        ("мария", 2, "1.6", "1.75"),
        ("иван", 3, "1.75", "1.75"),
    ]
    assert [v["at"] for v in versions] == ["2026-11-24T10:00:00+00:00", "2026-11-24T10:01:00+00:00"]
    assert [v["after"]["deleted"] for v in versions] == [False, True]


@pytest.mark.parametrize("flag", ["banned", "deleted"])
@pytest.mark.parametrize(
    ("item", "number", "lines"),
    [
        ("plu", 23, ["#23"]),
        ("department", 4, ["1#4"]),
        ("tax_group", 4, ["1@4"]),
        ("payment_type", 2, ["1", "@2"]),
        ("operator", 2, ["*2", "1"]),
        ("profile", 36, ["1", "@#36"]),
    ],
)
def test_what_is_banned_or_deleted_is_refused_at_the_next_line(
    shop: Store, flag: str, item: str, number: int, lines: list[str]
) -> None:
    register = open_register(shop)
    register.ring(["1", "@"])
    change_item(shop, item, number, {flag: True}, "test")
    with pytest.raises(Banned, match=flag):
        register.ring(lines, park=True)
    change_item(shop, item, number, {flag: False}, "test")
    assert register.ring(lines, park=True).id


def test_a_rate_of_a_later_day_holds_from_midnight_and_an_open_bill_keeps_its_own(
    shop: Store, clock: SetClock
) -> None:
    change_item(shop, "tax_group", 4, {"rate": "5", "valid_from": "2026-11-25"}, "test")
    clock.instant = datetime(2026, 11, 24, 21, 59, 59, tzinfo=UTC)
    register = open_register(shop)
    late = register.ring(["10@4"], park=True)
    clock.move(1)
    register.enter("10@4", late.id)
    new = register.ring(["10@4"], park=True)
    assert [tax.rate for tax in register.read(late.id).bill.tax().values()] == [9]
    assert [tax.rate for tax in new.bill.tax().values()] == [5]
    assert history(shop, "tax_group", 4)[0]["after"]["rates"] == {"2000-01-01": "9", "2026-11-25": "5"}


def test_a_rate_that_holds_is_not_dated_back_but_one_to_come_may_change(shop: Store) -> None:
    for values in ({"rate": "10"}, {"rate": "10", "valid_from": "2026-11-24"}):
        with pytest.raises(CatalogueMistakes):
            change_item(shop, "tax_group", 4, values, "test")
    change_item(shop, "tax_group", 4, {"rate": "5", "valid_from": "2027-01-01"}, "test")
    assert change_item(shop, "tax_group", 4, {"rate": "6", "valid_from": "2027-01-01"}, "test").changed == 1
    assert change_item(shop, "tax_group", 4, {"rate": "9"}, "test").unchanged == 1


def test_many_plus_are_imported_with_progress(shop: Store) -> None:
    said = read_csv(
        "number,name,price\n" + "".join(f"{n},Стока {n},1.{n % 100:02d}\n" for n in range(1000, 4000))
    )
    seen: list[tuple[int, int]] = []
    done = import_catalogue(shop, said, "test", lambda at, of: seen.append((at, of)))
    assert (done.added, seen) == (3000, [(step, 9000) for step in range(0, 10000, 1000)])
    assert import_catalogue(shop, said, "test").unchanged == 3000


@pytest.mark.parametrize(("item", "number"), [("tax_group", 2), ("payment_type", 1), ("operator", 1)])
def test_what_is_the_default_is_not_deleted(shop: Store, item: str, number: int) -> None:
    with pytest.raises(CatalogueMistakes, match="it is the default"):
        change_item(shop, item, number, {"deleted": True}, "test")


def test_the_default_is_deleted_by_a_file_that_names_another(shop: Store) -> None:
    text = "default_payment_type = 2\n[payment_types.1]\ndeleted = true\n"
    assert import_catalogue(shop, read_toml(text), "test").changed == 1


def test_a_column_that_is_there_twice_is_refused() -> None:
    with pytest.raises(FileWrong, match="'name' is there twice"):
        read_csv("number,name,name\n1,a,b\n")
