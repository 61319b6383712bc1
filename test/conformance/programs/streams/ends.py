"""A peer that leaves in the middle: what was read so far comes with the error; a server that is closed lets its clients finish."""
import asyncio
from support import log


async def serve(reader, writer):
    command = await reader.readline()
    log("server got", command)
    if command == b"half\n":
        writer.write(b"half of")
    elif command == b"big\n":
        writer.write(b"x" * 1000000)
        await writer.drain()
    elif command == b"wait\n":
        log("server sees the end", await reader.read())
    writer.close()
    await writer.wait_closed()


async def ask(port, command):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(command)
    await writer.drain()
    return reader, writer


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await ask(port, b"half\n")
    try:
        await reader.readexactly(100)
    except asyncio.IncompleteReadError as error:
        log(error.partial, error.expected)
    writer.close()
    reader, writer = await ask(port, b"half\n")
    try:
        await reader.readuntil(b"!")
    except asyncio.IncompleteReadError as error:
        log(error.partial, error.expected)
    writer.close()
    reader, writer = await ask(port, b"big\n")
    log(len(await reader.read()), reader.at_eof())
    writer.close()
    reader, writer = await ask(port, b"wait\n")
    writer.close()
    await writer.wait_closed()
    log("closed", writer.is_closing())
    await asyncio.sleep(0.05)
    server.close()
    await server.wait_closed()
    log("end")


asyncio.run(main())
