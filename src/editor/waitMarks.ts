import * as vscode from 'vscode';
import type { Requests, Rows, State, TaskRow, WaitingRow } from '../adapter/contract';
import { Pace, type Rest } from './pace';
import type { Session } from './session';
import type { Sessions } from './sessions';
import { hoverText, markText, waitLines, type WaitLines } from './waitLines';

const SETTING = 'showWaitingTasks';
/** Rows asked for one file of one loop. A running program has to be asked where its tasks wait; one that stands has time. */
const MOST_RUNNING = 2000;
const MOST_STANDING = 20_000;
const MOST_FILES = 8;
const MOST_LOOPS = 8;
const RUNNING: Rest = { atLeastMs: 500, timesTaken: 10 };
const STANDING: Rest = { atLeastMs: 50, timesTaken: 1 };

type Asked = Requests['tickscope/rows'][0];

/** Says at each line of the visible editors how many tasks of the shown session wait there; lists them in a hover. */
export class WaitMarks implements vscode.HoverProvider, vscode.Disposable {
  private readonly mark = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 3ch' },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly pace = new Pace(() => this.ask());
  /** By path. */
  private files = new Map<string, WaitLines>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly sessions: Sessions) {
    this.subscriptions = [
      this.mark,
      sessions.onDidChange(() => this.update()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.update()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`tickscope.${SETTING}`)) this.update();
      }),
      vscode.languages.registerHoverProvider({ scheme: 'file' }, this),
    ];
  }

  provideHover({ uri }: vscode.TextDocument, { line }: vscode.Position): vscode.Hover | undefined {
    const here = this.files.get(uri.fsPath)?.get(line + 1);
    if (!here) return undefined;
    const text = new vscode.MarkdownString(hoverText(here, 'tickscope.showTask'));
    text.isTrusted = { enabledCommands: ['tickscope.showTask'] };
    return new vscode.Hover(text);
  }

  dispose(): void {
    this.pace.stop();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private get session(): Session | undefined {
    const session = this.sessions.shown;
    const wanted = vscode.workspace.getConfiguration('tickscope').get(SETTING, true);
    return wanted && session?.live && session.changed ? session : undefined;
  }

  private update(): void {
    const { session } = this;
    if (session) this.pace.soon(session.changed?.mode === 'running' ? RUNNING : STANDING);
    else {
      this.pace.stop();
      this.show(new Map());
    }
  }

  private async ask(): Promise<void> {
    const { session } = this;
    const editors = vscode.window.visibleTextEditors.filter(({ document }) => document.uri.scheme === 'file');
    const paths = [...new Set(editors.map(({ document }) => document.uri.fsPath))].slice(0, MOST_FILES);
    if (!session || paths.length === 0) return;
    // A program that has no loop yet, or just ended, has no tasks.
    const files = await waitsIn(session, paths).catch(() => new Map<string, WaitLines>());
    if (session !== this.session) return;
    this.show(files);
    // Their waits grow longer, also while nothing happens.
    if (session.changed?.mode === 'running') this.pace.soon(RUNNING);
  }

  private show(files: Map<string, WaitLines>): void {
    if (files.size === 0 && this.files.size === 0) return;
    this.files = files;
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const lines = document.uri.scheme === 'file' ? files.get(document.uri.fsPath) : undefined;
      const marks: vscode.DecorationOptions[] = [];
      for (const [line, waits] of lines ?? []) {
        // The program may have been edited since.
        if (line > document.lineCount) continue;
        const { end } = document.lineAt(line - 1).range;
        const contentText = markText(waits);
        marks.push({ range: new vscode.Range(end, end), renderOptions: { after: { contentText } } });
      }
      editor.setDecorations(this.mark, marks);
    }
  }
}

/** Who waits in these files, at the session's cursor. */
async function waitsIn(session: Session, paths: readonly string[]): Promise<Map<string, WaitLines>> {
  const state = (await session.request('tickscope/state', {})) as State;
  const standing = state.mode !== 'running' || !state.live;
  // Reading the tasks of a Node program that runs would interrupt it.
  const queue = state.target === 'node' && !standing ? 'waiting' : 'tasks';
  const count = standing ? MOST_STANDING : MOST_RUNNING;
  const files = new Map<string, WaitLines>();
  for (const path of paths) {
    const rows: (TaskRow | WaitingRow)[] = [];
    let partial = false;
    for (const loop of loopsAt(state)) {
      const asked: Asked = {
        queue,
        loop,
        start: 0,
        count,
        filter: { text: path, states: ['waiting'] },
        sort: { by: 'ageMs', descending: true },
      };
      const answer = (await session.request('tickscope/rows', asked)) as Rows<TaskRow | WaitingRow>;
      rows.push(...answer.rows);
      partial ||= answer.total > answer.rows.length;
    }
    files.set(path, waitLines(path, rows, partial));
  }
  return files;
}

/** In the past, moments of one loop are shown, which are none of another's. */
function loopsAt({ live, loop, loops }: State): number[] {
  if (!live) return [loop];
  return loops
    .filter(({ state }) => state !== 'closed')
    .map(({ id }) => id)
    .slice(-MOST_LOOPS);
}
