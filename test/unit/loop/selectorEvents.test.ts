import assert from 'node:assert/strict';
import { createConnection as connectNode, type Socket } from 'node:net';
import { newEventLoop } from '../../../src/loop/baseEvents';
import { getRunningLoop } from '../../../src/loop/events';
import { ExceptionGroup } from '../../../src/loop/exceptionGroup';
import { NotImplementedError, RuntimeError, ValueError } from '../../../src/loop/exceptions';
import type { LoopObserver } from '../../../src/loop/observer';
import { Protocol } from '../../../src/loop/protocols';
import { run } from '../../../src/loop/runners';
import type { Server } from '../../../src/loop/servers';
import { shared } from '../../../src/loop/shared';
import { sleep } from '../../../src/loop/sleep';
import type { Transport } from '../../../src/loop/transports';
import { type BaseTransport } from '../../../src/loop/transports';
import { stderrOf } from './stderr';

const HOST = '127.0.0.1';
const portOf = (server: Server) => (server.sockets[0].getsockname() as [string, number])[1];

/** Writes down what it is called for; `done` when the connection is lost. */
class Recorder extends Protocol {
  readonly log: string[] = [];
  readonly done = getRunningLoop().createFuture<string[]>();
  transport!: Transport;

  constructor(private readonly keepOpen = false) {
    super();
  }
  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as Transport;
    this.log.push('made');
  }
  override dataReceived(data: Buffer): void {
    this.log.push(`data ${data}`);
  }
  override eofReceived(): boolean {
    this.log.push('eof');
    return this.keepOpen;
  }
  override connectionLost(error: unknown): void {
    this.log.push(`lost ${error === undefined ? '' : (error as Error).name}`);
    this.done.setResult(this.log);
  }
}

describe('createConnection and createServer', () => {
  it('call protocols in their order', () =>
    run(async () => {
      const loop = getRunningLoop();
      let accepted!: Recorder;
      const server = await loop.createServer(() => (accepted = new Recorder(true)), HOST, 0);
      const [transport, protocol] = await loop.createConnection(() => new Recorder(), HOST, portOf(server));
      assert.deepEqual(protocol.log, ['made']);
      transport.write(Buffer.from('hello'));
      transport.writeEof();
      assert.throws(() => transport.write(Buffer.from('more')), RuntimeError);
      while (!accepted?.log.includes('eof')) await sleep(0);
      accepted.transport.write(Buffer.from('bye'));
      accepted.transport.close();
      assert.deepEqual(await protocol.done, ['made', 'data bye', 'eof', 'lost ']);
      assert.deepEqual(await accepted.done, ['made', 'data hello', 'eof', 'lost ']);
      assert.match(String(transport), /^<SocketTransport closed fd=\d+ read=idle write=<idle, bufsize=0>>$/);
      server.close();
      await server.waitClosed();
    }));

  it('lose a connection without an error when it is aborted', () =>
    run(async () => {
      const loop = getRunningLoop();
      const server = await loop.createServer(() => new Recorder(), HOST, 0);
      const [transport, protocol] = await loop.createConnection(() => new Recorder(), HOST, portOf(server));
      transport.write(Buffer.alloc(1 << 22));
      transport.abort();
      assert.equal(transport.isClosing(), true);
      assert.deepEqual(await protocol.done, ['made', 'lost ']);
      server.close();
    }));

  it('deliver nothing while reading is paused, and everything after', () =>
    run(async () => {
      const loop = getRunningLoop();
      let accepted!: Recorder;
      const server = await loop.createServer(() => (accepted = new Recorder()), HOST, 0);
      const [transport, protocol] = await loop.createConnection(() => new Recorder(), HOST, portOf(server));
      transport.pauseReading();
      while (!accepted?.log.includes('made')) await sleep(0);
      accepted.transport.write(Buffer.from('later'));
      accepted.transport.close();
      await accepted.done;
      for (let tick = 0; tick < 20; tick++) await sleep(0);
      assert.deepEqual(protocol.log, ['made']);
      transport.resumeReading();
      assert.deepEqual(await protocol.done, ['made', 'data later', 'eof', 'lost ']);
      server.close();
    }));

  it('tell the protocol when to pause writing', () =>
    run(async () => {
      const loop = getRunningLoop();
      const server = await loop.createServer(() => new Recorder(true), HOST, 0);
      const calls: string[] = [];
      class Writer extends Recorder {
        override pauseWriting(): void {
          calls.push('pause');
        }
        override resumeWriting(): void {
          calls.push('resume');
        }
      }
      const [transport] = await loop.createConnection(() => new Writer(), HOST, portOf(server));
      assert.deepEqual(transport.getWriteBufferLimits(), [16384, 65536]);
      transport.setWriteBufferLimits({ high: 1000 });
      assert.deepEqual(transport.getWriteBufferLimits(), [250, 1000]);
      assert.throws(() => transport.setWriteBufferLimits({ high: 1, low: 2 }), ValueError);
      while (transport.getWriteBufferSize() === 0) transport.write(Buffer.alloc(1 << 22));
      assert.deepEqual(calls, ['pause']);
      while (calls.length < 2) await sleep(0);
      assert.deepEqual(calls, ['pause', 'resume']);
      transport.close();
      server.close();
    }));

  it('end a connection whose protocol throws', async () => {
    const text = await stderrOf(() =>
      run(async () => {
        const loop = getRunningLoop();
        class Bad extends Recorder {
          override dataReceived(): void {
            throw new RangeError('bad protocol');
          }
        }
        const server = await loop.createServer(() => new Bad(), HOST, 0);
        const [transport, protocol] = await loop.createConnection(() => new Recorder(), HOST, portOf(server));
        transport.write(Buffer.from('x'));
        await protocol.done;
        server.close();
      }),
    );
    assert.match(text, /Fatal error: protocol\.dataReceived\(\) call failed\.[^]*RangeError: bad protocol/);
  });

  it('tell the observer what is watched', () =>
    run(async () => {
      const loop = getRunningLoop();
      const log: unknown[][] = [];
      const seen = ['watched', 'unwatched', 'io'];
      const observer = new Proxy({} as LoopObserver, {
        get: (_, name) =>
          seen.includes(String(name))
            ? (_loop: unknown, ...rest: unknown[]) => log.push([name, ...rest])
            : name === 'gate'
              ? false
              : () => undefined,
      });
      const before = shared.observer;
      shared.observer = observer;
      try {
        const server = await loop.createServer(() => new Recorder(), HOST, 0);
        const port = portOf(server);
        const fd = server.sockets[0].fileno();
        const [transport] = await loop.createConnection(() => new Recorder(), HOST, port);
        const watched = log.filter(([what]) => what === 'watched');
        assert.deepEqual(
          [watched[0][1], watched[0][2], watched[0][4], watched[0][5]],
          [fd, 1, false, `listens on ${HOST}:${port}`],
        );
        assert.equal(watched[1][2], 2);
        assert.equal(watched[1][5], `- ('${HOST}', ${port})`);
        assert.ok(log.some(([what, on]) => what === 'io' && on === fd));
        transport.close();
        server.close();
        await server.waitClosed();
        assert.ok(log.some(([what, on, mask]) => what === 'unwatched' && on === fd && mask === 1));
      } finally {
        shared.observer = before;
      }
    }));

  it('refuse what makes no sense', () =>
    run(async () => {
      const loop = getRunningLoop();
      await assert.rejects(
        async () => await loop.createConnection(() => new Recorder(), undefined, undefined),
        ValueError,
      );
      await assert.rejects(
        async () => await loop.createConnection(() => new Recorder(), HOST, 1, { allErrors: true }),
        (error: unknown) => error instanceof ExceptionGroup && error.exceptions.length === 1,
      );
      const [read] = await loop.connectReadPipe(() => new Recorder(), connectNode(await freePort(), HOST));
      assert.throws(() => read.write(Buffer.alloc(1)), NotImplementedError);
      read.close();
    }));
});

/** A port where somebody listens, for a socket that is of no interest. */
async function freePort(): Promise<number> {
  const server = await getRunningLoop().createServer(() => new Recorder(), HOST, 0);
  return portOf(server);
}

describe('addReader and addWriter', () => {
  it('call back in every tick in which there is something to read', () =>
    run(async () => {
      const loop = getRunningLoop();
      let accepted!: Recorder;
      const server = await loop.createServer(() => (accepted = new Recorder()), HOST, 0);
      const socket: Socket = connectNode(portOf(server), HOST);
      const done = loop.createFuture<void>();
      const log: string[] = [];
      const readSome = (tag: string) => {
        const data = socket.read(2) as Buffer | null;
        if (data === null && !socket.readableEnded) return;
        log.push(`${tag} ${data === null ? 'end' : String(data)}`);
        if (data === null) {
          assert.equal(loop.removeReader(socket), true);
          done.setResult(undefined);
        }
      };
      loop.addReader(socket, readSome, 'read');
      while (!accepted?.log.includes('made')) await sleep(0);
      accepted.transport.write(Buffer.from('abcd'));
      accepted.transport.close();
      await done;
      assert.deepEqual(log, ['read ab', 'read cd', 'read end']);
      assert.equal(loop.removeReader(socket), false);
      socket.destroy();
      server.close();
    }));

  it('call back when there is room to write', () =>
    run(async () => {
      const loop = getRunningLoop();
      const server = await loop.createServer(() => new Recorder(), HOST, 0);
      const socket = connectNode(portOf(server), HOST);
      const done = loop.createFuture<boolean>();
      let calls = 0;
      loop.addWriter(socket, () => {
        if (++calls < 3) return;
        loop.removeWriter(socket);
        done.setResult(socket.connecting);
      });
      assert.equal(await done, false);
      for (let tick = 0; tick < 5; tick++) await sleep(0);
      assert.equal(calls, 3);
      socket.destroy();
      server.close();
    }));

  it('refuse a descriptor, and the socket of a transport', () =>
    run(async () => {
      const loop = getRunningLoop();
      assert.throws(
        () => loop.addReader(0 as never, () => undefined),
        /Node cannot watch a bare file descriptor/,
      );
      const server = await loop.createServer(() => new Recorder(), HOST, 0);
      const [transport] = await loop.createConnection(() => new Recorder(), HOST, portOf(server));
      const { node } = transport.getExtraInfo<{ node: Socket }>('socket')!;
      assert.throws(() => loop.addReader(node, () => undefined), /is used by transport <SocketTransport/);
      transport.close();
      server.close();
    }));
});

it('a loop that is closed watches nothing', () => {
  const loop = newEventLoop();
  loop.close();
  assert.equal(loop.hostWork, 0);
});
