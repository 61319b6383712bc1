/** The panel in a browser, against the scripted host: one browser a suite, a page of its own for each test. */
import type { Browser, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../host/browser.mjs';
import { serve } from './server.mjs';

export class PanelBrowser {
  private browser?: Browser;
  private server?: Awaited<ReturnType<typeof serve>>;
  private opened?: Page;

  /** To be called in a `describe`. */
  constructor() {
    before(async () => {
      this.server = await serve();
      this.browser = await launchBrowser();
    });
    after(async () => {
      await this.browser?.close();
      this.server?.close();
    });
    afterEach(() => this.opened?.close());
  }

  get page(): Page {
    return this.opened!;
  }

  /** `query`: what the host plays (fakeHost.mjs). */
  async open(query: string, viewport = { width: 1100, height: 760 }): Promise<Page> {
    this.opened = await this.browser!.newPage({ viewport });
    return this.reopen(query);
  }
  /** In the page that is there. */
  async reopen(query: string): Promise<Page> {
    await this.page.goto(`${this.server!.url}/?timeline&${query}`);
    return this.page;
  }

  readonly get = (testid: string): Locator => this.page.getByTestId(testid);

  /** Into the folder SHOTS, for people to look at. */
  readonly shot = async (name: string): Promise<void> => {
    if (process.env.SHOTS) await this.page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
  };
}
