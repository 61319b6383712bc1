"""Prints what it sees of how it was started."""
import asyncio
import os
import sys


async def main():
    print(sys.argv[1:])
    print(sorted(name for name in os.environ if "TICKSCOPE" in name or name.startswith("PYTHON")))
    print([entry for entry in sys.path if "tickscope" in entry.lower()])
    print(os.getcwd())
    print(sys.stdin.read() == "")


asyncio.run(main())
