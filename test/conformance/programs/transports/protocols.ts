/** What is called on protocols, and in which order: made, data, the end of the other side, lost. */
import { coroutine, getRunningLoop, Protocol, run, type Future, type Transport } from 'tickscope/asyncio';
import { log } from '../../support';

class Server extends Protocol {
  transport!: Transport;

  override connectionMade(transport: Transport): void {
    this.transport = transport;
    log('server', 'made', transport.isClosing());
  }

  override dataReceived(data: Buffer): void {
    log('server', data);
    this.transport.write(Buffer.from(data.toString().toUpperCase()));
  }

  override eofReceived(): boolean {
    log('server', 'eof');
    this.transport.write(Buffer.from('bye'));
    return false;
  }

  override connectionLost(error: unknown): void {
    log('server', 'lost', error);
  }
}

class Client extends Protocol {
  received = '';
  transport!: Transport;

  constructor(readonly done: Future<void>) {
    super();
  }

  override connectionMade(transport: Transport): void {
    log('client', 'made');
    this.transport = transport;
    transport.write(Buffer.from('hello'));
  }

  override dataReceived(data: Buffer): void {
    this.received += data.toString();
    if (this.received === 'HELLO') {
      log('client', Buffer.from(this.received), this.transport.canWriteEof());
      this.transport.writeEof();
    }
  }

  override eofReceived(): void {
    log('client', 'eof', Buffer.from(this.received));
  }

  override connectionLost(error: unknown): void {
    log('client', 'lost', error, this.transport.isClosing());
    this.done.setResult(undefined);
  }
}

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  const server = yield* loop.createServer(() => new Server(), '127.0.0.1', 0);
  const [, port] = server.sockets[0].getsockname() as [string, number];
  const done = loop.createFuture<void>();
  const [transport, protocol] = yield* loop.createConnection(() => new Client(done), '127.0.0.1', port);
  const [, peer] = transport.getExtraInfo('peername') as [string, number];
  log('connected', protocol.transport === transport, peer === port);
  yield* done;
  server.close();
  yield* server.waitClosed();
  log('server closed');
});

await run(main());
