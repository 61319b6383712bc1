"""Runs another Python with an event loop of its own."""
import asyncio
import sys

CHILD = "import asyncio, os; asyncio.run(asyncio.sleep(0)); print(sorted(n for n in os.environ if n in ('TICKSCOPE_ADDRESS', 'TICKSCOPE_TOKEN', 'TICKSCOPE_AGENT_VERSION')))"


async def main():
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD)
    print("child ended with", await child.wait())


asyncio.run(main())
