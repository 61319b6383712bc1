/** A peer that leaves in the middle: what was read so far comes with the error; a server that is closed lets its clients finish. */
import { coroutine, IncompleteReadError, openConnection, run, sleep, startServer } from 'tickscope/asyncio';
import type { StreamReader, StreamWriter } from 'tickscope/asyncio';
import { log } from '../../support';

const serve = coroutine(function* serve(reader: StreamReader, writer: StreamWriter) {
  const command = yield* reader.readline();
  log('server got', command);
  if (command.toString() === 'half\n') writer.write(Buffer.from('half of'));
  else if (command.toString() === 'big\n') {
    writer.write(Buffer.alloc(1000000, 'x'));
    yield* writer.drain();
  } else if (command.toString() === 'wait\n') log('server sees the end', yield* reader.read());
  writer.close();
  yield* writer.waitClosed();
});

const ask = coroutine(function* ask(port: number, command: string) {
  const [reader, writer] = yield* openConnection('127.0.0.1', port);
  writer.write(Buffer.from(command));
  yield* writer.drain();
  return [reader, writer] as const;
});

const main = coroutine(function* main() {
  const server = yield* startServer(serve, '127.0.0.1', 0);
  const [, port] = server.sockets[0].getsockname() as [string, number];
  let [reader, writer] = yield* ask(port, 'half\n');
  try {
    yield* reader.readexactly(100);
  } catch (error) {
    if (error instanceof IncompleteReadError) log(error.partial, error.expected);
  }
  writer.close();
  [reader, writer] = yield* ask(port, 'half\n');
  try {
    yield* reader.readuntil(Buffer.from('!'));
  } catch (error) {
    if (error instanceof IncompleteReadError) log(error.partial, error.expected);
  }
  writer.close();
  [reader, writer] = yield* ask(port, 'big\n');
  log((yield* reader.read()).length, reader.atEof());
  writer.close();
  [reader, writer] = yield* ask(port, 'wait\n');
  writer.close();
  yield* writer.waitClosed();
  log('closed', writer.isClosing());
  yield* sleep(0.05);
  server.close();
  yield* server.waitClosed();
  log('end');
});

await run(main());
