/** Tasks that nothing refers to but what they wait for, which nobody else reaches: they may be destroyed at any moment. */
import type { Finding } from '../adapter/contract';
import type { WaitGraph } from './graph';
import { type Moment, placeOf } from './moment';
import { Words } from './sentence';

export function unreferenced(graph: WaitGraph, moment: Moment): Finding[] {
  if (moment.target === 'node' || graph.unproved !== undefined) return [];
  const words = new Words(graph, moment);
  const found: Finding[] = [];
  for (const wait of graph.waiting()) {
    if (wait.unreferenced !== true || wait.intended === true) continue;
    const { task } = wait;
    const row = moment.tasks.row(task);
    const source = placeOf(row);
    found.push({
      id: `unreferenced:${task}`,
      kind: 'unreferenced',
      certainty: 'proved',
      sentence: `Nothing refers to ${words.name(task)} but what it waits for, ${words.waitText(task)}${words.place(task)}: it may be destroyed at any moment; keep a reference to it.`,
      tasks: [task],
      ticks: [row?.sinceTick ?? moment.tick],
      ...(source && { source }),
    });
  }
  return found;
}
