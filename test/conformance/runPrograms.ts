/** Runs the pairs of programs: the Python ones under an interpreter, the TypeScript ones on both fronts. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { compile, fronts, here, root, type Front } from './build';

export const folder = path.join(here, 'programs');

/** `tasks/cancel`, without an extension, in order. */
export const programs: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap((topic) =>
    readdirSync(path.join(folder, topic.name))
      .filter((file) => file.endsWith('.py'))
      .map((file) => `${topic.name}/${file.slice(0, -3)}`),
  )
  .sort();

/** What CPython said, undefined when there is none yet. */
export function expected(name: string): string | undefined {
  const file = path.join(folder, `${name}.out`);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Output by program. */
export async function runPython(interpreter: string, names: readonly string[]): Promise<Map<string, string>> {
  const files = names.map((name) => path.join(folder, `${name}.py`));
  const outputs = await collect(interpreter, [path.join(here, 'programs.py'), ...files]);
  return new Map(names.map((name, i) => [name, outputs.get(files[i]) ?? '(did not run)\n']));
}

/** Output by program, for each front. */
export async function runTypeScript(names: readonly string[]): Promise<Record<Front, Map<string, string>>> {
  const out = path.join(root, 'out', 'conformance', `programs-${process.pid}`);
  await compile(Object.fromEntries(names.map((name) => [name, path.join(folder, `${name}.ts`)])), out);
  const outputs = { generators: new Map<string, string>(), native: new Map<string, string>() };
  await Promise.all(
    fronts.map(async (front) => {
      let left = [...names];
      // A program that hangs takes its process with it; the rest goes on in the next.
      while (left.length > 0) {
        const args = ['--expose-gc', '--enable-source-maps', path.join(here, 'worker.mjs'), out];
        const told = await collect(process.execPath, [...args, ...left.map((name) => `${front}/${name}`)]);
        const before = left.length;
        left = left.filter((name) => {
          const output = told.get(`${front}/${name}`);
          if (output !== undefined) outputs[front].set(name, output);
          return output === undefined;
        });
        if (left.length === before) outputs[front].set(left.shift()!, '(took its process with it)\n');
      }
    }),
  );
  rmSync(out, { recursive: true });
  return outputs;
}

/** The JSON lines of a process that runs programs; it has 30 s for each of them. */
function collect(command: string, args: string[]): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    let timer = limit();
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      clearTimeout(timer);
      timer = limit();
    });
    child.stderr.resume();
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      const outputs = new Map<string, string>();
      for (const line of text.split('\n')) {
        if (line === '') continue;
        const { name, output } = JSON.parse(line) as { name: string; output: string };
        outputs.set(name, output);
      }
      resolve(outputs);
    });
    function limit(): NodeJS.Timeout {
      return setTimeout(() => child.kill('SIGKILL'), 30_000);
    }
  });
}
