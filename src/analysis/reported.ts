/** What the runtime itself reports, each thing once, however often it happened. */
import type { Finding, Source } from '../adapter/contract';
import type { Told } from '../wire/messages';
import { Bounded, Occurrences } from './occurrences';
import { at } from './sentence';

interface Report extends Occurrences {
  message: Told;
  /** Different for each line and text. */
  key: string;
}

export class Reports {
  private readonly found = new Bounded<Report>();

  constructor(
    private readonly what: Told['what'],
    /** What to say of it, without the place and the point. */
    private readonly words: (message: Told) => string,
  ) {}

  told(message: Told, tick: number): void {
    const key = `${message.path}:${message.line}:${message.path === '' || this.what !== 'never-awaited' ? message.text : ''}`;
    const report = this.found.get(key, () => Object.assign(new Occurrences(), { message, key }));
    report.add({ tick, lasted: 0, task: message.task });
  }

  findings(tick: number): Finding[] {
    const all = [...this.found.values()];
    return all.flatMap((report): Finding[] => {
      const until = report.until(tick);
      if (!until) return [];
      const { message, key } = report;
      // Where it was is not always known: it is told with its place, then, and counted there if that is the only one.
      const { text, path } = message;
      const others = all.filter((each) => each !== report && each.message.text === text && each.until(tick));
      const isElsewhere = others.some((each) => each.message.path !== '');
      if (path === '' && isElsewhere) return [];
      const more = isElsewhere ? 0 : others.reduce((sum, each) => sum + (each.until(tick)?.count ?? 0), 0);
      const count = until.count + more;
      const source: Source | undefined =
        message.path === '' ? undefined : { path: message.path, line: message.line };
      const times = count > 1 ? `; ${count} times so far` : '';
      return [
        {
          id: `${this.what}:${key}`,
          kind: this.what,
          certainty: 'proved',
          sentence: `${this.words(message)}${at(source)}${times}.`,
          tasks: until.tasks,
          ticks: until.ticks,
          ...(source && { source }),
        },
      ];
    });
  }
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/[.\s]+$/, '');
}
