/** Lines above the queues: where the user looks, what ended, what is not seen, what could not be done. */
import { html, nothing } from 'lit';
import { count } from '../format';
import { type PanelState, isPast } from '../store';

/** `dismiss`: the user has read the notice. */
export function notices({ state: shown, session, notice }: PanelState, dismiss: () => void) {
  const past = shown && isPast(shown);
  const goesOn = shown?.mode === 'running' || shown?.mode === 'pausing';
  return html`
    ${
      past
        ? html`<div class="notice past" role="status" data-testid="past-banner">
            <span
              >Looking at tick ${count(shown.cursor.tick)} of
              ${count(shown.lastTick)}${
                goesOn
                  ? '. The program goes on running.'
                  : shown.mode === 'ended'
                    ? '. The program has ended.'
                    : '. The program stands at its last tick.'
              }</span
            >
          </div>`
        : nothing
    }
    ${
      shown && session.kind === 'ended' && !past
        ? html`<div class="notice ended" role="status" data-testid="ended-banner">
            <span
              >${session.name}
              ended${session.exitCode === undefined ? '' : ` with exit code ${session.exitCode}`}${
                session.message ? `: ${session.message}` : '. Its past can still be looked at.'
              }</span
            >
          </div>`
        : nothing
    }
    ${
      shown?.fidelity
        ? html`<div class="notice fidelity" role="status" data-testid="fidelity">
            <span>${shown.fidelity}</span>
          </div>`
        : nothing
    }
    ${
      notice
        ? html`<div class="notice problem" role="alert" data-testid="notice">
            <span>${notice}</span>
            <button class="link" @click=${dismiss}>dismiss</button>
          </div>`
        : nothing
    }
  `;
}
