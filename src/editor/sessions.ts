import * as vscode from 'vscode';
import { Session } from './session';

/**
 * The sessions of this window: all that live and, until the next one starts, the last one after its end.
 * Makes the debug adapters, too.
 */
export class Sessions implements vscode.DebugAdapterDescriptorFactory, vscode.Disposable {
  private readonly all: Session[] = [];
  private readonly started = new vscode.EventEmitter<Session>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly following: vscode.Disposable;

  readonly onDidStart = this.started.event;
  /** Another session is shown, or the one that is shown progressed. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly adapterPath: string,
    private readonly output: vscode.OutputChannel,
  ) {
    this.following = vscode.debug.onDidChangeActiveDebugSession(() => this.changed.fire());
  }

  createDebugAdapterDescriptor(debugSession: vscode.DebugSession): vscode.DebugAdapterDescriptor {
    const session = new Session(debugSession, this.adapterPath, this.output);
    session.onDidProgress(() => {
      this.release((each) => each !== this.all.at(-1));
      if (session === this.shown) this.changed.fire();
    });
    this.all.push(session);
    this.release((each) => each !== session);
    this.started.fire(session);
    this.changed.fire();
    return new vscode.DebugAdapterInlineImplementation(session);
  }

  /** The editor's active session if it is one of ours, else the newest that lives, else the last that ended. */
  get shown(): Session | undefined {
    const active = vscode.debug.activeDebugSession;
    return (
      this.all.findLast((session) => session.debugSession.id === active?.id) ??
      this.all.findLast((session) => session.live) ??
      this.all.at(-1)
    );
  }

  /** Those whose program runs or is about to. */
  get live(): readonly Session[] {
    return this.all.filter((session) => session.live);
  }

  /** Lets the history of all ended sessions go: nobody looks at it any more. */
  releaseEnded(): void {
    this.release(() => true);
  }

  dispose(): void {
    this.following.dispose();
    for (const session of this.all.splice(0)) session.release();
    this.started.dispose();
    this.changed.dispose();
  }

  /** Releases, of the sessions that are over on both sides, those that `chosen` names. */
  private release(chosen: (session: Session) => boolean): void {
    for (const session of this.all.filter((each) => !each.live && !each.attached && chosen(each))) {
      this.all.splice(this.all.indexOf(session), 1);
      session.release();
    }
  }
}
