/** Entries that move on the screen from where they were to where they are, as one moment follows another. */
import { type Place, fly, light, motionReduced, plan } from '../motion';
import { type PanelState, isMoving } from '../store';
import type { AnyQueueSpec } from './queue';
import { moveKey } from './row';

/** An entry, and the column in which it stands. */
interface Entry {
  column: string;
  element: HTMLElement;
}

export class Moves {
  /** Where the entries were just before the newest moment was drawn. */
  private places = new Map<string, Place>();
  private drawnEpoch = 0;

  /** `root`: of the panel, in which the columns are. */
  constructor(
    private readonly root: () => ParentNode,
    private readonly specs: readonly AnyQueueSpec[],
  ) {}

  /** A newer moment is about to be drawn. `moving`: the program runs, and nothing will move. */
  remember(moving: boolean): void {
    this.places = moving ? new Map<string, Place>() : this.measure();
  }

  /** When the lists have drawn `whole`: compares where the entries are with where they were. `newest`: what is shown by then. */
  async drawn(whole: PanelState, newest: () => PanelState): Promise<void> {
    if (whole.epoch === this.drawnEpoch) return;
    const first = this.drawnEpoch === 0;
    this.drawnEpoch = whole.epoch;
    if (first || !whole.state || isMoving(whole) || motionReduced()) return;
    const { places } = this;
    await new Promise(requestAnimationFrame);
    if (whole.epoch !== newest().epoch) return;
    const { moves, appeared } = plan(places, this.measure(), this.enteredKeys(whole));
    const entries = this.entries();
    const layer = this.root().querySelector<HTMLElement>('.layer')!;
    for (const move of moves) fly(layer, entries.get(move.key)!.element, move);
    for (const key of appeared) light(entries.get(key)!.element);
  }

  private measure(): Map<string, Place> {
    const places = new Map<string, Place>();
    for (const [key, { column, element }] of this.entries())
      places.set(key, { column, box: element.getBoundingClientRect() });
    return places;
  }

  private enteredKeys({ lists }: PanelState): Set<string> {
    const keys = new Set<string>();
    for (const { queue } of this.specs) {
      const list = lists[queue];
      for (const row of list.rows.values()) if (list.entered.has(row.id)) keys.add(moveKey(row));
    }
    return keys;
  }

  /** The entries on the screen by key. A task that is both waiting and in timers (its timeout) counts as waiting. */
  private entries(): Map<string, Entry> {
    const found = new Map<string, Entry>();
    for (const column of this.root().querySelectorAll('tick-queue')) {
      const list = column.shadowRoot?.querySelector('tick-list')?.shadowRoot;
      const running = column.querySelector('tick-running')?.shadowRoot;
      const rows = [
        ...(running?.querySelectorAll<HTMLElement>('.row[data-key]') ?? []),
        ...(list?.querySelectorAll<HTMLElement>('.row[data-key]') ?? []),
      ];
      for (const element of rows) {
        const key = element.dataset.key!;
        if (!found.has(key)) found.set(key, { column: column.spec.queue, element });
      }
    }
    return found;
  }
}
