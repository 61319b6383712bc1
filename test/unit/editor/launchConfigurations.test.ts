import assert from 'node:assert/strict';
import {
  fileConfiguration,
  moduleName,
  needsInterpreter,
  requireOneProgram,
  requireProgramFile,
} from '../../../src/editor/launchConfigurations';

describe('requireProgramFile', () => {
  it('takes Python by language or by name, JavaScript and TypeScript by name', () => {
    for (const [languageId, path] of [
      ['python', '/a/script'],
      ['plaintext', '/a/app.py'],
      ['javascript', '/a/app.js'],
      ['typescript', '/a/app.mts'],
      ['typescriptreact', 'C:\\a\\app.tsx'],
      ['javascript', '/a/bin/tool'],
    ]) {
      const file = { languageId, path, untitled: false };
      assert.equal(requireProgramFile(file), file);
    }
  });

  it('says what to do otherwise', () => {
    assert.throws(() => requireProgramFile(undefined), /Open the program/);
    assert.throws(
      () => requireProgramFile({ languageId: 'json', path: '/a/b.json', untitled: false }),
      /b\.json is neither/,
    );
    assert.throws(
      () => requireProgramFile({ languageId: 'typescript', path: '/a/b.d.ts', untitled: false }),
      /b\.d\.ts is neither/,
    );
    assert.throws(
      () => requireProgramFile({ languageId: 'typescript', path: 'Untitled-2', untitled: true }),
      /Save Untitled-2/,
    );
    assert.throws(
      () => requireProgramFile({ languageId: 'python', path: 'Untitled-1', untitled: true }),
      /Save Untitled-1/,
    );
  });
});

describe('requireOneProgram', () => {
  it('wants a program or a module, not both', () => {
    requireOneProgram(fileConfiguration('/a.py'));
    assert.throws(
      () => requireOneProgram({ ...fileConfiguration('/a.py'), module: 'a' }),
      /both "program" and "module"/,
    );
    assert.throws(() => requireOneProgram(fileConfiguration('')), /nothing to run/);
  });
});

describe('moduleName', () => {
  it('names modules in packages of the folder', () => {
    assert.equal(moduleName('/w', '/w/shop/orders.py'), 'shop.orders');
    assert.equal(moduleName('/w/', '/w/shop/__main__.py'), 'shop');
    assert.equal(moduleName('C:\\w', 'C:\\w\\shop\\x\\y.py'), 'shop.x.y');
  });

  it('names nothing that python -m could not run from there', () => {
    for (const path of [
      '/w/app.py',
      '/w/__main__.py',
      '/other/shop/a.py',
      '/w/shop/a.txt',
      '/w/my-shop/a.py',
      '/w/1st/a.py',
    ]) {
      assert.equal(moduleName('/w', path), undefined, path);
    }
  });
});

describe('needsInterpreter', () => {
  it('is so for asyncio without a runtimeExecutable', () => {
    const launch = fileConfiguration('/a.py');
    assert.equal(needsInterpreter(launch), true);
    assert.equal(needsInterpreter({ ...launch, program: undefined, module: 'pkg' }), true);
    assert.equal(needsInterpreter({ ...launch, runtimeExecutable: '/usr/bin/python3' }), false);
    assert.equal(needsInterpreter({ ...launch, program: '/a.js' }), false);
    assert.equal(needsInterpreter({ ...launch, program: '/script', target: 'asyncio' }), true);
    assert.equal(needsInterpreter({ ...launch, target: 'loop' }), false);
  });
});
