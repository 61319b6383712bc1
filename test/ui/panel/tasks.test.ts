/** The table of tasks, in a browser, against the scripted host. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { PanelBrowser } from './browser';

describe('panel: table of tasks', function () {
  this.timeout(20_000);
  const panel = new PanelBrowser();
  const { get, shot } = panel;
  let page: Page;

  async function open(query: string, viewport = { width: 1180, height: 760 }): Promise<void> {
    page = await panel.open(query, viewport);
    await get('queue-waiting').waitFor();
    await get('tab-tasks').click();
  }
  const cells = (by: string) => get('task').locator(`.cell.${by}`).allTextContents();
  const trimmed = async (texts: Promise<string[]>) => (await texts).map((text) => text.trim());
  /** The first line of the table says this. */
  const first = (text: RegExp) => get('task-grid').locator('#line-0').filter({ hasText: text }).waitFor();

  it('lists every task with what it waits for, where, since when and its times', async () => {
    await open('mode=paused');
    await get('task').first().waitFor();
    const number = Number(await get('tab-tasks').locator('.tab-count').textContent());
    assert.equal(await get('task').count(), number);
    const deadlocked = get('task').filter({ hasText: 'a-to-b' }).first();
    assert.match((await deadlocked.textContent()) ?? '', /waiting.*transfer.*lock b\.guard held by b-to-a/s);
    assert.match((await deadlocked.getAttribute('aria-label')) ?? '', /waits for lock b\.guard.*steps \d/);
    await deadlocked.getByTestId('source').click();
    await page.waitForFunction("sent.some((each) => each.type === 'open' && each.source.line === 12)");
    await shot('tasks-dark');
  });

  it('sorts by a column, the other way round, and no longer', async () => {
    await open('mode=paused');
    await get('task').first().waitFor();
    const before = await trimmed(cells('name'));
    await get('sort-name').click();
    const heading = get('task-grid').locator('[role=columnheader].name');
    await first(/a-to-b/);
    assert.equal(await heading.getAttribute('aria-sort'), 'ascending');
    assert.deepEqual(await trimmed(cells('name')), [...before].sort(new Intl.Collator('en').compare));
    await get('sort-name').click();
    await first(/Server/);
    assert.equal(await heading.getAttribute('aria-sort'), 'descending');
    await get('sort-name').click();
    await first(/heartbeat/);
    assert.deepEqual(await trimmed(cells('name')), before);
    await get('sort-steps').click();
    assert.equal(
      await get('task-grid').locator('[role=columnheader].steps').getAttribute('aria-sort'),
      'descending',
    );
  });

  it('filters while one types, says when nothing matches, and keeps the choice over a reload', async () => {
    await open('mode=paused');
    await get('task').first().waitFor();
    await get('task-filter').locator('input').fill('client');
    await first(/client/);
    assert.ok((await trimmed(cells('name'))).every((name) => name.startsWith('client-')));
    await page.reload();
    await first(/client/);
    assert.equal(await get('task-filter').locator('input').inputValue(), 'client');
    await get('task-filter').locator('input').fill('nobody');
    assert.match((await get('tasks-empty').textContent()) ?? '', /No task matches “nobody”/);
    await get('tasks-empty').getByRole('button').click();
    await first(/heartbeat/);
  });

  it('folds equal stacks and opens them by keyboard; groups by state', async () => {
    await open('mode=paused&crowd=600');
    await first(/× read/);
    const groups = get('task-group');
    assert.match(
      (await groups.nth(1).textContent()) ?? '',
      /400 × work.*semaphore pool \(0 free\).*work\.py:44/s,
    );
    await shot('tasks-folded-dark');
    await get('task-grid').focus();
    await page.keyboard.press('ArrowRight');
    await get('task').first().waitFor();
    assert.equal(await groups.first().getAttribute('aria-expanded'), 'true');
    assert.equal(await get('task').first().getAttribute('aria-level'), '2');
    await page.keyboard.press('ArrowDown');
    await get('details').waitFor();
    await page.keyboard.press('ArrowLeft');
    await get('task').first().waitFor({ state: 'detached' });
    assert.equal(await get('task-grid').getAttribute('aria-activedescendant'), 'line-0');
    await get('task-groups').click();
    await get('task-groups').getByText('By state').click();
    await first(/600 × waiting/);
    await first(/▸/);
    await get('task-group').first().click();
    await get('task').first().waitFor();
    await shot('tasks-by-state-dark');
  });

  it('scrolls through 100 000 tasks, drawing and asking only for those in view', async () => {
    await open('mode=paused&crowd=100000');
    await get('task-groups').click();
    await get('task-groups').getByText('Not grouped').click();
    await first(/reader-0/);
    await get('task-grid').focus();
    await page.keyboard.press('End');
    await get('task').filter({ hasText: 'reader-99999' }).waitFor();
    await page.keyboard.press('Home');
    await first(/reader-0/);
    assert.ok((await get('task').count()) < 100);
    const counts = await page.evaluate<number[]>(
      "sent.filter((each) => each.command === 'tickscope/rows' && each.arguments.queue === 'tasks').map((each) => each.arguments.count)",
    );
    assert.ok(Math.max(...counts) <= 200, `asked for ${Math.max(...counts)} at once`);
  });

  it('selects with the arrows and shares the details with the queues', async () => {
    await open('mode=paused');
    await get('task').first().waitFor();
    await get('task-grid').focus();
    await page.keyboard.press('ArrowDown');
    await get('details').getByRole('heading', { name: 'Server.serve' }).waitFor();
    await get('details').getByTestId('offer-StopAtTask').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForFunction(
      "sent.some((each) => each.type === 'open' && each.source.path.endsWith('web.py'))",
    );
    await get('tab-queues').click();
    await get('details').getByRole('heading', { name: 'Server.serve' }).waitFor();
    await shot('tasks-details');
  });

  it('marks tasks that findings are about', async () => {
    await open('mode=paused&findings');
    await get('task-finding').first().waitFor();
    assert.equal(await get('task-finding').count(), 2);
    const marked = get('task')
      .filter({ has: get('task-finding') })
      .first();
    assert.match((await marked.getAttribute('aria-label')) ?? '', /deadlock, proved/);
  });

  it('follows the cursor, and a program that runs', async () => {
    await open('mode=past');
    await get('task').first().waitFor();
    const asked = await page.evaluate<{ tick: number }>(
      "sent.findLast((each) => each.command === 'tickscope/rows' && each.arguments.queue === 'tasks').arguments.cursor",
    );
    assert.ok(asked.tick > 0);
    await page.close();
    await open('mode=running');
    await get('task').first().waitFor();
  });

  it('has words for no tasks and for an adapter that refuses', async () => {
    await open('mode=paused&noTasks', { width: 420, height: 760 });
    assert.match((await get('tasks-empty').textContent()) ?? '', /no tasks here/);
    await page.close();
    await open('mode=paused&refuseTasks');
    assert.match((await get('tasks-refused').textContent()) ?? '', /not connected/);
  });

  it('gives way column by column where there is little room', async () => {
    await open('mode=paused&theme=light&findings', { width: 420, height: 760 });
    await get('task').first().waitFor();
    assert.equal(await get('sort-busyMs').isVisible(), false);
    assert.ok(await get('sort-ageMs').isVisible());
    await shot('tasks-light-narrow');
    await page.setViewportSize({ width: 1180, height: 760 });
    await get('sort-busyMs').waitFor();
    await shot('tasks-light-wide');
  });
});
