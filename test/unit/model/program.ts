/** A small program told in the Python agent's records, written by hand so that every number in a test can be seen here. */
import { Model } from '../../../src/model/model';
import { DEFINE, RECORD, ROLE } from '../../../src/wire/schema';
import { MarshalWriter } from '../wire/marshalWriter';

export const CODE = { sleep: 1, plain: 2, main: 3, ticker: 4, accept: 5, timeout: 6 };
export const MAIN = 10;
export const TICKER = 11;
/** Where CPython's objects lie: what suspended tasks wait for. */
export const FUTURE = 0x7f0000001000;

export class Teller {
  readonly model = new Model();
  private readonly writer = new MarshalWriter();

  constructor() {
    const define = (code: number, name: string, path: string, line: number, role: number) =>
      this.writer.int(DEFINE.CODE.code).int(code).text(name).text(path).int(line).int(role);
    define(CODE.sleep, '_set_result_unless_cancelled', '/lib/asyncio/futures.py', 311, ROLE.SLEEP);
    define(CODE.plain, 'plain', '/app.py', 5, ROLE.USER);
    define(CODE.main, 'main', '/app.py', 20, ROLE.USER);
    define(CODE.ticker, 'ticker', '/app.py', 9, ROLE.USER);
    define(
      CODE.accept,
      'BaseSelectorEventLoop._accept_connection',
      '/lib/asyncio/selector_events.py',
      160,
      ROLE.ACCEPT,
    );
    define(CODE.timeout, 'Timeout._on_timeout', '/lib/asyncio/timeouts.py', 110, ROLE.TIMEOUT);
    this.model.define(this.writer.take());
    this.model.loopChanged({
      type: 'loop', loop: 1, name: 'loop 1', thread: 'MainThread', state: 'running', t: 100, clock: 100,
    }); // prettier-ignore
  }

  ran(actor: number, result: number, t: number, n: number): this {
    this.writer.int(actor).int(result).float(t).int(n);
    return this;
  }
  tick(t: number, n: number, timeout = 0): this {
    this.writer.int(RECORD.TICK.code).float(timeout).float(t).int(n);
    return this;
  }
  task(actor: number, parent: number, code: number, name: string): this {
    this.writer.int(RECORD.TASK.code).int(actor).int(parent).int(code).text(name);
    return this;
  }
  timer(handle: number, when: number, code: number, object: number, actor: number): this {
    this.writer.int(RECORD.TIMER.code).int(handle).float(when).int(code).int(object).int(actor);
    return this;
  }
  /** Any other record: numbers that are whole are written as ints. */
  other(record: keyof typeof RECORD, ...fields: (number | string)[]): this {
    this.writer.int(RECORD[record].code);
    for (const field of fields)
      if (typeof field === 'string') this.writer.text(field);
      else if (Number.isInteger(field)) this.writer.int(field);
      else this.writer.float(field);
    return this;
  }
  /** Sends what was told so far. */
  send(): Model {
    const payload = this.writer.take();
    const framed = new Uint8Array(payload.length + 4);
    framed[0] = 1;
    framed.set(payload, 4);
    this.model.records(framed);
    return this.model;
  }
  stop(t: number, at: 'gate' | 'poll' | 'inside' = 'gate', actor = 0): Model {
    const model = this.send();
    model.stopped({
      type: 'stopped', loop: 1, reason: 'step', text: '', breakpoints: [], at, actor, t, also: false,
    }); // prettier-ignore
    return model;
  }
}

/**
 * Tick 1: main starts ticker and waits for a future; then ticker sleeps 2 s and main, in tick 2, is woken by a plain
 * callback from another thread and ends with an exception in tick 3. Stopped in tick 2 after one callback.
 */
export function stoppedInTickTwo(): Teller {
  const teller = new Teller();
  teller.task(MAIN, 0, CODE.main, 'Task-1');
  teller.tick(100.001, 1);
  teller.other('WATCH', 6, 1, CODE.accept, 0, 'listening 127.0.0.1:8080');
  teller.task(TICKER, MAIN, CODE.ticker, 'ticker').ran(MAIN, FUTURE, 100.002, 1);
  teller.tick(100.003, 1);
  teller.timer(FUTURE + 0x100, 102.0035, CODE.sleep, FUTURE + 0x200, TICKER);
  teller.timer(FUTURE + 0x300, 105, CODE.timeout, 0, TICKER);
  teller.ran(TICKER, FUTURE + 0x200, 100.004, 0);
  return teller;
}
