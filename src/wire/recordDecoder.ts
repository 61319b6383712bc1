/** Agents' records (schema.ts) into events; how those of the Python agent are read. */
import type { CodeDefinition, EventSink } from './events';
import { MarshalError, MarshalReader } from './marshal';
import { DEFINE, RECORD, RESULT } from './schema';

/** What a chunk of records is read through, value by value. */
export interface RecordReader {
  /** Values not yet read. */
  readonly left: number;
  /** Throws MarshalError or RangeError when there is none. */
  number(): number;
  text(): string;
  /** An object's key of 32 bits; RESULTs and 0 (none) as they are. */
  object(): number;
}

/** One marshal list. Throws MarshalError when the payload holds something else. */
export class MarshalledRecords extends MarshalReader implements RecordReader {
  constructor(payload: Uint8Array) {
    super(payload);
    this.openList();
  }

  /** Of CPython's id(): objects lie 16 bytes apart, so live ones within 64 GiB have different keys. */
  object(): number {
    const id = this.number();
    if (id < RESULT.FIRST_OBJECT) return id;
    const key = (id / 16) >>> 0;
    return key < RESULT.FIRST_OBJECT ? key + RESULT.FIRST_OBJECT : key;
  }
}

export function decodeDefinitions(payload: Uint8Array, define: (definition: CodeDefinition) => void): void {
  const reader = new MarshalReader(payload);
  reader.openList();
  while (reader.left > 0) {
    const code = reader.number();
    if (code !== DEFINE.CODE.code) throw new MarshalError(`Unknown definition ${code}.`);
    define({
      code: reader.number(),
      name: reader.text(),
      path: reader.text(),
      line: reader.number(),
      role: reader.number(),
    });
  }
}

/** Decodes the chunks of one loop, in order. Holds how long the loop's clock has stood, which turns raw time into loop time. */
export class RecordDecoder {
  /** Seconds that the loop's clock is behind the raw one. */
  private stood = 0;

  constructor(private readonly sink: EventSink) {}

  /** Raw monotonic seconds to the loop's clock. */
  toLoopTime(raw: number): number {
    return raw - this.stood;
  }

  /** One chunk. Throws MarshalError or RangeError when it is damaged. */
  decode(reader: RecordReader): void {
    const sink = this.sink;
    while (reader.left > 0) {
      const first = reader.number();
      if (first > 0) {
        sink.ran(first, reader.object(), reader.number() - this.stood, reader.number());
      } else this.decodeOther(first, reader);
    }
  }

  private decodeOther(code: number, reader: RecordReader): void {
    const sink = this.sink;
    const number = () => reader.number();
    const text = () => reader.text();
    const object = () => reader.object();
    switch (code) {
      case RECORD.TICK.code:
        return sink.tick(reader.number(), reader.number() - this.stood, reader.number());
      case RECORD.TIMER.code:
        return sink.timerScheduled(
          reader.object(),
          reader.number(),
          reader.number(),
          reader.object(),
          reader.number(),
        );
      case RECORD.TIMER_CANCELLED.code:
        return sink.timerCancelled(reader.object());
      case RECORD.TIMER_DUE.code:
        return sink.timerDue(reader.object());
      case RECORD.IO.code:
        return sink.io(reader.number(), reader.number(), reader.number());
      case RECORD.SKIPPED.code:
        return sink.skipped(reader.number());
      case RECORD.TASK.code:
        return sink.taskCreated(reader.number(), reader.number(), reader.number(), reader.text());
      case RECORD.PAUSED.code: {
        const from = reader.number();
        this.stood += reader.number() - from;
        return;
      }
      case RECORD.EAGER.code:
        return sink.ranEagerly(number(), object());
      case RECORD.THREAD.code:
        return sink.handedIn(number(), text());
      case RECORD.WATCH.code:
        return sink.watched(number(), number(), number(), number() === 1, text());
      case RECORD.UNWATCH.code:
        return sink.unwatched(number(), number());
      case RECORD.SIGNAL.code:
        return sink.signal(text());
      case RECORD.JOB.code:
        return sink.jobBegan(number(), text(), object(), number());
      case RECORD.JOB_ENDED.code:
        return sink.jobEnded(number(), number());
      case RECORD.PROCESS.code:
        return sink.processBegan(number(), text());
      case RECORD.PROCESS_ENDED.code:
        return sink.processEnded(number(), number());
      case RECORD.ERROR.code:
        return sink.failed(number(), text());
      case RECORD.QUEUED.code:
        return sink.queued(number(), number());
      case RECORD.REASON.code:
        return sink.reason({
          actor: number(),
          waiter: object(),
          kind: text(),
          text: text(),
          object: object(),
          owner: number(),
          path: text(),
          line: number(),
        });
      case RECORD.LOCK.code:
        return sink.lockAcquired(object(), number());
      case RECORD.UNLOCK.code:
        return sink.lockReleased(object());
      case RECORD.RENAMED.code:
        return sink.taskRenamed(number(), text());
      case RECORD.SITE.code:
        return sink.scheduledAt(number(), number());
      case RECORD.TIMER_SITE.code:
        return sink.timerScheduledAt(object(), number());
      case RECORD.TASK_SITE.code:
        return sink.taskCreatedAt(number(), number());
      case RECORD.AHEAD.code:
        return sink.ahead();
      case RECORD.LOST.code:
        return sink.lost(number());
      default:
        throw new MarshalError(
          `Unknown record ${code}; the agent and the adapter are of different versions.`,
        );
    }
  }
}
