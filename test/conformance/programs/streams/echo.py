"""An echo server and its clients over loopback."""
import asyncio
from support import log


async def serve(reader, writer):
    while data := await reader.readline():
        writer.write(b"echo " + data)
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def client(port, name, n):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = []
    for i in range(n):
        writer.write(f"{name}{i}\n".encode())
        await writer.drain()
        lines.append(await reader.readline())
    writer.write_eof()
    lines.append(await reader.read())
    lines.append(reader.at_eof())
    writer.close()
    await writer.wait_closed()
    return lines


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    log(server.is_serving(), server.sockets[0].getsockname()[0])
    for lines in await asyncio.gather(*(client(port, name, 3) for name in "abc")):
        log(lines)
    server.close()
    await server.wait_closed()
    log(server.is_serving())
    try:
        await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError as error:
        log(type(error).__name__)


asyncio.run(main())
