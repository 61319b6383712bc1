'use strict';
// Builds everything that ships into dist/: the extension, the adapter, the panel's page and the agents.
//   node esbuild.js [--production] [--watch]
const { cpSync, readdirSync, rmSync, watch: watchFolder } = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  // Class and function names reach the user in sentences and stack traces.
  keepNames: production,
  logLevel: 'info',
  // The licences of what is bundled ask to go with it.
  legalComments: production ? 'linked' : 'none',
};
const onNode = { ...common, platform: 'node', format: 'cjs', target: 'node20' };

const builds = [
  { ...onNode, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'] },
  // A program of its own: `node dist/adapter.js` is the debug adapter, in any editor.
  { ...onNode, entryPoints: ['src/adapter/main.ts'], outfile: 'dist/adapter.js' },
  {
    ...common,
    platform: 'browser',
    // The Chromium of VS Code 1.100.
    target: 'chrome134',
    format: 'esm',
    entryPoints: ['webview/main.ts'],
    outfile: 'dist/webview.js',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  },
];

/** The Python agent ships as it is: the user's interpreter reads it. */
function copyAgents() {
  rmSync('dist/agents', { recursive: true, force: true });
  const wanted = (source) =>
    !source.includes('__pycache__') && (!path.extname(source) || source.endsWith('.py'));
  cpSync('src/agents/python', 'dist/agents/python', { recursive: true, filter: wanted });
}

function copyStyles() {
  for (const name of readdirSync('webview')) {
    if (name.endsWith('.css')) cpSync(path.join('webview', name), path.join('dist', name));
  }
}

async function main() {
  // What is packaged holds nothing of an earlier build.
  if (production) rmSync('dist', { recursive: true, force: true });
  if (!watch) {
    await Promise.all(builds.map((options) => esbuild.build(options)));
    copyAgents();
    copyStyles();
    return;
  }
  for (const options of builds) await (await esbuild.context(options)).watch();
  const copyAll = () => {
    copyAgents();
    copyStyles();
  };
  copyAll();
  for (const folder of ['src/agents/python', 'webview']) watchFolder(folder, { recursive: true }, copyAll);
}

main().catch((error) => {
  // esbuild has already shown its own errors, with their places.
  if (!error.errors) console.error(error);
  process.exit(1);
});
