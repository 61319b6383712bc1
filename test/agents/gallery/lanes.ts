/** Several programs at a time: they wait more than they compute. */

/** What is to be done for each name; `of` begins it with its turn, and again for a test that is tried once more. */
export class Lanes {
  private readonly begun = new Map<string, Promise<void>>();
  private readonly lanes: Promise<unknown>[];

  constructor(number: number) {
    this.lanes = Array.from({ length: number }, () => Promise.resolve());
  }

  /** Begins all of these, as far as there is room. */
  begin(plays: ReadonlyMap<string, () => Promise<void>>): void {
    let turn = 0;
    for (const [name, play] of plays) {
      const lane = turn++ % this.lanes.length;
      const done = this.lanes[lane].then(play);
      done.catch(() => undefined); // said where it is waited for
      this.lanes[lane] = done.catch(() => undefined);
      this.begun.set(name, done);
    }
  }

  /** The first answer is what was begun; whoever asks again has it done anew. */
  take(name: string, play: () => Promise<void>): Promise<void> {
    const begun = this.begun.get(name);
    this.begun.delete(name);
    return begun ?? play();
  }
}
