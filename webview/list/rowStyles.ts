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
  .top,
  .sub {
    display: flex;
    align-items: baseline;
    gap: 8px;
    white-space: nowrap;
  }
  .top {
    line-height: 19px;
  }
  .sub {
    line-height: 16px;
    font-size: var(--small);
    gap: 6px;
  }
  .name {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .value {
    flex: none;
    font-family: var(--code);
    font-size: 0.92em;
    font-variant-numeric: tabular-nums;
  }
  .detail {
    flex: 0 1 auto;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--muted);
  }
  .source {
    display: inline-flex;
    flex: 0 1 auto;
    min-width: 38%;
    max-width: max-content;
  }
  .file {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
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
