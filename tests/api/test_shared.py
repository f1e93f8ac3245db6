"""Questions that many ask at once."""

import asyncio

from billing.api.shared import Shared


def test_those_who_wait_share_one_answer_that_began_after_they_asked() -> None:
    looks = 0

    async def many() -> list[int]:
        shared, first, go_on = Shared(), asyncio.Event(), asyncio.Event()

        async def look() -> int:
            nonlocal looks
            looks += 1
            mine = looks
            first.set()
            await go_on.wait()
            return mine

        early = asyncio.create_task(shared.ask("device", "status", look))
        await first.wait()
        late = [asyncio.create_task(shared.ask("device", "status", look)) for _ in range(20)]
        await asyncio.sleep(0)
        go_on.set()
        found = await asyncio.gather(early, *late)
        assert not shared._turns
        assert not shared._next
        return found

    assert asyncio.run(many()) == [1] + [2] * 20


def test_a_refusal_is_told_to_all_and_the_next_one_asks_again() -> None:
    async def many() -> None:
        shared = Shared()

        async def fail() -> int:
            raise ValueError

        async def look() -> int:
            return 7

        found = await asyncio.gather(
            *(shared.ask("device", "status", fail) for _ in range(3)), return_exceptions=True
        )
        assert [type(each) for each in found] == [ValueError] * 3
        assert await shared.ask("device", "status", look) == 7
        assert await shared.alone("device", look) == 7

    asyncio.run(many())
