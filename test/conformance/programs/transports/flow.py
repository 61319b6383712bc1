"""Flow control: a protocol is told to pause when too much waits to be sent, and to go on when it is; aborting drops it."""
import asyncio
from support import log


class Slow(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.received = 0
        transport.pause_reading()
        slow.append(self)

    def data_received(self, data):
        self.received += len(data)

    def connection_lost(self, error):
        log("slow lost", error, self.received)
        lost.set_result(None)


class Writer(asyncio.Protocol):
    def pause_writing(self):
        log("pause", self.transport.get_write_buffer_size() > 1000)

    def resume_writing(self):
        log("resume", self.transport.get_write_buffer_size() <= 100)
        resumed.set_result(None)

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        log("writer lost", error)


slow = []


async def main():
    global lost, resumed
    loop = asyncio.get_running_loop()
    lost, resumed = loop.create_future(), loop.create_future()
    server = await loop.create_server(Slow, "127.0.0.1", 0)
    transport, _ = await loop.create_connection(Writer, *server.sockets[0].getsockname())
    transport.set_write_buffer_limits(high=1000, low=100)
    log(transport.get_write_buffer_limits(), transport.get_write_buffer_size())
    transport.write(b"x" * 20000000)
    log("written")
    while not slow:
        await asyncio.sleep(0.01)
    log(slow[0].transport.is_reading())
    slow[0].transport.resume_reading()
    log(slow[0].transport.is_reading())
    await resumed
    transport.close()
    transport.close()
    log(transport.is_closing())
    await lost
    server.close()


asyncio.run(main())
