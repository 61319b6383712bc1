/** Tells that facts came in: at once where it matters, else a bounded number of times a second. */
import type { Events, LoopId } from './contract';
import type { Debuggee } from './debuggee';

/** Between two events about a running program, at least, ms. */
const EVERY_MS = 50;

export class Changes {
  private timer: NodeJS.Timeout | undefined;
  /** What was last told of each loop, so that nothing is told twice. */
  private readonly told = new Map<LoopId, string>();

  constructor(private readonly send: (body: Events['tickscope/changed']) => void) {}

  soon(debuggee: Debuggee): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.tell(debuggee, false);
    }, EVERY_MS);
  }

  /** Also what was told before: what is shown has to be asked for again. */
  now(debuggee: Debuggee): void {
    this.cancel();
    this.tell(debuggee, true);
  }

  reset(): void {
    this.cancel();
    this.told.clear();
  }

  private cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private tell(debuggee: Debuggee, again: boolean): void {
    const { model, mode } = debuggee;
    debuggee.tellTime();
    const last = model.defaultLoop;
    // The loop that is meant when none is named comes last: it is what stays on the screen.
    const loops = [...model.loopIds.filter((loop) => loop !== last), ...(last === undefined ? [] : [last])];
    for (const loop of loops) {
      const { tick } = model.head(loop);
      const body = { loop, tick, counts: model.counts(loop), mode };
      const text = JSON.stringify(body);
      if (!(again && loop === last) && this.told.get(loop) === text) continue;
      this.told.set(loop, text);
      this.send(body);
    }
  }
}
