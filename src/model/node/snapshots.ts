/** What was read of a Node program's tasks and resources, each time that it was: kept by moment, the oldest go first. */
import type { TaskId } from '../../adapter/contract';
import type { Snapshot, SnapshotResource, SnapshotTask } from '../../wire/messages';

/** Tasks and resources in all, at most. */
const MOST_ENTRIES = 400_000;

export interface ReadTask extends SnapshotTask {
  /** The first time that it was read to wait so. */
  sinceTick: number;
  /** Loop time, s. */
  since: number;
}
export interface Reading {
  /** Rows of the log before it. */
  row: number;
  tick: number;
  callback: number;
  tasks: Map<TaskId, ReadTask>;
  resources: Map<number, SnapshotResource>;
  /** Resources that no event had told of. */
  untold: ReadonlySet<number>;
  fidelity: string | undefined;
}
/** What is known of a task whatever the moment. */
export interface KnownTask {
  name: string;
  /** Its promise's number, 0 not known. */
  promise: number;
}

interface At {
  row: number;
  tick: number;
  callback: number;
  /** Loop time, s. */
  time: number;
}

export class Snapshots {
  private readonly readings: Reading[] = [];
  private entries = 0;
  readonly known = new Map<TaskId, KnownTask>();

  add(
    { tasks, resources, fidelity }: Snapshot,
    { row, tick, callback, time }: At,
    untold: ReadonlySet<number>,
  ): void {
    const before = this.last;
    const read = new Map<TaskId, ReadTask>();
    for (const task of tasks) {
      const was = before?.tasks.get(task.task);
      const same = was && was.line === task.line && was.path === task.path && sameReason(was, task);
      const { sinceTick, since } = same ? was : { sinceTick: tick, since: time };
      read.set(task.task, { ...task, sinceTick, since });
      this.known.set(task.task, { name: task.name, promise: task.promise });
    }
    // What was read again before anything ran replaces what was read.
    if (before?.tick === tick && before.callback === callback && before.row === row)
      this.drop(this.readings.pop());
    const byId = new Map(resources.map((resource) => [resource.id, resource]));
    this.readings.push({ row, tick, callback, tasks: read, resources: byId, untold, fidelity });
    this.entries += read.size + byId.size;
    while (this.entries > MOST_ENTRIES && this.readings.length > 1) this.drop(this.readings.shift());
  }
  private drop(reading: Reading | undefined): void {
    if (reading) this.entries -= reading.tasks.size + reading.resources.size;
  }

  get last(): Reading | undefined {
    return this.readings.at(-1);
  }
  /** The last one read until the moment before row `row`. */
  until(row: number): Reading | undefined {
    return this.readings.findLast((reading) => reading.row <= row);
  }
  /** All of the task's readings, oldest first. */
  *of(task: TaskId): Generator<{ reading: Reading; task: ReadTask | undefined }> {
    for (const reading of this.readings) yield { reading, task: reading.tasks.get(task) };
  }
}

function sameReason(a: SnapshotTask, b: SnapshotTask): boolean {
  return (
    a.reason.kind === b.reason.kind &&
    a.reason.object === b.reason.object &&
    a.reason.owner === b.reason.owner
  );
}
