import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { samples } from '../host/packaged.mjs';
import { eachBuildsOnTheLast, home, mode, rows, says } from './visit';
import { Workbench } from './workbench';

/** One visit, told from its start to its end: each test begins where the one before left off. */
describe('a visitor without Python and without Node, with nothing but the packaged extension', function () {
  this.timeout(120_000);
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tsl-'));
    cpSync(samples, folder, { recursive: true, filter: (source) => path.basename(source) !== '.vscode' });
    writeFileSync(path.join(folder, 'plain.ts'), 'setTimeout(() => console.log("plain"), 10);\n');
    writeFileSync(path.join(folder, 'plain.d.ts'), 'declare const plain: number;\n');
    const nothing = path.join(folder, 'nothing');
    mkdirSync(nothing);
    workbench = await Workbench.open({ folder, env: { PATH: nothing } });
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  eachBuildsOnTheLast(() => workbench, 'failed-loop');

  const debugButton = () =>
    workbench.page.locator('.editor-actions').getByRole('button', { name: 'Debug This File' });

  it('finds the debug button on programs, not on other files', async () => {
    await workbench.openFile('sleepers.ts');
    await debugButton().waitFor();
    await workbench.openFile('plain.d.ts');
    await debugButton().waitFor({ state: 'hidden' });
    await workbench.openFile('plain.ts');
    await debugButton().waitFor();
  });

  it('presses F5 on a TypeScript program: it stands at tick 1, its queues beside it', async () => {
    await workbench.openFile('sleepers.ts');
    await workbench.press('F5');
    // Without a launch.json the editor asks which of the debuggers for TypeScript it is to be.
    await workbench.pick('Tickscope');
    await mode(workbench, 'paused');
    await says(workbench.part('tick-label'), /tick 1/);
    await says(workbench.part('count-ready'), '1');
    await says(workbench.statusBar, /tick 1 · paused/);
    await workbench.screenshot('loop-first-tick');
  });

  it('steps by tick and by callback, back, through the past, and stops', async () => {
    await workbench.part('toolbar-step-tick').click();
    await says(workbench.part('tick-label'), /tick 2/);
    await workbench.part('toolbar-step-callback').click();
    await says(workbench.part('tick-label'), /tick 2.*after callback 1/);
    await workbench.part('toolbar-step-tick').click();
    await says(workbench.part('tick-label'), /tick 3/);
    // Of the three sleepers the first is due.
    await says(workbench.part('count-ready'), '1');
    await says(workbench.part('count-timers'), '2');
    await workbench.screenshot('loop-third-tick');

    await workbench.part('toolbar-back-callback').click();
    await mode(workbench, 'past');
    await says(workbench.part('tick-label'), /tick 2/);
    await home(workbench);
    await workbench.part('back-to-live').click();
    await mode(workbench, 'paused');
    await says(workbench.part('tick-label'), /tick 3/);
    await workbench.part('toolbar-stop').click();
    await mode(workbench, 'ended');
  });

  it("steps through the article's example, and sees each move between the queues", async () => {
    await workbench.openFile('event_loop.ts');
    await debugButton().first().click();
    await mode(workbench, 'paused');

    const at = async (tick: number, ready: string, timers: string) => {
      if (tick > 1) await workbench.part('toolbar-step-tick').click();
      await says(workbench.part('tick-label'), new RegExp(`tick ${tick} `));
      await says(workbench.part('count-ready'), ready);
      await says(workbench.part('count-timers'), timers);
    };
    // The coroutine's first step; its sleep, due; its second step; the end of runUntilComplete.
    await at(1, '1', '0');
    await at(2, '1', '0');
    await at(3, '1', '0');
    await at(4, '1', '0');
    // callSoon is in ready, callLater(5, …) and the end are in timers.
    await at(5, '1', '2');
    await says(workbench.part('running'), /myCallback/);
    await says(rows(workbench, 'timers').first(), /myCallback/);
    await workbench.screenshot('loop-article-soon');
    // Five seconds later it has moved to ready.
    await at(6, '1', '1');
    await says(workbench.part('running'), /myCallback/);
    await workbench.screenshot('loop-article-later');
  });

  it('reads the same in a dark theme', async () => {
    const before = await workbench.page.locator('.monaco-workbench').getAttribute('class');
    await workbench.command('Preferences: Toggle between Light/Dark Themes');
    await workbench.page.waitForFunction(
      (old) => document.querySelector('.monaco-workbench')!.className !== old,
      before,
    );
    await says(workbench.part('count-ready'), '1');
    await workbench.screenshot('loop-dark');
  });

  it('continues to the end, and reads in the Debug Console what the program wrote', async () => {
    await workbench.part('toolbar-continue').click();
    await mode(workbench, 'ended');
    await says(workbench.part('mode-badge'), /exit code 0/);
    await workbench.command('Debug Console: Focus on Debug Console View');
    await says(workbench.console, /my result[^]*called soon[^]*called later/);
  });

  it("debugs a plain Node program, too: the editor's own Node runs it", async () => {
    await workbench.openFile('plain.ts');
    await workbench.command('Tickscope: Debug This File');
    await mode(workbench, 'paused');
    await says(workbench.part('running'), /plain\.ts/);
    await workbench.part('toolbar-step-callback').click();
    // What is next is the timer, which is due: in tick 1 still where the main module took long, else in a later one.
    await says(workbench.part('count-ready'), '1');
    await workbench.part('toolbar-continue').click();
    await mode(workbench, 'ended');
    await says(workbench.part('mode-badge'), /exit code 0/);
  });

  it('opens the programs that come with the extension in a window of their own', async () => {
    const opening = workbench.page.context().waitForEvent('page');
    await workbench.command('Tickscope: Open Sample Programs');
    const opened = await opening;
    const explorer = opened.locator('.explorer-folders-view .monaco-list-row');
    await explorer.filter({ hasText: 'event_loop.ts' }).waitFor({ timeout: 60_000 });
    await opened.close();
  });
});
