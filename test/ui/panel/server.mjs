/** Serves the panel's harness: the bundle of `webview/main.ts` in a page like the host's, under its security policy. */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { themeCss, themes } from './themes.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');

const nonce = 'harness';
const policy = `default-src 'none'; script-src 'nonce-${nonce}' 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:`;

function page(theme) {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"><title>Tickscope</title>
<style>${themeCss(theme)}</style></head>
<body class="${themes[theme].kind}" data-vscode-theme-kind="${themes[theme].kind}"><div id="root"></div>
<script type="module" nonce="${nonce}" src="/fakeHost.mjs"></script>
<script type="module" nonce="${nonce}" src="/webview.js"></script></body></html>`;
}

/** Builds the panel and serves it on a free port of 127.0.0.1. */
export async function serve() {
  const built = await build({
    entryPoints: [join(root, 'webview/main.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: !process.env.PROFILE,
    write: false,
    tsconfig: join(root, 'tsconfig.json'),
    logLevel: 'warning',
  });
  const bundle = built.outputFiles[0].text;
  // The scripted host sorts, filters and groups as the adapter does.
  const { outputFiles: rows } = await build({
    stdin: {
      contents: `export * from './src/model/rows/window'; export * from './src/model/rows/groups';`,
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'warning',
  });
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    const send = (type, text) => response.writeHead(200, { 'content-type': type }).end(text);
    if (url.pathname === '/') return send('text/html', page(url.searchParams.get('theme') ?? 'dark'));
    if (url.pathname === '/favicon.ico') return response.writeHead(204).end();
    if (url.pathname === '/webview.js') return send('text/javascript', bundle);
    if (url.pathname === '/modelRows.mjs') return send('text/javascript', rows[0].text);
    if (/^\/\w+\.mjs$/.test(url.pathname))
      return send('text/javascript', await readFile(join(here, url.pathname), 'utf8'));
    response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    bytes: bundle.length,
    close: () => server.close(),
  };
}
