/** Records as the Python agent writes them, made in memory, in chunks of about 60 KB. A record: one callback run, or one tick. */
import type { Target } from '../../../src/adapter/contract';
import { DEFINE, RECORD, RESULT, ROLE } from '../../../src/wire/schema';
import { random } from '../../unit/model/simulation';
import { MarshalWriter } from '../../unit/wire/marshalWriter';

export interface Workload {
  name: string;
  /** asyncio when absent, in FRAME.DEFINE and FRAME.RECORDS. */
  target?: Target;
  frames?: { definitions: number; records: number };
  definitions: Uint8Array;
  chunks: Uint8Array[];
  records: number;
  ticks: number;
}

const SLEEP = 1;
const COROUTINE = 2;
/** Where CPython's objects lie. */
const HEAP = 0x7f3a00000000;

function definitions(): Uint8Array {
  const writer = new MarshalWriter();
  const define = (code: number, name: string, role: number) =>
    writer.int(DEFINE.CODE.code).int(code).text(name).text('/app/main.py').int(10).int(role);
  define(SLEEP, '_set_result_unless_cancelled', ROLE.SLEEP);
  define(COROUTINE, 'worker', ROLE.USER);
  return writer.take();
}

class Recording {
  readonly chunks: Uint8Array[] = [];
  readonly writer = new MarshalWriter();
  private sinceFlush = 0;
  records = 0;
  ticks = 0;
  time = 1000;

  tick(n: number): void {
    this.time += 2e-6;
    this.writer.int(RECORD.TICK.code).int(0).float(this.time).int(n);
    this.records++;
    this.ticks++;
    this.flush();
  }
  ran(actor: number, result: number, n: number): void {
    this.time += 2e-6;
    this.writer.int(actor).int(result).float(this.time).int(n);
    this.records++;
  }
  task(actor: number): void {
    this.writer.int(RECORD.TASK.code).int(actor).int(0).int(COROUTINE).text(`Task-${actor}`);
  }
  private flush(): void {
    if (this.records - this.sinceFlush < 2500) return;
    this.sinceFlush = this.records;
    this.end();
  }
  end(): void {
    const payload = this.writer.take();
    const framed = new Uint8Array(payload.length + 4);
    new DataView(framed.buffer).setUint32(0, 1, true);
    framed.set(payload, 4);
    this.chunks.push(framed);
  }
  workload(name: string): Workload {
    this.end();
    return {
      name,
      definitions: definitions(),
      chunks: this.chunks,
      records: this.records,
      ticks: this.ticks,
    };
  }
}

/** Two tasks that sleep(0) in turn. */
export function sleepZero(records: number): Workload {
  const recording = new Recording();
  recording.task(101);
  recording.task(102);
  while (recording.records < records) {
    recording.tick(2);
    recording.ran(101, RESULT.YIELDED, 2);
    recording.ran(102, RESULT.YIELDED, 2);
  }
  return recording.workload('sleep(0)');
}

/** Two tasks that wake each other through queues: each step suspends on a new future. */
export function queues(records: number): Workload {
  const recording = new Recording();
  recording.task(101);
  recording.task(102);
  for (let i = 0; recording.records < records; i++) {
    recording.tick(1);
    recording.ran(101 + (i % 2), HEAP + (i % 512) * 96, 1);
  }
  return recording.workload('queue');
}

/** Many tasks that sleep at random: a timer, its callback and the task's step for each sleep. */
export function randomSleeps(records: number, tasks: number): Workload {
  const recording = new Recording();
  const rand = random(5);
  for (let i = 0; i < tasks; i++) recording.task(101 + i);
  const wheel: number[][] = [];
  let slot = 0;
  let fires: number[] = [];
  let steps = Array.from({ length: tasks }, (_, i) => 101 + i);
  while (recording.records < records) {
    for (const actor of fires) recording.writer.int(RECORD.TIMER_DUE.code).int(HEAP + actor * 256);
    let n = fires.length + steps.length;
    recording.tick(n);
    const woken = fires;
    for (const actor of steps) {
      const due = 1 + Math.floor(rand() * 400);
      (wheel[(slot + due) % 512] ??= []).push(actor);
      const when = recording.time + due * 5e-5;
      const { writer } = recording;
      writer
        .int(RECORD.TIMER.code)
        .int(HEAP + actor * 256)
        .float(when)
        .int(SLEEP)
        .int(HEAP + actor * 256 + 128)
        .int(actor);
      recording.ran(actor, HEAP + actor * 256 + 128, --n);
    }
    for (let i = 0; i < woken.length; i++) recording.ran(SLEEP, RESULT.RETURNED, n);
    steps = woken;
    slot = (slot + 1) % 512;
    fires = wheel[slot] ?? [];
    wheel[slot] = [];
  }
  return recording.workload(`random sleeps of ${tasks} tasks`);
}
