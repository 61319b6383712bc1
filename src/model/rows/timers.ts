import type { TimerRow } from '../../adapter/contract';
import type { View } from '../view';
import type { RowSource } from './window';

/** Every timer that is not cancelled, the next one first. */
export function timerRows(view: View): RowSource<TimerRow> {
  const { timers } = view.state;
  const slots = timers.inOrder();
  return {
    length: slots.length,
    row: (index) => {
      const slot = slots[index];
      const task = timers.actor[slot];
      const code = timers.code[slot];
      const row: TimerRow = {
        id: timers.handle[slot],
        name: view.timerName(code, task),
        dueInMs: (timers.when[slot] - view.now) * 1000,
      };
      if (task !== 0) row.task = task;
      const taskSlot = task === 0 ? -1 : view.state.tasks.slot(task);
      const source = taskSlot >= 0 ? view.taskSource(task, taskSlot) : view.definitions.sourceOf(code);
      if (source) row.source = source;
      return row;
    },
  };
}
