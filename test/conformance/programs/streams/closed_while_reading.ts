/** A connection closed or aborted by its own side in the middle of a read ends the read; what comes after finds it closed. */
import {
  coroutine,
  createTask,
  IncompleteReadError,
  openConnection,
  run,
  sleep,
  startServer,
} from 'tickscope/asyncio';
import type { StreamReader, StreamWriter } from 'tickscope/asyncio';
import { log } from '../../support';

const main = coroutine(function* main() {
  const serve = coroutine(function* serve(reader: StreamReader, writer: StreamWriter) {
    yield* reader.read();
    writer.close();
  });

  const server = yield* startServer(serve, '127.0.0.1', 0);
  const [, port] = server.sockets[0].getsockname() as [string, number];
  for (const how of ['close', 'abort']) {
    const [reader, writer] = yield* openConnection('127.0.0.1', port);

    const read = coroutine(function* read() {
      try {
        log('read', yield* reader.readexactly(5));
      } catch (error) {
        if (error instanceof IncompleteReadError) log(how, error.partial, error.expected);
      }
    });

    const task = createTask(read());
    yield* sleep(0);
    if (how === 'close') writer.close();
    else writer.transport.abort();
    yield* task;
    yield* writer.waitClosed();
    log(writer.isClosing(), reader.atEof(), yield* reader.read());
  }
  server.close();
  yield* server.waitClosed();
  log('end');
});

await run(main());
