import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { Requests } from '../../../src/adapter/contract';

/** A message of the adapter is waited for this long, ms, before the test fails with what did come. */
const PATIENCE_MS = 30_000;

/** Everything that the adapters of this window say, and a way to wait for what they will say. */
export class Debugging implements vscode.Disposable {
  private events: DebugProtocol.Event[] = [];
  private waiters: (() => void)[] = [];
  private readonly responses = new EventEmitter();
  private readonly tracker = vscode.debug.registerDebugAdapterTrackerFactory('tickscope', {
    createDebugAdapterTracker: () => ({
      onDidSendMessage: (message: DebugProtocol.ProtocolMessage) => {
        if (message.type === 'response') this.responses.emit((message as DebugProtocol.Response).command);
        if (message.type !== 'event') return;
        this.events.push(message as DebugProtocol.Event);
        for (const look of this.waiters.splice(0)) look();
      },
    }),
  });

  dispose(): void {
    this.tracker.dispose();
  }

  /** The next event of this name that was not waited for yet, come or to come. */
  async next<E extends DebugProtocol.Event>(name: string): Promise<E['body']> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const index = this.events.findIndex(({ event }) => event === name);
      if (index >= 0) return this.events.splice(index, 1)[0]!.body;
      const over = this.events.some(({ event }) => event === 'terminated');
      if (over) throw new Error(`The session ended without "${name}": ${JSON.stringify(this.events)}`);
      await this.something(deadline, name);
    }
  }

  /** Waits until the adapter answers a request of this name. */
  async answered(command: string): Promise<void> {
    await once(this.responses, command);
  }

  /** Waits until the program has written this to its standard output. */
  async said(text: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!this.output('stdout').includes(text)) await this.something(deadline, `output "${text}"`);
  }

  /** What the program wrote so far to one of its streams, or the adapter to the Debug Console. */
  output(category: 'stdout' | 'stderr' | 'console'): string {
    return this.events
      .filter(({ event, body }) => event === 'output' && body.category === category)
      .map(({ body }) => body.output)
      .join('');
  }

  /** Ends what still runs and forgets what was said. */
  async reset(): Promise<void> {
    while (vscode.debug.activeDebugSession) {
      const listening: vscode.Disposable[] = [];
      // One that has just ended by itself is still the active one for a moment.
      const over = new Promise<unknown>((resolve) =>
        listening.push(
          vscode.debug.onDidTerminateDebugSession(resolve),
          vscode.debug.onDidChangeActiveDebugSession(resolve),
        ),
      );
      await vscode.debug.stopDebugging();
      await over;
      for (const each of listening) each.dispose();
    }
    this.events = [];
  }

  private something(deadline: number, name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`No event "${name}" came; what came: ${JSON.stringify(this.events)}`)),
        deadline - Date.now(),
      );
      this.waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** A custom request of the contract to the session that is active. Rejects with the adapter's sentence. */
export async function ask<C extends keyof Requests>(
  command: C,
  args: Requests[C][0],
): Promise<Requests[C][1]> {
  return vscode.debug.activeDebugSession!.customRequest(command, args);
}

/** The path of a file of the workspace. */
export function file(name: string): string {
  return path.join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, name);
}

/** Starts what F5 would with this configuration. */
export async function launch(configuration: Record<string, unknown>): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders!;
  const whole = { type: 'tickscope', request: 'launch', name: 'test', ...configuration };
  if (!(await vscode.debug.startDebugging(folder, whole)))
    throw new Error('VS Code did not start the session.');
}

/** The tab of the panel, where it is open. */
export function panelTab(): vscode.Tab | undefined {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .find(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('tickscope.panel'),
    );
}
