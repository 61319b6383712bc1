/** What the panel says when there are no queues to show: before, after and instead of a session. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ControlAction, SessionView } from '../../src/editor/panelMessages';
import { emit } from '../emit';
import { base } from '../theme';

@customElement('tick-welcome')
export class WelcomeElement extends LitElement {
  @property({ attribute: false }) session!: SessionView;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        place-items: center;
        height: 100%;
        padding: 24px;
        overflow: auto;
      }
      div {
        max-width: 420px;
        text-align: center;
        line-height: 1.5;
      }
      h1 {
        margin: 0 0 6px;
        font-size: 1.25em;
        font-weight: 600;
      }
      p {
        margin: 0 0 14px;
        color: var(--muted);
        overflow-wrap: anywhere;
      }
      .sentence {
        color: var(--vscode-foreground);
        text-align: left;
        padding: 8px 12px;
        white-space: pre-wrap;
        border: 1px solid var(--vscode-inputValidation-errorBorder, var(--vscode-errorForeground));
        background: var(--vscode-inputValidation-errorBackground, transparent);
      }
      kbd {
        padding: 1px 5px;
        border: 1px solid var(--vscode-keybindingLabel-border, var(--line));
        border-radius: 3px;
        font: inherit;
        font-size: 0.9em;
        color: var(--vscode-keybindingLabel-foreground, inherit);
        background: var(--vscode-keybindingLabel-background, transparent);
      }
      vscode-progress-ring {
        margin: 0 auto 14px;
        width: 24px;
        height: 24px;
      }
    `,
  ];

  override render() {
    return html`<div>${this.words()}</div>`;
  }

  private words() {
    const { session } = this;
    switch (session.kind) {
      case 'none':
        return html`<h1>Watch an event loop at work</h1>
          <p>
            Open a program for Node.js, or one that uses asyncio, in Python or as
            <code>tickscope/asyncio</code> in TypeScript, and press <kbd>F5</kbd>. Its ready, waiting and
            timer queues appear here; stop on a tick, step by callback, and go back in time.
          </p>
          ${this.start('Start the open file')}`;
      case 'starting':
      case 'active':
        return html`<vscode-progress-ring aria-label="Starting"></vscode-progress-ring>
          <h1>Starting ${session.name}</h1>
          <p>Waiting for the program to run its event loop.</p>`;
      case 'failed':
        return html`<h1>${session.name} could not be started</h1>
          <p class="sentence" role="alert">${session.message}</p>
          ${this.start('Try again', 'restart')}`;
      case 'ended':
        return html`<h1>
            ${session.name}
            ended${session.exitCode === undefined ? nothing : ` with exit code ${session.exitCode}`}
          </h1>
          ${session.message ? html`<p class="sentence">${session.message}</p>` : html`<p>It ran no event loop.</p>`}
          ${this.start('Start again', 'restart')}`;
    }
  }

  private start(label: string, action: ControlAction = 'start') {
    return html`<vscode-button data-testid="start-button" @click=${() => emit(this, 'act', { action })}
      >${label}</vscode-button
    >`;
  }
}
