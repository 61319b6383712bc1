/** TypeScript into JavaScript that stands on the same lines. A bundle of its own: only TypeScript programs load it. */
import { transform, type Transform } from 'sucrase';
import { formatOf, withoutText, type Format } from './format';

export interface Translated {
  format: Format;
  code: string;
}

/** Throws SyntaxError that names file and line. `format`: given where only one will do. */
export function translate(source: string, path: string, format = formatOf(path, source)): Translated {
  refuseUnknown(source, path);
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

/** What sucrase would drop without a word, or leave for V8 to stumble over. */
function refuseUnknown(source: string, path: string): void {
  const what = /^[ \t]*@[\w(]|^[ \t]*(?:export[ \t]+)?(?:namespace|module)[ \t]+[\w.]+[^\n]*\{/m.exec(source);
  if (!what) return;
  const code = withoutText(source);
  const decorator = /^[ \t]*@[\w(]/m.exec(code);
  if (decorator) throw unsupported('Decorators', path, source, decorator.index);
  for (const found of code.matchAll(/^[ \t]*(?:export[ \t]+)?(?:namespace|module)[ \t]+[\w.]+\s*\{/gm)) {
    const body = code.slice(found.index + found[0].length, endOfBlock(code, found.index + found[0].length));
    if (/\b(?:const|let|var|function|class|enum)\b/.test(body.replace(/\bdeclare\b.*/g, '')))
      throw unsupported('Namespaces that hold values', path, source, found.index);
  }
}

function endOfBlock(code: string, from: number): number {
  let depth = 1;
  for (let at = from; at < code.length; at++) {
    if (code[at] === '{') depth++;
    else if (code[at] === '}' && --depth === 0) return at;
  }
  return code.length;
}

function unsupported(what: string, path: string, source: string, at: number): Error {
  const line = source.slice(0, at).split('\n').length;
  return located(
    new Error(
      `${what} need a loader of your own: add "runtimeArgs": ["--import", "tsx"] to the launch configuration. (${line}:1)`,
    ),
    path,
    source,
  );
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
