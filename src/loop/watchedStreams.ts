/**
 * `add_reader` and `add_writer` for Node's sockets and streams. As with a selector, the callback runs in every tick in
 * which the stream is ready: there are bytes to `read()` (or the end, or an error), or there is room to `write()`.
 */
import { Readable, Writable } from 'node:stream';
import type { EventLoop } from './baseEvents';
import type { Callback } from './events';
import { RuntimeError } from './exceptions';
import { repr } from './log';
import { fdOf, READ, WRITE, type Watch } from './selector';
import { transportOf } from './socketTransport';

const READ_EVENTS = ['readable', 'end', 'error', 'close'];
const WRITE_EVENTS = ['connect', 'drain', 'error', 'close'];

/** Watches one stream in one direction, in place of who watched it before. */
export function addWatcher(
  loop: EventLoop,
  stream: Readable | Writable,
  mask: number,
  callback: Callback,
  args: readonly unknown[],
): void {
  checkStream(stream, mask);
  removeWatcher(loop, stream, mask);
  const run = (...given: never[]): unknown => {
    const value = callback(...given);
    // Still ready: again in the next tick. Reading says it by itself only when all was read.
    again();
    return value;
  };
  Object.defineProperty(run, 'name', { value: callback.name });
  const watch = loop.selector.watch(stream, mask, run, args);
  const ready = mask === READ ? () => isReadable(stream as Readable) : () => isWritable(stream as Writable);
  const again = () => {
    if (ready()) watch.arrived();
  };
  const events = mask === READ ? READ_EVENTS : WRITE_EVENTS;
  const arrived = () => watch.arrived();
  for (const event of events) stream.on(event, arrived);
  watchers.set(watch, () => {
    for (const event of events) stream.removeListener(event, arrived);
  });
  watch.tell(fdOf(stream), false, () => '');
  again();
}

/** Whether it was watched. */
export function removeWatcher(loop: EventLoop, stream: Readable | Writable, mask: number): boolean {
  checkStream(stream, mask);
  const watch = loop.selector.watching(stream, mask);
  if (watch === undefined) return false;
  watchers.get(watch)?.();
  return loop.selector.unwatch(stream, mask);
}

const watchers = new WeakMap<Watch, () => void>();

function checkStream(stream: unknown, mask: number): void {
  const fits = mask === READ ? stream instanceof Readable : stream instanceof Writable || isDuplex(stream);
  if (!fits)
    throw new TypeError(
      `${mask === READ ? 'addReader' : 'addWriter'} takes a socket or a stream of Node's, not ${repr(stream)}: ` +
        'Node cannot watch a bare file descriptor',
    );
  const transport = transportOf.get(stream as object);
  if (transport !== undefined && !transport.isClosing())
    throw new RuntimeError(`File descriptor ${fdOf(stream as object)} is used by transport ${transport}`);
}

function isDuplex(stream: unknown): boolean {
  return stream instanceof Readable && typeof (stream as { write?: unknown }).write === 'function';
}

function isReadable(stream: Readable): boolean {
  return stream.readableLength > 0 || atEnd(stream) || stream.errored != null || stream.destroyed;
}

/** Whether Node has seen the end; `readableEnded` is only true when somebody has read as far as that. */
function atEnd(stream: Readable): boolean {
  return (stream as { _readableState?: { ended?: boolean } })._readableState?.ended === true;
}

function isWritable(stream: Writable & { connecting?: boolean }): boolean {
  return (
    stream.destroyed || stream.errored != null || (stream.connecting !== true && !stream.writableNeedDrain)
  );
}

export { READ, WRITE };
