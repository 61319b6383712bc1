/** TypeScript into JavaScript that stands on the same lines. A bundle of its own: only TypeScript programs load it. */
import { transform, type Transform } from 'sucrase';
import { formatOf, type Format } from './format';

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
