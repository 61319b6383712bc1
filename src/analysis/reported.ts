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
    return [...this.found.values()].flatMap((report): Finding[] => {
      const until = report.until(tick);
      if (!until) return [];
      const { message, key } = report;
      const source: Source | undefined =
        message.path === '' ? undefined : { path: message.path, line: message.line };
      const times = until.count > 1 ? `; ${until.count} times so far` : '';
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
