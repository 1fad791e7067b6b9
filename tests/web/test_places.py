"""So many are let in, and the rest is turned away at once."""

import asyncio

import pytest

from safelight.web.places import NoPlace, Places


def test_beyond_the_places_nobody_waits() -> None:
    async def run() -> tuple[int, int]:
        places, refused = Places(5), 0
        leave = asyncio.Event()

        async def work() -> None:
            nonlocal refused
            try:
                async with places.place():
                    await leave.wait()
            except NoPlace:
                refused += 1

        tasks = [asyncio.create_task(work()) for _ in range(8)]
        await asyncio.sleep(0.01)
        taken = places.taken
        leave.set()
        await asyncio.gather(*tasks)
        assert places.taken == 0
        return taken, refused

    assert asyncio.run(run()) == (5, 3)


def test_a_place_is_free_again_whatever_happens_in_it() -> None:
    async def run() -> int:
        places = Places(1)
        for _ in range(3):
            with pytest.raises(ValueError, match="no"):
                async with places.place():
                    raise ValueError("no")
        return places.taken

    assert asyncio.run(run()) == 0


def test_who_is_turned_away_is_told_from_what() -> None:
    async def run() -> str:
        places = Places(1, what="lists")
        async with places.place():
            with pytest.raises(NoPlace) as refused:
                await places.place().__aenter__()
        return str(refused.value)

    assert asyncio.run(run()).startswith("All places for lists are taken.")
