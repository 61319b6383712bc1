/** What the panel says of a Node program, in a browser, against the scripted host. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { PanelBrowser } from './browser';

describe('panel of a Node program', function () {
  this.timeout(12_000);
  const panel = new PanelBrowser();
  const { get } = panel;
  let page: Page;

  async function open(scene: string, viewport = { width: 1100, height: 760 }): Promise<void> {
    page = await panel.open(`mode=${scene}`, viewport);
    await rows('waiting').first().waitFor();
  }
  const rows = (queue: string): Locator => get(`queue-${queue}`).getByTestId('row');

  it('parts what ran by the phases of the tick, and names the one that it stands in', async () => {
    await open('node');
    assert.deepEqual(await get('phase').allTextContents(), ['poll', 'check']);
    assert.match(
      (await get('tick-label').textContent()) ?? '',
      /tick 41 · after callback 4 · microtasks and nextTicks/,
    );
    const [first, ...others] = await get('callback').all();
    assert.match(
      (await first.getAttribute('title')) ?? '',
      /HTTP request: returned after 1.4 ms, poll phase/,
    );
    assert.equal((await others[1].textContent())?.trim(), 'promise 7', 'its step was not timed');
  });

  it('marks what keeps the program from exiting, and only that', async () => {
    await open('node');
    const marked = await rows('waiting')
      .filter({ has: get('keeps-alive') })
      .locator('.name')
      .allTextContents();
    assert.deepEqual(
      marked.map((name) => name.trim()),
      ['server', 'checkout', 'file system request'],
    );
    assert.equal(
      await rows('timers')
        .filter({ has: get('keeps-alive') })
        .count(),
      2,
    );
  });

  it('says, while the program rests, what it waits for and why it does not exit', async () => {
    await open('nodeIdle');
    await page.getByText('Nothing is ready; Node waits for I/O and the next timer.').waitFor();
    await get('alive').waitFor();
    assert.equal(await get('alive-row').count(), 4);
    assert.match((await get('alive-row').first().textContent()) ?? '', /server: \[::\]:8080\s+server\.js:60/);
    await page.getByText('and 1 more').waitFor();
  });

  it('offers the levels that Node has', async () => {
    await open('node');
    await get('level').click();
    const offered = await get('level').getByRole('option').allTextContents();
    assert.deepEqual(
      offered.map((level) => level.trim()),
      ['level macro', 'level full', 'level stacks'],
    );
  });

  it('tells of a task what it waits for, and where that came from, without times that Node does not tell', async () => {
    await open('node');
    await rows('waiting').nth(1).click();
    await get('details').locator('.chain').waitFor();
    const said = (await get('details').locator('.body').textContent()) ?? '';
    assert.match(said, /checkout waits for data from 10\.0\.0\.7:5432 since tick 30/);
    assert.match(said, /What it waits for came from/);
    assert.doesNotMatch(said, /ran 0 ms|coroutine/);
  });

  it('fits where there is little room', async () => {
    await open('nodeIdle', { width: 420, height: 820 });
    await get('alive').waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 420, `${wide} px`);
  });
});
