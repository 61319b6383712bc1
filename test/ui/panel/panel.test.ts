/** The panel alone in a browser, against the scripted host of `fakeHost.mjs`, under the host's security policy. */
import assert from 'node:assert/strict';
import type { Browser, Locator, Page } from 'playwright-core';
import type { ToHost } from '../../../src/editor/panelMessages';
import { launchBrowser } from '../../host/browser.mjs';
import { serve } from './server.mjs';

declare global {
  interface Window {
    sent: ToHost[];
    advance(): void;
    ghosts: number;
  }
}

describe('panel in a browser', function () {
  this.timeout(12_000);
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;
  let page: Page;
  let problems: string[];

  before(async () => {
    server = await serve();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });
  afterEach(async () => {
    await page.close();
    // Also a breach of the content security policy is an error here.
    assert.deepEqual(problems, []);
  });

  async function open(
    query: string,
    options: Parameters<Browser['newPage']>[0] = {},
    virtualTime = false,
  ): Promise<void> {
    page = await browser.newPage({ viewport: { width: 1100, height: 760 }, ...options });
    if (virtualTime) await page.clock.install();
    problems = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${server.url}/?${query}`);
  }
  const get = (testid: string): Locator => page.getByTestId(testid);
  const rows = (queue: string): Locator => get(`queue-${queue}`).getByTestId('row');
  const mode = (name: string) => page.locator(`[data-testid=panel][data-mode=${name}]`).waitFor();
  const sent = () => page.evaluate(() => window.sent);
  const enabled = async () => {
    const found = [];
    for (const button of await page.locator('[data-testid^=toolbar-]').all())
      if ((await button.getAttribute('disabled')) === null)
        found.push((await button.getAttribute('data-testid'))!.slice('toolbar-'.length));
    return found;
  };
  const tick = () => get('ruler').getAttribute('aria-valuenow').then(Number);
  const atTick = (n: number) => page.locator(`[data-testid=ruler][aria-valuenow="${n}"]`).waitFor();
  const focusedIn = (queue: string) =>
    get(`queue-${queue}`)
      .getByRole('listbox')
      .evaluate((list) => (list.getRootNode() as ShadowRoot).activeElement === list);

  it('says what to do when there is no session, and starts one', async () => {
    await open('mode=none');
    await mode('none');
    await page.getByText('press F5').waitFor();
    assert.deepEqual(await enabled(), ['start']);
    await get('start-button').click();
    assert.deepEqual((await sent()).at(-1), { type: 'control', action: 'start' });
  });

  for (const [scene, shown, words] of [
    ['starting', 'starting', 'Starting bank.py'],
    ['failed', 'failed', 'No Python was found'],
    ['endedEmpty', 'ended', 'ended without running an event loop'],
    ['running', 'running', 'Running'],
    ['pausing', 'pausing', 'Pausing…'],
    ['paused', 'paused', 'Paused on tick breakpoint'],
    ['past', 'past', 'Looking at tick'],
    ['pastRunning', 'past', 'The program goes on running.'],
    ['ended', 'ended', 'ended with exit code 0'],
    ['reduced', 'paused', 'This loop is uvloop'],
    ['lossy', 'paused', 'Events lost'],
  ] as const)
    it(`has words of its own for ${scene}`, async () => {
      await open(`mode=${scene}`);
      await mode(shown);
      await page.getByText(words).first().waitFor();
    });

  it('shows the three queues with their counts, and the callback about to run once', async () => {
    await open('mode=past');
    await rows('waiting').first().waitFor();
    for (const queue of ['ready', 'waiting', 'timers']) {
      const count = Number(await get(`count-${queue}`).textContent());
      assert.ok(count > 0);
      assert.equal(await rows(queue).count(), queue === 'ready' ? count - 1 : count);
    }
    assert.match((await get('running').textContent())!, /about to run/);
    const id = await get('running').getAttribute('data-id');
    assert.equal(await get('queue-ready').locator(`[data-testid=row][data-id="${id}"]`).count(), 0);
    assert.equal(await rows('ready').filter({ hasText: 'next tick' }).count(), 1);
  });

  it('steps by callback: what was about to run has run, and the next one is', async () => {
    await open('mode=past');
    await rows('waiting').first().waitFor();
    const before = (await get('running').locator('.name').textContent())!;
    await get('toolbar-step-callback').click();
    await page.getByTestId('tick-label').getByText('after callback 2').waitFor();
    await page.locator('[data-testid=callback][data-when=ran]').nth(1).filter({ hasText: before }).waitFor();
    assert.notEqual(await get('running').getAttribute('data-id'), before);
  });

  it('lets an entry that moved be seen flying, unless motion is reduced', async () => {
    const countGhosts = () =>
      page.evaluate(() => {
        window.ghosts = 0;
        const layer = document.querySelector('tick-panel')!.shadowRoot!.querySelector('.layer')!;
        new MutationObserver((changes) => {
          for (const change of changes) window.ghosts += change.addedNodes.length;
        }).observe(layer, { childList: true });
      });
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      if (reducedMotion === 'reduce') await page.close();
      await open('mode=paused', { reducedMotion });
      await rows('waiting').first().waitFor();
      await countGhosts();
      const from = await tick();
      await get('toolbar-step-tick').click();
      await atTick(from + 1);
      await page.locator('[data-testid=callback][data-when=next]').waitFor();
      if (reducedMotion === 'no-preference') await page.waitForFunction(() => window.ghosts > 0);
      // Two frames later than the entries were drawn nothing has been let fly.
      await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))));
      if (reducedMotion === 'reduce') assert.equal(await page.evaluate(() => window.ghosts), 0);
    }
  });

  it('goes back and forth on the ruler by keys, pointer and number, and back to live', async () => {
    await open('mode=paused');
    await rows('waiting').first().waitFor();
    const head = await tick();
    assert.equal(await get('back-to-live').count(), 0);
    await get('ruler').focus();
    await page.keyboard.press('ArrowLeft');
    await atTick(head - 1);
    await mode('past');
    await page.keyboard.press('Home');
    await atTick(1);
    await get('jump').fill('9');
    await get('jump').press('Enter');
    await atTick(9);
    const box = (await get('ruler').boundingBox())!;
    await page.mouse.move(box.x + 5, box.y + 10);
    await page.mouse.down();
    await atTick(1);
    await page.mouse.move(box.x + box.width / 2, box.y + 10, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction(
      (h) =>
        Math.abs(
          Number(
            document
              .querySelector('tick-panel')!
              .shadowRoot!.querySelector('tick-ruler')!
              .shadowRoot!.querySelector('.track')!
              .getAttribute('aria-valuenow'),
          ) -
            h / 2,
        ) <= 2,
      head,
    );
    await get('back-to-live').click();
    await mode('paused');
    await atTick(head);
  });

  it('says why it cannot go where there is nothing', async () => {
    await open('mode=paused');
    await rows('waiting').first().waitFor();
    await page.evaluate(() => {
      const ruler = document.querySelector('tick-panel')!.shadowRoot!.querySelector('tick-ruler')!;
      ruler.dispatchEvent(new CustomEvent('seek', { detail: { tick: 9999 }, bubbles: true, composed: true }));
    });
    await get('notice').getByText('There is no tick 9999').waitFor();
  });

  it('is a plain ruler without a timeline, and draws bars with one', async () => {
    await open('mode=paused');
    await get('ruler').locator('line.mark').first().waitFor({ state: 'attached' });
    assert.equal(await get('ruler').locator('rect.run').count(), 0);
    await page.close();
    await open('mode=paused&timeline');
    await get('ruler').locator('rect.run').first().waitFor();
  });

  it('is one tab stop per list; arrows select, Enter opens the source, left and right change the list', async () => {
    await open('mode=paused');
    await rows('waiting').first().waitFor();
    await get('queue-waiting').getByRole('listbox').focus();
    await page.keyboard.press('ArrowDown');
    await get('queue-waiting').locator('[role=option][aria-selected=true] [data-testid=row]').waitFor();
    await get('details').locator('.chain').waitFor();
    const source = await get('queue-waiting')
      .locator('[aria-selected=true] [data-testid=source]')
      .getAttribute('title');
    await page.keyboard.press('Enter');
    const opened = (await sent()).at(-1) as Extract<ToHost, { type: 'open' }>;
    assert.equal(opened.type, 'open');
    assert.equal(`${opened.source.path}:${opened.source.line}`, source);
    await page.keyboard.press('Tab');
    assert.equal(await focusedIn('waiting'), false);
    await page.keyboard.press('Shift+Tab');
    assert.equal(await focusedIn('waiting'), true);
    await page.keyboard.press('ArrowRight');
    assert.equal(await focusedIn('timers'), true);
    await page.keyboard.press('Escape');
    await get('details').waitFor({ state: 'detached' });
  });

  it('leads from every entry to its source line', async () => {
    await open('mode=past');
    await rows('waiting').first().waitFor();
    for (const place of [
      get('running'),
      rows('ready').first(),
      rows('waiting').first(),
      rows('timers').first(),
    ]) {
      const link = place.getByTestId('source');
      const title = await link.getAttribute('title');
      await link.click();
      const opened = (await sent()).at(-1) as Extract<ToHost, { type: 'open' }>;
      assert.equal(`${opened.source.path}:${opened.source.line}`, title);
    }
  });

  it('shows why the selected task is where it is, and goes to where its history says', async () => {
    await open('mode=paused');
    await rows('waiting')
      .filter({ has: page.locator('.name', { hasText: 'a-to-b' }) })
      .click();
    const details = get('details');
    await details.getByText('lock b.guard held by b-to-a').waitFor();
    await details.locator('.library').getByText('Lock.acquire').waitFor();
    await details.getByText('woken by timer').first().waitFor();
    const since = (await details.locator('[title^="Go to tick"]').last().getAttribute('title'))!;
    await details.locator('.change').last().click();
    await atTick(Number(since.slice('Go to tick '.length)));
  });

  it('counts ages on while the program runs and lets them stand while it does not', async () => {
    await open('mode=running', {}, true);
    await rows('waiting').first().waitFor();
    const value = () => rows('waiting').nth(1).locator('.value').textContent();
    const first = await value();
    await page.clock.runFor(5000);
    assert.notEqual(await value(), first);
    await get('toolbar-pause').click();
    await mode('paused');
    const stands = await value();
    const asked = (await sent()).length;
    // Longer than the time between two redraws of ages.
    await page.clock.runFor(1000);
    assert.equal(await value(), stands);
    assert.equal((await sent()).length, asked, 'a paused program is not asked again and again');
  });

  it('keeps its selection over a reload', async () => {
    await open('mode=paused');
    await rows('waiting').nth(1).click();
    await get('details').locator('.chain').waitFor();
    const name = await get('details').locator('h2').textContent();
    await page.reload();
    await get('details').locator('.chain').waitFor();
    assert.equal(await get('details').locator('h2').textContent(), name);
  });

  it('offers the loops when there are several', async () => {
    await open('mode=loops');
    await rows('waiting').first().waitFor();
    await get('loop').click();
    await page.getByRole('option', { name: /Thread-1/ }).click();
    await page.waitForFunction(() =>
      window.sent.some(
        (message) =>
          message.type === 'request' &&
          message.command === 'tickscope/state' &&
          (message.arguments as { loop?: number }).loop === 2,
      ),
    );
  });

  it('lets the level be chosen, and says what it costs', async () => {
    await open('mode=paused');
    await rows('waiting').first().waitFor();
    await get('facts').getByText('costs 7 % CPU').waitFor();
    await get('level').click();
    const offered = await get('level').getByRole('option').allTextContents();
    assert.deepEqual(
      offered.map((text) => text.trim()),
      ['level full', 'level stacks'],
    );
    await page.getByRole('option', { name: 'stacks' }).click();
    await get('facts').getByText('costs 47 % CPU').waitFor();
    assert.equal(await get('level').evaluate((element) => (element as HTMLSelectElement).value), 'stacks');
    const asked = (await sent()).filter(
      (message) => message.type === 'request' && message.command === 'tickscope/setLevel',
    );
    assert.deepEqual(
      asked.map((message) => message.type === 'request' && message.arguments),
      [{ level: 'stacks' }],
    );
  });

  it('says why a level could not be had, and shows the one that holds', async () => {
    await open('mode=paused&refuseLevel');
    await rows('waiting').first().waitFor();
    await get('level').click();
    await page.getByRole('option', { name: 'stacks' }).click();
    await page.getByText('The program is not connected to the debugger').waitFor();
    assert.equal(await get('level').evaluate((element) => (element as HTMLSelectElement).value), 'full');
  });

  it('offers no level where the loop is seen in part only, or has ended', async () => {
    for (const scene of ['reduced', 'ended']) {
      if (scene === 'ended') await page.close();
      await open(`mode=${scene}`);
      await rows('waiting').first().waitFor();
      assert.equal(await get('level').count(), 0);
    }
  });

  it('shows what comes from the program as text, never as markup', async () => {
    await open('mode=paused&crowd=3&name=' + encodeURIComponent('<img src=x onerror="document.title=1">'));
    await rows('waiting').first().waitFor();
    assert.match((await rows('waiting').first().textContent())!, /<img src=x/);
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.title(), 'Tickscope');
  });

  it('draws and fetches of 10 000 entries only what is seen', async () => {
    await open('mode=paused&crowd=10000');
    await rows('waiting').first().waitFor();
    assert.ok((await rows('waiting').count()) < 60);
    await get('queue-waiting').getByRole('listbox').focus();
    await page.keyboard.press('End');
    await get('queue-waiting').locator('[aria-selected=true]').filter({ hasText: 'reader-9999' }).waitFor();
    assert.ok((await rows('waiting').count()) < 60);
    const fetched = (await sent()).filter(
      (message) =>
        message.type === 'request' && (message.arguments as { queue?: string }).queue === 'waiting',
    );
    assert.ok(fetched.length < 8, `${fetched.length} requests`);
  });

  it('stacks the queues when there is little room', async () => {
    await open('mode=paused', { viewport: { width: 420, height: 800 } });
    await rows('waiting').first().waitFor();
    const boxes = await Promise.all(
      ['ready', 'waiting', 'timers'].map(async (queue) => (await get(`queue-${queue}`).boundingBox())!),
    );
    assert.ok(boxes[0].y < boxes[1].y && boxes[1].y < boxes[2].y);
    assert.ok(boxes.every((box) => box.width > 380));
  });
});
