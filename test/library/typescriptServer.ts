import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import type ts from 'typescript/lib/tsserverlibrary';
import { root } from '../install.mjs';

type Answer<R extends ts.server.protocol.Response> = NonNullable<R['body']>;

/** A TypeScript server as the editor starts it, with the plugin of the extension in `root`. */
export class TypeScriptServer {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers = new Map<number, (message: ts.server.protocol.Response) => void>();
  private sequence = 0;
  private received = Buffer.alloc(0);

  /** `plugins`: false for a server without the extension. */
  constructor({ plugins = true } = {}) {
    const server = createRequire(import.meta.url).resolve('typescript/lib/tsserver.js');
    const flags = ['--globalPlugins', 'tickscope-typescript-plugin', '--pluginProbeLocations', root];
    this.child = spawn(process.execPath, [
      server,
      '--disableAutomaticTypingAcquisition',
      '--suppressDiagnosticEvents',
      ...(plugins ? flags : []),
    ]);
    this.child.stdout.on('data', (chunk: Buffer) => this.read(chunk));
  }

  open(file: string): void {
    this.tell('open', { file });
  }

  /** What it has against a file, as sentences with lines. */
  async problems(file: string): Promise<string[]> {
    const said: string[] = [];
    for (const command of ['syntacticDiagnosticsSync', 'semanticDiagnosticsSync']) {
      const found = await this.ask<ts.server.protocol.SemanticDiagnosticsSyncResponse>(command, { file });
      for (const each of found as ts.server.protocol.Diagnostic[])
        said.push(`${each.start.line}: ${each.text}`);
    }
    return said;
  }

  /** What the editor shows for the word at a place; line and column from 1. */
  hover(file: string, line: number, offset: number): Promise<ts.server.protocol.QuickInfoResponseBody> {
    return this.ask<ts.server.protocol.QuickInfoResponse>('quickinfo', { file, line, offset });
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.child.once('close', resolve));
    this.child.kill();
    await closed;
  }

  private ask<R extends ts.server.protocol.Response>(command: string, args: object): Promise<Answer<R>> {
    return new Promise((resolve, reject) => {
      this.answers.set(this.tell(command, args), (response) =>
        response.success ? resolve(response.body as Answer<R>) : reject(new Error(response.message)),
      );
    });
  }

  private tell(command: string, args: object): number {
    const seq = ++this.sequence;
    this.child.stdin.write(`${JSON.stringify({ seq, type: 'request', command, arguments: args })}\n`);
    return seq;
  }

  private read(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n\r\n/.exec(this.received.toString('latin1', 0, 60));
      if (!header) return;
      const end = header[0].length + Number(header[1]);
      if (this.received.length < end) return;
      const message = JSON.parse(this.received.toString('utf8', header[0].length, end));
      this.received = this.received.subarray(end);
      if (message.type === 'response') this.answers.get(message.request_seq)?.(message);
    }
  }
}
