/** Timers that ran late because callbacks kept the loop from looking at the clock; a loop that overslept is nobody's fault. */
import type { Finding } from '../adapter/contract';
import type { Definitions } from '../model/definitions';
import { ROLE } from '../wire/schema';
import { again, Bounded, duration, Occurrences } from './occurrences';
import { at } from './sentence';
import type { SlowCallbacks } from './slowCallback';

/** s */
const LATE = 0.2;

interface Late extends Occurrences {
  actor: number;
  code: number;
  /** The callback that ran meanwhile, where one took most of the time. */
  because: number;
}

export class LateTimers {
  private readonly found = new Bounded<Late>();

  constructor(
    private readonly names: Definitions,
    private readonly slow: SlowCallbacks,
    private readonly isNode: boolean,
  ) {}

  /** `when` is no earlier than the timer was made. */
  due(tick: number, when: number, busyUntil: number, actor: number, code: number): void {
    const lasted = busyUntil - when;
    if (lasted < LATE) return;
    if (this.isNode && !this.isTheirs(code)) return;
    const key = actor === 0 ? code : (this.names.codeOf(actor)?.code ?? actor);
    const late = this.found.get(key, () => Object.assign(new Occurrences(), { actor, code, because: 0 }));
    late.add({ tick, lasted, task: actor });
    const { longest } = this.slow.between(when, busyUntil);
    if (longest) late.because = longest.actor;
  }

  findings(tick: number): Finding[] {
    return [...this.found.values()].flatMap((late): Finding[] => {
      const until = late.until(tick);
      if (!until) return [];
      const { count, worst, ticks, tasks } = until;
      const { names } = this;
      const source = names.sourceOf(late.actor === 0 ? late.code : late.actor);
      const why =
        late.because === 0
          ? 'other callbacks ran meanwhile'
          : `${this.slow.nameOf(late.because)} ran meanwhile${at(names.sourceOf(late.because))}`;
      return [
        {
          id: `late-timer:${late.actor === 0 ? late.code : (names.codeOf(late.actor)?.code ?? late.actor)}`,
          kind: 'late-timer',
          certainty: 'proved',
          sentence: `${this.nameOf(worst.task, late.code)}${at(source)} was ${duration(worst.lasted)} late in tick ${worst.tick}: ${why}${again(count, worst)}.`,
          tasks,
          ticks,
          ...(source && { source }),
        },
      ];
    });
  }

  /** Node and libraries have timers of their own; what is native is the end of a promise. */
  private isTheirs(code: number): boolean {
    const path = this.names.codeOf(code)?.path ?? '';
    return path === '' || (this.names.roleOf(code) !== ROLE.LIBRARY && !path.startsWith('node:'));
  }
  private nameOf(task: number, code: number): string {
    const { names } = this;
    const role = names.roleOf(code);
    const what = role === ROLE.SLEEP ? 'sleep' : role === ROLE.TIMEOUT ? 'timeout' : undefined;
    if (this.isNode && names.sourceOf(code) === undefined) return 'A timer';
    if (what === undefined) return `The timer of ${names.nameOf(code)}`;
    return task === 0 ? `A ${what}` : `The ${what} of ${names.taskNameOf(task)}`;
  }
}
