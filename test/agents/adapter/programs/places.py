"""Something for every place of breakpoints."""

import asyncio
import time


async def echo(reader, writer):
    writer.write(await reader.read(1))
    writer.close()


async def talk(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"x")
    await reader.read(1)
    writer.close()


async def worker():
    await asyncio.sleep(0.01)
    return "worked"


async def failing():
    await asyncio.sleep(0)
    raise ValueError("no luck")


async def victim():
    await asyncio.sleep(60)


async def waiting(lock):
    async with lock:
        pass


def callback():
    pass


def slow():
    time.sleep(1.5)


def late():
    pass


async def main():
    loop = asyncio.get_running_loop()
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    doomed = loop.create_task(victim(), name="victim")
    failed = loop.create_task(failing(), name="failing")
    await asyncio.gather(
        loop.create_task(worker(), name="worker"), talk(server.sockets[0].getsockname()[1])
    )
    del failed
    doomed.cancel()
    for _ in range(20):
        loop.call_soon(callback)
    loop.call_later(0.01, late)
    loop.call_soon(slow)
    loop.call_later(60, callback).cancel()
    await asyncio.sleep(0.05)
    lock = asyncio.Lock()
    await lock.acquire()
    loop.call_later(60, lock.release)
    await loop.create_task(waiting(lock), name="waiting")


asyncio.run(main())
