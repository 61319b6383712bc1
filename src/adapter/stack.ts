/** Frames of DAP: what a loop is about to run or is running, and tasks' await chains. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { basename, isAbsolute } from 'node:path';
import type { LoopId, ReadyRow, Source, TaskId } from './contract';
import type { Debuggee } from './debuggee';
import { RequestError } from './requestError';
import type { Place } from './stepping';
import type { ThreadOf } from './threads';
import type { Model } from '../model/model';
import type { ChainFrame } from '../wire/messages';

/** What a DAP frame id stands for, until the program or the cursor moves on. */
export interface FrameOf {
  /** Of the agent; 0: no live frame. */
  frame: number;
  loop: LoopId;
  task?: TaskId;
  /** Set in the past, which has no frames. */
  past?: Place;
}

export class Stack {
  private readonly frames = new Map<number, FrameOf>();
  // Never used again, so that an id of before is known as such.
  private lastId = 0;

  /** The program or the cursor moved on. */
  clear(): void {
    this.frames.clear();
  }

  frameOf(id: number): FrameOf {
    const frame = this.frames.get(id);
    if (!frame)
      throw new RequestError('That frame is gone: the program has run on since. Ask for the stack again.');
    return frame;
  }

  /** The stack of a thread, innermost first. */
  async trace(
    debuggee: Debuggee,
    thread: ThreadOf,
    cursor: Place | undefined,
  ): Promise<DebugProtocol.StackFrame[]> {
    if (cursor) return this.past(debuggee, thread, cursor);
    const frames = await this.present(debuggee, thread);
    if (debuggee.justMyCode) openAtMyCode(frames);
    return frames;
  }

  private async present(debuggee: Debuggee, thread: ThreadOf): Promise<DebugProtocol.StackFrame[]> {
    if (debuggee.mode === 'ended') throw new RequestError('The program has ended; it has no stack any more.');
    if (debuggee.mode !== 'paused')
      throw new RequestError('The program is running; pause it to see its stack.');
    const { model, stop } = debuggee;
    if (thread.kind === 'task') {
      const { frames } = await debuggee.request('chain', { task: thread.task });
      if (frames.length > 0) return frames.reverse().map((frame) => this.live(frame, thread));
      const { name, source } = model.taskOf(thread.task);
      return [this.single(name, source, { frame: 0, loop: thread.loop, task: thread.task })];
    }
    const { loop } = thread;
    const actor = stop?.loop === loop ? stop.actor : 0;
    const running = aboutToRun(model, { loop });
    const task = actor !== 0 && model.actor(actor).kind === 'task' ? actor : running?.task;
    const { frames } = await debuggee.request('stack', { loop });
    if (frames.length > 0) {
      const shown = frames.reverse().map((frame) => this.live(frame, { loop, task }));
      const mine = frames.some(({ user }) => user) || running?.task === undefined;
      return mine ? shown : [...shown, ...(await this.woken(debuggee, running.task as TaskId, loop))];
    }
    const of: FrameOf = { frame: 0, loop, task };
    if (actor !== 0) {
      const { name, source } = model.actor(actor);
      return [this.single(name, source, of)];
    }
    if (running) return [this.single(running.name, running.source, of)];
    return [this.single('(waiting for I/O and timers)', undefined, of, 'label')];
  }

  /** Under a callback of the library: the task that it is about. */
  private async woken(debuggee: Debuggee, task: TaskId, loop: LoopId): Promise<DebugProtocol.StackFrame[]> {
    const { frames } = await debuggee
      .request('chain', { task })
      .catch(() => ({ frames: [] as ChainFrame[] }));
    if (frames.length === 0) return [];
    const label = this.single(
      `for ${debuggee.model.taskOf(task).name}`,
      undefined,
      { frame: 0, loop, task },
      'label',
    );
    return [label, ...frames.reverse().map((frame) => this.live(frame, { loop, task }))];
  }

  private past(debuggee: Debuggee, thread: ThreadOf, cursor: Place): DebugProtocol.StackFrame[] {
    const { model } = debuggee;
    if (thread.kind === 'task') {
      const at = thread.loop === cursor.loop ? cursor : undefined;
      const { name, coroutine, source, reason } = model.task(thread.task, at);
      return [
        this.single(coroutine || name, reason?.source ?? source, {
          frame: 0,
          loop: thread.loop,
          task: thread.task,
          past: cursor,
        }),
      ];
    }
    const { loop } = thread;
    const running = aboutToRun(model, loop === cursor.loop ? { loop, cursor } : { loop });
    const of: FrameOf = { frame: 0, loop, task: running?.task, past: cursor };
    if (running) return [this.single(running.name, running.source, of)];
    return [this.single('(waiting for I/O and timers)', undefined, of, 'label')];
  }

  private live(frame: ChainFrame, { loop, task }: { loop: LoopId; task?: TaskId }): DebugProtocol.StackFrame {
    const source = frame.path ? { path: frame.path, line: frame.line } : undefined;
    return this.single(frame.name, source, { frame: frame.id, loop, task }, frame.user ? 'normal' : 'subtle');
  }

  private single(
    name: string,
    source: Source | undefined,
    of: FrameOf,
    hint: 'normal' | 'subtle' | 'label' = 'normal',
  ): DebugProtocol.StackFrame {
    const id = ++this.lastId;
    this.frames.set(id, of);
    const frame: DebugProtocol.StackFrame = { id, name, line: 0, column: 0 };
    if (hint !== 'normal') frame.presentationHint = hint;
    if (source) {
      frame.line = source.line;
      frame.column = source.column ?? 1;
      // "<string>", "<frozen importlib._bootstrap>": nothing that an editor could open.
      if (isAbsolute(source.path)) {
        frame.source = { name: basename(source.path), path: source.path };
        if (hint === 'subtle') frame.source.presentationHint = 'deemphasize';
      }
    }
    return frame;
  }
}

/**
 * Takes the source from the library's frames above the first of the user's. After a step or at a breakpoint VS Code opens
 * the first frame that has one, however much it is deemphasized.
 */
function openAtMyCode(frames: DebugProtocol.StackFrame[]): void {
  const mine = frames.findIndex(({ source, presentationHint }) => source && presentationHint === undefined);
  for (const frame of frames.slice(0, Math.max(0, mine))) {
    delete frame.source;
    frame.line = frame.column = 0;
  }
}

/** The callback in whose middle the program stands, else the one that is next. */
function aboutToRun(model: Model, at: { loop: LoopId; cursor?: Place }): ReadyRow | undefined {
  const { running } = model.state(at);
  if (running) return running;
  const first = model.rows({ queue: 'ready', start: 0, count: 1, ...at }).rows[0] as ReadyRow | undefined;
  return first && !first.nextTick ? first : undefined;
}
