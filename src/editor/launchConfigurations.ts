import type { LaunchArguments } from '../adapter/contract';

export const debugType = 'tickscope';

/** A configuration of launch.json for our debug type. */
export interface LaunchConfiguration extends LaunchArguments {
  type: string;
  name: string;
  request: 'launch';
}

/** A document of the editor, as far as it matters here. */
export interface OpenFile {
  languageId: string;
  path: string;
  /** Not saved anywhere yet: there is no file to run. */
  untitled: boolean;
}

/** Stops at the first tick, so that there is something to see even of a program that ends at once. */
export function fileConfiguration(program: string, name = basename(program)): LaunchConfiguration {
  return { type: debugType, request: 'launch', name, program, stopOnEntry: true };
}

export function moduleConfiguration(module: string): LaunchConfiguration {
  return {
    type: debugType,
    request: 'launch',
    name: `Tickscope: Module ${module}`,
    module,
    stopOnEntry: true,
  };
}

const PYTHON = /\.pyw?$/i;
const JAVASCRIPT = /\.(?:[cm]?[jt]s|[jt]sx)$/i;
const DECLARATIONS = /\.d\.[cm]?ts$/i;

export function isPython({ languageId, path }: OpenFile): boolean {
  return languageId === 'python' || PYTHON.test(path);
}

/** JavaScript or TypeScript that Node can run. */
export function isJavaScript({ languageId, path }: OpenFile): boolean {
  if (DECLARATIONS.test(path)) return false;
  // A script without an extension, whose first line says what it is.
  return JAVASCRIPT.test(path) || (languageId === 'javascript' && !basename(path).includes('.'));
}

/** Throws a sentence when `file` is nothing that can be debugged. */
export function requireProgramFile(file: OpenFile | undefined): OpenFile {
  if (!file) throw new Error('Open the program that you want to debug, then start Tickscope again.');
  // Not saved, it has no extension yet; its language tells.
  const javascript = file.untitled ? /^(?:java|type)script$/.test(file.languageId) : isJavaScript(file);
  if (!isPython(file) && !javascript) {
    throw new Error(
      'Tickscope debugs Python programs that use asyncio, and JavaScript and TypeScript programs for Node.js; ' +
        `${basename(file.path)} is neither.`,
    );
  }
  if (file.untitled)
    throw new Error(`Save ${basename(file.path)} to a file first: Tickscope runs the file itself.`);
  return file;
}

/**
 * The dotted name by which `python -m` runs `path` from `root`. Undefined when it is no module in a
 * package there: a top-level script is run as a file.
 */
export function moduleName(root: string, path: string): string | undefined {
  const separator = root.includes('\\') ? '\\' : '/';
  const folder = root.endsWith(separator) ? root : root + separator;
  if (!path.startsWith(folder) || !path.endsWith('.py')) return undefined;
  const parts = path.slice(folder.length, -'.py'.length).split(separator);
  if (parts.at(-1) === '__main__' || parts.at(-1) === '__init__') parts.pop();
  else if (parts.length < 2) return undefined;
  return parts.length > 0 && parts.every((part) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(part))
    ? parts.join('.')
    : undefined;
}

/** Throws a sentence when the configuration names no program, or two. */
export function requireOneProgram({ name, program, module }: LaunchConfiguration): void {
  if (program && module) {
    throw new Error(
      `The configuration "${name}" has both "program" and "module"; keep the one that you want to run.`,
    );
  }
  if (!program && !module) {
    throw new Error(
      `The configuration "${name}" says nothing to run: give it a "program" (a file) or a "module".`,
    );
  }
}

/** Whether the adapter needs a Python interpreter that the configuration does not name. */
export function needsInterpreter({
  target,
  program,
  module,
  runtimeExecutable,
}: LaunchConfiguration): boolean {
  if (runtimeExecutable) return false;
  return target ? target === 'asyncio' : Boolean(module) || PYTHON.test(program ?? '');
}

function basename(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
