import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { TaskId } from '../adapter/contract';
import type { Breakpoints } from './breakpoints';
import type { ControlAction, SessionView, ToHost, ToPanel } from './panelMessages';
import { panelHtml } from './panelHtml';
import type { SourceLines } from './sourceLines';
import type { Session } from './session';
import type { Sessions } from './sessions';

export const panelType = 'tickscope.panel';
const noSession: SessionView = { kind: 'none' };

/** Hosts the one panel of this window: passes its questions to the session it shows, and what changed to it. */
export class Panel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  /** What the page was told last; undefined before it has loaded. */
  private known: { session?: Session; view?: SessionView; changed?: Session['changed'] } | undefined;
  /** To be selected when the page has loaded. */
  private task: TaskId | undefined;
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly sessions: Sessions,
    private readonly sourceLines: SourceLines,
    private readonly breakpoints: Breakpoints,
    private readonly control: (action: ControlAction) => Promise<void>,
  ) {
    this.subscriptions.push(
      sessions.onDidChange(() => this.update()),
      breakpoints.onDidChange(() => this.postBreakpoints()),
      sessions.onDidStart(({ debugSession }) => {
        const wanted = vscode.workspace.getConfiguration('tickscope').get('openPanelOnStart', true);
        if (wanted && !debugSession.configuration.noDebug) this.show();
      }),
    );
  }

  /** Beside the editor, which keeps the focus. */
  show(): void {
    if (this.panel) {
      if (!this.panel.visible) this.panel.reveal(undefined, true);
      return;
    }
    this.adopt(
      vscode.window.createWebviewPanel(
        panelType,
        'Tickscope',
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        this.options(),
      ),
    );
  }

  /** With this task selected. */
  showTask(task: TaskId): void {
    this.task = task;
    this.show();
    this.selectTask();
  }

  /** The window was reloaded: the sessions are gone, the panel is back and says what to do. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.panel) {
      panel.dispose();
      return;
    }
    panel.webview.options = this.options();
    this.adopt(panel);
  }

  dispose(): void {
    this.panel?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [this.uri('dist'), this.uri('media')] };
  }

  private uri(...path: string[]): vscode.Uri {
    return vscode.Uri.joinPath(this.extensionUri, ...path);
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    this.known = undefined;
    panel.iconPath = this.uri('media', 'icon.svg');
    panel.webview.onDidReceiveMessage((message: ToHost) => this.receive(message));
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.sessions.releaseEnded();
    });
    panel.webview.html = panelHtml({
      cspSource: panel.webview.cspSource,
      scriptUri: panel.webview.asWebviewUri(this.uri('dist', 'webview.js')).toString(),
      nonce: randomBytes(16).toString('base64'),
    });
  }

  private post(message: ToPanel): void {
    void this.panel?.webview.postMessage(message);
  }

  private postBreakpoints(): void {
    if (this.known) this.post({ type: 'breakpoints', breakpoints: this.breakpoints.all });
  }

  private selectTask(): void {
    if (!this.known || this.task === undefined) return;
    this.post({ type: 'showTask', task: this.task });
    this.task = undefined;
  }

  /** Says what is another than the page knows: for the page, a `session` makes all its open questions void. */
  private update(): void {
    if (!this.known) return;
    const session = this.sessions.shown;
    const now = { session, view: session?.view ?? noSession, changed: session?.changed };
    const { known } = this;
    this.known = now;
    if (known.session !== session || known.view !== now.view)
      this.post({ type: 'session', session: now.view });
    if (now.changed && known.changed !== now.changed) this.post({ type: 'changed', body: now.changed });
  }

  private receive(message: ToHost): void {
    switch (message.type) {
      case 'ready':
        this.known = {};
        this.postBreakpoints();
        this.update();
        this.selectTask();
        return;
      case 'request':
        void this.answer(message);
        return;
      case 'control':
        void this.control(message.action);
        return;
      case 'breakpoints':
        void this.breakpoints.set(message.breakpoints);
        return;
      case 'open':
        void this.sourceLines.show(message.source, this.panel?.viewColumn);
        return;
    }
  }

  private async answer({ id, command, arguments: args }: ToHost & { type: 'request' }): Promise<void> {
    const session = this.sessions.shown;
    try {
      if (!session) throw new Error('There is no session to ask: open a program and press F5.');
      const body = await session.request(command, args);
      if (session !== this.sessions.shown) throw new Error('Another session is shown now; ask again.');
      this.post({ type: 'response', id, ok: true, body });
    } catch (error) {
      this.post({ type: 'response', id, ok: false, message: (error as Error).message });
    }
  }
}
