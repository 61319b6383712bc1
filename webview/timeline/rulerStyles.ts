import { css } from 'lit';

export const rulerStyles = css`
  :host {
    display: block;
    padding: 2px 10px 0;
    border-top: 1px solid var(--line);
  }
  .head {
    display: flex;
    align-items: center;
    gap: 10px;
    min-height: 28px;
    font-size: var(--small);
    color: var(--muted);
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .hover {
    margin-left: auto;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .jump {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  input {
    width: 68px;
    height: 20px;
    padding: 0 4px;
    font: inherit;
    font-family: var(--code);
    color: var(--vscode-input-foreground);
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
    border-radius: 2px;
    appearance: textfield;
  }
  input::-webkit-inner-spin-button {
    display: none;
  }
  input:focus {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .live {
    --type-ramp-base-font-size: 11px;
    --button-padding-vertical: 1px;
    --button-padding-horizontal: 8px;
  }
  .track {
    overflow: hidden;
    cursor: ew-resize;
    touch-action: none;
    user-select: none;
    outline: none;
  }
  .track:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
  svg {
    display: block;
  }
  .live svg {
    display: inline-block;
  }
  .run {
    fill: var(--vscode-charts-blue);
  }
  .wait {
    fill: var(--vscode-disabledForeground, var(--muted));
    opacity: 0.45;
  }
  .gap {
    fill: var(--vscode-errorForeground);
  }
  .breakpoint {
    fill: var(--vscode-debugIcon-breakpointForeground, var(--vscode-charts-red));
  }
  .target {
    fill: transparent;
    cursor: pointer;
  }
  .finding {
    fill: var(--vscode-charts-yellow);
  }
  .exception {
    fill: var(--vscode-errorForeground);
  }
  .mark {
    stroke: var(--muted);
    opacity: 0.55;
  }
  .base {
    stroke: var(--muted);
    opacity: 0.4;
  }
  text {
    fill: var(--muted);
    font-family: var(--vscode-font-family);
    font-size: 10.5px;
    font-variant-numeric: tabular-nums;
  }
  .cell {
    fill: var(--vscode-list-hoverBackground, transparent);
  }
  .cursor {
    stroke: var(--vscode-foreground);
    stroke-width: 1.5;
  }
  .handle {
    fill: var(--vscode-foreground);
  }
`;
