/** What a live resource says of itself, for people. Read from Node's own objects; runs nothing of the program's. */
import { sourceOf } from './called';
import { describe } from './rare';
import type { Live } from './resources';

export interface Details {
  /** '' nothing to say */
  text: string;
  /** -1 none */
  fd: number;
}

const NOTHING: Details = { text: '', fd: -1 };

export function detailsOf({ type, resource }: Live): Details {
  if (resource === undefined) return NOTHING;
  try {
    if (type === 'Timeout') {
      const { _idleTimeout: ms, _repeat: repeat } = resource as { _idleTimeout: number; _repeat: unknown };
      return { text: `${repeat == null ? '' : 'every '}${Math.trunc(ms)} ms`, fd: -1 };
    }
    if (type === 'SIGNALWRAP') return { text: signalOf(resource), fd: -1 };
    const said = describe(type, resource);
    if (said !== undefined && said.text !== '') return said;
    const source = sourceOf({ id: 0, type, resource });
    return source ?? said ?? NOTHING;
  } catch {
    return NOTHING;
  }
}

/** Node's table of signal handles is its own; but process has each under its name while it is listened for. */
function signalOf(handle: object): string {
  const { signum } = handle as { signum?: unknown };
  return typeof signum === 'number' ? `signal ${signum}` : '';
}
