import * as vscode from 'vscode';
import type { Finding, Source, State, Task, TaskId } from '../adapter/contract';
import { Pace, type Rest } from './pace';
import { type Problem, problems, relatedTasks } from './problems';
import type { Session } from './session';
import type { Sessions } from './sessions';

const SETTING = 'showFindings';
/** Those of one stop that are asked where they wait, at most. */
const MOST_TASKS = 40;
/** Whoever steps quickly is not held up by findings that are gone at the next step. */
const REST: Rest = { atLeastMs: 150, timesTaken: 0 };
const QUIET_MS = 500;

/** What is wrong with the tasks of the shown session, in the Problems view, while its program stands. */
export class FindingProblems implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('Tickscope');
  private readonly pace = new Pace(() => this.ask());
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly sessions: Sessions) {
    this.subscriptions = [
      this.collection,
      sessions.onDidChange(() => this.update()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`tickscope.${SETTING}`)) this.update();
      }),
    ];
  }

  dispose(): void {
    this.pace.stop();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Whose program stands. */
  private get session(): Session | undefined {
    const session = this.sessions.shown;
    const wanted = vscode.workspace.getConfiguration('tickscope').get(SETTING, true);
    return wanted && session?.live && session.changed?.mode === 'paused' ? session : undefined;
  }

  private update(): void {
    if (this.session) this.pace.whenQuiet(REST, QUIET_MS);
    else {
      this.pace.stop();
      this.collection.clear();
    }
  }

  private async ask(): Promise<void> {
    const { session } = this;
    if (!session) return;
    const moment = session.changed;
    const found = await problemsOf(session).catch(() => []);
    // What has changed since is asked for already.
    if (session !== this.session || session.changed !== moment) return;
    this.collection.clear();
    this.collection.set(
      found.map((problem) => [vscode.Uri.file(problem.source.path), [diagnostic(problem)]]),
    );
  }
}

/** At the session's cursor; in every loop where that is where the program is. */
async function problemsOf(session: Session): Promise<Problem[]> {
  const state = (await session.request('tickscope/state', {})) as State;
  const loops = state.live ? state.loops.filter((loop) => loop.state !== 'closed') : [];
  const found = new Map<string, Finding>();
  for (const loop of loops.length > 0 ? loops.map(({ id }) => id) : [state.loop]) {
    const answer = (await session.request('tickscope/findings', { loop })) as { findings: Finding[] };
    for (const finding of answer.findings) found.set(finding.id, finding);
  }
  const findings = [...found.values()];
  const tasks = new Map<TaskId, Task>();
  for (const task of [...relatedTasks(findings)].slice(0, MOST_TASKS)) {
    const facts = await session.request('tickscope/task', { task }).catch(() => undefined);
    if (facts) tasks.set(task, facts as Task);
  }
  return problems(findings, tasks);
}

function diagnostic({ source, message, kind, proved, related }: Problem): vscode.Diagnostic {
  const severity = proved ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Information;
  const diagnostic = new vscode.Diagnostic(rangeOf(source), message, severity);
  diagnostic.source = 'Tickscope';
  diagnostic.code = kind;
  diagnostic.relatedInformation = related.map(
    (each) =>
      new vscode.DiagnosticRelatedInformation(
        new vscode.Location(vscode.Uri.file(each.source.path), rangeOf(each.source)),
        each.message,
      ),
  );
  return diagnostic;
}

/** The line, without its indentation where the file is open. */
function rangeOf({ path, line }: Source): vscode.Range {
  const document = vscode.workspace.textDocuments.find(
    ({ uri }) => uri.scheme === 'file' && uri.fsPath === path,
  );
  if (!document || line > document.lineCount) return new vscode.Range(line - 1, 0, line - 1, 1000);
  const { range, firstNonWhitespaceCharacterIndex } = document.lineAt(line - 1);
  return new vscode.Range(line - 1, firstNonWhitespaceCharacterIndex, line - 1, range.end.character);
}
