"""One workload, in slices; prints the wall and CPU seconds of each slice, in turn, as JSON on one line."""
import asyncio
import json
import random
import sys
import time


async def sleep_zero() -> None:
    async def one() -> None:
        for _ in range(80_000):
            await asyncio.sleep(0)

    await asyncio.gather(one(), one())


async def queues() -> None:
    there: asyncio.Queue = asyncio.Queue()
    back: asyncio.Queue = asyncio.Queue()

    async def ping() -> None:
        for i in range(40_000):
            there.put_nowait(i)
            await back.get()

    async def pong() -> None:
        for _ in range(40_000):
            await there.get()
            back.put_nowait(0)

    await asyncio.gather(ping(), pong())


async def sleeps() -> None:
    rand = random.Random(1)

    async def one() -> None:
        for _ in range(2):
            await asyncio.sleep(rand.random() * 0.02)

    await asyncio.gather(*(one() for _ in range(10_000)))


async def echo() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            data = await reader.read(1024)
            if not data:
                break
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(500):
            writer.write(b"x" * 1024)
            await reader.readexactly(1024)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(client() for _ in range(20)))
    server.close()


WORKLOADS = {"sleep(0)": sleep_zero, "queue": queues, "10k sleeps": sleeps, "echo": echo}


async def main(name: str, slices: int) -> None:
    walls, cpus = [], []
    for i in range(slices + 1):
        wall, cpu = time.perf_counter(), time.process_time()
        await WORKLOADS[name]()
        if i:  # the first one warms up
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
    print(json.dumps({"wall": walls, "cpu": cpus}))


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
