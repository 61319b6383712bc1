"""Starts a child that outlives everything but a signal, in a session of its own."""
import asyncio


async def main():
    child = await asyncio.create_subprocess_exec("sleep", "1000", start_new_session=True)
    print("child", child.pid, flush=True)
    await child.wait()


asyncio.run(main())
