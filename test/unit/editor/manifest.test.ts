import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LaunchArguments } from '../../../src/adapter/contract';

const root = path.join(__dirname, '../../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const { contributes } = manifest;

/** Complete by its type: the compiler refuses a missing or a foreign name. */
const attributes: Record<keyof LaunchArguments, true> = {
  program: true,
  module: true,
  target: true,
  args: true,
  cwd: true,
  env: true,
  envFile: true,
  runtimeExecutable: true,
  runtimeArgs: true,
  console: true,
  stopOnEntry: true,
  tickBreakpoints: true,
  record: true,
  stuckAfterMs: true,
  slowCallbackMs: true,
  justMyCode: true,
  subProcess: true,
  keepUvloop: true,
};

describe('package.json', () => {
  const [debuggerContribution] = contributes.debuggers;
  const schema = debuggerContribution.configurationAttributes.launch.properties;

  it('describes every launch attribute of the contract, and no other', () => {
    assert.deepEqual(Object.keys(schema).sort(), Object.keys(attributes).sort());
    for (const [name, { description }] of Object.entries<{ description?: string }>(schema)) {
      assert.match(description ?? '', /\.$/, `${name} has a sentence`);
    }
  });

  it('offers only configurations that its own schema knows', () => {
    const offered = [
      ...debuggerContribution.initialConfigurations,
      ...debuggerContribution.configurationSnippets.map(({ body }: { body: object }) => body),
      ...JSON.parse(readFileSync(path.join(root, 'media/samples/.vscode/launch.json'), 'utf8'))
        .configurations,
    ];
    const known = [...Object.keys(schema), 'type', 'request', 'name'];
    for (const configuration of offered) {
      assert.deepEqual(
        Object.keys(configuration).filter((key) => !known.includes(key)),
        [],
      );
      assert.equal(configuration.type, debuggerContribution.type);
    }
  });

  it('has a launch configuration for every sample, and a sample for every configuration', () => {
    const samples = path.join(root, 'media/samples');
    const { configurations } = JSON.parse(readFileSync(path.join(samples, '.vscode/launch.json'), 'utf8'));
    const named = configurations
      .map(({ program }: { program: string }) => program)
      .filter((program: string) => program !== '${file}');
    const files = readdirSync(samples).filter((name) => /\.(?:py|[cm]?[jt]s)$/.test(name));
    assert.deepEqual(named.sort(), files.map((name) => `\${workspaceFolder}/${name}`).sort());
  });

  it('contributes exactly the commands that the extension registers', () => {
    const source = readFileSync(path.join(root, 'src/extension.ts'), 'utf8');
    const registered = [...source.matchAll(/registerCommand\('([^']+)'/g)].map(([, command]) => command);
    const contributed = contributes.commands.map(({ command }: { command: string }) => command);
    assert.deepEqual(registered.sort(), contributed.sort());
    const used = [
      ...Object.values<{ command: string }[]>(contributes.menus).flat(),
      ...contributes.keybindings,
    ];
    for (const { command } of used) assert.ok(contributed.includes(command), command);
  });

  it('does nothing when the editor starts, and runs only where the user trusts the workspace', () => {
    for (const event of manifest.activationEvents)
      assert.doesNotMatch(event, /^\*|onStartupFinished|onLanguage/);
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, false);
  });
});
