/** A moment for the diagnoses, told in a few words. */
import type { TaskRow, WaitReason } from '../../../src/adapter/contract';
import type { Moment } from '../../../src/analysis/moment';
import { recordedWaits } from '../../../src/analysis/moment';
import { Waiting } from '../../../src/analysis/waiting';
import type { Thing, Wait, Waits } from '../../../src/wire/messages';

type Told = Partial<Omit<Wait, 'task'>> & {
  kind?: WaitReason['kind'];
  text?: string;
  ageMs?: number;
  owner?: number;
  timeoutInMs?: number;
  line?: number;
};

export class World {
  private readonly rows = new Map<number, TaskRow>();
  private readonly timeouts = new Map<number, number>();
  private readonly waits: Wait[] = [];
  private readonly things: Thing[] = [];
  unproved: string | undefined;
  stalled: boolean | undefined;
  lossy = false;
  readBeforeMs = 0;
  heldMs: (ageMs: number) => number = () => 0;
  target: Moment['target'] = 'asyncio';

  /** A task that waits. */
  wait(task: number, told: Told): this {
    const { kind, text, ageMs = 5000, owner = told.tasks?.[0], timeoutInMs, line = task, ...wait } = told;
    const things = wait.things ?? [];
    const reason: WaitReason = {
      kind: kind ?? (wait.tasks ? 'task' : 'lock'),
      text: text ?? (wait.tasks ? `task t${wait.tasks[0]}` : `lock l${things[0]}`),
      ...(things.length > 0 && { object: things[0] }),
      ...(owner !== undefined && { owner }),
      source: { path: '/app/app.py', line },
    };
    this.row(task, 'waiting', { ageMs, reason });
    if (timeoutInMs !== undefined) this.timeouts.set(task, timeoutInMs);
    this.waits.push({ task, things: [], tasks: [], all: true, blocked: false, ...wait });
    return this;
  }
  row(task: number, state: TaskRow['state'], more: Partial<TaskRow> = {}): this {
    this.rows.set(task, {
      task, name: `t${task}`, state, coroutine: 'work', sinceTick: task, ageMs: 0, steps: 3, busyMs: 0, readyMs: 0, waitingMs: 0, ...more,
    }); // prettier-ignore
    return this;
  }
  thing(id: number, kind: Thing['kind'], more: Partial<Thing> = {}): this {
    this.things.push({
      id,
      kind,
      text: `${kind} l${id}`,
      holders: [],
      setters: [],
      path: '',
      line: 0,
      ...more,
    });
    return this;
  }

  get read(): Waits {
    const { waits, things, unproved, stalled } = this;
    return { waits, things, ...(unproved && { unproved }), ...(stalled && { stalled }) };
  }
  /** `recorded`: nothing was read of the live program. */
  moment(recorded = false): Moment {
    const { rows, timeouts } = this;
    const tasks = {
      now: 100,
      runningMs: 0,
      waiting: [...rows.values()].filter(({ state }) => state === 'waiting').map(({ task }) => task),
      ageMs: (task: number) => rows.get(task)?.ageMs ?? 0,
      row: (task: number) => rows.get(task),
      reason: (task: number) => rows.get(task)?.reason,
      timeoutInMs: (task: number) => timeouts.get(task),
    };
    return {
      target: this.target,
      tick: 99,
      lossy: this.lossy,
      tasks,
      nameOf: (task) => `t${task}`,
      waits: recorded ? recordedWaits(tasks) : this.read,
      readBeforeMs: this.readBeforeMs,
      heldMs: this.heldMs,
    };
  }
  waiting(recorded = false): Waiting {
    return new Waiting(this.moment(recorded));
  }
}
