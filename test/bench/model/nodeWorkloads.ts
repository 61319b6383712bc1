/** What a Node program's agent writes, made in memory in chunks of about 60 KB. A record: one event. */
import { Words } from '../../../src/agents/node/observer/words';
import { makeRing, WordRing } from '../../../src/agents/node/ring';
import { DEFINE, FRAME } from '../../../src/wire/schema';
import type { Workload } from './workloads';

const TYPES = { MAIN: 1, TickObject: 2, Timeout: 3, TCPWRAP: 4 };
const CODE = 7;
const CHUNK_WORDS = 16_000;

class Recording {
  private readonly ring = new WordRing(makeRing(), () => true);
  readonly words = new Words(
    this.ring,
    () => this.time,
    () => undefined,
  );
  private readonly chunks: Uint8Array[] = [];
  private from = 0;
  records = 0;
  ticks = 0;
  /** µs */
  time = 1e9;
  /** Node's numbers. */
  id = 1;

  constructor() {
    const { words } = this;
    this.tick();
    words.made(1, TYPES.MAIN, 0, CODE);
    words.began(1, this.time);
    words.ended(this.now(5), 0, true);
  }
  now(passed: number): number {
    this.time += passed;
    return this.time;
  }
  tick(): void {
    this.words.tick(++this.ticks, this.now(2));
    this.flush(CHUNK_WORDS);
  }
  flush(atLeast: number): void {
    const { ring } = this;
    const count = ring.head - this.from;
    if (count < atLeast) return;
    const payload = new Uint8Array(4 + count * 4);
    const view = new DataView(payload.buffer);
    view.setUint32(0, 1, true);
    for (let i = 0; i < count; i++)
      view.setUint32(4 + i * 4, ring.words[(this.from + i) & ring.mask] >>> 0, true);
    this.chunks.push(payload);
    this.from = ring.head;
    this.words.room();
  }
  workload(name: string): Workload {
    this.flush(0);
    const texts = Object.entries(TYPES).flatMap(([type, number]) => [DEFINE.TEXT.code, number, type]);
    const codes = [DEFINE.CODE.code, CODE, 'work', '/app/server.js', 10, 0];
    return {
      name,
      target: 'node',
      frames: { definitions: FRAME.DEFINITIONS, records: FRAME.WORDS },
      definitions: new TextEncoder().encode(JSON.stringify([...texts, ...codes])),
      chunks: this.chunks,
      records: this.records,
      ticks: this.ticks,
    };
  }
}

/** `for (;;) await Promise.resolve()` at level full: five events an await; a tick now and then. */
export function awaits(records: number): Workload {
  const recording = new Recording();
  const { words } = recording;
  words.level(true);
  while (recording.records < records) {
    recording.tick();
    for (let i = 0; i < 1000; i++) {
      words.room();
      words.promiseMade(0);
      words.promiseSettled(0);
      words.promiseMade(1);
      words.stepBegan(0);
      words.stepEnded();
    }
    recording.records += 5001;
  }
  return recording.workload('Node: awaits, level full');
}

/** A server with 20 connections at level macro: a read, four nextTicks and a timer set and cleared, for each request. */
export function requests(records: number): Workload {
  const recording = new Recording();
  const { words } = recording;
  for (let i = 0; i < 20; i++) words.made(++recording.id, TYPES.TCPWRAP, 0, 0);
  const socket = (at: number) => 2 + (at % 20);
  for (let at = 0; recording.records < records; at++) {
    words.room();
    recording.tick();
    words.began(socket(at), recording.now(3));
    const first = recording.id + 1;
    for (let i = 0; i < 4; i++) words.made(++recording.id, TYPES.TickObject, socket(at), CODE);
    words.made(++recording.id, TYPES.Timeout, socket(at), CODE);
    words.timer(recording.id, recording.time, 5000, 0);
    words.ended(recording.now(20), 0, false);
    for (let i = 0; i < 4; i++) {
      words.began(first + i, recording.time);
      words.ended(recording.now(1), 0, true);
    }
    words.gone(recording.id);
    recording.records += 22;
  }
  return recording.workload('Node: requests, level macro');
}
