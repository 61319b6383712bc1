/** Answers to the adapter's commands, while a plain Node program stands and while it runs. */
import type { ChainFrame, Command, Commands, Variable, Waits } from '../../../wire/messages';
import type { Frame } from '../../v8/frame';
import type { AnyFunction, Functions } from '../../v8/functions';
import type { Inspector } from '../../v8/inspector';
import { NEEDS_STOP, type Values } from '../../v8/values';
import { described } from '../../v8/words';
import { Refusal, type Answer } from '../channel';
import { calledFunction } from './called';
import { isUser, nameOf } from './definitions';
import { lengthOf } from './facts';
import type { Gate, Running } from './gate';
import { checkedLevel } from './levels';
import type { Recorder } from './recorder';

/** What is known of pending async calls. */
export interface AsyncCalls {
  /** The await chain, outermost first. Throws Refusal where there is no such call. */
  chain(task: number): Frame[];
  /** What the scope Task shows of it. Throws Refusal likewise. */
  facts(task: number): Variable[];
  /** Who waits for what, after a snapshot of all was said. */
  waits(next: Running | undefined, inside: boolean): Waits;
  /** Says a snapshot of all. */
  tell(): void;
  /** What keeps the process alive, a sentence each. */
  keepsAlive(): string[];
}

export class Answers {
  calls: AsyncCalls | undefined;

  constructor(
    private readonly recorder: Recorder,
    private readonly gate: Gate,
    private readonly functions: Functions,
    private readonly values: Values,
    private readonly inspector: Inspector,
  ) {}

  readonly answer: Answer = (command, go) => {
    const { inspector, gate, recorder } = this;
    if (gate.stop === undefined) return recorder.aside(() => inspector.briefly(() => this.body(command, go)));
    // What an evaluation makes is the program's.
    if (command.command === 'evaluate') return this.evaluate(command.arguments);
    return recorder.aside(() => this.body(command, go));
  };

  private body(command: Command, go: () => void): unknown {
    switch (command.command) {
      case 'pause':
        return {}; // the helper raises the flag
      case 'continue':
        return this.gate.continue(go);
      case 'step':
        return this.gate.step(command.arguments, go);
      case 'setBreakpoints':
        return this.gate.setPoints(command.arguments.breakpoints);
      case 'chain':
        return { frames: this.kept(this.asyncCalls.chain(command.arguments.task)) };
      case 'stack':
        return this.stack();
      case 'reasons':
        this.calls?.tell();
        return {};
      case 'waits':
        return this.asyncCalls.waits(this.gate.next, this.gate.stop?.at === 'inside');
      case 'exception':
        return this.exception();
      case 'level':
        this.recorder.setLevel(checkedLevel(command.arguments.level));
        return {};
      case 'detach':
        return {}; // the worker takes us out
    }
    if (this.gate.stop === undefined) throw new Refusal(NEEDS_STOP);
    const answer =
      command.command === 'inspect'
        ? { variables: this.inspect(command.arguments) }
        : this.values.answer(command);
    if (answer !== undefined) return answer;
    throw new Refusal(`The agent of Node programs cannot do "${command.command}".`);
  }

  private get asyncCalls(): AsyncCalls {
    if (this.calls === undefined) throw new Refusal('Pending async calls cannot be read in this program.');
    return this.calls;
  }

  private evaluate({ expression, frame, task, context }: Commands['evaluate'][0]): Variable {
    // It is connected by us, and then used by the program.
    const at = this.recorder.aside(() => {
      this.inspector.remote(undefined);
      if (frame !== undefined) return this.values.frame(frame);
      if (task === undefined) return this.frames()[0];
      const frames = this.asyncCalls.chain(task);
      return frames.findLast(({ user }) => user) ?? frames.at(-1);
    });
    return this.recorder.asProgram(() => this.values.evaluate(expression, at, context));
  }

  private inspect({ task }: Commands['inspect'][0]): Variable[] {
    if (task !== undefined) return this.asyncCalls.facts(task);
    const { values, recorder } = this;
    const timers = recorder.resources
      .live()
      .flatMap(({ type, resource }) => (type === 'Timeout' && resource !== undefined ? [resource] : []));
    return [
      values.variable('tick', recorder.tick),
      values.variable('ready', lengthOf('ready', recorder)),
      values.variable('waiting', lengthOf('waiting', recorder)),
      values.variable('timers', timers),
      values.list('keeps the process alive', this.calls?.keepsAlive() ?? process.getActiveResourcesInfo()),
    ];
  }

  /** Frames of what is about to run. */
  private stack(): Commands['stack'][1] {
    const { stop } = this.gate;
    if (stop === undefined) return { frames: [], running: this.recorder.current !== 0 };
    return { frames: this.kept(this.frames()), running: false };
  }

  private frames(): Frame[] {
    const { next } = this.gate;
    if (next === undefined) return [];
    if (next.call !== undefined) {
      const { name, path, line } = next.call;
      return [{ name, path, line, user: isUser(path) }];
    }
    if (next.type === 'MAIN') {
      const path = process.argv[1] ?? '';
      return path === '' ? [] : [{ name: '(main)', path, line: 1, user: true }];
    }
    const called = calledFunction(next, this.functions);
    return called === undefined ? [] : [this.place(called)];
  }

  private place(called: AnyFunction): Frame {
    const fn = this.functions.key(called) === undefined ? this.functions.target(called) : called;
    const { path, line } = this.functions.location(fn) ?? { path: '', line: 0 };
    return { name: nameOf(fn), path, line, user: isUser(path), fn };
  }

  private exception(): Commands['exception'][1] {
    const { error } = this.gate;
    if (error === undefined) throw new Refusal('This stop is not about an exception.');
    return described(error.value);
  }

  private kept(frames: Frame[]): ChainFrame[] {
    return frames.map((frame) => this.values.described(frame, this.gate.stop !== undefined));
  }
}
