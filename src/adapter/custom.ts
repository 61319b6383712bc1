/** The requests of contract.ts, their arguments checked. */
import { z } from 'zod';
import type { Breakpoints } from './breakpoints';
import type { Cursor, LoopId, Requests, State, TickBreakpoint } from './contract';
import type { Debuggee } from './debuggee';
import { RequestError } from './requestError';
import type { Place, StepArguments, Stepping } from './stepping';
import { firstProblem } from '../breakpoints/problem';
import { tickBreakpointList, tickPlace } from '../breakpoints/schema';
import { PLACES } from '../breakpoints/tickBreakpoint';
import type { Stopped } from '../wire/messages';

/** Between questions about wait reasons to a running program, at least, ms. */
const REASONS_EVERY_MS = 250;
/** Between two readings of a running Node program's tasks that nobody but a list that is looked at asks for, ms: each interrupts it. */
const TASKS_EVERY_MS = 2000;
/** Buckets of one timeline, at most: more than a screen has columns. */
const MOST_BUCKETS = 10_000;
/** How long an answer may wait for the program to say what its tasks wait for, ms. */
const REASONS_WAIT_MS = 1000;
/** The same for a program that stands, and does nothing else meanwhile. */
const STANDING_WAIT_MS = 10_000;

/** Locals, or parts of a value, in one answer. */
const VALUES = 200;

const id = z.number().int();
const cursor = z.looseObject({
  loop: id.optional(),
  tick: z.number().int().nonnegative(),
  callback: z.number().int().nonnegative().optional(),
});
const place = { loop: id.optional(), cursor: cursor.optional() };
const schemas = {
  state: z.looseObject(place),
  rows: z.looseObject({
    ...place,
    queue: z.enum(['ready', 'waiting', 'timers', 'tasks', 'callbacks']),
    start: z.number().int().nonnegative(),
    count: z.number().int().nonnegative(),
    sort: z.looseObject({ by: z.string(), descending: z.boolean().optional() }).optional(),
    filter: z
      .looseObject({
        text: z.string().optional(),
        states: z.array(z.string()).optional(),
        reasons: z.array(z.string()).optional(),
      })
      .optional(),
    group: z
      .looseObject({
        by: z.enum(['state', 'coroutine', 'reason', 'line', 'stack']),
        open: z.array(z.string()).optional(),
      })
      .optional(),
  }),
  task: z.looseObject({ task: id, cursor: cursor.optional() }),
  values: z.union([
    z.looseObject({ frame: id.positive() }),
    z.looseObject({
      ref: id.positive(),
      start: z.number().int().nonnegative().optional(),
      count: id.positive().optional(),
    }),
  ]),
  findings: z.looseObject(place),
  graph: z.looseObject({ ...place, task: id.optional() }),
  step: z.looseObject({
    kind: z.enum(['callback', 'tick', 'task', 'runTo', 'backCallback', 'backTick']),
    task: id.optional(),
    tick: id.positive('ticks are numbered from 1').optional(),
    place: tickPlace.optional(),
    loop: id.optional(),
  }),
  alive: z.looseObject({ loop: id.optional() }),
  seek: z.looseObject({ cursor: cursor.optional() }),
  setLevel: z.looseObject({ level: z.enum(['macro', 'full', 'stacks']) }),
  timeline: z.looseObject({
    from: z.number().int(),
    to: z.number().int(),
    buckets: id.positive().max(MOST_BUCKETS),
    loop: id.optional(),
  }),
  setTickBreakpoints: z.looseObject({ breakpoints: tickBreakpointList }),
};

export interface CustomHost {
  /** Throws RequestError when nothing is debugged. */
  debuggee(): Debuggee;
  /** The same, or undefined. */
  current(): Debuggee | undefined;
  readonly stepping: Stepping;
  readonly breakpoints: Breakpoints;
}

type Answer<K extends keyof Requests> = Promise<Requests[K][1]> | Requests[K][1];

export class Custom {
  private reasonsAsked = 0;
  /** The stop for which the tasks are read, and until when. */
  private readFor: Stopped | undefined;
  private reading: Promise<void> | undefined;

  constructor(private readonly host: CustomHost) {}

  readonly requests: { [K in keyof Requests]: (args: unknown) => Answer<K> } = {
    'tickscope/state': (said) => {
      const { loop, cursor } = checked('state', schemas.state, said);
      return this.state(loop, cursor);
    },
    'tickscope/rows': (said) => this.rows(checked('rows', schemas.rows, said)),
    'tickscope/task': (said) => {
      const { task, cursor } = checked('task', schemas.task, said);
      return this.task(task, cursor);
    },
    'tickscope/values': (said) => this.values(checked('values', schemas.values, said)),
    'tickscope/seek': (said) => {
      this.host.stepping.seek(checked('seek', schemas.seek, said).cursor);
      return this.state(undefined, undefined);
    },
    'tickscope/setLevel': async (said) => {
      await this.host.debuggee().setLevel(checked('setLevel', schemas.setLevel, said).level);
      return this.state(undefined, undefined);
    },
    'tickscope/step': async (said) => {
      await this.host.stepping.step(checked('step', schemas.step, said) as StepArguments, true);
      return {};
    },
    'tickscope/setTickBreakpoints': (said) => this.setTickBreakpoints(said),
    'tickscope/alive': (said) => this.alive(checked('alive', schemas.alive, said).loop),
    'tickscope/findings': (said) => this.findings(checked('findings', schemas.findings, said)),
    'tickscope/graph': (said) => this.graph(checked('graph', schemas.graph, said)),
    'tickscope/timeline': (said) => {
      const { model, findings } = this.host.debuggee();
      return model.timeline(checked('timeline', schemas.timeline, said), (loop) => findings.ticks(loop));
    },
  };

  /** What is shown where nothing is said: the session's cursor, unless another loop is meant; else the head. */
  private at(loop: LoopId | undefined, cursor: Cursor | undefined): { loop?: LoopId; cursor?: Place } {
    const { model } = this.host.debuggee();
    if (cursor) return { cursor: model.resolve({ ...cursor, loop: cursor.loop ?? loop }) };
    const own = this.host.stepping.cursor;
    if (own && (loop === undefined || loop === own.loop)) return { cursor: own };
    return { loop };
  }

  private async state(loop: LoopId | undefined, cursor: Cursor | undefined): Promise<State> {
    const debuggee = this.host.debuggee();
    await this.read();
    const at = this.at(loop, cursor);
    debuggee.tellTime();
    const facts = debuggee.model.state(at);
    const head = debuggee.model.head(facts.loop);
    const { mode, target, stop } = debuggee;
    const { states } = this.host.breakpoints;
    const isHead = !at.cursor || (head.tick === at.cursor.tick && head.callback === at.cursor.callback);
    return {
      mode,
      target,
      level: debuggee.level(facts.loop),
      live: isHead,
      ...facts,
      ...(debuggee.cost !== undefined && { cost: debuggee.cost }),
      ...(mode === 'paused' &&
        stop && { stopped: { reason: stop.reason, text: stop.text, breakpoints: stop.breakpoints } }),
      ...(states.length > 0 && { breakpoints: states }),
    };
  }

  private async rows(args: z.infer<typeof schemas.rows>): Promise<Requests['tickscope/rows'][1]> {
    const debuggee = this.host.debuggee();
    const { model } = debuggee;
    await this.read();
    const asked = { ...args, ...this.at(args.loop, args.cursor) };
    debuggee.tellTime();
    const missing = model.missingReasons(asked);
    if (missing.length > 0) await this.askReasons(debuggee, { tasks: missing }, REASONS_EVERY_MS);
    if (model.isStale(asked)) await this.askReasons(debuggee, {}, TASKS_EVERY_MS);
    return model.rows(asked);
  }

  private async alive(loop: LoopId | undefined): Promise<Requests['tickscope/alive'][1]> {
    const debuggee = this.host.debuggee();
    debuggee.tellTime();
    if (debuggee.mode === 'paused') await this.read();
    else await this.askReasons(debuggee, {}, REASONS_EVERY_MS);
    return { rows: debuggee.model.alive(loop) };
  }

  private async task(task: number, cursor: Cursor | undefined): Promise<Requests['tickscope/task'][1]> {
    const debuggee = this.host.debuggee();
    const { model } = debuggee;
    await this.read();
    const { loop } = model.taskOf(task);
    const at = this.at(loop, cursor);
    debuggee.tellTime();
    if (at.cursor) return debuggee.findings.story(model.task(task, at.cursor), at);
    if (model.taskOf(task).state === 'waiting')
      await this.askReasons(debuggee, { tasks: [task] }, REASONS_EVERY_MS);
    const facts = await debuggee.findings.story(model.task(task), at);
    if (!debuggee.connected || ['done', 'failed', 'cancelled'].includes(facts.state)) return facts;
    const { frames } = await debuggee.request('chain', { task }).catch(() => ({ frames: [] }));
    return {
      ...facts,
      chain: frames.map(({ id, name, path, line, user }) => ({
        name,
        user,
        ...(path && { path, line }),
        ...(id > 0 && debuggee.mode === 'paused' && { id }),
      })),
    };
  }

  private async values(asked: z.infer<typeof schemas.values>): Promise<Requests['tickscope/values'][1]> {
    const debuggee = this.host.debuggee();
    if (debuggee.mode !== 'paused')
      throw new RequestError('The program does not stand; pause it to look at its variables.');
    const { variables } =
      'frame' in asked
        ? await debuggee.request('locals', { frame: asked.frame as number })
        : await debuggee.request('variables', {
            ref: asked.ref as number,
            start: asked.start ?? 0,
            count: asked.count ?? VALUES,
          });
    return {
      values: variables.slice(0, VALUES).map(({ name, value, type, ref }) => ({
        name,
        value,
        ...(type && { type }),
        ...(ref > 0 && { ref }),
      })),
    };
  }

  private async findings(args: z.infer<typeof schemas.findings>): Promise<Requests['tickscope/findings'][1]> {
    const debuggee = this.host.debuggee();
    if (debuggee.model.loopIds.length === 0) return { findings: [] };
    await this.read();
    return { findings: await debuggee.findings.findings(this.at(args.loop, args.cursor)) };
  }

  private async graph(args: z.infer<typeof schemas.graph>): Promise<Requests['tickscope/graph'][1]> {
    const { findings, model } = this.host.debuggee();
    await this.read();
    const { task } = args;
    const loop = args.loop ?? (task === undefined ? undefined : model.taskOf(task).loop);
    return findings.graph(this.at(loop, args.cursor), task);
  }

  /**
   * Reads the tasks of a Node program that stands, once a stop: what takes a moment is read when somebody looks, so that
   * steps are quick.
   */
  async read(): Promise<void> {
    const debuggee = this.host.current();
    if (debuggee?.mode !== 'paused') return;
    if (debuggee.stop !== this.readFor) {
      this.readFor = debuggee.stop;
      this.reading = debuggee.model.isUnread ? this.askReasons(debuggee, {}, 0) : undefined;
    }
    await this.reading;
  }

  /** The records that answer arrive before the reply. A program that does not answer is not waited for. */
  private async askReasons(debuggee: Debuggee, args: { tasks?: number[] }, everyMs: number): Promise<void> {
    if (!debuggee.connected) return;
    const now = performance.now();
    if (debuggee.mode !== 'paused' && now - this.reasonsAsked < everyMs) return;
    this.reasonsAsked = now;
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise(
      (resolve) =>
        (timer = setTimeout(resolve, debuggee.mode === 'paused' ? STANDING_WAIT_MS : REASONS_WAIT_MS)),
    );
    // The reason stays "not captured" when it cannot be had.
    await Promise.race([debuggee.request('reasons', args).catch(() => undefined), enough]);
    clearTimeout(timer);
  }

  private async setTickBreakpoints(said: unknown): Promise<Requests['tickscope/setTickBreakpoints'][1]> {
    const breakpoints = checked('setTickBreakpoints', schemas.setTickBreakpoints, said)
      .breakpoints as TickBreakpoint[];
    const seen = new Set<string>();
    for (const { id } of breakpoints) {
      if (seen.has(id)) throw new RequestError(`Two breakpoints have the id "${id}"; give each its own.`);
      seen.add(id);
    }
    return { breakpoints: await this.host.breakpoints.setTicks(breakpoints) };
  }
}

function checked<T>(request: string, schema: z.ZodType<T>, said: unknown): T {
  const result = schema.safeParse(said ?? {});
  if (result.success) return result.data;
  const hint = request === 'setTickBreakpoints' ? ` The places are ${PLACES.join(', ')}.` : '';
  throw new RequestError(`The argument of tickscope/${request} ${firstProblem(result.error)}.${hint}`);
}
