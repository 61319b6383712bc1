/** The details of a task, in a browser, against the scripted host. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { PanelBrowser } from './browser';

describe('panel: details of a task', function () {
  this.timeout(20_000);
  const panel = new PanelBrowser();
  const { get, shot } = panel;
  let page: Page;

  /** Selects a task in the table. */
  async function open(query: string, task: string, viewport = { width: 1180, height: 820 }): Promise<void> {
    page = await panel.open(query, viewport);
    await get('queue-waiting').waitFor();
    await get('tab-tasks').click();
    await get('task').filter({ hasText: task }).first().click();
    await get('details').getByRole('heading', { name: task }).waitFor();
  }

  it('shows the locals of the innermost frame of the user, and the parts of a value on demand', async () => {
    await open('mode=paused', 'a-to-b');
    const locals = get('details').getByTestId('local');
    await locals.first().waitFor();
    assert.match((await locals.first().textContent()) ?? '', /src\s*=\s*Account\('a'\)/);
    const toggle = locals.first().getByTestId('toggle');
    assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
    await toggle.press('Enter');
    await locals.filter({ hasText: 'guard' }).last().waitFor();
    await shot('details-dark');
    const frame = get('details').getByTestId('frame').first().getByTestId('toggle').first();
    await frame.click();
    await locals.first().waitFor({ state: 'detached' });
  });

  it('asks again at the next stop for what is open, and has nothing to open in the past', async () => {
    await open('mode=paused', 'a-to-b');
    await get('details').getByTestId('local').first().waitFor();
    const asked = () =>
      page.evaluate<number>("sent.filter((each) => each.command === 'tickscope/values').length");
    const before = await asked();
    await page.evaluate('setHead(50)');
    await page.waitForFunction(
      `sent.filter((each) => each.command === 'tickscope/values').length > ${before}`,
    );
    await get('details').getByTestId('local').first().waitFor();
    await get('details').locator('.change').first().click();
    await get('details').getByTestId('toggle').first().waitFor({ state: 'detached' });
  });

  it('says why there are no values', async () => {
    await open('mode=paused&refuseValues', 'a-to-b');
    await get('details').getByText('That frame is gone').waitFor();
  });

  it('says what is wrong with the task, and how certain that is', async () => {
    await open('mode=paused&findings', 'a-to-b');
    const sentence = get('finding-sentence');
    await sentence.waitFor();
    assert.match((await sentence.textContent()) ?? '', /Deadlock, proved:\s+Server\.serve waits for lock/);
    assert.match((await get('task-sentence').textContent()) ?? '', /a-to-b waits/);
    await shot('details-finding-dark');
  });

  it('draws its life on the axis of ticks, and goes there', async () => {
    await open('mode=paused&theme=light', 'consumer-1', { width: 420, height: 1000 });
    const lane = get('details').locator('.lane');
    await lane.waitFor();
    await lane.scrollIntoViewIfNeeded();
    await shot('details-light-narrow');
    const step = lane.locator('.change.running').first();
    const tick = Number(/tick (\d+)/.exec((await step.getAttribute('aria-label')) ?? '')?.[1]);
    await step.press('Enter');
    await page.waitForFunction(
      `sent.some((each) => each.command === 'tickscope/seek' && each.arguments.cursor.tick === ${tick})`,
    );
    // At the cursor of then, its life is shorter.
    await get('details').locator('.axis').getByText(`tick ${tick}`, { exact: true }).last().waitFor();
  });
});
