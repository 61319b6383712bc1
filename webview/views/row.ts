/** What one entry of a queue says, before it is drawn. Each queue's view makes these of its rows. */
import type { Source, TaskId } from '../../src/adapter/contract';

/** The colour of an entry's edge: what kind of thing it is or waits for. */
export type Tone = 'blue' | 'green' | 'orange' | 'yellow' | 'red' | 'purple' | 'plain';

export interface RowText {
  id: number;
  /** The same for the same task (or handle) in every queue: tells that an entry moved. */
  key: string;
  name: string;
  /** An age, or the time left. */
  value: string;
  /** What `value` is, in words. */
  valueTitle: string;
  detail: string;
  /** `detail` is never long: the place may stand beside it where there is little room. */
  brief?: boolean;
  tone: Tone;
  /** The process does not exit while it is there. */
  keepsAlive?: boolean;
  dim: boolean;
  task?: TaskId;
  source?: Source;
}

/** When the rows are looked at. */
export interface Moment {
  /** Milliseconds since the rows came, while the loop runs; else 0. */
  aged: number;
  /** The loop's clock when they came. */
  clockMs: number;
}

export function moveKey(row: { id: number; task?: TaskId }): string {
  return row.task === undefined ? `callback ${row.id}` : `task ${row.task}`;
}
