"""The loop's workloads in CPython's asyncio; prints JSON: {workload: seconds}. `workloads.ts` does the same in TypeScript."""

import asyncio
import json
import sys
import time


async def sleep_zero(steps=200000):
    async def one():
        for _ in range(steps // 2):
            await asyncio.sleep(0)

    await asyncio.gather(one(), one())


async def call_soon(count=500000):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    left = count

    def callback():
        nonlocal left
        left -= 1
        if left == 0:
            done.set_result(None)

    for _ in range(count):
        loop.call_soon(callback)
    await done


async def timers(count=100000):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    left = count

    def callback():
        nonlocal left
        left -= 1
        if left == 0:
            done.set_result(None)

    now = loop.time()
    for i in range(count):
        loop.call_at(now + (i * 7919 % count) * 1e-7, callback)
    await done


async def children(count=200000):
    async def child(i):
        return i

    total = 0
    for i in range(count):
        total += await child(i)
    assert total == count * (count - 1) // 2


async def echo(clients=10, each=300):
    message = b"x" * 1024

    async def serve(reader, writer):
        try:
            while True:
                writer.write(await reader.readexactly(1024))
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def client():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(each):
            writer.write(message)
            await writer.drain()
            await reader.readexactly(1024)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(client() for _ in range(clients)))
    server.close()


def measure(workload):
    seconds = []
    for _ in range(4):  # The first to get warm.
        start = time.perf_counter()
        asyncio.run(workload())
        seconds.append(time.perf_counter() - start)
    return min(seconds[1:])


# CPython polls I/O at every tick, asked or not.
workloads = {
    "sleep(0)": sleep_zero,
    "sleep(0), I/O polled": sleep_zero,
    "callSoon": call_soon,
    "timers": timers,
    "awaited children": children,
    "TCP echo": echo,
}
print(json.dumps({name: measure(workload) for name, workload in workloads.items()}))
sys.stdout.flush()
