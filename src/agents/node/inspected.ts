/** A thread of the program as V8's inspector shows it to the helper. Connected only while it is needed: it slows the program. */
import type { Debugger, Runtime } from 'node:inspector';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ChainFrame, Variable } from '../../wire/messages';
import { PATIENCE_MS } from '../v8/conditions';
import { Refusal } from './channel';
import { HOOK, type Hook } from './control';
import { textOf, typeOf } from './remoteValues';
import { ownAsyncio } from './typescript/resolve';
import type { AnySession } from './workerSession';

/** Scopes whose variables are the frame's own. */
const OWN_SCOPES = new Set(['local', 'block', 'catch', 'eval', 'with']);
/** Of the conditions at one line. */
const MOST_GIVEN_UP = 20;
/** Conditions of slow callbacks have an end of their own, which V8's must not come in between of: it would undo half a stop. */
const LATER_MS = 10 * PATIENCE_MS;
const SHOWN_SCOPES = new Set(['closure', 'module', 'script']);

export interface InspectedHost {
  /** The thread was broken into, and is held. */
  paused(): void;
  /** V8 has found the code for a breakpoint; lines from 1. */
  resolved(breakpoint: string, line: number): void;
}

/** Where the innermost frame is. */
export interface Here {
  /** Url and line. */
  place: string;
  url: string;
  /** Frames. */
  depth: number;
  user: boolean;
}

export class Inspected {
  private readonly scripts = new Map<string, string>();
  private readonly library: string;
  private callFrames: Debugger.CallFrame[] = [];
  /** What references of variables stand for: index + firstId. */
  private readonly objects: string[] = [];
  private enabled: Promise<unknown> | undefined;
  /** As V8 has it. */
  private passedBy = '';

  /** `folder`: of the agents, whose frames are nobody's. `firstId`: of frames and references of variables. */
  constructor(
    private readonly session: AnySession,
    private readonly folder: string,
    private readonly firstId: number,
    host: InspectedHost,
  ) {
    this.library = ownAsyncio(folder, 'cjs');
    this.session.on('Debugger.scriptParsed', ({ params }) => {
      const { scriptId, url } = params as Debugger.ScriptParsedEventDataType;
      this.scripts.set(scriptId, url);
    });
    this.session.on('Debugger.breakpointResolved', ({ params }) => {
      const { breakpointId, location } = params as Debugger.BreakpointResolvedEventDataType;
      host.resolved(breakpointId, location.lineNumber + 1);
    });
    this.session.on('Debugger.paused', ({ params }) => {
      this.callFrames = (params as Debugger.PausedEventDataType).callFrames;
      this.objects.length = 0;
      host.paused();
    });
  }

  enable(): Promise<unknown> {
    return (this.enabled ??= this.post('Debugger.enable'));
  }
  /** `paused` is called when the thread runs JavaScript next, which may be at once or never. */
  async breakIn(): Promise<void> {
    await this.enable();
    await this.passBy([]);
    await this.pause();
  }
  async pause(): Promise<void> {
    await this.post('Debugger.pause');
  }
  async stepOver(): Promise<void> {
    await this.post('Debugger.stepOver');
  }
  async stepOut(): Promise<void> {
    await this.post('Debugger.stepOut');
  }
  async stepInto(): Promise<void> {
    await this.post('Debugger.stepInto');
  }
  async resume(): Promise<void> {
    this.callFrames = [];
    await this.post('Debugger.resume');
  }
  close(): void {
    this.session.post('Debugger.disable', {}, () => undefined);
    this.session.disconnect();
  }

  /** `url`: a pattern. `line`: from 1. Set for what is loaded later, too. */
  setBreakpoint(
    url: string,
    line: number,
    condition: string,
  ): Promise<Debugger.SetBreakpointByUrlReturnType> {
    return this.post('Debugger.setBreakpointByUrl', { urlRegex: url, lineNumber: line - 1, condition });
  }
  async removeBreakpoint(breakpointId: string): Promise<void> {
    await this.post('Debugger.removeBreakpoint', { breakpointId });
  }
  /** Lines, from 1 and both included, of such scripts as are loaded. */
  async possibleLines(url: RegExp, from: number, to: number): Promise<number[]> {
    const found = new Set<number>();
    for (const [scriptId, each] of this.scripts) {
      if (!url.test(each)) continue;
      const { locations } = await this.post<Debugger.GetPossibleBreakpointsReturnType>(
        'Debugger.getPossibleBreakpoints',
        { start: { scriptId, lineNumber: from - 1 }, end: { scriptId, lineNumber: to } },
      );
      for (const { lineNumber } of locations) found.add(lineNumber + 1);
    }
    return [...found].filter((line) => line >= from && line <= to).sort((a, b) => a - b);
  }
  /** Whether such a script is loaded. */
  knows(url: RegExp): boolean {
    return [...this.scripts.values()].some((each) => url.test(each));
  }

  /** Steps are to pass by what is not the user's. `packages`: their code is. */
  passByForeign(packages: boolean): Promise<void> {
    const own = [pathToFileURL(this.folder).href, pathToFileURL(this.library).href];
    const patterns = [
      ...own.map((url) => `^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
      '^node:',
      '^evalmachine\\.',
    ];
    return this.passBy(packages ? patterns : [...patterns, '/node_modules/']);
  }

  get here(): Here {
    const [frame] = this.callFrames;
    const url = this.urlOf(frame);
    const place = `${url}:${frame.location.lineNumber}`;
    return { place, url, depth: this.callFrames.length, user: !this.isAgents(frame) && this.isUser(url) };
  }

  /** The innermost frame is the agent's own, whose data may be half written. */
  get inAgent(): boolean {
    return this.callFrames.length > 0 && this.isAgents(this.callFrames[0]);
  }

  /** Outermost first, without the agent's. */
  frames(): ChainFrame[] {
    return this.callFrames
      .map((frame, index) => ({ frame, id: this.firstId + index }))
      .filter(({ frame }) => !this.isAgents(frame))
      .map(({ frame, id }) => {
        const url = this.urlOf(frame);
        const path = url.startsWith('file:') ? fileURLToPath(url) : url;
        const name = frame.functionName || '(anonymous)';
        const user = this.isUser(url);
        return {
          id,
          name,
          path: path.startsWith('node:') ? '' : path,
          line: frame.location.lineNumber + 1,
          user,
        };
      })
      .reverse();
  }

  /**
   * Has the thread call a hook that evaluates conditions, while it is held. What does not end is broken off: the hook is called
   * again, and gives up what it was at.
   */
  async judge(...[what, argument]: Parameters<Hook>): Promise<boolean> {
    const [frame] = this.callFrames;
    // Each time one more is given up.
    for (let tries = 0; tries < MOST_GIVEN_UP; tries++)
      try {
        // Without a timeout nothing that a held thread evaluates can be ended.
        const { result } = await this.post<Debugger.EvaluateOnCallFrameReturnType>(
          'Debugger.evaluateOnCallFrame',
          {
            callFrameId: frame.callFrameId,
            expression: hookCall(what, argument),
            returnByValue: true,
            silent: true,
            timeout: what === 'slow' ? LATER_MS : PATIENCE_MS,
          },
        );
        return result.value === true;
      } catch (error) {
        if (!/terminated/.test(String(error))) throw error;
      }
    return false;
  }

  /** Has the thread call its hook, while it is held. */
  async hook(...[what, argument]: Parameters<Hook>): Promise<boolean> {
    const { result } = await this.post<Runtime.EvaluateReturnType>('Runtime.evaluate', {
      expression: hookCall(what, argument),
      returnByValue: true,
      silent: true,
    });
    return result.value === true;
  }

  async locals(id: number): Promise<Variable[]> {
    const frame = this.frameOf(id);
    const variables: Variable[] = [];
    if (frame.this.type !== 'undefined') variables.push(this.variable('this', frame.this));
    const own = frame.scopeChain.filter(({ type }) => OWN_SCOPES.has(type));
    for (const { object } of own)
      for (const variable of await this.properties(object.objectId))
        // An inner scope's goes before an outer one's of the same name.
        if (!variables.some(({ name }) => name === variable.name)) variables.push(variable);
    for (const { type, object, name } of frame.scopeChain)
      if (SHOWN_SCOPES.has(type) && object.objectId)
        variables.push({ ...this.variable(`(${type})`, object), value: name ?? '', type: '' });
    return variables;
  }

  async variables(ref: number, start = 0, count?: number): Promise<Variable[]> {
    const id = this.objects[ref - this.firstId];
    if (id === undefined) throw new Refusal('Those variables are gone: the program has run on since.');
    return (await this.properties(id)).slice(start, count === undefined ? undefined : start + count);
  }

  async evaluate(id: number, expression: string): Promise<Variable> {
    const { callFrameId } = this.frameOf(id);
    const { result, exceptionDetails } = await this.post<Debugger.EvaluateOnCallFrameReturnType>(
      'Debugger.evaluateOnCallFrame',
      { callFrameId, expression, silent: true, generatePreview: true },
    );
    if (exceptionDetails) throw new Refusal(textOf(exceptionDetails.exception ?? result).split('\n')[0]);
    return this.variable('', result);
  }

  private frameOf(id: number): Debugger.CallFrame {
    const frame = this.callFrames[id - this.firstId];
    if (!frame) throw new Refusal('That frame is gone: the program has run on since.');
    return frame;
  }

  private async properties(objectId: string | undefined): Promise<Variable[]> {
    if (!objectId) return [];
    const { result, internalProperties } = await this.post<Runtime.GetPropertiesReturnType>(
      'Runtime.getProperties',
      { objectId, ownProperties: true, generatePreview: true },
    );
    const shown: Variable[] = [];
    for (const { name, value, get } of result) {
      if (value) shown.push(this.variable(name, value));
      else if (get && get.type !== 'undefined') shown.push({ name, value: '(getter)', type: '', ref: 0 });
    }
    for (const { name, value } of internalProperties ?? []) if (value) shown.push(this.variable(name, value));
    return shown;
  }

  private variable(name: string, value: Runtime.RemoteObject): Variable {
    let ref = 0;
    if (value.objectId) ref = this.firstId + this.objects.push(value.objectId) - 1;
    return { name, value: textOf(value), type: typeOf(value), ref };
  }

  private urlOf(frame: Debugger.CallFrame): string {
    return frame.url || (this.scripts.get(frame.location.scriptId) ?? '');
  }
  private isAgents(frame: Debugger.CallFrame): boolean {
    const url = this.urlOf(frame);
    return (url.startsWith('file:') ? fileURLToPath(url) : url).startsWith(this.folder);
  }

  /** What has no file is Node's, or was made by the agent to look into V8. */
  private isUser(url: string): boolean {
    return (
      url.startsWith('file:') && url !== pathToFileURL(this.library).href && !url.includes('/node_modules/')
    );
  }

  /** Patterns of URLs in which nothing stops. */
  async passBy(patterns: string[]): Promise<void> {
    const wanted = patterns.join('\n');
    if (wanted === this.passedBy) return;
    this.passedBy = wanted;
    await this.post('Debugger.setBlackboxPatterns', { patterns });
  }

  private post<R = object>(method: string, params: object = {}): Promise<R> {
    return new Promise((resolve, reject) =>
      this.session.post(method, params, (error, result) => {
        if (error) reject(new Refusal(`The program could not be looked into (${error.message}).`));
        else resolve(result as R);
      }),
    );
  }
}

/** It may be evaluated in a frame of Node's own, whose variables have the names of globals. */
function hookCall(...[what, argument]: Parameters<Hook>): string {
  return `globalThis.Atomics.notify[globalThis.Symbol.for(${JSON.stringify(HOOK)})](${JSON.stringify(what)}, ${JSON.stringify(argument)})`;
}
