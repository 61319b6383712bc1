import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RecordDecoder, type RecordReader } from '../../../src/wire/recordDecoder';
import type { CodeDefinition, EventSink } from '../../../src/wire/events';
import { decodeNumberDefinitions, NumberRecords } from '../../../src/wire/numbers';
import { DEFINE, RECORD, ROLE } from '../../../src/wire/schema';

type Event = [name: string, ...args: unknown[]];

/** Collects the events that a decoder makes. */
function sink(events: Event[]): EventSink {
  return new Proxy({} as EventSink, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        void events.push([String(name), ...args]),
  });
}

const payloadOf = (values: number[]) => new Uint8Array(Float64Array.from(values).buffer);

function eventsOf(values: number[], texts = new Map<number, string>()): Event[] {
  const events: Event[] = [];
  new RecordDecoder(sink(events)).decode(new NumberRecords(payloadOf(values), texts));
  return events;
}

describe('numbers of JavaScript agents', () => {
  it('become the events that the Python agent’s lists become', () => {
    const texts = new Map([
      [1, 'Task-1'],
      [2, 'SIGINT'],
    ]);
    const values = [
      [RECORD.TASK.code, 1, 0, 2, 1],
      [RECORD.TIMER.code, 16, 10.5, 3, 17, 1],
      [1, 17, 100.25, 0],
      [RECORD.PAUSED.code, 101, 131],
      [RECORD.TIMER_DUE.code, 16],
      [RECORD.TICK.code, 10, 132.5, 1],
      [RECORD.SIGNAL.code, 2],
      [1, 1, 132.75, 0],
    ].flat();
    assert.deepEqual(eventsOf(values, texts), [
      ['taskCreated', 1, 0, 2, 'Task-1'],
      ['timerScheduled', 16, 10.5, 3, 17, 1],
      ['ran', 1, 17, 100.25, 0],
      ['timerDue', 16],
      ['tick', 10, 102.5, 1],
      ['signal', 'SIGINT'],
      ['ran', 1, 1, 102.75, 0],
    ]);
  });

  it('keep objects as they are numbered', () => {
    const reader: RecordReader = new NumberRecords(payloadOf([16, 2 ** 31 + 5, 0]), new Map());
    assert.deepEqual(
      [reader.object(), reader.object(), reader.object(), reader.left],
      [16, 2 ** 31 + 5, 0, 0],
    );
  });

  it('may lie anywhere in memory', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), fc.integer({ min: 0, max: 15 }), (values, offset) => {
        const bytes = payloadOf(values);
        const moved = new Uint8Array(bytes.length + offset);
        moved.set(bytes, offset);
        const reader = new NumberRecords(moved.subarray(offset), new Map());
        assert.deepEqual(
          values.map(() => reader.number()),
          values,
        );
      }),
    );
  });

  it('are refused when they are cut, or name a text that nobody defined', () => {
    assert.throws(() => new NumberRecords(new Uint8Array(12), new Map()), /cut in the middle of a number/);
    assert.throws(() => eventsOf([1, 1]), RangeError);
    assert.throws(() => eventsOf([RECORD.SIGNAL.code, 7]), /text 7, which was never defined/);
    assert.throws(() => eventsOf([-99]), /different versions/);
  });

  it('name tasks by their number, where they have no other name', () => {
    assert.deepEqual(eventsOf([RECORD.TASK.code, 1, 0, 2, -7]), [['taskCreated', 1, 0, 2, 'Task-7']]);
  });
});

describe('definitions of JavaScript agents', () => {
  const decode = (values: unknown) => {
    const codes: CodeDefinition[] = [];
    const texts = new Map<number, string>();
    decodeNumberDefinitions(
      new TextEncoder().encode(JSON.stringify(values)),
      (code) => void codes.push(code),
      texts,
    );
    return { codes, texts };
  };

  it('hold codes and texts in one list', () => {
    const { codes, texts } = decode([
      ...[DEFINE.TEXT.code, 1, 'grün'],
      ...[DEFINE.CODE.code, 5, 'main', '/tmp/a.ts', 12, ROLE.USER],
      ...[DEFINE.TEXT.code, 2, ''],
    ]);
    assert.deepEqual(codes, [{ code: 5, name: 'main', path: '/tmp/a.ts', line: 12, role: ROLE.USER }]);
    assert.deepEqual([...texts], [[1, 'grün'], [2, '']]); // prettier-ignore
  });

  it('are refused when they are damaged', () => {
    assert.throws(() => decode({}), /not a list/);
    assert.throws(() => decode([-9]), /Unknown definition -9/);
    assert.throws(() => decode([DEFINE.TEXT.code, 'a', 1]), /for a number/);
    assert.throws(() => decode([DEFINE.CODE.code, 5, 'main']), /for a text/);
  });
});
