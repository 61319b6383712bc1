"""A connection closed or aborted by its own side in the middle of a read ends the read; what comes after finds it closed."""
import asyncio
from support import log


async def main():
    async def serve(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for how in ("close", "abort"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def read():
            try:
                log("read", await reader.readexactly(5))
            except asyncio.IncompleteReadError as error:
                log(how, error.partial, error.expected)

        task = asyncio.create_task(read())
        await asyncio.sleep(0)
        if how == "close":
            writer.close()
        else:
            writer.transport.abort()
        await task
        await writer.wait_closed()
        log(writer.is_closing(), reader.at_eof(), await reader.read())
    server.close()
    await server.wait_closed()
    log("end")


asyncio.run(main())
