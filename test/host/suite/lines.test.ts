import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { Debugging, file, launch } from './debugging';

type Stopped = DebugProtocol.StoppedEvent;
type Exited = DebugProtocol.ExitedEvent;

describe('red dots in Python code', () => {
  let debugging: Debugging;
  let document: vscode.TextDocument;
  before(async () => {
    debugging = new Debugging();
    document = await vscode.workspace.openTextDocument(file('sleepers.py'));
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  });
  afterEach(async () => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await debugging.reset();
  });
  after(() => debugging.dispose());

  /** A click beside the line with this text. Returns the line, from 1. */
  const dot = (text: string, ...more: [condition?: string, hits?: string, log?: string]) => {
    const position = document.positionAt(document.getText().indexOf(text));
    const location = new vscode.Location(document.uri, position);
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(location, true, ...more)]);
    return position.line + 1;
  };
  const top = async (threadId: number) => {
    const session = vscode.debug.activeDebugSession!;
    const { stackFrames } = await session.customRequest('stackTrace', { threadId });
    return stackFrames[0] as DebugProtocol.StackFrame;
  };
  const locals = async (frameId: number) => {
    const session = vscode.debug.activeDebugSession!;
    const { scopes } = await session.customRequest('scopes', { frameId });
    const { variables } = await session.customRequest('variables', {
      variablesReference: scopes[0].variablesReference,
    });
    return new Map((variables as DebugProtocol.Variable[]).map(({ name, value }) => [name, value]));
  };

  it('stop the program that F5 starts, in the coroutine, with its locals', async () => {
    const line = dot('print(f"{name}');
    await vscode.commands.executeCommand('workbench.action.debug.start');
    const entry = await debugging.next<Stopped>('stopped');
    assert.equal(entry.reason, 'entry');
    await vscode.debug.activeDebugSession!.customRequest('continue', { threadId: entry.threadId });
    const { reason, threadId } = await debugging.next<Stopped>('stopped');
    assert.equal(reason, 'breakpoint');
    const frame = await top(threadId!);
    assert.deepEqual([frame.name, frame.line], ['sleeper', line]);
    const values = await locals(frame.id);
    assert.deepEqual([values.get('name'), values.get('nap'), values.get('times')], ["'short'", '1', '4']);
    // Nothing of the line has run yet.
    assert.equal(debugging.output('stdout'), '');
  });

  it('stop where their condition holds, at the hit that is meant, and once they are gone no more', async () => {
    const line = dot('print(f"{name}', 'name == "short"', '>= 3');
    await launch({ program: document.uri.fsPath });
    const { threadId } = await debugging.next<Stopped>('stopped');
    const frame = await top(threadId!);
    assert.equal(frame.line, line);
    const values = await locals(frame.id);
    assert.deepEqual([values.get('name'), values.get('nap')], ["'short'", '3']);
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    assert.deepEqual(await debugging.next<Exited>('exited'), { exitCode: 0 });
  });

  it('that log say so and do not stop', async () => {
    dot('print(f"{name}', undefined, undefined, 'nap {nap} of {name}');
    await launch({ program: document.uri.fsPath });
    assert.deepEqual(await debugging.next<Exited>('exited'), { exitCode: 0 });
    const logged = debugging.output('console').match(/nap \d of \w+/g);
    assert.deepEqual(logged?.slice(0, 3), ['nap 1 of short', 'nap 2 of short', 'nap 1 of middle']);
    assert.equal(logged.length, 7);
  });
});

describe('red dots in JavaScript and TypeScript', () => {
  let debugging: Debugging;
  before(() => (debugging = new Debugging()));
  afterEach(async () => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await debugging.reset();
  });
  after(() => debugging.dispose());

  for (const [name, text, condition, local] of [
    ['sleepers.ts', 'console.log(`${name}', "name === 'middle'", ['name', '"middle"']],
    ['stuck_chain.mjs', 'console.log(await readGreeting', 'port > 0', ['socket', 'Socket']],
  ] as const)
    it(`stop ${name} where their condition holds, and step by lines`, async () => {
      const document = await vscode.workspace.openTextDocument(file(name));
      await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
      const position = document.positionAt(document.getText().indexOf(text));
      const location = new vscode.Location(document.uri, position);
      vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(location, true, condition)]);
      await launch({ program: document.uri.fsPath });
      const { reason, threadId } = await debugging.next<Stopped>('stopped');
      assert.equal(reason, 'breakpoint');
      const session = vscode.debug.activeDebugSession!;
      const { stackFrames } = await session.customRequest('stackTrace', { threadId });
      assert.equal(stackFrames[0].line, position.line + 1);
      const { scopes } = await session.customRequest('scopes', { frameId: stackFrames[0].id });
      const { variables } = await session.customRequest('variables', {
        variablesReference: scopes[0].variablesReference,
      });
      const found = (variables as DebugProtocol.Variable[]).find(({ name }) => name === local[0]);
      assert.ok(found?.value.includes(local[1]), found?.value);
      await vscode.commands.executeCommand('workbench.action.debug.stepOver');
      assert.equal((await debugging.next<Stopped>('stopped')).reason, 'step');
    });
});
