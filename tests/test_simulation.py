"""The simulation of many tills: a station serves in order, and the busiest is named."""

from bench.simulate import Layout, Station, Times, simulate

QUICK = Times(bill=0.001, head=0.001, processor=0.001, commit=0.0001)


def test_a_station_serves_so_many_at_once_and_the_others_in_order() -> None:
    two = Station(2)
    assert [two.serve(0.0, 3.0), two.serve(1.0, 3.0), two.serve(1.0, 3.0), two.serve(9.0, 3.0)] == [
        3,
        4,
        6,
        12,
    ]


def test_a_few_tills_wait_for_their_paper_alone() -> None:
    done = simulate(Layout(10), QUICK)
    assert done.first == "a device's paper"
    assert 2.0 < done.paper_s < 6.1


def test_one_master_of_many_tills_is_held_up_by_the_journals_head() -> None:
    done = simulate(Layout(60_000, workers=100, lanes=100), Times(0.001, 0.002, 0.001, 0.0001))
    assert done.first == "the journal's head"
    assert done.use[done.first] > 1


def test_masters_do_not_wait_for_each_others_journal() -> None:
    times = Times(0.001, 0.002, 0.001, 0.0001)
    one = simulate(Layout(20_000, workers=100, lanes=100), times)
    many = simulate(Layout(20_000, masters=100, workers=100, lanes=100), times)
    assert many.paper_s < one.paper_s


def test_too_few_processors_are_named() -> None:
    done = simulate(Layout(5_000, masters=500, workers=1, lanes=100), Times(0.001, 0.001, 0.02, 0.0001))
    assert done.first == "the workers' processors"


def test_the_same_seed_gives_the_same_outcome() -> None:
    assert simulate(Layout(100), QUICK, 7) == simulate(Layout(100), QUICK, 7)
