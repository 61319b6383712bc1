/** Fills the cache of VS Code servers, so that no test waits for a download. */
import { releases, vscodeServer } from './cache.mjs';

for (const vscode of Object.keys(releases)) {
  const { main } = await vscodeServer(vscode, console.log);
  console.log(`VS Code ${vscode}: ${main}`);
}
