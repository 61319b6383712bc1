/** An echo server and its clients over loopback. */
import {
  coroutine,
  gather,
  openConnection,
  run,
  startServer,
  ConnectionRefusedError,
} from 'tickscope/asyncio';
import type { StreamReader, StreamWriter } from 'tickscope/asyncio';
import { log } from '../../support';

const serve = coroutine(function* serve(reader: StreamReader, writer: StreamWriter) {
  for (;;) {
    const data = yield* reader.readline();
    if (data.length === 0) break;
    writer.write(Buffer.concat([Buffer.from('echo '), data]));
    yield* writer.drain();
  }
  writer.close();
  yield* writer.waitClosed();
});

const client = coroutine(function* client(port: number, name: string, n: number) {
  const [reader, writer] = yield* openConnection('127.0.0.1', port);
  const lines: unknown[] = [];
  for (let i = 0; i < n; i++) {
    writer.write(Buffer.from(`${name}${i}\n`));
    yield* writer.drain();
    lines.push(yield* reader.readline());
  }
  writer.writeEof();
  lines.push(yield* reader.read());
  lines.push(reader.atEof());
  writer.close();
  yield* writer.waitClosed();
  return lines;
});

const main = coroutine(function* main() {
  const server = yield* startServer(serve, '127.0.0.1', 0);
  const [host, port] = server.sockets[0].getsockname() as [string, number];
  log(server.isServing(), host);
  for (const lines of yield* gather(client(port, 'a', 3), client(port, 'b', 3), client(port, 'c', 3)))
    log(lines);
  server.close();
  yield* server.waitClosed();
  log(server.isServing());
  try {
    yield* openConnection('127.0.0.1', port);
  } catch (error) {
    if (error instanceof ConnectionRefusedError) log(error.name);
  }
});

await run(main());
