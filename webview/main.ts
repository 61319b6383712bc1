/** Boots the panel and pumps its messages. */
import type { ToPanel } from '../src/editor/panelMessages';
import { Host, type VsCodeApi } from './host';
import { Refresh } from './refresh';
import { type Selection, Store, type Tab } from './store';
import { registerToolkit } from './toolkit';
import { PanelElement } from './views/panel';

declare function acquireVsCodeApi(): VsCodeApi;

/** Kept by VS Code while the panel is hidden and over a reload. Facts are asked for again. */
interface Saved {
  selection?: Selection;
  tab?: Tab;
}

registerToolkit();

const api = acquireVsCodeApi();
const store = new Store();
const host = new Host(api, {
  session: (session) => {
    const before = store.current.session;
    if (JSON.stringify(before) === JSON.stringify(session)) return;
    store.dispatch({ type: 'session', session });
    refresh.sessionChanged();
  },
  changed: (body) => refresh.changed(body),
  breakpoints: (breakpoints) => store.dispatch({ type: 'breakpoints', breakpoints }),
  showTask: (task) => {
    if (store.current.tab !== 'queues') store.dispatch({ type: 'tab', tab: 'queues' });
    store.dispatch({ type: 'select', selection: { queue: 'task', id: task, task } });
    refresh.selected();
  },
});
const refresh = new Refresh(store, host.ask, {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});

const saved = api.getState() as Saved | undefined;
if (saved?.selection) store.dispatch({ type: 'select', selection: saved.selection });
if (saved?.tab) store.dispatch({ type: 'tab', tab: saved.tab });
let kept = store.current;
store.observe((panel) => {
  const { selection, tab } = panel;
  if (selection !== kept.selection || tab !== kept.tab) api.setState({ selection, tab } satisfies Saved);
  kept = panel;
});

addEventListener('message', (event: MessageEvent<ToPanel>) => host.receive(event.data));

const panel = new PanelElement();
panel.store = store;
panel.refresh = refresh;
panel.host = host;
document.body.style.padding = '0';
(document.getElementById('root') ?? document.body).append(panel);
host.ready();
