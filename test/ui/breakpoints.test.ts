import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { samples } from '../host/packaged.mjs';
import { eachBuildsOnTheLast, mode, rows, says } from './visit';
import { Workbench } from './workbench';

/** One visit, told from its start to its end. */
describe('a visitor who stops the program on its schedule', function () {
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
  eachBuildsOnTheLast(() => workbench, 'breakpoints-failed');

  const menuItem = (name: string) => workbench.page.locator('.monaco-menu .action-item', { hasText: name });
  /** VS Code's menus let the click that comes with their opening pass. */
  async function choose(name: string): Promise<void> {
    await menuItem(name).hover();
    for (let tries = 1; ; tries++) {
      await menuItem(name).click();
      try {
        return await menuItem(name).waitFor({ state: 'hidden', timeout: 1000 });
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  }
  const breakpoint = (words: string) =>
    workbench.part('breakpoints').getByTestId('breakpoint').filter({ hasText: words });

  it('takes the menu of a tick of the ruler, and of an entry', async () => {
    await workbench.openFile('sleepers.py');
    await workbench.press('F5');
    await mode(workbench, 'paused');
    await workbench.part('toolbar-step-tick').click();
    await says(workbench.part('tick-label'), /tick 2/);
    await rows(workbench, 'waiting').first().click({ button: 'right' });
    await menuItem('Run Until This Task').waitFor();
    await workbench.screenshot('entry-menu');
    await choose('Stop When This Task Runs Again');
    await workbench.part('ruler').click({ button: 'right', position: { x: 12, y: 20 } });
    await choose('Stop at This Tick on the Next Run');
    await workbench.part('tab-breakpoints').click();
    await breakpoint('tick 1').waitFor();
    await breakpoint('before step of task').waitFor();
    await workbench.screenshot('breakpoints-tab');
  });

  it('adds one in the form, and the program stops there', async () => {
    await breakpoint('before step of task').getByTestId('breakpoint-remove').click();
    await workbench.part('breakpoint-add').click();
    await workbench.part('field-at').locator('input').fill('4');
    await workbench.part('breakpoint-save').click();
    await breakpoint('tick 4').waitFor();
    await workbench.part('toolbar-continue').click();
    await says(workbench.part('tick-label'), /tick 4/);
    await breakpoint('tick 4').getByText('stopped here').waitFor();
    await workbench.screenshot('stopped-at-breakpoint');
  });

  it('runs until a task from the Call Stack, whose row has a button for it', async () => {
    const thread = workbench.page.locator('.debug-call-stack .monaco-list-row', { hasText: /Task-/ }).first();
    await thread.hover();
    await workbench.screenshot('call-stack');
    await thread.locator('.action-label[aria-label^="Run Until This Task"]').click();
    await says(workbench.part('mode-badge'), /Paused/);
    await workbench.part('tab-queues').click();
    await workbench.part('running').waitFor();
  });

  it('finds them again after a reload of the window, and in the next run', async () => {
    await workbench.press('Shift+F5');
    await mode(workbench, 'ended');
    await workbench.load();
    await workbench.openFile('sleepers.py');
    await workbench.press('F5');
    await mode(workbench, 'paused');
    await workbench.part('toolbar-continue').click();
    await says(workbench.part('tick-label'), /tick 4/);
  });
});
