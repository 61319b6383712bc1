/** The panel's icons, drawn on a 16 by 16 grid in the colour of the text. */
import { type TemplateResult, svg, html } from 'lit';

function icon(shape: TemplateResult): TemplateResult {
  return html`<svg
    slot="start"
    class="icon"
    width="16"
    height="16"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.4"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${shape}
  </svg>`;
}

export const icons = {
  continue: icon(svg`<path d="M3 2.5v11M6.5 2.8v10.4L14 8z" fill="currentColor" />`),
  start: icon(svg`<path d="M4 2.5v11L13 8z" fill="currentColor" />`),
  pause: icon(svg`<path d="M5 3v10M11 3v10" stroke-width="2.4" />`),
  stepCallback: icon(
    svg`<path d="M2 9.5a6 6 0 0 1 11.5-1.4M13.8 4.4v4h-4" /><circle cx="7.8" cy="12" r="1.5" fill="currentColor" />`,
  ),
  stepTick: icon(svg`<path d="M1.8 8h8.4M7 4.6 10.4 8 7 11.4M13.6 3v10" />`),
  stepBackCallback: icon(
    svg`<path d="M14 9.5A6 6 0 0 0 2.5 8.1M2.2 4.4v4h4" /><circle cx="8.2" cy="12" r="1.5" fill="currentColor" />`,
  ),
  stepBackTick: icon(svg`<path d="M14.2 8H5.8M9 4.6 5.6 8 9 11.4M2.4 3v10" />`),
  restart: icon(svg`<path d="M12.9 5.2A5.6 5.6 0 1 0 13.6 8M13.4 2.2v3.3h-3.3" />`),
  stop: icon(svg`<rect x="3.5" y="3.5" width="9" height="9" fill="currentColor" />`),
  close: icon(svg`<path d="m4 4 8 8M12 4l-8 8" />`),
  add: icon(svg`<path d="M8 3v10M3 8h10" />`),
  edit: icon(svg`<path d="m3 13 .6-3L11 2.6 13.4 5 6 12.4zM9.6 4 12 6.4" />`),
  remove: icon(svg`<path d="M3 4.5h10M6.2 4.5V2.8h3.6v1.7M4.3 4.5l.6 8.7h6.2l.6-8.7M6.8 7v3.8M9.2 7v3.8" />`),
  live: icon(svg`<path d="M2.5 8h7.4M6.9 5l3 3-3 3M13 3.4v9.2" />`),
} as const;
