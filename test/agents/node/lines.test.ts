/** Red dots and steps by lines in JavaScript and TypeScript, on every Node, through the whole adapter. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Client } from '../../unit/adapter/client';
import { Built, Files, MAJORS, nodeNumbered, type Node } from './worker';

const fixtures = join(__dirname, '../../fixtures/lines');
const threadId = 1;

describe('lines of JavaScript', function () {
  this.timeout(60_000);
  let built: Built;
  let dap: Client;
  let folder: string;
  let programs: Files;
  before(async () => {
    built = await Built.make();
    // Outside of this project, which has a library of its own.
    const names = ['callbacks.ts', 'tasks.ts'];
    programs = new Files(
      Object.fromEntries(names.map((name) => [name, readFileSync(join(fixtures, name), 'utf8')])),
    );
    ({ folder } = programs);
  });
  after(() => {
    built.remove();
    programs.remove();
  });
  beforeEach(() => (dap = new Client({ env: { TICKSCOPE_AGENTS: built.agents } })));
  afterEach(() => dap.close());

  const set = async (path: string, breakpoints: DebugProtocol.SourceBreakpoint[]) =>
    (await dap.request('setBreakpoints', { source: { path }, breakpoints }))
      .breakpoints as DebugProtocol.Breakpoint[];
  async function launched(path: string, breakpoints: DebugProtocol.SourceBreakpoint[], node?: Node) {
    await dap.request('initialize', { adapterID: 'tickscope' });
    await dap.event('initialized');
    const answers = await set(path, breakpoints);
    await dap.request('launch', { program: path, ...(node && { runtimeExecutable: node.path }) });
    await dap.request('configurationDone');
    return answers;
  }
  /** The names and lines of the user's frames, innermost first. */
  const frames = async (path: string): Promise<DebugProtocol.StackFrame[]> =>
    (await dap.request('stackTrace', { threadId })).stackFrames.filter(
      ({ source }: DebugProtocol.StackFrame) => source?.path === path,
    );
  const here = async (path: string) =>
    (await frames(path)).slice(0, 1).map(({ name, line }) => [name, line])[0];
  async function stepped(command: string): Promise<string> {
    const { text } = await dap.step(command, { threadId });
    return text ?? '';
  }
  async function runsToItsEnd(path: string): Promise<void> {
    await set(path, []);
    await dap.request('continue', { threadId });
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
    assert.equal(dap.output('stderr'), '');
  }

  for (const major of MAJORS) {
    it(`stop callbacks and are stepped by, down to callbacks and ticks, on Node ${major}`, async () => {
      const path = join(folder, 'callbacks.ts');
      const node = await nodeNumbered(major);
      const [{ id }] = await launched(path, [{ line: 15, condition: "name === 'a'" }], node);
      const stop = await dap.stopped();
      assert.deepEqual([stop.reason, stop.hitBreakpointIds], ['breakpoint', [id]]);
      assert.match(stop.text ?? '', /^Paused on tick \d+: callbacks\.ts:15, name === 'a'$/);
      assert.deepEqual(await here(path), ['worker', 15]);
      assert.match(await stepped('next'), /callbacks\.ts:16$/);
      const [{ id: frameId }] = await frames(path);
      const { result } = await dap.request('evaluate', { expression: 'turn.name + turns', frameId });
      assert.equal(result, '"a3"');
      assert.match(await stepped('stepIn'), /callbacks\.ts:8$/);
      assert.deepEqual((await here(path))?.[0], 'double');
      assert.match(await stepped('stepOut'), /callbacks\.ts:1[67]$/);
      await set(path, []);
      let text = '';
      // The end of the callback is the next one's begin.
      for (let steps = 0; !/^Paused (before|on tick \d+$)/.test(text); steps++) {
        assert.ok(steps < 10, text);
        text = await stepped('next');
      }
      await runsToItsEnd(path);
    });

    it(`stop tasks of the TypeScript loop, and step into the next callback, on Node ${major}`, async () => {
      const path = join(folder, 'tasks.ts');
      await launched(path, [{ line: 12, hitCondition: '2' }], await nodeNumbered(major));
      assert.match((await dap.stopped()).text ?? '', /^Paused on tick \d+: tasks\.ts:12$/);
      const [{ id: frameId }] = await frames(path);
      const { result } = await dap.request('evaluate', { expression: 'turn', frameId });
      assert.equal(result, '1');
      assert.match(await stepped('next'), /tasks\.ts:13$/);
      assert.match(await stepped('next'), /^Paused before a callback/);
      assert.match(await stepped('stepIn'), /tasks\.ts:2\d$/);
      await runsToItsEnd(path);
    });
  }

  for (const major of MAJORS)
    it(`give up a condition or a message that never ends, and say so, on Node ${major}`, async () => {
      const path = join(folder, 'callbacks.ts');
      const endless = '(() => { for (;;); })()';
      const once = `name === 'b' && double(number) === 0 && ${endless}`;
      await launched(
        path,
        [
          { line: 15, condition: once },
          { line: 16, logMessage: '{name} {double(total)}' },
          { line: 19, condition: "name === 'b'", logMessage: "{name} {eval('for (;;);')}" },
        ],
        await nodeNumbered(major),
      );
      const stop = await dap.stopped();
      const gaveUp = 'it did not end within 1 s and was given up';
      assert.match(stop.text ?? '', /^Paused on tick \d+: callbacks\.ts:15, its condition /);
      assert.ok(stop.text?.endsWith(`${once}: ${gaveUp}`));
      assert.deepEqual(await here(path), ['worker', 15]);
      await dap.request('continue', { threadId });
      assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
      assert.deepEqual(dap.output('stdout'), 'b 2\na 6\n');
      assert.match(dap.output('console'), new RegExp(`^<${gaveUp}>$`, 'm'));
      assert.match(dap.output('console'), /a 0\n[^]*a 4\n/);
      assert.equal(dap.output('stderr'), '');
    });

  it('speak as log points, refuse what does not parse, and stop with a condition that throws', async () => {
    const path = join(folder, 'callbacks.ts');
    const [log, wrong] = await launched(path, [
      { line: 16, logMessage: '{name} has {total}, {double(total)}' },
      { line: 9, condition: '1 +' },
      { line: 19, condition: 'nothing > 1' },
    ]);
    assert.equal(log.verified, false);
    assert.equal(wrong.verified, false);
    assert.match((await dap.stopped()).text ?? '', /its condition nothing > 1 failed with ReferenceError/);
    assert.match(dap.output('console'), /a has 0, 0\n/);
    const [{ verified }, { message }] = await set(path, [{ line: 16 }, { line: 9, condition: '1 +' }]);
    assert.equal(verified, true);
    assert.match(message ?? '', /"1 \+" is not a JavaScript expression/);
    await runsToItsEnd(path);
  });

  it('are verified when a module is loaded later', async () => {
    const files = new Files({
      'app.mjs': "setTimeout(() => import('./late.mjs'), 1);",
      'late.mjs':
        'let n = 0;\nfunction spin() { for (;;) n++; }\nsetTimeout(() => {\n  n = -1;\n}, 1);\nexport { spin };\n',
    });
    const path = join(files.folder, 'late.mjs');
    await dap.request('initialize', { adapterID: 'tickscope' });
    await set(path, [{ line: 4, condition: 'n < 0 || spin' }]);
    await dap.request('launch', { program: join(files.folder, 'app.mjs') });
    await dap.request('configurationDone');
    const { breakpoint } = await dap.event('breakpoint', (body) => body.breakpoint.verified);
    assert.equal(breakpoint.line, 4);
    assert.match((await dap.stopped()).text ?? '', /late.mjs:4, n < 0/);
    await runsToItsEnd(path);
    files.remove();
  });
});
