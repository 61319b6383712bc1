/**
 * Stands in for a Python with the agent in it: says its version when asked, else dials the adapter and tells of a small
 * program. Which one: the name of the program's file.
 *
 *  - `ticks.py`: one loop; tick n runs the task `worker` (id 10) and the plain callback `beat` (id 2), 5 ticks in all;
 *    prints "done" and ends with code 3.
 *  - `version.py`, `protocol.py`, `token.py`: says hello as another version, in another protocol, with a wrong token.
 *  - `silent.py`: never dials; code 0.   - `noloop.py`: says hello and goodbye; code 0.
 *  - `stuck.py`: two tasks that wait for each other's lock in tick 1, where the loop then sleeps until it is ended.
 *  - `crash.py`: kills itself with SIGKILL at tick 2.   - `stubborn.py`: as ticks.py, but ignores SIGINT and SIGTERM.
 */
import { connect } from 'node:net';
import { basename } from 'node:path';
import { MarshalWriter } from '../wire/marshalWriter';
import { encodeFrame, FrameReader, jsonFrame } from '../../../src/wire/frames';
import type { Command, FromAgent, ToAgent, Waits } from '../../../src/wire/messages';
import { DEFINE, FRAME, PROTOCOL_VERSION, RECORD, RESULT, ROLE } from '../../../src/wire/schema';

const LOOP = 1;
const BEAT = 2;
const WORKER_CODE = 3;
const WORKER = 10;
const TICKS = 5;
const FUTURE = 0x7000;
const OTHER = 11;
const LOCKS = [0x8000, 0x9000];

function run(name: string): void {
  if (name === 'silent.py') return;
  const address = process.env.TICKSCOPE_ADDRESS ?? '';
  const socket = address.startsWith('unix:')
    ? connect(address.slice('unix:'.length))
    : connect(Number(address.split(':')[2]), '127.0.0.1');
  const program = new Program(name, (bytes) => socket.write(bytes));
  const reader = new FrameReader();
  socket.on('data', (chunk: Buffer) => {
    for (const { payload } of reader.read(chunk))
      program.told(JSON.parse(payload.toString('utf8')) as ToAgent);
  });
  socket.on('close', () => process.exit(program.code));
  socket.on('error', () => process.exit(70));
  program.ended = () => socket.end();
  program.hello();
  if (name === 'stubborn.py')
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
}

class Program {
  code = 0;
  ended: () => void = () => undefined;
  private readonly writer = new MarshalWriter();
  private tick = 0;
  /** Callbacks of the tick that ran: 0 to 2. */
  private callback = 0;
  private time = 100;
  private every = 0;
  private at = 0;
  private stopper = '';

  constructor(
    private readonly name: string,
    private readonly write: (bytes: Uint8Array) => void,
  ) {}

  private say(message: FromAgent): void {
    this.write(jsonFrame(message));
  }

  hello(): void {
    this.say({
      type: 'hello',
      protocol: this.name === 'protocol.py' ? PROTOCOL_VERSION + 1 : PROTOCOL_VERSION,
      token: this.name === 'token.py' ? 'guessed' : (process.env.TICKSCOPE_TOKEN ?? ''),
      target: 'asyncio',
      runtime: 'CPython 3.11.7',
      version: [3, 11, 7],
      agent: this.name === 'version.py' ? '0.0.0' : (process.env.TICKSCOPE_AGENT_VERSION ?? ''),
      pid: process.pid,
      monotonic: this.time,
      wall: 0,
      argv: [],
    });
  }

  told(message: ToAgent): void {
    if (message.type === 'refuse') return;
    if (message.type === 'command') return this.command(message);
    if (this.name === 'noloop.py') {
      this.say({ type: 'goodbye' });
      return this.ended();
    }
    this.setBreakpoints(message.breakpoints);
    this.writer.int(DEFINE.CODE.code).int(BEAT).text('beat').text('/app/ticks.py').int(3).int(ROLE.USER);
    this.writer
      .int(DEFINE.CODE.code)
      .int(WORKER_CODE)
      .text('worker')
      .text('/app/ticks.py')
      .int(9)
      .int(ROLE.USER);
    this.write(encodeFrame(FRAME.DEFINE, this.writer.take()));
    this.loop('running');
    this.writer.int(RECORD.TASK.code).int(WORKER).int(0).int(WORKER_CODE).text('worker-1');
    if (this.name === 'stuck.py') return this.getStuck();
    this.beginTick();
    if (message.stopOnEntry) this.stop('entry');
    else this.runOn();
  }

  private setBreakpoints(
    breakpoints: Extract<Command, { command: 'setBreakpoints' }>['arguments']['breakpoints'],
  ): void {
    this.every = 0;
    this.at = 0;
    for (const breakpoint of breakpoints)
      if (breakpoint.place === 'tick') {
        this.at = breakpoint.at ?? this.at;
        this.every = breakpoint.every ?? (breakpoint.at === undefined ? 1 : this.every);
        this.stopper = breakpoint.id;
      }
  }

  private command(command: Command): void {
    const { id } = command;
    const reply = (body: unknown) => this.say({ type: 'reply', id, body });
    switch (command.command) {
      case 'continue':
        reply({});
        this.say({ type: 'resumed', loop: LOOP, t: this.time });
        return this.runOn();
      case 'step':
        reply({});
        this.say({ type: 'resumed', loop: LOOP, t: this.time });
        return this.step(command.arguments);
      case 'pause':
        reply({});
        return this.stop('pause');
      case 'setBreakpoints':
        this.setBreakpoints(command.arguments.breakpoints);
        return reply({
          breakpoints: command.arguments.breakpoints.map((breakpoint) =>
            breakpoint.condition === '1 +'
              ? {
                  id: breakpoint.id,
                  verified: false,
                  message: 'The condition "1 +" does not parse: invalid syntax.',
                }
              : { id: breakpoint.id, verified: true },
          ),
        });
      case 'stack':
      case 'chain': {
        const frames = [
          { id: 1, name: 'worker', path: '/app/ticks.py', line: 10, user: true },
          { id: 2, name: 'sleep', path: '/lib/asyncio/tasks.py', line: 639, user: false },
        ];
        return reply({ frames, running: false });
      }
      case 'locals':
        return reply({ variables: [{ name: 'items', value: '[1, 2]', type: 'list', ref: 5, indexed: 2 }] });
      case 'variables':
        return reply({
          variables: [
            { name: '0', value: '1', type: 'int', ref: 0 },
            { name: '1', value: '2', type: 'int', ref: 0 },
          ],
        });
      case 'inspect':
        return reply({ variables: [{ name: 'name', value: "'worker-1'", type: 'str', ref: 0 }] });
      case 'evaluate':
        if (/^(bool\(.*)?\s*nothing\b/s.test(command.arguments.expression))
          return this.say({ type: 'reply', id, error: "NameError: name 'nothing' is not defined." });
        return reply({ name: '', value: command.arguments.expression, type: 'str', ref: 0 });
      case 'waits':
        if (this.name !== 'stuck.py') break;
        this.tellReasons();
        return reply(this.waits);
      case 'reasons': {
        const reason = this.writer.int(RECORD.REASON.code).int(WORKER).int(FUTURE);
        reason.text('lock').text('lock db').int(FUTURE).int(0).text('/app/ticks.py').int(12);
        this.flush();
        return reply({});
      }
    }
    this.say({ type: 'reply', id, error: `The fake program cannot do ${command.command}.` });
  }

  private getStuck(): void {
    this.writer.int(RECORD.TASK.code).int(OTHER).int(0).int(WORKER_CODE).text('worker-2');
    this.beginTick();
    for (const [index, task] of [WORKER, OTHER].entries()) {
      this.writer.int(RECORD.LOCK.code).int(LOCKS[index]).int(task);
      this.time += 0.001;
      this.writer
        .int(task)
        .int(FUTURE + index * 16)
        .float(this.time)
        .int(1 - index);
    }
    this.flush();
  }
  private tellReasons(): void {
    for (const [index, task] of [WORKER, OTHER].entries())
      this.writer
        .int(RECORD.REASON.code)
        .int(task)
        .int(FUTURE + index * 16)
        .text('lock')
        .text(`lock ${'ba'[index]}`)
        .int(LOCKS[1 - index])
        .int(0)
        .text('/app/ticks.py')
        .int(12 + index);
    this.flush();
  }
  private get waits(): Waits {
    const tasks = [WORKER, OTHER];
    return {
      waits: tasks.map((task, index) => ({
        task,
        things: [LOCKS[1 - index]],
        tasks: [],
        all: true,
        blocked: true,
      })),
      things: tasks.map((task, index) => ({
        id: LOCKS[index],
        kind: 'lock',
        text: `lock ${'ab'[index]}`,
        holders: [task],
        setters: [],
        path: '',
        line: 0,
      })),
    };
  }

  private loop(state: 'running' | 'closed'): void {
    this.say({
      type: 'loop',
      loop: LOOP,
      name: 'loop 1',
      thread: 'MainThread',
      state,
      t: this.time,
      clock: this.time,
    });
  }
  private beginTick(): void {
    this.tick++;
    this.callback = 0;
    this.time += 0.001;
    this.writer.int(RECORD.TICK.code).float(0).float(this.time).int(2);
  }
  private runCallback(): void {
    this.time += 0.001;
    if (this.callback++ === 0) this.writer.int(WORKER).int(RESULT.YIELDED).float(this.time).int(2);
    else
      this.writer
        .int(BEAT)
        .int(RESULT.RETURNED)
        .float(this.time)
        .int(this.tick < TICKS ? 2 : 1);
  }
  private flush(): void {
    const payload = this.writer.take();
    const framed = Buffer.alloc(4 + payload.length);
    framed.writeUInt32LE(LOOP, 0);
    framed.set(payload, 4);
    this.write(encodeFrame(FRAME.RECORDS, framed));
  }
  private get actor(): number {
    return this.callback === 0 ? WORKER : BEAT;
  }
  private stop(reason: 'entry' | 'step' | 'pause' | 'breakpoint', text = `Stopped: ${reason}`): void {
    const asleep = this.name === 'stuck.py';
    if (!asleep) this.writer.int(RECORD.QUEUED.code).int(0).int(this.actor);
    this.flush();
    const breakpoints = reason === 'breakpoint' ? [this.stopper] : [];
    const { tick: _tick, actor, time: t } = this;
    this.say({
      type: 'stopped',
      loop: LOOP,
      reason,
      text,
      breakpoints,
      at: asleep ? 'poll' : 'gate',
      actor,
      t,
      also: false,
    });
  }

  /** One callback further; false at the end of the program. */
  private advance(): boolean {
    this.runCallback();
    if (this.callback < 2) return true;
    if (this.tick === TICKS) return false;
    if (this.name === 'crash.py' && this.tick === 2) process.kill(process.pid, 'SIGKILL');
    this.beginTick();
    return true;
  }
  private step({ kind, task, tick }: Extract<Command, { command: 'step' }>['arguments']): void {
    while (this.advance()) {
      const here =
        kind === 'callback' ||
        kind === 'lineInto' ||
        (kind === 'tick' && this.callback === 0) ||
        (kind === 'task' && this.actor === task) ||
        (kind === 'runTo' && this.tick === tick && this.callback === 0);
      if (here) return this.stop('step', `Stepped by ${kind}`);
    }
    this.finish();
  }
  private runOn(): void {
    // `stubborn.py` stays in its loop, to be paused or ended.
    if (this.name === 'stubborn.py' || this.name === 'stuck.py') return this.flush();
    while (this.advance())
      if (this.callback === 0 && (this.tick === this.at || (this.every > 0 && this.tick % this.every === 0)))
        return this.stop('breakpoint', `Paused on tick ${this.tick}`);
    this.finish();
  }
  private finish(): void {
    this.flush();
    this.loop('closed');
    this.say({ type: 'goodbye' });
    process.stdout.write('done\n');
    this.code = 3;
    this.ended();
  }
}

const args = process.argv.slice(2);
if (args.includes('-c')) process.stdout.write('python 3.11.7');
else run(basename(args.find((arg) => arg.endsWith('.py')) ?? ''));
