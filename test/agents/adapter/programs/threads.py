"""Two loops in two threads, ticking until they are ended."""
import asyncio
import threading


async def tick(name):
    while True:
        await asyncio.sleep(0.005)


threading.Thread(target=lambda: asyncio.run(tick("second")), name="second", daemon=True).start()
asyncio.run(tick("first"))
