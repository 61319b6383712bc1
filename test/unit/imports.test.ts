import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '../..');

/** Which layers each layer may import, besides itself. What is not listed imports nothing of ours. */
const allowed: Record<string, string[]> = {
  'src/wire': [],
  'src/loop': [],
  'src/model': ['src/wire'],
  'src/analysis': ['src/model', 'src/wire'],
  'src/breakpoints': ['src/wire'],
  'src/agents': ['src/wire', 'src/breakpoints'],
  'src/launch': ['src/wire', 'src/breakpoints', 'src/agents'],
  'src/trace': ['src/wire', 'src/model', 'src/analysis'],
  'src/adapter': ['src/wire', 'src/model', 'src/analysis', 'src/breakpoints', 'src/launch', 'src/trace'],
  'src/cli': ['src/wire', 'src/model', 'src/analysis', 'src/launch', 'src/trace', 'src/adapter'],
  'src/editor': ['src/adapter', 'src/breakpoints'],
  'src/typescript-plugin': [],
  'src/extension.ts': ['src/editor'],
  webview: ['src/breakpoints'],
};
/** Types only, so nothing of these ends up in a bundle: what every layer may know, and what the panel may besides. */
const contract = 'src/adapter/contract';
const panelMessages = 'src/editor/panelMessages';
/** Layers that compute and nothing else. */
const pure = ['src/model', 'src/analysis'];

interface Import {
  file: string;
  /** Of the layer: `src/model`, `webview`, … */
  layer: string;
  /** As written. */
  specifier: string;
  /** From the root, without an extension, where it is a file of ours. */
  target: string | undefined;
  typeOnly: boolean;
}

const imports = ['src', 'webview'].flatMap(sourceFiles).flatMap(importsOf);

describe('imports', () => {
  it('are found in every layer there is', () => {
    assert.ok(imports.length > 50, `only ${imports.length} imports found`);
    assert.deepEqual(
      [...new Set(imports.map(({ layer }) => layer))].filter((layer) => !(layer in allowed)),
      [],
      'a layer that the rule does not know',
    );
  });

  it('point one way between the layers', () => {
    const wrong = imports.filter(({ layer, target, typeOnly }) => {
      if (!target || layerOf(target) === layer) return false;
      const known =
        typeOnly &&
        (target === contract ||
          (layer === 'webview' && target === panelMessages) ||
          // The agent watches the program's own copy of the library.
          (layer === 'src/agents' && layerOf(target) === 'src/loop'));
      return !known && !allowed[layer]?.includes(layerOf(target));
    });
    assert.deepEqual(wrong.map(said), []);
  });

  it('of vscode are in the editor only', () => {
    const wrong = imports.filter(
      ({ layer, specifier }) => specifier === 'vscode' && !['src/editor', 'src/extension.ts'].includes(layer),
    );
    assert.deepEqual(wrong.map(said), []);
  });

  it('of the pure layers are of no package that touches the outside', () => {
    const outside = [
      'node:fs',
      'node:net',
      'node:child_process',
      'node:os',
      'node:http',
      'node:worker_threads',
    ];
    const wrong = imports.filter(
      ({ layer, specifier }) =>
        pure.includes(layer) &&
        outside.some((name) => specifier === name || specifier.startsWith(`${name}/`)),
    );
    assert.deepEqual(wrong.map(said), []);
  });

  it('of the panel are of no Node module', () => {
    const wrong = imports.filter(
      ({ layer, specifier }) => layer === 'webview' && specifier.startsWith('node:'),
    );
    assert.deepEqual(wrong.map(said), []);
  });

  it('of the toolkit go through one file', () => {
    const wrong = imports.filter(
      ({ file, specifier }) =>
        specifier.startsWith('@vscode/webview-ui-toolkit') && file !== 'webview/toolkit.ts',
    );
    assert.deepEqual(wrong.map(said), []);
  });
});

function said({ file, specifier }: Import): string {
  return `${file} imports ${specifier}`;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')));
}

/** `src/<folder>`, a file directly in `src`, or `webview`. */
function layerOf(file: string): string {
  const [top, second] = file.split('/');
  if (top !== 'src') return top!;
  return `src/${second}`;
}

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(path.join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
  );
  const found: Import[] = [];
  const add = (literal: ts.Node | undefined, typeOnly: boolean) => {
    if (!literal || !ts.isStringLiteralLike(literal)) return;
    const specifier = literal.text;
    // The package's own name and version are everybody's.
    const ours = specifier.startsWith('.') && !specifier.endsWith('/package.json');
    const target = ours
      ? path.posix.join(path.posix.dirname(file), specifier).replace(/\.[jt]s$/, '')
      : undefined;
    found.push({ file, layer: layerOf(file), specifier, target, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, onlyTypes(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function onlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return (
    !clause.name && !!named && ts.isNamedImports(named) && named.elements.every((each) => each.isTypeOnly)
  );
}
