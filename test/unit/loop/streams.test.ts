import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import type { Server as NodeServer, Socket } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IncompleteReadError } from '../../../src/loop/exceptions';
import { getRunningLoop } from '../../../src/loop/events';
import { gather } from '../../../src/loop/gather';
import { Event } from '../../../src/loop/locks';
import { ConnectionRefusedError, ConnectionResetError, GaiError, OSError } from '../../../src/loop/osErrors';
import { run } from '../../../src/loop/runners';
import type { Server } from '../../../src/loop/servers';
import { sleep } from '../../../src/loop/sleep';
import type { StreamReader } from '../../../src/loop/streamReader';
import {
  openConnection,
  openUnixConnection,
  startServer,
  startUnixServer,
  type StreamWriter,
} from '../../../src/loop/streams';
import { createTask } from '../../../src/loop/tasks';
import { stderrOf } from './stderr';

const HOST = '127.0.0.1';
const bytes = (text: string) => Buffer.from(text);
const portOf = (server: Server) => (server.sockets[0].getsockname() as [string, number])[1];

async function echo(reader: StreamReader, writer: StreamWriter): Promise<void> {
  for await (const line of reader) {
    writer.write(line);
    await writer.drain();
  }
  writer.close();
}

describe('streams', () => {
  it('carry lines between clients and a server', () =>
    run(async () => {
      const server = await startServer(echo, HOST, 0);
      const client = async (name: string) => {
        const [reader, writer] = await openConnection(HOST, portOf(server));
        for (let n = 0; n < 3; n++) {
          writer.write(bytes(`${name} ${n}\n`));
          assert.equal(String(await reader.readline()), `${name} ${n}\n`);
        }
        assert.deepEqual(writer.getExtraInfo('peername'), [HOST, portOf(server)]);
        writer.close();
        await writer.waitClosed();
      };
      await gather(
        () => client('a'),
        () => client('b'),
      );
      server.close();
      await server.waitClosed();
    }));

  it('work with generators, over a Unix socket that is gone afterwards', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'streams-')), 'socket');
    return run(function* () {
      const server = yield* startUnixServer(function* (reader: StreamReader, writer: StreamWriter) {
        writer.write(yield* reader.readexactly(4));
        writer.close();
      }, path);
      assert.equal(server.sockets[0].getsockname(), path);
      const [reader, writer] = yield* openUnixConnection(path);
      writer.write(bytes('ping'));
      assert.equal(String(yield* reader.read()), 'ping');
      writer.close();
      server.close();
      yield* server.waitClosed();
      let error: unknown;
      try {
        yield* openUnixConnection(path);
      } catch (thrown) {
        error = thrown;
      }
      assert.equal((error as Error).name, 'FileNotFoundError');
    });
  });

  it('end in the middle of a read when the other side closes', () =>
    run(async () => {
      const server = await startServer(
        (_reader, writer) => {
          writer.write(bytes('abc'));
          writer.close();
        },
        HOST,
        0,
      );
      const [reader, writer] = await openConnection(HOST, portOf(server));
      await assert.rejects(
        async () => await reader.readexactly(10),
        (error: unknown) => error instanceof IncompleteReadError && String(error.partial) === 'abc',
      );
      writer.close();
      await writer.waitClosed();
      server.close();
      await server.waitClosed();
    }));

  it('say that the other side reset the connection, to who reads and to who closes', () =>
    run(async () => {
      const server = await startServer(
        (_reader, writer) => {
          const { node } = writer.getExtraInfo<{ node: Socket }>('socket')!;
          node.resetAndDestroy();
        },
        HOST,
        0,
      );
      const [reader, writer] = await openConnection(HOST, portOf(server));
      await assert.rejects(async () => await reader.read(), ConnectionResetError);
      await assert.rejects(async () => await writer.drain(), ConnectionResetError);
      await assert.rejects(async () => await writer.waitClosed(), /\[Errno 104\] Connection reset by peer/);
      server.close();
    }));

  it('end a read when they are closed on this side meanwhile', () =>
    run(async () => {
      const server = await startServer(echo, HOST, 0);
      const [reader, writer] = await openConnection(HOST, portOf(server));
      const read = createTask(reader.read());
      await sleep(0);
      writer.close();
      assert.equal((await read).length, 0);
      writer.write(bytes('nobody hears this'));
      await assert.rejects(async () => await writer.drain(), new ConnectionResetError('Connection lost'));
      server.close();
    }));

  it('make the writer wait while the other side does not read', () =>
    run(async () => {
      const go = new Event();
      let received = 0;
      const server = await startServer(
        async (reader, writer) => {
          await go.wait();
          for (;;) {
            const data = await reader.read(100_000);
            if (data.length === 0) break;
            received += data.length;
          }
          writer.close();
        },
        HOST,
        0,
      );
      const [reader, writer] = await openConnection(HOST, portOf(server));
      const block = Buffer.alloc(1 << 20);
      let sent = 0;
      const fill = createTask(async () => {
        for (; sent < 32; sent++) {
          writer.write(block);
          await writer.drain();
        }
        writer.writeEof();
      });
      // Until the buffers of both sides are full.
      while (writer.transport.getWriteBufferSize() === 0) await sleep(0);
      for (let tick = 0; tick < 50; tick++) await sleep(0);
      assert.equal(fill.done(), false);
      assert.ok(writer.transport.getWriteBufferSize() <= block.length + 65536);
      go.set();
      await fill;
      await reader.read();
      assert.equal(received, 32 * block.length);
      writer.close();
      server.close();
      await server.waitClosed();
    }));

  it('leave no connection behind when a server is closed with clients', () =>
    run(async () => {
      const server = await startServer(echo, HOST, 0);
      const port = portOf(server);
      const [reader, writer] = await openConnection(HOST, port);
      writer.write(bytes('x\n'));
      await reader.readline();
      server.close();
      const closed = createTask(server.waitClosed());
      await sleep(0);
      assert.equal(closed.done(), false);
      await assert.rejects(async () => await openConnection(HOST, port), ConnectionRefusedError);
      server.closeClients();
      assert.equal((await reader.read()).length, 0);
      writer.close();
      await closed;
    }));

  it('cannot connect or listen where it is impossible', () =>
    run(async () => {
      const server = await startServer(echo, HOST, 0);
      const port = portOf(server);
      await assert.rejects(
        async () => await startServer(echo, HOST, port),
        (error: unknown) =>
          error instanceof OSError &&
          error.errno === 98 &&
          error.message.includes(`error while attempting to bind on address ('${HOST}', ${port})`),
      );
      server.close();
      await assert.rejects(
        async () => await openConnection(HOST, port),
        new RegExp(`\\[Errno 111\\] Connect call failed \\('${HOST}', ${port}\\)`),
      );
      await assert.rejects(async () => await openConnection('no-such-host.invalid', 80), GaiError);
    }));

  it('report an error of a client callback, and close the connection', async () => {
    const text = await stderrOf(() =>
      run(async () => {
        const server = await startServer(
          async () => {
            throw new RangeError('in the handler');
          },
          HOST,
          0,
        );
        const [reader, writer] = await openConnection(HOST, portOf(server));
        assert.equal((await reader.read()).length, 0);
        writer.close();
        server.close();
      }),
    );
    assert.match(text, /Unhandled exception in client_connected_cb[^]*RangeError: in the handler/);
  });

  it('serve until cancelled', () =>
    run(async () => {
      const server = await startServer(echo, HOST, 0, { startServing: false });
      assert.equal(server.isServing(), false);
      const serving = createTask(server.serveForever());
      await sleep(0);
      assert.equal(server.isServing(), true);
      serving.cancel();
      await assert.rejects(async () => await serving, { name: 'CancelledError' });
      assert.equal(server.sockets.length, 0);
    }));

  it('do not keep the process alive when they are left open', async () => {
    const left: Socket[] = [];
    let node: NodeServer | undefined;
    await run(async () => {
      const server = await startServer(echo, HOST, 0);
      node = server.sockets[0].node as NodeServer;
      const [, writer] = await openConnection(HOST, portOf(server));
      left.push(writer.getExtraInfo<{ node: Socket }>('socket')!.node);
      await sleep(0);
    });
    assert.equal(node!.listening, false);
    assert.ok(left.every((socket) => socket.destroyed));
  });

  it('wake a loop that sleeps', () =>
    run(async () => {
      const server = await startServer(echo, HOST, 0);
      const socket = connect(portOf(server), HOST);
      const answer = getRunningLoop().createFuture<string>();
      socket.on('data', (data) => getRunningLoop().callSoonThreadsafe(() => answer.setResult(String(data))));
      socket.write('from outside\n');
      assert.equal(await answer, 'from outside\n');
      socket.destroy();
      server.close();
    }));
});
