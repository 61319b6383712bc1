/**
 * Loads an agent's file together with what V8 has compiled of it before, which is kept beside it: compiling is a good part
 * of what a debugged program waits for before its first line. Where nothing can be kept, it is compiled each time.
 */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

export interface Loaded<T> {
  exports: T;
  /** Keeps what is compiled by now, unless that is kept already. */
  keep(): void;
}

/** `require`: for Node's own modules, the only ones that agents ask for. */
export function loadCompiled<T>(file: string, require: NodeJS.Require): Loaded<T> {
  const kept = placeOf(file);
  const cachedData = readKept(kept);
  const source = readFileSync(file, 'utf8');
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
    filename: file,
    cachedData,
  });
  const module = { exports: {} as T };
  const run = script.runInThisContext() as (...given: unknown[]) => void;
  run(module.exports, require, module, file, dirname(file));
  return {
    exports: module.exports,
    // What V8 rejects is of a program with other flags: it stays for those without.
    keep: () => cachedData === undefined && keep(kept, script),
  };
}

/** V8 knows a source by its length only: the time of its last change tells one build from another. */
function placeOf(file: string): string {
  const { mtimeMs } = statSync(file);
  return join(`${file}.compiled`, `${process.version}-${process.arch}-${Math.trunc(mtimeMs)}`);
}

function readKept(kept: string): Buffer | undefined {
  try {
    return readFileSync(kept);
  } catch {
    return undefined;
  }
}

/** Whole or not at all: others may read it meanwhile. */
function keep(kept: string, script: Script): void {
  try {
    mkdirSync(dirname(kept), { recursive: true });
    const written = `${kept}.${process.pid}`;
    writeFileSync(written, script.createCachedData());
    renameSync(written, kept);
  } catch {
    // The folder cannot be written to.
  }
}
