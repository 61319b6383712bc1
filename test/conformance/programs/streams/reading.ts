/** All ways to read from a stream that is fed by hand, up to its end and beyond. */
import {
  coroutine,
  getRunningLoop,
  IncompleteReadError,
  LimitOverrunError,
  StreamReader,
} from 'tickscope/asyncio';
import type { CoroutineObject } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const attempt = coroutine(function* attempt(name: string, make: () => CoroutineObject<unknown>) {
  try {
    log(name, yield* make());
  } catch (error) {
    log(name, (error as Error).name);
    if (error instanceof IncompleteReadError) log(error.partial, error.expected);
    if (error instanceof LimitOverrunError) log(error.consumed);
  }
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  const reader = new StreamReader({ limit: 16 });
  const feed = (text: string) => reader.feedData(Buffer.from(text));
  feed('one\ntwo\r\nthree');
  yield* attempt('line', () => reader.readline());
  yield* attempt('until', () => reader.readuntil(Buffer.from('\r\n')));
  loop.callLater(1, feed, ' more;rest');
  yield* attempt('until', () => reader.readuntil(Buffer.from(';')));
  log(loop.time());
  yield* attempt('read', () => reader.read(2));
  loop.callLater(1, feed, '0123');
  yield* attempt('exactly', () => reader.readexactly(5));
  yield* attempt('nothing', () => reader.readexactly(0));
  yield* attempt('negative', () => reader.readexactly(-1));
  yield* attempt('nothing', () => reader.read(0));
  yield* attempt('no separator', () => reader.readuntil(Buffer.from('')));
  feed('a long line that has no end');
  yield* attempt('too long', () => reader.readuntil(Buffer.from('\n')));
  yield* attempt('too long', () => reader.readline());
  feed('short\nend');
  yield* attempt('line', () => reader.readline());
  log(reader.atEof());
  loop.callLater(1, () => reader.feedEof());
  yield* attempt('until', () => reader.readuntil(Buffer.from('\n')));
  log(reader.atEof());
  yield* attempt('line', () => reader.readline());
  yield* attempt('exactly', () => reader.readexactly(3));
  yield* attempt('all', () => reader.read());
  try {
    feed('after the end');
  } catch {
    log('refused');
  }
});

await runVirtual(main());
