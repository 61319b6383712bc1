/** Headless Chromium: for the workbench of a VS Code server, and for the panel alone. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser() {
  const executablePath = [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ].find((each) => each && existsSync(each));
  if (!executablePath) {
    throw new Error(
      'No Chromium was found: install the package "chromium" or name its program in CHROMIUM_PATH.',
    );
  }
  return chromium.launch({ executablePath, args: flags });
}
