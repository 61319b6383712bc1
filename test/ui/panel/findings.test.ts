/** What is wrong with a program, in a browser, against the scripted host. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { PanelBrowser } from './browser';

describe('panel of a program with findings', function () {
  this.timeout(12_000);
  const panel = new PanelBrowser();
  const { get, shot } = panel;
  let page: Page;

  async function open(query: string, viewport = { width: 1100, height: 760 }): Promise<void> {
    page = await panel.open(query, viewport);
    await get('queue-waiting').getByTestId('row').first().waitFor();
  }

  it('counts them on the tab, and says of each how certain it is', async () => {
    await open('mode=paused&findings');
    await get('tab-findings').locator('.tab-count', { hasText: '2' }).waitFor();
    await get('tab-findings').click();
    await get('finding').first().waitFor();
    assert.deepEqual(await get('certainty').allTextContents(), ['proved', 'suspected']);
    await shot('findings-dark');
  });

  it('leads from a finding to its source, its ticks and its tasks', async () => {
    await open('mode=paused&findings');
    await get('tab-findings').click();
    await get('finding').getByTestId('source').first().click();
    await page.waitForFunction("sent.some((each) => each.type === 'open' && each.source.line === 12)");
    await get('finding-tick').first().click();
    await page.waitForFunction(
      "sent.some((each) => each.command === 'tickscope/seek' && each.arguments.cursor.tick === 9)",
    );
    assert.match((await get('finding-task').first().textContent()) ?? '', /Server\.serve/);
    await get('finding-task').first().click();
    await get('details').waitFor();
    assert.ok(await get('queue-waiting').isVisible());
  });

  it('draws the names of its tasks bold', async () => {
    await open('mode=paused&findings');
    await get('tab-findings').click();
    const [first] = await get('finding').locator('.sentence').allTextContents();
    const names = await get('finding').first().locator('.sentence b').allTextContents();
    assert.equal(names.length, 3);
    assert.ok(names.every((name) => first.includes(name)));
  });

  it('leads from its mark on the ruler to it, also where a breakpoint has one', async () => {
    await open('mode=paused&findings&timeline');
    const marks = get('ruler-finding');
    await marks.first().waitFor({ state: 'attached' });
    const both = page.locator('[data-testid=ruler-finding][data-from="20"]');
    assert.equal(await page.locator('circle.breakpoint').count(), 1);
    await both.click();
    await page.locator('li.chosen').waitFor();
    assert.match((await page.locator('li.chosen').textContent()) ?? '', /Late timer/);
    assert.equal(await page.locator('li.chosen').count(), 1);
    assert.equal(await page.evaluate("sent.filter((each) => each.command === 'tickscope/seek').length"), 0);
    await shot('findings-chosen');
  });

  it('leads to the graph of who waits for what', async () => {
    await open('mode=paused&findings&graph');
    await get('tab-findings').click();
    assert.equal(await get('finding-graph').count(), 1);
    await get('finding-graph').click();
    await page.locator('.node.selected').waitFor();
    assert.ok(await get('details').isVisible());
  });

  it('says what was looked for where nothing is wrong', async () => {
    await open('mode=paused&theme=light', { width: 420, height: 760 });
    await get('tab-findings').click();
    assert.match((await get('findings-empty').textContent()) ?? '', /Nothing found.*deadlocks/s);
    await shot('findings-light-narrow');
  });

  it('asks nothing of a program that runs until somebody looks', async () => {
    await open('mode=running&findings');
    const asked = () => page.evaluate("sent.filter((each) => each.command === 'tickscope/findings').length");
    assert.equal(await asked(), 0);
    await get('tab-findings').click();
    await get('finding').first().waitFor();
  });
});
