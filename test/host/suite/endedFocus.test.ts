import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { Debugging, file, launch } from './debugging';

const TEXT = 'setTimeout(() => {}, 100_000);\n';

/** A file that nobody can read until it is let. */
class HeldFile implements vscode.FileSystemProvider {
  static readonly uri = vscode.Uri.parse('held:/held.mjs');
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  private open!: () => void;
  private readonly opened = new Promise<void>((resolve) => (this.open = resolve));
  private asked!: () => void;
  /** Somebody wants to read it. */
  readonly wanted = new Promise<void>((resolve) => (this.asked = resolve));

  let(): void {
    this.open();
  }
  async stat(): Promise<vscode.FileStat> {
    this.asked();
    await this.opened;
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: TEXT.length };
  }
  async readFile(): Promise<Uint8Array> {
    await this.opened;
    return Buffer.from(TEXT);
  }
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }
  readDirectory(): [string, vscode.FileType][] {
    return [];
  }
  createDirectory(): void {}
  writeFile(): void {}
  delete(): void {}
  rename(): void {}
}

describe('a session that is stopped while VS Code still opens the source of its first stop', () => {
  const program = 'held.mjs';
  const held = new HeldFile();
  const registered: vscode.Disposable[] = [];
  let debugging: Debugging;
  before(() => {
    debugging = new Debugging();
    writeFileSync(file(program), TEXT);
    registered.push(
      vscode.workspace.registerFileSystemProvider(HeldFile.uri.scheme, held),
      // Only what VS Code is told of the program's place is another: there it cannot be opened yet.
      vscode.debug.registerDebugAdapterTrackerFactory('tickscope', {
        createDebugAdapterTracker: () => ({
          onDidSendMessage: ({ command, body }: DebugProtocol.StackTraceResponse) => {
            if (command !== 'stackTrace') return;
            for (const { source } of body.stackFrames) if (source) source.path = HeldFile.uri.toString();
          },
        }),
      }),
    );
  });
  after(async () => {
    held.let();
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    for (const each of registered) each.dispose();
    rmSync(file(program));
    debugging.dispose();
  });

  it('is not the active one for good when the source is open', async () => {
    const shown: (string | undefined)[] = [];
    const changed = new vscode.EventEmitter<void>();
    const following = vscode.debug.onDidChangeActiveDebugSession((active) => {
      shown.push(active?.id);
      changed.fire();
    });
    const length = (wanted: number) =>
      new Promise<void>((resolve) => {
        const look = () => shown.length >= wanted && resolve();
        changed.event(look);
        look();
      });
    try {
      await launch({ program: file(program), stopOnEntry: true });
      await held.wanted;
      const { id } = vscode.debug.activeDebugSession!;
      await vscode.debug.stopDebugging(vscode.debug.activeDebugSession);
      await length(2);
      held.let();
      // VS Code takes it back when the source is open, and we have it let go again.
      await length(4);
      assert.deepEqual(shown, [id, undefined, id, undefined]);
    } finally {
      following.dispose();
      changed.dispose();
      await debugging.reset();
    }
  });
});
