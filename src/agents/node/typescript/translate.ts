/** TypeScript into JavaScript that stands on the same lines. A bundle of its own: only TypeScript programs load it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transform, type Transform } from 'sucrase';

export type Format = 'module' | 'commonjs';

export interface Translated {
  format: Format;
  code: string;
}

/** Throws SyntaxError that names file and line. `format`: given where only one will do. */
export function translate(source: string, path: string, format = formatOf(path, source)): Translated {
  const transforms: Transform[] = /\.jsx$/i.test(path) ? [] : ['typescript'];
  if (/\.[jt]sx$/i.test(path)) transforms.push('jsx');
  if (format === 'commonjs') transforms.push('imports');
  try {
    const { code } = transform(source, {
      transforms,
      filePath: path,
      jsxRuntime: 'automatic',
      production: true,
      disableESTransforms: true,
      preserveDynamicImport: true,
      injectCreateRequireForImportRequire: format === 'module',
      // An import that only types use is none: as tsc does, but for `verbatimModuleSyntax`.
    });
    return { format, code };
  } catch (error) {
    throw located(error, path, source);
  }
}

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
function withoutText(source: string): string {
  const text = /\/\/.*|\/\*[^]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[^]|[^`\\])*`/g;
  return source.replace(text, (found) => found.replace(/[^\n]/g, ' '));
}

/** sucrase says "Error transforming /a.ts: Unexpected token, expected "," (3:14)". */
function located(error: unknown, path: string, source: string): Error {
  const said = error instanceof Error ? error.message : String(error);
  const place = /\((\d+):(\d+)\)\s*$/.exec(said);
  const line = Number(place?.[1] ?? 1);
  const column = Number(place?.[2] ?? 1);
  const what = said
    .replace(`Error transforming ${path}: `, '')
    .replace(/^SyntaxError: |\s*\(\d+:\d+\)\s*$/g, '')
    .trim();
  const result = new SyntaxError(what || 'Unexpected token');
  const shown = source.split('\n')[line - 1] ?? '';
  const below = `${' '.repeat(Math.max(0, column - 1))}^`;
  // As Node shows an error of syntax in JavaScript.
  result.stack = `${path}:${line}\n${shown}\n${below}\n\nSyntaxError: ${result.message}\n    at ${path}:${line}:${column}`;
  return result;
}
