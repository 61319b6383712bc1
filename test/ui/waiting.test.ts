import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { samples } from '../host/packaged.mjs';
import { eachBuildsOnTheLast, mode, says } from './visit';
import { Workbench } from './workbench';

describe('a visitor whose program is stuck', function () {
  this.timeout(120_000);
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tsw-'));
    cpSync(samples, folder, { recursive: true, filter: (source) => path.basename(source) !== '.vscode' });
    workbench = await Workbench.open({ folder });
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  eachBuildsOnTheLast(() => workbench, 'failed-stuck');

  const line = (text: string) =>
    workbench.page.locator('.editor-group-container .view-lines .view-line', { hasText: text });
  /** What stands behind the lines of the editor, which is drawn by styles. Waits until `wanted` is, or is not, among it. */
  const marked = (wanted: string, is = true) =>
    workbench.page.waitForFunction(
      ([text, there]) => {
        const spans = [...document.querySelectorAll('.view-lines .view-line span')];
        const marks = spans.map((span) => getComputedStyle(span, '::after').content);
        return marks.some((mark) => mark.includes(text)) === there;
      },
      [wanted, is] as const,
    );

  it('reads at the line who waits there while the program runs', async () => {
    await workbench.openFile('stuck.py');
    await workbench.press('F5');
    await mode(workbench, 'paused');
    await workbench.part('toolbar-continue').click();
    await marked('⏳ 1 waits here, ');
  });

  it('is led from the line to the task in the panel', async () => {
    await line('reports.get()').getByText('print').hover();
    const hover = workbench.page.locator('.monaco-hover:visible', { hasText: '1 task waits here' });
    await hover.getByText('auditor', { exact: true }).first().click();
    await says(workbench.part('details'), /auditor/);
    await workbench.screenshot('stuck-task');
  });

  it('finds what is wrong in the Problems view, once the program stands', async () => {
    await workbench.press('F6');
    await mode(workbench, 'paused');
    await workbench.command('Problems: Focus on Problems View');
    const problems = workbench.page.locator('.markers-panel .monaco-list-row');
    await says(problems.filter({ hasText: /deadlock/ }).first(), /a-to-b/);
    await workbench.screenshot('stuck');
  });

  it('reads in the panel what is wrong, and sees the circle in the graph', async () => {
    await workbench.part('tab-findings').click();
    await says(workbench.part('finding').first(), /a-to-b waits for lock .* held by b-to-a/);
    await workbench.screenshot('stuck-findings');
    await workbench.part('finding-graph').first().click();
    await workbench.panel.locator('.node.on-cycle').nth(3).waitFor();
    await says(workbench.part('details'), /-to-/);
    await workbench.screenshot('stuck-graph');
  });

  it('finds the task in the table, and reads the values that it waits with', async () => {
    await workbench.part('tab-tasks').click();
    const task = workbench.part('task').filter({ hasText: 'a-to-b' }).first();
    await task.getByTestId('task-finding').waitFor();
    await says(task, /waiting.*lock/s);
    await task.click();
    await says(workbench.part('finding-sentence'), /Deadlock, proved:.*a-to-b/s);
    await says(workbench.part('local').first(), /=/);
    await workbench.screenshot('stuck-tasks');
  });

  it('reads it no more when the program has ended', async () => {
    await workbench.press('Shift+F5');
    await marked('⏳', false);
  });
});
