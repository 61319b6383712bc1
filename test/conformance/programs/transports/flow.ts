/** Flow control: a protocol is told to pause when too much waits to be sent, and to go on when it is; aborting drops it. */
import {
  coroutine,
  getRunningLoop,
  Protocol,
  run,
  sleep,
  type Future,
  type Transport,
} from 'tickscope/asyncio';
import { log } from '../../support';

const slow: Slow[] = [];
let lost: Future<void>;
let resumed: Future<void>;

class Slow extends Protocol {
  received = 0;
  transport!: Transport;

  override connectionMade(transport: Transport): void {
    this.transport = transport;
    transport.pauseReading();
    slow.push(this);
  }

  override dataReceived(data: Buffer): void {
    this.received += data.length;
  }

  override connectionLost(error: unknown): void {
    log('slow lost', error, this.received);
    lost.setResult(undefined);
  }
}

class Writer extends Protocol {
  transport!: Transport;

  override pauseWriting(): void {
    log('pause', this.transport.getWriteBufferSize() > 1000);
  }

  override resumeWriting(): void {
    log('resume', this.transport.getWriteBufferSize() <= 100);
    resumed.setResult(undefined);
  }

  override connectionMade(transport: Transport): void {
    this.transport = transport;
  }

  override connectionLost(error: unknown): void {
    log('writer lost', error);
  }
}

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  lost = loop.createFuture<void>();
  resumed = loop.createFuture<void>();
  const server = yield* loop.createServer(() => new Slow(), '127.0.0.1', 0);
  const [host, port] = server.sockets[0].getsockname() as [string, number];
  const [transport] = yield* loop.createConnection(() => new Writer(), host, port);
  transport.setWriteBufferLimits({ high: 1000, low: 100 });
  log(transport.getWriteBufferLimits(), transport.getWriteBufferSize());
  transport.write(Buffer.alloc(20000000, 'x'));
  log('written');
  while (slow.length === 0) yield* sleep(0.01);
  log(slow[0].transport.isReading());
  slow[0].transport.resumeReading();
  log(slow[0].transport.isReading());
  yield* resumed;
  transport.close();
  transport.close();
  log(transport.isClosing());
  yield* lost;
  server.close();
});

await run(main());
