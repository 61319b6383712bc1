/** The panel's side of `panelMessages.ts`: requests with their answers, controls, and the page's saved state. */
import type { Events, Requests, Source, TaskId, TickBreakpoint } from '../src/adapter/contract';
import type { ControlAction, SessionView, ToHost, ToPanel } from '../src/editor/panelMessages';

/** What VS Code gives a webview, once. */
export interface VsCodeApi {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}

export interface HostEvents {
  session(session: SessionView): void;
  changed(body: Events['tickscope/changed']): void;
  breakpoints(breakpoints: TickBreakpoint[]): void;
  showTask(task: TaskId): void;
}

/** Asks the adapter; rejects with an Error whose message is a sentence for the user. */
export type Ask = <C extends keyof Requests>(command: C, args: Requests[C][0]) => Promise<Requests[C][1]>;

interface Pending {
  resolve(body: unknown): void;
  reject(error: Error): void;
}

export class Host {
  private nextId = 1;
  private readonly pending = new Map<number, Pending>();

  constructor(
    private readonly api: VsCodeApi,
    private readonly events: HostEvents,
  ) {}

  readonly ask: Ask = (command, args) =>
    new Promise((resolve, reject) => {
      const id = this.nextId++;
      this.pending.set(id, { resolve: resolve as Pending['resolve'], reject });
      this.api.postMessage({ type: 'request', id, command, arguments: args });
    });

  ready(): void {
    this.api.postMessage({ type: 'ready' });
  }

  control(action: ControlAction): void {
    this.api.postMessage({ type: 'control', action });
  }

  open(source: Source): void {
    this.api.postMessage({ type: 'open', source });
  }

  setBreakpoints(breakpoints: TickBreakpoint[]): void {
    this.api.postMessage({ type: 'breakpoints', breakpoints });
  }

  receive(message: ToPanel): void {
    switch (message.type) {
      case 'session':
        this.events.session(message.session);
        break;
      case 'changed':
        this.events.changed(message.body);
        break;
      case 'breakpoints':
        this.events.breakpoints(message.breakpoints);
        break;
      case 'showTask':
        this.events.showTask(message.task);
        break;
      case 'response': {
        const pending = this.pending.get(message.id);
        this.pending.delete(message.id);
        if (message.ok) pending?.resolve(message.body);
        else pending?.reject(new Error(message.message));
      }
    }
  }
}
