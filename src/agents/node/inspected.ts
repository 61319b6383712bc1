/** A thread of the program as V8's inspector shows it to the helper. Connected only while it is needed: it slows the program. */
import type { Debugger, Runtime } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import type { ChainFrame, Variable } from '../../wire/messages';
import { Refusal } from './channel';
import { HOOK, type Hook } from './control';
import { textOf, typeOf } from './remoteValues';
import { ownAsyncio } from './typescript/resolve';
import type { AnySession } from './workerSession';

/** Scopes whose variables are the frame's own. */
const OWN_SCOPES = new Set(['local', 'block', 'catch', 'eval', 'with']);
const SHOWN_SCOPES = new Set(['closure', 'module', 'script']);

export class Inspected {
  private readonly scripts = new Map<string, string>();
  private readonly library: string;
  private callFrames: Debugger.CallFrame[] = [];
  /** What references of variables stand for: index + firstId. */
  private readonly objects: string[] = [];

  /**
   * `folder`: of the agents, whose frames are nobody's. `firstId`: of frames and references of variables. `paused`: the
   * thread was broken into, and is held.
   */
  constructor(
    private readonly session: AnySession,
    private readonly folder: string,
    private readonly firstId: number,
    private readonly paused: () => void,
  ) {
    this.library = ownAsyncio(folder, 'cjs');
    this.session.on('Debugger.scriptParsed', ({ params }) => {
      const { scriptId, url } = params as Debugger.ScriptParsedEventDataType;
      this.scripts.set(scriptId, url);
    });
    this.session.on('Debugger.paused', ({ params }) => {
      this.callFrames = (params as Debugger.PausedEventDataType).callFrames;
      this.objects.length = 0;
      this.paused();
    });
  }

  /** `paused` is called when the thread runs JavaScript next, which may be at once or never. */
  async breakIn(): Promise<void> {
    await this.post('Debugger.enable');
    await this.post('Debugger.pause');
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
        const user = path !== '' && path !== this.library && !/^node:|[\\/]node_modules[\\/]/.test(path);
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

  /** Has the thread call its hook, while it is held. */
  async hook(...[what, argument]: Parameters<Hook>): Promise<boolean> {
    const expression = `Atomics.notify[Symbol.for(${JSON.stringify(HOOK)})](${JSON.stringify(what)}, ${JSON.stringify(argument)})`;
    const { result } = await this.post<Runtime.EvaluateReturnType>('Runtime.evaluate', {
      expression,
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

  private post<R = object>(method: string, params: object = {}): Promise<R> {
    return new Promise((resolve, reject) =>
      this.session.post(method, params, (error, result) => {
        if (error) reject(new Refusal(`The program could not be looked into (${error.message}).`));
        else resolve(result as R);
      }),
    );
  }
}
