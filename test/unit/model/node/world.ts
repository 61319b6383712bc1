/** A small Node server told event by event, so that every number in a test can be seen here. */
import type { RowsArguments } from '../../../../src/adapter/contract';
import { Model } from '../../../../src/model/model';
import type { NodeHistory } from '../../../../src/model/node/nodeHistory';
import type { SnapshotResource, SnapshotTask, Stopped } from '../../../../src/wire/messages';
import { ROLE } from '../../../../src/wire/schema';

export const CODE = { main: 101, again: 102, soon: 103, handler: 104, lineOfServer: 105 };
export const HANDLER_TASK = 500;
export const QUERY_TASK = 501;
export const SLEEP_TASK = 502;

/** A server in its second tick: what the tests below look at. Times are s on the loop's clock. */
export class World {
  readonly model = new Model();
  readonly sink: NodeHistory;

  constructor() {
    const { model } = this;
    model.target = 'node';
    model.loopChanged({
      type: 'loop', loop: 1, name: 'main', thread: 'main', state: 'running', t: 100, clock: 100,
    }); // prettier-ignore
    const codes = [
      [CODE.main, 'server.js', 1],
      [CODE.again, 'again', 5],
      [CODE.soon, 'soon', 9],
      [CODE.handler, 'handler', 20],
      [CODE.lineOfServer, 'listen', 40],
    ] as const;
    for (const [code, name, line] of codes)
      model.definitions.define({ code, name, path: '/app/server.js', line, role: ROLE.USER });
    // Beside the wire: the decoder has tests of its own.
    this.sink = (model as unknown as { loops: Map<number, { history: NodeHistory }> }).loops.get(1)!.history;
  }

  main(): this {
    const { sink } = this;
    sink.tick(1, 100);
    sink.made(1, 'MAIN', 0, CODE.main);
    sink.began(1, 100.001);
    sink.made(10, 'TCPSERVERWRAP', 1, 0);
    sink.madeAt(10, CODE.lineOfServer);
    sink.described(10, '[::]:8080', 21);
    sink.made(11, 'Timeout', 1, CODE.again);
    sink.timerSet(11, 100.501, 0.5);
    sink.made(12, 'TickObject', 1, CODE.soon);
    sink.made(13, 'Immediate', 1, CODE.soon);
    sink.made(14, 'TTYWRAP', 1, 0);
    sink.described(14, 'stdout', 1);
    sink.made(15, 'HTTPINCOMINGMESSAGE', 1, 0);
    sink.ended(1, 100.01, false);
    return this;
  }
  rest(): this {
    const { sink } = this;
    sink.began(12, 100.011);
    sink.ended(12, 100.012, false);
    sink.tick(2, 100.02);
    sink.began(13, 100.02);
    sink.made(20, 'TickObject', 13, CODE.soon);
    sink.ended(13, 100.021, true);
    sink.began(20, 100.021);
    sink.ended(20, 100.022, false);
    // A connection at once: tick 7; 3 to 6 ran nothing.
    sink.tick(7, 100.3);
    sink.began(10, 100.3);
    sink.made(30, 'TCPWRAP', 10, 0);
    sink.described(30, '127.0.0.1:8080 ← 127.0.0.1:51234', 24);
    sink.made(31, 'FSREQCALLBACK', 10, 0);
    sink.ended(10, 100.31, false);
    sink.ranOn(100.33);
    return this;
  }
  stop(changes: Partial<Stopped> = {}): this {
    this.model.stopped({
      type: 'stopped', loop: 1, reason: 'step', text: '', breakpoints: [], at: 'gate', actor: 0, t: 100.4, also: false, ...changes,
    }); // prettier-ignore
    return this;
  }
  snapshot(tasks: SnapshotTask[], resources: SnapshotResource[] = [], t = 100.4): this {
    this.model.snapshot({ type: 'snapshot', loop: 1, t, tasks, resources });
    return this;
  }
  rows<R>(queue: RowsArguments['queue'], tick?: number, callback = 0): R[] {
    const cursor = tick === undefined ? undefined : { loop: 1, tick, callback };
    return this.model.rows({ queue, start: 0, count: 100, cursor }).rows as R[];
  }
  state(tick: number, callback = 0) {
    return this.model.state({ cursor: { loop: 1, tick, callback } });
  }
}

export function task(
  id: number,
  name: string,
  line: number,
  changes: Partial<SnapshotTask['reason']> = {},
  promise = 0,
): SnapshotTask {
  const reason = {
    kind: 'promise',
    text: 'a promise',
    object: 0,
    resource: false,
    owner: 0,
    path: '',
    line: 0,
  };
  return {
    task: id,
    name,
    path: '/app/server.js',
    line,
    awaitedBy: [],
    promise,
    reason: { ...reason, ...changes },
  };
}
export function resource(
  id: number,
  type: string,
  keepsAlive: boolean,
  changes: Partial<SnapshotResource> = {},
): SnapshotResource {
  return { id, type, text: '', fd: -1, path: '', line: 0, keepsAlive, ...changes };
}
