/** Fills the cache of VS Code servers and Nodes, so that no test waits for a download. */
import { nodeOf, packages, releases, vscodeServer } from './cache.mjs';

for (const vscode of Object.keys(releases)) {
  const { main } = await vscodeServer(vscode, console.log);
  console.log(`VS Code ${vscode}: ${main}`);
}
for (const major of [20, 22, 24]) console.log(`Node ${major}: ${await nodeOf(major, console.log)}`);
for (const specs of [['fastify@5'], ['express@5'], ['vitest@3']])
  console.log(`${specs.join(' ')}: ${await packages(specs, console.log)}`);
