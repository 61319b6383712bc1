/** Styles that every element of the panel shares. Colours come from `--vscode-*` only. */
import { css } from 'lit';

export const base = css`
  :host {
    box-sizing: border-box;
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    --muted: var(--vscode-descriptionForeground);
    --link: var(--vscode-textLink-foreground);
    --line: var(--vscode-contrastBorder, var(--vscode-panel-border, var(--vscode-widget-border)));
    --code: var(--vscode-editor-font-family, monospace);
    --accent: var(--vscode-charts-blue, var(--vscode-focusBorder));
    --small: 0.85em;
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  [hidden] {
    display: none !important;
  }
  .muted {
    color: var(--muted);
  }
  .source,
  .link {
    background: none;
    border: 0;
    padding: 0;
    font: inherit;
    color: var(--link);
    cursor: pointer;
    text-decoration: none;
  }
  .source:hover,
  .link:hover {
    color: var(--vscode-textLink-activeForeground, var(--link));
    text-decoration: underline;
  }
  .source:focus-visible,
  .link:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
  .tone-blue {
    --tone: var(--vscode-charts-blue);
  }
  .tone-green {
    --tone: var(--vscode-charts-green);
  }
  .tone-orange {
    --tone: var(--vscode-charts-orange);
  }
  .tone-yellow {
    --tone: var(--vscode-charts-yellow);
  }
  .tone-red {
    --tone: var(--vscode-charts-red);
  }
  .tone-purple {
    --tone: var(--vscode-charts-purple);
  }
  .tone-plain {
    --tone: var(--vscode-disabledForeground, var(--muted));
  }
`;
