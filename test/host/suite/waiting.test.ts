import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { ask, Debugging, file, launch, panelTab } from './debugging';

type Stopped = DebugProtocol.StoppedEvent;

/** Lines of stuck.py, from 0. */
const SECOND_LOCK = 'async with second';
const HEARTBEAT = 'await asyncio.sleep(0.5)';

describe('who waits, in the editor', () => {
  let debugging: Debugging;
  let document: vscode.TextDocument;
  before(async () => {
    debugging = new Debugging();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    document = await vscode.workspace.openTextDocument(file('stuck.py'));
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  });
  afterEach(async () => {
    await debugging.reset();
    for (const name of ['showWaitingTasks', 'showFindings']) await setting(name, undefined);
  });
  after(() => debugging.dispose());

  const setting = (name: string, value: boolean | undefined) =>
    vscode.workspace.getConfiguration('tickscope').update(name, value, vscode.ConfigurationTarget.Global);
  const positionOf = (text: string) => document.positionAt(document.getText().indexOf(text));
  /** Of Tickscope's, at the line with this text. */
  const hover = async (text: string): Promise<string | undefined> => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      positionOf(text),
    );
    const contents = hovers.flatMap((each) => each.contents as vscode.MarkdownString[]);
    return contents.map(({ value }) => value).find((value) => /waits? here/.test(value));
  };
  /** Looks anew at each news of the program. */
  const hovered = async (text: string, wanted: RegExp): Promise<string> => {
    for (;;) {
      const found = await hover(text);
      if (found !== undefined && wanted.test(found)) return found;
      await debugging.next('tickscope/changed');
    }
  };
  const problems = () =>
    vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Tickscope');
  const problemsAre = async (wanted: (found: vscode.Diagnostic[]) => boolean) => {
    while (!wanted(problems()))
      await new Promise<void>((resolve) => {
        const listening = vscode.languages.onDidChangeDiagnostics(() => {
          listening.dispose();
          resolve();
        });
      });
    return problems();
  };
  const pause = async () => {
    await vscode.debug.activeDebugSession!.customRequest('pause', { threadId: 1 });
    await debugging.next<Stopped>('stopped');
  };

  it('is told at the line while the program runs, and leads to the panel', async () => {
    await launch({ program: document.uri.fsPath });
    const text = await hovered(SECOND_LOCK, /2 tasks wait here/);
    assert.match(text, /\[a\\-to\\-b\]\(command:tickscope\.showTask\?%5B\d+%5D /);
    assert.match(text, /held by b\\-to\\-a; .* since tick \d+/);
    assert.match(await hovered(HEARTBEAT, /heartbeat/), /1 task waits here/);
    assert.equal(await hover('async with first'), undefined);

    const task = Number(/\?%5B(\d+)%5D/.exec(text)![1]);
    await vscode.commands.executeCommand('tickscope.showTask', task);
    assert.ok(panelTab());

    await debugging.reset();
    assert.equal(await hover(SECOND_LOCK), undefined);
  });

  it('follows the cursor into the past', async () => {
    await launch({ program: document.uri.fsPath });
    await hovered(SECOND_LOCK, /2 tasks wait here/);
    await pause();
    const { lastTick } = await ask('tickscope/state', {});
    // Both transfers begin in tick 2, and sleep before they ask for the second lock.
    await ask('tickscope/seek', { cursor: { tick: 3, callback: 0 } });
    while ((await hover(SECOND_LOCK)) !== undefined) await debugging.next('tickscope/changed');
    await ask('tickscope/seek', { cursor: { tick: lastTick, callback: 0 } });
    await hovered(SECOND_LOCK, /2 tasks wait here/);
  });

  it('is not told where the setting says so', async () => {
    await setting('showWaitingTasks', false);
    await launch({ program: document.uri.fsPath });
    while (debugging.output('stdout').split('one account locked').length < 3)
      await debugging.next('tickscope/changed');
    await pause();
    assert.equal(await hover(SECOND_LOCK), undefined);
    await setting('showWaitingTasks', true);
    await vscode.debug.activeDebugSession!.customRequest('continue', { threadId: 1 });
    await hovered(SECOND_LOCK, /2 tasks wait here/);
  });

  it('for ever, is a problem while the program stands', async () => {
    await launch({ program: document.uri.fsPath });
    await hovered(SECOND_LOCK, /2 tasks wait here/);
    assert.deepEqual(problems(), []);
    await pause();
    const found = await problemsAre((all) => all.length > 0);
    const deadlock = found.find(({ code }) => code === 'deadlock')!;
    assert.ok(deadlock, JSON.stringify(found));
    const { findings } = await ask('tickscope/findings', {});
    const { certainty, sentence } = findings.find(({ kind }) => kind === 'deadlock')!;
    const { Warning, Information } = vscode.DiagnosticSeverity;
    assert.equal(deadlock.severity, certainty === 'proved' ? Warning : Information);
    assert.equal(deadlock.message, sentence);
    assert.match(deadlock.message, /a-to-b.*b-to-a/);
    assert.equal(deadlock.range.start.line, positionOf(SECOND_LOCK).line);
    const related = deadlock.relatedInformation!.map(({ message }) => message);
    assert.ok(
      related.some((message) => /^a-to-b waits here: /.test(message)),
      related.join('\n'),
    );

    await vscode.debug.activeDebugSession!.customRequest('continue', { threadId: 1 });
    await problemsAre((all) => all.length === 0);
    await pause();
    await problemsAre((all) => all.length > 0);
    await setting('showFindings', false);
    await problemsAre((all) => all.length === 0);
    await setting('showFindings', true);
    await problemsAre((all) => all.length > 0);
    await debugging.reset();
    await problemsAre((all) => all.length === 0);
  });
});
