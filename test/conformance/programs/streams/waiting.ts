/** A reader that waits: two at once are refused, a cancelled one leaves the data for the next, an error comes to who reads. */
import { coroutine, createTask, sleep, StreamReader, ValueError } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const line = coroutine(function* line(name: string, reader: StreamReader) {
  try {
    log(name, yield* reader.readline());
  } catch (error) {
    log(name, (error as Error).name);
  }
});

const main = coroutine(function* main() {
  const reader = new StreamReader();
  const first = createTask(line('first', reader));
  yield* sleep(0);
  yield* line('second', reader);
  reader.feedData(Buffer.from('half '));
  yield* sleep(1);
  first.cancel();
  yield* first;
  reader.feedData(Buffer.from('and half\n'));
  yield* line('third', reader);
  log(reader.exception());
  const waiting = createTask(line('waiting', reader));
  yield* sleep(0);
  reader.setException(new ValueError('broken'));
  yield* waiting;
  log(reader.exception());
  yield* line('after', reader);
});

await runVirtual(main());
