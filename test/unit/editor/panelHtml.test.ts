import assert from 'node:assert/strict';
import { panelHtml } from '../../../src/editor/panelHtml';

describe('panelHtml', () => {
  const html = panelHtml({
    cspSource: 'https://*.csp',
    scriptUri: 'https://x.csp/dist/webview.js',
    nonce: 'n0nce',
  });
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1].split('; ');

  it('allows nothing but our script, styles, fonts and images', () => {
    assert.deepEqual(policy, [
      "default-src 'none'",
      "script-src 'nonce-n0nce'",
      "style-src https://*.csp 'unsafe-inline'",
      'font-src https://*.csp',
      'img-src https://*.csp data:',
    ]);
  });

  it('has one script, with the nonce, and nothing inline', () => {
    const scripts = html.match(/<script[^>]*>[^<]*/g);
    assert.deepEqual(scripts, ['<script type="module" nonce="n0nce" src="https://x.csp/dist/webview.js">']);
    assert.doesNotMatch(html, / on\w+=|javascript:/i);
  });
});
