/**
 * What is asked for as long as somebody looks at it: the program answers by being looked through, which costs it time.
 *
 * Invariants: at most one request of a kind in flight; an answer for another moment than the one now shown is dropped.
 */
import type { Requests } from '../src/adapter/contract';
import type { Ask } from './host';
import { type Message, type Store, type Tab, isPast, viewKey } from './store';
import type { Timing } from './timing';

/** So long, ms, a moment has to be shown at most until it is asked about; or as long as the last answer took. */
const LONGEST_REST_MS = 500;

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
  /** How long the last answer took, ms. */
  private took = 0;
  /** The moment that is shown, and since when. */
  private shown = { key: '', since: -Infinity };
  private cancelRest?: () => void;

  constructor(
    private readonly look: Look<C>,
    private readonly store: Store,
    private readonly ask: Ask,
    private readonly timing: Timing,
  ) {}

  /** Another session, or the same in another condition: answers to the old one no longer count. */
  reset(): void {
    this.session++;
    this.inFlight = false;
    this.key = '';
    this.took = 0;
    this.cancelRest?.();
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
    const now = this.timing.now();
    if (runs && !past && now - this.askedAt < every) return;
    const key = `${this.session} ${panel.epoch}`;
    if (key === this.key) return;
    if (!runs && this.rests(key, now)) return;
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
        this.took = this.timing.now() - now;
        if (session !== this.session) return;
        this.inFlight = false;
        this.pump();
      });
  }

  /** Who steps quickly is not held up by answers about moments that are gone when they come. */
  private rests(key: string, now: number): boolean {
    if (this.shown.key !== key) this.shown = { key, since: now };
    const left = this.shown.since + Math.min(this.took, LONGEST_REST_MS) - now;
    if (left <= 0) return false;
    this.cancelRest?.();
    this.cancelRest = this.timing.after(left, () => this.pump());
    return true;
  }
}
