/** Pictures of the panel in every state: `node test/ui/panel/screenshots.mjs [folder] [words in the name …]`. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '../../host/browser.mjs';
import { serve } from './server.mjs';

const folder = process.argv[2] ?? 'out/panel';
const only = process.argv.slice(3);
const modes = [
  'none',
  'starting',
  'failed',
  'running',
  'pausing',
  'paused',
  'past',
  'pastRunning',
  'ended',
  'endedEmpty',
  'lossy',
  'reduced',
  'loops',
  'node',
  'nodeIdle',
  'nodePast',
  'breakpoints',
  'form',
  'noBreakpoints',
];
const sizes = { wide: [1180, 780], beside: [680, 780], vscode: [570, 520], narrow: [420, 820] };

await mkdir(folder, { recursive: true });
const server = await serve();
const browser = await launchBrowser();
let problems = 0;
for (const theme of ['dark', 'light', 'high-contrast'])
  for (const [size, [width, height]] of Object.entries(sizes))
    for (const mode of modes) {
      const name = `${mode}-${size}-${theme}`;
      if (only.length && !only.every((word) => name.split(/-(?!contrast)/).includes(word))) continue;
      const page = await browser.newPage({ viewport: { width, height } });
      page.on('console', (message) => {
        if (message.type() !== 'error') return;
        problems++;
        console.error(`${name}: ${message.text()}`);
      });
      page.on('pageerror', (error) => {
        problems++;
        console.error(`${name}: ${error.message}`);
      });
      const tab = ['breakpoints', 'form', 'noBreakpoints'].includes(mode);
      const scene = tab ? `paused${mode === 'noBreakpoints' ? '' : '&breakpoints'}` : mode;
      await page.goto(
        `${server.url}/?mode=${scene}&theme=${theme}${mode === 'past' || mode === 'lossy' ? '' : '&timeline'}`,
      );
      await page.waitForSelector('tick-panel[data-mode]');
      if (mode === 'nodeIdle') await page.getByTestId('alive').waitFor();
      if (mode === 'node') {
        await page.getByTestId('queue-waiting').getByTestId('row').nth(1).click();
        await page.getByTestId('details').locator('.chain').waitFor();
      }
      if (['paused', 'past', 'running', 'ended', 'lossy', 'loops', 'reduced'].includes(mode)) {
        await page.getByTestId('queue-waiting').getByTestId('row').first().waitFor();
        if (mode === 'paused' || mode === 'past') {
          await page.getByTestId('queue-waiting').getByTestId('row').nth(1).click();
          await page.getByTestId('details').locator('.chain').waitFor();
        }
      }
      if (tab) await page.getByTestId('tab-breakpoints').click();
      if (mode === 'form') await page.getByTestId('breakpoint-edit').nth(1).click();
      await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))));
      await page.screenshot({ path: join(folder, `${name}.png`) });
      await page.close();
    }
await browser.close();
server.close();
console.log(`pictures in ${folder}; ${problems} problems; bundle ${Math.round(server.bytes / 1024)} KB`);
process.exitCode = problems ? 1 : 0;
