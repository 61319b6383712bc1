/** Where resources were made, and what the rare ones say of themselves. */
import type { Definitions } from './definitions';
import { describe } from './rare';
import type { Resources } from './resources';
import { siteHere } from './sites';
import type { Words } from './words';

/** Of how many rare resources it is kept where they were made. */
const MOST_SITES = 1000;

export class Origins {
  /** Rare resources made since the last callback ended, to be described. */
  private waiting: number[] = [];
  private readonly places = new Map<number, number>();

  constructor(
    private readonly words: Words,
    private readonly resources: Resources,
    private readonly definitions: Definitions,
  ) {}

  get undescribed(): boolean {
    return this.waiting.length > 0;
  }

  /** At level stacks; `current`: the callback that made it. */
  made(id: number, current: number): void {
    if (!this.places.has(id)) this.tell(id, current);
  }

  /** At every level. */
  madeRarely(id: number, current: number): void {
    this.waiting.push(id);
    const place = this.tell(id, current);
    if (place === 0) return;
    if (this.places.size >= MOST_SITES) this.places.clear();
    this.places.set(id, place);
  }

  /** What says who it is only after it was made. */
  describe(): void {
    const ids = this.waiting;
    this.waiting = [];
    for (const id of ids) {
      const live = this.resources.get(id);
      const found = live?.resource && describe(live.type, live.resource);
      if (!found) continue;
      this.words.room();
      this.words.described(id, this.definitions.text(found.text), found.fd);
    }
  }

  /** The place, 0 none. What a callback of Node's own makes comes from where that one came from. */
  private tell(id: number, current: number): number {
    const place = siteHere(this.definitions) || (this.places.get(current) ?? 0);
    if (place !== 0) this.words.place(id, place);
    return place;
  }
}
