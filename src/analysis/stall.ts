/** A stalled loop: it sleeps without a deadline, and nothing that could wake it is left. */
import type { Finding } from '../adapter/contract';
import type { WaitGraph } from './graph';
import type { Moment } from './moment';
import { Words } from './sentence';

/** Whether it is one only the agent can tell (`stalled`): threads and signals are not seen from here. */
export function stall(graph: WaitGraph, moment: Moment): Finding[] {
  if (moment.waits.stalled !== true || moment.lossy) return [];
  const waiting = [...graph.waiting()].filter(({ intended }) => intended !== true).map(({ task }) => task);
  if (waiting.length === 0) return [];
  const words = new Words(graph, moment);
  const one = waiting.length === 1;
  return [
    {
      id: 'stall',
      kind: 'stall',
      certainty: 'proved',
      sentence: `Nothing can wake the loop after tick ${moment.tick}: it has no timer and watches no file descriptor, and ${words.names(waiting)} ${one ? 'waits' : 'wait'} for ever.`,
      tasks: waiting,
      ticks: [moment.tick],
    },
  ];
}
