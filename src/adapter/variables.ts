/** Scopes, variables and evaluation. Everything is asked of the program when it is looked at, and not before. */
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { AliveRow, LoopId, TaskId, TaskRow } from './contract';
import type { Debuggee } from './debuggee';
import { RequestError } from './requestError';
import type { FrameOf } from './stack';
import type { Place } from './stepping';
import type { Variable } from '../wire/messages';

const NO_FRAMES_IN_THE_PAST =
  'The past has no frames: only what happened is remembered, not the values of variables. Continue or seek to where the program is.';
const RUNNING = 'The program is running; pause it to look at its variables.';

type Holder =
  | { kind: 'locals'; frame: number; past: boolean }
  | { kind: 'task'; task: TaskId; at?: Place }
  | { kind: 'loop'; loop: LoopId; at?: Place }
  | { kind: 'alive'; rows: AliveRow[] }
  | { kind: 'children'; ref: number };

export class Variables {
  private readonly holders = new Map<number, Holder>();
  // Never used again, so that a reference of before is known as such.
  private lastReference = 0;

  /** The program or the cursor moved on. */
  clear(): void {
    this.holders.clear();
  }

  scopes(frame: FrameOf): DebugProtocol.Scope[] {
    const scopes: DebugProtocol.Scope[] = [];
    if (frame.frame > 0 || frame.past)
      scopes.push({
        name: 'Locals',
        presentationHint: 'locals',
        variablesReference: this.hold({ kind: 'locals', frame: frame.frame, past: frame.past !== undefined }),
        expensive: false,
      });
    if (frame.task !== undefined)
      scopes.push({
        name: 'Task',
        variablesReference: this.hold({ kind: 'task', task: frame.task, at: frame.past }),
        expensive: false,
      });
    scopes.push({
      name: 'Loop',
      variablesReference: this.hold({ kind: 'loop', loop: frame.loop, at: frame.past }),
      expensive: false,
    });
    return scopes;
  }

  async variables(
    debuggee: Debuggee,
    args: DebugProtocol.VariablesArguments,
  ): Promise<DebugProtocol.Variable[]> {
    const holder = this.holders.get(args.variablesReference);
    if (!holder)
      throw new RequestError(
        'Those variables are gone: the program has run on since. Ask for the scopes again.',
      );
    switch (holder.kind) {
      case 'locals': {
        if (holder.past) throw new RequestError(NO_FRAMES_IN_THE_PAST);
        const { variables } = await debuggee.request('locals', { frame: holder.frame });
        return variables.map((variable) => this.shown(variable, true));
      }
      case 'task':
        return merged(
          taskFacts(debuggee, holder.task, holder.at),
          holder.at ? [] : await this.inspected(debuggee, { task: holder.task }),
        );
      case 'loop':
        return merged(
          [...loopFacts(debuggee, holder.loop, holder.at), ...this.alive(debuggee, holder)],
          holder.at ? [] : await this.inspected(debuggee, { loop: holder.loop }),
        );
      case 'alive':
        return holder.rows.map(({ text, source }, i) =>
          fact(String(i), source ? `${text} (${basename(source.path)}:${source.line})` : text),
        );
      case 'children': {
        const { start, count, filter } = args;
        const { variables } = await debuggee.request('variables', { ref: holder.ref, start, count, filter });
        return variables.map((variable) => this.shown(variable, false));
      }
    }
  }

  async evaluate(
    debuggee: Debuggee,
    args: DebugProtocol.EvaluateArguments,
    frame: FrameOf | undefined,
    past: boolean,
  ): Promise<DebugProtocol.EvaluateResponse['body']> {
    if (debuggee.mode === 'ended')
      throw new RequestError('The program has ended; nothing can be evaluated any more.');
    if (past) throw new RequestError(NO_FRAMES_IN_THE_PAST);
    if (debuggee.mode !== 'paused') throw new RequestError('The program is running; pause it to evaluate.');
    const result = await debuggee.request('evaluate', {
      expression: args.expression,
      frame: frame && frame.frame > 0 ? frame.frame : undefined,
      task: frame?.task,
      context: contextOf(args.context),
    });
    const { value, type, variablesReference, namedVariables, indexedVariables } = this.shown(result, false);
    return { result: value, type, variablesReference, namedVariables, indexedVariables };
  }

  /** Node: what keeps the program from exiting, where it stands. */
  private alive(
    { target, mode, model }: Debuggee,
    { loop, at }: { loop: LoopId; at?: Place },
  ): DebugProtocol.Variable[] {
    if (target !== 'node' || at || mode !== 'paused') return [];
    const rows = model.alive(loop);
    const what = fact(
      'keeps it from exiting',
      rows.length === 0 ? 'nothing' : rows.map(({ text }) => text).join(', '),
    );
    if (rows.length > 0) {
      what.variablesReference = this.hold({ kind: 'alive', rows });
      what.indexedVariables = rows.length;
    }
    return [what];
  }

  private async inspected(
    debuggee: Debuggee,
    what: { task?: TaskId; loop?: LoopId },
  ): Promise<DebugProtocol.Variable[]> {
    if (debuggee.mode !== 'paused') throw new RequestError(RUNNING);
    const { variables } = await debuggee.request('inspect', what);
    return variables.map((variable) => this.shown(variable, false));
  }

  private shown(variable: Variable, isLocal: boolean): DebugProtocol.Variable {
    const shown: DebugProtocol.Variable = {
      name: variable.name,
      value: variable.value,
      type: variable.type,
      variablesReference: variable.ref > 0 ? this.hold({ kind: 'children', ref: variable.ref }) : 0,
    };
    if (variable.named !== undefined) shown.namedVariables = variable.named;
    if (variable.indexed !== undefined) shown.indexedVariables = variable.indexed;
    if (isLocal && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(variable.name)) shown.evaluateName = variable.name;
    return shown;
  }

  private hold(holder: Holder): number {
    this.holders.set(++this.lastReference, holder);
    return this.lastReference;
  }
}

function contextOf(context: string | undefined): 'hover' | 'watch' | 'repl' | 'variables' | 'clipboard' {
  if (context === 'hover' || context === 'watch' || context === 'variables' || context === 'clipboard')
    return context;
  return 'repl';
}

function taskFacts(
  { model, target }: Debuggee,
  task: TaskId,
  at: Place | undefined,
): DebugProtocol.Variable[] {
  const facts = model.task(task, at);
  return [
    fact('state', facts.state),
    ...(facts.reason ? [fact('waits for', facts.reason.text || facts.reason.kind)] : []),
    fact('since tick', String(facts.sinceTick)),
    // Node does not tell of its tasks' steps.
    ...(target === 'node' ? [] : stepFacts(facts)),
  ];
}

function stepFacts(facts: TaskRow): DebugProtocol.Variable[] {
  return [
    fact('steps', String(facts.steps)),
    fact('busy', milliseconds(facts.busyMs)),
    fact('ready', milliseconds(facts.readyMs)),
    fact('waiting', milliseconds(facts.waitingMs)),
  ];
}

function loopFacts({ model }: Debuggee, loop: LoopId, at: Place | undefined): DebugProtocol.Variable[] {
  const { cursor, phase, counts, clockMs } = model.state(at?.loop === loop ? { cursor: at } : { loop });
  return [
    fact('tick', String(cursor.tick)),
    fact('callback', String(cursor.callback)),
    fact('phase', phase),
    fact('ready', String(counts.ready)),
    fact('waiting', String(counts.waiting)),
    fact('timers', String(counts.timers)),
    fact('tasks', String(counts.tasks)),
    fact('clock', milliseconds(clockMs)),
  ];
}

/** The model's facts, then the program's own. What both tell is the model's, with the program's objects under it. */
function merged(facts: DebugProtocol.Variable[], live: DebugProtocol.Variable[]): DebugProtocol.Variable[] {
  const byName = new Map(live.map((variable) => [variable.name, variable]));
  const known = new Set(facts.map(({ name }) => name));
  return [
    ...facts.map((variable) => ({ ...variable, ...childrenOf(byName.get(variable.name)) })),
    ...live.filter(({ name }) => !known.has(name)),
  ];
}
function childrenOf(variable: DebugProtocol.Variable | undefined): Partial<DebugProtocol.Variable> {
  if (!variable) return {};
  const { variablesReference, namedVariables, indexedVariables } = variable;
  return { variablesReference, namedVariables, indexedVariables };
}

function fact(name: string, value: string): DebugProtocol.Variable {
  return {
    name,
    value,
    variablesReference: 0,
    presentationHint: { kind: 'virtual', attributes: ['readOnly'] },
  };
}
function milliseconds(ms: number): string {
  return `${ms.toFixed(3)} ms`;
}
