import type { Events } from '../adapter/contract';
import type { SessionView } from './panelMessages';

/** What the status bar says of a session, and in its tooltip; undefined when there is nothing to say. */
export function statusText(
  view: SessionView,
  changed: Events['tickscope/changed'] | undefined,
): { text: string; tooltip: string } | undefined {
  if (view.kind !== 'starting' && view.kind !== 'active') return undefined;
  if (view.kind === 'starting' || !changed) {
    return { text: '$(debug-alt) Tickscope: starting', tooltip: `${view.name} has not begun its first tick` };
  }
  const { tick, mode, counts } = changed;
  return {
    text: `$(debug-alt) tick ${tick} · ${mode}`,
    tooltip: `${view.name}: ${counts.ready} ready, ${counts.waiting} waiting, ${counts.timers} timers. Show the Tickscope panel.`,
  };
}
