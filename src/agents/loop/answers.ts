/** Answers to the adapter's commands, while the program stands and while it runs. */
import type { ChainFrame, Command, Commands } from '../../wire/messages';
import { Refusal, type Answer } from '../node/channel';
import type { Frame } from '../v8/frame';
import type { Chains } from './chains';
import { findTask } from './definitions';
import { next } from './facts';
import { factsOfLoop, factsOfTask } from './inspected';
import type { AnyFunction } from '../v8/functions';
import type { Gate } from './gate';
import type { Inspector } from '../v8/inspector';
import { sharedState, type AnyTask } from './library';
import type { Loops } from './loops';
import type { LoopState } from './loopState';
import { actorOf } from './numbers';
import type { Reasons } from './reasons';
import { NEEDS_STOP, type Values } from '../v8/values';
import type { WaitReader } from './waits';
import { described } from '../v8/words';

export class Answers {
  constructor(
    private readonly loops: Loops,
    private readonly gate: Gate,
    private readonly chains: Chains,
    private readonly reasons: Reasons,
    private readonly waits: WaitReader,
    private readonly values: Values,
    private readonly inspector: Inspector,
  ) {}

  readonly answer: Answer = (command, go) => {
    // What is looked at while the program runs is not kept, nor V8 kept at it.
    if (this.gate.standing === undefined) return this.inspector.briefly(() => this.body(command, go));
    return this.body(command, go);
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
        return { frames: this.described(this.chains.of(this.task(command.arguments.task))) };
      case 'stack':
        return this.stack(this.state(command.arguments.loop));
      case 'reasons':
        this.reasons.tellAsked(command.arguments.tasks);
        return {};
      case 'waits':
        return this.waits.read(this.state(command.arguments.loop), command.arguments.soon);
      case 'exception':
        return this.exception();
      case 'detach':
        return {}; // the worker takes us out
    }
    if (this.gate.standing === undefined) throw new Refusal(NEEDS_STOP);
    switch (command.command) {
      case 'inspect':
        return { variables: this.inspect(command.arguments) };
      case 'evaluate':
        return this.evaluate(command.arguments);
    }
    return this.values.answer(command);
  }

  private inspect({ task, loop }: Commands['inspect'][0]) {
    return task === undefined
      ? factsOfLoop(this.values, this.state(loop))
      : factsOfTask(this.values, this.task(task));
  }

  private evaluate({ expression, frame, task, context }: Commands['evaluate'][0]) {
    let at: Frame | undefined;
    if (frame !== undefined) at = this.values.frame(frame);
    else if (task !== undefined) {
      const frames = this.chains.of(this.task(task));
      at = frames.findLast(({ user }) => user) ?? frames.at(-1);
    }
    const shared = sharedState();
    const current = shared.currentTask;
    const standing = this.gate.standing?.stop?.at;
    if (task !== undefined && standing !== 'inside') shared.currentTask = this.task(task);
    try {
      return this.values.evaluate(expression, at, context);
    } finally {
      shared.currentTask = current;
    }
  }

  private exception(): Commands['exception'][1] {
    const { error } = this.gate;
    if (error === undefined) throw new Refusal('This stop is not about an exception.');
    return described(error.value);
  }

  /** Frames of what the loop is about to run. */
  private stack(state: LoopState): Commands['stack'][1] {
    const { stop, loop } = state;
    if (stop === undefined) {
      const running = this.gate.runningState() === state;
      return { frames: [], running };
    }
    const actor = stop.actor;
    const task = findTask(loop, actor);
    if (task !== undefined) return { frames: this.described(this.chains.of(task)), running: false };
    const handle = state.taken ?? next(loop);
    if (actor === 0 || handle?.callback === undefined) return { frames: [], running: false };
    return { frames: this.described([this.chains.place(handle.callback as AnyFunction)]), running: false };
  }

  private described(frames: Frame[]): ChainFrame[] {
    const keep = this.gate.standing !== undefined;
    return frames.map((frame) => this.values.described(frame, keep));
  }

  private task(actor: number): AnyTask {
    for (const { loop } of this.loops.all) {
      const task = findTask(loop, actor);
      if (task !== undefined) return task;
    }
    // It may stand at its last step, when the library has let go of it.
    const current = sharedState().currentTask;
    if (current !== undefined && actorOf(current) === actor) return current;
    throw new Refusal(`Task ${actor} has ended, or there is none of that number.`);
  }

  private state(id: number | undefined): LoopState {
    const state = id === undefined ? this.gate.standing : this.loops.numbered(id);
    if (state === undefined) throw new Refusal(`There is no loop ${id}.`);
    return state;
  }
}
