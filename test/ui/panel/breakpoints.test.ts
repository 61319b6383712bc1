/** The Breakpoints tab, and what entries offer, against the scripted host: by pointer and by keyboard. */
import assert from 'node:assert/strict';
import type { Browser, Locator, Page } from 'playwright-core';
import type { TickBreakpoint } from '../../../src/adapter/contract';
import type { EntryContext, ToHost } from '../../../src/editor/panelMessages';
import { launchBrowser } from '../../host/browser.mjs';
import { serve } from './server.mjs';

describe('breakpoints in the panel', function () {
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
    assert.deepEqual(problems, []);
  });

  async function open(query: string, width = 1100): Promise<void> {
    page = await browser.newPage({ viewport: { width, height: 760 } });
    problems = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${server.url}/?${query}`);
  }
  async function openTab(query: string, width?: number): Promise<void> {
    await open(query, width);
    await get('tab-breakpoints').click();
    await get('breakpoints').waitFor();
  }
  const get = (testid: string): Locator => page.getByTestId(testid);
  const entry = (id: string) => page.locator(`[data-testid=breakpoint][data-id="${id}"]`);
  const field = (name: string) => get(`field-${name}`).locator('input');
  async function choose(name: string, words: string): Promise<void> {
    await get(`field-${name}`).click();
    await get(`field-${name}`).getByRole('option', { name: words, exact: true }).click();
  }
  /** What the host was last told that there are to be. */
  const told = async (): Promise<TickBreakpoint[] | undefined> => {
    const sent: ToHost[] = await page.evaluate(() => window.sent);
    const last = sent.findLast(({ type }) => type === 'breakpoints');
    return last?.type === 'breakpoints' ? last.breakpoints : undefined;
  };
  const focused = () =>
    page.evaluate(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return (
        at?.closest('[data-id]')?.getAttribute('data-id') ??
        (at?.getRootNode() as ShadowRoot).host?.closest('[data-id]')?.getAttribute('data-id')
      );
    });

  it('says what to do where there are none, also without a session', async () => {
    await openTab('mode=none');
    await get('breakpoints').getByText('None yet').waitFor();
    await get('breakpoint-add').click();
    await field('at').fill('42');
    await field('at').press('Enter');
    await entry('tick 42').waitFor();
    assert.deepEqual(await told(), [{ id: 'tick 42', place: 'tick', at: 42 }]);
    assert.match((await get('tab-breakpoints').textContent())!, /1/);
  });

  it('adds one of every kind that its form asks for, with condition, hit count and message', async () => {
    await openTab('mode=paused');
    await get('breakpoint-add').click();
    await choose('place', 'What happens to a task');
    await choose('on', 'failed');
    await field('task').fill('worker-*');
    await field('condition').fill('ready > 2');
    await field('hitCondition').fill('% 10');
    await field('logMessage').fill('tick {tick}');
    await get('breakpoint-save').click();
    await entry('task worker-* fails').waitFor();
    assert.deepEqual(await told(), [
      {
        id: 'task worker-* fails',
        place: 'task',
        on: 'failed',
        task: 'worker-*',
        condition: 'ready > 2',
        hitCondition: '% 10',
        logMessage: 'tick {tick}',
      },
    ]);
  });

  it('says why what was written cannot be, and takes it when it is put right', async () => {
    await openTab('mode=paused');
    await get('breakpoint-add').click();
    await field('at').fill('0');
    await get('breakpoint-save').click();
    await get('breakpoint-problem').getByText('There is no tick 0: ticks are numbered from 1.').waitFor();
    assert.equal(await told(), undefined);
    await field('at').fill('7');
    await get('breakpoint-problem').waitFor({ state: 'detached' });
    await get('breakpoint-save').click();
    await entry('tick 7').waitFor();
  });

  it('shows what became of each: hits, why not, and where the program stands', async () => {
    await openTab('mode=paused&breakpoints');
    await entry('tick 42').getByText('stopped here').waitFor();
    assert.equal(await entry('tick 42').getAttribute('aria-current'), 'true');
    assert.equal(await entry('tick 42').getByTestId('breakpoint-hits').textContent(), '1 hit');
    await entry('deadlock').getByTestId('breakpoint-message').getByText('do not stop at deadlocks').waitFor();
    await entry('busy').getByText('if ready > 10').waitFor();
    assert.equal(await entry('busy').getByTestId('breakpoint-remove').count(), 0, 'launch.json is its file');
  });

  it('switches, changes and removes', async () => {
    await openTab('mode=paused&breakpoints');
    await entry('tick 42').getByTestId('breakpoint-enabled').click();
    await page.waitForFunction(() => window.sent.some(({ type }) => type === 'breakpoints'));
    assert.deepEqual((await told())![0], { id: 'tick 42', place: 'tick', at: 42, enabled: false });
    await entry('tick 42').getByTestId('breakpoint-edit').click();
    await field('at').fill('43');
    await get('breakpoint-save').click();
    await entry('tick 43').waitFor();
    assert.deepEqual((await told())![0], { id: 'tick 43', place: 'tick', at: 43, enabled: false });
    await entry('tick 43').getByTestId('breakpoint-remove').click();
    await entry('tick 43').waitFor({ state: 'detached' });
    assert.equal((await told())!.length, 4);
  });

  it('is worked by keys alone', async () => {
    await open('mode=paused&breakpoints');
    await get('queue-waiting').getByTestId('row').first().waitFor();
    await get('tab-queues').focus();
    await page.keyboard.press('End');
    await entry('tick 42').waitFor();
    await entry('tick 42').getByTestId('breakpoint-enabled').focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), 'before step of task a-to-b');
    await page.keyboard.press('Space');
    await page.waitForFunction(() => window.sent.some(({ type }) => type === 'breakpoints'));
    assert.equal((await told())![1].enabled, false);
    await page.keyboard.press('Enter');
    await get('breakpoint-form').waitFor();
    await page.keyboard.press('Escape');
    await get('breakpoint-form').waitFor({ state: 'detached' });
    assert.equal(await focused(), 'before step of task a-to-b');
    await page.keyboard.press('Delete');
    await entry('before step of task a-to-b').waitFor({ state: 'detached' });
    assert.equal(await focused(), 'deadlock');
  });

  it('keeps its tab over a reload', async () => {
    await openTab('mode=paused&breakpoints');
    await page.reload();
    await entry('tick 42').waitFor();
    assert.equal(await get('tab-breakpoints').getAttribute('aria-selected'), 'true');
  });

  it('sets from an entry what it offers, once', async () => {
    await open('mode=paused');
    await get('queue-waiting').getByTestId('row').filter({ hasText: 'b-to-a' }).last().click();
    await get('offer-StopAtTask').click();
    await get('offer-StopAtTask').getByText('✓').waitFor();
    assert.deepEqual(await told(), [{ id: 'before step of task b-to-a', place: 'callback', task: 'b-to-a' }]);
    await get('run-until').click();
    const asked: ToHost[] = await page.evaluate(() => window.sent);
    const step = asked.find((each) => each.type === 'request' && each.command === 'tickscope/step');
    assert.equal((step as { arguments: { kind: string } }).arguments.kind, 'task');
  });

  it('tells the native menu what it is about, by pointer and by key', async () => {
    await open('mode=paused&timeline');
    await get('queue-timers').getByTestId('row').first().waitFor();
    const context = async (): Promise<EntryContext | undefined> => {
      const json = await page.locator('tick-panel').getAttribute('data-vscode-context');
      return json ? JSON.parse(json) : undefined;
    };
    await get('queue-timers').getByTestId('row').first().click({ button: 'right' });
    const timer = (await context())!;
    assert.equal(timer.tickscopeStopAtTimer, true);
    assert.equal(timer.tickscopeOffers.StopAtTimer!.place, 'timer');
    await get('queue-waiting').getByRole('listbox').focus();
    await get('queue-waiting').getByRole('listbox').dispatchEvent('contextmenu');
    assert.equal((await context())!.tickscopeStopAtTimer, undefined);
    await page.keyboard.press('ArrowDown');
    await get('queue-waiting').getByRole('listbox').dispatchEvent('contextmenu');
    assert.equal((await context())!.tickscopeStopAtTask, true);
    assert.equal(typeof (await context())!.tickscopeTask, 'number');
    const box = (await get('ruler').boundingBox())!;
    await page.mouse.click(box.x + 3, box.y + 10, { button: 'right' });
    assert.deepEqual((await context())!.tickscopeOffers, { StopAtTick: { place: 'tick', at: 1 } });
    await get('tab-queues').click({ button: 'right' });
    assert.equal(await context(), undefined);
  });

  it('has room for its form where there is little', async () => {
    await openTab('mode=paused&breakpoints', 420);
    await entry('tick 42').getByTestId('breakpoint-edit').click();
    const form = (await get('breakpoint-form').boundingBox())!;
    for (const input of await get('breakpoint-form').locator('vscode-text-field').all()) {
      const box = (await input.boundingBox())!;
      assert.ok(box.x >= form.x && box.x + box.width <= form.x + form.width + 1);
    }
  });
});
