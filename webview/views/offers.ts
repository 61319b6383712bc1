/** The breakpoints that an entry of the panel offers, and what its native menu is told. Pure. */
import type { ReadyRow, Target, TickPlace } from '../../src/adapter/contract';
import type { EntryContext, OfferName } from '../../src/editor/panelMessages';
import { literally } from '../../src/breakpoints/tickBreakpoint';
import type { AnyRow, QueueName } from '../store';

export interface Offer {
  name: OfferName;
  /** What the button and the menu say. */
  label: string;
  place: TickPlace;
}

/** What can be stopped at because of an entry. `tick`: of the cursor. In plain Node programs no task has a name to stop at. */
export function offersOf(
  queue: QueueName | 'task',
  row: AnyRow | undefined,
  tick: number | undefined,
  target?: Target,
): Offer[] {
  const offers: Offer[] = [];
  const task = row && target !== 'node' ? taskNameOf(row) : undefined;
  const plain = row && row.task === undefined && !row.name.startsWith('(') ? row.name : undefined;
  if (task !== undefined)
    offers.push({
      name: 'StopAtTask',
      label: 'Stop when this task runs again',
      place: { place: 'callback', task: literally(task) },
    });
  if (queue === 'timers' && (plain !== undefined || task !== undefined))
    offers.push({
      name: 'StopAtTimer',
      label: 'Stop when this timer is due',
      place: {
        place: 'timer',
        on: 'due',
        ...(task === undefined ? { function: literally(plain!) } : { task: literally(task) }),
      },
    });
  if (plain !== undefined && (queue === 'ready' || queue === 'callbacks')) {
    const { source } = row as ReadyRow;
    offers.push({
      name: 'StopBeforeCallback',
      label: 'Stop before this callback',
      place: {
        place: 'callback',
        function: literally(plain),
        ...(source && { file: literally(fileName(source.path)) }),
      },
    });
  }
  if (tick !== undefined && tick > 0)
    offers.push({
      name: 'StopAtTick',
      label: `Stop at tick ${tick} on the next run`,
      place: { place: 'tick', at: tick },
    });
  return offers;
}

/** A timer is called by what it does for its task ("sleep → worker-1"), every other entry of a task as the task. */
function taskNameOf({ name, task }: AnyRow): string | undefined {
  if (task === undefined || name === '' || name.startsWith('(')) return undefined;
  return /^(?:sleep|timeout) → (.+)$/s.exec(name)?.[1] ?? name;
}

/** `runnable`: the task that the program can be run until. */
export function contextOf(offers: readonly Offer[], runnable: number | undefined): EntryContext {
  return {
    preventDefaultContextMenuItems: true,
    ...(runnable !== undefined && { tickscopeTask: runnable }),
    tickscopeOffers: Object.fromEntries(offers.map(({ name, place }) => [name, place])),
    ...Object.fromEntries(offers.map(({ name }) => [`tickscope${name}`, true])),
  };
}

function fileName(path: string): string {
  return path.split(/[\\/]/).pop()!;
}
