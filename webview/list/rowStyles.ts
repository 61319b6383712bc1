/** How an entry looks: in the lists and, standing alone, as the running callback. */
import { css } from 'lit';

export const rowStyles = css`
  :host {
    --card: color-mix(in srgb, var(--vscode-foreground) 5%, var(--vscode-editor-background));
  }
  :host-context(.vscode-high-contrast),
  :host-context(.vscode-high-contrast-light) {
    --card: transparent;
  }
  .row {
    height: 42px;
    padding: 3px 8px 3px 9px;
    overflow: hidden;
    cursor: default;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-left: 3px solid var(--tone, var(--muted));
    border-radius: 2px;
    background: var(--card);
  }
  .row:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .row.selected {
    background: var(--vscode-list-inactiveSelectionBackground);
    color: var(--vscode-list-inactiveSelectionForeground, inherit);
  }
  .row.selected {
    outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .row.active {
    outline: 1px solid var(--vscode-list-focusOutline, var(--vscode-focusBorder));
    outline-offset: -1px;
  }
  .row.active.selected {
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground, inherit);
  }
  .row.active.selected .detail,
  .row.active.selected .value,
  .row.active.selected .source {
    color: inherit;
  }
  .row {
    display: grid;
    grid-template: 'name name value' 19px 'detail source source' 16px / fit-content(70%) minmax(0, 1fr) auto;
    column-gap: 8px;
    align-items: baseline;
    white-space: nowrap;
  }
  /* In a narrow column the place stands beside the name, so that the reason has a line of its own. */
  @container (max-width: 330px) {
    .row:not(.brief) {
      grid-template:
        'name source value' 19px 'detail detail detail' 16px / minmax(0, 1fr) fit-content(55%)
        auto;
    }
  }
  @container (max-width: 250px) {
    .row:not(.brief) .file {
      display: none;
    }
  }
  .name,
  .detail,
  .file {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .name {
    grid-area: name;
    line-height: 19px;
  }
  .keeps {
    display: inline-block;
    width: 7px;
    height: 7px;
    margin-right: 6px;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 50%;
    background: var(--vscode-charts-yellow);
  }
  .value {
    grid-area: value;
    font-family: var(--code);
    font-size: 0.92em;
    font-variant-numeric: tabular-nums;
  }
  .detail {
    grid-area: detail;
    line-height: 16px;
    font-size: var(--small);
    color: var(--muted);
  }
  .source {
    grid-area: source;
    display: flex;
    min-width: 0;
    width: fit-content;
    max-width: 100%;
    font-size: var(--small);
  }
  .dim .name,
  .dim .value,
  .dim .detail,
  .dim .source {
    opacity: 0.62;
  }
  .dim {
    border-left-style: dashed;
  }
  .loading {
    color: var(--muted);
  }
`;
