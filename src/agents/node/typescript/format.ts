/** Whether a TypeScript file is an ES module. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Format = 'module' | 'commonjs';

/**
 * As Node decides it for JavaScript: by extension, then by `type` of the nearest package.json, then by what the file
 * says. A file that imports and yet speaks of `require` or `__dirname` was written for tsc's CommonJS.
 */
export function formatOf(path: string, source: string): Format {
  if (/\.mts$/i.test(path)) return 'module';
  if (/\.cts$/i.test(path)) return 'commonjs';
  const type = packageType(dirname(path));
  if (type) return type;
  const code = withoutText(source);
  if (/\bimport\.meta\b/.test(code)) return 'module';
  if (/^export\s*=|^import\s+\w+\s*=\s*require\b/m.test(code)) return 'commonjs';
  const speaksCommonjs = /\b(?:__dirname|__filename|module\.exports)\b|(?<![.\w])require\s*\(/.test(code);
  if (/^\s*(?:import\b(?!\s*\()|export\b)/m.test(code)) {
    return speaksCommonjs && !/^(?:[^(){}]*\s)?await\b/m.test(code) ? 'commonjs' : 'module';
  }
  return !speaksCommonjs && /^(?:\S.*[=(\s])?await\b/m.test(code) ? 'module' : 'commonjs';
}

const types = new Map<string, Format | undefined>();

function packageType(folder: string): Format | undefined {
  if (types.has(folder)) return types.get(folder);
  const file = join(folder, 'package.json');
  let type: Format | undefined;
  if (existsSync(file)) {
    try {
      const said = (JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown }).type;
      if (said === 'module' || said === 'commonjs') type = said;
    } catch {
      // Node will say what is wrong with it when it matters.
    }
  } else if (dirname(folder) !== folder && !folder.endsWith('node_modules'))
    type = packageType(dirname(folder));
  types.set(folder, type);
  return type;
}

/** Without comments and the insides of strings and templates, on the same lines. */
export function withoutText(source: string): string {
  const text = /\/\/.*|\/\*[^]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[^]|[^`\\])*`/g;
  return source.replace(text, (found) => found.replace(/[^\n]/g, ' '));
}
