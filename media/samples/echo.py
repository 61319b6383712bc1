"""An echo server and three clients, all in one program and one loop.

Watch the I/O: the listening socket stands in waiting for as long as the server lives, each client
and each connection's handler waits for `read`. A tick whose poll found a socket readable moves the
task behind it to ready; the cause of that callback names the socket.
"""

import asyncio
from typing import List


async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        line = await reader.readline()
        if not line:
            break
        writer.write(line.upper())
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def client(port: int, name: str, words: List[str]) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    echoes = []
    for word in words:
        writer.write(f"{word}\n".encode())
        await writer.drain()
        echoes.append((await reader.readline()).decode().strip())
        await asyncio.sleep(0.05)
    writer.close()
    await writer.wait_closed()
    return f"{name} heard: {' '.join(echoes)}"


async def main() -> None:
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    heard = await asyncio.gather(
        client(port, "ann", ["hello", "from", "ann"]),
        client(port, "bob", ["bob", "was", "here"]),
        client(port, "cleo", ["one", "more", "line"]),
    )
    for sentence in heard:
        print(sentence)
    server.close()
    await server.wait_closed()
    print("server closed")


asyncio.run(main())
