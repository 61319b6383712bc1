/** Asks for one breakpoint. Sends `save` {breakpoint} when it can be set, and `cancel`. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { TickBreakpoint } from '../../src/adapter/contract';
import { refusal } from '../../src/breakpoints/tickBreakpoint';
import { emit } from '../emit';
import { base } from '../theme';
import {
  type Draft,
  type Field,
  PLACES,
  PLACE_WORDS,
  breakpointOf,
  draftOf,
  fieldsOf,
} from './breakpointFields';

@customElement('tick-breakpoint-form')
export class BreakpointFormElement extends LitElement {
  /** The one that is changed; absent: a new one. */
  @property({ attribute: false }) original?: TickBreakpoint;
  @property({ attribute: false }) others: readonly TickBreakpoint[] = [];
  @state() private draft: Draft = { place: 'tick' };
  /** Why it cannot be set as it stands. */
  @state() private problem?: string;

  static override styles = [
    base,
    css`
      :host {
        display: block;
        margin: 4px 0 8px;
        padding: 10px 12px 12px;
        border: 1px solid var(--line);
        background: color-mix(in srgb, var(--vscode-foreground) 4%, var(--vscode-editor-background));
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 190px), 1fr));
        gap: 10px 12px;
        align-items: end;
      }
      .common {
        margin-top: 10px;
        padding-top: 10px;
        border-top: 1px solid var(--line);
      }
      label {
        display: flex;
        flex-direction: column;
        gap: 4px;
        font-size: var(--small);
        color: var(--muted);
        min-width: 0;
      }
      vscode-dropdown,
      vscode-text-field {
        width: 100%;
        min-width: 0;
      }
      .problem {
        margin: 10px 0 0;
        color: var(--vscode-errorForeground);
        overflow-wrap: anywhere;
      }
      .buttons {
        display: flex;
        gap: 8px;
        margin-top: 12px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.draft = this.original ? draftOf(this.original) : { place: 'tick' };
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('vscode-dropdown')?.focus();
  }

  override render() {
    const { own, common } = fieldsOf(this.draft);
    return html`<form
      aria-label=${this.original ? 'Edit the breakpoint' : 'New breakpoint'}
      data-testid="breakpoint-form"
      @submit=${(event: Event) => event.preventDefault()}
      @keydown=${this.onKey}
    >
      <div class="fields">
        ${this.choice({
          name: 'place',
          label: 'Stop at',
          choices: PLACES,
          words: PLACE_WORDS,
          title: 'Stop at',
        })}
        ${own.map((field) => this.field(field))}
      </div>
      <div class="fields common">${common.map((field) => this.field(field))}</div>
      ${this.problem ? html`<p class="problem" role="alert" data-testid="breakpoint-problem">${this.problem}</p>` : nothing}
      <div class="buttons">
        <vscode-button data-testid="breakpoint-save" @click=${this.save}
          >${this.original ? 'Save' : 'Add'}</vscode-button
        >
        <vscode-button
          appearance="secondary"
          data-testid="breakpoint-cancel"
          @click=${() => emit(this, 'cancel')}
          >Cancel</vscode-button
        >
      </div>
    </form>`;
  }

  private field(field: Field) {
    if (field.kind === 'choice')
      return this.choice({
        name: field.name,
        label: field.label,
        choices: field.choices!,
        title: field.label,
      });
    return html`<label
      ><span aria-hidden="true">${field.label}</span>
      <vscode-text-field
        data-testid="field-${field.name}"
        aria-label=${field.label}
        placeholder=${field.placeholder ?? ''}
        .value=${this.draft[field.name] ?? ''}
        @input=${(event: Event) => this.type(field.name, (event.target as HTMLInputElement).value)}
      ></vscode-text-field
    ></label>`;
  }

  private choice(of: {
    name: string;
    label: string;
    title: string;
    choices: readonly string[];
    words?: Record<string, string>;
  }) {
    const chosen = this.draft[of.name] ?? of.choices[0];
    return html`<label
      ><span aria-hidden="true">${of.label}</span>
      <vscode-dropdown
        data-testid="field-${of.name}"
        aria-label=${of.title}
        .value=${chosen}
        @change=${(event: Event) => this.type(of.name, (event.target as HTMLInputElement).value)}
      >
        ${of.choices.map(
          (each) =>
            html`<vscode-option value=${each} ?selected=${each === chosen}
              >${of.words?.[each] ?? each}</vscode-option
            >`,
        )}
      </vscode-dropdown></label
    >`;
  }

  private type(name: string, value: string): void {
    if ((this.draft[name] ?? '') === value) return;
    this.problem = undefined;
    // What two places both ask for may mean another thing at each: only what all have is kept.
    const { condition, hitCondition, logMessage } = this.draft;
    const kept = { condition, hitCondition, logMessage };
    const filled = Object.fromEntries(Object.entries(kept).filter(([, typed]) => typed !== undefined));
    this.draft = name === 'place' ? { place: value, ...filled } : { ...this.draft, [name]: value };
  }

  private readonly save = () => {
    const breakpoint = breakpointOf(this.draft, this.original, this.others);
    this.problem = refusal(breakpoint);
    if (this.problem === undefined) emit(this, 'save', { breakpoint });
  };

  private onKey(event: KeyboardEvent): void {
    const inText = (event.target as HTMLElement).localName === 'vscode-text-field';
    if (event.key === 'Enter' && inText) this.save();
    else if (event.key === 'Escape') emit(this, 'cancel');
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
