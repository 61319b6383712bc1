/** What the stories of visitors are told with. */
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench';

/** Waits until the element says this. */
export async function says(element: Locator, text: string | RegExp): Promise<void> {
  await element.filter({ hasText: text }).waitFor();
}

/** Waits until the panel is in this mode. */
export async function mode(workbench: Workbench, name: string): Promise<void> {
  await workbench.panel.locator(`[data-testid="mode-badge"][data-mode="${name}"]`).waitFor();
}

export function rows(workbench: Workbench, queue: string): Locator {
  return workbench.part(`queue-${queue}`).getByTestId('row');
}

/** Goes to tick 1 by the ruler's key: again where the editor, showing a line, has taken the focus meanwhile. */
export async function home(workbench: Workbench): Promise<void> {
  const first = workbench.part('tick-label').filter({ hasText: /tick 1 / });
  for (let tries = 1; ; tries++) {
    await workbench.part('ruler').press('Home');
    try {
      return await first.waitFor({ timeout: 3000 });
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

/** After a failure, which is photographed, the rest of the story makes no sense. */
export function eachBuildsOnTheLast(workbench: () => Workbench, photo: string): void {
  let failed = false;
  beforeEach(function () {
    if (failed) this.skip();
  });
  afterEach(async function () {
    if (failed || !this.currentTest?.isFailed()) return;
    failed = true;
    await workbench().screenshot(photo);
  });
}
