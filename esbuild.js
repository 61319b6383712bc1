'use strict';
// Builds everything that ships into dist/: the extension, the adapter, the panel's page and the agents.
//   node esbuild.js [--production] [--watch]
const {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  watch: watchFolder,
  writeFileSync,
} = require('node:fs');
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

const LOOP_AGENT = 'src/agents/loop/agent.ts';

/** What runs in the user's own Node, under `folder` as in dist: the worker, its agents, and the library that programs import. */
function workerBuilds(folder) {
  const agents = path.join(folder, 'agents', 'node');
  const worker = (name, entry) => ({
    ...onNode,
    entryPoints: [path.join(__dirname, entry)],
    outfile: path.join(agents, name),
  });
  return [
    worker('preload.cjs', 'src/agents/node/preload.ts'),
    worker('helper.cjs', 'src/agents/node/helper.ts'),
    ...(existsSync(path.join(__dirname, LOOP_AGENT)) ? [worker('loop.cjs', LOOP_AGENT)] : []),
    worker('node.cjs', 'src/agents/node/observer/agent.ts'),
    worker('translate.cjs', 'src/agents/node/typescript/translate.ts'),
    { ...worker('threadHooks.mjs', 'src/agents/node/typescript/threadHooks.ts'), format: 'esm' },
    {
      ...onNode,
      // Users read it, its names and its lines: in stack traces, in values, and where a frame leads them. Names are
      // kept by not minifying: `keepNames` would make every step several times slower.
      keepNames: false,
      minify: false,
      entryPoints: [path.join(__dirname, 'src/loop/asyncio.ts')],
      outfile: path.join(folder, 'asyncio.cjs'),
      plugins: [asModule],
    },
  ];
}

/** ES modules get the names of the very same copy: two copies would be two kinds of Task. */
const asModule = {
  name: 'as-module',
  setup({ initialOptions, onEnd }) {
    const { dir, name } = path.parse(initialOptions.outfile);
    onEnd(() => writeFileSync(path.join(dir, `${name}.mjs`), `export * from './${name}.cjs';\n`));
  },
};

/** The TypeScript server looks for a plugin in the node_modules of the extension that names it, nowhere else. */
const PLUGIN = 'node_modules/tickscope-typescript-plugin';

const builds = [
  ...workerBuilds('dist'),
  {
    ...onNode,
    entryPoints: ['src/typescript-plugin/plugin.ts'],
    outfile: `${PLUGIN}/index.js`,
    footer: { js: 'module.exports = module.exports.default;' },
  },
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

/** What the types of `tickscope/asyncio` need besides themselves. */
const TYPES_NEED = '/// <reference lib="esnext.disposable" />';

/** The library's types in one file, with their docs. They take seconds, so they are kept until the sources change. */
function writeTypes() {
  const kept = 'out/asyncio.d.cts';
  const sources = readdirSync('src/loop').map((name) => path.join('src/loop', name));
  const changed = Math.max(...[__filename, ...sources].map((file) => statSync(file).mtimeMs));
  if (!existsSync(kept) || statSync(kept).mtimeMs <= changed) {
    const { generateDtsBundle } = require('dts-bundle-generator');
    const [bundle] = generateDtsBundle([{ filePath: 'src/loop/asyncio.ts', output: { noBanner: true } }], {
      preferredConfigPath: 'tsconfig.json',
    });
    const types = bundle
      // How Node prints an object is no affair of a user's.
      .replace(/^import \{ inspect \} from 'node:util';\n/m, '')
      .replace(/^\s*\[inspect\.custom\]\(\): string;\n/gm, '');
    mkdirSync('out', { recursive: true });
    writeFileSync(kept, `${TYPES_NEED}\n${types}`);
  }
  cpSync(kept, 'dist/asyncio.d.cts');
  writeFileSync('dist/asyncio.d.mts', "export * from './asyncio.cjs';\n");
}

/** The Python agent ships as it is: the user's interpreter reads it. */
function copyAgents() {
  rmSync('dist/agents/python', { recursive: true, force: true });
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
  // What V8 has compiled of earlier builds: see src/agents/node/compiled.ts.
  for (const agent of ['node', 'loop'])
    rmSync(`dist/agents/node/${agent}.cjs.compiled`, { recursive: true, force: true });
  if (!watch) {
    const building = Promise.all(builds.map((options) => esbuild.build(options)));
    copyAgents();
    copyStyles();
    writeTypes();
    await building;
    writeFileSync(
      `${PLUGIN}/package.json`,
      JSON.stringify({ name: path.basename(PLUGIN), main: 'index.js' }),
    );
    return;
  }
  for (const options of builds) await (await esbuild.context(options)).watch();
  const copyAll = () => {
    copyAgents();
    copyStyles();
  };
  copyAll();
  writeTypes();
  for (const folder of ['src/agents/python', 'webview']) watchFolder(folder, { recursive: true }, copyAll);
}

module.exports = { workerBuilds };

if (require.main === module)
  main().catch((error) => {
    // esbuild has already shown its own errors, with their places.
    if (!error.errors) console.error(error);
    process.exit(1);
  });
