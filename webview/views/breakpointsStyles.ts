import { css } from 'lit';

export const breakpointsStyles = css`
  :host {
    display: block;
    height: 100%;
    padding: 4px 12px 12px;
    overflow: auto;
    container-type: inline-size;
  }
  header {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 34px;
    white-space: nowrap;
  }
  h2 {
    margin: 0;
    font-size: 11px;
    font-weight: 700;
    letter-spacing: 0.04em;
    text-transform: uppercase;
    color: var(--vscode-sideBarSectionHeader-foreground, var(--vscode-foreground));
  }
  header .muted {
    font-size: var(--small);
    overflow: hidden;
    text-overflow: ellipsis;
  }
  header vscode-button {
    margin-left: auto;
  }
  header vscode-button::part(control) {
    padding: 2px 9px;
    font-size: 12px;
  }
  .empty {
    max-width: 520px;
    line-height: 1.5;
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li[data-testid] {
    display: flex;
    align-items: center;
    gap: 6px;
    min-height: 36px;
    padding: 2px 4px 2px 6px;
    border: 1px solid transparent;
    border-radius: 2px;
  }
  li[data-testid]:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .here {
    background: color-mix(in srgb, var(--vscode-focusBorder) 18%, var(--vscode-editor-background));
    border-color: var(--vscode-contrastActiveBorder, var(--vscode-focusBorder)) !important;
  }
  vscode-checkbox {
    margin: 0;
  }
  .dot {
    flex: none;
    width: 11px;
    height: 11px;
    margin: 0 8px 0 4px;
    border: 2px solid var(--vscode-debugIcon-breakpointForeground, var(--vscode-charts-red));
    border-radius: 50%;
    background: var(--vscode-debugIcon-breakpointForeground, var(--vscode-charts-red));
  }
  .hollow {
    background: none;
    border-color: var(--vscode-debugIcon-breakpointUnverifiedForeground, var(--muted));
  }
  .text {
    flex: 1;
    min-width: 0;
    display: flex;
    flex-wrap: wrap;
    gap: 0 10px;
    align-items: baseline;
    line-height: 18px;
  }
  .name {
    overflow-wrap: anywhere;
  }
  .limits {
    min-width: 0;
    max-width: 100%;
    color: var(--muted);
    font-family: var(--code);
    font-size: 0.92em;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .problem {
    flex-basis: 100%;
    color: var(--vscode-errorForeground);
    font-size: var(--small);
    overflow-wrap: anywhere;
  }
  .off .name,
  .off .limits {
    opacity: 0.62;
  }
  .hits,
  .badge {
    flex: none;
    font-size: var(--small);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    color: var(--muted);
  }
  .badge {
    padding: 1px 9px;
    border: 1px solid var(--vscode-inputValidation-warningBorder, var(--vscode-contrastBorder));
    border-radius: 10px;
    background: var(--vscode-inputValidation-warningBackground, transparent);
    color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
  }
  @container (max-width: 420px) {
    .badge {
      display: none;
    }
  }
`;
