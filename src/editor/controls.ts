import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Requests, State } from '../adapter/contract';
import type { ControlAction } from './panelMessages';

/** A request to the adapter that controls the program. */
export interface Control {
  command: string;
  arguments?: Requests['tickscope/step'][0];
  /** Takes the thread of the loop that is shown as its argument. */
  onLoopThread?: boolean;
}

export type AdapterAction = Exclude<ControlAction, 'stop' | 'restart' | 'start'>;

/** Steps are custom requests: the adapter then announces them to the editor, whoever asked. */
export const controls: Record<AdapterAction, Control> = {
  continue: { command: 'continue', onLoopThread: true },
  pause: { command: 'pause', onLoopThread: true },
  stepCallback: { command: 'tickscope/step', arguments: { kind: 'callback' } },
  stepTick: { command: 'tickscope/step', arguments: { kind: 'tick' } },
  stepBackCallback: { command: 'tickscope/step', arguments: { kind: 'backCallback' } },
  stepBackTick: { command: 'tickscope/step', arguments: { kind: 'backTick' } },
};

/**
 * The thread of the loop that `state` shows. Threads come with the loops first, those that are not closed in the order
 * of `state.loops`. Throws a sentence when there is none yet.
 */
export function loopThread(threads: DebugProtocol.Thread[], state: State | undefined): number {
  const open = state?.loops.filter((loop) => loop.state !== 'closed') ?? [];
  const index = open.findIndex((loop) => loop.id === state?.loop);
  const thread = threads[Math.max(0, index)] ?? threads[0];
  if (!thread) throw new Error('The program runs no event loop yet; try again when it does.');
  return thread.id;
}
