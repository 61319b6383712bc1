"""What is called on protocols, and in which order: made, data, the end of the other side, lost."""
import asyncio
from support import log


class Server(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        log("server", "made", transport.is_closing())

    def data_received(self, data):
        log("server", data)
        self.transport.write(data.upper())

    def eof_received(self):
        log("server", "eof")
        self.transport.write(b"bye")
        return False

    def connection_lost(self, error):
        log("server", "lost", error)


class Client(asyncio.Protocol):
    def __init__(self, done):
        self.done = done
        self.received = b""

    def connection_made(self, transport):
        log("client", "made")
        self.transport = transport
        transport.write(b"hello")

    def data_received(self, data):
        self.received += data
        if self.received == b"HELLO":
            log("client", self.received, self.transport.can_write_eof())
            self.transport.write_eof()

    def eof_received(self):
        log("client", "eof", self.received)

    def connection_lost(self, error):
        log("client", "lost", error, self.transport.is_closing())
        self.done.set_result(None)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Server, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    done = loop.create_future()
    transport, protocol = await loop.create_connection(lambda: Client(done), "127.0.0.1", port)
    log("connected", protocol.transport is transport, transport.get_extra_info("peername")[1] == port)
    await done
    server.close()
    await server.wait_closed()
    log("server closed")


asyncio.run(main())
