import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { samples } from '../host/packaged.mjs';
import { eachBuildsOnTheLast, mode, rows, says } from './visit';
import { Workbench } from './workbench';

/** One visit, told from its start to its end: each test begins where the one before left off. */
describe('a visitor with plain Node programs', function () {
  this.timeout(120_000);
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tsn-'));
    cpSync(samples, folder, { recursive: true, filter: (source) => path.basename(source) !== '.vscode' });
    workbench = await Workbench.open({ folder });
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  eachBuildsOnTheLast(() => workbench, 'failed-node');

  const debugButton = () =>
    workbench.page.locator('.editor-actions').getByRole('button', { name: 'Debug This File' });

  it('presses F5 on a JavaScript file: it stands before its main module', async () => {
    await workbench.openFile('phases.js');
    await workbench.press('F5');
    await workbench.pick('Tickscope');
    await mode(workbench, 'paused');
    await says(workbench.part('tick-label'), /tick 1/);
    await says(workbench.part('running'), /phases\.js/);
    await says(workbench.statusBar, /tick 1 · paused/);
  });

  it('steps by callback and by tick, and sees what is ready and which timers there are', async () => {
    await workbench.part('toolbar-step-callback').click();
    await says(workbench.part('tick-label'), /tick 1.*after callback 1/);
    await says(workbench.part('count-timers'), '2');
    await says(rows(workbench, 'timers').first(), /timer/);
    await workbench.screenshot('node-phases');
    await workbench.part('toolbar-step-tick').click();
    await says(workbench.part('tick-label'), /tick 2/);
    await workbench.part('toolbar-continue').click();
    await mode(workbench, 'ended');
    await says(workbench.part('mode-badge'), /exit code 0/);
  });

  it('pauses a stuck program: what waits, and the chain of awaits in Call Stack', async () => {
    await workbench.openFile('stuck_chain.mjs');
    await debugButton().first().click();
    // The button stops at the first tick.
    await mode(workbench, 'paused');
    await workbench.part('toolbar-continue').click();
    await mode(workbench, 'running');
    await says(workbench.console, /other promises/);
    await workbench.part('toolbar-pause').click();
    await mode(workbench, 'paused');
    await says(workbench.part('queue-waiting'), /checkout/);
    await says(workbench.part('queue-waiting'), /answer 1/);
    await workbench.command('Run and Debug: Focus on Call Stack View');
    await workbench.page
      .locator('.debug-call-stack .monaco-list-row', { hasText: 'checkout' })
      .first()
      .click();
    await workbench.page
      .locator('.debug-call-stack .monaco-list-row', { hasText: 'authorize' })
      .first()
      .waitFor();
    await workbench.screenshot('node-stuck');
  });

  it('reads the same in a dark theme', async () => {
    const before = await workbench.page.locator('.monaco-workbench').getAttribute('class');
    await workbench.command('Preferences: Toggle between Light/Dark Themes');
    await workbench.page.waitForFunction(
      (old) => document.querySelector('.monaco-workbench')!.className !== old,
      before,
    );
    await says(workbench.part('queue-waiting'), /checkout/);
    await workbench.screenshot('node-stuck-dark');
    await workbench.part('toolbar-stop').click();
    await mode(workbench, 'ended');
  });
});
