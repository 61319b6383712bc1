/** Frame times while scrolling through long queues: `node test/ui/panel/measure.mjs [entries]`. */
import { launchBrowser } from '../../host/browser.mjs';
import { serve } from './server.mjs';

const entries = Number(process.argv[2] ?? 10_000);
const server = await serve();
const browser = await launchBrowser();
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];

for (const mode of ['paused', 'running']) {
  const page = await browser.newPage({ viewport: { width: 1180, height: 780 } });
  await page.goto(`${server.url}/?mode=${mode}&crowd=${entries}`);
  await page.getByTestId('queue-waiting').getByTestId('row').first().waitFor();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const metrics = async () =>
    Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value]));
  const before = await metrics();
  const result = await page.evaluate(async (live) => {
    const shadow = (element, selector) => element.shadowRoot.querySelector(selector);
    const panel = document.querySelector('tick-panel');
    const list = shadow(shadow(shadow(panel, '[data-testid=queue-waiting]'), 'tick-list'), 'lit-virtualizer');
    const frames = [];
    let blank = 0;
    const height = list.scrollHeight;
    let last = await new Promise(requestAnimationFrame);
    // Four seconds of frames at 60 Hz from top to bottom: about 40 entries a frame.
    for (let i = 1; i <= 240; i++) {
      list.scrollTop = (height * i) / 240;
      if (live && i % 3 === 0) window.setHead(20 + (i % 30));
      const now = await new Promise(requestAnimationFrame);
      frames.push(now - last);
      last = now;
      const box = list.getBoundingClientRect();
      const hit = list
        .getRootNode()
        .elementFromPoint(box.x + 40, box.y + box.height / 2)
        ?.closest('.row');
      if (!hit || hit.classList.contains('loading')) blank++;
    }
    return { frames, blank, rows: list.querySelectorAll('.row').length };
  }, mode === 'running');
  const after = await metrics();
  const perFrame = (name) =>
    `${(((after[name] - before[name]) * 1000) / result.frames.length).toFixed(1)} ms`;
  const sorted = result.frames.sort((a, b) => a - b);
  const requests = await page.evaluate(() => window.sent.filter((m) => m.type === 'request').length);
  const ms = (n) => `${n.toFixed(1)} ms`;
  console.log(
    `${mode}: ${entries} entries in each queue, ${sorted.length} frames: median ${ms(quantile(sorted, 0.5))}, ` +
      `95% ${ms(quantile(sorted, 0.95))}, worst ${ms(sorted.at(-1))}; over 33 ms: ${sorted.filter((f) => f > 33.4).length}; ` +
      `still loading in the middle: ${result.blank}; rows in the page ${result.rows}; ${requests} requests`,
  );
  console.log(
    `  work a frame: script ${perFrame('ScriptDuration')}, style ${perFrame('RecalcStyleDuration')}, ` +
      `layout ${perFrame('LayoutDuration')}, all tasks ${perFrame('TaskDuration')}`,
  );
  await page.close();
}
await browser.close();
server.close();
