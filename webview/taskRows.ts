/**
 * Keeps the table of tasks fresh while it is looked at.
 *
 * Invariants: at most one request in flight; an answer for another moment, session or query than those now
 * shown is dropped; a program that runs is asked so seldom that its adapter rests twice as long as it answers.
 */
import type { TaskGroup, TaskRow } from '../src/adapter/contract';
import type { Ask } from './host';
import { type Range, wanted } from './list/window';
import { type Store, type TaskLine, isMoving, isPast, viewKey } from './store';
import type { Timing } from './timing';

export class TaskRows {
  private visible: Range = { first: 0, last: 0 };
  private session = 0;
  private inFlight = false;
  /** Page clock, ms: a program that runs is not asked before. */
  private notBefore = 0;
  private cancelDue?: () => void;

  constructor(
    private readonly store: Store,
    private readonly ask: Ask,
    private readonly timing: Timing,
  ) {}

  sessionChanged(): void {
    this.session++;
    this.inFlight = false;
    this.notBefore = 0;
  }

  show(range: Range): void {
    this.visible = range;
    this.pump();
  }

  pump(): void {
    this.cancelDue?.();
    this.cancelDue = undefined;
    const panel = this.store.current;
    const { state, epoch, taskQuery: query } = panel;
    if (panel.tab !== 'tasks' || !state || this.inFlight) return;
    const span = wanted(panel.tasks, this.visible, epoch);
    if (!span) return;
    const asked = this.timing.now();
    // Another query is answered at once.
    if (isMoving(panel) && panel.tasks.epoch >= 0 && asked < this.notBefore) {
      this.cancelDue = this.timing.after(this.notBefore - asked, () => this.pump());
      return;
    }
    this.inFlight = true;
    const { session } = this;
    const key = viewKey(panel);
    const isCurrent = () =>
      session === this.session &&
      key === viewKey(this.store.current) &&
      query === this.store.current.taskQuery;
    this.ask('tickscope/rows', {
      queue: 'tasks',
      ...span,
      loop: state.loop,
      ...(isPast(state) && { cursor: state.cursor }),
      ...(query.sort && { sort: query.sort }),
      ...(query.text && { filter: { text: query.text } }),
      ...(query.by && { group: { by: query.by, open: [...query.open] } }),
    })
      .then(
        ({ total, rows }) => {
          if (!isCurrent()) return;
          const lines = (rows as (TaskRow | TaskGroup)[]).map(line);
          const { clockMs } = state;
          const answer = { epoch, start: span.start, total, rows: lines, at: this.timing.now(), clockMs };
          this.store.dispatch({ type: 'taskRows', answer });
        },
        (error: Error) => {
          if (isCurrent()) this.store.dispatch({ type: 'taskRowsRefused', epoch, message: error.message });
        },
      )
      .finally(() => {
        if (session !== this.session) return;
        const now = this.timing.now();
        this.notBefore = now + 2 * (now - asked);
        this.inFlight = false;
        this.pump();
      });
  }
}

/** With an id, as the entries of the queues have one. No task is 0. */
function line(row: TaskRow | TaskGroup): TaskLine {
  return { ...row, id: 'task' in row ? row.task : 0 };
}
