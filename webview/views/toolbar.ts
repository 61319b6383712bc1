/**
 * The buttons, where the cursor is, what the program does, how much is recorded and what that costs.
 * Sends `act` {action}, `loop` {id} and `level` {level}.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Requests, Target } from '../../src/adapter/contract';
import type { ControlAction } from '../../src/editor/panelMessages';
import { type Deeds, deeds } from '../controls';
import { emit } from '../emit';
import { clock, count, percent, phaseText } from '../format';
import { icons } from '../icons';
import { type PanelState, panelMode } from '../store';
import { base } from '../theme';

interface Button {
  action: ControlAction;
  testid: string;
  label: string;
  icon: keyof typeof icons;
}

const RUN: Button[] = [
  { action: 'start', testid: 'start', label: 'Start', icon: 'start' },
  { action: 'continue', testid: 'continue', label: 'Continue', icon: 'continue' },
  { action: 'pause', testid: 'pause', label: 'Pause', icon: 'pause' },
];
const STEP: Button[] = [
  { action: 'stepBackTick', testid: 'back-tick', label: 'Back a tick', icon: 'stepBackTick' },
  {
    action: 'stepBackCallback',
    testid: 'back-callback',
    label: 'Step back (callback)',
    icon: 'stepBackCallback',
  },
  { action: 'stepCallback', testid: 'step-callback', label: 'Step callback', icon: 'stepCallback' },
  { action: 'stepTick', testid: 'step-tick', label: 'Step tick', icon: 'stepTick' },
];
type Choosable = Requests['tickscope/setLevel'][0]['level'];
/** What each level records, in a few words. */
const LEVELS: Record<Choosable, string> = {
  macro: 'Callbacks of the loop, no promises',
  full: 'Every callback and step',
  stacks: 'Every callback and step, and the lines that scheduled them',
};
const LEVELS_OF: Record<Target, Choosable[]> = {
  asyncio: ['full', 'stacks'],
  loop: ['full', 'stacks'],
  node: ['macro', 'full', 'stacks'],
};
const LIFE: Button[] = [
  { action: 'restart', testid: 'restart', label: 'Restart', icon: 'restart' },
  { action: 'stop', testid: 'stop', label: 'Stop', icon: 'stop' },
];

@customElement('tick-toolbar')
export class ToolbarElement extends LitElement {
  @property({ attribute: false }) panel!: PanelState;

  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 10px;
        padding: 3px 8px;
        min-height: 34px;
        border-bottom: 1px solid var(--line);
      }
      .buttons {
        display: flex;
        align-items: center;
      }
      .buttons vscode-button:not([disabled]) {
        color: var(--vscode-icon-foreground);
      }
      .go:not([disabled]) {
        color: var(--vscode-debugIcon-continueForeground, var(--accent)) !important;
      }
      .life:not([disabled]) {
        color: var(--vscode-debugIcon-stopForeground, var(--vscode-icon-foreground)) !important;
      }
      .restart:not([disabled]) {
        color: var(--vscode-debugIcon-restartForeground, var(--vscode-icon-foreground)) !important;
      }
      .step:not([disabled]) {
        color: var(--vscode-debugIcon-stepOverForeground, var(--accent)) !important;
      }
      vscode-button[disabled] {
        opacity: 0.35;
      }
      .gap {
        width: 1px;
        height: 18px;
        margin: 0 6px;
        background: var(--line);
      }
      .where {
        display: flex;
        align-items: baseline;
        gap: 8px;
        font-family: var(--code);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .where b {
        font-weight: 600;
      }
      .badge {
        padding: 1px 9px;
        line-height: 15px;
        border: 1px solid transparent;
        border-radius: 10px;
        font-family: var(--vscode-font-family);
        font-size: var(--small);
        white-space: nowrap;
        max-width: 320px;
        overflow: hidden;
        text-overflow: ellipsis;
        background: var(--vscode-badge-background);
        color: var(--vscode-badge-foreground);
      }
      .badge[data-mode='paused'] {
        background: var(--vscode-inputValidation-warningBackground, transparent);
        color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
        border-color: var(--vscode-inputValidation-warningBorder, var(--vscode-contrastBorder));
      }
      .badge[data-mode='past'] {
        background: var(--vscode-inputValidation-infoBackground, transparent);
        color: var(--vscode-inputValidation-infoForeground, var(--vscode-foreground));
        border-color: var(--vscode-inputValidation-infoBorder, var(--vscode-contrastBorder));
      }
      .badge[data-mode='failed'],
      .badge.lossy {
        background: var(--vscode-inputValidation-errorBackground, transparent);
        color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
        border-color: var(--vscode-inputValidation-errorBorder, var(--vscode-contrastBorder));
      }
      .badge[data-mode='running'],
      .badge[data-mode='pausing'],
      .badge[data-mode='starting'] {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        background: transparent;
        color: var(--vscode-foreground);
        border-color: var(--line);
      }
      .dot {
        width: 7px;
        height: 7px;
        border-radius: 50%;
        background: var(--vscode-charts-green);
      }
      [data-mode='pausing'] .dot,
      [data-mode='starting'] .dot {
        background: var(--vscode-charts-yellow);
      }
      @media (prefers-reduced-motion: no-preference) {
        .dot {
          animation: breathe 1.6s ease-in-out infinite;
        }
      }
      @keyframes breathe {
        50% {
          opacity: 0.35;
        }
      }
      .facts {
        flex: 1 1 0;
        text-align: right;
        color: var(--muted);
        font-size: var(--small);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
        min-width: 0;
      }
      .where {
        min-width: 0;
      }
      /* Always a line of its own where there is little room: nothing moves when the words in it change. */
      @container (max-width: 900px) {
        .where {
          order: 1;
          flex-basis: 100%;
          padding: 0 4px 2px;
          line-height: 18px;
        }
      }
      @container (max-width: 479px) {
        .where {
          flex-wrap: wrap;
          gap: 2px 8px;
        }
        .facts {
          order: 2;
          flex-basis: 100%;
          padding: 0 4px 2px;
          text-align: left;
        }
      }
      vscode-dropdown {
        height: 22px;
        min-width: 110px;
      }
      vscode-dropdown.level {
        min-width: 128px;
        width: 128px;
      }
    `,
  ];

  override render() {
    const { panel } = this;
    const enabled = deeds(panel);
    const mode = panelMode(panel);
    const running = enabled.pause !== undefined || mode === 'pausing';
    const shown = RUN.filter(({ action }) =>
      action === 'start'
        ? enabled.start
        : running
          ? action === 'pause'
          : action === 'continue' && !enabled.start,
    );
    return html`
      <div class="buttons" role="toolbar" aria-label="Debug the event loop" @keydown=${this.onKey}>
        ${shown.map((button) => this.button(button, enabled, 'go'))}
        <span class="gap"></span>
        ${STEP.map((button) => this.button(button, enabled, 'step'))}
        <span class="gap"></span>
        ${LIFE.map((button) => this.button(button, enabled, button.action === 'stop' ? 'life' : 'restart'))}
      </div>
      <div class="where">${this.where()} ${this.badge()} ${this.lossy()}</div>
      ${this.loops()} ${this.levels()} ${this.facts()}
    `;
  }

  private button({ action, testid, label, icon }: Button, enabled: Deeds, kind: string) {
    const off = enabled[action] === undefined;
    return html`<vscode-button
      appearance="icon"
      class=${kind}
      data-testid="toolbar-${testid}"
      title=${label}
      aria-label=${label}
      aria-disabled=${off}
      ?disabled=${off}
      @click=${() => off || emit(this, 'act', { action })}
      >${icons[icon]}</vscode-button
    >`;
  }

  private where() {
    const { state } = this.panel;
    if (!state) return html`<span data-testid="tick-label" hidden></span>`;
    const { tick, callback } = state.cursor;
    const phase = state.target === 'node' && state.phase !== 'idle' ? ` · ${phaseText(state.phase)}` : '';
    const place = callback === 0 ? ' · before its callbacks' : ` · after callback ${count(callback)}`;
    const rest = panelMode(this.panel) === 'running' ? '' : place;
    return html`<span data-testid="tick-label"
      ><b>tick ${count(tick)}</b><span class="muted">${rest}${rest === '' ? '' : phase}</span></span
    >`;
  }

  private badge() {
    const mode = panelMode(this.panel);
    const { state, session } = this.panel;
    const text = {
      none: 'No session',
      starting: 'Starting…',
      running: state?.phase === 'poll' ? 'Running · asleep in poll' : 'Running',
      pausing: 'Pausing…',
      paused: state?.stopped?.text || 'Paused',
      past: 'In the past',
      ended:
        session.kind === 'ended' && session.exitCode !== undefined
          ? `Ended · exit code ${session.exitCode}`
          : 'Ended',
      failed: 'Failed',
    }[mode];
    const dot = mode === 'running' || mode === 'pausing' || mode === 'starting';
    return html`<span class="badge" data-testid="mode-badge" data-mode=${mode} role="status" title=${text}
      >${dot ? html`<span class="dot"></span>` : nothing}${text}</span
    >`;
  }

  private lossy() {
    if (!this.panel.state?.lossy) return nothing;
    return html`<span
      class="badge lossy"
      data-testid="lossy"
      title="Some events were lost: what is shown after a gap is unknown until it is seen again."
      >Events lost</span
    >`;
  }

  private loops() {
    const state = this.panel.state;
    if (!state || state.loops.length < 2) return nothing;
    return html`<vscode-dropdown
      data-testid="loop"
      aria-label="Event loop"
      .value=${String(state.loop)}
      @change=${(event: Event) => emit(this, 'loop', { id: Number((event.target as HTMLInputElement).value) })}
    >
      ${state.loops.map(
        (loop) =>
          html`<vscode-option value=${String(loop.id)} ?selected=${loop.id === state.loop}
            >${loop.name} · ${loop.thread}${loop.state === 'closed' ? ' (closed)' : ''}</vscode-option
          >`,
      )}
    </vscode-dropdown>`;
  }

  /** Only a program that is still there can be recorded in another way; a loop that is seen in part has no choice. */
  private get choosable(): boolean {
    const { state, session } = this.panel;
    return session.kind === 'active' && state?.mode !== 'ended' && state?.level !== 'reduced';
  }

  private levels() {
    const { state } = this.panel;
    if (!state || !this.choosable) return nothing;
    const { level } = state;
    return html`<vscode-dropdown
      class="level"
      data-testid="level"
      aria-label="How much is recorded"
      title=${LEVELS[level as Choosable]}
      .value=${level}
      @change=${(event: Event) => {
        const list = event.target as HTMLInputElement;
        const chosen = list.value as Choosable;
        // It shows the level that holds, until the program has taken the other.
        list.value = level;
        if (chosen !== level) emit(this, 'level', { level: chosen });
      }}
    >
      ${LEVELS_OF[state.target].map(
        (each) =>
          html`<vscode-option value=${each} title=${LEVELS[each]} ?selected=${each === level}>
            level ${each}
          </vscode-option>`,
      )}
    </vscode-dropdown>`;
  }

  private facts() {
    const { state } = this.panel;
    if (!state) return nothing;
    const loop = state.loops.find((each) => each.id === state.loop);
    const mode = panelMode(this.panel);
    const words = [
      ...(state.cost === undefined ? [] : [`costs ${percent(state.cost)} CPU`]),
      state.target,
      ...(loop && state.loops.length < 2 ? [loop.thread || loop.name] : []),
      mode === 'running' ? `clock ${clock(state.clockMs)}` : `clock stands at ${clock(state.clockMs)}`,
      ...(this.choosable ? [] : [`level ${state.level}`]),
    ];
    const title =
      state.cost === undefined
        ? words.join(' · ')
        : `${words.join(' · ')}: the agent's share of the processor time that the program takes, measured lately`;
    return html`<span class="facts" data-testid="facts" title=${title}>${words.join(' · ')}</span>`;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('vscode-button:not([disabled])')];
    const at = buttons.indexOf(event.target as HTMLElement);
    const next = buttons[(at + (event.key === 'ArrowRight' ? 1 : buttons.length - 1)) % buttons.length];
    next?.focus();
    event.preventDefault();
  }
}
