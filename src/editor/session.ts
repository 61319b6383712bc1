import * as vscode from 'vscode';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { LaunchArguments, State, Target } from '../adapter/contract';
import { AdapterProcess } from './adapterProcess';
import { type Control, loopThread } from './controls';
import type { SessionView } from './panelMessages';
import { type Progress, advance, ended, started, targetOf } from './sessionProgress';

/**
 * One debug session: the editor's debug adapter on one side, the adapter's process on the other.
 * It outlives the editor's session, so that the past can still be asked for, until it is disposed.
 */
export class Session implements vscode.DebugAdapter {
  private readonly toEditor = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  private readonly progressed = new vscode.EventEmitter<void>();
  private readonly adapter: AdapterProcess;
  private readonly target: Target;
  private progress: Progress;
  /** The editor's session is over; it listens no more. */
  private detached = false;
  /** Counts `stopped` events: tells whether the program stopped again before an answer came. */
  private stops = 0;

  readonly onDidSendMessage = this.toEditor.event;
  /** The view, the last `changed`, or whether the editor still has the session, is another. */
  readonly onDidProgress = this.progressed.event;

  constructor(
    readonly debugSession: vscode.DebugSession,
    adapterPath: string,
    output: vscode.OutputChannel,
  ) {
    const name = debugSession.name;
    this.target = targetOf(debugSession.configuration as LaunchArguments);
    this.progress = started(name);
    this.adapter = new AdapterProcess({
      command: process.execPath,
      args: [adapterPath, '--keep-history'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      onMessage: (message) => this.fromAdapter(message),
      onStderr: (text) => output.append(text),
      onDied: (sentence) => this.died(sentence),
    });
  }

  get view(): SessionView {
    return this.progress.view;
  }

  get changed(): Progress['changed'] {
    return this.progress.changed;
  }

  get live(): boolean {
    return this.view.kind === 'starting' || this.view.kind === 'active';
  }

  /** Whether the editor still has this session, be it only to end it. */
  get attached(): boolean {
    return !this.detached;
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    const request = message as DebugProtocol.Request;
    if (!this.adapter.alive && (request.command === 'disconnect' || request.command === 'terminate')) {
      const { seq, command } = request;
      this.toEditor.fire({
        seq: 0,
        type: 'response',
        request_seq: seq,
        command,
        success: true,
      } as DebugProtocol.Response);
      return;
    }
    // The program begins anew, in the same session.
    if (request.command === 'restart') this.update(started(this.debugSession.name));
    this.adapter.forward(request);
  }

  /** Asks the adapter, also about the past of a session that ended. */
  request(command: string, args: unknown): Promise<unknown> {
    return this.adapter.request(command, args);
  }

  /** Does what a button of the panel says. The editor's own debug views follow. */
  async control(control: Control): Promise<void> {
    const args = control.onLoopThread ? { threadId: await this.loopThread() } : control.arguments;
    const stopsBefore = this.stops;
    await this.request(control.command, args);
    // Nobody announces a `continue`: by the protocol, whoever asked knows. Here it was not the editor.
    if (control.command === 'continue' && this.stops === stopsBefore) {
      this.toEditor.fire({
        seq: 0,
        type: 'event',
        event: 'continued',
        body: { ...args, allThreadsContinued: true },
      } as DebugProtocol.Event);
    }
  }

  /** The editor's session is over. The process stays, for its history. */
  dispose(): void {
    this.detached = true;
    this.progress = ended(this.progress, this.debugSession.name, this.target);
    this.progressed.fire();
  }

  /** Lets the process and its history go. */
  release(): void {
    this.adapter.close();
    this.progressed.dispose();
    this.toEditor.dispose();
  }

  private async loopThread(): Promise<number> {
    const threads = (await this.request('threads', {})) as DebugProtocol.ThreadsResponse['body'];
    const state = (await this.request('tickscope/state', {}).catch(() => undefined)) as State | undefined;
    return loopThread(threads.threads, state);
  }

  private fromAdapter(message: DebugProtocol.ProtocolMessage): void {
    if (message.type === 'event' && (message as DebugProtocol.Event).event === 'stopped') this.stops++;
    this.update(advance(this.progress, message, this.debugSession.name, this.target));
    if (!this.detached) this.toEditor.fire(message);
  }

  private died(sentence: string): void {
    // A failed launch is shown by the editor itself, with this sentence.
    if (this.view.kind !== 'failed') void vscode.window.showErrorMessage(sentence);
    this.update(ended(this.progress, this.debugSession.name, this.target, sentence));
    if (!this.detached)
      this.toEditor.fire({ seq: 0, type: 'event', event: 'terminated' } as DebugProtocol.Event);
  }

  private update(progress: Progress): void {
    if (progress === this.progress) return;
    this.progress = progress;
    this.progressed.fire();
  }
}
