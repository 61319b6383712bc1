import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../install.mjs';
import { launchBrowser } from '../host/browser.mjs';
import { samples, startPackaged } from '../host/packaged.mjs';

const rows = '.quick-input-list .monaco-list-row';
const screenshots = path.join(root, 'out', 'screenshots');

export interface WorkbenchOptions {
  /** The release of VS Code: a key of `releases`. */
  vscode?: string;
  /** The workspace; the samples when absent. */
  folder?: string;
  settings?: Record<string, unknown>;
  /** Put over the environment of the machine. */
  env?: Record<string, string>;
}

/**
 * The workbench of a VS Code server, with the packaged extension installed into it, in a browser: what
 * a person sees who got Tickscope from the marketplace. Locators wait by themselves for what they name.
 */
export class Workbench {
  private constructor(
    private readonly server: Awaited<ReturnType<typeof startPackaged>>,
    private readonly browser: Browser,
    private readonly address: string,
    readonly page: Page,
  ) {}

  static async open({
    vscode = '1.139',
    folder = samples,
    settings,
    env,
  }: WorkbenchOptions = {}): Promise<Workbench> {
    const server = await startPackaged(vscode, { settings, env });
    let browser: Browser | undefined;
    try {
      browser = await launchBrowser();
      const page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
      page.setDefaultTimeout(20_000);
      const address = `${server.url}/?folder=${encodeURI(folder)}`;
      const workbench = new Workbench(server, browser, address, page);
      await workbench.load();
      return workbench;
    } catch (error) {
      await browser?.close();
      await server.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }

  /** Loads the page, for the first time or again as "Reload Window" does. */
  async load(): Promise<void> {
    await this.page.goto(this.address, { waitUntil: 'commit' });
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
    await this.debuggersAvailable();
  }

  /** Until the extension host is up, F5 only shows the Run and Debug view, and this command is missing. */
  private async debuggersAvailable(): Promise<void> {
    const command = 'Debug: Start Debugging';
    const deadline = Date.now() + 60_000;
    for (;;) {
      await this.type(command);
      const found = await this.page.locator(rows, { hasText: command }).first().isVisible();
      await this.page.keyboard.press('Escape');
      await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      if (found) return;
      if (Date.now() > deadline) throw new Error('VS Code offered no debugging within a minute.');
    }
  }

  /** Opens a file at the top of the workspace, to stay. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+Shift+E');
    await this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).dblclick();
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator('.editor-group-container.active .monaco-editor .view-lines').first().click();
  }

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  /** Takes the first of what a list of the editor offers under this name. */
  async pick(name: string): Promise<void> {
    await this.page.locator(rows, { hasText: name }).first().click();
  }

  /** Runs a command by its title, as the command palette shows it. */
  async command(title: string): Promise<void> {
    await this.type(title);
    await this.pick(title);
  }

  /**
   * Leaves the command palette open, with what it found for `title`. It closes by itself where the editor, showing a
   * line, takes the focus: then it is opened again.
   */
  private async type(title: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      await this.page.keyboard.press('F1');
      try {
        const input = this.page.locator('.quick-input-widget:visible input.input');
        await input.fill(`>${title}`, { timeout: 3000 });
        return await this.page.locator(rows).first().waitFor({ timeout: 5000 });
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  }

  /** The page of the panel. Its elements are found by `data-testid`, through shadow roots. */
  get panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** One element of the panel. */
  part(testid: string): Locator {
    return this.panel.getByTestId(testid);
  }

  /** One button of the toolbar that floats over the workbench while debugging. */
  debugButton(label: RegExp): Locator {
    return this.page.locator('.debug-toolbar .action-label').and(this.page.getByLabel(label));
  }

  get statusBar(): Locator {
    return this.page.locator('.part.statusbar');
  }

  /** What the Debug Console shows. */
  get console(): Locator {
    return this.page.locator('.repl .monaco-list-rows');
  }

  /** A tab of the editor, by its title. */
  tab(title: string): Locator {
    return this.page.locator('.tabs-container .tab', { hasText: title });
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }
}
