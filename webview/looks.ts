/**
 * What is asked for as long as somebody looks at it: the program answers by being looked through, which costs it time.
 *
 * Invariants: at most one request of a kind in flight; an answer for another moment than the one now shown is dropped.
 */
import type { Requests } from '../src/adapter/contract';
import type { Ask } from './host';
import { type Message, type Store, type Tab, isPast, viewKey } from './store';

type Command = 'tickscope/findings' | 'tickscope/graph';

export interface Look<C extends Command> {
  command: C;
  tab: Tab;
  /** Asked of each stop as well, once, whatever tab is open. */
  atStops: boolean;
  /** Milliseconds between two looks at a running program. */
  every: number;
  tell(answer: Requests[C][1] | { error: string }): Message;
}

export class Looks<C extends Command> {
  private session = 0;
  private inFlight = false;
  private askedAt = -Infinity;
  private key = '';

  constructor(
    private readonly look: Look<C>,
    private readonly store: Store,
    private readonly ask: Ask,
    private readonly now: () => number,
  ) {}

  /** Another session, or the same in another condition: answers to the old one no longer count. */
  reset(): void {
    this.session++;
    this.inFlight = false;
    this.key = '';
  }

  /** Asks for what is to be shown, if it is not there. */
  pump(): void {
    const panel = this.store.current;
    const { command, tab, atStops, every, tell } = this.look;
    if (!panel.state || this.inFlight) return;
    const { mode, loop, cursor } = panel.state;
    const past = isPast(panel.state);
    const runs = mode === 'running' || mode === 'pausing';
    if (panel.tab !== tab && (!atStops || runs || past)) return;
    const now = this.now();
    if (runs && !past && now - this.askedAt < every) return;
    const key = `${this.session} ${panel.epoch}`;
    if (key === this.key) return;
    this.key = key;
    this.askedAt = now;
    this.inFlight = true;
    const { session } = this;
    const shown = viewKey(panel);
    const told = (answer: Requests[C][1] | { error: string }) => {
      if (session !== this.session || viewKey(this.store.current) !== shown) return;
      this.store.dispatch(tell(answer));
    };
    this.ask(command, { loop, cursor: past ? cursor : undefined } as Requests[C][0])
      .then(told, (error: unknown) => told({ error: error instanceof Error ? error.message : String(error) }))
      .finally(() => {
        if (session !== this.session) return;
        this.inFlight = false;
        this.pump();
      });
  }
}
