import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { samples } from '../host/packaged.mjs';
import { eachBuildsOnTheLast, home, mode, rows, says } from './visit';
import { Workbench } from './workbench';

/** One visit, told from its start to its end: each test begins where the one before left off. */
describe('a visitor with the packaged extension and no launch.json', function () {
  this.timeout(120_000);
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tsu-'));
    cpSync(samples, folder, { recursive: true, filter: (source) => path.basename(source) !== '.vscode' });
    workbench = await Workbench.open({ folder });
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  eachBuildsOnTheLast(() => workbench, 'failed');

  it('presses F5: the panel opens beside the editor, and the program stands at tick 1', async () => {
    await workbench.openFile('sleepers.py');
    await workbench.press('F5');
    await mode(workbench, 'paused');
    await says(workbench.part('tick-label'), /tick 1/);
    await says(workbench.part('count-ready'), '1');
    await workbench.tab('Tickscope').waitFor();
    await says(workbench.statusBar, /tick 1 · paused/);
    await workbench.screenshot('first-tick');
  });

  it('steps by tick and by callback with the buttons of the panel', async () => {
    await workbench.part('toolbar-step-tick').click();
    await says(workbench.part('tick-label'), /tick 2/);
    await workbench.part('toolbar-step-callback').click();
    await says(workbench.part('tick-label'), /tick 2.*after callback 1/);
    await workbench.part('toolbar-step-tick').click();
    await says(workbench.part('tick-label'), /tick 3/);
    // Of the three sleepers the first is due.
    await says(workbench.part('count-ready'), '1');
    await says(workbench.part('count-timers'), '2');
    await rows(workbench, 'timers').first().waitFor();
    // The line that the program stands at is shown beside the panel, never on top of it.
    assert.equal(await workbench.tab('Tickscope').getAttribute('aria-selected'), 'true');
    await workbench.screenshot('third-tick');
  });

  it('steps back into the past, where it is told that it is one', async () => {
    await workbench.part('toolbar-back-callback').click();
    await mode(workbench, 'past');
    await says(workbench.part('tick-label'), /tick 2/);
    await workbench.part('past-banner').waitFor();
  });

  it('seeks by the ruler, with keys and with the mouse, and comes back', async () => {
    const ruler = workbench.part('ruler');
    // Few ticks are drawn as cells of some 28 pixels.
    await ruler.click({ position: { x: 42, y: 20 } });
    await says(workbench.part('tick-label'), /tick 2 .*before/);
    await workbench.screenshot('in-the-past');
    await home(workbench);
    await workbench.part('back-to-live').click();
    await mode(workbench, 'paused');
    await says(workbench.part('tick-label'), /tick 3/);
  });

  it('selects a sleeping task, reads why it waits, and is led to its source line', async () => {
    await rows(workbench, 'timers').first().click();
    await workbench.part('details').waitFor();
    await workbench.screenshot('details');
    await workbench.part('details').getByTestId('source').first().click();
    await says(workbench.statusBar, /Ln 1[0-9]/);
    await workbench.press('Escape');
  });

  it('sees loop and tasks in the native views, too', async () => {
    await workbench.command('View: Show Run and Debug');
    await says(workbench.page.locator('.debug-call-stack'), /main/);
    await workbench.debugButton(/^Continue/).waitFor();
  });

  it('chooses how much is recorded', async () => {
    const level = workbench.part('level');
    await level.click();
    await level.getByRole('option', { name: 'level stacks' }).click();
    await workbench.part('toolbar-step-tick').click();
    await says(workbench.part('tick-label'), /tick 4/);
    await says(level.locator('[slot="selected-value"], .selected-value').first(), 'level stacks');
    await workbench.screenshot('level');
    await level.click();
    await level.getByRole('option', { name: 'level full' }).click();
  });

  it('reads the same in a dark and in a light theme, and in a narrow window', async () => {
    for (const [command, name] of [
      ['Preferences: Toggle between Light/Dark Themes', 'dark'],
      ['Preferences: Toggle between Light/Dark Themes', 'light'],
    ] as const) {
      const before = await workbench.page.locator('.monaco-workbench').getAttribute('class');
      await workbench.command(command);
      await workbench.page.waitForFunction(
        (old) => document.querySelector('.monaco-workbench')!.className !== old,
        before,
      );
      await says(workbench.part('count-timers'), '2');
      await workbench.screenshot(name);
    }
    await workbench.page.setViewportSize({ width: 900, height: 700 });
    await says(workbench.part('count-timers'), '2');
    await workbench.screenshot('narrow');
    await workbench.page.setViewportSize({ width: 1500, height: 950 });
  });

  it('continues to the end, whose exit code and past remain', async () => {
    await workbench.part('toolbar-continue').click();
    await mode(workbench, 'ended');
    await says(workbench.part('mode-badge'), /exit code 0/);
    await home(workbench);
    await mode(workbench, 'past');
    await workbench.screenshot('ended-past');
  });

  it('read what the program wrote in the Debug Console', async () => {
    await workbench.command('Debug Console: Focus on Debug Console View');
    await says(workbench.console, /everybody is awake/);
  });

  it('restarts a program from the panel, and stops it', async () => {
    await workbench.tab('sleepers.py').click();
    await workbench.press('F5');
    await mode(workbench, 'paused');
    await workbench.part('toolbar-stop').click();
    await mode(workbench, 'ended');
    await workbench.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  });

  it('reloads the window: the panel is back, and says what to do', async () => {
    await workbench.load();
    await workbench.part('start-button').waitFor();
    await says(workbench.part('panel'), /press F5/);
    await workbench.screenshot('after-reload');
    await workbench.part('start-button').click();
    await mode(workbench, 'paused');
    await workbench.part('toolbar-stop').click();
  });

  it('starts a file that is not there, and is told so', async () => {
    await workbench.openFile('timeouts.py');
    rmSync(path.join(folder, 'timeouts.py'));
    await workbench.press('F5');
    await says(workbench.part('panel'), /could not be started/);
    await says(workbench.part('panel'), /timeouts\.py/);
    await workbench.page.keyboard.press('Escape');
    await workbench.screenshot('failed-to-start');
  });
});

describe('a visitor with VS Code 1.100 and a launch.json', function () {
  this.timeout(120_000);
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ vscode: '1.100' });
  });
  after(() => workbench?.close());
  eachBuildsOnTheLast(() => workbench, 'failed-1.100');

  it('debugs the configuration that is selected, steps, and stops', async () => {
    await workbench.openFile('sleepers.py');
    await workbench.press('F5');
    await mode(workbench, 'paused');
    await says(workbench.part('tick-label'), /tick 1/);
    await workbench.part('toolbar-step-tick').click();
    await says(workbench.part('tick-label'), /tick 2/);
    await workbench.screenshot('vscode-1.100');
    await workbench.part('toolbar-stop').click();
    await mode(workbench, 'ended');
  });

  it('starts the open file by the button of its editor', async () => {
    await workbench.openFile('producer_consumers.py');
    await workbench.page
      .locator('.editor-actions')
      .getByRole('button', { name: 'Debug This File' })
      .first()
      .click();
    await mode(workbench, 'paused');
    await says(workbench.part('tick-label'), /tick 1/);
    await workbench.part('toolbar-stop').click();
    await mode(workbench, 'ended');
  });
});
