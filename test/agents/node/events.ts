/** What a plain Node program's agent has told so far, as events. */
import type { CodeDefinition } from '../../../src/wire/events';
import type { NodeEventSink } from '../../../src/wire/nodeEvents';
import { NodeRecordDecoder } from '../../../src/wire/nodeRecords';
import { decodeNumberDefinitions } from '../../../src/wire/numbers';
import type { Program } from './worker';

export interface Told {
  event: keyof NodeEventSink;
  values: (number | string | boolean)[];
}

/** A callback that ran. Times are s of the loop's clock. */
export interface Ran {
  id: number;
  type: string;
  /** '' not known */
  name: string;
  tick: number;
  began: number;
  ended: number;
  failed: boolean;
}

export class Events {
  readonly all: Told[] = [];
  readonly codes = new Map<number, CodeDefinition>();
  readonly decoder: NodeRecordDecoder;

  /** Of one loop of a program, as far as they have come; `kept`: those of which nothing but these is wanted. */
  constructor(program: Program, loop = 1, kept?: readonly Told['event'][]) {
    const texts = new Map<number, string>();
    decodeNumberDefinitions(
      Buffer.from(JSON.stringify(program.definitions)),
      (code) => this.codes.set(code.code, code),
      texts,
    );
    const sink = new Proxy({} as NodeEventSink, {
      get:
        (_, event: keyof NodeEventSink) =>
        (...values: (number | string | boolean)[]) =>
          kept?.includes(event) === false || this.all.push({ event, values }),
    });
    this.decoder = new NodeRecordDecoder(sink, texts);
    for (const { loop: of, payload } of program.words) if (of === loop) this.decoder.decode(payload);
  }

  of(event: keyof NodeEventSink): Told['values'][] {
    return this.all.filter((told) => told.event === event).map(({ values }) => values);
  }

  /** Types of what was made. */
  get types(): string[] {
    return this.of('made').map(([, type]) => type as string);
  }

  nameOf(code: number): string {
    return this.codes.get(code)?.name ?? '';
  }

  /** Callbacks that have ended, in order. */
  get ran(): Ran[] {
    const made = new Map<number, { type: string; name: string }>();
    const ran: Ran[] = [];
    let tick = 0;
    let began = 0;
    for (const { event, values } of this.all) {
      const [id, second] = values as [number, never];
      if (event === 'tick') tick = id;
      else if (event === 'made') made.set(id, { type: second, name: this.nameOf(values[3] as number) });
      else if (event === 'named') made.get(id)!.name = this.nameOf(second);
      else if (event === 'began') began = second;
      else if (event === 'ended')
        ran.push({ id, ...made.get(id)!, tick, began, ended: second, failed: values[2] as boolean });
    }
    return ran;
  }
}
