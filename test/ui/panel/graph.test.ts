/** The wait-for graph, in a browser, against the scripted host. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { PanelBrowser } from './browser';

describe('graph of who waits for what', function () {
  this.timeout(12_000);
  const panel = new PanelBrowser();
  const { get, shot } = panel;
  let page: Page;

  async function open(query: string, viewport = { width: 1100, height: 760 }): Promise<void> {
    page = await panel.open(query, viewport);
    await get('queue-waiting').getByTestId('row').first().waitFor();
    await get('tab-graph').click();
  }
  const focused = () =>
    page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.getAttribute('aria-label');
    });

  it('draws tasks and what they wait for, marks circles, and tells those alike as one', async () => {
    await open('mode=paused&graph');
    await get('graph-node').first().waitFor();
    // Two tasks, two locks, a semaphore, and twelve that wait for it.
    assert.equal(await get('graph-node').count(), 6);
    await get('graph-node').filter({ hasText: '12 tasks' }).waitFor();
    assert.equal(await page.locator('.node.on-cycle').count(), 4);
    assert.equal(await page.locator('.edge.on-cycle').count(), 4);
    assert.match((await get('graph-cycles').textContent()) ?? '', /1 circle of tasks/);
    await shot('graph-dark');
  });

  it('shows the details of the task that is chosen, and opens where a thing is held', async () => {
    await open('mode=paused&graph');
    await get('graph-node').filter({ hasText: 'lock' }).first().click();
    await page.waitForFunction("sent.some((each) => each.type === 'open' && each.source.line === 12)");
    await page.locator('.node.on-cycle.tone-blue').first().click();
    await get('details').waitFor();
    assert.ok(await get('graph').isVisible());
    await shot('graph-details');
  });

  it('is walked through by keys, along the edges', async () => {
    await open('mode=paused&graph');
    const task = page.locator('.node.on-cycle.tone-blue').first();
    await task.focus();
    const start = await focused();
    await page.keyboard.press('ArrowRight');
    assert.match((await focused()) ?? '', /^lock /);
    await page.keyboard.press('ArrowRight');
    assert.match((await focused()) ?? '', /^task /);
    assert.notEqual(await focused(), start);
    await page.keyboard.press('Enter');
    await get('details').waitFor();
  });

  it('draws of ten thousand that wait what can be taken in, and says so', async () => {
    await open('mode=paused&graph=10000');
    await get('graph-node').filter({ hasText: '10\u2009000 tasks' }).waitFor();
  });

  it('draws some of those told as one when that is chosen', async () => {
    await open('mode=paused&graph=25');
    await get('graph-node').filter({ hasText: '25 tasks' }).click();
    await get('graph-node').filter({ hasText: '15 tasks' }).waitFor();
    assert.equal(await get('graph-node').count(), 6 + 10);
    await shot('graph-opened');
    await get('graph-fit').click();
    await get('graph-node').filter({ hasText: '15 tasks' }).click();
    await get('graph-fit').click();
    await get('graph-node').filter({ hasText: '5 tasks' }).click();
    await get('graph-node').filter({ hasText: 'worker-24' }).waitFor();
    assert.equal(await get('graph-node').count(), 5 + 25);
  });

  it('draws a task that was not drawn when its details are asked for', async () => {
    await open('mode=paused&graph=10000');
    await get('graph-node').filter({ hasText: 'tasks' }).first().waitFor();
    await page.evaluate("window.postMessage({ type: 'showTask', task: 4321 }, '*')");
    await get('tab-graph').click();
    await page.locator('.node.selected', { hasText: 'worker-3321' }).waitFor();
  });

  it('says so where it shows the past', async () => {
    await open('mode=paused&graph');
    await get('graph-node').first().waitFor();
    assert.equal(await get('graph-past').count(), 0);
    await get('ruler').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await get('graph-past').waitFor();
    assert.match((await get('graph-past').textContent()) ?? '', /as it was at tick \d+/);
  });

  it('says what there is where nothing waits, in a narrow and light panel too', async () => {
    await open('mode=paused&theme=light', { width: 420, height: 760 });
    assert.match((await get('graph-empty').textContent()) ?? '', /No task waits/);
    await panel.reopen('mode=paused&graph&theme=light');
    await get('tab-graph').click();
    await get('graph-node').first().waitFor();
    await shot('graph-light-narrow');
  });

  it('asks nothing of a program unless somebody looks', async () => {
    page = await panel.open('mode=paused&graph');
    await get('queue-waiting').getByTestId('row').first().waitFor();
    assert.equal(await page.evaluate("sent.filter((each) => each.command === 'tickscope/graph').length"), 0);
    await get('tab-graph').click();
    await get('graph-node').first().waitFor();
  });
});
