"""Never ends: two transfers each hold the lock that the other one waits for.

Watch the waiting queue: `a-to-b` and `b-to-a` wait for a lock, and the owner of each lock is the
other task. The auditor waits for a report that only a finished transfer would put into its queue,
so it waits for ever, too. A heartbeat keeps the loop ticking; to everybody else nothing happens.
Press Pause, and look at who waits for whom, in the panel's Findings and Graph, too. End it with
Stop, or with Ctrl-C in a terminal.
"""

import asyncio


async def transfer(first: asyncio.Lock, second: asyncio.Lock, reports: "asyncio.Queue[str]") -> None:
    async with first:
        print("one account locked")
        await asyncio.sleep(0.1)
        async with second:
            await reports.put("transferred")


async def audit(reports: "asyncio.Queue[str]") -> None:
    print(await reports.get())


async def heartbeat() -> None:
    while True:
        await asyncio.sleep(0.5)


def named(name: str, coroutine) -> "asyncio.Task[None]":
    return asyncio.get_running_loop().create_task(coroutine, name=name)


async def main() -> None:
    a, b = asyncio.Lock(), asyncio.Lock()
    reports: "asyncio.Queue[str]" = asyncio.Queue()
    beat = named("heartbeat", heartbeat())
    await asyncio.gather(
        named("a-to-b", transfer(a, b, reports)),
        named("b-to-a", transfer(b, a, reports)),
        named("auditor", audit(reports)),
    )
    beat.cancel()


asyncio.run(main())
